"""Carrying a purge out: rows in one transaction, files once it is committed.

The trail is never touched. It is told what went by counts and references, never by names.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject
from grants.errors import Conflict
from grants.models.conventions import Convention
from grants.models.evidence import Piece
from grants.models.people import Person
from grants.models.privacy import PurgedFile
from grants.models.roles import Invitation, InvitedPerson, ManagedPerson, Membership
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.backup.saving import PIECE_COLUMNS
from grants.services.organisations.settings import get_organisation
from grants.services.platform.personal_tables import table_of
from grants.services.platform.storage import Storage
from grants.services.platform.tenancy import EVERY, reaching
from grants.services.privacy.plan import ERASED_CODE, PurgePlan, plan_purge
from grants.services.privacy.rows import (
    cleared_models,
    dated_models,
    goes,
    hiding_models,
    persons_by_cut,
)

ERASED_NAME = "Personne effacée"
AT_ONCE = 500
TOKEN_BYTES = 8


def purge(
    session: Session,
    *,
    organisation_id: int,
    as_of: date,
    holds: Collection[str],
    seen: str,
    deed: Deed,
) -> PurgePlan:
    """Do what a preview showed. Flushes, never commits; ``remove_purged_files`` comes after.

    Args: seen: fingerprint of the plan that was shown. deed: its reason stays in the trail.
    Returns: what was done.
    Raises: Conflict: no reason, nothing to purge, or the plan is no longer the one shown; ``field``
    says which.
    """
    if not deed.reason.strip():
        raise Conflict(
            "donnez le motif de la purge : il reste dans la piste d'audit", field="reason"
        )
    plan = plan_purge(session, organisation_id=organisation_id, as_of=as_of, holds=holds)
    if plan.fingerprint != seen:
        raise Conflict(
            "les données ont changé depuis l'aperçu : rien n'a été effacé, relisez-le",
            field="seen",
        )
    if plan.is_empty:
        raise Conflict("rien n'est à effacer aujourd'hui", field="seen")
    _delete_rows(session, plan)
    _delete_pieces(session, plan)
    _erase_persons(session, [one.id for one in plan.erased])
    _hide_participants(session, plan)
    session.execute(
        update(Convention)
        .where(Convention.id.in_(plan.purged_conventions))
        .values(purged_on=as_of)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    session.expire_all()
    _tell(session, plan, replace(deed, reason=deed.reason.strip()))
    return plan


def remove_purged_files(session: Session, *, organisation_id: int, storage: Storage) -> int:
    """Delete the files that purges left, and forget them. Flushes, never commits.

    A file that a row of any organisation names again by now stays: equal files are kept once.
    Returns: how many files are gone.
    """
    rows = session.scalars(
        select(PurgedFile).where(PurgedFile.organisation_id == organisation_id)
    ).all()
    named = _named_files(session, [row.sha256 for row in rows])
    gone = 0
    for row in rows:
        if row.sha256 not in named:
            storage.delete(row.sha256)
            gone += 1
        session.delete(row)
    session.flush()
    return gone


def _delete_rows(session: Session, plan: PurgePlan) -> None:
    for _, model in dated_models():
        for before, persons in persons_by_cut(plan.cuts).items():
            for ids in _batches(persons):
                _run(session, delete(model).where(model.person_id.in_(ids), goes(model, before)))


def _delete_pieces(session: Session, plan: PurgePlan) -> None:
    known = set(
        session.scalars(
            select(PurgedFile.sha256).where(PurgedFile.organisation_id == plan.organisation_id)
        )
    )
    for sha256 in sorted({one.sha256 for one in plan.pieces if one.sha256} - known):
        session.add(PurgedFile(organisation_id=plan.organisation_id, sha256=sha256))
    session.flush()
    for ids in _batches([one.id for one in plan.pieces]):
        _run(session, delete(Piece).where(Piece.id.in_(ids)))


def _erase_persons(session: Session, persons: Sequence[int]) -> None:
    """Leave a row without a name; what the person's accounts may do for others stays theirs."""
    for ids in _batches(persons):
        for row in session.scalars(select(Person).where(Person.id.in_(ids))):
            row.code, row.job_title = f"{ERASED_CODE}{row.id}", ""
            row.last_name, row.first_name = ERASED_NAME, ""
            row.import_id = row.source_row = None
        for model, emptied in cleared_models():
            _run(session, update(model).where(model.person_id.in_(ids)).values(emptied))
        for model in (Membership, Invitation):
            _run(session, update(model).where(model.person_id.in_(ids)).values(person_id=None))
        for link in (ManagedPerson, InvitedPerson):
            _run(session, delete(link).where(link.person_id.in_(ids)))
    session.flush()


def _hide_participants(session: Session, plan: PurgePlan) -> None:
    """A new pseudonym for each participant of a convention: hours and heads still add up, and
    nobody knows any more who they were.
    """
    pseudonyms: dict[tuple[int, str], str] = defaultdict(
        lambda: f"{ERASED_CODE}{secrets.token_hex(TOKEN_BYTES)}"
    )
    for name, model, pseudonym in hiding_models():
        query = select(model).where(
            model.convention_id.in_(plan.participants[name]),
            ~pseudonym.startswith(ERASED_CODE, autoescape=True),
        )
        for row in session.scalars(query):
            new = pseudonyms[row.convention_id, getattr(row, pseudonym.key)]
            setattr(row, pseudonym.key, new)
    session.flush()


def _named_files(session: Session, hashes: Sequence[str]) -> set[str]:
    """Those of some files that a row names, of whatever organisation."""
    found: set[str] = set()
    with reaching(session, EVERY):
        for name, column_name in PIECE_COLUMNS:
            column = table_of(name).c[column_name]
            for part in _batches(hashes):
                found.update(session.scalars(select(column).where(column.in_(part)).distinct()))
    return found


def _tell(session: Session, plan: PurgePlan, deed: Deed) -> None:
    organisation = get_organisation(session, plan.organisation_id)
    over = [one.facts.number for one in plan.clocks if one.is_over]
    after: dict[str, Any] = {
        f"purged.{name}": going for name, (going, _) in plan.counts.items() if going
    }
    after["persons"] = ", ".join(one.code for one in plan.persons if one.gone)
    after["conventions"] = ", ".join(over)
    if held := [one.facts.number for one in plan.clocks if one.facts.is_held]:
        after["held"] = ", ".join(held)
    record(
        session, deed=deed, organisation_id=plan.organisation_id,
        action=AuditAction.PURGED, object_kind=AuditObject.ORGANISATION,
        object_key=organisation.code, after=after,
    )  # fmt: skip


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]

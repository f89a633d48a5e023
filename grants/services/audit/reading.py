"""Reading the trail: a search over it, and the history of one object with its parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from grants.enums import AuditAction, AuditObject, AuditVia
from grants.errors import Conflict
from grants.french import PARIS
from grants.models.audit import AuditEvent
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.periods import DAY
from grants.services.audit.wording import change_lines
from grants.services.audit.writing import PLATFORM_NAME
from grants.workbook_format.sheets import SHEET_OF_KIND, kinds_of

# Organisations whose events may be read; None is every chain, the platform's own included.
Scope = Collection[int] | None
PART_OF = " › "
MOST_AT_ONCE = 50_000
# What makes facts what they are; the rest only reads them or opens the door.
FACT_ACTIONS = (
    AuditAction.CREATED,
    AuditAction.CHANGED,
    AuditAction.DELETED,
    AuditAction.IMPORTED,
)

# Parts of an object that no sheet of the workbook holds.
_OTHER_PARTS: Mapping[AuditObject, tuple[AuditObject, ...]] = {
    AuditObject.CONVENTION: (AuditObject.CLAIM, AuditObject.PACK),
    AuditObject.USER: (
        AuditObject.ROLE,
        AuditObject.INVITATION,
        AuditObject.DELEGATION,
        AuditObject.ROLE_REQUEST,
    ),
}


def _of_sheets(kind: AuditObject, *, as_owner: bool) -> tuple[AuditObject, ...]:
    sheet = SHEET_OF_KIND.get(kind)
    return () if sheet is None else kinds_of(sheet.name, as_owner=as_owner)


# What belongs to an object and is told in its history: keys of parts start with the object's own.
PARTS: Mapping[AuditObject, tuple[AuditObject, ...]] = {
    kind: (*_of_sheets(kind, as_owner=True), *_OTHER_PARTS.get(kind, ())) for kind in AuditObject
}
# What names an object without being part of it: a post stands second in the key of a holding, as
# does a convention in the key of a mission letter.
MENTIONS: Mapping[AuditObject, tuple[AuditObject, ...]] = {
    kind: _of_sheets(kind, as_owner=False) for kind in AuditObject
}
SORTS: Mapping[str, tuple[Any, ...]] = {
    "at": (AuditEvent.at,),
    "number": (AuditEvent.sequence, AuditEvent.at),
    "organisation": (Organisation.name, AuditEvent.at),
    "who": (AuditEvent.actor_label, AuditEvent.at),
    "role": (AuditEvent.actor_role, AuditEvent.at),
    "via": (AuditEvent.via, AuditEvent.at),
    "origin": (AuditEvent.origin, AuditEvent.at),
    "action": (AuditEvent.action, AuditEvent.at),
    "object": (AuditEvent.object_kind, AuditEvent.object_key, AuditEvent.at),
    "key": (AuditEvent.object_key, AuditEvent.at),
    "reason": (AuditEvent.reason, AuditEvent.at),
}


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What is looked for: parts of names and keys, exact kinds, days in France, both inclusive."""

    who: str = ""
    object_key: str = ""
    kind: str = ""
    action: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class TrailEvent:
    """One event as people read it. ``changes`` are lines like « Taux : 50 % → 60 % »."""

    organisation: str
    sequence: int
    at: datetime
    who: str
    role: str
    via: AuditVia
    action: AuditAction
    kind: AuditObject
    key: str
    changes: tuple[str, ...]
    reason: str
    origin: str
    hash: str
    before: str | None
    after: str | None
    chain: int = 0


def count_events(session: AnySession, wanted: TrailFilter, *, organisations: Scope) -> int:
    """How many events fit."""
    query = select(func.count(AuditEvent.id)).where(*_conditions(wanted, organisations))
    return session.scalar(query) or 0


def list_events(
    session: AnySession,
    wanted: TrailFilter,
    *,
    organisations: Scope,
    sort: str = "-at",
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[TrailEvent]:
    """Events that fit, sorted by a key of ``SORTS``; a leading « - » turns the order round.

    Raises: Conflict: more events than a file can be useful with, when no ``limit`` is given.
    """
    if limit is None:
        found = count_events(session, wanted, organisations=organisations)
        if found > MOST_AT_ONCE:
            raise Conflict(
                f"{found} événements répondent à cette recherche, {MOST_AT_ONCE} au plus peuvent "
                "être exportés : choisissez une période plus courte"
            )
    columns = (*SORTS[sort.removeprefix("-")], AuditEvent.chain, AuditEvent.sequence)
    order = [column.desc() if sort.startswith("-") else column for column in columns]
    query = _events().where(*_conditions(wanted, organisations)).order_by(*order)
    return _told(session, query.offset(offset).limit(limit))


def object_history(
    session: AnySession,
    *,
    organisation_id: int | None,
    kind: AuditObject,
    key: str,
    limit: int | None = None,
) -> Sequence[TrailEvent]:
    """What was done to one object and to its parts, the latest first."""
    query = (
        _events()
        .where(AuditEvent.chain == (organisation_id or 0), _is_about(kind, key))
        .order_by(AuditEvent.sequence.desc())
        .limit(limit)
    )
    return _told(session, query)


def histories(
    session: AnySession, *, chains: Scope, kind: AuditObject, key: str, limit: int
) -> Sequence[TrailEvent]:
    """``object_history`` over several chains, for an object that is no organisation's own; 0 is
    the platform's chain, None every chain.
    """
    query = _events().where(_is_about(kind, key))
    if chains is not None:
        query = query.where(AuditEvent.chain.in_(sorted(chains)))
    order = (AuditEvent.at.desc(), AuditEvent.id.desc())
    return _told(session, query.order_by(*order).limit(limit))


def facts_history(
    session: AnySession,
    *,
    organisation_id: int,
    convention: str,
    persons: Collection[str],
) -> Sequence[TrailEvent]:
    """Everything that made the facts of a claim what they are, oldest first: imports, and changes
    of the structure, the convention and the persons. What was merely read or filed is left out, so
    that the same facts always give the same journal.
    """
    of_persons = (AuditObject.PERSON, *PARTS[AuditObject.PERSON])
    about = or_(
        AuditEvent.object_kind.in_((AuditObject.IMPORT, AuditObject.ORGANISATION, *of_persons)),
        _is_about(AuditObject.CONVENTION, convention),
    )
    query = _events().where(
        AuditEvent.chain == organisation_id, AuditEvent.action.in_(FACT_ACTIONS), about
    )
    # A claim may have a thousand persons: they are told apart here, not in one long query.
    return [
        event
        for event in _told(session, query.order_by(AuditEvent.sequence))
        if event.kind not in of_persons or event.key.partition(PART_OF)[0] in persons
    ]


def _is_about(kind: AuditObject, key: str) -> ColumnElement[bool]:
    """The object itself, one of its parts, or what names it."""
    own = and_(AuditEvent.object_kind == kind, AuditEvent.object_key == key)
    parts = AuditEvent.object_key.startswith(key + PART_OF, autoescape=True)
    named = AuditEvent.object_key.contains(PART_OF + key + PART_OF, autoescape=True)
    return or_(
        own,
        and_(AuditEvent.object_kind.in_(PARTS[kind]), parts),
        and_(AuditEvent.object_kind.in_(MENTIONS[kind]), named),
    )


def _conditions(wanted: TrailFilter, organisations: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if organisations is not None:
        found.append(AuditEvent.chain.in_(organisations))
    if wanted.who:
        found.append(AuditEvent.actor_label.icontains(wanted.who, autoescape=True))
    if wanted.object_key:
        found.append(AuditEvent.object_key.icontains(wanted.object_key, autoescape=True))
    if wanted.kind:
        found.append(AuditEvent.object_kind == wanted.kind)
    if wanted.action:
        found.append(AuditEvent.action == wanted.action)
    if wanted.first is not None:
        found.append(AuditEvent.at >= _midnight(wanted.first))
    if wanted.last is not None:
        found.append(AuditEvent.at < _midnight(wanted.last + DAY))
    return found


def _midnight(day: date) -> datetime:
    """Start of a day in France."""
    return datetime.combine(day, time(), PARIS)


def _events() -> Any:
    return select(AuditEvent, Organisation.name).outerjoin(
        Organisation, AuditEvent.organisation_id == Organisation.id
    )


def _told(session: AnySession, query: Any) -> list[TrailEvent]:
    return [_event(row, name or PLATFORM_NAME) for row, name in session.execute(query)]


def _event(row: AuditEvent, organisation: str) -> TrailEvent:
    return TrailEvent(
        organisation,
        row.sequence,
        row.at,
        row.actor_label,
        row.actor_role,
        AuditVia(row.via),
        AuditAction(row.action),
        AuditObject(row.object_kind),
        row.object_key,
        change_lines(row.object_kind, row.before, row.after),
        row.reason,
        row.origin,
        row.hash,
        row.before,
        row.after,
        row.chain,
    )

"""Proof that signed sheets are what was signed. Two questions, answered apart: whether the kept
document still answers to the hash that the trail, whose events are chained, was told at the
signature; and what today's facts say otherwise than it does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from grants.enums import AuditObject
from grants.models.audit import AuditEvent
from grants.models.base import AnySession
from grants.models.people import Person
from grants.models.timesheets import SheetDocument, TimeSheet
from grants.periods import Period, month_index, month_of_index
from grants.rules.timesheets.building import build_sheet
from grants.rules.timesheets.document import DocumentState, sha256_of
from grants.rules.timesheets.sheet import Sheet, SheetChange
from grants.services.timesheets.book import load_book
from grants.services.timesheets.hold import signatures_hash
from grants.services.timesheets.store import sheet_key

HASH_FIELD, SIGNATURES_FIELD = "content_sha256", "signatures_sha256"
PERSONS_AT_ONCE, ROWS_AT_ONCE = 50, 500
Key = tuple[int, int]
"""Person and ``periods.month_index``."""
Hashes = tuple[str, str]
"""Hash of the document, hash of the signatures; the second is empty in events of the time before
it was told."""


@dataclass(frozen=True, slots=True)
class SheetVerdict:
    """A signed sheet that is not, or no longer wholly, what was signed.

    ``is_altered``: a document or signature was changed behind the program's back. ``has_changed``:
    hours or leave are others today. ``changes``: each field that differs today.
    """

    code: str
    month: date
    is_altered: bool
    has_changed: bool
    changes: tuple[SheetChange, ...]


@dataclass(frozen=True, slots=True)
class SheetProof:
    """How many sheets were signed here, how many of them before documents were kept, and those that
    something is to be said of.
    """

    signed: int
    not_kept: int
    verdicts: tuple[SheetVerdict, ...]

    @property
    def altered(self) -> int:
        """Sheets whose document or signatures were changed behind the program's back."""
        return sum(one.is_altered for one in self.verdicts)

    @property
    def changed(self) -> int:
        """Sheets whose hours or leave are others today."""
        return sum(one.has_changed for one in self.verdicts)


def verify_sheets(session: AnySession, *, as_of: date, month: date | None = None) -> SheetProof:
    """Hash every document again and compare every signed sheet with today's facts, within the
    session's scope.

    Args: month: only this one; all by default.
    """
    rows = _signed(session, month)
    people = {row.person_id for row in rows}
    altered = _altered_documents(session, month)
    codes = _codes(session, people | {person_id for person_id, _ in altered})
    altered |= _told_otherwise(session, rows, codes)
    found, not_kept = {}, 0
    for row, sheet in _sheets(session, rows, as_of):
        key = (row.person_id, row.month)
        not_kept += sheet.document_state is DocumentState.MISSING
        altered |= {key} if _is_altered(row, sheet) else set()
        if sheet.has_changed_since_signed or sheet.changes:
            found[key] = (sheet.has_changed_since_signed, sheet.changes)
    verdicts = (
        SheetVerdict(
            codes[key[0]], month_of_index(key[1]), key in altered, *found.get(key, (False, ()))
        )
        for key in altered | found.keys()
    )
    ordered = sorted(verdicts, key=lambda one: (one.code, one.month))
    return SheetProof(len(rows), not_kept, tuple(ordered))


def _signed(session: AnySession, month: date | None) -> Sequence[TimeSheet]:
    query = select(TimeSheet).where(TimeSheet.content_sha256 != "")
    if month is not None:
        query = query.where(TimeSheet.month == month_index(month))
    return session.scalars(query.order_by(TimeSheet.person_id, TimeSheet.month)).all()


def _codes(session: AnySession, people: Collection[int]) -> dict[int, str]:
    query = select(Person.id, Person.code).where(Person.id.in_(people))
    return {row.id: row.code for row in session.execute(query)}


def _sheets(
    session: AnySession, rows: Sequence[TimeSheet], as_of: date
) -> Iterator[tuple[TimeSheet, Sheet]]:
    """The signed sheets, a year of some persons at a time."""
    parts: dict[tuple[int, int], list[TimeSheet]] = defaultdict(list)
    places = {person_id: n for n, person_id in enumerate(sorted({one.person_id for one in rows}))}
    for row in rows:
        year = month_of_index(row.month).year
        parts[places[row.person_id] // PERSONS_AT_ONCE, year].append(row)
    for some in parts.values():
        months = sorted({month_of_index(one.month) for one in some})
        book = load_book(session, person_ids={one.person_id for one in some}, months=months)
        for row in some:
            month = Period.month(month_of_index(row.month))
            yield row, build_sheet(book.inputs(row.person_id, month, as_of=as_of))


def _is_altered(row: TimeSheet, sheet: Sheet) -> bool:
    """Whether the hash of the hours is not the one that the document holds."""
    if sheet.document is None:
        return row.hours_sha256 != row.content_sha256
    return row.hours_sha256 != sheet.document.hours_sha256


def _altered_documents(session: AnySession, month: date | None) -> set[Key]:
    """Months of which a document, earlier ones included, no longer answers to its hash."""
    kept = SheetDocument
    query = select(kept.person_id, kept.month, kept.sha256, kept.document)
    if month is not None:
        query = query.where(kept.month == month_index(month))
    rows = session.execute(query.order_by(kept.id).execution_options(yield_per=ROWS_AT_ONCE))
    return {(row[0], row[1]) for row in rows if sha256_of(row[3]) != row[2]}


def _told_otherwise(
    session: AnySession, rows: Sequence[TimeSheet], codes: Mapping[int, str]
) -> set[Key]:
    """Sheets whose stored hash or signatures are not what the trail was told last: somebody wrote
    them behind the program's back.
    """
    told = _told_hashes(session, {row.organisation_id for row in rows})
    found = set()
    for row in rows:
        key = sheet_key(codes[row.person_id], month_of_index(row.month))
        content, signatures = told.get((row.organisation_id, key), ("", ""))
        if content != row.content_sha256 or signatures not in ("", signatures_hash(row)):
            found.add((row.person_id, row.month))
    return found


def _told_hashes(session: AnySession, chains: Collection[int]) -> dict[tuple[int, str], Hashes]:
    """Hashes that each sheet's last event holds, by chain and key."""
    event = AuditEvent
    query = (
        select(event.chain, event.object_key, event.after)
        .where(event.chain.in_(chains), event.object_kind == AuditObject.TIME_SHEET.value)
        .where(event.after.contains(HASH_FIELD))
        .order_by(event.id)
    )
    found = {}
    for chain, key, after in session.execute(query):
        told = json.loads(after or "{}")
        found[chain, key] = str(told.get(HASH_FIELD, "")), str(told.get(SIGNATURES_FIELD, ""))
    return found

"""Sheets locked for a claim and given back: as many as a claim rests on, set by set.

A claim of a thousand posts rests on twelve thousand sheets: rows, steps and events are written
together, whatever the number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.exc import IntegrityError

from grants.enums import AuditAction, AuditObject, SheetStepKind
from grants.errors import NotFound
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.timesheets import SheetStep, TimeEntry, TimeSheet
from grants.periods import month_index, month_of_index
from grants.rules.timesheets.lock_rule import LockRule, is_locked, read_lock
from grants.services.audit.deed import Deed
from grants.services.audit.writing import Entry, record_all
from grants.services.facts.rows import month_number
from grants.services.platform.tenancy import BY_KEY
from grants.services.timesheets.hold import require_reason
from grants.services.timesheets.store import UNKNOWN, sheet_key, take_sheet

DAYS_REOPENED = 14
"""A month that its date had closed stays open so long after it was unlocked."""
SHEETS_A_QUERY = 500
PersonMonths = Collection[tuple[int, date]]
Key = tuple[int, int]


def lock_sheets(
    session: AnySession,
    *,
    person_months: PersonMonths,
    locked_for: str,
    deed: Deed,
) -> int:
    """Lock the months that a claim rests on, signed or not, whatever reopened them.

    Returns: how many were locked by this; those that another claim holds stay its own.
    Raises: NotFound: a person outside the session's scope.
    """
    rows = [row for row in _taken(session, person_months) if row.locked_at is None]
    for row in rows:
        row.locked_at, row.locked_for, row.unlocked_until = deed.at, locked_for, None
    _tell(session, rows, SheetStepKind.LOCKED, replace(deed, reason=locked_for))
    return len(rows)


def unlock_sheets(
    session: AnySession,
    *,
    person_months: PersonMonths,
    until: date | None = None,
    deed: Deed,
) -> int:
    """Open months that a claim or their date had locked; signatures stay until they are reopened.

    Args: until: last day on which the date's lock does not count; two weeks by default.
    Returns: how many were unlocked; those that nothing locked are left alone.
    Raises: Conflict: the deed's reason is too short. NotFound: a person out of the session's scope.
    """
    deed = replace(deed, reason=require_reason(deed.reason))
    rules = _rules(session)
    taken = _taken(session, person_months)
    rows = [row for row in taken if _is_locked(row, rules.get(row.organisation_id), deed.as_of)]
    for row in rows:
        row.locked_at, row.locked_for = None, ""
        row.unlocked_until = until or deed.as_of + timedelta(days=DAYS_REOPENED)
    _tell(session, rows, SheetStepKind.UNLOCKED, deed)
    return len(rows)


def _rules(session: AnySession) -> dict[int, LockRule]:
    query = select(Organisation.id, Organisation.sheet_lock).where(Organisation.sheet_lock != "")
    found = {owner: read_lock(words) for owner, words in session.execute(query)}
    return {owner: rule for owner, rule in found.items() if rule is not None}


def _is_locked(row: TimeSheet, rule: LockRule | None, today: date) -> bool:
    # A weekly lock closes a month from its first day on: that is enough to be opened.
    return row.locked_at is not None or is_locked(
        rule, month_of_index(row.month), today, unlocked_until=row.unlocked_until
    )


def _taken(session: AnySession, person_months: PersonMonths) -> list[TimeSheet]:
    """Rows of these months in one order, held until the transaction ends; made where missing."""
    keys = sorted({(person_id, month_index(month)) for person_id, month in person_months})
    rows: list[TimeSheet] = []
    for start in range(0, len(keys), SHEETS_A_QUERY):
        rows += _some_taken(session, keys[start : start + SHEETS_A_QUERY])
    return rows


def _some_taken(session: AnySession, keys: Sequence[Key]) -> list[TimeSheet]:
    sheet = TimeSheet
    people, months = {person_id for person_id, _ in keys}, [month for _, month in keys]
    among = and_(sheet.person_id.in_(people), sheet.month.between(min(months), max(months)))
    # Changes nothing, but takes the rows, on SQLite the only write lock, before they are read.
    hold = update(sheet).where(among).values(version=sheet.version)
    session.execute(hold.execution_options(synchronize_session=False, **BY_KEY))
    query = select(sheet).where(among).execution_options(populate_existing=True, **BY_KEY)
    found = {(row.person_id, row.month): row for row in session.scalars(query)}
    missing = [key for key in keys if key not in found]
    rows = found | _made(session, missing)
    return [rows[key] for key in keys]


def _made(session: AnySession, keys: Sequence[Key]) -> dict[Key, TimeSheet]:
    """Rows of months that nobody touched yet."""
    owners = _get_owners(session, {person_id for person_id, _ in keys})
    made = {
        key: TimeSheet(organisation_id=owners[key[0]], person_id=key[0], month=key[1])
        for key in keys
    }
    try:
        with session.begin_nested():
            session.add_all(made.values())
    except IntegrityError:  # somebody made one of them at the same moment
        return {
            (person_id, month): take_sheet(
                session, person_id=person_id, month=month_of_index(month)
            )
            for person_id, month in keys
        }
    return made


def _get_owners(session: AnySession, people: Collection[int]) -> dict[int, int]:
    query = select(Person.id, Person.organisation_id).where(Person.id.in_(people))
    found: dict[int, int] = {row.id: row.organisation_id for row in session.execute(query)}
    if found.keys() != set(people):
        raise NotFound(UNKNOWN)
    return found


def _tell(
    session: AnySession,
    rows: Sequence[TimeSheet],
    kind: SheetStepKind,
    deed: Deed,
) -> None:
    """A step and an event for each sheet; chains by ascending organisation."""
    if not rows:
        return
    minutes = _minutes(session, rows)
    for row in rows:
        row.version += 1
        session.add(
            SheetStep(
                organisation_id=row.organisation_id,
                person_id=row.person_id,
                month=row.month,
                step=kind.value,
                happened_at=deed.at,
                user_id=deed.actor.id,
                name=deed.actor.label,
                reason=deed.reason,
                minutes=minutes.get((row.person_id, row.month), 0),
                content_sha256=row.content_sha256,
            )
        )
    session.flush()
    for owner, entries in sorted(_entries(session, rows, kind).items()):
        record_all(session, entries, deed=deed, organisation_id=owner)


def _minutes(session: AnySession, rows: Sequence[TimeSheet]) -> dict[Key, int]:
    """Declared minutes of each person and month, summed by the database."""
    entry = TimeEntry
    months = [row.month for row in rows]
    index = month_number(entry.work_on)
    query = (
        select(entry.person_id, index, func.sum(entry.minutes))
        .where(entry.person_id.in_({row.person_id for row in rows}))
        .where(entry.work_on >= month_of_index(min(months)))
        .where(entry.work_on < month_of_index(max(months) + 1))
        .group_by(entry.person_id, index)
    )
    return {
        (person_id, int(month)): int(total)
        for person_id, month, total in session.execute(query, execution_options=BY_KEY)
    }


def _entries(
    session: AnySession, rows: Sequence[TimeSheet], kind: SheetStepKind
) -> Mapping[int, list[Entry]]:
    query = select(Person.id, Person.code).where(Person.id.in_({row.person_id for row in rows}))
    codes: dict[int, str] = {row.id: row.code for row in session.execute(query)}
    found: dict[int, list[Entry]] = defaultdict(list)
    for row in rows:
        key = sheet_key(codes[row.person_id], month_of_index(row.month))
        after = {"step": kind.value} | ({"locked_for": row.locked_for} if row.locked_for else {})
        found[row.organisation_id].append(
            Entry(AuditAction.CHANGED, AuditObject.TIME_SHEET, key, {}, after)
        )
    return found

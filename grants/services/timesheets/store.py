"""Writing a person's month: one row taken first, hours, days and steps after it.

Whoever changes a sheet takes its row before reading anything of it. A second writer waits for the
first one's commit and then sees what stands there. On SQLite the write comes first in the
transaction for the same reason: commit what you read before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from grants.enums import Activity, AuditAction, AuditObject, SheetStepKind
from grants.errors import Conflict, NotFound
from grants.models.base import AnySession
from grants.models.people import Person
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.periods import month_index
from grants.rules.audit.chain import Document
from grants.rules.timesheets.rows import parse_row_key, row_key
from grants.rules.timesheets.sheet import Place, Sheet
from grants.services.audit.deed import Deed
from grants.services.audit.reading import PART_OF
from grants.services.audit.writing import record

UNKNOWN = "Cette feuille n'existe pas, ou vous n'y avez pas accès : revenez à vos feuilles."
STALE = (
    "La feuille a changé depuis que vous l'avez affichée : relisez-la ci-dessous, puis recommencez."
)


def take_sheet(session: AnySession, *, person_id: int, month: date) -> TimeSheet:
    """The row of a month, held until the transaction ends; made where there was none.

    Raises: NotFound: no such person within the session's scope.
    """
    index = month_index(month)
    if not _hold(session, person_id, index):
        owner = session.scalars(
            select(Person.organisation_id).where(Person.id == person_id)
        ).one_or_none()
        if owner is None:
            raise NotFound(UNKNOWN)
        try:
            with session.begin_nested():
                session.add(TimeSheet(organisation_id=owner, person_id=person_id, month=index))
        except IntegrityError:
            _hold(session, person_id, index)  # somebody made it at the same moment
    query = select(TimeSheet).where(TimeSheet.person_id == person_id, TimeSheet.month == index)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _hold(session: AnySession, person_id: int, index: int) -> bool:
    """Take the row's lock, on SQLite the only write lock; changes nothing. Whether there is one."""
    row = TimeSheet
    taken = (
        update(row)
        .where(row.person_id == person_id, row.month == index)
        .values(version=row.version)
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(taken).one_or_none() is not None


def require_version(row: TimeSheet, version: int | None) -> None:
    """Stop whoever decided on an older version of the sheet than the stored one.

    Raises: Conflict: field ``version``.
    """
    if version is not None and version != row.version:
        raise Conflict(STALE, field="version")


def write_cells(session: AnySession, row: TimeSheet, cells: Mapping[Place, int]) -> None:
    """Make the stored hours of some cells so many minutes; none removes them.

    A cell that several rows of an import make up becomes one row. What was typed here has no row of
    a workbook behind it any more.
    """
    if not cells:
        return
    stored = _stored(session, row, {day for _, day in cells})
    for place, minutes in cells.items():
        name, (first, *others) = parse_row_key(place[0]), stored.get(place) or [None]
        for extra in others:
            session.delete(extra)
        if first is None:
            if minutes:
                session.add(
                    TimeEntry(
                        organisation_id=row.organisation_id,
                        person_id=row.person_id,
                        work_on=place[1],
                        convention_id=name.convention_id,
                        activity=name.activity.value,
                        market=name.market,
                        minutes=minutes,
                    )
                )
        elif not minutes:
            session.delete(first)
        else:
            first.minutes, first.source_row, first.import_id = minutes, None, None
    session.flush()


def _stored(
    session: AnySession, row: TimeSheet, days: set[date]
) -> dict[Place, list[TimeEntry | None]]:
    entry = TimeEntry
    query = select(entry).where(entry.person_id == row.person_id, entry.work_on.in_(sorted(days)))
    found: dict[Place, list[TimeEntry | None]] = defaultdict(list)
    for one in session.scalars(query.order_by(entry.id)):
        found[_place(one)].append(one)
    return found


def _place(entry: TimeEntry) -> Place:
    return row_key(entry.convention_id, Activity(entry.activity), entry.market), entry.work_on


def write_days(
    session: AnySession, row: TimeSheet, days: Mapping[date, Mapping[str, object]]
) -> None:
    """Set what is stored of some days beside their hours; fields that are not named stay."""
    if not days:
        return
    day = SheetDay
    query = select(day).where(day.person_id == row.person_id, day.work_on.in_(sorted(days)))
    stored = {one.work_on: one for one in session.scalars(query)}
    for on, said in days.items():
        one = stored.get(on)
        if one is None:
            one = day(organisation_id=row.organisation_id, person_id=row.person_id, work_on=on)
            session.add(one)
        for name, value in said.items():
            setattr(one, name, value)
    session.flush()


def add_step(
    session: AnySession,
    row: TimeSheet,
    kind: SheetStepKind,
    deed: Deed,
    *,
    name: str = "",
    day: date | None = None,
    minutes: int = 0,
    content_sha256: str = "",
) -> None:
    """Add a step that stays readable whatever happens to the sheet later."""
    session.add(
        SheetStep(
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            month=row.month,
            step=kind.value,
            happened_at=deed.at,
            user_id=deed.actor.id,
            name=name or deed.actor.label,
            day=day,
            reason=deed.reason,
            minutes=minutes,
            content_sha256=content_sha256,
        )
    )
    session.flush()


def sheet_key(code: str, month: date) -> str:
    """How the trail names a person's month.

    Example:
    >>> sheet_key("A001", date(2025, 1, 1))
    'A001 › 2025-01'
    """
    return PART_OF.join((code, f"{month:%Y-%m}"))


def tell(
    session: AnySession,
    sheet: Sheet,
    deed: Deed,
    *,
    before: Document | None = None,
    after: Document | None = None,
) -> None:
    """Tell a change of a sheet in the trail, under the person's code and the month."""
    record(
        session,
        deed=deed,
        organisation_id=sheet.organisation_id,
        action=AuditAction.CHANGED,
        object_kind=AuditObject.TIME_SHEET,
        object_key=sheet_key(sheet.person.code, sheet.month.start),
        before=before,
        after=after,
    )

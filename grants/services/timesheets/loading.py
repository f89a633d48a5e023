"""Time sheets as pages, prints and files show them: one person's month, a team's, a year's.

All of them are built by one rule (``rules/timesheets/building``) from one set of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select

from grants.errors import NotFound
from grants.models.base import AnySession
from grants.models.people import Employment, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.rules.timesheets.building import build_sheet
from grants.rules.timesheets.rows import parse_row_key
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.summary import SheetSummary, summary_of
from grants.services.timesheets.book import load_book

UNKNOWN = "Cette feuille n'existe pas, ou vous n'y avez pas accès : revenez à vos feuilles."


def load_sheet(
    session: AnySession,
    *,
    person_id: int,
    month: date,
    as_of: date,
    may_override: bool = False,
    extra_rows: Sequence[str] = (),
) -> Sheet:
    """One person's month.

    Args: month: any day of it. may_override: whoever asks may type during the days of grace.
    extra_rows: keys of lines that were added and hold no hours yet; those of an operation that is
    not open to the person are left out.
    Raises: NotFound: no such person within the session's scope, or no key of a line.
    """
    names = [parse_row_key(key) for key in extra_rows]
    book = load_book(session, person_ids=[person_id], months=[month])
    if person_id not in book.persons:
        raise NotFound(UNKNOWN)
    inputs = book.inputs(
        person_id,
        Period.month(month),
        as_of=as_of,
        may_override=may_override,
        extra_rows=names,
    )
    return build_sheet(inputs)


def load_sheets(
    session: AnySession,
    *,
    person_ids: Collection[int],
    months: Sequence[date],
    as_of: date,
    may_override: bool = False,
) -> tuple[Sheet, ...]:
    """Months of several persons with as many queries as one; by name, then by month."""
    if not person_ids or not months:
        return ()
    book = load_book(session, person_ids=person_ids, months=months)
    periods = [Period.month(month) for month in sorted({one.replace(day=1) for one in months})]
    return tuple(
        build_sheet(book.inputs(person_id, month, as_of=as_of, may_override=may_override))
        for person_id in book.persons
        for month in periods
    )


def load_team(
    session: AnySession,
    *,
    person_ids: Collection[int] | None = None,
    organisation_ids: Collection[int] | None = None,
    month: date,
    as_of: date,
    may_override: bool = False,
) -> tuple[SheetSummary, ...]:
    """Where the month of each person stands who is under contract in it, or left hours there.

    Args: person_ids, organisation_ids: only these; None for everybody within the scope.
    """
    people = _people_of_month(session, Period.month(month), person_ids, organisation_ids)
    sheets = load_sheets(
        session, person_ids=people, months=[month], as_of=as_of, may_override=may_override
    )
    return tuple(summary_of(sheet, as_of) for sheet in sheets)


def load_year(
    session: AnySession,
    *,
    person_id: int,
    year: int,
    as_of: date,
    seen: Callable[[Iterable[Sheet]], Iterable[Sheet]] = iter,
) -> tuple[SheetSummary, ...]:
    """Twelve months of a person, as whoever asks may read them.

    Raises: NotFound: no such person within the session's scope.
    """
    sheets = load_sheets(
        session, person_ids=[person_id], months=Period.year(year).months(), as_of=as_of
    )
    if not sheets:
        raise NotFound(UNKNOWN)
    return tuple(summary_of(sheet, as_of) for sheet in seen(sheets))


def _people_of_month(
    session: AnySession,
    month: Period,
    person_ids: Collection[int] | None,
    organisation_ids: Collection[int] | None,
) -> list[int]:
    contract, entry = Employment, TimeEntry
    employed = select(contract.person_id).where(
        contract.start_on < month.end,
        or_(contract.end_on.is_(None), contract.end_on > month.start),
    )
    worked = (
        select(entry.id)
        .where(entry.person_id == Person.id)
        .where(entry.work_on >= month.start, entry.work_on < month.end)
    )
    query = select(Person.id).where(or_(Person.id.in_(employed), worked.exists()))
    if person_ids is not None:
        query = query.where(Person.id.in_(person_ids))
    if organisation_ids is not None:
        query = query.where(Person.organisation_id.in_(organisation_ids))
    return list(session.scalars(query))

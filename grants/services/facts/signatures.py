"""Signatures under time sheets as a claim judges them: who signed when, whether what they signed is
still what stands there, whether anybody ever corrected a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Integer, Select, cast, func, or_, select

from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.periods import Period, month_index, month_of_index
from grants.rules.basis.facts.time import Signature
from grants.rules.basis.people import grouped
from grants.rules.timesheets.content import Line, hash_of, signed_content
from grants.services.facts.people import load_absences
from grants.services.facts.rows import among, found_by, month_number

PersonMonth = tuple[int, int]


def load_signatures(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> tuple[Signature, ...]:
    """Signatures of the months of a period; a sheet that is still being filled here is none yet.

    A sheet that was signed before and lost its signatures is one: the claim says so.
    """
    rows = session.execute(_signed(period).where(among(TimeSheet.person_id, person_ids))).all()
    hashes = {(row[0], row[1]): row[7] for row in rows if row[7]}
    changed = _changed(session, period, hashes)
    edited = load_edits(session, period=period, person_ids=person_ids)
    return tuple(
        Signature(
            person_id=person_id,
            month=month_of_index(month),
            signed_by_person_on=by_person,
            signed_by_manager_on=by_manager,
            manager=manager,
            row=row or 0,
            piece=piece,
            is_changed=(person_id, month) in changed,
            is_reopened=known and by_person is None and by_manager is None,
            was_edited=edited.get((person_id, month)),
        )
        for person_id, month, by_person, by_manager, manager, row, piece, _, known in rows
    )


Signed = Select[int, int, date | None, date | None, str, int | None, str, str, bool]


def _signed(period: Period) -> Signed:
    """Months that both, one or, before they were reopened, somebody had signed."""
    sheet, step = TimeSheet, SheetStep
    was_signed = (
        select(step.id).where(step.person_id == sheet.person_id, step.month == sheet.month).exists()
    )
    # Columns, not objects: a claim of a thousand posts reads twelve thousand of them.
    return select(
        sheet.person_id,
        sheet.month,
        sheet.signed_by_person_on,
        sheet.signed_by_manager_on,
        sheet.manager,
        sheet.source_row,
        sheet.piece,
        sheet.hours_sha256,
        was_signed,
    ).where(
        sheet.month >= month_index(period.start),
        sheet.month < month_index(period.end),
        or_(
            sheet.signed_by_person_on.is_not(None),
            sheet.signed_by_manager_on.is_not(None),
            sheet.source_row.is_not(None),
            was_signed,
        ),
    )


def load_edits(
    session: AnySession, *, period: Period, person_ids: Collection[int] | None = None
) -> dict[PersonMonth, bool]:
    """Months whose days were confirmed here, and whether one of them was corrected."""
    day = SheetDay
    index = month_number(day.work_on)
    query = (
        select(day.person_id, index, func.max(cast(day.is_edited, Integer)))
        .where(day.is_confirmed, day.work_on >= period.start, day.work_on < period.end)
        .where(among(day.person_id, person_ids))
        .group_by(day.person_id, index)
    )
    return {
        (person_id, int(number)): bool(any_edited)
        for person_id, number, any_edited in session.execute(
            query, execution_options=found_by(person_ids)
        )
    }


def _changed(
    session: AnySession, period: Period, hashes: Mapping[PersonMonth, str]
) -> set[PersonMonth]:
    """Sheets signed here whose hours or leave are no longer what was signed."""
    if not hashes:
        return set()
    people = sorted({person_id for person_id, _ in hashes})
    query = select(Person.id, Person.code).where(Person.id.in_(people))
    codes: dict[int, str] = {row.id: row.code for row in session.execute(query)}
    lines = _lines(session, period, people)
    away = load_absences(session, person_ids=people, period=period)
    leave = grouped(away, lambda one: one.person_id)
    return {
        (person_id, number)
        for (person_id, number), signed in hashes.items()
        if hash_of(
            signed_content(
                person_code=codes.get(person_id, ""),
                month=Period.month(month_of_index(number)),
                lines=lines.get((person_id, number), {}),
                absences=leave[person_id],
            )
        )
        != signed
    }


def _lines(
    session: AnySession, period: Period, people: Collection[int]
) -> dict[PersonMonth, dict[Line, dict[date, int]]]:
    entry, convention = TimeEntry, Convention
    query = (
        select(
            entry.person_id,
            entry.work_on,
            convention.number,
            entry.activity,
            entry.market,
            func.sum(entry.minutes),
        )
        .outerjoin(convention, entry.convention_id == convention.id)
        .where(entry.person_id.in_(people))
        .where(entry.work_on >= period.start, entry.work_on < period.end)
        .group_by(entry.person_id, entry.work_on, convention.number, entry.activity, entry.market)
    )
    found: dict[PersonMonth, dict[Line, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for person_id, day, number, activity, market, minutes in session.execute(query):
        found[person_id, month_index(day)][number or "", activity, market][day] = int(minutes)
    return found

"""Whole sheets of fictional persons, made without a database, for prints and workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from exports.timesheets.prints import PrintedSheet
from grants.enums import (
    AbsenceKind,
    Activity,
    DayClosure,
    FunderKind,
    HolidayCalendar,
    SheetState,
    SheetStepKind,
)
from grants.periods import DAY, Period
from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.timesheets.document import SheetOperation
from grants.rules.timesheets.sheet import (
    Place,
    Sheet,
    SheetDayFacts,
    SheetRow,
    SheetSignatureFacts,
    SheetStepFacts,
)

JANUARY = date(2025, 1, 1)
SATURDAY = 5
DAILY = 420
CONTRACT = Employment(
    person_id=1,
    period=Period.inclusive(date(2022, 1, 1), None),
    fte=Decimal("1.0000"),
    weekly_minutes=2100,
    row=2,
)
OPERATIONS = (
    SheetOperation(
        1, "FSE-79-2024", "202401234", "Clause sociale Deux-Sèvres", "Département des Deux-Sèvres",
        FunderKind.FSE_PLUS,
    ),
    SheetOperation(
        2, "ETAT-2024", "", "Facilitateurs de la clause sociale d'insertion",
        "DREETS Nouvelle-Aquitaine", FunderKind.STATE,
    ),
)  # fmt: skip
HASH = "5f2a" * 16


def make_rows(count: int = 4) -> tuple[SheetRow, ...]:
    """Lines of both operations and of other activity, at least one."""
    names = [
        SheetRow(f"1-{activity}", 1, "FSE-79-2024", OPERATIONS[0].title, activity)
        for activity in (Activity.RAISE_AWARENESS, Activity.SUPPORT_BUYERS,
                         Activity.SUPPORT_COMPANIES, Activity.PARTNERSHIP, Activity.EVALUATION)
    ]  # fmt: skip
    names += [
        SheetRow(f"2-partnership-{k}", 2, "ETAT-2024", OPERATIONS[1].title, Activity.PARTNERSHIP,
                 f"Marché 2024-{k:03d}")
        for k in range(20)
    ]  # fmt: skip
    other = SheetRow("0-other", None, "", "Autre activité", Activity.OTHER)
    return (*names[: count - 1], other)


def make_sheet(
    month: date = JANUARY,
    *,
    rows: Sequence[SheetRow] | None = None,
    minutes: Mapping[Place, int] | None = None,
    number: int = 1,
    absences: Sequence[Absence] = (),
    comments: Mapping[date, str] | None = None,
) -> Sheet:
    """Draft of a month of 35 hours a week; without ``minutes`` each open day is shared out."""
    period, lines = Period.month(month), tuple(rows or make_rows())
    days = tuple(_day(day, absences, (comments or {}).get(day, "")) for day in period.iter_days())
    declared = _declared(lines, days, number) if minutes is None else dict(minutes)
    sheet = Sheet(
        organisation_id=1,
        organisation_name="Maison de l'emploi du Bocage",
        person=Person(id=number, code=f"A{number:02d}", last_name=f"Martin-{number}",
                      first_name="Camille", job_title="Facilitatrice de la clause sociale",
                      calendar=HolidayCalendar.METROPOLE),
        month=period,
        state=SheetState.DRAFT,
        version=3,
        rows=lines,
        days=days,
        minutes=declared,
        proposed={},
        comments={},
        employments=(CONTRACT,),
        absences=tuple(absences),
    )  # fmt: skip
    return with_totals(sheet)


def with_totals(sheet: Sheet) -> Sheet:
    """The sheet with the sums that its builder gives."""
    row_totals = dict.fromkeys((row.key for row in sheet.rows), 0)
    day_totals = dict.fromkeys((facts.day for facts in sheet.days), 0)
    for (key, day), count in sheet.minutes.items():
        row_totals[key] += count
        day_totals[day] += count
    return replace(sheet, row_totals=row_totals, day_totals=day_totals)


def _day(day: date, absences: Sequence[Absence], comment: str) -> SheetDayFacts:
    away = any(item.period.contains(day) for item in absences)
    closure = DayClosure.WEEKEND if day.weekday() >= SATURDAY else None
    if (day.month, day.day) == (1, 1):
        closure = DayClosure.PUBLIC_HOLIDAY
    works = closure is None
    closure = DayClosure.ABSENCE if away and works else closure
    return SheetDayFacts(
        day=day,
        closure=closure,
        closed_because="",
        contract_minutes=DAILY if closure is None else 0,
        absence_minutes=DAILY if away and works else 0,
        locked_because="",
        is_confirmed=True,
        is_edited=True,
        comment=comment,
    )


def _declared(
    rows: Sequence[SheetRow], days: Sequence[SheetDayFacts], number: int
) -> dict[Place, int]:
    found: dict[Place, int] = {}
    for facts in days:
        left = facts.contract_minutes
        for place, row in enumerate(rows):
            is_last = place == len(rows) - 1
            part = left if is_last else min(left, 15 * ((facts.day.day + place + number) % 9))
            if part:
                found[row.key, facts.day] = part
            left -= part
    return found


def signed(sheet: Sheet, *, again: bool = False) -> Sheet:
    """The sheet signed twice in the program; ``again``: after it was reopened once."""
    person = SheetSignatureFacts("Martin-1 Camille", date(2025, 2, 3), _at(3, 13))
    manager = SheetSignatureFacts("Durand Alix", date(2025, 2, 4), _at(4, 8))
    total = sheet.total_minutes
    steps = (
        SheetStepFacts(SheetStepKind.SIGNED, _at(1, 9), person.name, minutes=total - 60,
                       content_sha256="ab" * 32),
        SheetStepFacts(SheetStepKind.RETURNED, _at(2, 9), manager.name,
                       reason="Il manque une heure le 6 janvier."),
        SheetStepFacts(SheetStepKind.SIGNED, _at(3, 13), person.name, minutes=total,
                       content_sha256=HASH),
        SheetStepFacts(SheetStepKind.APPROVED, _at(4, 8), manager.name, minutes=total,
                       content_sha256=HASH),
    )  # fmt: skip
    return replace(
        sheet,
        state=SheetState.APPROVED,
        signed_by_person=person,
        signed_by_manager=manager,
        content_sha256=HASH,
        steps=steps if again else steps[2:],
    )


def _at(day: int, hour: int) -> datetime:
    return datetime(2025, 2, day, hour, 5, 9, tzinfo=UTC)


def printed(sheet: Sheet, operations: Sequence[SheetOperation] = OPERATIONS) -> PrintedSheet:
    """The sheet with its employer and operations."""
    return PrintedSheet(
        sheet=sheet,
        siret="130 025 265 00013",
        address="1 rue des Tilleuls, 79300 Bressuire",
        operations=tuple(operations),
        made_on=date(2025, 2, 4),
    )


def leave(first: date, days: int, kind: AbsenceKind = AbsenceKind.PAID_LEAVE) -> Absence:
    """Whole days away."""
    return Absence(
        person_id=1,
        kind=kind,
        period=Period(first, first + days * DAY),
        minutes=None,
        expects_ijss=False,
        row=5,
    )

"""From a sheet to the document that is signed, and from the kept document to the sheet shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from grants.rules.basis.facts.people import Absence, Employment, Person
from grants.rules.timesheets.changes import changes_between
from grants.rules.timesheets.document import (
    DocumentState,
    SheetAbsence,
    SheetContent,
    SheetContract,
    SheetDay,
    SheetLine,
    SheetPerson,
    read_document,
)
from grants.rules.timesheets.inputs import StoredDocument
from grants.rules.timesheets.rows import parse_row_key
from grants.rules.timesheets.sheet import Place, Sheet, SheetDayFacts, SheetRow


def content_of(sheet: Sheet) -> SheetContent:
    """What a sheet says of its month: everything that is printed but signatures and steps.

    Contracts and leave count within the month: what comes after it changes nothing of it.
    """
    person = sheet.person
    return SheetContent(
        SheetPerson(person.code, person.last_name, person.first_name, person.job_title),
        sheet.employer,
        sheet.month,
        tuple(
            SheetContract(held, one.fte, one.weekly_minutes)
            for one in sheet.employments
            if (held := one.period.intersect(sheet.month)) is not None
        ),
        tuple(
            SheetDay(
                one.day,
                one.closure,
                one.closed_because,
                one.contract_minutes,
                one.absence_minutes,
                one.comment,
            )
            for one in sheet.days
        ),
        _lines(sheet),
        tuple(
            SheetAbsence(one.kind, held, one.minutes)
            for one in sheet.absences
            if (held := one.period.intersect(sheet.month)) is not None
        ),
        sheet.operations,
    )


def _lines(sheet: Sheet) -> tuple[SheetLine, ...]:
    minutes: dict[str, dict[date, int]] = defaultdict(dict)
    comments: dict[str, dict[date, str]] = defaultdict(dict)
    for (key, day), count in sheet.minutes.items():
        minutes[key][day] = count
    for (key, day), text in sheet.comments.items():
        comments[key][day] = text
    return tuple(
        SheetLine(
            row.key, row.number, row.title, row.activity, row.market, minutes[row.key],
            comments[row.key],
        )
        for row in sheet.rows
    )  # fmt: skip


def as_signed(today: Sheet, stored: StoredDocument | None) -> Sheet:
    """The sheet as it was signed, with what is otherwise today; today's where nobody signed, or the
    document is not kept or no longer what was signed.

    Args: stored: the document of the last signature, None where there is none.
    """
    if not today.content_sha256:
        return today
    if stored is None:
        return replace(today, document_state=DocumentState.MISSING)
    document = read_document(stored.text, stored.sha256)
    if document is None:
        return replace(today, document_state=DocumentState.ALTERED)
    return replace(
        show(today, document.content),
        document=document,
        document_state=DocumentState.KEPT,
        changes=changes_between(document.content, content_of(today)),
    )


def show(today: Sheet, content: SheetContent) -> Sheet:
    """A sheet with the content of a document in the place of today's."""
    cells: dict[Place, int] = {}
    comments: dict[Place, str] = {}
    for line in content.lines:
        cells |= {(line.key, day): count for day, count in line.minutes.items()}
        comments |= {(line.key, day): text for day, text in line.comments.items()}
    row_totals = {line.key: sum(line.minutes.values()) for line in content.lines}
    day_totals: dict[date, int] = defaultdict(int)
    for (_, day), count in cells.items():
        day_totals[day] += count
    return replace(
        today,
        organisation_name=content.employer.name,
        employer=content.employer,
        person=_person(today.person, content.person),
        rows=tuple(map(_row, content.lines)),
        days=_days(today.days, content.days),
        minutes=cells,
        proposed={},
        comments=comments,
        employments=tuple(_employment(today.person, one) for one in content.contracts),
        absences=tuple(_absence(today.person, one) for one in content.absences),
        row_totals=row_totals,
        day_totals=dict(day_totals),
        operations=content.operations,
    )


def _person(today: Person, signed: SheetPerson) -> Person:
    return replace(
        today,
        code=signed.code,
        last_name=signed.last_name,
        first_name=signed.first_name,
        job_title=signed.job_title,
    )


def _row(line: SheetLine) -> SheetRow:
    number = parse_row_key(line.key).convention_id
    return SheetRow(line.key, number, line.number, line.title, line.activity, line.market, False)


def _days(today: Sequence[SheetDayFacts], signed: Sequence[SheetDay]) -> tuple[SheetDayFacts, ...]:
    """Days as signed; whether they may be typed in is today's."""
    now: Mapping[date, SheetDayFacts] = {one.day: one for one in today}
    return tuple(
        replace(
            now[one.day],
            closure=one.closure,
            closed_because=one.closed_because,
            contract_minutes=one.expected,
            absence_minutes=one.absence,
            comment=one.comment,
        )
        for one in signed
    )


def _employment(person: Person, signed: SheetContract) -> Employment:
    return Employment(
        person_id=person.id,
        period=signed.period,
        fte=signed.fte,
        weekly_minutes=signed.weekly_minutes,
        row=0,
    )


def _absence(person: Person, signed: SheetAbsence) -> Absence:
    return Absence(
        person_id=person.id,
        kind=signed.kind,
        period=signed.period,
        minutes=signed.minutes,
        expects_ijss=False,
        row=0,
    )

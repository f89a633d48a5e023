"""From what is stored about a person's month to the sheet that every page, print and file shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from grants.rules.timesheets.calendar import calendar_days
from grants.rules.timesheets.content import content_hash
from grants.rules.timesheets.days import due_on, first_open_day, sheet_days
from grants.rules.timesheets.document import SheetEmployer, SheetOperation
from grants.rules.timesheets.inputs import Entry, SheetInputs
from grants.rules.timesheets.kept_sheet import as_signed
from grants.rules.timesheets.need import no_sheet_because
from grants.rules.timesheets.oddities import oddities_of
from grants.rules.timesheets.progress import progress_of
from grants.rules.timesheets.proposals import ELSEWHERE, FIRST_PHASE, proposals
from grants.rules.timesheets.rows import RowName, sheet_rows
from grants.rules.timesheets.sheet import (
    OpenConvention,
    Place,
    Sheet,
    SheetDayFacts,
    SheetRow,
    SheetSignatureFacts,
)
from grants.rules.timesheets.state import SheetRecord, allowed_events, sheet_state


def build_sheet(inputs: SheetInputs) -> Sheet:
    """Sheet of a month: hours, what is proposed, which days are open, what stands out.

    Proposals stand on days that may be typed in, hold no hours and were not confirmed, so that a
    sheet that needs none, or is closed, proposes nothing.
    """
    first_open = first_open_day(inputs)
    minutes, comments = _declared(inputs.entries)
    row_totals, totals = _totals(minutes)
    calendar = calendar_days(
        inputs.month,
        person=inputs.person,
        employments=inputs.employments,
        absences=inputs.absences,
    )
    days = sheet_days(inputs, calendar, declared=totals, first_open=first_open)
    because = no_sheet_because(inputs)
    proposed = {} if because else proposals(inputs, calendar, _unconfirmed(days))
    bare = _sheet(inputs, days, minutes, proposed, first_open)
    made = replace(
        bare,
        comments=comments,
        day_totals=totals,
        row_totals=row_totals,
        needs_sheet=not because,
        no_sheet_because=because,
    )
    signed = inputs.record.hours_sha256
    today = replace(
        made,
        oddities=oddities_of(made, inputs),
        has_changed_since_signed=bool(signed) and content_hash(made) != signed,
    )
    return as_signed(today, inputs.document)


def _sheet(
    inputs: SheetInputs,
    days: tuple[SheetDayFacts, ...],
    minutes: Mapping[Place, int],
    proposed: Mapping[Place, int],
    first_open: date | None,
) -> Sheet:
    record = inputs.record
    open_conventions = tuple(_open_conventions(inputs))
    organisation = inputs.rules.organisation
    rows = sheet_rows(_names(inputs, open_conventions, proposed), inputs.conventions, inputs.month)
    return Sheet(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        person=inputs.person,
        month=inputs.month,
        state=sheet_state(record, inputs.month, first_open),
        version=record.version,
        rows=rows,
        days=days,
        minutes=minutes,
        proposed=proposed,
        comments={},
        employments=tuple(e for e in inputs.employments if e.period.overlaps(inputs.month)),
        absences=tuple(a for a in inputs.absences if a.period.overlaps(inputs.month)),
        signed_by_person=_person_signature(record, inputs.person.name),
        signed_by_manager=_manager_signature(record),
        returned_because=record.returned_reason,
        content_sha256=record.content_sha256,
        piece=record.piece,
        locked_for=record.locked_for,
        steps=inputs.steps,
        progress=progress_of(inputs),
        events=allowed_events(record),
        open_conventions=open_conventions,
        due_on=due_on(inputs.month, inputs.rules.due_days),
        record=record,
        employer=SheetEmployer(organisation.name, organisation.siret, organisation.address),
        operations=tuple(_operations(inputs, rows)),
    )


def _operations(inputs: SheetInputs, rows: Iterable[SheetRow]) -> Iterator[SheetOperation]:
    """Operations of the lines, in their order."""
    for number in dict.fromkeys(row.convention_id for row in rows):
        one = inputs.conventions.get(number or 0)
        if one is not None:
            yield SheetOperation(
                one.id,
                one.number,
                one.operation_number,
                one.title,
                one.funder_name,
                one.funder_kind,
            )


def last_months_pattern(inputs: SheetInputs) -> dict[Place, int]:
    """The month spent like the one before, whatever letters say, on days that are not confirmed."""
    sheet = build_sheet(inputs)
    calendar = calendar_days(
        inputs.month,
        person=inputs.person,
        employments=inputs.employments,
        absences=inputs.absences,
    )
    bare = replace(inputs, letters=(), assignments=())
    return proposals(bare, calendar, _unconfirmed(sheet.days)) if inputs.earlier else {}


def _declared(entries: Iterable[Entry]) -> tuple[dict[Place, int], dict[Place, str]]:
    """Minutes and comments by cell; what stands twice on a line and day is one cell."""
    minutes: dict[Place, int] = defaultdict(int)
    comments: dict[Place, list[str]] = defaultdict(list)
    for entry in entries:
        place = (entry.key, entry.day)
        minutes[place] += entry.minutes
        if entry.comment and entry.comment not in comments[place]:
            comments[place].append(entry.comment)
    return dict(minutes), {place: " ; ".join(said) for place, said in comments.items() if said}


def _totals(cells: Mapping[Place, int]) -> tuple[dict[str, int], dict[date, int]]:
    """Minutes of each line and of each day."""
    rows: dict[str, int] = defaultdict(int)
    days: dict[date, int] = defaultdict(int)
    for (key, day), count in cells.items():
        rows[key] += count
        days[day] += count
    return dict(rows), dict(days)


def _unconfirmed(days: Sequence[SheetDayFacts]) -> set[date]:
    return {one.day for one in days if one.is_editable and not one.is_confirmed}


def _open_conventions(inputs: SheetInputs) -> Iterator[OpenConvention]:
    """Operations that a letter, a funded post or hours of late give to the person in the month."""
    entries = {entry.convention_id for entry in (*inputs.entries, *inputs.earlier)}
    letters = {one.convention_id for one in inputs.letters if one.period.overlaps(inputs.month)}
    posts = {one.convention_id for one in inputs.assignments if one.period.overlaps(inputs.month)}
    given = entries | letters | posts
    for convention in inputs.conventions.values():
        if convention.id in given and convention.period.overlaps(inputs.month):
            yield OpenConvention(
                convention.id, convention.number, convention.title, convention.period
            )


def _names(
    inputs: SheetInputs, conventions: Sequence[OpenConvention], proposed: Mapping[Place, int]
) -> set[RowName]:
    """Lines with hours or proposals, those that were added, and one for each operation besides."""
    names = _lines_of(inputs.entries)
    offered = {convention.id for convention in conventions}
    # An address may ask for any line: it shows nothing of an operation that is not the person's.
    names |= {
        name
        for name in (*inputs.extra_rows, *_lines_of(inputs.earlier))
        if name.convention_id is None or name.convention_id in offered
    }
    keys = {key for key, _ in proposed}
    names |= {
        name
        for name in (RowName(number, FIRST_PHASE) for number in offered)
        if name.key in keys or not any(n.convention_id == name.convention_id for n in names)
    }
    return names | {ELSEWHERE}


def _lines_of(entries: Iterable[Entry]) -> set[RowName]:
    """Lines that hours stand on; a month has many entries on few lines."""
    parts = {(entry.convention_id, entry.activity, entry.market) for entry in entries}
    return {RowName(*part) for part in parts}


def _person_signature(record: SheetRecord, name: str) -> SheetSignatureFacts | None:
    if record.signed_by_person_on is None:
        return None
    return SheetSignatureFacts(
        record.signer or name, record.signed_by_person_on, record.signed_by_person_at
    )


def _manager_signature(record: SheetRecord) -> SheetSignatureFacts | None:
    if record.signed_by_manager_on is None:
        return None
    return SheetSignatureFacts(
        record.manager, record.signed_by_manager_on, record.signed_by_manager_at
    )

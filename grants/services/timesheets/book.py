"""What the sheets of some persons over some months are made of, put together for the rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from grants.models.base import AnySession
from grants.periods import Period, month_index, month_of_index
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Absence, Employment, Letter
from grants.rules.basis.people import grouped
from grants.rules.timesheets.inputs import (
    Assignment,
    DayRecord,
    Entry,
    SheetInputs,
    StoredDocument,
    TimeSoFar,
)
from grants.rules.timesheets.rows import RowName
from grants.rules.timesheets.sheet import SheetStepFacts
from grants.rules.timesheets.state import UNTOUCHED, SheetRecord
from grants.services.facts.rows import MONTHS_OF_A_YEAR
from grants.services.facts.terms import load_conventions
from grants.services.timesheets.readers import PersonOf, SheetReader
from grants.services.timesheets.times_so_far import load_times_so_far


@dataclass(frozen=True, slots=True)
class SheetBook:
    """Everything about some persons over some months, by person."""

    persons: Mapping[int, PersonOf]
    employments: Mapping[int, list[Employment]]
    absences: Mapping[int, list[Absence]]
    letters: Mapping[int, list[Letter]]
    assignments: Mapping[int, list[Assignment]]
    conventions: Mapping[int, Convention]
    entries: Mapping[tuple[int, int], list[Entry]]
    records: Mapping[int, Mapping[int, SheetRecord]]
    documents: Mapping[tuple[int, int], StoredDocument]
    days: Mapping[int, Mapping[date, DayRecord]]
    steps: Mapping[tuple[int, int], list[SheetStepFacts]]
    times: Mapping[int, Mapping[int, TimeSoFar]]
    edits: Mapping[int, Mapping[int, bool]]

    def inputs(
        self,
        person_id: int,
        month: Period,
        *,
        as_of: date,
        may_override: bool = False,
        extra_rows: Sequence[RowName] = (),
    ) -> SheetInputs:
        """What one sheet is made of."""
        known, index = self.persons[person_id], month_index(month.start)
        records = self.records.get(person_id, {})
        own = self._own_conventions(person_id, index)
        return SheetInputs(
            rules=known.rules,
            person=known.person,
            month=month,
            as_of=as_of,
            employments=tuple(self.employments[person_id]),
            absences=tuple(self.absences[person_id]),
            letters=tuple(self.letters[person_id]),
            assignments=tuple(self.assignments[person_id]),
            conventions={key: one for key, one in self.conventions.items() if key in own},
            entries=tuple(self.entries.get((person_id, index), ())),
            earlier=tuple(self.entries.get((person_id, index - 1), ())),
            record=records.get(index, UNTOUCHED),
            document=self.documents.get((person_id, index)),
            signed={month_of_index(number): one for number, one in records.items()},
            days=self.days.get(person_id, {}),
            steps=tuple(self.steps.get((person_id, index), ())),
            times=self.times.get(person_id, {}),
            edits=_edits(self.edits.get(person_id, {}), index),
            extra_rows=tuple(extra_rows),
            may_override=may_override,
        )

    def _own_conventions(self, person_id: int, index: int) -> set[int | None]:
        hours = (
            *self.entries.get((person_id, index), ()),
            *self.entries.get((person_id, index - 1), ()),
        )
        return {
            *(entry.convention_id for entry in hours),
            *(letter.convention_id for letter in self.letters[person_id]),
            *(one.convention_id for one in self.assignments[person_id]),
        }


def _edits(months: Mapping[int, bool], index: int) -> tuple[int, bool]:
    """Months with confirmed days among the twelve up to this one, and whether one was edited."""
    last = {n: edited for n, edited in months.items() if index - MONTHS_OF_A_YEAR < n <= index}
    return len(last), any(last.values())


def load_book(
    session: AnySession,
    *,
    person_ids: Collection[int],
    months: Sequence[date],
) -> SheetBook:
    """Read what the sheets of some persons over some months are made of; a dozen queries.

    Persons outside the session's scope are left out.
    """
    span = Period(min(months).replace(day=1), Period.month(max(months)).end)
    reader = SheetReader(session, sorted(set(person_ids)), span)
    letters, entries = reader.letters(), reader.entries()
    assigned = reader.posts()
    used = {entry.convention_id for many in entries.values() for entry in many}
    wanted = {number for number in used if number}
    wanted |= {letter.convention_id for letter in letters if letter.period.overlaps(span)}
    wanted |= {funding.convention_id for _, funding in assigned}
    conventions = load_conventions(session, wanted) if wanted else {}
    assignments = reader.assignments(assigned, conventions)
    links = _links(letters, assignments, entries)
    persons = reader.persons()
    facts = {number: known.person for number, known in persons.items()}
    return SheetBook(
        persons=persons,
        employments=grouped(reader.employments(), lambda one: one.person_id),
        absences=grouped(reader.absences(), lambda one: one.person_id),
        letters=grouped(letters, lambda one: one.person_id),
        assignments=assignments,
        conventions=conventions,
        entries=entries,
        records=reader.records(),
        documents=reader.documents(),
        days=reader.days(),
        steps=reader.steps(),
        times=load_times_so_far(
            session, links, conventions, letters=letters, persons=facts, until=span.end
        ),
        edits=reader.edits(),
    )


def _links(
    letters: Sequence[Letter],
    assignments: Mapping[int, list[Assignment]],
    entries: Mapping[tuple[int, int], list[Entry]],
) -> set[tuple[int, int]]:
    """Persons and the conventions that concern them in these months."""
    return {
        *((one.person_id, one.convention_id) for one in letters),
        *(
            (person_id, one.convention_id)
            for person_id, many in assignments.items()
            for one in many
        ),
        *(
            (person_id, entry.convention_id)
            for (person_id, _), many in entries.items()
            for entry in many
            if entry.convention_id is not None
        ),
    }

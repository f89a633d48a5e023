"""The lines of a claim as the page shows them: filtered, sorted, by person, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from forms.claims import ClaimForm
from grants.french import folded, month_number
from grants.rules.claims.claim import Claim, ClaimLine, PersonTotal
from grants.views.edge.paging import Page, paginate

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines that stand together: a person's under the person's total, or all under none."""

    person: PersonTotal | None
    lines: Sequence[ClaimLine]


@dataclass(frozen=True, slots=True)
class ShownLines:
    """What of the claim's lines stands on the page; columns that no line fills are left out."""

    page: Page[ClaimLine]
    groups: Sequence[LineGroup]
    has_hours: bool
    has_rate: bool


SORT_KEYS: Mapping[str, Callable[[ClaimLine], Any]] = {
    "month": lambda line: line.month,
    "base": lambda line: line.base.value,
    "amount": lambda line: line.amount.value,
    "retained": lambda line: line.retained,
}


def shown_lines(claim: Claim, form: ClaimForm, number: int) -> ShownLines:
    """Page of the lines that the form asks for."""
    is_narrowed = form.person.data or form.q.data or form.show.data == "out"
    lines = [line for line in claim.lines if not is_narrowed or _fits(line, form)]
    sort = (not form.sort.errors and form.sort.data) or "person"
    lines.sort(key=lambda line: (line.period.start, line.number))
    lines.sort(key=_sort_key(claim, sort.removeprefix("-")), reverse=sort.startswith("-"))
    page = paginate(lines, number, PAGE_SIZE)
    return ShownLines(
        page,
        _groups(claim, page.items) if sort.endswith("person") else [LineGroup(None, page.items)],
        any(line.total_minutes is not None for line in claim.lines),
        any(line.hourly_rate is not None for line in claim.lines),
    )


def _sort_key(claim: Claim, name: str) -> Callable[[ClaimLine], Any]:
    if name != "person":
        return SORT_KEYS[name]
    # Every name is folded once, not once a line.
    names = {line.person_id: line.name for line in claim.lines}
    in_order = sorted(names, key=lambda person_id: (folded(names[person_id]), person_id))
    places = {person_id: place for place, person_id in enumerate(in_order)}
    return lambda line: places[line.person_id]


def _fits(line: ClaimLine, form: ClaimForm) -> bool:
    return (
        form.person.data in (None, "", line.person_code)
        and (not form.q.data or folded(form.q.data) in folded(_said(line)))
        and (form.show.data != "out" or line.retained != line.amount.value)
    )


def _said(line: ClaimLine) -> str:
    return f"{line.name} {line.person_code} {line.post} {line.job_title} {month_number(line.month)}"


def _groups(claim: Claim, lines: Sequence[ClaimLine]) -> Sequence[LineGroup]:
    persons = {person.person_id: person for person in claim.persons}
    return [
        LineGroup(persons.get(person_id), list(own))
        for person_id, own in groupby(lines, key=lambda line: line.person_id)
    ]

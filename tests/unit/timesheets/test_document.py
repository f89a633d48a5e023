"""The document that a signature fixes: one spelling, read back whole, shown as it was signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.timesheets.pdf_data import sheet_texts
from exports.timesheets.prints import PrintedSheet
from grants.enums import AbsenceKind, Activity
from grants.periods import DAY
from grants.rules.timesheets.building import build_sheet
from grants.rules.timesheets.content import content_hash
from grants.rules.timesheets.document import (
    FirstSignature,
    SheetDocument,
    read_document,
    sha256_of,
    written,
)
from grants.rules.timesheets.inputs import Entry, SheetInputs, SheetRules, StoredDocument
from grants.rules.timesheets.kept_sheet import content_of
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetRecord
from tests.factories.ledger.ledger import an_absence, an_employment, an_organisation
from tests.factories.timesheets.inputs import JANUARY, OPERATION, entries, sheet_inputs

TUESDAY = date(2025, 1, 7)
AT = datetime(2025, 2, 3, 8, 30, 0, 123456, tzinfo=UTC)
WORKED = [day for day in JANUARY.iter_days() if day.weekday() < 5 and day.day != 1]
INPUTS = sheet_inputs(
    entries=(
        *entries(WORKED[:3], 400),
        Entry(WORKED[4], None, Activity.OTHER, 20, "", "réunion d'équipe"),
        Entry(WORKED[5], OPERATION.id, Activity.SUPPORT_BUYERS, 60, "Lot 3 – Écoles"),
    ),
    absences=(an_absence(WORKED[7], WORKED[9]),),
)


def signed(inputs: SheetInputs) -> SheetInputs:
    """The same month once its person has signed it."""
    sheet = build_sheet(inputs)
    first = FirstSignature(sheet.person.name, AT.date(), AT)
    text = written(SheetDocument(content_of(sheet), first, content_hash(sheet), "1.2.3"))
    record = SheetRecord(
        version=1, signed_by_person_on=AT.date(), signed_by_person_at=AT,
        signer=sheet.person.name, content_sha256=sha256_of(text),
        hours_sha256=content_hash(sheet),
    )  # fmt: skip
    return replace(inputs, record=record, document=StoredDocument(sha256_of(text), text))


SIGNED = signed(INPUTS)


def printed(sheet: Sheet) -> str:
    """Everything that the print says."""
    texts = sheet_texts(
        PrintedSheet(
            sheet, sheet.employer.siret, sheet.employer.address, sheet.operations, AT.date()
        ),
        "",
    )
    return json.dumps(texts, sort_keys=True, ensure_ascii=False)


def test_a_document_is_read_back_as_it_was_written() -> None:
    assert SIGNED.document is not None
    text = SIGNED.document.text

    document = read_document(text, sha256_of(text))

    assert document is not None
    assert document.content == content_of(build_sheet(INPUTS))
    assert written(document) == text


def test_the_spelling_has_sorted_keys_and_no_space_outside_texts() -> None:
    assert SIGNED.document is not None
    told = json.loads(SIGNED.document.text)

    spelled = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    assert SIGNED.document.text == spelled
    assert told["format"] == "grants-sheet-2"
    assert told["signed"]["at"] == "2025-02-03T08:30:00.123456+00:00"
    assert told["contracts"][0]["first"] == "2025-01-01", "clipped to the month"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format":"grants-sheet-2"}', "{"])
def test_a_text_that_is_no_document_is_none(text: str) -> None:
    assert read_document(text, sha256_of(text)) is None


def test_one_letter_more_no_longer_answers_to_the_hash() -> None:
    assert SIGNED.document is not None

    assert read_document(SIGNED.document.text + " ", SIGNED.document.sha256) is None


def test_nothing_differs_on_the_day_of_the_signature() -> None:
    sheet = build_sheet(SIGNED)

    assert sheet.changes == ()
    assert sheet.total_minutes == build_sheet(INPUTS).total_minutes
    assert sheet.day_totals == build_sheet(INPUTS).day_totals


def _operation(**changes: object) -> Callable[[SheetInputs], SheetInputs]:
    return lambda inputs: replace(inputs, conventions={OPERATION.id: replace(OPERATION, **changes)})  # type: ignore[arg-type] # of one dataclass


# Field that is told → what changes it in a month that was signed.
CHANGES: dict[str, Callable[[SheetInputs], SheetInputs]] = {
    "Nom": lambda one: replace(one, person=replace(one.person, last_name="Nouveau")),
    "Matricule": lambda one: replace(one, person=replace(one.person, code="B9")),
    "Fonction": lambda one: replace(one, person=replace(one.person, job_title="Autre")),
    "Employeur": lambda one: replace(
        one, rules=SheetRules(replace(an_organisation(), name="Autre structure"))
    ),
    "Contrat": lambda one: replace(
        one, employments=(an_employment(date(2020, 1, 1), fte=Decimal("0.5")),)
    ),
    "Heures attendues": lambda one: replace(
        one, employments=(an_employment(date(2020, 1, 1), weekly_minutes=1200),)
    ),
    "Absences": lambda one: replace(one, absences=()),
    "Heures du": lambda one: replace(one, entries=one.entries[1:]),
    "Observation": lambda one: replace(
        one, entries=tuple(replace(entry, comment="") for entry in one.entries)
    ),
    "intitulé": _operation(title="Autre intitulé"),
    "numéro d'opération": _operation(operation_number="42"),
    "financeur": _operation(funder_name="Autre financeur"),
    "": lambda one: replace(one, letters=()),
}


@pytest.mark.parametrize("what", [name for name in CHANGES if name])
def test_each_field_that_differs_is_named(what: str) -> None:
    changes = build_sheet(CHANGES[what](SIGNED)).changes

    assert any(what in one.what for one in changes)
    assert all(one.signed != one.today for one in changes)


@given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=6))
def test_whatever_changes_later_the_print_says_what_was_signed(names: list[str]) -> None:
    before, later = printed(build_sheet(SIGNED)), SIGNED
    for name in names:
        later = CHANGES[name](later)

    assert printed(build_sheet(later)) == before


@given(st.dates(date(2025, 2, 1), date(2030, 12, 31)), st.sampled_from(AbsenceKind))
def test_what_comes_after_the_month_is_no_change(day: date, kind: AbsenceKind) -> None:
    later = replace(
        SIGNED,
        as_of=day,
        employments=(an_employment(date(2020, 1, 1), day),),
        absences=(*SIGNED.absences, an_absence(day, day + DAY, kind)),
    )

    assert build_sheet(later).changes == ()

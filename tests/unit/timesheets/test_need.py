"""Whether a month needs a time sheet: somebody pays for the person's hours, or nobody does."""

from __future__ import annotations

from datetime import date

from grants.rules.timesheets.building import build_sheet
from grants.rules.timesheets.inputs import Assignment
from tests.factories.ledger.ledger import a_convention, a_letter
from tests.factories.timesheets.inputs import JANUARY, OPERATION, YEAR, entry, sheet_inputs

POST_GRANT = a_convention("state", YEAR.start, YEAR.end, convention_id=77)
ON_POST = (Assignment(POST_GRANT.id, YEAR),)
BOTH = {OPERATION.id: OPERATION, POST_GRANT.id: POST_GRANT}


def test_a_post_that_only_the_state_pays_for_asks_for_no_sheet() -> None:
    sheet = build_sheet(sheet_inputs(letters=(), assignments=ON_POST, conventions=BOTH))

    assert not sheet.needs_sheet
    assert POST_GRANT.number in sheet.no_sheet_because
    assert "finance le poste et non les heures" in sheet.no_sheet_because


def test_hours_that_an_operation_pays_beside_the_post_are_declared() -> None:
    variable = (a_letter(OPERATION),)
    also = (*ON_POST, Assignment(OPERATION.id, JANUARY))

    by_letter = sheet_inputs(letters=variable, assignments=ON_POST, conventions=BOTH)
    by_post = sheet_inputs(letters=(), assignments=also, conventions=BOTH)

    assert build_sheet(by_letter).needs_sheet
    assert build_sheet(by_post).needs_sheet


def test_hours_that_stand_there_keep_their_sheet() -> None:
    declared = (entry(date(2025, 1, 7), convention_id=None),)
    inputs = sheet_inputs(letters=(), assignments=ON_POST, conventions=BOTH, entries=declared)

    assert build_sheet(inputs).needs_sheet


def test_a_post_that_ended_the_day_before_the_month_frees_nobody() -> None:
    before = (Assignment(POST_GRANT.id, type(JANUARY)(date(2024, 12, 1), JANUARY.start)),)

    assert build_sheet(sheet_inputs(letters=(), assignments=before, conventions=BOTH)).needs_sheet

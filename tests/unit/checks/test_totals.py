"""Thresholds, totals, balance, publicity, pieces."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import BudgetItem
from grants.rules.checks.context import Checked
from grants.rules.checks.pieces import check_pieces
from grants.rules.checks.totals import check_lines
from tests.factories.checks.checked import (
    YEAR,
    a_piece,
    a_resource,
    an_operation,
    has,
    operation_case,
    post_case,
    the,
)
from tests.factories.ledger import ledger as make

# Staff of the operation in order: 12 × 3 000 €, 41 400 € with the flat rate, 20 700 € due.
DUE = "20700"
COST = "41400"


@pytest.mark.parametrize(("least", "is_fault"), [(DUE, False), ("20700.01", True)])
def test_a_grant_under_the_minimum_of_the_call_warns_and_never_blocks_the_balance(
    least: str, is_fault: bool
) -> None:
    case = operation_case(an_operation(min_grant=money(least)))

    assert has(case, "grant_under_minimum") is is_fault
    if is_fault:
        finding = the(case, "grant_under_minimum")
        assert finding.severity is enums.Severity.WARNING
        assert finding.amount == 0
        assert not case.claim.is_blocked
        assert "il manque 0,01\u00a0€" in finding.message


@pytest.mark.parametrize(("least", "is_fault"), [(COST, False), ("41400.01", True)])
def test_a_cost_under_the_minimum_of_the_call_is_refused(least: str, is_fault: bool) -> None:
    case = operation_case(an_operation(min_total_cost=money(least)))

    assert has(case, "cost_under_minimum") is is_fault


@pytest.mark.parametrize(("asked", "is_fault"), [("10000", False), ("9999.99", True)])
def test_the_minimum_of_the_call_is_one_of_the_request(asked: str, is_fault: bool) -> None:
    case = operation_case(
        an_operation(min_grant=money("10000"), maximum=asked),
        kind=enums.ClaimKind.INTERIM,
        period=Period(YEAR.start, YEAR.start.replace(month=7)),
    )

    assert has(case, "grant_under_minimum") is is_fault
    if is_fault:
        finding = the(case, "grant_under_minimum")
        assert finding.severity is enums.Severity.WARNING
        assert "il manque 0,01\u00a0€" in finding.message


def test_minimums_are_tested_on_the_final_claim_only() -> None:
    case = operation_case(
        an_operation(min_grant=money("999999")),
        kind=enums.ClaimKind.INTERIM,
        period=Period(YEAR.start, YEAR.start.replace(month=7)),
    )

    assert not has(case, "grant_under_minimum")


@pytest.mark.parametrize(("cost", "is_fault"), [("200000", True), ("200000.01", False)])
def test_small_fse_plus_operations_use_simplified_costs(cost: str, is_fault: bool) -> None:
    none = enums.FlatRateProfile.NONE

    case = operation_case(an_operation(flat_rate_profile=none, total_cost=cost))

    assert has(case, "simplified_costs_missing") is is_fault


def test_a_flat_rate_or_a_unit_cost_is_a_simplified_cost() -> None:
    flat = operation_case(an_operation(total_cost="100000"))
    unit = operation_case(
        an_operation(
            flat_rate_profile=enums.FlatRateProfile.NONE,
            total_cost="100000",
            valuation=enums.Valuation.HOURLY_1720,
        )
    )

    assert not has(flat, "simplified_costs_missing")
    assert not has(unit, "simplified_costs_missing")


@pytest.mark.parametrize(("cost", "is_fault"), [("500000", False), ("500000.01", True)])
def test_the_20_percent_profile_stops_at_500_000_euros_a_year(cost: str, is_fault: bool) -> None:
    profile = enums.FlatRateProfile.DIRECT_LESS_SERVICES_20

    terms = {"flat_rate_profile": profile, "total_cost": cost, "min_time_share": None}
    case = operation_case(make.a_convention("fse", YEAR.start, YEAR.end, **terms))

    assert has(case, "flat_rate_20_over") is is_fault
    if is_fault:
        # 36 000 € × 20 % × 50 %
        assert the(case, "flat_rate_20_over").amount == 3600


def test_without_proof_of_publicity_three_percent_are_at_risk() -> None:
    finding = the(operation_case(pieces=()), "publicity_missing")

    assert finding.severity is enums.Severity.WARNING
    # 3 % of 20 700 €
    assert finding.amount == 621
    assert finding.source is not None
    assert "article 50" in finding.source.text


def test_state_money_needs_no_european_publicity() -> None:
    assert not has(post_case(pieces=()), "publicity_missing")


@pytest.mark.parametrize("name", ["staff", "eligible_cost"])
def test_a_printed_total_that_its_lines_do_not_give_is_refused(name: str) -> None:
    case = operation_case()
    printed = getattr(case.claim, name)
    wrong = replace(printed, value=printed.value + Decimal("0.01"))

    findings = check_lines(replace(case, claim=replace(case.claim, **{name: wrong})))

    assert findings
    assert all(finding.code == "lines_differ" for finding in findings)
    assert all(finding.amount == Decimal("0.01") for finding in findings)


def test_totals_of_persons_are_added_up_too() -> None:
    case = operation_case()
    person = replace(case.claim.persons[0], retained=Decimal("1.00"))

    findings = check_lines(replace(case, claim=replace(case.claim, persons=(person,))))

    assert ["Total par agent" in finding.message for finding in findings] == [True]


def budgeted(own_funds: str) -> Checked:
    """A post grant of 35 280 € for 50 400 €, with own funds as the budget states them."""
    zero = money("0")
    item = BudgetItem(
        convention_id=1,
        side=enums.BudgetSide.PRODUITS,
        line="propres-1",
        label="",
        planned=zero,
        realised=money(own_funds),
        piece="",
        row=2,
    )
    return post_case(budget=[item])


@pytest.mark.parametrize(("own", "is_fault"), [("15120", False), ("15119.99", True)])
def test_unequal_charges_and_produits_are_a_warning(own: str, is_fault: bool) -> None:
    case = budgeted(own)

    assert has(case, "charges_differ") is is_fault
    if is_fault:
        finding = the(case, "charges_differ")
        assert finding.severity is enums.Severity.WARNING
        assert "0,01\u00a0€ de charges en plus" in finding.message
        assert finding.amount == 0


def test_produits_above_charges_put_the_excess_at_risk() -> None:
    finding = the(budgeted("16120"), "charges_differ")

    assert finding.amount == 1000
    assert "de produits en plus" in finding.message


def test_resources_above_the_cost_unbalance_the_european_plan() -> None:
    operation = an_operation()

    case = operation_case(operation, resources=[a_resource(operation, "41400.01")])

    assert the(case, "charges_differ").amount == Decimal("0.01")


def pieces(**changes: Any) -> list[Any]:
    case = operation_case(**changes)
    return [(finding.code, finding.message) for finding in check_pieces(case)]


def test_pieces_that_lines_call_without_record_are_one_warning_with_the_first_references() -> None:
    ((code, message),) = pieces()

    # a contract, a letter, twelve payslips, twelve sheets
    assert code == "piece_unrecorded"
    assert message.startswith("26 pièces en référence")
    assert "BUL-1-2024-01" in message
    assert "21 de plus" in message


def test_recorded_pieces_without_file_are_one_warning_a_kind() -> None:
    recorded = [
        a_piece("CONTRAT-1", enums.PieceKind.CONTRACT, sha256=""),
        a_piece("BUL-1-2024-01", enums.PieceKind.PAYSLIP, sha256=""),
        a_piece("BUL-1-2024-02", enums.PieceKind.PAYSLIP, sha256=""),
        a_piece("LM-1", enums.PieceKind.MISSION_LETTER),
    ]

    found = pieces(pieces=recorded)

    assert [code for code, _ in found].count("piece_without_file") == 2
    assert any("Bulletin de paie : 2 pièces sans fichier" in message for _, message in found)
    assert not any("Lettre de mission" in message for _, message in found)

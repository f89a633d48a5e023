"""The checks as a whole: silent on what is in order, complete on what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from grants import enums
from grants.rules import checks
from grants.rules.basis.findings import Finding
from grants.rules.checks import CHECKS, findings_of
from grants.rules.checks.context import Check, Checked
from grants.rules.checks.register import REGISTERED
from grants.rules.checks.risk import loss_of_cost
from tests.factories.checks.checked import (
    YEAR,
    an_operation,
    codes,
    found,
    operation_case,
    post_case,
    the,
    without,
)
from tests.factories.ledger import ledger as make

MARCH = date(2024, 3, 1)


def a_bad_year() -> Checked:
    """An operation with a fault of most kinds."""
    operation = an_operation(min_time_share=Decimal("0.90"), rate="0.60", max_rate=Decimal("0.5"))
    return operation_case(
        replace(operation, signed_on=None),
        letters=[make.a_letter(operation, signed_by_manager_on=None)],
        signed=without(make.signatures(YEAR), MARCH),
        pay=without(make.payslips(YEAR), date(2024, 6, 1)),
        absences=[make.an_absence(date(2024, 5, 6), date(2024, 5, 8), row=9)],
        pieces=(),
    )


def test_an_operation_in_order_has_no_finding() -> None:
    assert found(operation_case()) == []


def test_a_post_grant_in_order_has_no_finding_and_needs_no_time_sheet() -> None:
    assert found(post_case()) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_claim_without_anybody_breaks_no_check(check: Check) -> None:
    empty = {"employments": (), "letters": (), "pay": (), "time": (), "signed": (), "pieces": ()}
    post = {"employments": (), "holdings": (), "fundings": (), "pay": ()}

    for case in (operation_case(**empty), post_case(**post)):
        assert isinstance(check(case), list)


def test_an_empty_final_claim_says_what_is_expected() -> None:
    empty = {"employments": (), "letters": (), "pay": (), "time": (), "signed": ()}

    finding = the(operation_case(**empty), "claim_empty")

    assert finding.severity is enums.Severity.BLOCKING
    assert "heures sur l'opération ou une lettre de mission" in finding.message


def test_every_fault_is_found_at_once() -> None:
    expected = {
        "convention_unsigned",
        "rate_above_maximum",
        "time_share_low",
        "letter_unsigned",
        "sheet_missing",
        "payslip_missing",
        "hours_during_leave",
        "publicity_missing",
    }

    assert expected <= set(codes(a_bad_year()))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_finds_the_kinds_that_it_declares(check: Check) -> None:
    declared = {kind.code for kind in REGISTERED[check]}

    assert {finding.code for finding in check(a_bad_year())} <= declared


def test_findings_come_by_euros_at_risk() -> None:
    amounts = [finding.amount for finding in findings_of(a_bad_year())]

    assert amounts == sorted(amounts, reverse=True)


def test_every_finding_names_its_convention_and_ends_as_a_sentence() -> None:
    for finding in findings_of(a_bad_year()):
        assert finding.where.convention == "FSE_PLUS-1"
        assert finding.message.endswith((".", "»."))
        assert finding.amount >= 0


def test_no_finding_is_given_twice() -> None:
    findings: list[Finding] = list(findings_of(a_bad_year()))

    assert len({(f.code, f.where, f.message) for f in findings}) == len(findings)


def test_faults_of_two_people_are_two_findings() -> None:
    operation = an_operation()
    case = operation_case(
        operation,
        persons=[make.a_person(1), make.a_person(2)],
        employments=[make.an_employment(date(2020, 1, 1), person_id=n) for n in (1, 2)],
        letters=[make.a_letter(operation, person_id=n) for n in (1, 2)],
        pay=[item for n in (1, 2) for item in make.payslips(YEAR, person_id=n)],
        time=[w for n in (1, 2) for w in make.workdays(YEAR, {1: "7"}, person_id=n)],
        signed=(),
    )

    missing = [finding for finding in found(case) if finding.code == "sheet_missing"]

    assert [finding.where.person for finding in missing] == ["A001", "A002"]


def test_the_flat_rate_is_lost_with_its_base() -> None:
    case = operation_case(an_operation(flat_rate_profile=enums.FlatRateProfile.STAFF_40))

    # 1 000 € × 1,40 × 50 %
    assert loss_of_cost(case, Decimal(1000)) == Decimal("700.00")


def test_a_negative_cost_puts_nothing_at_risk() -> None:
    assert loss_of_cost(operation_case(), Decimal(-10)) == 0


def test_each_check_says_what_it_looks_for() -> None:
    assert all(check.__doc__ for check in checks.CHECKS)

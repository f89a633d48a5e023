"""No euro twice: co-funders, overfunding, European shares, months cut by two methods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import (
    YEAR,
    a_post_grant,
    a_resource,
    an_operation,
    codes,
    has,
    operation_case,
    post_case,
    resource_from,
    the,
)
from tests.factories.ledger import ledger as make

LONG_AGO = date(2020, 1, 1)


def a_year_of_post() -> Convention:
    return make.a_convention(
        "state", YEAR.start, YEAR.end, convention_id=2, rate="0.30", ceiling_per_fte=None
    )


def paid_by_both(holding_share: str = "1", *resources: Any, hours: str = "5") -> Checked:
    operation, post = an_operation(), a_year_of_post()
    return operation_case(
        operation,
        others=[post],
        holdings=[make.a_holding(LONG_AGO, share=Decimal(holding_share))],
        fundings=[make.a_funding(post)],
        time=make.workdays(YEAR, {1: hours, None: str(7 - Decimal(hours))}),
        resources=resources,
    )


def test_a_post_grant_on_the_same_work_must_be_among_the_resources() -> None:
    finding = the(paid_by_both(), "cofunder_undeclared")

    assert finding.severity is enums.Severity.BLOCKING
    assert "DREETS fictive (STATE-2)" in finding.message
    # the whole post grant falls on shared days: 50 400 € × 30 %
    assert finding.amount == 15120
    assert "15\u202f120,00\u00a0€" in finding.message


def test_another_convention_that_owes_nothing_is_no_cofunder() -> None:
    post = replace(a_year_of_post(), terms=(replace(a_year_of_post().terms[0], rate=Decimal(0)),))

    case = operation_case(
        an_operation(),
        others=[post],
        holdings=[make.a_holding(LONG_AGO)],
        fundings=[make.a_funding(post)],
    )

    assert case.others[0].grant.due.value == 0
    assert not has(case, "cofunder_undeclared")


def test_an_operation_that_gave_back_more_than_its_pay_still_has_a_claim() -> None:
    """A grant on a wider base takes nothing of a cost below nothing"""
    shared = a_resource(an_operation(), "20000", grant_base=money("50000"))

    case = operation_case(
        pay=make.a_payslip(YEAR.start, others={enums.PayItemKind.IJSS: "-9000"}),
        resources=(shared,),
    )

    assert case.claim.eligible_cost.value < 0
    assert case.claim.other_resources.value == 0


def test_a_declared_post_grant_is_in_order() -> None:
    declared = resource_from(an_operation(), a_year_of_post(), "15120")

    assert "cofunder_undeclared" not in codes(paid_by_both("1", declared))


def test_a_resource_of_the_same_funder_declares_it_too() -> None:
    declared = a_resource(an_operation(), "15120", funder_kind=enums.FunderKind.STATE)

    assert not has(paid_by_both("1", declared), "cofunder_undeclared")


def test_a_resource_from_another_convention_of_the_funder_does_not_declare_it() -> None:
    other = make.a_convention("state", YEAR.start, YEAR.end, convention_id=3)
    declared = resource_from(an_operation(), other, "15120")

    assert has(paid_by_both("1", declared), "cofunder_undeclared")


@pytest.mark.parametrize(("hours", "is_fault"), [("3.5", False), ("3.6", True)])
def test_shares_that_fit_side_by_side_are_not_the_same_work(hours: str, is_fault: bool) -> None:
    assert has(paid_by_both("0.5", hours=hours), "cofunder_undeclared") is is_fault


def test_the_state_claim_warns_of_a_grant_that_its_form_does_not_show() -> None:
    post, operation = a_year_of_post(), an_operation()
    case = post_case(
        post,
        others=[operation],
        holdings=[make.a_holding(LONG_AGO)],
        pay=make.payslips(YEAR),
        letters=[make.a_letter(operation)],
        time=make.workdays(YEAR, {1: "5", None: "2"}),
    )

    assert the(case, "cofunder_undeclared").severity is enums.Severity.WARNING


def test_a_european_grant_gives_way_to_the_resources_and_never_overfunds() -> None:
    operation = an_operation()

    assert not has(
        operation_case(operation, resources=[a_resource(operation, "30000")]), "segment_overfunded"
    )


def _overfunded(grant: str) -> Checked:
    """A post grant of 70 % and a resource on one cost of 50 400 €."""
    post = a_post_grant(rate="0.70", ceiling_per_fte=None)
    return post_case(post, resources=[a_resource(post, grant)])


def test_overfunded_days_are_one_finding_a_person_with_the_excess() -> None:
    finding = the(_overfunded("30000"), "segment_overfunded")

    assert finding.severity is enums.Severity.BLOCKING
    # 35 280 + 30 000 − 50 400
    assert finding.amount == 14880
    assert "soit 14\u202f880,00\u00a0€ de trop" in finding.message
    assert "R1" in finding.message


def test_one_cent_too_many_is_overfunded() -> None:
    assert not has(_overfunded("15120.00"), "segment_overfunded")
    assert the(_overfunded("15120.01"), "segment_overfunded").amount == Decimal("0.01")


@pytest.mark.parametrize(("share", "is_fault"), [("0.4", False), ("0.41", True)])
def test_european_shares_of_a_person_stay_within_the_whole(share: str, is_fault: bool) -> None:
    first, second = an_operation(), an_operation(convention_id=2)
    fixed = enums.LetterNature.FIXED_SHARE
    case = operation_case(
        first,
        others=[second],
        letters=[
            make.a_letter(first, nature=fixed, share="0.6"),
            make.a_letter(second, nature=fixed, share=share),
        ],
        time=(),
    )

    assert has(case, "european_shares_over") is is_fault
    if is_fault:
        finding = the(case, "european_shares_over")
        assert "101\u202f%" in finding.message
        # 1 % of 50 400 €
        assert finding.amount == 504


def meeting(second: enums.MonthSplit, **changes: Any) -> Checked:
    """Two State conventions that meet on 15 December 2023."""
    first = make.a_convention(
        "state", date(2022, 12, 15), date(2023, 12, 15), convention_id=2, rate="0.70"
    )
    post = a_post_grant(month_split=second)
    return post_case(
        post,
        others=[first],
        fundings=[make.a_funding(first), make.a_funding(post)],
        pay=make.payslips(Period(date(2022, 12, 1), date(2024, 12, 15))),
        **changes,
    )


def test_conventions_that_cut_their_common_month_alike_are_in_order() -> None:
    assert not has(meeting(enums.MonthSplit.CALENDAR_DAYS), "month_split_differs")


def test_conventions_that_cut_their_common_month_differently_show_the_cents_lost() -> None:
    finding = the(meeting(enums.MonthSplit.WORKING_DAYS), "month_split_differs")

    assert finding.severity is enums.Severity.BLOCKING
    # the new convention counts 10 of 20 working days, the old one 14 of 31 days:
    # 2 100 € + 1 896,77 € for 4 200 €
    assert finding.amount == Decimal("203.23")
    assert "203,23\u00a0€ seraient perdus" in finding.message
    assert "12/2023" in finding.message
    assert "jours calendaires, méthode de la plus ancienne" in finding.message


def test_leave_in_the_month_that_is_cut_moves_no_cent_of_what_is_lost() -> None:
    sick = enums.AbsenceKind.SICKNESS
    days = [(2, 3), (5, 6), (9, 12), (17, 20), (22, 23), (30, 31)]
    leave = [make.an_absence(date(2023, 12, a), date(2023, 12, b), sick) for a, b in days]

    case = meeting(enums.MonthSplit.WORKING_DAYS, absences=leave)

    assert the(case, "month_split_differs").amount == Decimal("203.23")


@pytest.mark.parametrize(("received", "is_fault"), [("20000", False), ("19999.99", True)])
def test_a_resource_received_in_part_is_a_warning(received: str, is_fault: bool) -> None:
    operation = an_operation()
    resource = a_resource(operation, "20000", received=money(received))

    case = operation_case(operation, resources=[resource])

    assert has(case, "resource_incomplete") is is_fault
    if is_fault:
        assert "il manque 0,01\u00a0€" in the(case, "resource_incomplete").message


def test_a_rule_that_changes_after_the_claim_does_not_tell_how_its_receipts_count() -> None:
    operation = an_operation()
    first = operation.terms[0]
    now, later = (
        replace(first, since=since, settings=replace(first.settings, cofunder_basis=basis))
        for since, basis in (
            (first.since, enums.CofunderBasis.RECEIVED),
            (YEAR.end, enums.CofunderBasis.CONVENTIONED_IF_INCOMPLETE),
        )
    )
    operation = replace(operation, terms=(now, later))
    resource = a_resource(operation, "20000", received=money("19999.99"))

    case = operation_case(operation, resources=[resource], period=YEAR)

    assert "retient le montant reçu" in the(case, "resource_incomplete").message

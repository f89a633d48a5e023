"""Pay: payslips, daily benefits, refused items, deadlines, hourly rates, contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants import enums
from grants.periods import Period
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import (
    YEAR,
    a_post_grant,
    an_operation,
    has,
    operation_case,
    post_case,
    the,
    without,
)
from tests.factories.ledger import ledger as make

MARCH = date(2024, 3, 1)
POST_YEAR = Period(date(2023, 12, 15), date(2024, 12, 15))


def test_a_month_without_payslip_is_lost_in_the_final_claim() -> None:
    finding = the(post_case(pay=without(make.payslips(POST_YEAR), MARCH)), "payslip_missing")

    assert finding.severity is enums.Severity.BLOCKING
    assert finding.where.month == "2024-03-01"
    assert "perdus" in finding.message
    assert finding.amount > 2500


def test_a_month_without_payslip_may_wait_in_an_interim_claim() -> None:
    case = post_case(
        pay=without(make.payslips(POST_YEAR), MARCH),
        kind=enums.ClaimKind.INTERIM,
        period=Period(POST_YEAR.start, date(2024, 7, 1)),
    )

    assert the(case, "payslip_missing").severity is enums.Severity.WARNING


@pytest.mark.parametrize(("as_of", "is_fault"), [((2024, 3, 31), False), ((2024, 4, 1), True)])
def test_a_payslip_is_missing_once_its_month_is_over(
    as_of: tuple[int, int, int], is_fault: bool
) -> None:
    pay = make.payslips(Period(POST_YEAR.start, MARCH))

    case = post_case(pay=pay, kind=enums.ClaimKind.INTERIM, as_of=date(*as_of))

    assert has(case, "payslip_missing") is is_fault


def test_no_payslip_is_asked_for_after_the_contract() -> None:
    case = post_case(
        employments=[make.an_employment(date(2020, 1, 1), date(2024, 11, 1))],
        holdings=[make.a_holding(date(2020, 1, 1), date(2024, 11, 1))],
        pay=[item for item in make.payslips(POST_YEAR) if item.month < date(2024, 11, 1)],
    )

    assert not has(case, "payslip_missing")


def test_payslips_are_asked_for_under_a_mission_letter_and_for_declared_hours() -> None:
    by_letter = operation_case(pay=without(make.payslips(YEAR), MARCH))
    by_hours = operation_case(pay=without(make.payslips(YEAR), MARCH), letters=())

    assert has(by_letter, "payslip_missing")
    assert has(by_hours, "payslip_missing")


def sick(*, expects: bool = True, ijss: date | None = None, **changes: Any) -> Checked:
    leave = make.an_absence(
        date(2024, 3, 4), date(2024, 3, 18), enums.AbsenceKind.SICKNESS, expects_ijss=expects, row=7
    )
    benefits = [make.a_pay_item(ijss, enums.PayItemKind.IJSS, "-400")] if ijss else []
    return post_case(pay=[*make.payslips(POST_YEAR), *benefits], absences=[leave], **changes)


def test_benefits_that_are_expected_and_not_deducted_are_refused() -> None:
    finding = the(sick(), "ijss_missing")

    assert finding.severity is enums.Severity.BLOCKING
    assert "maladie du 04/03/2024 au 17/03/2024" in finding.message
    # 4 200 € × 14 ÷ 31 = 1 896,77 €, and the cent left over by the cut, at 70 %
    assert "1\u202f896,78\u00a0€" in finding.message
    assert finding.amount == Decimal("1327.75")
    assert finding.rows[0].rows == "7"


@pytest.mark.parametrize("month", [MARCH, date(2024, 4, 1)])
def test_benefits_deducted_in_the_month_or_the_next_one_are_in_order(month: date) -> None:
    assert not has(sick(ijss=month), "ijss_missing")


def test_benefits_deducted_two_months_later_do_not_count_for_the_leave() -> None:
    assert has(sick(ijss=date(2024, 5, 1)), "ijss_missing")


def test_a_sick_leave_without_expected_benefits_is_in_order() -> None:
    assert not has(sick(expects=False), "ijss_missing")


def bonus(**proofs: bool) -> Checked:
    item = make.a_pay_item(MARCH, enums.PayItemKind.BONUS, "500", **proofs)
    return post_case(pay=[*make.payslips(POST_YEAR), item])


def test_a_bonus_with_its_three_proofs_counts() -> None:
    assert not has(bonus(), "item_ineligible")


@pytest.mark.parametrize(
    ("proof", "words"),
    [
        ("existed_before", "n'existait pas avant l'opération"),
        ("is_tied", "n'est pas rattachable à l'opération"),
        ("is_founded", "ne repose sur aucun accord, contrat ou usage"),
    ],
)
def test_a_bonus_left_out_names_the_missing_proof(proof: str, words: str) -> None:
    finding = the(bonus(**{proof: False}), "item_ineligible")

    assert finding.severity is enums.Severity.WARNING
    assert words in finding.message
    assert "500,00\u00a0€ laissés hors du bilan" in finding.message
    # 500 € × 70 % to win back
    assert finding.amount == 350


def test_an_item_that_no_proof_makes_eligible_puts_nothing_at_risk() -> None:
    item = make.a_pay_item(MARCH, enums.PayItemKind.TERMINATION, "9000")

    finding = the(post_case(pay=[*make.payslips(POST_YEAR), item]), "item_ineligible")

    assert finding.amount == 0
    assert "Indemnité de rupture" in finding.message


@pytest.mark.parametrize(
    ("day", "is_late"), [(date(2025, 3, 14), False), (date(2025, 3, 15), True)]
)
def test_pay_settled_after_the_deadline_is_refused(day: date, is_late: bool) -> None:
    pay = [*without(make.payslips(POST_YEAR), MARCH)]
    pay += [
        make.a_pay_item(MARCH, kind, amount, paid_on=day)
        for kind, amount in (
            (enums.PayItemKind.GROSS, "3000"),
            (enums.PayItemKind.EMPLOYER_CHARGES, "1200"),
        )
    ]

    case = post_case(a_post_grant(payment_deadline_months=3), pay=pay)

    assert has(case, "paid_late") is is_late
    if is_late:
        # 4 200 € × 70 %
        assert the(case, "paid_late").amount == 2940


def test_without_a_deadline_of_the_scheme_no_payment_is_late() -> None:
    pay = [make.a_pay_item(MARCH, enums.PayItemKind.GROSS, "3000", paid_on=date(2030, 1, 1))]

    assert not has(post_case(pay=pay), "paid_late")


@pytest.mark.parametrize(("months", "is_fault"), [(12, False), (11, True)])
def test_an_annual_rate_rests_on_twelve_payslips(months: int, is_fault: bool) -> None:
    pay = [item for item in make.payslips(YEAR) if item.month.month > 12 - months]

    case = operation_case(an_operation(valuation=enums.Valuation.HOURLY_1720), pay=pay)

    assert has(case, "hourly_rate_missing") is is_fault
    if is_fault:
        finding = the(case, "hourly_rate_missing")
        assert "11 bulletins de paie, 12 attendus" in finding.message
        assert finding.amount > 0


def test_a_line_without_any_contract_is_refused_with_its_cost() -> None:
    finding = the(post_case(employments=()), "contract_missing")

    assert finding.severity is enums.Severity.BLOCKING
    assert "366 jours sans contrat" in finding.message
    # 50 400 € × 70 %
    assert finding.amount == 35280


def test_some_days_held_without_contract_are_a_warning() -> None:
    late = [make.an_employment(date(2023, 12, 18))]

    finding = the(post_case(employments=late), "contract_missing")

    assert (finding.severity, finding.amount) == (enums.Severity.WARNING, 0)
    assert "3 jours sans contrat" in finding.message


def test_a_contract_that_starts_inside_a_month_of_an_operation_is_in_order() -> None:
    started = [make.an_employment(date(2024, 1, 10))]

    assert not has(operation_case(employments=started), "contract_missing")


def test_a_positive_reimbursement_is_told_with_what_it_may_cost() -> None:
    back = make.a_pay_item(MARCH, enums.PayItemKind.IJSS, "200")

    finding = the(post_case(pay=[*make.payslips(POST_YEAR), back]), "reimbursement_positive")

    assert finding.severity is enums.Severity.WARNING
    assert "200,00\u00a0€ qui augmente le coût" in finding.message
    # 400 € of cost between + 200 and − 200, at 70 %
    assert finding.amount == Decimal("280.00")


def test_a_negative_reimbursement_is_usual() -> None:
    off = make.a_pay_item(MARCH, enums.PayItemKind.JOB_AID, "-200")

    assert not has(post_case(pay=[*make.payslips(POST_YEAR), off]), "reimbursement_positive")

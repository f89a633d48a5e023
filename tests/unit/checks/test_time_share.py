"""Minimum share of time: the operation's whole period, within the days under contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grants.enums import AbsencePolicy, ClaimKind, LetterNature, MinShareWindow, Severity
from grants.periods import Period
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import an_operation, found, has, operation_case, the
from tests.factories.ledger import ledger as make

FIRST_HALF = Period(date(2024, 1, 1), date(2024, 7, 1))
SECOND_HALF = Period(date(2024, 7, 1), date(2025, 1, 1))
FIXED = {"nature": LetterNature.FIXED_SHARE, "share": "0.60"}


def half_of_a_year(time: Any = None, *, letter: Any = None, **changes: Any) -> Checked:
    """At 60 % on the operation until June, other work until December, letter ending on 30 June."""
    operation = an_operation(min_time_share=Decimal("0.40"), **changes.pop("terms", {}))
    if time is None:
        time = [
            *make.workdays(FIRST_HALF, {1: "4.2", None: "2.8"}),
            *make.workdays(SECOND_HALF, {None: "7"}),
        ]
    letters = [make.a_letter(operation, period=FIRST_HALF, **(letter or {}))]
    return operation_case(operation, time=time, letters=letters, **changes)


def test_work_after_the_letter_counts_in_the_share_and_puts_the_person_out() -> None:
    """60 % of 124 days of the year's 252: 30 %"""
    case = half_of_a_year()

    finding = the(case, "time_share_low")

    assert finding.severity is Severity.BLOCKING
    assert "29,52\u202f% du temps sur l'opération" in finding.message
    assert case.claim.staff.value == 0
    assert case.claim.persons[0].retained == 0


def test_the_same_share_by_a_letter_that_needs_no_time_sheet() -> None:
    case = half_of_a_year(time=(), letter=FIXED)

    finding = the(case, "time_share_low")

    assert "29,52\u202f% du temps sur l'opération" in finding.message
    assert "selon le contrat, sans feuille de temps" in finding.message


def test_days_after_the_contract_count_nothing() -> None:
    gone = [make.an_employment(date(2020, 1, 1), SECOND_HALF.start)]

    case = half_of_a_year(
        make.workdays(FIRST_HALF, {1: "4.2", None: "2.8"}),
        employments=gone,
        pay=make.payslips(FIRST_HALF),
    )

    assert not has(case, "time_share_low")
    assert not has(case, "time_share_unknown")
    assert case.claim.persons[0].share is not None
    assert case.claim.persons[0].share.value == Decimal("0.6")


def test_a_convention_that_judges_the_letters_days_alone_says_so() -> None:
    case = half_of_a_year(terms={"min_share_window": MinShareWindow.LETTER})

    finding = the(case, "time_share_by_letter")

    assert not has(case, "time_share_low")
    assert finding.severity is Severity.WARNING
    assert "60\u202f% du temps sur les jours de la lettre" in finding.message
    assert "29,52\u202f% sur toute l'opération" in finding.message
    assert finding.amount == case.claim.grant.due.value > 0


def test_the_letters_days_alone_are_no_news_where_the_person_does_nothing_else() -> None:
    operation = an_operation(min_time_share=Decimal("0.40"), min_share_window=MinShareWindow.LETTER)

    assert not has(operation_case(operation), "time_share_by_letter")


def test_exactly_forty_percent_of_the_whole_operation_passes() -> None:
    """Eight days of seven hours on the operation, twelve on other things"""
    march = Period(date(2024, 3, 4), date(2024, 3, 14))
    rest = Period(date(2024, 3, 14), date(2024, 3, 30))
    time = [*make.workdays(march, {1: "7"}), *make.workdays(rest, {None: "7"})]
    months = Period(date(2024, 3, 1), date(2024, 4, 1))

    passes, fails = (
        operation_case(
            an_operation(min_time_share=Decimal("0.40")), time=entries, pay=make.payslips(months)
        ).claim.persons[0]
        for entries in (time, [*time, make.worked(date(2024, 3, 31), "0.05")])
    )

    assert (passes.accepted, passes.missing_hours) == (True, 0)
    assert (fails.accepted, fails.missing_hours) == (False, Decimal("0.02"))


def test_an_interim_claim_warns_that_the_letter_ends_before_the_operation() -> None:
    case = half_of_a_year(
        make.workdays(FIRST_HALF, {1: "4.2", None: "2.8"}),
        period=FIRST_HALF,
        kind=ClaimKind.INTERIM,
    )

    finding = the(case, "time_share_falling")

    assert finding.severity is Severity.WARNING
    # 520,8 h of 868 h, then 868 h × 184 ÷ 182 more: 40 % of 1 745,54 h are 698,22 h.
    assert "29,84\u202f% à la fin" in finding.message
    assert "il manquera 177,42\u00a0h" in finding.message
    assert case.claim.staff.value > 0


def test_no_warning_while_the_letter_goes_on() -> None:
    case = operation_case(
        an_operation(min_time_share=Decimal("0.40")), period=FIRST_HALF, kind=ClaimKind.INTERIM
    )

    assert not has(case, "time_share_falling")
    assert not has(case, "time_share_low")


def test_a_second_interim_claim_is_judged_on_the_operation_so_far() -> None:
    """Nothing at first, then everything: half of the whole, and no warning"""
    operation = an_operation(min_time_share=Decimal("0.40"))
    time = [
        *make.workdays(FIRST_HALF, {None: "7"}),
        *make.workdays(SECOND_HALF, {operation.id: "7"}),
    ]
    early, late = (
        operation_case(operation, time=time, period=part, kind=ClaimKind.INTERIM)
        for part in (FIRST_HALF, SECOND_HALF)
    )

    assert has(early, "time_share_low")
    assert not has(late, "time_share_low")


def test_a_second_interim_claim_remembers_the_first() -> None:
    operation = an_operation(min_time_share=Decimal("0.40"))
    time = [
        *make.workdays(FIRST_HALF, {None: "7"}),
        *make.workdays(SECOND_HALF, {operation.id: "4.2", None: "2.8"}),
    ]

    case = operation_case(operation, time=time, period=SECOND_HALF, kind=ClaimKind.INTERIM)

    assert "30,48\u202f% du temps" in the(case, "time_share_low").message


def test_months_of_which_nothing_is_known_are_told() -> None:
    case = half_of_a_year(
        make.workdays(FIRST_HALF, {1: "4.2", None: "2.8"}), pay=make.payslips(FIRST_HALF)
    )

    finding = the(case, "time_share_unknown")

    assert not has(case, "time_share_low")
    assert "sans heures ni bulletin" in finding.message
    assert "elle serait de 29,52\u202f%" in finding.message
    assert finding.amount == case.claim.grant.due.value


def test_leave_of_other_months_counts_where_paid_hours_do() -> None:
    """A month of leave is activity by paid hours, none by hours worked"""
    leave = [make.an_absence(date(2024, 8, 1), date(2024, 9, 1))]
    time = [
        *make.workdays(FIRST_HALF, {1: "4.2", None: "2.8"}),
        *make.workdays(Period(date(2024, 7, 1), date(2024, 8, 1)), {None: "7"}),
        *make.workdays(Period(date(2024, 9, 1), date(2025, 1, 1)), {None: "7"}),
    ]

    worked, paid = (
        half_of_a_year(time, absences=leave, terms={"absence_policy": policy}).claim.persons[0]
        for policy in (AbsencePolicy.WORKED_HOURS_ONLY, AbsencePolicy.PAID_HOURS)
    )

    # 252 working days less 21 in August; then all 262 weekdays, holidays and leave included.
    assert (worked.total_minutes, paid.total_minutes) == (231 * 420, 262 * 420)


@given(st.integers(1, 70), st.integers(0, 70))
def test_the_share_over_the_operation_never_depends_on_the_days_of_a_variable_letter(
    tenths: int, others: int
) -> None:
    operation = an_operation(min_time_share=Decimal("0.40"))
    time = [
        *make.workdays(FIRST_HALF, {1: str(Decimal(tenths) / 10), None: "1"}),
        *make.workdays(SECOND_HALF, {None: str(Decimal(others + 1) / 10)}),
    ]
    letter = make.a_letter(operation)

    shares = {
        str(operation_case(operation, time=time, letters=letters).claim.persons[0].share.value)
        for letters in ([letter], [replace(letter, period=FIRST_HALF)])
    }

    assert len(shares) == 1


def test_the_shares_of_people_in_order_are_never_findings() -> None:
    assert not [one for one in found(operation_case()) if one.code.startswith("time_share")]

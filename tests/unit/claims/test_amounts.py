"""What a claim comes to where people, posts and rates are out of the ordinary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.claims.claim import Claim
from grants.rules.claims.engine import claim_of
from grants.rules.claims.proofs import charges_stay_within_cost, european_shares_hold
from grants.rules.ledger.charges import Ledger, ledger_of
from tests.factories.ledger import ledger as make

HIRED = date(2015, 9, 1)
YEAR = Period(date(2023, 12, 15), date(2024, 12, 15))
JANUARY = date(2024, 1, 1)


def a_year(**terms: Any) -> Convention:
    return make.a_convention("state", YEAR.start, YEAR.end, rate="0.70", **terms)


def an_operation(start: date = JANUARY, end: date = date(2025, 1, 1), **terms: Any) -> Convention:
    terms.setdefault("convention_id", 5)
    return make.a_convention("fse_plus", start, end, **terms)


def claim_on(
    convention: Convention,
    ledger: Ledger,
    kind: enums.ClaimKind = enums.ClaimKind.FINAL,
    period: Period | None = None,
    as_of: date = date(2026, 1, 1),
    **facts: object,
) -> Claim:
    return claim_of(
        make.claim_facts(convention, ledger.facts, **facts),
        ledger,
        period=period or convention.period,
        kind=kind,
        as_of=as_of,
    )


# Posts


def test_two_rows_that_fund_one_post_more_and_more_pay_its_holder_once() -> None:
    convention = a_year(fte="1")
    march = Period(date(2024, 3, 1), YEAR.end)
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED)],
        fundings=[
            make.a_funding(convention, fte=Decimal("0.5")),
            make.a_funding(convention, fte=Decimal("0.5"), period=march),
        ],
        pay=make.a_payslip(date(2024, 3, 1), gross="3000", charges="1200"),
    )

    ledger = ledger_of(facts)

    assert [charge.amounts.amount.value for charge in ledger.charges] == [money("4200")]


def test_two_half_posts_of_one_convention_never_pass_the_payslip() -> None:
    convention = a_year()
    facts = make.ledger_facts(
        [convention],
        posts=[make.a_post(1), make.a_post(2)],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED, post_id=number, share=Decimal("0.5")) for number in (1, 2)],
        fundings=[make.a_funding(convention, post_id=number) for number in (1, 2)],
        pay=make.a_payslip(JANUARY, gross="3000", charges="1200.01"),
    )

    ledger = ledger_of(facts)

    # 4200.01 ÷ 2 = 2100.005: the half cent is rounded up once, not twice.
    amounts = [charge.amounts.amount.value for charge in ledger.charges]
    assert amounts == [money("2100.01"), money("2100.00")]
    assert charges_stay_within_cost(ledger).holds


def test_a_holding_charged_twice_by_one_convention_is_a_broken_proof() -> None:
    convention = a_year()
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED), make.a_holding(date(2016, 1, 1))],
        fundings=[make.a_funding(convention)],
        pay=make.a_payslip(JANUARY),
    )

    assert not charges_stay_within_cost(ledger_of(facts)).holds


def test_posts_never_fill_more_than_the_ftes_of_the_convention() -> None:
    convention = a_year(fte="1", ceiling_per_fte=money("40000"))
    facts = make.ledger_facts(
        [convention],
        persons=[make.a_person(1), make.a_person(2)],
        posts=[make.a_post(1), make.a_post(2)],
        employments=[make.an_employment(HIRED, person_id=number) for number in (1, 2)],
        holdings=[make.a_holding(HIRED, person_id=number, post_id=number) for number in (1, 2)],
        fundings=[make.a_funding(convention, post_id=number) for number in (1, 2)],
        pay=[item for n in (1, 2) for item in make.payslips(YEAR, person_id=n)],
    )

    claim = claim_on(convention, ledger_of(facts))

    assert claim.grant.due.value == money("40000")


def test_the_ftes_of_the_convention_count_by_day_when_an_amendment_changes_them() -> None:
    """One FTE up to 14 June, half of one from there: 183 of 366 days each."""
    convention = a_year(fte="1", ceiling_per_fte=money("40000"))
    halved = replace(convention.terms[0], since=date(2024, 6, 15), fte=Decimal("0.5"))
    amended = replace(convention, terms=(convention.terms[0], halved))
    facts = make.ledger_facts(
        [amended],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED)],
        fundings=[make.a_funding(amended)],
        pay=[
            item
            for month in YEAR.months()
            for item in make.a_payslip(month, gross="6000", charges="2400")
        ],
    )

    assert claim_on(amended, ledger_of(facts)).grant.due.value == money("30000")


def test_a_vacant_first_year_takes_one_yearly_ceiling_off_whatever_the_leap_day() -> None:
    """Two convention years, the first of 366 days: the post is held over the second one only."""
    convention = make.a_convention(
        "state",
        YEAR.start,
        date(2025, 12, 15),
        rate="0.70",
        ceiling_per_fte=money("40000"),
    )
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(YEAR.end)],
        holdings=[make.a_holding(YEAR.end)],
        fundings=[make.a_funding(convention)],
        pay=[
            item
            for month in Period(YEAR.end, date(2025, 12, 15)).months()
            for item in make.a_payslip(month, gross="6000", charges="2400")
        ],
    )

    assert claim_on(convention, ledger_of(facts)).grant.due.value == money("40000.00")


def test_a_claim_that_ends_inside_a_month_holds_the_days_up_to_there() -> None:
    convention = a_year()
    facts: dict[str, Any] = {
        "employments": [make.an_employment(HIRED)],
        "holdings": [make.a_holding(HIRED)],
        "fundings": [make.a_funding(convention)],
        "pay": make.a_payslip(date(2024, 3, 1), gross="3100", charges="0"),
    }
    staff = []
    for part in YEAR.cut([date(2024, 3, 11), date(2024, 3, 21)]):
        cuts = (part.start, part.end)
        ledger = ledger_of(make.ledger_facts([convention], extra_cuts=cuts, **facts), cuts)
        staff.append(claim_on(convention, ledger, period=part).staff.value)

    assert staff == [money("1000"), money("1000"), money("1100")]


# Time


def test_a_letter_that_begins_later_replaces_the_one_before() -> None:
    operation = an_operation()
    later = Period(date(2024, 7, 1), operation.period.end)
    fixed: dict[str, Any] = {"nature": enums.LetterNature.FIXED_SHARE}
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[
            make.a_letter(operation, share="0.50", **fixed),
            make.a_letter(operation, share="0.80", period=later, **fixed),
        ],
        pay=[*make.a_payslip(date(2024, 6, 1)), *make.a_payslip(date(2024, 7, 1))],
    )

    amounts = [charge.amounts.amount.value for charge in ledger_of(facts).charges]

    assert amounts == [money("2100"), money("3360")]


def test_a_month_spent_on_something_else_counts_in_the_minimum_share() -> None:
    operation = an_operation(min_time_share=Decimal("0.40"))
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        pay=[*make.a_payslip(JANUARY), *make.a_payslip(date(2024, 2, 1))],
        time=[
            make.worked(date(2024, 1, 2), "7", operation.id),
            make.worked(date(2024, 2, 1), "7", None),
            make.worked(date(2024, 2, 2), "7", None),
        ],
    )

    (person,) = claim_on(operation, ledger_of(facts)).persons

    # 7 h of 21 h: a third, and 40 % of 21 h is 8.4 h.
    assert not person.accepted
    assert person.missing_hours == Decimal("1.4")


def test_unpaid_leave_is_no_paid_hour() -> None:
    operation = an_operation(absence_policy=enums.AbsencePolicy.PAID_HOURS)
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation)],
        pay=make.a_payslip(date(2024, 2, 1)),
        absences=[
            make.an_absence(date(2024, 2, 5), date(2024, 2, 6), enums.AbsenceKind.PAID_LEAVE),
            make.an_absence(date(2024, 2, 6), date(2024, 2, 7), enums.AbsenceKind.UNPAID),
        ],
        time=[make.worked(date(2024, 2, 1), "7", operation.id)],
    )

    (charge,) = ledger_of(facts).charges

    # 7 h worked and 7 h of paid leave: half of 4 200 €.
    assert charge.amounts.amount.value == money("2100")
    total = next(i.value for i in charge.amounts.amount.inputs if i.name == "total_hours")
    assert total.formula == "paid_hours"  # type: ignore[union-attr]


# Rates


def test_the_monthly_rate_of_half_a_month_is_that_of_the_month() -> None:
    """An operation that begins on the 16th: half the pay over half the average hours."""
    whole = an_operation(valuation=enums.Valuation.MONTHLY_RATE)
    half = an_operation(date(2024, 4, 16), valuation=enums.Valuation.MONTHLY_RATE)
    rates = []
    for operation in (whole, half):
        facts = make.ledger_facts(
            [operation],
            employments=[make.an_employment(HIRED)],
            letters=[make.a_letter(operation)],
            pay=make.a_payslip(date(2024, 4, 1), gross="3640", charges="0"),
            time=[make.worked(date(2024, 4, 16), "7", operation.id)],
        )
        (charge,) = ledger_of(facts).charges
        rates.append(charge.amounts.amount.value)

    # 3640 ÷ (35 × 52 ÷ 12) × 7 = 168
    assert rates == [money("168"), money("168")]


def test_a_quotite_that_changes_inside_the_month_weighs_by_its_days() -> None:
    operation = an_operation(valuation=enums.Valuation.MONTHLY_RATE)
    facts = make.ledger_facts(
        [operation],
        employments=[
            make.an_employment(HIRED, date(2024, 4, 16)),
            make.an_employment(date(2024, 4, 16), fte=Decimal("0.8"), weekly_minutes=28 * 60),
        ],
        letters=[make.a_letter(operation)],
        pay=make.a_payslip(date(2024, 4, 1), gross="2730", charges="0"),
        time=[make.worked(date(2024, 4, 2), "10", operation.id)],
    )

    (charge,) = ledger_of(facts).charges

    # (35 h × 15 days + 28 h × 15 days) ÷ 30 = 31.5 h; × 52 ÷ 12 = 136.5 h; 2730 ÷ 136.5 × 10
    assert charge.amounts.amount.value == money("200")


def test_a_gap_between_the_twelve_payslips_does_not_raise_the_annual_rate() -> None:
    operation = an_operation(valuation=enums.Valuation.HOURLY_1720)
    before, after = date(2022, 10, 1), date(2023, 4, 1)
    months = [
        *Period(date(2022, 4, 1), before).months(),
        *Period(date(2023, 7, 1), JANUARY).months(),
    ]
    facts = make.ledger_facts(
        [operation],
        employments=[
            make.an_employment(HIRED, before),
            make.an_employment(date(2023, 7, 1)),
        ],
        letters=[make.a_letter(operation)],
        pay=[
            *(item for month in months for item in make.a_payslip(month)),
            *make.a_payslip(JANUARY),
        ],
        time=[make.worked(date(2024, 1, 2), "10", operation.id)],
    )
    assert after not in months

    (charge,) = ledger_of(facts).charges

    # 12 × 4200 ÷ 1720 × 10: the nine months without contract are no part-time.
    assert charge.amounts.amount.value == money("293.02")


def a_year_over_the_cap() -> Ledger:
    """144 h a month at the annual rate: 1 728 h, eight over 1 720."""
    operation = an_operation(valuation=enums.Valuation.HOURLY_1720)
    return ledger_of(
        make.ledger_facts(
            [operation],
            employments=[make.an_employment(HIRED)],
            letters=[make.a_letter(operation)],
            pay=[*make.payslips(Period.year(2023)), *make.payslips(operation.period)],
            time=[
                make.worked(month.replace(day=day), "24", operation.id)
                for month in operation.period.months()
                for day in range(2, 8)
            ],
        )
    )


def test_the_cap_of_the_year_holds_over_two_claims_of_it() -> None:
    ledger = a_year_over_the_cap()
    operation = ledger.facts.conventions[5]
    halves = operation.period.cut([date(2024, 7, 1)])

    whole = claim_on(operation, ledger)
    parts = [claim_on(operation, ledger, period=half) for half in halves]

    assert sum(part.staff.value for part in parts) == whole.staff.value
    assert sum(bool(line.reason) for part in parts for line in part.lines) == 1


def test_the_payslips_behind_an_annual_rate_are_pieces_of_the_line() -> None:
    ledger = a_year_over_the_cap()

    line = claim_on(ledger.facts.conventions[5], ledger).lines[0]

    assert {f"BUL-1-2023-{month:02}" for month in range(1, 13)} < set(line.accounting_pieces)


def test_hours_at_a_rate_count_among_the_european_shares() -> None:
    fixed = an_operation()
    hourly = an_operation(convention_id=6, valuation=enums.Valuation.MONTHLY_RATE)
    facts = make.ledger_facts(
        [fixed, hourly],
        employments=[make.an_employment(HIRED)],
        letters=[
            make.a_letter(fixed, nature=enums.LetterNature.FULL_TIME),
            make.a_letter(hourly),
        ],
        pay=make.a_payslip(JANUARY),
        time=[make.worked(date(2024, 1, 2), "7", hourly.id)],
    )

    assert not european_shares_hold(ledger_of(facts)).holds

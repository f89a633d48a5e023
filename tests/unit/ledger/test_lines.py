"""What a convention charges of a month: the cases that finance officers meet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants.enums import (
    AbsenceKind,
    ClaimKind,
    FlatRateProfile,
    LetterNature,
    Method,
    MonthSplit,
    PayItemKind,
    Valuation,
)
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.claims.claim import Claim
from grants.rules.claims.engine import claim_of
from grants.rules.ledger.charges import Charge, Ledger, ledger_of
from grants.rules.ledger.facts import LedgerFacts
from tests.factories.ledger import ledger as make

DECEMBER = Period.month(date(2023, 12, 1))
HIRED = date(2015, 9, 1)


def charge_of(ledger: Ledger, convention: Convention) -> Charge:
    (charge,) = (c for c in ledger.charges if c.convention_id == convention.id)
    return charge


def claim_on(convention: Convention, facts: LedgerFacts, kind: ClaimKind) -> Claim:
    cuts = (convention.period.start, convention.period.end)
    return claim_of(
        make.claim_facts(convention, facts),
        ledger_of(facts, cuts),
        period=convention.period,
        kind=kind,
        as_of=date(2026, 1, 1),
    )


def a_state_year(start: date, number: int = 1, **terms: object) -> Convention:
    return make.a_convention(
        "state",
        start,
        start.replace(year=start.year + 1),
        convention_id=number,
        rate="0.70",
        **terms,
    )


def held_all_along(*conventions: Convention, **parts: object) -> LedgerFacts:
    return make.ledger_facts(
        conventions,
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED)],
        fundings=[make.a_funding(convention) for convention in conventions],
        **parts,
    )


def test_december_gives_seventeen_days_to_the_convention_that_starts_on_the_fifteenth() -> None:
    ending, starting = a_state_year(date(2022, 12, 15), 1), a_state_year(date(2023, 12, 15), 2)
    pay = make.a_payslip(DECEMBER.start, gross="2850.00", charges="1149.99")

    ledger = ledger_of(held_all_along(ending, starting, pay=pay))

    # 3999.99 × 14/31 = 1806.447… and × 17/31 = 2193.542…
    assert charge_of(ledger, ending).basis.total == money("1806.45")
    assert charge_of(ledger, starting).basis.total == money("2193.54")


def test_working_days_leave_christmas_and_weekends_out() -> None:
    starting = a_state_year(date(2023, 12, 15), month_split=MonthSplit.WORKING_DAYS)
    pay = make.a_payslip(DECEMBER.start, gross="2000", charges="0")

    ledger = ledger_of(held_all_along(starting, pay=pay))

    # December 2023 has 20 working days, 10 of them from the 15th on (the 25th is a holiday).
    assert charge_of(ledger, starting).basis.total == money("1000")


def test_a_leaver_of_the_fifteenth_of_march_has_a_payslip_that_belongs_to_those_days() -> None:
    convention = a_state_year(date(2023, 12, 15))
    march = date(2024, 3, 1)
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(HIRED, date(2024, 3, 16))],
        holdings=[make.a_holding(HIRED, date(2024, 3, 16))],
        fundings=[make.a_funding(convention)],
        pay=make.a_payslip(march, gross="1500", charges="600"),
    )

    charge = charge_of(ledger_of(facts), convention)

    assert charge.basis.total == money("2100")
    assert charge.period == Period(march, date(2024, 3, 16))


@pytest.mark.parametrize(
    ("kind", "typed", "cost"),
    [
        (PayItemKind.IJSS, "-400", "3800"),
        (PayItemKind.JOB_AID, "-400", "3800"),
        # taken off too much the month before, given back
        (PayItemKind.IJSS, "200", "4400"),
        (PayItemKind.JOB_AID, "200", "4400"),
    ],
)
def test_the_sign_of_a_reimbursement_is_the_payrolls(
    kind: PayItemKind, typed: str, cost: str
) -> None:
    convention = a_state_year(date(2023, 12, 15))
    pay = make.a_payslip(date(2024, 1, 1), gross="3000", charges="1200", others={kind: typed})

    charge = charge_of(ledger_of(held_all_along(convention, pay=pay)), convention)

    assert charge.basis.total == money(cost)


def test_a_post_charges_the_share_of_the_work_that_it_takes() -> None:
    convention = a_state_year(date(2023, 12, 15))
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED, share=Decimal("0.6"))],
        fundings=[make.a_funding(convention)],
        pay=make.a_payslip(date(2024, 1, 1), gross="3000", charges="1200.01"),
    )

    charge = charge_of(ledger_of(facts), convention)

    # 4200.01 × 60 % = 2520.006
    assert charge.amounts.amount.value == money("2520.01")
    assert charge.method is Method.POST_SHARE


def test_a_replacement_is_charged_beside_the_absent_holder() -> None:
    convention = a_state_year(date(2023, 12, 15))
    january = date(2024, 1, 1)
    facts = make.ledger_facts(
        [convention],
        persons=[make.a_person(1), make.a_person(2)],
        employments=[make.an_employment(HIRED), make.an_employment(january, person_id=2)],
        holdings=[make.a_holding(HIRED), make.a_holding(january, person_id=2, replaces_id=1)],
        fundings=[make.a_funding(convention)],
        pay=[*make.a_payslip(january), *make.a_payslip(january, person_id=2)],
    )

    charges = ledger_of(facts).of_convention(convention.id, convention.period)

    assert [charge.person_id for charge in charges] == [1, 2]


def an_operation(**terms: object) -> Convention:
    return make.a_convention("fse", date(2018, 1, 1), date(2019, 1, 1), convention_id=5, **terms)


def test_real_time_charges_the_month_in_proportion_to_the_hours() -> None:
    operation = an_operation()
    january = Period.month(date(2018, 1, 1))
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation)],
        pay=make.a_payslip(january.start, gross="3000", charges="1000"),
        time=[
            make.worked(date(2018, 1, 2), "7", operation.id, row=2),
            make.worked(date(2018, 1, 3), "3.5", None, row=3),
        ],
    )

    charge = charge_of(ledger_of(facts), operation)

    # 4000 × 7 ÷ 10.5 = 2666.666…
    assert charge.amounts.amount.value == money("2666.67")
    assert [source.rows for source in _rows(charge)] == ["2", "2, 3"]


def _rows(charge: Charge) -> list[object]:
    inputs = {item.name: item.value for item in charge.amounts.amount.inputs}
    hours = [inputs["operation_hours"], inputs["total_hours"]]
    return [value.sources[0] for value in hours]  # type: ignore[union-attr]


def test_a_state_boundary_leaves_the_december_of_the_operation_whole() -> None:
    """A controller of the FSE takes December's payslip and December's hours: ADR 0007."""
    operation = an_operation()
    state = make.a_convention("state", date(2018, 12, 15), date(2019, 12, 15), convention_id=6)
    december = date(2018, 12, 1)
    parts = {
        "pay": make.a_payslip(december, gross="3000", charges="1000"),
        "letters": [make.a_letter(operation)],
        "time": [
            make.worked(date(2018, 12, 3), "7", operation.id),
            make.worked(date(2018, 12, 20), "7", None),
        ],
    }
    facts = make.ledger_facts(
        [operation, state],
        employments=[make.an_employment(HIRED)],
        holdings=[make.a_holding(HIRED)],
        fundings=[make.a_funding(state)],
        period=Period(date(2018, 1, 1), date(2019, 1, 1)),
        **parts,
    )

    ledger = ledger_of(facts)

    charge = charge_of(ledger, operation)
    assert charge.period == Period.month(december)
    assert charge.amounts.amount.value == money("2000")
    assert len([s for s in ledger.segments if s.month == december]) == 2


def test_two_halves_of_an_odd_cent_make_the_whole_and_no_more() -> None:
    first = an_operation()
    second = make.a_convention("fse", date(2018, 1, 1), date(2019, 1, 1), convention_id=6)
    january = date(2018, 1, 1)
    facts = make.ledger_facts(
        [first, second],
        employments=[make.an_employment(HIRED)],
        pay=[make.a_pay_item(january, PayItemKind.GROSS, "100.01")],
        time=[
            make.worked(date(2018, 1, 2), "4", first.id),
            make.worked(date(2018, 1, 3), "4", second.id),
        ],
    )

    ledger = ledger_of(facts)

    assert charge_of(ledger, first).amounts.amount.value == money("50.01")
    assert charge_of(ledger, second).amounts.amount.value == money("50.00")
    assert charge_of(ledger, second).amounts.ceded == money("0.01")


def test_exactly_forty_percent_of_the_time_passes_and_a_minute_less_does_not() -> None:
    operation = an_operation(min_time_share=Decimal("0.40"))
    for hours, accepted in (("4", True), ("3.98", False)):
        facts = make.ledger_facts(
            [operation],
            employments=[make.an_employment(HIRED)],
            letters=[make.a_letter(operation)],
            pay=make.a_payslip(date(2018, 1, 1)),
            time=[
                make.worked(date(2018, 1, 2), hours, operation.id),
                make.worked(date(2018, 1, 3), str(10 - Decimal(hours)), None),
            ],
        )

        claim = claim_on(operation, facts, ClaimKind.FINAL)

        assert claim.persons[0].accepted is accepted
        assert (claim.staff.value > 0) is accepted


def test_below_the_minimum_an_interim_claim_keeps_the_cost() -> None:
    operation = an_operation(min_time_share=Decimal("0.40"))
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation)],
        pay=make.a_payslip(date(2018, 1, 1)),
        time=[
            make.worked(date(2018, 1, 2), "2", operation.id),
            make.worked(date(2018, 1, 3), "8", None),
        ],
    )

    claim = claim_on(operation, facts, ClaimKind.INTERIM)

    assert claim.staff.value == claim.lines[0].amount.value > 0


def test_fifteen_percent_goes_on_top_of_staff_and_the_rate_on_both() -> None:
    operation = an_operation(maximum="50000", flat_rate_profile=FlatRateProfile.STAFF_15)
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation, nature=LetterNature.FULL_TIME)],
        pay=make.payslips(operation.period),
    )

    claim = claim_on(operation, facts, ClaimKind.FINAL)

    # 12 × 4200 = 50400, × 15 % = 7560, total 57960, × 50 % = 28980
    assert claim.flat.value == money("7560")
    assert claim.eligible_cost.value == money("57960")
    assert claim.grant.due.value == money("28980")


def test_the_state_pays_forty_thousand_at_most_for_a_year_of_a_post() -> None:
    for gross, due in (("3561.90", "39999.96"), ("3600.00", "40000.00")):
        convention = a_state_year(date(2023, 12, 15), ceiling_per_fte=money("40000"))
        pay = [
            item
            for month in convention.period.months()
            for item in make.a_payslip(month, gross=gross, charges="1200")
        ]

        claim = claim_on(convention, held_all_along(convention, pay=pay), ClaimKind.FINAL)

        # 12 months: 4761.90 × 12 × 70 % = 39999.96; 4800 × 12 × 70 % = 40320, over the ceiling
        assert claim.grant.due.value == money(due)


def test_a_vacant_month_takes_its_days_off_the_ceiling() -> None:
    convention = a_state_year(date(2023, 12, 15), ceiling_per_fte=money("40000"))
    start = date(2024, 1, 15)
    facts = make.ledger_facts(
        [convention],
        employments=[make.an_employment(start)],
        holdings=[make.a_holding(start)],
        fundings=[make.a_funding(convention)],
        pay=[
            item
            for month in Period(start, date(2024, 12, 15)).months()
            for item in make.a_payslip(month, gross="6000", charges="2400")
        ],
    )

    claim = claim_on(convention, facts, ClaimKind.FINAL)

    # 335 days held of 366: 40000 × 335 ÷ 366 = 36612.021…
    assert claim.grant.due.value == money("36612.02")


def test_a_long_sick_leave_cuts_the_ledger_and_not_the_claim() -> None:
    convention = a_state_year(date(2023, 12, 15))
    away = make.an_absence(date(2024, 1, 10), date(2024, 1, 20), AbsenceKind.SICKNESS)
    facts = held_all_along(convention, pay=make.a_payslip(date(2024, 1, 1)), absences=[away])

    ledger = ledger_of(facts)

    assert len([s for s in ledger.segments if s.month == date(2024, 1, 1)]) == 3
    assert charge_of(ledger, convention).basis.total == money("4200")


def test_the_annual_rate_rests_on_the_twelve_payslips_before_the_operation() -> None:
    operation = make.a_convention(
        "fse_plus",
        date(2024, 1, 1),
        date(2025, 1, 1),
        convention_id=5,
        valuation=Valuation.HOURLY_1720,
    )
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation)],
        pay=[
            *make.payslips(Period.year(2023)),
            *make.a_payslip(date(2024, 1, 1), gross="9999", charges="0"),
        ],
        time=[make.worked(date(2024, 1, 2), "10", operation.id)],
    )

    charge = charge_of(ledger_of(facts), operation)

    # 12 × 4200 = 50400; ÷ 1720 = 29.3023…; × 10 h = 293.02
    assert charge.amounts.amount.value == money("293.02")


def test_hours_over_the_yearly_cap_are_cut_from_the_latest_month() -> None:
    operation = make.a_convention(
        "fse_plus",
        date(2024, 1, 1),
        date(2025, 1, 1),
        convention_id=5,
        valuation=Valuation.HOURLY_1720,
    )
    months = operation.period.months()
    facts = make.ledger_facts(
        [operation],
        employments=[make.an_employment(HIRED)],
        letters=[make.a_letter(operation)],
        pay=[*make.payslips(Period.year(2023)), *make.payslips(operation.period)],
        # 12 months × 144 h = 1728 h, eight over the cap
        time=[
            make.worked(month.replace(day=day), "24", operation.id)
            for month in months
            for day in range(2, 8)
        ],
    )

    claim = claim_on(operation, facts, ClaimKind.FINAL)

    # 1720 h × 50400 ÷ 1720 = 50400, whatever is declared beyond; each month rounds once
    assert [bool(line.reason) for line in claim.lines] == [False] * 11 + [True]
    assert abs(claim.staff.value - money("50400")) <= money("0.06")
    assert "8\u00a0h" in claim.lines[-1].reason

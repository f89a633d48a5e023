"""What a funder owes where advances, flat rates, amendments and other people's papers come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention, Payment, Resource
from grants.rules.basis.facts.evidence import Piece
from grants.rules.claims.claim import Claim
from grants.rules.claims.engine import claim_of
from grants.rules.claims.funding import funded_segments
from grants.rules.ledger.charges import Ledger, ledger_of
from tests.factories.ledger import ledger as make
from tests.support.recomputing import faults_of

HIRED = date(2015, 9, 1)
YEAR = Period(date(2023, 12, 15), date(2024, 12, 15))
JANUARY = date(2024, 1, 1)


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


def a_payment(paid_on: date, kind: enums.PaymentKind, amount: str) -> Payment:
    return Payment(
        convention_id=5, paid_on=paid_on, kind=kind, amount=money(amount), piece="", row=2
    )


def test_money_for_the_flat_rate_overfunds_nobody() -> None:
    """Staff 50 400 × 140 % = 70 560; half from Europe, half from others: all paid, once."""
    operation = an_operation(flat_rate_profile=enums.FlatRateProfile.STAFF_40)
    ledger = ledger_of(
        make.ledger_facts(
            [operation],
            employments=[make.an_employment(HIRED)],
            letters=[make.a_letter(operation, nature=enums.LetterNature.FULL_TIME)],
            pay=make.payslips(operation.period),
        )
    )
    region = Resource(
        code="R", convention_id=5, funder_name="Région", funder_kind=enums.FunderKind.REGION,
        from_convention_id=None, from_convention_number="", label="", amount=money("35280"),
        grant_base=None, operation_base=None, received=money("35280"),
        last_received_on=None, piece="", row=2,
    )  # fmt: skip

    claim = claim_on(operation, ledger, resources=(region,))
    funded = funded_segments(ledger, [claim])

    assert claim.grant.due.value == money("35280")
    assert sum(one.overfunded for one in funded) == 0
    assert sum(one.total for one in funded) == money("50400")


def an_operation_of_two_years() -> Ledger:
    operation = an_operation(end=date(2026, 1, 1), maximum="500000")
    return ledger_of(
        make.ledger_facts(
            [operation],
            employments=[make.an_employment(HIRED)],
            letters=[make.a_letter(operation, nature=enums.LetterNature.FULL_TIME)],
            pay=make.payslips(operation.period),
        )
    )


def test_interim_claims_cumulate_from_the_first_day() -> None:
    """50 400 € a year at 50 %: 25 200 less 10 000; two years 50 400 less the 25 200 paid."""
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    payments = (
        a_payment(date(2024, 2, 1), enums.PaymentKind.ADVANCE, "10000"),
        a_payment(date(2025, 6, 1), enums.PaymentKind.INTERIM, "15200"),
    )

    first, second = (
        claim_on(
            operation,
            ledger,
            enums.ClaimKind.INTERIM,
            Period.year(year),
            payments=payments,
            as_of=date(year + 1, 1, 15),
        )
        for year in (2024, 2025)
    )

    assert first.grant.to_pay.value == money("15200")
    assert second.grant.to_pay.value == money("25200")
    assert second.grant.due.value == money("25200")
    assert not faults_of(second)


def test_an_advance_above_the_first_half_is_taken_off_the_second_too() -> None:
    """25 200 less 30 000 leaves nothing to pay; the year after, 50 400 less 30 000."""
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    payments = (a_payment(date(2024, 2, 1), enums.PaymentKind.ADVANCE, "30000"),)

    first, second = (
        claim_on(operation, ledger, enums.ClaimKind.INTERIM, Period.year(year), payments=payments)
        for year in (2024, 2025)
    )

    assert first.grant.to_pay.value == 0
    assert second.grant.to_pay.value == money("20400")


def test_what_was_given_back_of_an_advance_is_no_longer_paid() -> None:
    """50 400 € at 50 %: 25 200 less 10 000 paid, 4 000 of it given back."""
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    payments = (
        a_payment(date(2024, 2, 1), enums.PaymentKind.ADVANCE, "10000"),
        a_payment(date(2024, 6, 1), enums.PaymentKind.INTERIM, "-4000"),
    )

    claim = claim_on(
        operation, ledger, enums.ClaimKind.INTERIM, Period.year(2024), payments=payments
    )

    assert claim.grant.to_pay.value == money("19200")
    assert not faults_of(claim)


def test_an_interim_claim_from_the_first_day_takes_off_what_its_days_were_paid() -> None:
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    payments = (a_payment(date(2025, 6, 1), enums.PaymentKind.INTERIM, "25200"),)

    claim = claim_on(operation, ledger, enums.ClaimKind.INTERIM, payments=payments)

    assert claim.grant.to_pay.value == money("25200")


def test_a_payment_after_the_day_of_the_computation_is_not_yet_paid() -> None:
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    payments = (a_payment(date(2026, 3, 1), enums.PaymentKind.BALANCE, "50400"),)

    before, on_the_day = (
        claim_on(operation, ledger, as_of=day, payments=payments)
        for day in (date(2026, 2, 28), date(2026, 3, 1))
    )

    assert (before.grant.already_paid.value, before.grant.to_pay.value) == (
        money("0"),
        money("50400"),
    )
    assert on_the_day.grant.to_pay.value == 0


def test_terms_that_an_amendment_changes_after_the_period_do_not_govern_it() -> None:
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    first = operation.terms[0]
    later = replace(
        first,
        since=date(2025, 3, 1),
        maximum=money("1"),
        settings=replace(first.settings, cofunder_basis=enums.CofunderBasis.RECEIVED),
    )
    amended = replace(operation, terms=(first, later))
    region = Resource(
        code="R", convention_id=5, funder_name="Région", funder_kind=enums.FunderKind.REGION,
        from_convention_id=None, from_convention_number="", label="", amount=money("900"),
        grant_base=None, operation_base=None, received=money("0"),
        last_received_on=None, piece="", row=2,
    )  # fmt: skip

    claim = claim_on(
        amended, ledger, enums.ClaimKind.INTERIM, Period.year(2024), resources=(region,)
    )

    assert claim.resources[0].counted.value == money("900")
    planned = {line.label: line.conventioned for line in claim.plan}
    assert planned[operation.funder_name] == money("500000")


def test_pieces_of_people_whom_the_claim_does_not_pay_stay_out_of_it() -> None:
    ledger = an_operation_of_two_years()
    operation = ledger.facts.conventions[5]
    person_1, person_2, outside = (
        Piece(
            reference=name,
            kind=enums.PieceKind.CONTRACT,
            title=name,
            person_id=person,
            period=period,
            amount=None,
            dated_on=None,
            file_name="",
            sha256="",
            size=None,
            row=2,
        )
        for name, person, period in (
            ("CONTRAT", 1, None),
            ("CONTRAT-D-UN-AUTRE", 2, None),
            ("HORS-PERIODE", 1, Period.year(2020)),
        )
    )

    claim = claim_on(operation, ledger, pieces=(person_1, person_2, outside))

    references = {piece.reference for piece in claim.pieces}
    assert "CONTRAT" in references
    assert not references & {"CONTRAT-D-UN-AUTRE", "HORS-PERIODE"}


def an_operation_with_services(profile: enums.FlatRateProfile, **pay: str) -> Claim:
    """One person on direct staff and one seconded, counted as bought service: 4 200 € each."""
    operation = an_operation(
        flat_rate_profile=profile, secondment_category=enums.SecondmentCategory.SERVICES
    )
    sick = {kind: pay["ijss"] for kind in (enums.PayItemKind.IJSS,) if "ijss" in pay}
    ledger = ledger_of(
        make.ledger_facts(
            [operation],
            persons=[make.a_person(1), make.a_person(2)],
            employments=[make.an_employment(HIRED, person_id=number) for number in (1, 2)],
            holdings=[
                make.a_holding(HIRED, person_id=number, is_secondment=number == 2)
                for number in (1, 2)
            ],
            letters=[
                make.a_letter(operation, person_id=number, nature=enums.LetterNature.FULL_TIME)
                for number in (1, 2)
            ],
            pay=[
                *make.a_payslip(JANUARY),
                *make.a_payslip(JANUARY, person_id=2, others=sick),
            ],
        )
    )
    return claim_on(operation, ledger)


@pytest.mark.parametrize(
    ("profile", "flat", "total"),
    [
        ("none", "0", "8400"),
        ("15", "630", "9030"),  # 15 % of 4 200 of direct staff
        ("40", "1680", "5880"),  # the 40 % stand for the bought service too
        ("7", "588", "8988"),  # 7 % of 8 400
    ],
)
def test_a_secondment_counted_as_service_is_a_base_where_the_profile_says_so(
    profile: str, flat: str, total: str
) -> None:
    claim = an_operation_with_services(enums.FlatRateProfile(profile))

    assert claim.flat.value == money(flat)
    assert claim.eligible_cost.value == money(total)
    assert faults_of(claim) == []


def test_sick_pay_above_the_pay_of_a_seconded_person_lowers_the_total() -> None:
    claim = an_operation_with_services(enums.FlatRateProfile.DIRECT_7, ijss="-5000")

    # 4 200 − 800, and 7 % of the 4 200 of direct staff alone
    assert claim.eligible_cost.value == money("3694")
    assert faults_of(claim) == []

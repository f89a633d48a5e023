"""What a call says of requests and advances: days, envelope, territories, rate, cap, legal form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from grants.enums import FunderKind, LegalForm, PaymentKind, Severity
from grants.money import money
from grants.rules.basis.facts.conventions import Call, Convention, Payment
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import a_post_grant, codes, has, operation_case, post_case, the
from tests.factories.ledger import ledger as make

START, END = date(2024, 1, 1), date(2025, 1, 1)


def an_operation(call: Call | None = None, **changes: Any) -> Convention:
    """FSE+ operation of 2024 that answers a call."""
    terms = {"min_time_share": None, **changes.pop("terms", {})}
    return make.a_convention(
        "fse_plus", START, END, changes={"call": call or Call(), **changes}, **terms
    )


def called(**call: Any) -> Checked:
    return operation_case(an_operation(Call(**call)))


@pytest.mark.parametrize(
    ("filed", "is_fault"), [(date(2023, 6, 30), False), (date(2023, 7, 1), True)]
)
def test_a_request_filed_after_the_calls_last_day_is_told(filed: date, is_fault: bool) -> None:
    case = called(requested_on=filed, filing_deadline=date(2023, 6, 30))

    assert has(case, "request_late") is is_fault
    if is_fault:
        assert "1 jour après l'échéance" in the(case, "request_late").message


@pytest.mark.parametrize(("filed", "is_fault"), [(START, False), (date(2024, 1, 2), True)])
def test_a_start_before_the_request_warns(filed: date, is_fault: bool) -> None:
    case = called(requested_on=filed)

    assert has(case, "start_before_request") is is_fault
    if is_fault:
        assert the(case, "start_before_request").severity is Severity.WARNING


def test_months_before_the_request_are_the_euros_at_risk() -> None:
    """Six months of twelve, half of the grant"""
    case = called(requested_on=date(2024, 7, 1))

    assert the(case, "start_before_request").amount * 2 == case.claim.grant.due.value


@pytest.mark.parametrize(
    ("filed", "severity"), [(date(2024, 12, 31), Severity.WARNING), (END, Severity.BLOCKING)]
)
def test_an_operation_that_was_over_before_its_request_is_none(
    filed: date, severity: Severity
) -> None:
    case = called(requested_on=filed)

    finding = the(case, "start_before_request")

    assert finding.severity is severity
    if severity is Severity.BLOCKING:
        assert finding.amount == case.claim.grant.due.value


def test_the_state_is_not_europe() -> None:
    convention = a_post_grant()
    late = Call(requested_on=date(2025, 1, 1))

    case = post_case(
        make.a_convention(
            "state",
            convention.period.start,
            convention.period.end,
            changes={"call": late},
            rate="0.70",
        )
    )

    assert the(case, "start_before_request").severity is Severity.WARNING


@pytest.mark.parametrize(("granted", "is_fault"), [("50000", False), ("50000.01", True)])
def test_the_envelope_of_the_call_holds_all_its_conventions(granted: str, is_fault: bool) -> None:
    case = operation_case(an_operation(Call(envelope=money("50000"))))
    facts = make.claim_facts(case.convention, case.ledger.facts, granted_by_call=money(granted))

    case = Checked(case.claim, facts, case.ledger, case.others)

    assert has(case, "envelope_exceeded") is is_fault
    if is_fault:
        assert "0,01\u00a0€ de trop" in the(case, "envelope_exceeded").message


def test_a_post_on_a_covered_territory_puts_its_lines_at_risk() -> None:
    """Second publication of the Deux-Sèvres call: Bocage, Thouarsais, Gâtine, Mellois are out"""
    operation = an_operation(Call(covered=("BOCAGE",)))
    case = operation_case(
        operation,
        holdings=[make.a_holding(START)],
        fundings=[make.a_funding(operation)],
    )
    facts = make.claim_facts(
        operation, case.ledger.facts, covered_posts={"P1": "Bocage Bressuirais"}
    )

    case = Checked(case.claim, facts, case.ledger, case.others)
    finding = the(case, "territory_covered")

    assert "P1 (Bocage Bressuirais)" in finding.message
    assert finding.amount == case.claim.grant.due.value > 0


def an_advance(amount: str, kind: PaymentKind = PaymentKind.ADVANCE) -> Payment:
    return Payment(
        convention_id=1,
        paid_on=date(2024, 2, 1),
        kind=kind,
        amount=money(amount),
        piece="",
        row=4,
    )


def with_advance(
    *payments: Payment, form: LegalForm = LegalForm.ASSOCIATION, **terms: Any
) -> Checked:
    operation = an_operation(
        organisation=make.an_organisation(legal_form=form),
        terms={"maximum": "30000", **terms},
    )
    return operation_case(operation, payments=payments)


@pytest.mark.parametrize(("amount", "is_fault"), [("9000", False), ("9000.01", True)])
def test_an_advance_stays_within_its_rate(amount: str, is_fault: bool) -> None:
    """30 % of 30 000 €"""
    case = with_advance(an_advance(amount))

    assert has(case, "advance_over") is is_fault
    if is_fault:
        finding = the(case, "advance_over")
        assert finding.amount == money("0.01")
        assert finding.rows[0].rows == "4"


@pytest.mark.parametrize(("amount", "is_fault"), [("5000", False), ("5000.01", True)])
def test_an_advance_stays_within_its_cap(amount: str, is_fault: bool) -> None:
    case = with_advance(an_advance(amount), advance_cap=money("5000"))

    assert has(case, "advance_over") is is_fault


def test_advances_count_together_less_what_was_given_back() -> None:
    over = with_advance(an_advance("6000"), an_advance("3000.01"))
    back = with_advance(an_advance("9500"), an_advance("-500"))

    assert has(over, "advance_over")
    assert not has(back, "advance_over")


def test_a_local_authority_has_no_advance_of_the_national_programme() -> None:
    case = with_advance(an_advance("3000"), form=LegalForm.LOCAL_AUTHORITY)

    finding = the(case, "advance_excluded")

    assert finding.amount == money("3000")
    assert not has(case, "advance_over")


def test_an_interim_payment_is_no_advance() -> None:
    case = with_advance(an_advance("20000", PaymentKind.INTERIM), form=LegalForm.LOCAL_AUTHORITY)

    assert not {"advance_excluded", "advance_over"} & set(codes(case))


def test_a_call_that_says_nothing_finds_nothing() -> None:
    case = operation_case(an_operation())

    assert case.convention.funder_kind is FunderKind.FSE_PLUS
    silent = {"request_late", "start_before_request", "envelope_exceeded", "territory_covered"}
    assert not silent & set(codes(case))

"""Data that contradict themselves are told, with what the engine did with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from grants.enums import PayItemKind
from grants.periods import Period
from grants.rules.checks import findings_of
from tests.factories.checks.checked import an_operation, checked_claim
from tests.factories.ledger import ledger as make

JANUARY = Period.month(date(2024, 1, 1))


def codes(**parts: object) -> list[str]:
    operation = an_operation()
    facts = make.ledger_facts(
        [operation],
        letters=parts.pop("letters", [make.a_letter(operation)]),
        time=make.workdays(JANUARY, {operation.id: "7"}),
        **parts,
    )
    return [finding.code for finding in findings_of(checked_claim(operation, facts))]


def test_pay_of_a_month_after_the_contract_is_told_and_pay_of_its_last_month_is_not() -> None:
    contract = make.an_employment(date(2023, 1, 1), date(2024, 2, 10))
    last, after = date(2024, 2, 1), date(2024, 3, 1)
    pay = [*make.a_payslip(JANUARY.start), *make.a_payslip(last)]
    late = make.a_pay_item(after, PayItemKind.IJSS, "-300")

    assert "pay_after_contract" not in codes(employments=[contract], pay=pay)
    assert "pay_after_contract" in codes(employments=[contract], pay=[*pay, late])


def test_letters_that_follow_each_other_do_not_overlap_and_a_shared_day_does() -> None:
    operation = an_operation()
    first = make.a_letter(operation)
    for end, told in ((date(2024, 7, 1), False), (date(2024, 7, 2), True)):
        letters = [
            replace(first, period=Period(date(2024, 1, 1), end)),
            replace(first, period=Period(date(2024, 7, 1), date(2025, 1, 1)), row=3),
        ]

        found = codes(
            letters=letters,
            employments=[make.an_employment(date(2023, 1, 1))],
            pay=make.a_payslip(JANUARY.start),
        )

        assert ("letters_overlap" in found) is told


def test_posts_may_reach_the_conventions_fte_and_not_pass_it() -> None:
    for second, told in ((Decimal("0.5"), False), (Decimal("0.6"), True)):
        state = make.a_convention("state", date(2023, 12, 15), date(2024, 12, 15), fte="1.5")
        facts = make.ledger_facts(
            [state],
            posts=[make.a_post(), make.a_post(2)],
            employments=[make.an_employment(date(2023, 1, 1))],
            holdings=[make.a_holding(date(2023, 1, 1))],
            fundings=[make.a_funding(state), make.a_funding(state, post_id=2, fte=second)],
            pay=make.a_payslip(JANUARY.start),
        )

        found = [finding.code for finding in findings_of(checked_claim(state, facts))]

        assert ("fte_over_convention" in found) is told

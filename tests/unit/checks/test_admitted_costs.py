"""Costs that a call does not admit beside staff and the flat rate."""

from __future__ import annotations

from typing import Any

from grants.enums import AdmittedCosts, BudgetSide, LetterNature, Severity
from grants.money import ZERO, money
from grants.periods import Period
from grants.rules.basis.facts.conventions import BudgetItem
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import an_operation, has, operation_case, the
from tests.factories.ledger import ledger as make

STAFF_ONLY = AdmittedCosts.STAFF_AND_FLAT_RATE


def of_48_000(admitted: AdmittedCosts, **changes: Any) -> Checked:
    """Twelve months of 4 000 € full time, 15 %, half of it: 27 600 €; and 3 000 € of line 625."""
    operation = an_operation(admitted_costs=admitted)
    travel = BudgetItem(
        convention_id=operation.id,
        side=BudgetSide.CHARGES,
        line="625",
        label="",
        planned=ZERO,
        realised=money("3000"),
        piece="",
        row=7,
    )
    months = Period.year(2024).months()
    return operation_case(
        operation,
        letters=[make.a_letter(operation, nature=LetterNature.FULL_TIME)],
        pay=[i for m in months for i in make.a_payslip(m, gross="2850", charges="1150")],
        budget=(travel,),
        **changes,
    )


def test_travel_stays_out_of_a_call_that_admits_staff_and_the_flat_rate_alone() -> None:
    case = of_48_000(STAFF_ONLY)

    finding = the(case, "costs_not_admitted")

    assert case.claim.grant.due.value == money("27600")
    assert case.claim.other_direct.value == 0
    assert case.claim.other_direct.formula == "not_admitted"
    assert finding.severity is Severity.WARNING
    assert "625 (3\u202f000,00\u00a0€)" in finding.message
    assert finding.amount == money("1500")
    assert finding.rows[0].rows == "7"


def test_travel_counts_where_a_call_admits_every_cost() -> None:
    case = of_48_000(AdmittedCosts.ALL)

    assert case.claim.grant.due.value == money("29100")
    assert not has(case, "costs_not_admitted")


def test_no_finding_without_other_costs() -> None:
    assert not has(operation_case(an_operation(admitted_costs=STAFF_ONLY)), "costs_not_admitted")

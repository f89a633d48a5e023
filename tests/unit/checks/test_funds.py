"""What a fund's own texts allow: its days, its flat rates, and costs at real cost beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants import enums
from grants.periods import Period
from grants.rules.basis.facts.conventions import BudgetItem
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import YEAR, an_operation, has, operation_case, post_case, the
from tests.factories.ledger import ledger as make

PROFILE = enums.FlatRateProfile


def operation(kind: str, profile: enums.FlatRateProfile) -> Checked:
    """An operation of 2024 with that flat rate; its staff cost 36 000 €."""
    terms = {"flat_rate_profile": profile, "min_time_share": None}
    return operation_case(make.a_convention(kind, YEAR.start, YEAR.end, **terms))


@pytest.mark.parametrize(
    ("kind", "profile", "is_fault"),
    [
        ("fse", PROFILE.DIRECT_7, True),
        ("fse_plus", PROFILE.DIRECT_7, False),
        ("fse", PROFILE.DIRECT_LESS_SERVICES_20, False),
        ("fse_plus", PROFILE.DIRECT_LESS_SERVICES_20, True),
        ("fse", PROFILE.STAFF_15, False),
        ("fse_plus", PROFILE.STAFF_40, False),
        ("fse_plus", PROFILE.NONE, False),
    ],
)
def test_a_flat_rate_that_the_fund_does_not_know_blocks_and_adds_nothing(
    kind: str, profile: enums.FlatRateProfile, *, is_fault: bool
) -> None:
    case = operation(kind, profile)

    assert has(case, "flat_rate_unknown") is is_fault
    assert bool(case.claim.flat.value) is (not is_fault and profile is not PROFILE.NONE)


def test_the_finding_says_what_15_percent_would_give() -> None:
    finding = the(operation("fse_plus", PROFILE.DIRECT_LESS_SERVICES_20), "flat_rate_unknown")

    assert finding.severity is enums.Severity.BLOCKING
    # 36 000 € × 15 %
    assert "15\u202f% du personnel donneraient 5\u202f400,00\u00a0€" in finding.message


def bought(amount: str) -> BudgetItem:
    """Line 606 of the budget, realised."""
    return BudgetItem(
        convention_id=1,
        side=enums.BudgetSide.CHARGES,
        line="60",
        label="Fournitures",
        planned=Decimal(0),
        realised=Decimal(amount),
        piece="",
        row=2,
    )


@pytest.mark.parametrize(
    ("cost", "profile", "is_fault"),
    [
        ("200000", PROFILE.STAFF_15, True),
        ("200000.01", PROFILE.STAFF_15, False),
        ("200000", PROFILE.DIRECT_7, False),
        ("200000", PROFILE.STAFF_40, False),
    ],
)
def test_up_to_200_000_euros_only_the_base_of_the_flat_rate_is_at_real_cost(
    cost: str, profile: enums.FlatRateProfile, *, is_fault: bool
) -> None:
    convention = an_operation(flat_rate_profile=profile, total_cost=cost)

    case = operation_case(convention, budget=(bought("6000"),))

    assert has(case, "real_costs_beside") is is_fault
    if is_fault:
        # 6 000 € × 50 %
        assert the(case, "real_costs_beside").amount == 3000


def test_without_other_costs_nothing_stands_beside_the_flat_rate() -> None:
    assert not has(operation_case(an_operation(total_cost="170000")), "real_costs_beside")


def test_an_operation_stored_before_its_fund_is_blocked() -> None:
    early = Period(date(2020, 1, 1), date(2021, 1, 1))
    convention = make.a_convention("fse_plus", early.start, early.end, min_time_share=None)

    case = operation_case(convention, period=early)

    assert "depuis le 01/01/2021" in the(case, "fund_not_open").message


def test_days_after_the_fund_are_blocked() -> None:
    case = operation("fse", PROFILE.NONE)

    assert "31/12/2023" in the(case, "days_after_fund").message


def test_the_state_has_no_fund() -> None:
    case = post_case()

    for code in ("fund_not_open", "days_after_fund", "flat_rate_unknown", "real_costs_beside"):
        assert not has(case, code)

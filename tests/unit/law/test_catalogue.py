"""The catalogue is a contract: names, keys and outputs stay what case files use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants.errors import RuleRefused
from grants.rules.law.catalogue import rules

CONTRACT = {
    "convention_years": ("first_start years", "periods"),
    "split_month": (
        "amount month start end [basis] [hours_in] [hours_total] [holidays]",
        "inside outside",
    ),
    "split_amount": ("amount weights", "parts"),
    "prorate_days": ("annual_amount start end [basis]", "amount"),
    "hourly_rate": ("annual_cost [fte] [annual_hours]", "rate hours_cap"),
    "hourly_cost": ("annual_cost hours [fte] [annual_hours] [round_rate]", "amount"),
    "staff_cost": (
        "method cost [share] [hours_operation] [hours_total] [reimbursed]",
        "base share amount",
    ),
    "minimum_time_share": (
        "hours_operation hours_total minimum",
        "share accepted missing_hours",
    ),
    "indirect_costs": ("profile staff [other_direct] [services]", "flat total"),
    "state_grant": (
        "eligible_cost rate [ceiling_per_fte] [fte] [start] [end] [convention_start]"
        " [convention_end] [maximum] [already_paid]",
        "due to_pay limited_by",
    ),
    "fse_balance": (
        "eligible_cost other_resources rate maximum [already_paid] [conventioned_cost]"
        " [cap_cost_at_convention]",
        "due to_pay limited_by",
    ),
    "fse_interim": ("retained rate advance [maximum] [already_paid]", "to_pay"),
    "assigned_cofunding": ("grant grant_base operation_base", "assigned"),
    "advance": ("subsidy rate [cap] legal_form [excluded_legal_forms]", "amount"),
    "minimum_grant": ("grant minimum", "accepted"),
    "time_shares": ("shares", "total accepted"),
    "funding_of_segment": ("cost grants [receipts]", "total overfunded accepted"),
    "loss_of_rejection": ("rejected_staff flat_rate grant_rate", "eligible_lost grant_lost"),
    "report_due": ("end months", "due_on"),
    "retention": ("fund last_payment_on [total_cost] [state_aid]", "keep_until"),
    "calibrated_hours": (
        "amount labour_share hourly_cost effort_rate [years]",
        "hours rounded",
    ),
    "fte_of_hours": ("hours divisor", "fte"),
    "coverage": ("fte population", "per_100k inhabitants_per_fte"),
    "fte_over_period": ("segments start end", "fte"),
    "sample_size": ("population share minimum maximum", "size"),
    "round_half_up": ("amount", "rounded"),
    "rate_for": ("rates on", "value"),
}


def test_the_catalogue_holds_the_27_rules_in_their_order() -> None:
    assert list(rules()) == list(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_a_rule_takes_and_gives_the_keys_of_the_contract(name: str) -> None:
    rule = rules()[name]
    given, expect = CONTRACT[name]

    keys = [key.name if key.required else f"[{key.name}]" for key in rule.keys]
    assert keys == given.split()
    assert list(rule.outputs) == expect.split()


def test_numbers_too_large_to_compute_are_refused_and_do_not_break() -> None:
    rule = rules()["round_half_up"]

    with pytest.raises(RuleRefused) as refused:
        rule.answer({"amount": Decimal(10) ** 30}, date(2024, 1, 1))
    assert refused.value.code == "out_of_range"

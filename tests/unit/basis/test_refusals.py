"""Refusal codes are a contract: each that a rule gives is documented, and the other way round."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from grants.enums import Method
from grants.errors import RuleRefused
from grants.rules.basis import refusals
from grants.rules.claims.grant_due import state_grant
from grants.rules.law.catalogue import rules
from grants.rules.pay.staff_cost import hourly_cost, staff_cost
from tests.support.sources import ROOT

_CALLS = re.compile(
    r"(?:RuleRefused|not_negative|positive|fraction_of_one)\(\s*\"(\w+)\"|code: str = \"(\w+)\""
)
_MODULES = {rule.function.__module__ for rule in rules().values()}
_LISTS = {"grants.rules.basis.refusals", "grants.rules.law.catalogue"}


def test_the_list_of_codes_is_the_codes_in_the_rules() -> None:
    used = {
        code
        for name in _MODULES | _LISTS
        for pair in _CALLS.findall(
            (ROOT / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        )
        for code in pair
        if code
    }
    documented = set(re.findall(r"``([a-z_]+)``", str(refusals.__doc__)))

    assert used | {"no_parameter_in_force"} == documented


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: hourly_cost(
                annual_cost=Decimal(38000), hours=Decimal(1721), as_of=date(2024, 1, 1)
            ),
            "1721 h déclarées, 1720 h au plus : 1 h de trop",
        ),
        (
            lambda: state_grant(eligible_cost=Decimal(1), rate=Decimal(70)),
            "« rate » vaut 70 : attendu entre 0 et 1 (70 % s'écrit 0.70)",
        ),
        (
            lambda: staff_cost(
                method=Method.REAL_SHARE,
                cost=Decimal(1),
                hours_operation=Decimal(151),
                hours_total=Decimal(150),
            ),
            "151 h sur l'opération pour 150 h au total : 1 h de trop",
        ),
        (
            lambda: state_grant(
                eligible_cost=Decimal(1),
                rate=Decimal(1),
                start=date(2023, 12, 14),
                end=date(2024, 12, 15),
                convention_start=date(2023, 12, 15),
                convention_end=date(2024, 12, 15),
            ),
            "du 2023-12-14 au 2024-12-14, la période sort de la convention,"
            " du 2023-12-15 au 2024-12-14",
        ),
    ],
)
def test_a_refusal_says_what_stands_what_is_expected_and_the_difference(
    call: object, said: str
) -> None:
    with pytest.raises(RuleRefused) as refused:
        call()
    assert str(refused.value) == said

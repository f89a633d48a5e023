"""Every figure that a rule gives leads down to its inputs and its texts, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from grants.enums import TextReading
from grants.errors import RuleRefused
from grants.labels import FORMULAS, TERMS
from grants.parameters.loader import Frame, find_setting
from grants.rules.basis.explained import Explained, Input, citation, citations, euros, rest_on
from grants.rules.claims.grant_due import fse_balance
from tests.unit.law.test_files import CASES, DATED


def results() -> Iterator[tuple[str, Explained[Decimal], object]]:
    for case in CASES:
        dated = {"as_of": case.as_of} if case.rule.takes_as_of else {}
        try:
            result = case.rule.function(**case.given, **dated)
        except RuleRefused:
            continue
        for key, step in getattr(result, "explained", {}).items():
            yield f"{case.rule.name}.{key}", step, getattr(result, key, step.value)


def walk(step: Explained[Decimal]) -> Iterator[Explained[Decimal]]:
    yield step
    for item in step.inputs:
        if isinstance(item.value, Explained):
            yield from walk(item.value)


def test_each_explained_figure_is_the_figure_given() -> None:
    assert [name for name, step, value in results() if step.value != value] == []


def test_each_formula_and_each_term_has_its_wording() -> None:
    steps = [step for _, top, _ in results() for step in walk(top)]

    assert {step.formula for step in steps} - FORMULAS.keys() == set()
    assert {item.name for step in steps for item in step.inputs} - TERMS.keys() == set()


def test_each_figure_of_law_that_a_rule_used_is_cited_with_its_text() -> None:
    used = {
        name.partition(".")[0]
        for name, step, _ in results()
        if any(cited.text and cited.href for cited in citations([step]))
    }

    assert used >= DATED


def test_explained_inputs_take_the_place_of_plain_ones_at_any_depth() -> None:
    lines = Explained(Decimal("50000"), "sum_of_lines")
    balance = fse_balance(
        eligible_cost=Decimal("50000"),
        other_resources=Decimal("30000"),
        rate=Decimal("0.50"),
        maximum=Decimal("30000"),
    )

    to_pay = rest_on(balance.explained["to_pay"], eligible_cost=lines)

    assert any(step is lines for step in walk(to_pay))
    assert to_pay.value == Decimal("20000.00")


def test_an_explained_input_of_another_value_is_refused() -> None:
    step = Explained(Decimal(15), "flat_rate_15", (euros("staff", Decimal(100)),))

    with pytest.raises(ValueError, match="99 is not the 100 used"):
        rest_on(step, staff=Explained(Decimal(99), "sum_of_lines"))


def test_inputs_that_are_no_amounts_stay_as_they_are() -> None:
    step = Explained(Decimal(0), "advance_excluded", (Input("legal_form", "association"),))

    assert rest_on(step, staff=Explained(Decimal(99), "sum_of_lines")) == step


def test_a_setting_is_cited_as_a_figure_is() -> None:
    found = find_setting(Frame("fse_plus"), "advance_excluded_legal_forms", date(2024, 1, 1))

    assert found is not None
    assert citation(found).value == "local_authority"
    assert citation(found).text == (
        "Programme national FSE+ 2021-2027 (fse.gouv.fr), modalités de versement"
    )
    assert citation(found).reading is TextReading.TO_CONFIRM

"""The cases of ``tests/law`` hold, and every rule has cases on all its sides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from grants.rules.law.cases import Case, differences
from grants.rules.law.catalogue import rules
from grants.schemas.cases import read_cases

FOLDER = Path(__file__).parents[2] / "law"
CASES = [
    case
    for path in sorted(FOLDER.glob("*.toml"))
    for case in read_cases(path.read_bytes(), place=path.name)
]

# Rules that rest on a dated legal figure.
DATED = {"hourly_rate", "hourly_cost", "indirect_costs", "retention"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule.name}: {case.name}")
def test_the_case_holds(case: Case) -> None:
    assert case.as_of is not None
    assert differences(case, as_of=case.as_of) == ()


def test_every_rule_has_four_cases_at_least() -> None:
    counted = Counter(case.rule.name for case in CASES)

    assert {name: counted[name] for name in rules() if counted[name] < 4} == {}


def test_every_case_quotes_its_source_and_the_day_whose_texts_apply() -> None:
    assert [case.name for case in CASES if not case.source or case.as_of is None] == []


def test_every_output_of_every_rule_is_expected_somewhere() -> None:
    expected = {(case.rule.name, key) for case in CASES for key in case.expect}
    outputs = {(rule.name, key) for rule in rules().values() for key in rule.outputs}

    assert outputs - expected == set()


def test_every_key_of_every_rule_is_given_somewhere() -> None:
    given = {(case.rule.name, key) for case in CASES for key in case.given}
    keys = {(rule.name, key.name) for rule in rules().values() for key in rule.keys}

    assert keys - given == set()

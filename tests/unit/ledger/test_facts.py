"""Facts are built by name: two texts of one fact cannot change places unseen."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib import import_module
from pkgutil import iter_modules

import pytest

from grants.rules.basis import facts
from grants.rules.claims.facts import ClaimFacts
from grants.rules.ledger.facts import LedgerFacts

MODULES = [import_module(f"{facts.__name__}.{each.name}") for each in iter_modules(facts.__path__)]
FACTS = [LedgerFacts, ClaimFacts] + [
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_takes_its_fields_by_name_only(fact: type) -> None:
    assert is_dataclass(fact)
    assert all(field.kw_only for field in fields(fact))

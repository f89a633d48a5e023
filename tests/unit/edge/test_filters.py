"""What templates do to values, compared with what Babel knows of French."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import pytest
from babel.numbers import format_currency
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import ConventionState
from grants.french import MINUS
from grants.money import from_cents
from grants.views.edge.filters import FILTERS, bar_width, formula, ratio, term, wording
from grants.views.edge.paging import paginate

euro = FILTERS["euro"]


@given(st.integers(-(10**15), 10**15))
def test_amounts_read_as_babel_writes_them(cents: int) -> None:
    amount = from_cents(cents)

    # Unicode's tables keep the hyphen before a negative amount; ours is a true minus.
    babel = format_currency(amount, "EUR", locale="fr_FR").replace("-", MINUS)
    assert euro(amount) == babel


@given(st.decimals(-3, 3, places=4))
def test_a_bar_never_leaves_its_ground(share: Decimal) -> None:
    assert 0 <= Decimal(bar_width(share)) <= 100


@given(st.lists(st.integers(), max_size=50), st.integers(1, 20))
def test_pages_together_are_the_list(rows: list[int], size: int) -> None:
    pages = [paginate(rows, number + 1, size) for number in range(paginate(rows, 1, size).pages)]

    assert [item for page in pages for item in page.items] == rows
    assert all(rows[page.first - 1 : page.first] == list(page.items[:1]) for page in pages)


@pytest.mark.parametrize("number", [-5, 0, 99])
def test_a_page_that_does_not_exist_is_the_nearest_one(number: int) -> None:
    assert paginate([1, 2, 3], number, 2).items == ([3] if number > 0 else [1, 2])


def test_what_is_not_known_reads_as_a_dash() -> None:
    assert {euro(None), ratio(None, Decimal(1)), ratio(Decimal(1), Decimal(0)), wording(None)} == {
        "–"
    }


def test_a_formula_without_wording_shows_its_name_rather_than_an_error() -> None:
    assert formula("not_worded") == "not_worded"
    assert term("not_worded") == "not_worded"


def test_every_state_of_a_convention_has_its_wording() -> None:
    assert all(wording(state) for state in ConventionState)


def test_listed_values_read_by_their_label() -> None:
    class Other(StrEnum):
        X = "x"

    assert wording(ConventionState.LATE) == "Bilan en retard"
    with pytest.raises(KeyError):
        wording(Other.X)


def test_templates_know_every_filter() -> None:
    from grants.views.edge import filters

    app = Flask(__name__)
    filters.register(app)

    assert FILTERS.keys() <= app.jinja_env.filters.keys()

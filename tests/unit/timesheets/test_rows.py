"""Keys of a grid's lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import Activity
from grants.errors import NotFound
from grants.rules.timesheets.rows import RowName, parse_row_key

names = st.builds(
    RowName,
    st.none() | st.integers(1, 10**9 - 1),
    st.sampled_from(Activity),
    st.text(st.characters(codec="utf-8"), max_size=200),
)


@given(names)
def test_a_key_says_its_line_and_fits_identifiers_of_a_page(name: RowName) -> None:
    assert parse_row_key(name.key) == name
    assert re.fullmatch(r"[A-Za-z0-9_-]+", name.key)


@pytest.mark.parametrize(
    "key",
    ["", "12", "12-", "12-walk", "x-other", "-1-other", "00-other", "012-other", "12-other-",
     "12-other-*", "12-other-AAA=", "1" * 12 + "-other", "12-other-gA", "12-other-" + "QUFB" * 270],
)  # fmt: skip
def test_what_is_no_key_is_not_found(key: str) -> None:
    with pytest.raises(NotFound):
        parse_row_key(key)

"""Hours as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.french import bare_hours, clock_hours
from grants.rules.timesheets.hours import InvalidHours, parse_hours


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", 0), ("  ", 0), ("0", 0), ("7", 420), ("7,5", 450), ("7.5", 450), ("7:30", 450),
        ("7h30", 450), ("7 h 30", 450), ("7H", 420), ("7 h", 420), ("7,5 h", 450), ("3,5", 210),
        (",25", 15), (".25", 15), ("0,25", 15), ("0,75", 45), ("450 min", 450), ("15mn", 15),
        ("7\u00a0h\u202f30", 450), ("24", 1440), ("24:00", 1440), ("07:05", 425), ("0,33", 20),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(typed: str, minutes: int) -> None:
    assert parse_hours(typed) == minutes


@pytest.mark.parametrize(
    "typed",
    ["25", "24:01", "24,02", "-1", "−1", "abc", "7:60", "7h75", "7,5,5", "7h30m15", "1e3", "h",
     ",", ":", "٧", "²", "7 heures", "=1+1", "1" * 400, "0x10", "7;5", "nan", "inf"],
)  # fmt: skip
def test_what_is_no_hours_of_a_day_is_refused_with_what_stood_there(typed: str) -> None:
    with pytest.raises(InvalidHours) as refused:
        parse_hours(typed)

    assert f"« {typed[:30]}" in str(refused.value)
    assert "attendu des heures comme 7,5, 7:30 ou 7h30" in str(refused.value)


def test_three_times_twenty_minutes_are_one_hour() -> None:
    assert bare_hours(3 * parse_hours("0:20")) == "1"
    assert bare_hours(3 * parse_hours("0,33")) == "1"


def test_thousands_of_hours_do_not_wrap() -> None:
    assert clock_hours(60 * 25 + 1) == "25:01"
    assert clock_hours(60 * 12_345) == "12345:00"
    assert bare_hours(60 * 12_345 + 30) == "12\u202f345,50"


@given(st.integers(0, 1440))
def test_what_is_shown_reads_back_as_the_same_minutes(minutes: int) -> None:
    assert parse_hours(bare_hours(minutes)) == minutes
    assert parse_hours(clock_hours(minutes)) == minutes


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_minutes_of_a_day_or_a_message(typed: str) -> None:
    try:
        minutes = parse_hours(typed)
    except InvalidHours:
        minutes = 0

    assert 0 <= minutes <= 1440

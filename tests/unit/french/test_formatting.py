"""Figures and days read as Unicode's tables of French have them, where their choice is ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from grants import french
from grants.money import from_cents
from grants.periods import Period

CENTS = st.integers(-(10**15), 10**15)
DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


def with_true_minus(babel: str) -> str:
    """Unicode's tables keep the hyphen before a negative figure; a true minus is our choice."""
    return babel.replace("-", french.MINUS)


@given(CENTS)
def test_amounts_read_as_babel_writes_them(cents: int) -> None:
    amount = from_cents(cents)

    assert french.euros(amount) == with_true_minus(format_currency(amount, "EUR", locale="fr_FR"))


@given(CENTS)
def test_shares_read_as_babel_writes_them(hundredths: int) -> None:
    share = Decimal(hundredths).scaleb(-4)

    expected = format_percent(share, "#,##0.##\u202f%", locale="fr_FR")
    assert french.percent(share) == with_true_minus(expected)


@given(CENTS)
def test_plain_figures_read_as_babel_writes_them(millionths: int) -> None:
    figure = Decimal(millionths).scaleb(-6)

    expected = format_decimal(figure, "#,##0.######", locale="fr_FR")
    assert french.number(figure) == with_true_minus(expected)


@given(DAYS)
def test_days_and_months_read_as_babel_writes_them(day: date) -> None:
    plain = french.month_fr(day).replace(french.FIXED, " ")

    assert french.day_fr(day) == format_date(day, "dd/MM/y", locale="fr_FR")
    assert plain == format_date(day, "MMMM y", locale="fr_FR")
    assert french.spoken_day(day) == format_date(day, "EEEE d MMMM", locale="fr_FR").replace(
        " 1 ", " 1er "
    )


@given(st.integers(0, 10**9))
def test_whole_hours_have_no_decimals_and_others_have_two(minutes: int) -> None:
    shown = french.minutes(minutes)

    _, _, decimals = shown.removesuffix(f"{french.FIXED}h").partition(",")
    assert len(decimals) in (0, 2)
    assert decimals != "00"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (french.hours(Decimal("1596.00")), "1\u202f596\u00a0h"),
        (french.hours(Decimal("1596.25")), "1\u202f596,25\u00a0h"),
        (french.percent(Decimal("0.4000")), "40\u202f%"),
        (french.percent(Decimal("0.387143")), "38,71\u202f%"),
        (french.fte_fr(Decimal("2.00")), "2"),
        (french.fte_fr(Decimal("0.80")), "0,8"),
        (french.euros(Decimal("-0.001")), "0,00\u00a0€"),
        (french.siret_fr("12345678900012"), "123\u202f456\u202f789\u202f00012"),
        (french.siret_fr("inconnu"), "inconnu"),
        (french.count(0, "jour"), "0 jour"),
        (french.count(1200, "jour ouvré"), "1\u202f200 jours ouvrés"),
        (french.count(2, "travail", "travaux"), "2 travaux"),
        (french.moment_fr(datetime(2025, 1, 1, 23, 30, tzinfo=UTC)), "02/01/2025 00:30:00"),
        (french.day_fr(datetime(2025, 1, 1, 23, 30, tzinfo=UTC)), "02/01/2025"),
        (french.period_fr(Period.inclusive(date(2024, 1, 1), None)), "depuis le 01/01/2024"),
    ],
)
def test_each_kind_of_value_has_one_spelling(shown: str, expected: str) -> None:
    assert shown == expected


def test_what_is_not_known_reads_as_a_dash() -> None:
    blanks = (
        french.euros,
        french.percent,
        french.hours,
        french.minutes,
        french.number,
        french.fte_fr,
    )

    assert {show(None) for show in blanks} == {"–"}
    assert french.day_fr(None) == french.day_fr(date.max) == french.period_fr(None) == "–"

"""Cells as people type them, spreadsheets store them and payroll programs export them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import Activity
from grants.periods import month_index
from grants.services.imports.cells import CellRefused, read_cell, shown
from grants.services.spreadsheets.raw import CellError
from grants.workbook_format.columns import CellKind, Column, Sign
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEETS

AMOUNT = Column("montant", CellKind.AMOUNT, "")
HOURS = Column("heures", CellKind.HOURS, "", sign=Sign.POSITIVE, highest=Decimal(24))
FRACTION = Column("taux", CellKind.FRACTION, "")
WHOLE = Column("population", CellKind.WHOLE, "", sign=Sign.NOT_NEGATIVE)
DECIMAL = Column("etp", CellKind.DECIMAL, "", sign=Sign.POSITIVE)
DAY = Column("debut", CellKind.DATE, "")
MONTH = Column("mois", CellKind.MONTH, "")
BOOL = Column("ijss", CellKind.BOOL, "")
TEXT = Column("code", CellKind.TEXT, "", maximum=10)
ACTIVITY = Column("activite", CellKind.CHOICE, "", closed_list=Activity)


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        (AMOUNT, "1 234,56", Decimal("1234.56")),
        (AMOUNT, "1\u00a0234,56 €", Decimal("1234.56")),
        (AMOUNT, "1\u202f234,56", Decimal("1234.56")),
        (AMOUNT, "\u2212 85,20", Decimal("-85.20")),
        (AMOUNT, 1234.56, Decimal("1234.56")),
        (AMOUNT, 0.1 + 0.2, Decimal("0.3")),
        (AMOUNT, 40000, Decimal(40000)),
        (HOURS, "7,5", 450),
        (HOURS, "7,33", 440),
        (HOURS, "7:30", 450),
        (HOURS, "7h30", 450),
        (HOURS, "7 h 30", 450),
        (HOURS, "7h", 420),
        (HOURS, "07:30:00", 450),
        (HOURS, "PT7H30M00S", 450),
        (HOURS, 7.5, 450),
        (HOURS, 22 / 3, 440),
        (HOURS, time(7, 31), 451),
        (HOURS, time(7, 30, 59, 999_999), 451),
        (HOURS, timedelta(hours=24), 1440),
        (FRACTION, "70 %", Decimal("0.7")),
        (FRACTION, "70", Decimal("0.7")),
        (FRACTION, 0.7, Decimal("0.7")),
        (FRACTION, "0,5 %", Decimal("0.005")),
        (FRACTION, 1.0, Decimal(1)),
        (WHOLE, "406 868", 406868),
        (WHOLE, 406868.0, 406868),
        (DECIMAL, "0,8", Decimal("0.8")),
        (DAY, "15/12/2023", date(2023, 12, 15)),
        (DAY, " 5-1-2024 ", date(2024, 1, 5)),
        (DAY, "2023-12-15", date(2023, 12, 15)),
        (DAY, "2023-12-15T00:00:00", date(2023, 12, 15)),
        (DAY, date(2023, 12, 15), date(2023, 12, 15)),
        (DAY, datetime.fromisoformat("2023-12-15T10:32"), date(2023, 12, 15)),
        (MONTH, "12/2023", month_index(date(2023, 12, 1))),
        (MONTH, "2023-12", month_index(date(2023, 12, 1))),
        (MONTH, date(2023, 12, 28), month_index(date(2023, 12, 1))),
        (BOOL, "Oui", True),
        (BOOL, True, True),
        (BOOL, 0.0, False),
        (BOOL, "", False),
        (TEXT, 244200770.0, "244200770"),
        (TEXT, " A001\u00a0", "A001"),
        (TEXT, "e\u0301te\u0301", "été"),
        (TEXT, "", ""),
        (ACTIVITY, "evaluation", "evaluation"),
        (ACTIVITY, "Accompagner les maîtres d’ouvrage", "support_buyers"),
    ],
)
def test_a_cell_is_read_however_it_was_typed(column: Column, raw: object, value: object) -> None:
    assert read_cell(column, raw) == value


@pytest.mark.parametrize(
    ("column", "raw", "expected"),
    [
        (AMOUNT, "12,345", "au centime près"),
        (AMOUNT, 2850.001, "au centime près"),
        (AMOUNT, "1.234,56", "un montant en euros"),
        (AMOUNT, "douze", "un montant en euros"),
        (AMOUNT, True, "un montant en euros"),
        (AMOUNT, "1" * 40, "au plus 10\u202f000\u202f000\u202f000"),
        (AMOUNT, "1,0000000000000000000000000000000001", "au centime près"),
        (AMOUNT, date(2023, 12, 15), "un montant en euros"),
        (HOURS, "7,333", "à la minute près"),
        (HOURS, "25", "au plus 24"),
        (HOURS, "-1", "supérieur à 0"),
        (HOURS, "7:75", "un nombre d'heures"),
        (HOURS, time(7, 30, 20), "à la minute près"),
        (FRACTION, "130 %", "entre 0 et 100 %"),
        (FRACTION, "-5 %", "entre 0 et 100 %"),
        (WHOLE, "1,5", "un nombre entier"),
        (WHOLE, "-1", "positif ou nul"),
        (DECIMAL, "0,1234567", "six décimales au plus"),
        (DECIMAL, 0.0, "supérieur à 0"),
        (DAY, "31/02/2024", "une date"),
        (DAY, "15/12/23", "une date"),
        (DAY, 45275.0, "une date"),
        (DAY, "31/12/1989", "entre 1990 et 2100"),
        (DAY, date(2101, 1, 1), "entre 1990 et 2100"),
        (MONTH, "13/2023", "un mois"),
        (BOOL, "peut-être", "oui ou non"),
        (TEXT, "x" * 11, "10 caractères au plus, il y en a 11"),
        (TEXT, 1e20, "a perdu des chiffres"),
        (TEXT, "a\u0007b", "sans caractère de commande"),
        (ACTIVITY, "Jardinage", "une valeur de la liste : Sensibiliser"),
        (AMOUNT, CellError(), "erreur de formule"),
    ],
)
def test_a_cell_is_refused_with_what_was_expected(
    column: Column, raw: object, expected: str
) -> None:
    with pytest.raises(CellRefused, match=expected.replace("(", r"\(")):
        read_cell(column, raw)


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2100, 12, 31)])
def test_the_first_and_the_last_day_of_the_range_are_accepted(day: date) -> None:
    assert read_cell(DAY, f"{day:%d/%m/%Y}") == day


def test_a_required_cell_left_empty_says_that_it_is_required() -> None:
    code = SHEET_BY_NAME["agents"].column("matricule")

    for blank in (None, "", " ", "\u00a0"):
        with pytest.raises(CellRefused, match="obligatoire"):
            read_cell(code, blank)


def test_a_setting_is_checked_and_kept_as_typed() -> None:
    setting = SHEET_BY_NAME["conventions"].column("part_temps_min")
    listed = SHEET_BY_NAME["conventions"].column("rubriques_eligibles")

    assert read_cell(setting, "40 %") == "40 %"
    assert read_cell(setting, 0.4) == "0,4"
    assert read_cell(listed, "Salaire brut | Prime") == "Salaire brut | Prime"
    with pytest.raises(CellRefused, match="70 %"):
        read_cell(setting, "beaucoup")
    with pytest.raises(CellRefused, match="Charges patronales"):
        read_cell(listed, "Salaire brut | Cadeaux")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_example_of_every_column_is_one_that_it_accepts(sheet: object) -> None:
    for column in sheet.columns:  # type: ignore[attr-defined] # parametrize loses the type
        if column.kind is not CellKind.SETTING:
            assert column.example
            read_cell(column, column.example)


@given(st.integers(-(10**11), 10**11))
def test_any_amount_of_whole_cents_survives_the_spreadsheets_binary_figures(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)

    assert read_cell(AMOUNT, float(amount)) == amount
    assert read_cell(AMOUNT, f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")) == amount


@given(st.integers(1, 1440))
def test_any_number_of_minutes_survives_as_a_time_or_as_decimal_hours(minutes: int) -> None:
    assert read_cell(HOURS, timedelta(days=minutes / 1440)) == minutes
    assert read_cell(HOURS, minutes / 60) == minutes
    assert read_cell(HOURS, f"{minutes // 60}h{minutes % 60:02d}") == minutes


@given(
    st.one_of(
        st.text(),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.datetimes(),
        st.times(),
        st.timedeltas(),
        st.none(),
    )
)
def test_whatever_stands_in_a_cell_is_read_or_refused_and_never_breaks(raw: object) -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            with suppress(CellRefused):
                read_cell(column, raw)
    assert isinstance(shown(raw), str)

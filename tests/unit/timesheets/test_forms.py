"""What a workbook's preview hands back to be written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forms.timesheets.files import MOST_CELLS, MonthCells, month_cells_text, read_month_cells

# What the web framework takes in a field of a form.
FIELD_LIMIT = 500_000
JANUARY = date(2025, 1, 1)


def a_month(month: date, lines: int) -> MonthCells:
    days = [month + timedelta(days=number) for number in range(28)]
    keys = [f"1234-support_companies-{line:012d}" for line in range(lines)]
    return MonthCells(
        month, 7, {(key, day): 450 for key in keys for day in days}, {month: "Réunion"}
    )


def test_what_was_accepted_comes_back_as_it_went() -> None:
    months = [a_month(JANUARY, 2), a_month(date(2025, 2, 1), 1)]

    assert read_month_cells(month_cells_text(months)) == months


def test_a_whole_year_of_fifteen_lines_fits_a_form() -> None:
    text = month_cells_text([a_month(date(2025, month, 1), 15) for month in range(1, 13)])

    assert len(text.encode()) < FIELD_LIMIT


def test_more_cells_than_any_year_has_are_refused() -> None:
    huge = MonthCells(JANUARY, 1, {(f"0-other-{n}", JANUARY): 1 for n in range(MOST_CELLS + 1)})

    with pytest.raises(ValueError, match="0-other"):
        read_month_cells(month_cells_text([huge]))


@pytest.mark.parametrize(
    "text",
    ["", "null", "7", "[]", "[1]", "[[]]", '[{"month":"2025-13-01"}]', "[" * 5000,
     '[{"month":"2025-01-01","version":"x","cells":[],"comments":[]}]',
     '[{"month":"2025-01-01","version":1,"cells":[["0-other"]],"comments":[]}]'],
)  # fmt: skip
def test_what_was_changed_on_its_way_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 # its text is the input
        read_month_cells(text)

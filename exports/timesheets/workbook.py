"""Months of a person as a workbook to be filled elsewhere and handed in again.

Each sheet is a month. What makes it ours stands in it and goes with every copy: the first line says
whose month it is, the second the day of each column, the first column the key of each line. Closed
days are shaded and locked; hours are real numbers, totals are formulas with their value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from exports.kit.cells import safe_text
from grants.french import MONTHS, month_fr
from grants.labels import label
from grants.rules.privacy.sheets import FOLDED_NOTE
from grants.rules.timesheets.sheet import Sheet, SheetDayFacts, SheetRow
from grants.rules.timesheets.typing import shown_minutes

MARK = "grants-feuille-de-temps-1"
KEY_COLUMN, LABEL_COLUMN, FIRST_DAY_COLUMN = 0, 1, 2
IDENTITY_ROW, DATE_ROW, TITLE_ROW, HELP_ROW, WEEKDAY_ROW, DAY_ROW, FIRST_ROW = range(7)
COMMENT_KEY = "observations"
WEEKDAYS = "LMMJVSD"
MINUTES_OF_AN_HOUR = 60
LONGEST_DAY = 24
HELP = (
    "Remplissez les cases blanches en heures : 7,5 ou 7h30. Les jours gris sont fermés. En "
    "italique : heures proposées, à corriger si besoin. Enregistrez, puis redonnez ce fichier au "
    "logiciel, qui montre ce qui change avant d'enregistrer."
)
_BORDER = {"border": 1, "border_color": "#C5CDD8", "align": "center", "font_size": 10}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "font_color": "#1F3A5F"},
    "help": {"text_wrap": True, "valign": "top", "font_color": "#444444"},
    "head": {**_BORDER, "bold": True, "bg_color": "#E8EEF5"},
    "head_closed": {**_BORDER, "bold": True, "bg_color": "#C9D1DB"},
    "label": {**_BORDER, "align": "left", "text_wrap": True, "valign": "vcenter"},
    # General, not 0.00: a time typed as 7:30 then stays a time and is read as one.
    "open": {**_BORDER, "locked": False},
    "proposed": {**_BORDER, "locked": False, "italic": True, "font_color": "#1D4ED8"},
    "closed": {**_BORDER, "bg_color": "#E1E5EA"},
    "weekend": {**_BORDER, "bg_color": "#F3F5F8", "locked": False},
    "total": {**_BORDER, "bold": True, "bg_color": "#E8EEF5", "num_format": "0.00"},
    "total_label": {**_BORDER, "bold": True, "bg_color": "#E8EEF5", "align": "left"},
    "comment": {**_BORDER, "align": "left", "locked": False, "text_wrap": False},
}
_VALIDATION = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 0,
    "maximum": LONGEST_DAY,
    "error_type": "warning",
    "error_title": "Heures attendues",
    "error_message": "Attendu : des heures de 0 à 24, comme 7,5. Une durée comme 7h30 est lue "
    "aussi, sans entrer dans les totaux de ce classeur.",
}


def write_sheets_workbook(sheets: Sequence[Sheet], *, created: date) -> bytes:
    """Workbook with one sheet a month of one person; same sheets, same bytes.

    Units: decimal hours; a proposal stands as the sheet shows it, in italics.
    Args: created: day of the download.
    """
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        moment = datetime.combine(created, time())
        book.set_properties({"title": "Feuilles de temps", "created": moment})
        styles = {name: book.add_format(given) for name, given in _STYLES.items()}
        for sheet in sheets:
            _MonthSheet(book.add_worksheet(sheet_name(sheet)), sheet, styles).write()
    return buffer.getvalue()


def sheet_name(sheet: Sheet) -> str:
    """Name of a month's sheet, as messages say it: « Janvier »."""
    return MONTHS[sheet.month.start.month - 1].capitalize()


def row_label(row: SheetRow) -> str:
    """Line as the first column reads it."""
    parts = (row.number or row.title, label(row.activity), row.market)
    return " · ".join(dict.fromkeys(part for part in parts if part))


class _MonthSheet:
    """One month, written from top to bottom."""

    def __init__(self, out: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
        self.out = out
        self.sheet = sheet
        self.styles = styles
        self.last_day_column = FIRST_DAY_COLUMN + len(sheet.days) - 1
        self.total_column = self.last_day_column + 1

    def write(self) -> None:
        self._write_identity()
        self._write_heads()
        for number, row in enumerate(self.sheet.rows, FIRST_ROW):
            self._write_row(number, row)
        self._write_totals(FIRST_ROW + len(self.sheet.rows))
        self._write_comments(FIRST_ROW + len(self.sheet.rows) + 1)
        self._lay_out()

    def _write_identity(self) -> None:
        sheet = self.sheet
        identity = (MARK, safe_text(sheet.person.code), f"{sheet.month.start:%Y-%m}",
                    str(sheet.version))  # fmt: skip
        for column, text in enumerate(identity):
            self.out.write_string(IDENTITY_ROW, column, text)
        for column, facts in enumerate(sheet.days, FIRST_DAY_COLUMN):
            self.out.write_string(DATE_ROW, column, facts.day.isoformat())

    def _write_heads(self) -> None:
        sheet, style = self.sheet, self.styles
        title = f"Feuille de temps – {month_fr(sheet.month.start)} – {sheet.person.name}"
        self.out.write_string(TITLE_ROW, LABEL_COLUMN, safe_text(title), style["title"])
        self.out.merge_range(
            HELP_ROW,
            LABEL_COLUMN,
            HELP_ROW,
            self.total_column,
            FOLDED_NOTE if sheet.is_folded else HELP,
            style["help"],
        )
        self.out.write_string(WEEKDAY_ROW, LABEL_COLUMN, "", style["head"])
        self.out.write_string(DAY_ROW, LABEL_COLUMN, "Opération ou activité", style["head"])
        for column, facts in enumerate(sheet.days, FIRST_DAY_COLUMN):
            head = style["head_closed" if facts.closure else "head"]
            self.out.write_string(WEEKDAY_ROW, column, WEEKDAYS[facts.day.weekday()], head)
            self.out.write_number(DAY_ROW, column, facts.day.day, head)
            if facts.closed_because or facts.locked_because:
                said = facts.locked_because or facts.closed_because
                self.out.write_comment(DAY_ROW, column, said)
        self.out.write_string(WEEKDAY_ROW, self.total_column, "", style["head"])
        self.out.write_string(DAY_ROW, self.total_column, "Total", style["head"])

    def _write_row(self, number: int, row: SheetRow) -> None:
        self.out.write_string(number, KEY_COLUMN, row.key)
        self.out.write_string(number, LABEL_COLUMN, safe_text(row_label(row)), self.styles["label"])
        total = 0
        for column, facts in enumerate(self.sheet.days, FIRST_DAY_COLUMN):
            minutes = shown_minutes(self.sheet, (row.key, facts.day))
            total += minutes
            style = self._style(row, facts)
            if minutes:
                self.out.write_number(number, column, _hours(minutes), style)
            else:
                self.out.write_blank(number, column, None, style)
        if self.sheet.days:
            self.out.data_validation(
                number, FIRST_DAY_COLUMN, number, self.last_day_column, _VALIDATION
            )
        self._sum(number, self.total_column, (number, FIRST_DAY_COLUMN),
                  (number, self.last_day_column), total)  # fmt: skip

    def _style(self, row: SheetRow, facts: SheetDayFacts) -> Any:
        if not facts.is_editable and not facts.is_clearable:
            return self.styles["closed"]
        if (row.key, facts.day) in self.sheet.proposed:
            return self.styles["proposed"]
        return self.styles["weekend" if facts.closure else "open"]

    def _write_totals(self, number: int) -> None:
        self.out.write_string(number, LABEL_COLUMN, "Total par jour", self.styles["total_label"])
        month_total = 0
        last = max(number - 1, FIRST_ROW)
        for column, facts in enumerate(self.sheet.days, FIRST_DAY_COLUMN):
            total = sum(shown_minutes(self.sheet, (row.key, facts.day)) for row in self.sheet.rows)
            month_total += total
            self._sum(number, column, (FIRST_ROW, column), (last, column), total)
        self._sum(number, self.total_column, (number, FIRST_DAY_COLUMN),
                  (number, self.last_day_column), month_total)  # fmt: skip

    def _sum(
        self, row: int, column: int, first: tuple[int, int], last: tuple[int, int], minutes: int
    ) -> None:
        formula = f"=SUM({xl_rowcol_to_cell(*first)}:{xl_rowcol_to_cell(*last)})"
        self.out.write_formula(row, column, formula, self.styles["total"], _hours(minutes))

    def _write_comments(self, number: int) -> None:
        self.out.write_string(number, KEY_COLUMN, COMMENT_KEY)
        self.out.write_string(number, LABEL_COLUMN, "Observations", self.styles["total_label"])
        for column, facts in enumerate(self.sheet.days, FIRST_DAY_COLUMN):
            open_day = facts.is_editable or facts.is_clearable
            style = self.styles["comment" if open_day else "closed"]
            if facts.comment:
                self.out.write_string(number, column, safe_text(facts.comment), style)
            else:
                self.out.write_blank(number, column, None, style)

    def _lay_out(self) -> None:
        out = self.out
        for row in (IDENTITY_ROW, DATE_ROW):
            out.set_row(row, None, None, {"hidden": True})
        out.set_row(HELP_ROW, 30)
        out.set_column(KEY_COLUMN, KEY_COLUMN, 2, None, {"hidden": True})
        out.set_column(LABEL_COLUMN, LABEL_COLUMN, 46)
        out.set_column(FIRST_DAY_COLUMN, self.last_day_column, 5)
        out.set_column(self.total_column, self.total_column, 9)
        out.freeze_panes(FIRST_ROW, FIRST_DAY_COLUMN)
        out.set_landscape()
        out.set_paper(9)
        out.fit_to_pages(1, 0)
        out.protect("", {"format_columns": True, "format_rows": True})


def _hours(minutes: int) -> Decimal:
    return Decimal(minutes) / MINUTES_OF_AN_HOUR

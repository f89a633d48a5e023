"""The sheet of expense lines, the only long one: one pass, formats and letters looked up once.

State and European forms show the same lines in other columns; what a line holds and how its amount
follows from its neighbours is here, the order of the columns comes from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from exports.claims.line_formulas import HOURLY, LineColumns, amount_formula
from exports.kit.cells import Live, Value, column, serial
from exports.kit.workbook import Column, Sheet
from grants.enums import Method
from grants.french import day_fr
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO
from grants.periods import FOREVER
from grants.rules.claims.claim import Claim, ClaimLine

STAFF, SERVICES = "Personnel", "Prestations"
STYLES = ("text", "out")  # of a line that is retained, and of one that is not
_MINUTES = Decimal(60)
_SHARE_PLACES = 12

Cell = str | Decimal | int | Live | None
Fill = Callable[[ClaimLine, int], Cell]


@frozen
class LineColumn:
    """One column: what it shows of a line, given the line and its row counted from one."""

    key: str
    column: Column
    fill: Fill


@frozen
class LineArea:
    """Where the lines stand: first and last row counted from zero, letters by column key."""

    first: int
    last: int
    letters: dict[str, str]

    def area(self, key: str) -> str:
        """Absolute range of one column, for sums by category or by person."""
        letters = self.letters[key]
        return f"${letters}${self.first + 1}:${letters}${self.last + 1}"


def line_columns(order: Sequence[tuple[str, Column]]) -> list[LineColumn]:
    """Columns in the form's order, each with the way it is filled."""
    letters = {key: column(index) for index, (key, _) in enumerate(order)}
    fills = _fills(letters)
    return [LineColumn(key, spec, fills[key]) for key, spec in order]


def write_lines(sheet: Sheet, claim: Claim, columns: Sequence[LineColumn]) -> LineArea:
    """All lines, from the sheet's row on; lines that are not retained are red."""
    first = sheet.row
    kept, out = (sheet.shapes([_style(style, item) for item in columns]) for style in STYLES)
    fills = [item.fill for item in columns]
    sheet.rows(
        ([fill(line, row) for fill in fills], out if line.reason else kept)
        for row, line in enumerate(claim.lines, first + 1)
    )
    letters = {item.key: column(index) for index, item in enumerate(columns)}
    return LineArea(first, sheet.row - 1, letters)


def _style(style: str, item: LineColumn) -> str:
    number = item.column.style
    return style if number == "text" else f"{style}:{number}"


def _fills(letters: dict[str, str]) -> dict[str, Fill]:
    """How each column is filled; formulas name the columns of this very sheet."""
    at = LineColumns(
        base=letters["base"],
        total=letters.get("total", ""),
        operation=letters.get("operation", ""),
        share=letters["share"],
        rate=letters.get("rate", ""),
    )
    reason, amount = letters["reason"], letters["amount"]
    return {
        "number": lambda line, row: line.number,
        "code": lambda line, row: line.person_code,
        "name": lambda line, row: line.name,
        "job": lambda line, row: line.job_title,
        "post": lambda line, row: line.post,
        "month": lambda line, row: serial(line.month),
        "start": lambda line, row: serial(line.period.start),
        "last": lambda line, row: serial(line.period.last),
        "gross": lambda line, row: line.gross,
        "charges": lambda line, row: line.charges,
        "other": lambda line, row: line.other_items,
        "base": _base(letters),
        "unit": lambda line, row: "heures" if line.method in _TIMED else "%",
        "total": lambda line, row: _hours(line.total_minutes),
        "operation": lambda line, row: _hours(line.operation_minutes),
        "share": _share(letters),
        "rate": lambda line, row: line.hourly_rate.value if line.hourly_rate else None,
        "amount": _amount(at),
        "method": lambda line, row: label(line.method),
        "paid_on": lambda line, row: _dates(line.paid_on),
        "vouchers": lambda line, row: ", ".join(line.vouchers),
        "accounting": lambda line, row: _joined(line.accounting_pieces, line.vouchers),
        "pieces": lambda line, row: ", ".join(line.other_pieces),
        "category": lambda line, row: SERVICES if line.is_service else STAFF,
        "reason": lambda line, row: line.reason or None,
        "retained": lambda line, row: _retained(line, f'=IF({reason}{row}="",{amount}{row},0)'),
    }


_TIMED = HOURLY | {Method.REAL_SHARE}


def _base(letters: dict[str, str]) -> Fill:
    """The base as the sum of its parts where the form shows them."""
    if "gross" not in letters:
        return lambda line, row: line.base.value
    first, last = letters["gross"], letters["other"]

    def fill(line: ClaimLine, row: int) -> Cell:
        if line.gross + line.charges + line.other_items != line.base.value:
            return line.base.value
        return Live(f"=ROUND(SUM({first}{row}:{last}{row}),2)", line.base.value)

    return fill


def _share(letters: dict[str, str]) -> Fill:
    """Hours on the operation over all hours when the share is a real one, else the given one."""
    total, operation = letters.get("total", ""), letters.get("operation", "")

    def fill(line: ClaimLine, row: int) -> Cell:
        if line.share is None:
            return None
        if not total or line.method is not Method.REAL_SHARE or not line.total_minutes:
            return line.share.value
        value = round(line.share.value, _SHARE_PLACES) or ZERO
        return Live(f"={operation}{row}/{total}{row}", value)

    return fill


def _amount(at: LineColumns) -> Fill:
    def fill(line: ClaimLine, row: int) -> Cell:
        formula = amount_formula(line, at, row)
        return Live(formula, line.amount.value) if formula else line.amount.value

    return fill


def _retained(line: ClaimLine, formula: str) -> Cell:
    expected = ZERO if line.reason else line.amount.value
    return Live(formula, line.retained) if line.retained == expected else line.retained


def _hours(minutes: int | None) -> Decimal | None:
    return None if minutes is None else minutes / _MINUTES


def _dates(days: Sequence[date]) -> Cell:
    """One day as a date; several as text, since a cell holds one date."""
    if not days:
        return None
    if len(days) == 1:
        return serial(days[0])
    return ", ".join(day_fr(day) for day in days)


def _joined(pieces: Sequence[str], vouchers: Sequence[str]) -> str | None:
    """Payslips and the numbers of the accounting entries, each once."""
    return ", ".join(dict.fromkeys((*pieces, *vouchers))) or None


def shown_last(day: date) -> Value:
    """Last day as a form shows it; nothing for what has no end."""
    return None if day == FOREVER else day

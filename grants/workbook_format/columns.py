"""What a column of the import workbook is: the words that describe one, once, for template, reader
and documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grants.labels import choices


class CellKind(StrEnum):
    """How a cell is read and which validation the template gives it."""

    TEXT = "text"
    AMOUNT = "amount"
    HOURS = "hours"
    FRACTION = "fraction"
    DECIMAL = "decimal"
    WHOLE = "whole"
    DATE = "date"
    MONTH = "month"
    BOOL = "bool"
    CHOICE = "choice"
    REFERENCE = "reference"
    SETTING = "setting"


class Sign(StrEnum):
    """Which figures a column takes; the tables hold the same limits as constraints."""

    ANY = "any"
    NOT_NEGATIVE = "not_negative"
    POSITIVE = "positive"


# Above these a figure is a slip of the keyboard, and the database could not hold it.
HIGHEST = {
    CellKind.AMOUNT: Decimal(10_000_000_000),
    CellKind.DECIMAL: Decimal(10_000_000_000),
    CellKind.WHOLE: Decimal(2_000_000_000),
    CellKind.HOURS: Decimal(1_000_000),
    CellKind.FRACTION: Decimal(1),
}
DAY_HOURS = Decimal(24)
WEEK_HOURS = Decimal(168)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable name, what it holds, whether it must be filled, an example.

    ``closed_list`` is the enum of a choice; ``refers_to`` the sheet whose key a reference names;
    ``maximum`` the longest text; ``sign`` and ``highest`` bound a figure.
    """

    name: str
    kind: CellKind
    help: str
    example: str = ""
    required: bool = False
    closed_list: type[StrEnum] | None = None
    refers_to: str = ""
    maximum: int = 300
    sign: Sign = Sign.ANY
    highest: Decimal | None = None

    @property
    def upper(self) -> Decimal:
        """Highest figure of the column."""
        return HIGHEST[self.kind] if self.highest is None else self.highest

    @property
    def options(self) -> list[str]:
        """French wordings that the cell may hold, empty when free."""
        if self.kind is CellKind.BOOL:
            return ["oui", "non"]
        return choices(self.closed_list) if self.closed_list else []


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its stable name, what it is for, its columns; ``key`` names the columns that
    identify a row.
    """

    name: str
    purpose: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """Column of that name."""
        return next(column for column in self.columns if column.name == name)


def text(
    name: str, help: str, example: str = "", *, required: bool = False, maximum: int = 300
) -> Column:
    """Free text."""
    return Column(name, CellKind.TEXT, help, example, required, maximum=maximum)


def key(name: str, help: str, example: str, maximum: int = 40) -> Column:
    """Text that identifies a row: always required."""
    return Column(name, CellKind.TEXT, help, example, True, maximum=maximum)


def amount(
    name: str, help: str, example: str = "", *, required: bool = False, sign: Sign = Sign.ANY
) -> Column:
    """Euros, at most two decimals."""
    return Column(name, CellKind.AMOUNT, help, example, required, sign=sign)


def hours(
    name: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    sign: Sign = Sign.POSITIVE,
    highest: Decimal = DAY_HOURS,
) -> Column:
    """Hours: 7,5 or 7:30 or 7h30."""
    return Column(name, CellKind.HOURS, help, example, required, sign=sign, highest=highest)


def fraction(
    name: str, help: str, example: str = "", *, required: bool = False, sign: Sign = Sign.POSITIVE
) -> Column:
    """Share or rate: 70 %, 70 or 0,7."""
    return Column(name, CellKind.FRACTION, help, example, required, sign=sign)


def number(
    name: str, help: str, example: str = "", *, required: bool = False, sign: Sign = Sign.ANY
) -> Column:
    """Number with decimals: FTE, values of indicators."""
    return Column(name, CellKind.DECIMAL, help, example, required, sign=sign)


def whole(name: str, help: str, example: str = "", *, required: bool = False) -> Column:
    """Whole number, not negative."""
    return Column(name, CellKind.WHOLE, help, example, required, sign=Sign.NOT_NEGATIVE)


def day(name: str, help: str, example: str = "", *, required: bool = False) -> Column:
    """Date: 15/12/2023 or a real spreadsheet date."""
    return Column(name, CellKind.DATE, help, example, required)


def month(name: str, help: str, example: str) -> Column:
    """Month: 12/2023, or any date in it."""
    return Column(name, CellKind.MONTH, help, example, True)


def flag(name: str, help: str, example: str = "non") -> Column:
    """Yes or no; empty means no."""
    return Column(name, CellKind.BOOL, help, example)


def choice(
    name: str, kind: type[StrEnum], help: str, example: str, *, required: bool = True
) -> Column:
    """One of a closed list."""
    return Column(name, CellKind.CHOICE, help, example, required, closed_list=kind)


def reference(
    name: str, sheet: str, help: str, example: str = "", *, required: bool = True
) -> Column:
    """Key of a row of another sheet, or of one that is stored already."""
    return Column(name, CellKind.REFERENCE, help, example, required, refers_to=sheet, maximum=80)

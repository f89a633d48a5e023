"""What a column of the import workbook is, and the words that declare one."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

from grants.frozen import frozen
from grants.labels import choices
from grants.rules.conventions.settings import SPECS

_EXPLANATION = re.compile(r"\s*[,;:?]")

Value = str | int | bool | Decimal | date | None


class CellKind(StrEnum):
    """How a cell is read and which validation the template gives it."""

    TEXT = "text"
    SIRET = "siret"
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


@frozen
class Column:
    """One column: its stable name, what it holds, whether it must be filled, an example.

    ``closed_list`` is the enum of a choice; ``refers_to`` the sheet whose key a reference names;
    ``maximum`` the longest text; ``sign`` and ``highest`` bound a figure; ``unit`` is one that the
    kind does not say. ``target`` is the column of the table that the cells fill, none for settings.
    ``empty`` is what an empty cell stands for, where it is neither nothing nor the kind's own;
    ``is_implied`` columns are taken as empty when a file leaves them out. ``is_last_day`` is stored
    as the day after. ``names_piece`` says that the cells are references of pieces, ``names_file``
    that they are files beside the workbook, ``is_withheld`` that the trail never holds them.
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
    unit: str = ""
    target: str = ""
    empty: Value = None
    is_implied: bool = False
    is_last_day: bool = False
    names_piece: bool = False
    names_file: bool = False
    is_withheld: bool = False

    @property
    def upper(self) -> Decimal:
        """Highest figure of the column."""
        return HIGHEST[self.kind] if self.highest is None else self.highest

    @property
    def heading(self) -> str:
        """What the column is called in a sentence: the help without its explanations."""
        return _EXPLANATION.split(self.help, maxsplit=1)[0]

    @property
    def options(self) -> list[str]:
        """French wordings that the cell may hold, empty when free."""
        if self.kind is CellKind.BOOL:
            return ["oui", "non"]
        return choices(self.closed_list) if self.closed_list else []


def text(
    name: str,
    target: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    maximum: int = 300,
    is_withheld: bool = False,
) -> Column:
    """Free text."""
    return Column(
        name, CellKind.TEXT, help, example, required, maximum=maximum, target=target,
        is_withheld=is_withheld,
    )  # fmt: skip


def key(name: str, target: str, help: str, example: str, maximum: int = 40) -> Column:
    """Text that identifies a row: always required."""
    return Column(name, CellKind.TEXT, help, example, True, maximum=maximum, target=target)


def siret(name: str, target: str, help: str, example: str) -> Column:
    """Number of an establishment, in groups or not; kept as its fourteen digits."""
    return Column(name, CellKind.SIRET, help, example, maximum=14, target=target)


def piece(name: str, target: str, help: str, example: str) -> Column:
    """Reference of a piece, free text: the piece may come later."""
    return Column(
        name, CellKind.TEXT, help, example, maximum=80, target=target, names_piece=True
    )  # fmt: skip


def file(name: str, target: str, help: str, example: str) -> Column:
    """Name of a file that lies beside the workbook."""
    return Column(
        name, CellKind.TEXT, help, example, maximum=255, target=target, names_file=True
    )  # fmt: skip


def amount(
    name: str,
    target: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    sign: Sign = Sign.ANY,
) -> Column:
    """Euros, at most two decimals."""
    return Column(name, CellKind.AMOUNT, help, example, required, sign=sign, target=target)


def hours(
    name: str,
    target: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    sign: Sign = Sign.POSITIVE,
    highest: Decimal = DAY_HOURS,
) -> Column:
    """Hours: 7,5 or 7:30 or 7h30; stored in minutes."""
    return Column(
        name, CellKind.HOURS, help, example, required, sign=sign, highest=highest, target=target
    )


def fraction(
    name: str,
    target: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    sign: Sign = Sign.POSITIVE,
    empty: Value = None,
) -> Column:
    """Share or rate: 70 %, 70 or 0,7."""
    return Column(
        name, CellKind.FRACTION, help, example, required, sign=sign, target=target, empty=empty
    )


def number(
    name: str,
    target: str,
    help: str,
    example: str = "",
    *,
    required: bool = False,
    sign: Sign = Sign.ANY,
    unit: str = "",
) -> Column:
    """Number with decimals: FTE, values of indicators."""
    return Column(
        name, CellKind.DECIMAL, help, example, required, sign=sign, target=target, unit=unit
    )


def whole(
    name: str, target: str, help: str, example: str = "", *, required: bool = False
) -> Column:
    """Whole number, not negative."""
    return Column(
        name, CellKind.WHOLE, help, example, required, sign=Sign.NOT_NEGATIVE, target=target
    )


def day(name: str, target: str, help: str, example: str = "", *, required: bool = False) -> Column:
    """Date: 15/12/2023 or a real spreadsheet date."""
    return Column(name, CellKind.DATE, help, example, required, target=target)


def first_day(
    help: str, example: str, *, required: bool = False, is_implied: bool = False
) -> Column:
    """First day of a period."""
    return Column(
        "debut", CellKind.DATE, help, example, required, target="start_on", is_implied=is_implied
    )


def last_day(
    help: str, example: str, *, required: bool = False, is_implied: bool = False
) -> Column:
    """Last day of a period, included; stored as the first day after."""
    return Column(
        "fin", CellKind.DATE, help, example, required, target="end_on", is_implied=is_implied,
        is_last_day=True,
    )  # fmt: skip


def month(name: str, target: str, help: str, example: str) -> Column:
    """Month: 12/2023, or any date in it."""
    return Column(name, CellKind.MONTH, help, example, True, target=target)


def flag(name: str, target: str, help: str, example: str = "non") -> Column:
    """Yes or no; empty means no."""
    return Column(name, CellKind.BOOL, help, example, target=target)


def choice(
    name: str,
    target: str,
    kind: type[StrEnum],
    help: str,
    example: str,
    *,
    required: bool = True,
    empty: StrEnum | None = None,
) -> Column:
    """One of a closed list."""
    return Column(
        name, CellKind.CHOICE, help, example, required, closed_list=kind, target=target,
        empty=None if empty is None else empty.value,
    )  # fmt: skip


def reference(
    name: str, target: str, sheet: str, help: str, example: str = "", *, required: bool = True
) -> Column:
    """Key of a row of another sheet, or of one that is stored already."""
    return Column(
        name, CellKind.REFERENCE, help, example, required, refers_to=sheet, maximum=80,
        target=target,
    )  # fmt: skip


def agent(help: str, example: str, *, required: bool = True) -> Column:
    """The person whom a row is about."""
    return reference("agent", "person_id", "agents", help, example, required=required)


def convention(help: str, example: str, *, required: bool = True) -> Column:
    """The convention that a row is part of."""
    return reference("convention", "convention_id", "conventions", help, example, required=required)


def settings() -> tuple[Column, ...]:
    """A column for each setting of a convention, all of them optional."""
    return tuple(
        Column(
            spec.column,
            CellKind.SETTING,
            f"{spec.wording} ; vide : valeur par défaut du type de financeur",
            maximum=200,
        )
        for spec in SPECS
    )


PIECE = piece(
    "piece", "piece", "Référence de la pièce justificative (feuille pieces)", "BUL-2023-12-001"
)

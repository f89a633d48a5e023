"""What a printed time sheet says besides the sheet: employer, operations, funds, attestations.

Law: décret n° 2022-608, annex: the sheet names person, operation and hours, dated and signed by
both; règlement (UE) 2021/1060, article 47 and annex IX: the Union's emblem and the words of its
funding stand on documents of the operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.enums import FunderKind
from grants.french import bare_hours, clock_hours
from grants.rules.claims.claim import ENGINE_VERSION
from grants.rules.timesheets.document import SheetOperation
from grants.rules.timesheets.sheet import Sheet

PERSON_ATTESTS = (
    "J'atteste que les heures ci-dessus sont celles que j'ai réellement faites, jour par jour et "
    "opération par opération."
)
MANAGER_ATTESTS = (
    "J'atteste avoir contrôlé cette feuille et que les heures déclarées correspondent au travail "
    "fait par l'agent, dont je suis responsable."
)
MENTIONS = {
    FunderKind.FSE_PLUS: (
        "Opération cofinancée par l'Union européenne – Fonds social européen plus (FSE+), "
        "programmation 2021-2027."
    ),
    FunderKind.FSE: (
        "Opération cofinancée par l'Union européenne – Fonds social européen (FSE), programmation "
        "2014-2020."
    ),
    FunderKind.STATE: "Poste soutenu par l'État.",
}
# Hundredths of an hour are exact for whole multiples of three minutes, and for nothing else.
EXACT_MINUTES = 3


@dataclass(frozen=True, slots=True)
class Emblem:
    """Picture of the structure: its bytes, and ``png`` or ``svg``."""

    content: bytes
    extension: str


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A sheet with what its print needs.

    ``made_on`` is the document's date: the day of the last signature, or the day of printing while
    one is missing.
    """

    sheet: Sheet
    siret: str
    address: str
    operations: tuple[SheetOperation, ...]
    made_on: date
    emblem: Emblem | None = None
    engine_version: str = ENGINE_VERSION

    @property
    def reference(self) -> str:
        """Reference of the sheet as a piece.

        Example: ``FT-A01-2025-01``.
        """
        return sheet_reference(self.sheet.person.code, self.sheet.month.start)


def sheet_reference(code: str, month: date) -> str:
    """Reference of the piece that proves a person's month.

    Example:
    >>> sheet_reference("A01", date(2025, 1, 1))
    'FT-A01-2025-01'
    """
    return f"FT-{code}-{month:%Y-%m}"


def fund_mentions(operations: Sequence[SheetOperation]) -> tuple[str, ...]:
    """Words of funding that the operations of a sheet ask for: the Union's first, each once."""
    kinds = {operation.funder_kind for operation in operations}
    return tuple(text for kind, text in MENTIONS.items() if kind in kinds)


def is_exact(sheet: Sheet) -> bool:
    """Whether decimal hours say every figure of the sheet exactly, so that lines add up as read."""
    figures = [*sheet.minutes.values()]
    figures += [
        minutes for day in sheet.days for minutes in (day.contract_minutes, day.absence_minutes)
    ]
    return all(minutes % EXACT_MINUTES == 0 for minutes in figures)


def printed_hours(minutes: int, *, exact: bool) -> str:
    """Hours as the sheet prints them: decimal where that is exact, else hours and minutes.

    Example:
    >>> printed_hours(450, exact=True), printed_hours(20, exact=False)
    ('7,50', '0:20')
    """
    return bare_hours(minutes) if exact else clock_hours(minutes)


def minutes_by_convention(sheet: Sheet) -> dict[int | None, int]:
    """Minutes of the month on each operation, None for other activity."""
    sums: dict[int | None, int] = {row.convention_id: 0 for row in sheet.rows}
    conventions = {row.key: row.convention_id for row in sheet.rows}
    for (key, _), minutes in sheet.minutes.items():
        sums[conventions[key]] += minutes
    return sums


def share_of(minutes: int, total: int) -> Decimal | None:
    """Part of the month's hours, as a fraction; None where nothing was declared."""
    return Decimal(minutes) / total if total else None

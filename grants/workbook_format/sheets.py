"""All sheets of the import workbook, in the order of dependence: a sheet refers only to itself and
to sheets before it.

First and last days are both inclusive in the workbook, as people write them; the reader turns them
into half-open periods.
"""

from __future__ import annotations

from grants.enums import AuditObject
from grants.workbook_format import (
    conventions,
    framework,
    funding,
    indicators,
    people,
    time_and_pay,
)
from grants.workbook_format.sheet import Sheet

SHEETS: tuple[Sheet, ...] = (
    *framework.SHEETS,
    *conventions.SHEETS,
    *people.SHEETS,
    *time_and_pay.SHEETS,
    *funding.SHEETS,
    *indicators.SHEETS,
)
SHEET_BY_NAME = {sheet.name: sheet for sheet in SHEETS}
# Sheets of the template that hold no data: what to know, codes of budget lines, closed lists.
GUIDE, LINES, LISTS = "Lisez-moi", "Lignes", "Listes"
# Sheets that others refer to by their first key column.
KEYED = frozenset(column.refers_to for sheet in SHEETS for column in sheet.columns) - {""}
# How the trail tells the rows of a sheet, by the kind of the events.
SHEET_OF_KIND = {sheet.trail.kind: sheet for sheet in SHEETS if sheet.trail is not None}


def named_sheets(sheet: Sheet) -> tuple[str, ...]:
    """For each part of what names a row in the trail, the sheet that the part is a code of; empty
    where it is none of another row.
    """
    return () if sheet.trail is None else tuple(_refers(sheet, one) for one in sheet.trail.columns)


def _refers(sheet: Sheet, path: str) -> str:
    name, _, rest = path.partition(".")
    other = sheet.column(name).refers_to
    return _refers(SHEET_BY_NAME[other], rest) if rest else other


def kinds_of(sheet: str, *, as_owner: bool) -> tuple[AuditObject, ...]:
    """Kinds of events about rows of other sheets that name a row of this one: as what they are part
    of, or beside it.
    """
    return tuple(
        kind
        for kind, other in SHEET_OF_KIND.items()
        if sheet in (named_sheets(other)[:1] if as_owner else named_sheets(other)[1:])
    )

"""The table that the rows of a sheet fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table

from grants.models import Base
from grants.workbook_format.sheet import Sheet
from grants.workbook_format.sheets import SHEETS

SETTINGS = "settings"
# What is kept of a file that a row names, and stands in a row whose file is not here.
NO_FILE: Mapping[str, Any] = {"sha256": "", "size": None}


def table_of(model: type[Base]) -> Table:
    """Core table of a model: imports write sets of rows, not objects."""
    return cast(Table, model.__table__)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the rows of a sheet go.

    ``columns`` maps sheet to table columns; ``key`` identifies a stored row; ``window`` is a column
    of the table by which few stored rows are compared instead of all; ``extra`` are table columns
    that no cell fills, with what a new row has in them.
    """

    sheet: Sheet
    table: Table
    columns: Mapping[str, str]
    key: tuple[str, ...]
    window: str
    extra: Mapping[str, Any]


def _destination(sheet: Sheet) -> Destination:
    columns = sheet.targets
    return Destination(
        sheet,
        Base.metadata.tables[sheet.table],
        columns,
        sheet.stored_key,
        columns[sheet.window] if sheet.window else "",
        {} if sheet.file_column is None else NO_FILE,
    )


DESTINATION_OF = {sheet.name: _destination(sheet) for sheet in SHEETS}

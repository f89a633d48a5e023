"""Taking back stored rows that the workbook no longer has, for whoever agreed to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import RowMapping

from grants.services.imports.checking import CheckedRow
from grants.services.imports.gone import (
    GoneRow,
    StoredRow,
    count_gone,
    gone_rows,
    require_removable,
)
from grants.services.imports.job import Job
from grants.services.imports.report import ImportReport
from grants.services.imports.tables import DESTINATION_OF, Destination
from grants.workbook_format.columns import CellKind, Column


def settle_gone(job: Job, report: ImportReport, remove: Collection[StoredRow] | None) -> None:
    """Take back the rows that were agreed to, report those that stay.

    Args: remove: as ``import_file`` has it.
    Raises: Conflict: a row may not go; nothing is written.
    """
    gone = gone_rows(job.session, job.missing, job.wording)
    if remove is None:
        remove = [(one.difference.sheet, one.id) for one in gone if not one.kept_because]
    chosen = list(remove)
    if chosen:
        asked = gone_rows(job.session, job.missing, job.wording, chosen)
        _take_back(job, report, require_removable(chosen, asked))
    left = [one for one in gone if (one.difference.sheet, one.id) not in set(chosen)]
    report.gone, report.gone_in_all = left, count_gone(job.missing) - len(chosen)


def _take_back(job: Job, report: ImportReport, rows: Collection[GoneRow]) -> None:
    stored = {
        (one.destination.sheet.name, row["id"]): row for one in job.missing for row in one.stored
    }
    counts = {sheet.sheet: sheet for sheet in report.sheets}
    for row in rows:
        destination = DESTINATION_OF[row.difference.sheet]
        found = stored[row.difference.sheet, row.id]
        job.trail.removed(destination, _as_row(job, destination, found), found)
        job.differences.append(row.difference)
        job.delete(destination.table, [row.id])
        counts[row.difference.sheet].removed += 1


def _as_row(job: Job, destination: Destination, found: RowMapping) -> CheckedRow:
    """A stored row as the file would tell it, for the trail to name."""
    columns = destination.sheet.columns
    values = {one.name: _value(job, one, found[one.target]) for one in columns if one.target}
    return CheckedRow(0, values)


def _value(job: Job, column: Column, value: Any) -> Any:
    if column.kind is CellKind.REFERENCE and value is not None:
        return job.wording.text(column, value)
    return value

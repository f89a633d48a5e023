"""Write what is new or changed, sheet after sheet, by sets of rows.

Stored rows are read once a sheet and compared in memory; what is the same is left alone, with the
provenance that it has. Rows that the file does not mention stay, except hours (``writing_time``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping, select

from grants.services.imports.checking import CheckedRow, CheckedSheet
from grants.services.imports.gone import NEVER, Missing
from grants.services.imports.job import Job
from grants.services.imports.records import Converter, defaults
from grants.services.imports.report import SheetReport
from grants.services.imports.tables import SETTINGS, Destination
from grants.services.imports.trail import Record
from grants.workbook_format.sheet import ORGANISATION
from grants.workbook_format.sheets import KEYED

Key = tuple[object, ...]


def write_sheet(job: Job, destination: Destination, checked: CheckedSheet) -> SheetReport:
    """Add the rows that are new, change those that differ."""
    report = SheetReport(checked.sheet.name)
    missing = Missing(destination)
    for rows in _waves(checked):
        converter = Converter(destination, checked, job.register, job.attachments)
        _write_rows(job, converter, rows, report, missing)
        if checked.sheet.name in KEYED:
            job.register.reload(checked.sheet.name)
            job.wording.forget(checked.sheet.name)
    if destination.sheet.has_owner and checked.sheet.name not in NEVER:
        job.missing.append(missing)
    return report


def _waves(checked: CheckedSheet) -> Iterator[Sequence[CheckedRow]]:
    """Rows such that what a row refers to in its own sheet stands in an earlier wave."""
    own = [column.name for column in checked.columns if column.refers_to == checked.sheet.name]
    waiting = list(checked.rows)
    if not own:
        yield waiting
        return
    key = checked.sheet.key[0]
    while waiting:
        codes = {row.values[key] for row in waiting}
        ready = [row for row in waiting if not codes & {row.values[name] for name in own}]
        yield ready
        written = {row.number for row in ready}
        waiting = [row for row in waiting if row.number not in written]


def _write_rows(
    job: Job,
    converter: Converter,
    rows: Sequence[CheckedRow],
    report: SheetReport,
    missing: Missing,
) -> None:
    destination = converter.destination
    records = [converter.record(row) for row in rows]
    stored = stored_rows(job, destination, records)
    missing.compare(stored, {tuple(record[name] for name in destination.key) for record in records})
    start = defaults(destination)
    new: list[Record] = []
    changes: dict[int, Record] = {}
    for row, record in zip(rows, records, strict=True):
        found = stored.get(tuple(record[name] for name in destination.key))
        if destination.sheet.has_settings:
            record[SETTINGS] = _settings(converter, row, found)
        if found is None:
            new.append(start | record | job.provenance(row.number))
            job.trail.added(destination, row, record)
            job.tell(destination, row.number, record, None)
            missing.added.append((row.number, record))
        elif change := _difference(destination, record, found):
            changes[found["id"]] = change | job.provenance(row.number)
            job.trail.changed(destination, row, change, found)
            job.tell(destination, row.number, change, found)
        elif found.get("sha256"):
            job.kept_files.add(row.number)
    job.insert(destination.table, new, report.sheet)
    job.update(destination.table, changes)
    report.added += len(new)
    report.changed += len(changes)
    report.identical += len(rows) - len(new) - len(changes)


def _settings(converter: Converter, row: CheckedRow, found: RowMapping | None) -> dict[str, str]:
    """Settings after the import: a column that the file leaves out keeps what is stored."""
    stated = converter.settings(row)
    kept = {} if found is None else dict(found[SETTINGS] or {})
    return {key: text for key, text in (kept | stated).items() if text}


def _difference(destination: Destination, record: Record, found: RowMapping) -> Record:
    change = {name: value for name, value in record.items() if found[name] != value}
    if "file_name" in change and "sha256" not in record:
        # Another file is named, and it is not here: the old one proves nothing any more.
        change.update(destination.extra)
    return change


def stored_rows(
    job: Job, destination: Destination, records: Sequence[Record]
) -> dict[Key, RowMapping]:
    """Stored rows that the records may equal, by key."""
    if not records:
        return {}
    table = destination.table
    names = {"id", *destination.columns.values(), *destination.key, *destination.extra}
    names |= {name for name in (SETTINGS, ORGANISATION) if name in table.c}
    query = select(*(table.c[name] for name in sorted(names)))
    if destination.sheet.has_owner:
        query = query.where(table.c[ORGANISATION].in_({record[ORGANISATION] for record in records}))
    if destination.window:
        values = [record[destination.window] for record in records]
        query = query.where(table.c[destination.window].between(min(values), max(values)))
    found = job.session.execute(query).mappings()
    return {tuple(row[name] for name in destination.key): row for row in found}

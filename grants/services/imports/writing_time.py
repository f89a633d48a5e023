"""Hours: the rows of the file for an agent and a day are the truth of that whole day.

A time sheet is corrected by moving hours from one operation to another. Were rows only added, the
day would count twice; so what is stored for such a day and no longer stands in the file is removed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, select

from grants.services.imports.checking import CheckedRow, CheckedSheet
from grants.services.imports.job import Job
from grants.services.imports.records import Converter, defaults
from grants.services.imports.report import SheetReport
from grants.services.imports.tables import Destination
from grants.services.imports.trail import ADDED, CHANGED, REMOVED, Record
from grants.workbook_format.sheet import ORGANISATION

Place = tuple[object, ...]


@dataclass(slots=True)
class _Days:
    """What is to be done to the stored hours of the file's days."""

    wanted: dict[Place, tuple[CheckedRow, Record]]
    changes: dict[int, Record] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    identical: int = 0


def write_hours(job: Job, destination: Destination, checked: CheckedSheet) -> SheetReport:
    """Make the stored hours of every agent and day of the file equal to the file's."""
    converter = Converter(destination, checked, job.register, job.attachments)
    records = [(row, converter.record(row)) for row in checked.rows]
    days = _Days({_place(destination, record): (row, record) for row, record in records})
    for stored in _stored(job, destination, [record for _, record in records]):
        _settle(job, destination, days, stored)
    start = defaults(destination)
    added = [(row, record) for row, record in days.wanted.values() if record["minutes"]]
    new = [start | record | job.provenance(row.number) for row, record in added]
    for row, record in added:
        job.tell(destination, row.number, record, None)
    job.hours_changed |= {(record["person_id"], record["work_on"]) for record in new}
    job.delete(destination.table, days.removed)
    job.update(destination.table, days.changes)
    job.insert(destination.table, new, checked.sheet.name)
    for owner, rows in Counter(record[ORGANISATION] for record in new).items():
        job.trail.count(checked.sheet.name, owner, ADDED, rows)
    # A row of no hours whose day held nothing is as it should be.
    identical = days.identical + len(days.wanted) - len(new)
    return SheetReport(
        checked.sheet.name, len(new), len(days.changes), identical, len(days.removed)
    )


def _place(destination: Destination, record: Record) -> Place:
    return tuple(record[name] for name in destination.key)


def _settle(job: Job, destination: Destination, days: _Days, stored: Row[tuple[object]]) -> None:
    """Keep, change or remove one stored row of a day that the file tells."""
    found = stored._mapping
    row, record = days.wanted.pop(tuple(found[name] for name in destination.key), (None, None))
    if row is None or record is None or not record["minutes"]:
        days.removed.append(found["id"])
        job.hours_changed.add((found["person_id"], found["work_on"]))
        job.trail.count(destination.sheet.name, found[ORGANISATION], REMOVED)
        return
    change = {name: value for name, value in record.items() if found[name] != value}
    if change:
        days.changes[found["id"]] = change | job.provenance(row.number)
        job.tell(destination, row.number, change, found)
        if "minutes" in change:
            job.hours_changed.add((found["person_id"], found["work_on"]))
        job.trail.count(destination.sheet.name, found[ORGANISATION], CHANGED)
    else:
        days.identical += 1


def _stored(
    job: Job, destination: Destination, records: Sequence[Record]
) -> list[Row[tuple[object]]]:
    """Stored rows of the agents and days of the file."""
    if not records:
        return []
    table = destination.table
    dates = [record["work_on"] for record in records]
    query = (
        select(table)
        .where(table.c[ORGANISATION].in_({record[ORGANISATION] for record in records}))
        .where(table.c.work_on.between(min(dates), max(dates)))
        .order_by(table.c.id)
    )
    told = {(record["person_id"], record["work_on"]) for record in records}
    return [row for row in job.session.execute(query) if (row.person_id, row.work_on) in told]

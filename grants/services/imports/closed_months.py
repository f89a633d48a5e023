"""Time sheets that an import meets: what is locked is refused with its row and the reason, what was
signed here is opened again and told.

The same rule as in the grid (``rules/timesheets/lock_rule``), with the days of grace: whoever
imports keeps the accounts. Signatures on paper stay: the file transcribes the paper. A signature
given here was given for other hours; it is asked for anew, and the old one stays readable among
the steps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from grants.enums import SheetStepKind
from grants.errors import InputProblem
from grants.french import day_fr
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.timesheets import TimeEntry, TimeSheet
from grants.periods import month_index, month_of_index
from grants.rules.timesheets.lock_rule import LockRule, is_locked, locked_because, read_lock
from grants.rules.timesheets.state import SheetEvent
from grants.services.imports.checking import CheckedFile, CheckedRow
from grants.services.imports.job import Job
from grants.services.imports.register import Register
from grants.services.timesheets.hold import hold, sheet_name
from grants.workbook_format.conventions import CONVENTIONS
from grants.workbook_format.people import AGENTS
from grants.workbook_format.time_and_pay import FEUILLES_TEMPS, SIGNATURES

SIGNED_FIELDS = {
    "signee_agent_le": "signed_by_person_on",
    "signee_responsable_le": "signed_by_manager_on",
    "responsable": "manager",
}
# Operation, activity, market.
Line = tuple[object, object, object]
Day = tuple[int, date]


@dataclass(frozen=True, slots=True)
class _Lock:
    rule: LockRule
    grace_days: int


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Stored months by person and month, and the locks of the persons' structures."""

    months: Mapping[tuple[int, int], Row[tuple[object]]]
    locks: Mapping[int, _Lock]

    def why_locked(self, person_id: int, day: date, as_of: date) -> str:
        """Why nothing may change on a day; empty where it may."""
        sheet = self.months.get((person_id, month_index(day)))
        if sheet is not None and sheet.locked_at is not None:
            held = f" pour {sheet.locked_for}" if sheet.locked_for else ""
            return f"la feuille est verrouillée{held} : déverrouillez-la d'abord"
        lock = self.locks.get(person_id)
        until = None if sheet is None else sheet.unlocked_until
        if lock is None or not is_locked(
            lock.rule, day, as_of, grace_days=lock.grace_days, unlocked_until=until
        ):
            return ""
        return locked_because(lock.rule, day)


def refuse_closed_sheets(
    file: CheckedFile, register: Register, session: AnySession, as_of: date
) -> None:
    """Refuse hours that would change a locked day, and signatures that would overwrite one given
    here. What the database holds already is no change.
    """
    days = _days_told(file, register)
    signed = list(_signatures_told(file, register))
    people = {person_id for person_id, _ in days} | {person_id for person_id, _, _ in signed}
    if not people:
        return
    months = [month_index(day) for _, day in days] + [month for _, month, _ in signed]
    sheets = _stored_sheets(session, people, min(months), max(months))
    reasons = {key: sheets.why_locked(*key, as_of) for key in days}
    closed = {key: reason for key, reason in reasons.items() if reason}
    stored = _stored_hours(session, closed)
    for key, reason in closed.items():
        row, wanted = days[key]
        if stored.get(key, {}) != wanted:
            file.refuse(
                FEUILLES_TEMPS.name,
                row.number,
                "date",
                day_fr(key[1]),
                f"un jour ouvert ; {reason}",
            )
    for person_id, month, row in signed:
        _refuse_signature(file, sheets.months.get((person_id, month)), row)


def _refuse_signature(file: CheckedFile, sheet: Row[tuple[object]] | None, row: CheckedRow) -> None:
    if sheet is None or not (sheet.content_sha256 or sheet.locked_at):
        return
    for name, target in SIGNED_FIELDS.items():
        if name in row.values and (row.values[name] or None) != (getattr(sheet, target) or None):
            expected = (
                "la signature donnée ici ou verrouillée pour un bilan ; rouvrez d'abord la feuille"
            )
            file.refuse(SIGNATURES.name, row.number, name, row.values[name], expected)


def _days_told(
    file: CheckedFile, register: Register
) -> dict[Day, tuple[CheckedRow, dict[Line, int]]]:
    """Stored persons' days of the file: the first row, and the minutes of each line."""
    found: dict[Day, tuple[CheckedRow, dict[Line, int]]] = {}
    for row in file.rows(FEUILLES_TEMPS.name):
        entry = register.entry(AGENTS.name, str(row.values.get("agent")))
        day, minutes = row.values.get("date"), row.values.get("heures")
        if entry is None or not isinstance(day, date) or not isinstance(minutes, int):
            continue
        lines = found.setdefault((entry.id, day), (row, {}))[1]
        if minutes:
            lines[_line(register, row)] = minutes
    return found


def _line(register: Register, row: CheckedRow) -> Line:
    code = row.values.get("operation")
    convention = None if code is None else register.entry(CONVENTIONS.name, str(code))
    number = code if convention is None else convention.id
    activity = row.values.get("activite", "other")
    return number, str(activity), row.values.get("marche") or ""


def _signatures_told(
    file: CheckedFile, register: Register
) -> Iterator[tuple[int, int, CheckedRow]]:
    for row in file.rows(SIGNATURES.name):
        entry = register.entry(AGENTS.name, str(row.values.get("agent")))
        month = row.values.get("mois")
        if entry is not None and isinstance(month, int):
            yield entry.id, month, row


def _stored_sheets(session: AnySession, people: Collection[int], first: int, last: int) -> _Sheets:
    query = select(
        TimeSheet.person_id,
        TimeSheet.month,
        TimeSheet.locked_at,
        TimeSheet.locked_for,
        TimeSheet.unlocked_until,
        TimeSheet.content_sha256,
        TimeSheet.signed_by_person_on,
        TimeSheet.signed_by_manager_on,
        TimeSheet.manager,
    ).where(TimeSheet.month.between(first, last))
    rules = (
        select(Person.id, Organisation.sheet_lock, Organisation.sheet_grace_days)
        .join(Organisation, Person.organisation_id == Organisation.id)
        .where(Organisation.sheet_lock != "")
    )
    locks = {
        person_id: _Lock(rule, grace)
        for person_id, words, grace in session.execute(rules)
        if person_id in people and (rule := read_lock(words)) is not None
    }
    months = {
        (row.person_id, row.month): row for row in session.execute(query) if row.person_id in people
    }
    return _Sheets(months, locks)  # type: ignore[arg-type] # rows of several columns


def _stored_hours(session: AnySession, days: Collection[Day]) -> dict[Day, dict[Line, int]]:
    if not days:
        return {}
    entry = TimeEntry
    query = select(
        entry.person_id,
        entry.work_on,
        entry.convention_id,
        entry.activity,
        entry.market,
        entry.minutes,
    ).where(entry.work_on.between(min(d for _, d in days), max(d for _, d in days)))
    found: dict[Day, dict[Line, int]] = defaultdict(lambda: defaultdict(int))
    for person_id, day, convention_id, activity, market, minutes in session.execute(query):
        if (person_id, day) in days:
            found[person_id, day][convention_id, activity, market] += minutes
    return found


def reopen_signed_sheets(job: Job) -> tuple[InputProblem, ...]:
    """Ask anew for the signatures of sheets that were signed here and whose hours the import
    changed; gives a warning for each, so that nobody loses one unseen.
    """
    months = {(person_id, month_index(day)) for person_id, day in job.hours_changed}
    if not months:
        return ()
    query = select(TimeSheet.organisation_id, TimeSheet.person_id, TimeSheet.month).where(
        TimeSheet.month.between(min(n for _, n in months), max(n for _, n in months)),
        TimeSheet.content_sha256 != "",
    )
    signed = sorted(tuple(row) for row in job.session.execute(query))
    return tuple(
        _reopened(job, person_id, month)
        for _, person_id, month in signed
        if (person_id, month) in months
    )


def _reopened(job: Job, person_id: int, month: int) -> InputProblem:
    held = hold(
        job.session,
        person_id,
        month_of_index(month),
        job.deed,
        SheetEvent.REOPEN,
        may_override=True,
    )
    held.clear_signatures()
    reason = f"Heures changées par l'import de {job.file_name}"
    held.row.returned_reason = reason
    held.closed_by(SheetStepKind.REOPENED, reason=reason, reload=False)
    return InputProblem(
        FEUILLES_TEMPS.name,
        0,
        "",
        f"{sheet_name(held.sheet)} : feuille signée dont les heures changent",
        "de nouvelles signatures ; la feuille est rouverte, les anciennes restent lisibles",
    )

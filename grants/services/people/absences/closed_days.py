"""Months in which leave may no longer be changed: their time sheet is signed or locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from grants.french import of_month
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.timesheets import TimeSheet
from grants.periods import Period, month_index, month_of_index
from grants.rules.timesheets.lock_rule import LockRule, locked_because, open_from, read_lock


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """What closes the months of some persons: their sheets, and their structure's lock.

    ``unlocked`` are months that were opened again for a correction, whatever the lock says.
    """

    sheets: Mapping[tuple[int, int], str]
    unlocked: frozenset[tuple[int, int]]
    locks: Mapping[int, tuple[LockRule, date]]

    def reason(self, person_id: int, period: Period) -> str:
        """Why leave on these days may not be changed, in French; empty when it may."""
        months = [month_index(first) for first in period.months()]
        for number in months:
            if found := self.sheets.get((person_id, number)):
                return found
        if person_id not in self.locks:
            return ""
        rule, first_open = self.locks[person_id]
        for number in months:
            first = max(period.start, month_of_index(number))
            if first < first_open and (person_id, number) not in self.unlocked:
                return locked_because(rule, first)
        return ""


def closed_months(session: AnySession, *, person_ids: Collection[int], as_of: date) -> ClosedMonths:
    """What closes the months of some persons on a day. Two queries."""
    told = or_(
        TimeSheet.locked_at.is_not(None),
        TimeSheet.signed_by_person_on.is_not(None),
        TimeSheet.signed_by_manager_on.is_not(None),
    )
    query = select(
        TimeSheet.person_id, TimeSheet.month, TimeSheet.locked_at, TimeSheet.unlocked_until, told
    ).where(TimeSheet.person_id.in_(person_ids))
    sheets: dict[tuple[int, int], str] = {}
    unlocked: set[tuple[int, int]] = set()
    for person_id, number, locked_at, until, is_closed in session.execute(query):
        if is_closed:
            sheets[person_id, number] = _sheet_reason(number, is_locked=locked_at is not None)
        if until is not None and until >= as_of:
            unlocked.add((person_id, number))
    return ClosedMonths(sheets, frozenset(unlocked), _locks(session, person_ids, as_of))


def _sheet_reason(number: int, *, is_locked: bool) -> str:
    name = of_month(month_of_index(number))
    if is_locked:
        return f"la feuille de temps {name} est verrouillée : faites-la d'abord déverrouiller"
    return f"la feuille de temps {name} est signée : faites-la d'abord rouvrir"


def _locks(
    session: AnySession, person_ids: Collection[int], as_of: date
) -> dict[int, tuple[LockRule, date]]:
    query = (
        select(Person.id, Organisation.sheet_lock, Organisation.sheet_grace_days)
        .join(Organisation, Person.organisation_id == Organisation.id)
        .where(Person.id.in_(person_ids), Organisation.sheet_lock != "")
    )
    found: dict[int, tuple[LockRule, date]] = {}
    for person_id, words, grace in session.execute(query):
        rule = read_lock(words)
        first_open = open_from(rule, as_of, grace_days=grace)
        if rule is not None and first_open is not None:
            found[person_id] = (rule, first_open)
    return found

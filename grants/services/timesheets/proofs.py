"""Proof that signed sheets are what was signed: each is hashed again as it stands, and its hash
compared with the one that the trail, whose events are chained, was told at the signature.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from grants.enums import AuditObject
from grants.models.audit import AuditEvent
from grants.models.base import AnySession
from grants.models.people import Person
from grants.models.timesheets import TimeSheet
from grants.periods import Period, month_index, month_of_index, next_month
from grants.services.facts.signatures import load_signatures
from grants.services.timesheets.store import sheet_key

HASH_FIELD = "content_sha256"


@dataclass(frozen=True, slots=True)
class SheetProof:
    """How many sheets were signed here, and those whose hash is no longer what stands there: the
    person's code and the month.
    """

    signed: int
    changed: tuple[tuple[str, date], ...]


def verify_sheets(session: AnySession, *, month: date | None = None) -> SheetProof:
    """Hash every sheet that was signed here again, within the session's scope.

    Args: month: only this one; all by default.
    """
    sheet, person = TimeSheet, Person
    hashed = select(func.count(), func.min(sheet.month), func.max(sheet.month)).where(
        sheet.content_sha256 != ""
    )
    if month is not None:
        hashed = hashed.where(sheet.month == month_index(month))
    # The table is named: a count of nothing else says nothing of whose rows are meant.
    count, first, last = session.execute(hashed.select_from(sheet)).one()
    if not count:
        return SheetProof(0, ())
    months = Period(month_of_index(first), next_month(month_of_index(last)))
    found = [one for one in load_signatures(session, period=months) if one.is_changed]
    query = select(person.id, person.code).where(person.id.in_({one.person_id for one in found}))
    codes = {row.id: row.code for row in session.execute(query)}
    changed = {(codes[one.person_id], one.month) for one in found}
    return SheetProof(count, tuple(sorted(changed | _told_otherwise(session, months))))


def _told_otherwise(session: AnySession, months: Period) -> set[tuple[str, date]]:
    """Sheets whose stored hash is not the one that the trail was told last: somebody wrote both
    hours and hash behind the program's back.
    """
    sheet, person = TimeSheet, Person
    query = (
        select(sheet.organisation_id, person.code, sheet.month, sheet.content_sha256)
        .join(person, sheet.person_id == person.id)
        .where(sheet.content_sha256 != "")
        .where(sheet.month >= month_index(months.start), sheet.month < month_index(months.end))
    )
    rows = session.execute(query).all()
    told = _told_hashes(session, {row.organisation_id for row in rows})
    return {
        (code, first)
        for owner, code, number, held in rows
        for first in [month_of_index(number)]
        if told.get((owner, sheet_key(code, first))) != held
    }


def _told_hashes(session: AnySession, chains: Collection[int]) -> dict[tuple[int, str], str]:
    """Hash that each sheet's last event holds, by chain and key."""
    event = AuditEvent
    query = (
        select(event.chain, event.object_key, event.after)
        .where(event.chain.in_(chains), event.object_kind == AuditObject.TIME_SHEET.value)
        .where(event.after.contains(HASH_FIELD))
        .order_by(event.id)
    )
    found = {}
    for chain, key, after in session.execute(query):
        found[chain, key] = str(json.loads(after or "{}").get(HASH_FIELD, ""))
    return found

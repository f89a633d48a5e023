"""Proof that signed sheets are what was signed: each is hashed again as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from grants import models as m
from grants.models.base import AnySession
from grants.periods import Period, month_index, month_of_index, next_month
from grants.services.sheet_signatures import load_signatures


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
    sheet, person = m.TimeSheet, m.Person
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
    found = [one for one in load_signatures(session, months, None) if one.is_changed]
    query = select(person.id, person.code).where(person.id.in_({one.person_id for one in found}))
    codes = {row.id: row.code for row in session.execute(query)}
    return SheetProof(count, tuple(sorted((codes[one.person_id], one.month) for one in found)))

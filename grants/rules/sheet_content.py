"""What two people sign under a month, in one spelling, and its hash.

Anybody can take the printed sheet's figures, write them in this spelling and find the same hash.
Markets are part of it, comments are not: they explain hours and change none.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

from grants.periods import Period
from grants.rules.audit_chain import Document, canonical
from grants.rules.facts import Absence, Person
from grants.rules.sheet_facts import Place, Sheet, SheetRow

FORMAT = "grants-sheet-1"


def signed_content(
    *,
    person: Person,
    month: Period,
    rows: Iterable[SheetRow],
    minutes: Mapping[Place, int],
    absences: Iterable[Absence],
) -> str:
    """Canonical JSON of a month: who, which month, minutes by line and day, leave, total."""
    days: dict[str, dict[str, int]] = defaultdict(dict)
    for (key, day), count in minutes.items():
        days[key][day.isoformat()] = count
    lines: dict[str, Document] = {
        f"{row.number} {row.activity.value} {row.market}": days[row.key]
        for row in rows
        if any(days[row.key].values())
    }
    away: dict[str, Document] = {
        f"{inside.start.isoformat()} {absence.kind.value}": {
            "last": inside.last,
            "minutes": absence.minutes,
        }
        for absence in absences
        if (inside := absence.period.intersect(month)) is not None
    }
    return canonical(
        {
            "format": FORMAT,
            "person": person.code,
            "month": f"{month.start:%Y-%m}",
            "lines": lines,
            "absences": away,
            "total": sum(minutes.values()),
        }
    )


def content_hash(sheet: Sheet) -> str:
    """SHA-256 of what stands on a sheet now, in hexadecimal."""
    text = signed_content(
        person=sheet.person,
        month=sheet.month,
        rows=sheet.rows,
        minutes=sheet.minutes,
        absences=sheet.absences,
    )
    return hashlib.sha256(text.encode()).hexdigest()

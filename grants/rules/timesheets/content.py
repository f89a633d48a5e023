"""What two people sign under a month, in one spelling, and its hash.

Anybody can take the printed sheet's figures, write them in this spelling and find the same hash.
Markets are part of it, comments are not: they explain hours and change none.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from grants.periods import Period
from grants.rules.audit.chain import Document, canonical
from grants.rules.basis.facts.people import Absence
from grants.rules.timesheets.sheet import Sheet

FORMAT = "grants-sheet-1"
Line = tuple[str, str, str]
"""Operation's number, activity, market."""


def signed_content(
    *,
    person_code: str,
    month: Period,
    lines: Mapping[Line, Mapping[date, int]],
    absences: Iterable[Absence],
) -> str:
    """Canonical JSON of a month: who, which month, minutes by line and day, leave, total.

    Args: lines: minutes by day of each operation's number, activity and market; empty lines do not
    count.
    """
    told: dict[str, Document] = {
        line_name(line): {day.isoformat(): count for day, count in days.items()}
        for line, days in lines.items()
        if any(days.values())
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
            "person": person_code,
            "month": f"{month.start:%Y-%m}",
            "lines": told,
            "absences": away,
            "total": sum(sum(days.values()) for days in lines.values()),
        }
    )


def line_name(line: Line) -> str:
    """A line as it is signed: no two lines have the same name, whatever a number contains.

    Example:
    >>> line_name(("FSE 1", "support_buyers", "lot 2")), line_name(("", "other", ""))
    ('FSE%201 support_buyers lot 2', ' other ')
    """
    number, activity, market = line
    return " ".join((number.replace("%", "%25").replace(" ", "%20"), activity, market))


def hash_of(content: str) -> str:
    """SHA-256 of a signed content, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def content_hash(sheet: Sheet) -> str:
    """Hash of what stands on a sheet now."""
    names: dict[str, Line] = {
        row.key: (row.number, row.activity.value, row.market) for row in sheet.rows
    }
    lines: dict[Line, dict[date, int]] = defaultdict(dict)
    for (key, day), count in sheet.minutes.items():
        lines[names[key]][day] = count
    return hash_of(
        signed_content(
            person_code=sheet.person.code,
            month=sheet.month,
            lines=lines,
            absences=sheet.absences,
        )
    )

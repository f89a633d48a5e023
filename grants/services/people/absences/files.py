"""A file of absences, csv or iCalendar, whichever it is."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath

from grants.errors import Unreadable
from grants.services.people.absences.calendar_files import read_calendar
from grants.services.people.absences.csv_files import read_csv
from grants.services.people.absences.reading import SIZE_LIMIT, ReadFile


def read_absences(name: str, content: bytes, *, since: date, until: date) -> ReadFile:
    """Absences of a csv file or of an iCalendar file, whichever it is.

    Args: since, until: days between which repeated events are unfolded.
    Raises: Unreadable: too large, no text, or neither of the two.
    """
    shown = PurePath(name).name or "fichier"
    if len(content) > SIZE_LIMIT:
        raise Unreadable(
            f"« {shown} » pèse {len(content) // 1024} Ko, {SIZE_LIMIT // 1024 // 1024} Mo au plus "
            "sont acceptés : découpez-le par année"
        )
    if not content.strip():
        raise Unreadable(
            f"« {shown} » est vide : un fichier .csv ou .ics qui liste des absences est attendu"
        )
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:15].upper() == b"BEGIN:VCALENDAR":
        return read_calendar(shown, content, since=since, until=until)
    return read_csv(shown, content)

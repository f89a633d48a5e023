"""Pages about people's leave, mission letters, secondments and due days."""

from __future__ import annotations

from grants.views.people import absence_files, absences, calendar, letters, secondments
from grants.views.people.blueprint import blueprint

__all__ = ["absence_files", "absences", "blueprint", "calendar", "letters", "secondments"]

"""Agents: absences, mission letters, secondments."""

from __future__ import annotations

from grants.views.people import absence_files, absences, letters, secondments
from grants.views.people.blueprint import blueprint

__all__ = [
    "absence_files",
    "absences",
    "blueprint",
    "letters",
    "secondments",
]

"""What else a month's page offers: other months, files, signing; and why it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from exports.french import month as month_name
from grants.enums import SheetState
from grants.periods import add_months
from grants.rules.sheet_facts import Sheet
from grants.rules.sheet_state import SheetEvent
from grants.services.sheet_access import SheetRight, SheetRights
from grants.views.permissions import ENDPOINTS, may

SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
)  # fmt: skip
# Pages of other areas, in the order of their buttons: endpoint, wording, icon.
FILES = (
    ("sheet_files.pdf", "PDF", "file-earmark-pdf"),
    ("sheet_files.workbook", "Excel", "file-earmark-spreadsheet"),
    ("sheet_files.scan", "Déposer l'exemplaire signé", "upload"),
)


@dataclass(frozen=True, slots=True)
class MonthLink:
    """One of the year's months, by its short name."""

    month: date
    short: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """Button that leads to a file or to its page."""

    url: str
    wording: str
    icon: str


@dataclass(frozen=True, slots=True)
class MonthLinks:
    """Ways out of a month, and what its person may do with it."""

    previous: date
    next: date
    months: Sequence[MonthLink]
    files: Sequence[FileLink]
    team_url: str
    may_sign: bool
    may_take_back: bool
    attestation: str
    closed_because: str


def links_of(sheet: Sheet, rights: SheetRights) -> MonthLinks:
    """Links of a month for whoever looks at it."""
    first = sheet.month.start
    signs = rights.may(SheetRight.SIGN)
    return MonthLinks(
        add_months(first, -1),
        sheet.month.end,
        [MonthLink(first.replace(month=n), name) for n, name in enumerate(SHORT_MONTHS, 1)],
        [link for found in FILES if (link := _file(*found, sheet)) is not None],
        url_for("team.month", month=first) if _is_open("team.month") else "",
        signs and SheetEvent.SIGN in sheet.events,
        signs and SheetEvent.TAKE_BACK in sheet.events,
        attestation(sheet),
        closed_because(sheet, rights),
    )


def attestation(sheet: Sheet) -> str:
    """What the person signs."""
    return (
        f"Je soussigné(e) {sheet.person.name} atteste que les heures de "
        f"{month_name(sheet.month.start)} ci-dessus sont celles que j'ai réellement faites, jour "
        "par jour et opération par opération."
    )


def closed_because(sheet: Sheet, rights: SheetRights) -> str:
    """Why nothing may be typed in a sheet that is shown as text."""
    if sheet.state is SheetState.LOCKED:
        held = f" pour {sheet.locked_for}" if sheet.locked_for else ""
        return f"Ce mois est verrouillé{held} : demandez au service financier de l'ouvrir."
    if sheet.state is SheetState.APPROVED:
        return "Cette feuille est signée et approuvée : pour la corriger, faites-la rouvrir."
    if sheet.state is SheetState.FINISHED:
        return "Cette feuille est signée par l'agent et attend l'accord du responsable."
    if not rights.may(SheetRight.TYPE):
        return "Vous lisez la feuille d'un autre : seul l'agent y saisit ses heures."
    return _first_reason(sheet)


def _first_reason(sheet: Sheet) -> str:
    reasons = (day.locked_because for day in sheet.days if day.locked_because)
    return next(reasons, "Aucun jour de ce mois n'est ouvert à la saisie.")


def _file(endpoint: str, wording: str, icon: str, sheet: Sheet) -> FileLink | None:
    if not _is_open(endpoint):
        return None
    url = url_for(endpoint, person_id=sheet.person.id, month=sheet.month.start)
    return FileLink(url, wording, icon)


def _is_open(endpoint: str) -> bool:
    return endpoint in ENDPOINTS and may(endpoint)

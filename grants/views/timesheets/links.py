"""What else a month's page offers: other months, files, signing; and why it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from exports.timesheets.prints import PERSON_ATTESTS
from grants.enums import SheetState
from grants.periods import add_months
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetEvent
from grants.services.timesheets.access import SheetRight, SheetRights
from grants.views.edge.permissions import may

SHORT_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
)  # fmt: skip
# Files of a month: endpoint, wording, icon, the right that it takes.
FILES = (
    ("timesheets.pdf", "PDF", "file-earmark-pdf", SheetRight.READ),
    ("timesheets.workbook", "Excel", "file-earmark-spreadsheet", SheetRight.READ),
    ("timesheets.scan", "Exemplaire signé", "upload", SheetRight.SCAN),
)
# What others than its person do with a sheet: endpoint, wording, icon, right, event.
STEPS = (
    ("timesheets.approve", "Valider", "pen", SheetRight.APPROVE, SheetEvent.APPROVE),
    (
        "timesheets.return_sheet",
        "Renvoyer",
        "arrow-return-left",
        SheetRight.APPROVE,
        SheetEvent.RETURN,
    ),
    ("timesheets.reopen", "Rouvrir", "unlock", SheetRight.REOPEN, SheetEvent.REOPEN),
)


@dataclass(frozen=True, slots=True)
class MonthLink:
    """One of the year's months, by its short name."""

    month: date
    short: str


@dataclass(frozen=True, slots=True)
class Button:
    """Link to a file or to another area's page."""

    url: str
    wording: str
    icon: str


@dataclass(frozen=True, slots=True)
class MonthLinks:
    """Ways out of a month, and what its person may do with it."""

    previous: date
    next: date
    months: Sequence[MonthLink]
    files: Sequence[Button]
    steps: Sequence[Button]
    team_url: str
    scan_url: str
    documents_url: str
    may_sign: bool
    sign_from: date | None
    may_take_back: bool
    attestation: str
    closed_because: str


def links_of(sheet: Sheet, rights: SheetRights, today: date) -> MonthLinks:
    """Links of a month for whoever looks at it; ``sign_from`` is set while work is to come."""
    first = sheet.month.start
    signs = rights.may(SheetRight.SIGN)
    return MonthLinks(
        add_months(first, -1),
        sheet.month.end,
        [MonthLink(first.replace(month=n), name) for n, name in enumerate(SHORT_MONTHS, 1)],
        _files(sheet, rights),
        _steps(sheet, rights),
        ""
        if rights.is_own or not may("timesheets.month_of_team")
        else url_for("timesheets.month_of_team", month=first),
        _url("timesheets.scan_file", sheet) if sheet.piece else "",
        _url("timesheets.documents", sheet) if may("timesheets.documents") else "",
        signs and SheetEvent.SIGN in sheet.events,
        max(
            (one.day for one in sheet.days if one.contract_minutes and one.day > today),
            default=None,
        ),
        signs and SheetEvent.TAKE_BACK in sheet.events,
        PERSON_ATTESTS,
        closed_because(sheet, rights),
    )


def closed_because(sheet: Sheet, rights: SheetRights) -> str:
    """Why nothing may be typed in a sheet that is shown as text."""
    if sheet.state is SheetState.LOCKED:
        held = f" pour {sheet.locked_for}" if sheet.locked_for else ""
        return f"Ce mois est verrouillé{held} : demandez au service financier de l'ouvrir."
    if sheet.state is SheetState.APPROVED:
        return "Cette feuille est signée et validée : pour la corriger, faites-la rouvrir."
    if sheet.state is SheetState.FINISHED:
        return "Cette feuille est signée par l'agent et attend l'accord du responsable."
    if not rights.may(SheetRight.TYPE):
        return "Vous lisez la feuille d'un autre : seul l'agent y saisit ses heures."
    return _first_reason(sheet)


def _first_reason(sheet: Sheet) -> str:
    reasons = (day.locked_because for day in sheet.days if day.locked_because)
    return next(reasons, "Aucun jour de ce mois n'est ouvert à la saisie.")


def _files(sheet: Sheet, rights: SheetRights) -> list[Button]:
    return [
        Button(_url(endpoint, sheet), wording, icon)
        for endpoint, wording, icon, right in FILES
        if may(endpoint) and rights.may(right)
    ]


def _steps(sheet: Sheet, rights: SheetRights) -> list[Button]:
    return [
        Button(_url(endpoint, sheet), wording, icon)
        for endpoint, wording, icon, right, event in STEPS
        if may(endpoint) and rights.may(right) and event in sheet.events
    ]


def _url(endpoint: str, sheet: Sheet) -> str:
    month, person_id = sheet.month.start, sheet.person.id
    if endpoint == "timesheets.approve":
        return url_for(endpoint, month=month, p=person_id)
    return url_for(endpoint, month=month, person_id=person_id)

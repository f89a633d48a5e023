"""The team's month: who is done, late, odd; the same list as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for

from exports.kit.tables import Cell, Table
from exports.kit.workbook import Column
from forms.timesheets.team import TeamForm
from grants import french
from grants.clock import clock
from grants.extensions import db
from grants.labels import label
from grants.periods import DAY, next_month
from grants.rules.timesheets.attention import (
    TeamFilter,
    TeamLine,
    filter_lines,
    sort_lines,
    total_lines,
)
from grants.services.timesheets.team import TeamMonth, team_month
from grants.views.edge.addresses import address
from grants.views.edge.downloads import send_table
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import held_roles
from grants.views.timesheets.blueprint import blueprint
from grants.views.timesheets.team_acting import stands_in_for
from grants.views.timesheets.team_wording import hours_number, shares_of, shares_text, told_oddities

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

PAGE_SIZE = 50
SECTION = "team"
COLUMNS = (
    Column("Agent", 28), Column("Matricule", 14), Column("Structure", 28), Column("Mois", 12),
    Column("Situation", 14), Column("Attendue le", 12, "date"), Column("Signée le", 12, "date"),
    Column("Validée le", 12, "date"), Column("Heures", 10, "number"),
    Column("Contrat", 10, "number"), Column("Écart", 10, "number"), Column("Opérations", 50),
    Column("À regarder", 80), Column("Verrouillée pour", 40),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TeamSelection:
    """What an address asks for: the month's team, the form above it, the lines that fit."""

    team: TeamMonth
    form: TeamForm
    lines: Sequence[TeamLine]


@blueprint.get("/equipe")
def team() -> ResponseReturnValue:
    """The month that is to be signed: the last one that is over."""
    last = clock().today().replace(day=1) - DAY
    return redirect(url_for("timesheets.month_of_team", month=last), 303)


@blueprint.get("/equipe/<month:month>")
def month_of_team(month: date) -> ResponseReturnValue:
    """The team's month, what asks for attention first."""
    asked = asked_team(month)
    page = render_template(
        "timesheets/team/month.html",
        team=asked.team,
        form=asked.form,
        page=paginate(asked.lines, asked_page(), PAGE_SIZE),
        totals=total_lines(asked.lines),
        whole=total_lines(asked.team.lines),
        previous=month - DAY,
        following=next_month(month),
        list_url=partial(_list_url, month, asked.form),
        page_url=lambda number: _list_url(month, asked.form, page=number),
        shares_of=shares_of,
        absent=stands_in_for(list(asked.team.lines)),
        section=SECTION,
    )
    return page, 422 if asked.form.errors else 200


@blueprint.get("/equipe/<month:month>.<any(csv, xlsx):kind>")
def month_of_team_file(month: date, kind: str) -> ResponseReturnValue:
    """The same lines, all pages of them, as a file."""
    asked = asked_team(month)
    rows = [_cells(asked.team, line) for line in asked.lines]
    title = f"Équipe {month:%Y-%m}"
    return send_table(Table(title, COLUMNS, rows), kind, created=clock().today())


def _list_url(month: date, form: TeamForm, **changes: object) -> str:
    return address("timesheets.month_of_team", {"month": month}, {**form.given(), **changes})


def asked_team(month: date) -> TeamSelection:
    """Team of a month, narrowed and sorted as the address says."""
    team = team_month(db.session(), grants=held_roles(), month=month, as_of=clock().today())
    form = TeamForm(request.args)
    form.offer(sorted(team.organisations.items(), key=lambda pair: pair[1]))
    if not form.validate():
        return TeamSelection(team, form, sort_lines(team.lines, "attention"))
    wanted = TeamFilter(
        form.q.data or "",
        int(form.organisation.data) if form.organisation.data else None,
        form.situation.data or "",
        form.oddity.data or "",
    )
    key = form.sort.data or "attention"
    found = filter_lines(team.lines, wanted)
    lines = sort_lines(found, key.removeprefix("-"), descending=key.startswith("-"))
    return TeamSelection(team, form, lines)


def _cells(team: TeamMonth, line: TeamLine) -> tuple[Cell, ...]:
    summary = line.summary
    person, mine = summary.signed_by_person, summary.signed_by_manager
    return (
        summary.person.name,
        summary.person.code,
        team.organisations.get(summary.organisation_id, ""),
        french.month_fr(summary.month.start),
        label(line.situation),
        summary.due_on,
        None if person is None else person.on,
        None if mine is None else mine.on,
        hours_number(summary.total_minutes),
        hours_number(summary.contract_minutes),
        hours_number(line.gap_minutes),
        shares_text(team, summary),
        " ; ".join(told_oddities(line)),
        summary.locked_for,
    )

"""The team's year: a line a person, a column a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flask import request, url_for

from forms.timesheets.team import YearForm
from grants.clock import clock
from grants.enums import SheetSituation
from grants.extensions import db
from grants.french import MONTHS
from grants.periods import Period
from grants.services.timesheets.team import PersonYear, team_of_year, team_year
from grants.views.edge.cells import has_words
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    answer_file,
    answer_page,
    check,
    show,
)
from grants.views.edge.permissions import held_roles, may
from grants.views.timesheets.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "team"


def _situation(place: int, row: PersonYear) -> SheetSituation | None:
    line = row.months[place]
    return None if line is None else line.situation


def _minutes(place: int, row: PersonYear) -> int | None:
    line = row.months[place]
    return None if line is None else line.summary.total_minutes


def _sheet_url(place: int, row: PersonYear) -> str:
    line = row.months[place]
    if line is None or not line.may_read or not may("timesheets.month"):
        return ""
    month = line.summary.month.start
    return url_for("timesheets.month", person_id=row.person.id, month=month)


def month_columns() -> Iterator[Column[PersonYear]]:
    """Two columns a month: where its sheet stands, and its hours."""
    for place, name in enumerate(MONTHS):
        title = name.capitalize()
        yield Column(
            f"month-{place + 1}", title, partial(_situation, place), "member",
            link=partial(_sheet_url, place),
        )  # fmt: skip
        yield Column(
            f"hours-{place + 1}", f"{title}, heures", partial(_minutes, place),
            "hours", below=True,
        )  # fmt: skip


LISTING: Listing[PersonYear] = Listing(
    title="Équipe",
    what="agents",
    nothing="Aucun agent",
    endpoint="timesheets.year_of_team",
    columns=(
        Column("name", "Agent", lambda row: row.person.name, width=28),
        Column("code", "Matricule", lambda row: row.person.code, below=True),
        *month_columns(),
        Column("total", "Heures de l'année", lambda row: row.total_minutes, "hours"),
    ),
    filters={"q": lambda row, text: has_words(text, row.person.name, row.person.code)},
    order="name",
    note="Une ligne par agent, une colonne par mois : situation et heures déclarées. Un point "
    "d'exclamation signale un mois à regarder.",
    empty="Personne n'a de contrat cette année-là.",
    section=SECTION,
    template="timesheets/team/year.html",
)


@blueprint.get("/equipe/<year:year>")
def year_of_team(year: int) -> ResponseReturnValue:
    """Where each month of each person stands."""
    return answer_page(_shown(year), **_around(year))


@blueprint.get("/equipe/<year:year>.<any(csv, xlsx):kind>")
def year_of_team_file(year: int, kind: str) -> ResponseReturnValue:
    """The same lines, all pages of them, as a file."""
    return answer_file(_shown(year), kind, **_around(year))


@dataclass(frozen=True, slots=True)
class _People:
    """Years of people by name, of whom only those of a page are read."""

    people: Sequence[int]
    year: int

    def __len__(self) -> int:
        return len(self.people)

    def rows(self, offset: int = 0, limit: int | None = None) -> Sequence[PersonYear]:
        asked = self.people[offset : None if limit is None else offset + limit]
        return team_year(
            db.session(), grants=held_roles(), year=self.year, as_of=clock().today(),
            person_ids=asked,
        )  # fmt: skip


def _shown(year: int) -> ListView[PersonYear]:
    form, listing = YearForm(request.args), replace(LISTING, title=f"Équipe {year}")
    check(listing, form)
    in_order = _People(_people(year), year)
    if (form.sound("sort") or listing.order) != listing.order:
        return show(listing, form, in_order.rows(), year=year)  # needs everybody's hours
    found = _People(_people(year, str(form.sound("q") or "")), year)
    return ListView(listing, form, found, {"year": year}, not in_order.people)


def _people(year: int, words: str = "") -> list[int]:
    return team_of_year(
        db.session(), grants=held_roles(), year=year, as_of=clock().today(), words=words
    )


def _around(year: int) -> dict[str, object]:
    return {"year": year, "months": zip(MONTHS, Period.year(year).months(), strict=True)}

"""The published situations come out of the demonstration, on the terminal, in files, day-exact."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event, select
from sqlalchemy.orm import Session, scoped_session

from exports.coverage.workbook import coverage_workbook
from exports.imports.filled_workbook import filled_workbook
from grants.models.conventions import Amendment, Convention
from grants.models.posts import PostFunding
from grants.periods import DAY, Period
from grants.rules.coverage.report import CoverageReport, TerritoryCoverage
from grants.services.coverage.report import coverage_report, load_coverage_facts
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.office import formulas, recalculated, values, with_canaries
from tests.support.terminal import Terminal


@pytest.fixture
def demonstration(app: Flask, session: scoped_session[Session], tmp_path: Path) -> None:
    """The demonstration's rows, without the files of its pieces: coverage needs none."""
    rows = demonstration_rows()
    rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
    path = tmp_path / "demonstration.xlsx"
    path.write_bytes(filled_workbook(rows))
    storage = FileStorage(tmp_path / "kept" / "pieces")
    import_file(
        session=session(), path=path, deed=program_deed(app.config["CLOCK"].now()), storage=storage
    )
    session.commit()


def _on(session: scoped_session[Session], day: date) -> CoverageReport:
    return coverage_report(session(), period=Period(day, day + DAY), as_of=day)


def _row(report: CoverageReport, name: str) -> TerritoryCoverage:
    return next(row for row in report.territories if row.territory.name == name)


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize(
    ("territory", "day", "fte", "posts"),
    [
        ("Aix-Marseille-Provence", date(2022, 12, 31), Decimal(11), 11),
        ("Toulouse Métropole", date(2016, 5, 31), Decimal("5.5"), 6),
        ("Pas-de-Calais", date(2016, 5, 31), Decimal(8), 8),
        ("Saint-Étienne Métropole", date(2024, 1, 24), Decimal(2), 2),
        ("Deux-Sèvres", date(2018, 6, 30), Decimal(4), 6),
    ],
)
def test_published_situations_come_out(
    session: scoped_session[Session], territory: str, day: date, fte: Decimal, posts: int
) -> None:
    figures = _row(_on(session, day), territory).figures

    assert (figures.approved.value, figures.filled.value, figures.posts) == (fte, fte, posts)


@pytest.mark.usefixtures("demonstration")
def test_aix_marseille_has_four_of_its_own_and_seven_through_associations(
    session: scoped_session[Session],
) -> None:
    row = _row(_on(session, date(2022, 12, 31)), "Aix-Marseille-Provence")

    by_structure: dict[str, Decimal] = {}
    for post in row.own_posts:
        name = "métropole" if "Métropole" in post.post.organisation else "associations"
        by_structure[name] = by_structure.get(name, Decimal(0)) + post.approved.value
    assert by_structure == {"métropole": 4, "associations": 7}
    assert row.figures.funded.value == 7


@pytest.mark.usefixtures("demonstration")
def test_each_of_the_eight_plie_has_one_post(session: scoped_session[Session]) -> None:
    report = _on(session, date(2016, 5, 31))

    inside = [r for r in report.territories if r.territory.name.startswith("PLIE n°")]

    assert [row.figures.filled.value for row in inside] == [1] * 8


@pytest.mark.usefixtures("demonstration")
def test_the_extra_post_of_saint_etienne_stood_vacant_until_its_holder_came(
    session: scoped_session[Session],
) -> None:
    before = _row(_on(session, date(2024, 1, 1)), "Saint-Étienne Métropole").figures
    after = _row(_on(session, date(2024, 1, 2)), "Saint-Étienne Métropole").figures

    assert (before.filled.value, before.vacant.value) == (1, 1)
    assert (after.filled.value, after.vacant.value) == (2, 0)


@pytest.mark.usefixtures("demonstration")
def test_the_sick_facilitator_and_the_replacement_fill_one_post(
    session: scoped_session[Session],
) -> None:
    figures = _row(_on(session, date(2018, 5, 15)), "Bocage Bressuirais").figures

    assert (figures.filled.value, figures.persons) == (1, 2)


@pytest.mark.usefixtures("demonstration")
def test_published_hours_stand_beside_their_posts(session: scoped_session[Session]) -> None:
    report = _on(session, date(2024, 6, 1))

    hours = {
        row.territory.name: (figure.hours.value, figure.per_fte.value)
        for row in report.territories
        for figure in row.hours
        if figure.per_fte
    }

    assert hours["Aix-Marseille-Provence"] == (644_000, 58_545)
    assert hours["Toulouse Métropole"] == (600_000, 109_091)
    assert hours["Saint-Étienne Métropole"] == (140_000, 140_000)
    assert hours["Deux-Sèvres"] == (7_312, 1_828)


@pytest.mark.usefixtures("demonstration")
def test_populations_are_the_official_ones_and_say_so(session: scoped_session[Session]) -> None:
    population = _row(_on(session, date(2018, 6, 30)), "Deux-Sèvres").population

    assert population is not None
    assert population.value == 375_229
    assert "Insee" in population.note
    assert "2023" in population.note


@pytest.mark.usefixtures("demonstration")
def test_the_last_annual_convention_is_the_only_cliff_of_saint_etienne(
    session: scoped_session[Session],
) -> None:
    report = _on(session, date(2024, 6, 1))

    ends = [(e.convention.number, e.last_day, e.ending.value, e.lost.value) for e in report.ends]

    assert ends == [
        ("DREETS-42-2023-017", date(2024, 12, 14), 1, 0),
        ("DREETS-42-2024-017", date(2025, 12, 14), Decimal("0.8"), 0),
        ("DREETS-42-2025-017", date(2026, 12, 14), Decimal("0.8"), Decimal("0.8")),
    ]


@pytest.mark.usefixtures("demonstration")
def test_the_number_of_queries_does_not_grow_with_the_posts(
    session: scoped_session[Session],
) -> None:
    with _counted(session) as statements:
        _on(session, date(2024, 6, 1))

    assert len(statements) <= 12


@pytest.mark.usefixtures("demonstration")
def test_the_command_prints_french_tables_and_writes_the_workbook(
    cli: Terminal, tmp_path: Path
) -> None:
    out = tmp_path / "files" / "couverture.xlsx"

    days = ("--from", "01/01/2018", "--to", "31/12/2018", "--as-of", "01/06/2018")
    told = cli("coverage", *days, "--out", out).stdout

    assert "375\u202f229" in told
    assert "1,07" in told
    assert "DIRECCTE-79-2017-004" in told
    sheet = load_workbook(BytesIO(out.read_bytes()), data_only=True)["Couverture"]
    assert sheet["A5"].value == "Deux-Sèvres"


@pytest.mark.office
@pytest.mark.usefixtures("demonstration")
def test_libreoffice_computes_every_total_that_the_workbook_shows(
    session: scoped_session[Session], tmp_path: Path
) -> None:
    shown, copy = tmp_path / "coverage.xlsx", tmp_path / "canary.xlsx"
    report = coverage_report(session(), period=Period.year(2018), as_of=date(2018, 6, 1))
    shown.write_bytes(coverage_workbook(report))
    with_canaries(shown, copy)

    cached, computed = values(shown), recalculated(copy)

    live = formulas(shown)
    assert len(live) > 100
    wrong = {
        place: (live[place], cached.get(place), computed.get(place))
        for place in live
        if cached.get(place) != pytest.approx(computed.get(place), abs=1e-9)
    }
    assert wrong == {}


@pytest.mark.usefixtures("demonstration")
def test_the_command_gives_json(cli: Terminal) -> None:
    document = json.loads(cli("coverage", "--on", "2022-12-31", "--json").stdout)

    found = {row["name"]: row["filled"] for row in document["territories"]}
    assert found["Aix-Marseille-Provence"] == "11"
    assert found["Toulouse Métropole"] == "5.5"
    assert document["as_of"] == "2022-12-31"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--on", "2024-01-01", "--from", "2024-01-01", "--to", "2024-02-01"], "un seul jour"),
        (["--from", "2024-01-01"], "vont ensemble"),
        (["--from", "2024-02-01", "--to", "2024-01-01"], "précède"),
        (["--on", "hier"], "attendu une date comme 15/12/2023"),
    ],
)
def test_days_that_make_no_period_are_refused(
    cli: Terminal, words: list[str], message: str
) -> None:
    assert message in cli("coverage", *words, exit_code=2).stderr


class _counted:  # noqa: N801 # reads as a function where it is used
    """Statements that a session sends inside the block."""

    def __init__(self, session: scoped_session[Session]) -> None:
        self.bind = session.get_bind()
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.bind, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(self.bind, "before_cursor_execute", self._note)

    def _note(self, _c: object, _u: object, statement: str, *_: object) -> None:
        self.statements.append(statement)


@pytest.mark.usefixtures("demonstration")
def test_a_funding_till_the_end_follows_a_convention_that_an_amendment_extends(
    session: scoped_session[Session],
) -> None:
    convention, funding = session.execute(
        select(Convention, PostFunding)
        .join(PostFunding, PostFunding.convention_id == Convention.id)
        .where(PostFunding.end_on == Convention.end_on)
        .order_by(Convention.id, PostFunding.id)
    ).first() or pytest.fail("no funding ends with its convention")
    last = date(2049, 12, 31)
    session.add(
        Amendment(
            organisation_id=convention.organisation_id,
            convention_id=convention.id,
            number="99",
            effective_on=convention.start_on,
            signed_on=last,
            field="fin",
            value="31/12/2049",
        )
    )
    session.flush()

    fundings = load_coverage_facts(session()).fundings

    ends = {
        one.period.end
        for one in fundings
        if (one.convention_id, one.post_id) == (convention.id, funding.post_id)
    }
    assert last + DAY in ends

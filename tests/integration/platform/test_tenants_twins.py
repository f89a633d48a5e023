"""Two structures import the same workbook but for its amounts: same numbers, codes, names and
references. Nothing that either sees, sums or is told holds anything of the other.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.base import Base, OfOrganisation
from grants.models.conventions import Convention
from grants.models.evidence import Piece
from grants.models.organisations import Organisation
from grants.models.pay import PayItem
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.claims.computing import compute_claim
from grants.services.coverage.report import coverage_report
from grants.services.facts.ledger import load_ledger_facts
from grants.services.platform.tenancy import EVERY, Scope, set_scope
from tests.integration.house.test_first_claim import CELLS, PAGE, plain
from tests.support.terminal import Terminal
from tests.support.visitors import log_in, open_account

pytestmark = pytest.mark.both_databases

TODAY = date(2025, 1, 15)
DECEMBER = Period(date(2023, 12, 15), date(2024, 1, 1))
GROSS, CHARGES = "2 850,00", "1 150,00"
NUMBER, PERSON = "DREETS-2024", "A1"


@dataclass(frozen=True, slots=True)
class Twin:
    """One of the two: how the workbook names it, what it pays, what its claim of December is."""

    code: str
    name: str
    gross: str
    charges: str
    eligible: Decimal


FIRST = Twin("MOI", "Ma structure", GROSS, CHARGES, Decimal("2193.55"))
SECOND = Twin("TOI", "Ta structure", "5 700,00", "2 300,00", Decimal("4387.10"))
TWINS = [FIRST, SECOND]


def folder(path: Path, twin: Twin) -> Path:
    """The page's cells as csv files, in one twin's words and amounts, with a piece."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for sheet, cells in CELLS.findall(PAGE.read_text(encoding="utf-8")):
        pairs = (cell.split(" = ") for cell in cells.split(" · "))
        rows[sheet].append({name.strip("`"): own(value, twin) for name, value in pairs})
    rows["pieces"].append(
        {"reference": "F-1", "type": "Bulletin de paie", "agent": PERSON, "fichier": "fiche.pdf"}
        | {"structure": twin.code}
    )
    path.mkdir()
    (path / "fiche.pdf").write_text(f"%PDF-1.4 fiche de {twin.name}", encoding="utf-8")
    for sheet, lines in rows.items():
        names = list(dict.fromkeys(name for line in lines for name in line))
        with (path / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, names, delimiter=";")
            writer.writeheader()
            writer.writerows(lines)
    return path


def own(value: str, twin: Twin) -> str:
    """A cell of the page in a twin's words."""
    words = {FIRST.code: twin.code, FIRST.name: twin.name, GROSS: twin.gross}
    return (words | {CHARGES: twin.charges}).get(value, value)


@pytest.fixture
def imported(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> dict[str, Organisation]:
    """Both, imported one after the other by their own files."""
    for twin in TWINS:
        cli("import", folder(tmp_path / twin.code, twin))
    found = session.scalars(select(Organisation)).all()
    return {row.code: row for row in found}


def enter(
    client: FlaskClient, session: scoped_session[Session], organisation_id: int
) -> FlaskClient:
    """Log in as one structure's finance officer."""
    email = f"finance-{organisation_id}@exemple.test"
    open_account(
        session(), email=email, role=Role.FINANCE, organisation_id=organisation_id
    )  # fmt: skip
    log_in(client, email)
    return client


def narrowed(session: scoped_session[Session], organisation_id: int) -> Session:
    """The session, within one structure."""
    session.expunge_all()
    set_scope(session, Scope(frozenset({organisation_id})))
    return session()


def test_each_has_its_own_row_of_everything(
    session: scoped_session[Session], imported: dict[str, Organisation]
) -> None:
    ids = {row.id for row in imported.values()}
    assert len(ids) == 2
    filled = 0
    for mapper in Base.registry.mappers:
        model = mapper.class_
        if issubclass(model, OfOrganisation):
            counts = session.execute(
                select(model.organisation_id, func.count()).group_by(model.organisation_id)
            ).all()
            filled += bool(counts)
            assert len({number for _, number in counts}) <= 1, model
            assert {owner for owner, _ in counts} in (set(), ids), model

    assert filled >= 10


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.code)
def test_claim_ledger_coverage_and_pieces_rest_on_its_own_rows(
    session: scoped_session[Session], imported: dict[str, Organisation], twin: Twin
) -> None:
    owner = imported[twin.code].id
    within = narrowed(session, owner)

    claim = compute_claim(within, number=NUMBER, period=DECEMBER, as_of=TODAY)
    facts = load_ledger_facts(within, period=DECEMBER, person_ids=None)
    report = coverage_report(within, period=DECEMBER, as_of=TODAY)
    pieces = within.scalars(select(Piece)).all()
    paid = within.scalar(select(func.sum(PayItem.amount)))

    assert claim.eligible_cost.value == twin.eligible
    assert {person.code for person in facts.persons.values()} == {"A1", "A2"}
    assert {row.organisation.id for row in facts.conventions.values()} == {owner}
    assert sum(row.figures.posts for row in report.territories if row.figures.posts) == 1
    assert [piece.organisation_id for piece in pieces] == [owner]
    assert paid == (Decimal(8000) if twin is FIRST else Decimal(16000))
    owners = within.scalars(select(TimeEntry.organisation_id).distinct()).all()
    assert owners == [owner]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.code)
def test_pages_lists_and_the_trail_show_its_own_alone(
    client: FlaskClient,
    session: scoped_session[Session],
    imported: dict[str, Organisation],
    twin: Twin,
) -> None:
    other = SECOND if twin is FIRST else FIRST
    owner = imported[twin.code].id
    conventions = {
        row.organisation_id: row.id
        for row in session.scalars(select(Convention).where(Convention.number == NUMBER))
    }
    enter(client, session, owner)

    home = client.get("/").text
    page = client.get(f"/conventions/{conventions[owner]}").text
    trail = client.get("/piste-audit.csv").get_data(as_text=True)
    bilan = client.get(
        f"/conventions/{conventions[owner]}/bilan?start=2023-12-15&end=2023-12-31"
    ).text

    for text in (home, page, trail, bilan, client.get("/couverture").text):
        assert other.name not in text
    assert home.count(f">{NUMBER}<") == 1
    assert NUMBER in page
    told = [line for line in trail.splitlines() if NUMBER in line]
    assert len(told) >= 1
    foreign = next(row for key, row in conventions.items() if key != owner)
    assert client.get(f"/conventions/{foreign}").status_code == 404


def test_a_second_import_of_one_leaves_the_other_as_it_is(
    cli: Terminal,
    session: scoped_session[Session],
    imported: dict[str, Organisation],
    tmp_path: Path,
) -> None:
    changed = Twin("MOI", "Ma structure", "9 999,99", "1,00", Decimal(0))

    cli("import", folder(tmp_path / "again", changed))

    set_scope(session, EVERY)
    session.expunge_all()
    sums = {
        code: session.scalar(
            select(func.sum(PayItem.amount)).where(PayItem.organisation_id == row_id)
        )
        for code, row_id in session.execute(select(Organisation.code, Organisation.id))
    }
    assert sums == {"MOI": Decimal("20001.98"), "TOI": Decimal("16000.00")}


def test_each_keeps_its_own_file_under_the_same_reference(
    session: scoped_session[Session], imported: dict[str, Organisation]
) -> None:
    found = session.execute(select(Piece.organisation_id, Piece.reference, Piece.sha256))

    rows = found.all()
    assert {row.organisation_id for row in rows} == {row.id for row in imported.values()}
    assert {row.reference for row in rows} == {"F-1"}
    assert len({row.sha256 for row in rows}) == 2


def test_a_command_that_cannot_know_which_one_is_meant_refuses(
    cli: Terminal, imported: dict[str, Organisation], tmp_path: Path
) -> None:
    assert len(imported) == 2

    claim = cli("claim", NUMBER, "--out", tmp_path / "out", exit_code=2)
    ledger = cli("ledger", PERSON, exit_code=2)

    for answer in (claim, ledger):
        assert "existe dans 2 structures" in plain(answer.stderr)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.code)
def test_a_command_that_is_told_which_one_reaches_it_alone(
    cli: Terminal, imported: dict[str, Organisation], tmp_path: Path, twin: Twin
) -> None:
    assert twin.code in imported
    days = ("--from", "15/12/2023", "--to", "31/12/2023", "--organisation", twin.code)

    claim = plain(cli("claim", NUMBER, *days, "--out", tmp_path / "out").stdout)
    ledger = plain(cli("ledger", PERSON, *days).stdout)
    pack = cli("pack", NUMBER, "--out", tmp_path / "p.zip", *days)

    eligible = "2 193,55 €" if twin is FIRST else "4 387,10 €"
    assert eligible in claim
    assert eligible in ledger
    assert pack.exit_code == 0


def test_a_structure_that_nobody_has_is_refused_by_its_code(
    cli: Terminal, imported: dict[str, Organisation]
) -> None:
    assert len(imported) == 2

    told = cli("claim", NUMBER, "--organisation", "NOUS", exit_code=2)

    assert "« NOUS »" in told.stderr


def test_both_trails_verify_and_are_chains_of_their_own(
    cli: Terminal, session: scoped_session[Session], imported: dict[str, Organisation]
) -> None:
    told = cli("audit", "verify").stdout
    counts = dict(
        session.execute(
            select(AuditEvent.organisation_id, func.count()).group_by(AuditEvent.organisation_id)
        ).all()
    )

    ids = [row.id for row in imported.values()]
    assert counts[ids[0]] == counts[ids[1]] > 0
    for twin in TWINS:
        assert twin.name in told

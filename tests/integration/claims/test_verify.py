"""``grants verify``: the invariants hold on real-sized data, and a planted fault is found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import LetterNature
from grants.models import PayItem
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.factories.ledger.generated import Kind, fill_database, generated_workbook_rows
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

DAY = ("--as-of", "2026-11-20")


def load(app: Flask, session: scoped_session[Session], rows: ImportRows, folder: Path) -> None:
    path = folder / "rows.xlsx"
    path.write_bytes(filled_workbook(rows))
    storage = FileStorage(folder / "pieces")
    import_file(
        session=session(), path=path, deed=program_deed(app.config["CLOCK"].now()), storage=storage
    )
    session().commit()


def test_the_invariants_hold_on_the_demonstration(cli: Terminal, tmp_path: Path) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")

    told = cli("verify", *DAY).stdout

    assert "faute" not in told
    assert told.count("tient") == len(told.splitlines())


def test_the_invariants_hold_on_ten_thousand_random_payslip_months(
    app: Flask, cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    load(app, session, generated_workbook_rows(posts=760, months=14, seed=20), tmp_path)
    payslips = select(PayItem.person_id, PayItem.month).distinct().subquery()

    told = cli("verify", *DAY).stdout

    assert (session.scalar(select(func.count()).select_from(payslips)) or 0) >= 10_000
    assert "faute" not in told


@pytest.mark.parametrize("kind", ["fse", "state"])
def test_the_invariants_hold_on_posts_with_daily_time(
    cli: Terminal, session: scoped_session[Session], kind: Kind
) -> None:
    fill_database(session().connection(), posts=20, kind=kind)
    session().commit()

    assert "faute" not in cli("verify", *DAY).stdout


def test_a_person_whom_two_funders_pay_beyond_the_cost_is_found(
    app: Flask, cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    """70 % from the State and 50 % from Europe on the same days: 20 % of the pay too much."""
    rows = generated_workbook_rows(posts=2, months=14, seed=5)
    rows.by_sheet["conventions"] = [
        {**row, "taux": Decimal("0.7")} if row["numero"] in ("E1", "E2") else row
        for row in rows["conventions"]
    ]
    rows.add(
        "lettres_mission",
        agent="G00001",
        convention="F1",
        debut=date(2024, 1, 1),
        fin=date(2024, 12, 31),
        nature=LetterNature.FULL_TIME,
    )
    load(app, session, rows, tmp_path)

    told = cli("verify", *DAY, exit_code=1).stdout

    broken = [line for line in told.splitlines() if line.startswith("    ")]
    assert broken
    assert all("G00001" in line for line in broken)
    assert "F1" in broken[0]


def test_hours_that_no_month_of_the_ledger_holds_are_found(
    app: Flask, cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    """Time rows of somebody without contract, pay or letter would vanish: the proof says whose."""
    rows = generated_workbook_rows(posts=1, months=14, seed=6)
    rows.add("agents", matricule="SANS", nom="SANS-CONTRAT", prenom="Agent", structure="GEN")
    rows.add("feuilles_temps", agent="SANS", date=date(2024, 5, 2), heures=Decimal(7))
    load(app, session, rows, tmp_path)

    assert "SANS-CONTRAT" in cli("verify", *DAY, exit_code=1).stdout


def test_an_empty_database_says_that_there_is_nothing_to_prove(cli: Terminal) -> None:
    assert "rien à prouver" in cli("verify").stdout

"""``grants sheets print``: a PDF for each agent of a month."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader
from sqlalchemy.orm import Session, scoped_session

from tests.factories.timesheets.sheets import JANUARY, add_desk, fill_month
from tests.support.terminal import Terminal


def arrange(session: scoped_session[Session]) -> None:
    for code, name in (("A001", "AUBRAC"), ("A002", "ZOLA")):
        fill_month(session, add_desk(session(), code=code, name=name), JANUARY)


def test_each_agent_gets_a_file(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    arrange(session)

    told = cli("sheets", "print", "--month", "2025-01", "--out", str(tmp_path / "a" / "b"))

    assert "2 feuilles" in told.output
    names = sorted(path.name for path in (tmp_path / "a" / "b").iterdir())
    assert names == ["FT-A001-2025-01.pdf", "FT-A002-2025-01.pdf"]
    page = PdfReader(io.BytesIO((tmp_path / "a" / "b" / names[1]).read_bytes())).pages[0]
    assert "ZOLA" in page.extract_text()


def test_one_agent_may_be_chosen(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    arrange(session)

    cli("sheets", "print", "--month", "01/2025", "--out", str(tmp_path), "--person", "A002")

    assert [path.name for path in tmp_path.glob("*.pdf")] == ["FT-A002-2025-01.pdf"]


def test_nothing_to_print_is_said(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    arrange(session)
    out = str(tmp_path)

    nobody = cli(
        "sheets", "print", "--month", "2025-01", "--out", out, "--person", "B9", exit_code=2
    )
    never = cli("sheets", "print", "--month", "2010-01", "--out", out, exit_code=2)
    wrong = cli("sheets", "print", "--month", "hier", "--out", out, exit_code=2)

    assert "matricule B9" in nobody.stderr
    assert "Aucune feuille de temps" in never.stderr
    assert "n'est pas un mois" in wrong.stderr


def test_a_folder_that_cannot_be_written_is_said(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    arrange(session)
    (tmp_path / "file").write_text("", encoding="utf-8")

    told = cli(
        "sheets", "print", "--month", "2025-01", "--out", str(tmp_path / "file" / "x"), exit_code=2
    )

    assert "écriture impossible" in told.stderr

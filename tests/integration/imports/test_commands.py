"""``grants template`` and ``grants import`` as a new user and a careless one would run them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session, scoped_session

from grants.extensions import db
from grants.models.evidence import Piece
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.services.platform.storage import piece_storage
from grants.services.platform.tenancy import EVERY, set_scope
from tests.support.database import on_postgresql
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

AGENTS = "matricule;nom;prenom;structure\n"
STRUCTURES = "code;nom;forme_juridique\nS;Société d’essai;Collectivité\n"


def _folder(path: Path, **sheets: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, content in sheets.items():
        (path / f"{name}.csv").write_text(content, encoding="utf-8")
    return path


def test_a_new_user_fills_two_rows_of_the_template_and_imports_them(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    path = tmp_path / "classeur.xlsx"
    cli("template", path)
    book = openpyxl.load_workbook(path)
    book["structures"].append(["S", "Société", None, None, "Collectivité"])
    book["agents"].append(["A1", "MARTIN", "Zoé", "S"])
    book.save(path)

    tried = cli("import", path, "--dry-run")
    done = cli("import", path)
    again = cli("import", path)

    assert "rien n'est écrit" in tried.stdout
    assert "agents : 1 ajoutée, 0 modifiée, 0 identique" in done.stdout
    assert "tout y était déjà" in again.stdout
    assert list(session.scalars(select(Person.code))) == ["A1"]


def test_the_template_never_overwrites_unless_told_to(cli: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_text("mes données")

    refused = cli("template", path, exit_code=2)
    assert "existe déjà" in refused.stderr
    assert path.read_text() == "mes données"
    cli("template", path, "--force")
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("path", ["classeur.ods", "absent/classeur.xlsx"])
def test_a_template_that_cannot_be_written_says_why(
    cli: Terminal, tmp_path: Path, path: str
) -> None:
    assert "Erreur" in cli("template", tmp_path / path, exit_code=2).stderr


def test_faults_are_printed_one_a_line_and_end_with_one(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    rows = "".join(f"A{n};NOM;;S\n" for n in range(250))
    folder = _folder(tmp_path / "d", structures=STRUCTURES, agents=AGENTS + rows)

    lines = cli("import", folder, exit_code=1).stderr.splitlines()

    assert lines[0].startswith("agents.csv, ligne 2, prenom : trouvé « (vide) », attendu")
    assert lines[-2:] == [
        "… et 50 autres ; --json les donne toutes",
        "250 erreurs : rien n'a été écrit.",
    ]
    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_json_gives_all_faults_or_the_report(cli: Terminal, tmp_path: Path) -> None:
    rows = "".join(f"A{n};NOM;;S\n" for n in range(250))
    faulty = _folder(tmp_path / "d", structures=STRUCTURES, agents=AGENTS + rows)
    sound = _folder(tmp_path / "e", structures=STRUCTURES)

    problems = json.loads(cli("import", faulty, "--json", exit_code=1).stdout)["problems"]
    report = json.loads(cli("import", sound, "--json").stdout)

    assert len(problems) == 250
    assert problems[0]["row"] == 2
    assert report["sheets"][0]["added"] == 1


def test_a_file_that_cannot_be_read_ends_with_two(cli: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG")

    assert "n'est pas un classeur" in cli("import", path, exit_code=2).stderr
    assert "introuvable" in cli("import", tmp_path / "absent.xlsx", exit_code=2).stderr


def test_pieces_beside_the_workbook_are_kept_and_missing_ones_warned_of(
    cli: Terminal, app: Flask, session: scoped_session[Session], tmp_path: Path
) -> None:
    pieces = (
        "reference;type;titre;structure;fichier\n"
        "P1;Bulletin de paie;Mai;S;pieces\\mai.pdf\n"
        "P2;Bulletin de paie;Juin;S;pieces/juin.pdf\n"
    )
    folder = _folder(tmp_path / "d", structures=STRUCTURES, pieces=pieces)
    (folder / "pieces").mkdir()
    (folder / "pieces" / "mai.pdf").write_bytes(b"%PDF-mai")

    done = cli("import", folder)

    stored = {piece.reference: piece for piece in session.scalars(select(Piece))}
    assert "juin.pdf" in done.stderr
    assert (stored["P1"].size, stored["P2"].sha256) == (8, "")
    with piece_storage(Path(app.config["DATA_DIR"])).open(stored["P1"].sha256) as stream:
        assert stream.read() == b"%PDF-mai"
    assert "tout y était déjà" in cli("import", folder).stdout


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/passwd", "C:\\secret.txt", "\\\\serveur\\secret", "lien.txt"]
)
def test_a_piece_outside_the_declared_folder_is_refused(
    cli: Terminal, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    pieces = f"reference;type;structure;fichier\nP1;Autre;S;{name}\n"
    folder = _folder(tmp_path / "d", structures=STRUCTURES, pieces=pieces)
    (folder / "lien.txt").symlink_to(tmp_path / "secret.txt")

    told = cli("import", folder, exit_code=1).stderr
    assert "dossier des pièces" in told or "lien n'est pas suivi" in told


def test_two_imports_at_once_wait_or_are_told(
    fresh_cli: Terminal,
    fresh_database: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grants.services.imports.importing.LOCK_WAIT", "200ms")
    folder = _folder(tmp_path / "d", structures=STRUCTURES)
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    other = create_engine(url)
    with other.connect() as first:
        first.execute(text("UPDATE imports SET sha256 = ''"))
        if on_postgresql():
            first.execute(text("LOCK TABLE imports IN EXCLUSIVE MODE"))
        else:
            _shorten_wait(fresh_database)
        told = fresh_cli("import", folder, exit_code=2)
        first.rollback()
    other.dispose()

    assert "autre importation est en cours" in told.stderr
    assert "1 ajoutée" in fresh_cli("import", folder).stdout


def _shorten_wait(app: Flask) -> None:
    """Let SQLite give up at once; the real wait is ten seconds."""
    from sqlalchemy import event

    with app.app_context():
        engine = db.engine
    engine.dispose()
    event.listen(
        engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA busy_timeout = 50"), once=False
    )


def test_a_power_cut_in_the_middle_leaves_nothing(fresh_database: Flask, tmp_path: Path) -> None:
    rows = "".join(f"A{n};NOM;Prénom;S\n" for n in range(12_000))
    folder = _folder(tmp_path / "d", structures=STRUCTURES, agents=AGENTS + rows)
    url = fresh_database.config["SQLALCHEMY_DATABASE_URI"]
    program = textwrap.dedent("""
        import os, signal, sys
        from datetime import UTC, datetime
        from pathlib import Path
        from sqlalchemy import create_engine
        from sqlalchemy.orm import Session
        import grants.extensions
        from grants.enums import AuditVia
        from grants.services.audit.deed import PROGRAM, Deed
        from grants.services.imports import import_file
        from grants.services.platform.storage import FileStorage
        from grants.services.platform.tenancy import EVERY, install, set_scope

        install()

        def progress(what, done, total):
            if what == "agents" and done == 10_000:
                os.kill(os.getpid(), signal.SIGKILL)

        with Session(create_engine(sys.argv[1])) as session:
            set_scope(session, EVERY)
            deed = Deed(PROGRAM, datetime.now(UTC), AuditVia.CLI)
            import_file(session=session, path=Path(sys.argv[2]), deed=deed,
                        storage=FileStorage(Path(sys.argv[2])), progress=progress)
            session.commit()
    """)

    ended = subprocess.run(
        [sys.executable, "-c", program, url, str(folder)], env=os.environ, check=False
    )

    assert ended.returncode == -signal.SIGKILL
    with fresh_database.app_context():
        set_scope(db.session, EVERY)
        assert db.session.scalar(select(func.count(Person.id))) == 0
        assert db.session.scalar(select(func.count(Organisation.id))) == 0


def test_without_a_terminal_a_big_import_says_now_and_then_how_far_it_is(
    cli: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grants.cli.imports.LINE_EVERY", 100)
    rows = "".join(f"A{n};NOM;Prénom;S\n" for n in range(200))
    folder = _folder(tmp_path / "d", structures=STRUCTURES, agents=AGENTS + rows)

    assert "agents : 200 sur 200 lignes" in cli("import", folder).stderr

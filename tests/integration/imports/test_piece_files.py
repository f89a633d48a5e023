"""Attacks through the sheet of pieces: a workbook that asks for what is not its own."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models.evidence import Piece
from grants.services.imports.piece_files import PieceFolder, PieceMissing, PieceRefused
from tests.support.terminal import Terminal

STRUCTURES = "code;nom;forme_juridique\nS;Société d’essai;Collectivité\n"
PDF = b"%PDF-1.4 essai"
TYPE = "reconnu à son contenu"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folder of a workbook, with its ``pieces``."""
    path = tmp_path / "classeur"
    (path / "pieces").mkdir(parents=True)
    return path


def taken(folder: Path, name: str, **wanted: Path) -> bytes:
    """Content of a named file, for a workbook in the folder."""
    with PieceFolder(folder, is_csv=False, **wanted).opened(name) as source:
        return source.read()


def refusal(folder: Path, name: str, **wanted: Path) -> str:
    """Why a named file is not taken."""
    with pytest.raises((PieceRefused, PieceMissing)) as refused:
        taken(folder, name, **wanted)
    return str(refused.value)


@pytest.mark.parametrize(
    "name",
    [
        "../secret.pdf", "pieces/../../secret.pdf", "/etc/passwd", "C:\\secret.pdf",
        "..\\secret.pdf",
        "\\\\serveur\\secret.pdf", ".ssh/id_rsa", "pieces/.cache/a.pdf", ".a.pdf", "a\0.pdf",
    ],
)  # fmt: skip
def test_a_name_never_leads_out_nor_to_a_hidden_file(folder: Path, name: str) -> None:
    (folder.parent / "secret.pdf").write_bytes(PDF)
    for hidden in (".ssh/id_rsa", "pieces/.cache/a.pdf", "pieces/.a.pdf", "pieces/.ssh/id_rsa"):
        (folder / hidden).parent.mkdir(exist_ok=True)
        (folder / hidden).write_bytes(PDF)

    assert refusal(folder, name)


def test_a_file_beside_the_workbook_but_not_among_the_pieces_is_not_taken(folder: Path) -> None:
    (folder / "paie.pdf").write_bytes(PDF)
    (folder / "rh").mkdir()
    (folder / "rh" / "paie.pdf").write_bytes(PDF)

    assert "classeur/pieces" in refusal(folder, "paie.pdf")
    assert "classeur/pieces" in refusal(folder, "rh/paie.pdf")


def test_no_link_is_followed_wherever_it_stands(folder: Path) -> None:
    elsewhere = folder.parent / "ailleurs"
    elsewhere.mkdir()
    (elsewhere / "a.pdf").write_bytes(PDF)
    (folder / "pieces" / "lien.pdf").symlink_to(elsewhere / "a.pdf")
    (folder / "pieces" / "dossier").symlink_to(elsewhere)
    os.link(elsewhere / "a.pdf", folder / "pieces" / "dur.pdf")

    assert "lien" in refusal(folder, "pieces/lien.pdf")
    assert "lien" in refusal(folder, "dossier/a.pdf")
    assert "lien physique" in refusal(folder, "dur.pdf")


def test_a_folder_of_pieces_that_is_itself_a_link_is_refused(tmp_path: Path) -> None:
    home, folder = tmp_path / "maison", tmp_path / "classeur"
    home.mkdir()
    folder.mkdir()
    (home / "a.pdf").write_bytes(PDF)
    (folder / "pieces").symlink_to(home)

    assert "lien" in refusal(folder, "pieces/a.pdf")


def test_no_data_folder_is_looked_into_this_ones_or_anothers(tmp_path: Path) -> None:
    other = tmp_path / "autre"
    (other / "pieces" / "ab").mkdir(parents=True)
    (other / "pieces" / "ab" / "cd").write_bytes(PDF)
    (other / "secret_key").write_text("0" * 64)
    store = tmp_path / "instance"
    (store / "pieces" / "ab").mkdir(parents=True)
    (store / "pieces" / "ab" / "cd").write_bytes(PDF)

    assert "dossier de données" in refusal(other, "ab/cd")
    assert "dossier de données" in refusal(store, "ab/cd", store=store)
    assert "dossier de données" in refusal(tmp_path, "pieces/ab/cd", declared=other)
    assert "dossier de données" in refusal(tmp_path, "autre/pieces/ab/cd", declared=tmp_path)
    assert "dossier de données" in refusal(
        tmp_path, "instance/pieces/ab/cd", declared=tmp_path, store=store
    )


def test_a_type_is_told_by_what_a_file_holds(folder: Path) -> None:
    pieces = folder / "pieces"
    (pieces / "base.pdf").write_bytes(b"SQLite format 3\x00" + bytes(100))
    (pieces / "cle.pdf").write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    (pieces / "secret_key.txt").write_text("0123456789abcdef" * 4)
    (pieces / "vide.pdf").write_bytes(b"")
    with zipfile.ZipFile(pieces / "sauvegarde.docx", "w") as archive:
        archive.writestr("manifest.json", "{}")
        archive.writestr("tables/users.jsonl", "[]")
    with zipfile.ZipFile(pieces / "lettre.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    with zipfile.ZipFile(pieces / "lettre.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    (pieces / "scan").write_bytes(b"\xff\xd8\xff\xe0 image")

    for name in ("base.pdf", "cle.pdf", "secret_key.txt", "vide.pdf", "sauvegarde.docx"):
        assert TYPE in refusal(folder, name), name
    assert all(taken(folder, name) for name in ("lettre.docx", "lettre.odt", "scan"))


def test_a_pipe_or_a_device_is_refused_and_never_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pieces" / "tube.pdf")
    (folder / "pieces" / "dossier.pdf").mkdir()

    assert "ordinaire" in refusal(folder, "tube.pdf")
    assert "ordinaire" in refusal(folder, "dossier.pdf")


def test_a_name_reads_whatever_its_accents_its_slashes_and_its_case(folder: Path) -> None:
    name = "Relevé de situation.pdf"
    (folder / "pieces" / unicodedata.normalize("NFD", name)).write_bytes(PDF)
    (folder / "pieces" / "Mai").mkdir()
    (folder / "pieces" / "Mai" / "BULLETIN.PDF").write_bytes(b"%PDF-mai")

    assert taken(folder, name) == taken(folder, f"pieces/{name.upper()}") == PDF
    assert taken(folder, "pieces\\mai\\bulletin.pdf") == b"%PDF-mai"


def test_two_names_that_differ_by_case_alone_are_never_guessed(folder: Path) -> None:
    (folder / "pieces" / "a.pdf").write_bytes(b"%PDF-a")
    (folder / "pieces" / "A.pdf").write_bytes(b"%PDF-A")

    assert (taken(folder, "a.pdf"), taken(folder, "A.pdf")) == (b"%PDF-a", b"%PDF-A")
    assert refusal(folder, "A.PDF")


def test_a_folder_that_the_command_names_takes_the_place_of_the_usual_one(folder: Path) -> None:
    scans = folder.parent / "scans"
    (scans / "2024").mkdir(parents=True)
    (scans / "2024" / "a.pdf").write_bytes(b"%PDF-scan")
    (folder / "pieces" / "b.pdf").write_bytes(PDF)

    assert taken(folder, "2024/a.pdf", declared=scans) == b"%PDF-scan"
    assert taken(folder, "pieces/2024/a.pdf", declared=scans) == b"%PDF-scan"
    assert refusal(folder, "b.pdf", declared=scans)


def test_the_dry_run_lists_what_would_be_taken(
    cli: Terminal, session: scoped_session[Session], folder: Path
) -> None:
    _sheets(folder, "P1;Autre;S;a.pdf\nP2;Autre;S;pieces/b.pdf\nP3;Autre;S;absent.pdf\n")
    (folder / "pieces" / "a.pdf").write_bytes(PDF)
    (folder / "b.pdf").write_bytes(b"%PDF-elsewhere")
    (folder / "pieces" / "b.pdf").write_bytes(b"%PDF-bb")

    tried = cli("import", folder, "--dry-run")

    assert "2 pièces seraient prises" in tried.stdout
    assert "  a.pdf (14 octets)\n  pieces/b.pdf (7 octets)" in tried.stdout
    assert "absent.pdf" in tried.stderr
    assert not session.scalars(select(Piece)).all()


def test_an_import_takes_nothing_of_the_installations_own_data(cli: Terminal, app: Flask) -> None:
    data = Path(app.config["DATA_DIR"])
    data.mkdir(exist_ok=True)
    (data / "secret_key").write_text("0123456789abcdef" * 4)
    _sheets(data, "P1;Autre;S;secret_key\n")

    told = cli("import", data, exit_code=1)

    assert "dossier de données" in told.stderr


def test_the_option_names_another_folder(
    cli: Terminal, session: scoped_session[Session], folder: Path
) -> None:
    _sheets(folder, "P1;Autre;S;a.pdf\n")
    scans = folder.parent / "scans"
    scans.mkdir()
    (scans / "a.pdf").write_bytes(PDF)

    cli("import", folder, "--pieces", scans)

    assert session.scalars(select(Piece.size)).one() == len(PDF)


def test_a_file_of_a_folder_of_csv_is_found_whatever_its_accents(
    cli: Terminal, session: scoped_session[Session], folder: Path
) -> None:
    name = "Relevé de situation.pdf"
    _sheets(folder, f"P-1;Autre;S;{unicodedata.normalize('NFC', name)}\n")
    (folder / unicodedata.normalize("NFD", name)).write_bytes(PDF)

    cli("import", folder)

    assert session.scalars(select(Piece.size)).one() == len(PDF)


def _sheets(folder: Path, pieces: str) -> None:
    (folder / "structures.csv").write_text(STRUCTURES, encoding="utf-8")
    (folder / "pieces.csv").write_text(f"reference;type;structure;fichier\n{pieces}", "utf-8")

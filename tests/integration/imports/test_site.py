"""The workbook as a door of the site: taken away, brought back, looked at, agreed to."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import TestResponse

from grants import models
from grants.enums import AuditAction, Role
from grants.models import Organisation
from grants.models.audit import AuditEvent
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

pytestmark = pytest.mark.both_databases

Sheets = Mapping[str, list[list[object]]]
AGENTS: list[object] = ["matricule", "nom", "prenom", "structure"]
PAYMENTS: list[object] = ["convention", "date", "montant", "nature"]
BASE: Sheets = {
    "structures": [["code", "nom", "forme_juridique"], ["S", "Structure", "autre"],
                   ["T", "Autre structure", "autre"]],
    "territoires": [["code", "nom", "type"], ["TER", "Territoire", "EPCI"]],
    "financeurs": [["code", "nom", "type"], ["F", "Financeur", "État"]],
    "dispositifs": [["code", "nom", "financeur", "taux_max"], ["D", "Dispositif", "F", "70 %"]],
    "conventions": [
        ["numero", "intitule", "structure", "dispositif", "debut", "fin", "taux", "etp",
         "montant_maximum"],
        ["C1", "Une", "S", "D", "15/12/2023", "14/12/2024", "70 %", 1, "40 000,00"],
    ],
    "agents": [AGENTS, ["A1", "MARTIN", "Zoé", "S"],
               ["B1", "AILLEURS", "Ana", "T"]],
    "contrats": [["agent", "debut", "quotite", "heures_hebdo"], ["A1", date(2023, 1, 1), 1, 35]],
    "versements": [PAYMENTS, ["C1", date(2024, 3, 1), "28 000,00", "acompte"]],
}  # fmt: skip


def book(sheets: Sheets) -> bytes:
    """A workbook by another library than ours."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def finance(client: FlaskClient, session: scoped_session[Session], tmp_path: Path) -> FlaskClient:
    """A finance officer of structure S, which lives beside T."""
    path = tmp_path / "base.xlsx"
    path.write_bytes(book(BASE))
    import_file(
        session=session, path=path, deed=program_deed(NOW), storage=FileStorage(tmp_path / "kept")
    )
    own = session.scalars(select(Organisation).where(Organisation.code == "S")).one()
    open_account(session(), role=Role.FINANCE, organisation_id=own.id)
    log_in(client)
    return client


Bring = Callable[..., TestResponse]


@pytest.fixture
def bring(finance: FlaskClient) -> Bring:
    """Lay a workbook down; gives the page that says what it would change."""

    def bring(content: bytes | Sheets, name: str = "classeur.xlsx") -> TestResponse:
        sent = content if isinstance(content, bytes) else book(content)
        return finance.post("/importer", data={"files": (BytesIO(sent), name)})

    return bring


def agree(finance: FlaskClient, page: TestResponse, *gone: str) -> TestResponse:
    """Send the form of the preview back."""
    text = page.get_data(as_text=True)
    found = re.search(r'action="(/importer/[0-9a-f]{64})"', text)
    seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', text)
    assert found
    assert seen
    return finance.post(found[1], data={"seen": seen[1], "gone": list(gone)})


def shown(page: TestResponse) -> str:
    """Text of a page, as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))).split())


def _agents(session: scoped_session[Session]) -> list[str]:
    session.expire_all()
    return sorted(session.scalars(select(models.Person.code)))


def test_nothing_is_written_before_it_was_agreed_to(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"agents": [AGENTS, ["A2", "PETIT", "Léo", "S"]]})

    assert page.status_code == 200
    assert "A2" in shown(page)
    assert "Ajoutée" in shown(page)
    assert _agents(session) == ["A1", "B1"]

    done = agree(finance, page)

    assert done.status_code == 303
    assert _agents(session) == ["A1", "A2", "B1"]
    assert "1 ligne écrite" in shown(finance.get("/importer"))


def test_a_changed_row_shows_before_and_after_in_french(bring: Bring) -> None:
    head, row = BASE["conventions"]

    page = bring({"conventions": [head, [*row[:-1], "38 500,00"]]})

    assert re.search(r"40.000,00.€ → 38.500,00.€", shown(page))


def test_the_filled_workbook_brought_back_changes_nothing(
    finance: FlaskClient, bring: Bring
) -> None:
    taken = finance.post("/importer/classeur.xlsx")

    page = bring(taken.data)

    assert "ne change rien" in shown(page)
    names = openpyxl.load_workbook(BytesIO(taken.data))["agents"].iter_rows(values_only=True)
    assert [row[0] for row in names] == ["matricule", "A1"], "another structure's agents stay there"


def test_who_took_the_workbook_of_a_structure_is_told_there(
    finance: FlaskClient, session: scoped_session[Session]
) -> None:
    finance.post("/importer/classeur.xlsx")

    taken = select(AuditEvent).where(AuditEvent.action == AuditAction.DOWNLOADED)
    assert [event.object_key for event in session.scalars(taken)] == ["S"]


def test_every_fault_is_listed_and_the_corrected_workbook_passes(bring: Bring) -> None:
    rows: list[list[object]] = [["agent", "debut", "quotite", "heures_hebdo"]]
    wrong = [*rows, *([f"X{number}", "hier", "beaucoup", 35] for number in range(10))]

    page = bring({"contrats": wrong})

    assert page.status_code == 422
    assert "30 erreurs" in shown(page)
    assert "« hier »" not in shown(page)
    assert "hier" in shown(page)
    assert bring({"contrats": [*rows, ["A1", date(2023, 1, 1), 1, 35]]}).status_code == 200


def test_a_corrected_key_is_told_and_the_old_row_taken_back_on_consent(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"versements": [PAYMENTS, ["C1", date(2024, 3, 1), "28 500,00", "acompte"]]})

    assert "Ressemble à la ligne 2" in shown(page)
    gone = re.findall(r'name="gone" value="([^"]+)"', page.get_data(as_text=True))
    done = agree(finance, page, *gone)

    assert done.status_code == 303
    session.expire_all()
    assert list(session.scalars(select(models.Payment.amount))) == [Decimal(28500)]
    deleted = session.scalars(
        select(AuditEvent).where(AuditEvent.action == AuditAction.DELETED)
    ).all()
    assert len(deleted) == 1


def test_without_consent_the_old_row_stays(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"versements": [PAYMENTS, ["C1", date(2024, 3, 1), "28 500,00", "acompte"]]})

    agree(finance, page)

    session.expire_all()
    assert len(session.scalars(select(models.Payment.amount)).all()) == 2


def test_what_something_rests_on_cannot_be_ticked_and_says_why(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"agents": [AGENTS, ["A2", "PETIT", "Léo", "S"]]})
    agent = session.scalars(select(models.Person.id).where(models.Person.code == "A1")).one()

    assert "y tiennent 1 « contrats »" in shown(page)
    assert 'name="gone"' not in page.get_data(as_text=True)
    refused = agree(finance, page, f"agents:{agent}")

    assert refused.status_code == 409
    assert "ne peut pas être retirée" in shown(refused)
    assert _agents(session) == ["A1", "B1"]


@pytest.mark.parametrize("code", ["T", "NULLE-PART"])
def test_another_structure_is_refused_and_its_existence_not_told(bring: Bring, code: str) -> None:
    page = bring({"structures": [["code", "nom", "forme_juridique"], [code, "Volée", "autre"]]})

    assert page.status_code == 422
    assert "une structure où vous tenez les comptes" in shown(page)


def test_another_structures_agent_is_unknown_here(
    bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring(
        {
            "contrats": [
                ["agent", "debut", "quotite", "heures_hebdo"],
                ["B1", date(2023, 1, 1), 1, 35],
            ]
        }
    )

    assert page.status_code == 422
    assert "un code de la feuille agents ou déjà enregistré" in shown(page)
    assert "AILLEURS" not in shown(page)


def test_a_scheme_that_serves_others_too_is_not_changed_by_one(
    bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["code", "nom", "financeur", "taux_max"]

    page = bring({"dispositifs": [head, ["D", "Dispositif", "F", "100 %"]]})

    assert page.status_code == 422
    assert "elle sert à plusieurs structures" in shown(page)
    assert bring({"dispositifs": [head, ["E", "Le nôtre", "F", "60 %"]]}).status_code == 200


def test_what_somebody_else_changed_meanwhile_is_seen_before_anything_is_written(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"agents": [AGENTS, ["A1", "MARTINEZ", "Zoé", "S"]]})
    person = session.scalars(select(models.Person).where(models.Person.code == "A1")).one()
    person.last_name = "MARTINS"
    session.commit()

    answer = agree(finance, page)

    assert answer.status_code == 409
    assert "MARTINS → MARTINEZ" in shown(answer)
    session.expire_all()
    assert (
        session.scalars(select(models.Person.last_name).where(models.Person.code == "A1")).one()
        == "MARTINS"
    )
    assert agree(finance, answer).status_code == 303


def test_a_deposit_is_its_owners_and_goes_once_it_is_taken(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    page = bring({"agents": [AGENTS, ["A2", "PETIT", "Léo", "S"]]})
    own = session.scalars(select(Organisation.id).where(Organisation.code == "S")).one()
    open_account(session(), "autre@exemple.test", role=Role.FINANCE, organisation_id=own)
    finance.post("/deconnexion")
    log_in(finance, "autre@exemple.test")

    assert agree(finance, page).status_code == 404
    assert _agents(session) == ["A1", "B1"]


def test_a_zip_brings_the_workbook_with_its_pieces(
    finance: FlaskClient, bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["reference", "type", "fichier", "convention"]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "dossier/classeur.xlsx", book({"pieces": [head, ["CONV", "Convention", "a.pdf", "C1"]]})
        )
        archive.writestr("dossier/pieces/a.pdf", b"%PDF-1.4 signed")
        archive.writestr("__MACOSX/dossier/._classeur.xlsx", b"junk")
        archive.writestr("../../evil.xlsx", b"junk")

    page = bring(packed.getvalue(), "envoi.zip")

    assert page.status_code == 200, shown(page)
    assert "1 pièce à conserver" in shown(page)
    assert agree(finance, page).status_code == 303
    session.expire_all()
    assert session.scalars(select(func.length(models.Piece.sha256))).one() == 64


def test_a_name_that_no_folder_takes_is_told(bring: Bring) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pieces/" + "a" * 400 + ".pdf", b"%PDF-1.4")

    page = bring(packed.getvalue(), "envoi.zip")

    assert page.status_code == 422
    assert "envoi.zip" in shown(page)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"", "classeur.xlsx", "est vide"),
        (b"bonjour", "classeur.xlsx", "n'est pas un classeur"),
        (b"bonjour", "lettre.pdf", "Aucun classeur"),
        (b"PK\x03\x04abc", "envoi.zip", "est abîmé"),
    ],
)
def test_what_is_no_workbook_is_refused_with_its_name(
    bring: Bring, content: bytes, name: str, expected: str
) -> None:
    page = bring(content, name)

    assert page.status_code == 422
    assert expected in shown(page)

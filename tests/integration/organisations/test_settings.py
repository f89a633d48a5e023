"""An organisation's settings: who changes them, what is refused, what a change alters."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.test import EnvironBuilder, TestResponse

from grants.enums import AuditObject, MonthSplit, OrganisationFileKind, Role
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.services.organisations.files import find_logo, has_official_form, official_form
from grants.services.organisations.settings import get_organisation
from grants.services.platform.storage import piece_storage
from tests.factories.claims.claim import sample_claim
from tests.factories.platform.rows import add_convention
from tests.integration.conftest import Shown
from tests.support.visitors import log_in, open_account

SIRET = "73282932000074"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 1, height: int = 1) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x00\x00\x00")
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.fixture
def organisation(session: scoped_session[Session]) -> Organisation:
    convention = add_convention(session(), "2024-1")
    convention.settings = {"month_split": MonthSplit.WORKING_DAYS.value}
    session.commit()
    return session.get_one(Organisation, convention.organisation_id)


def enter(
    client: FlaskClient,
    session: scoped_session[Session],
    organisation: Organisation,
    role: Role = Role.ADMINISTRATOR,
) -> str:
    """Log in, and the address of the settings."""
    open_account(session(), role=role, organisation_id=organisation.id)
    log_in(client)
    return f"/structures/{organisation.id}"


def values(
    session: scoped_session[Session], organisation: Organisation, **changes: str
) -> dict[str, str]:
    """The form as the page shows it, with changes."""
    profile = get_organisation(session(), organisation.id).profile
    shown = {
        "name": profile.name,
        "address": profile.address,
        "siret": profile.siret,
        "rna": profile.rna,
        "legal_form": profile.legal_form.value,
        "certifier": "",
        "holiday_calendar": profile.holiday_calendar.value,
        "seen": profile.fingerprint,
    }
    return {**shown, **changes}


def told(session: scoped_session[Session]) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.object_kind == AuditObject.ORGANISATION.value)
    return list(session.scalars(query.order_by(AuditEvent.id)))


FILE_PATHS = {"official_form": "formulaire", "logo": "embleme"}


def send(client: FlaskClient, url: str, kind: str, content: bytes) -> TestResponse:
    builder = EnvironBuilder(
        f"{url}/fichiers/{FILE_PATHS[kind]}",
        method="POST",
        data={kind: (io.BytesIO(content), "fichier")},
    )
    environ = builder.get_environ()
    # A large body is a temporary file, which nobody else closes.
    with closing(environ["wsgi.input"]):
        return client.open(environ)


def test_an_administrator_with_one_structure_is_led_to_it(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)

    assert client.get("/structures").location == url
    assert "Comptable public" not in client.get(url).text.split("Identité")[0]
    assert "comptable public" in client.get(url).text


def test_a_change_is_kept_and_told(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)

    answer = client.post(
        url, data=values(session, organisation, siret="732 829 320 00074", address=" 1  rue Vide ")
    )

    assert (answer.status_code, answer.location) == (303, url)
    session.expire_all()
    assert (organisation.siret, organisation.address) == (SIRET, "1 rue Vide")
    assert told(session)[-1].after == f'{{"address":"1 rue Vide","siret":"{SIRET}"}}'


def test_saving_without_a_change_tells_nothing(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)

    client.post(url, data=values(session, organisation))

    assert told(session) == []


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("siret", "7328293200007", "a 13 chiffres, un SIRET en a 14"),
        ("siret", "73282932000075", "un de ses chiffres est faux"),
        ("siret", "ABCDEFGHIJKLMN", "14 chiffres sont attendus"),
        ("rna", "W12", "W suivi de 9 chiffres"),
        ("name", "   ", "nom de la structure"),
        ("name", "x" * 201, "200 caractères au plus"),
        ("legal_form", "royaume", "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    client: FlaskClient,
    session: scoped_session[Session],
    organisation: Organisation,
    field: str,
    typed: str,
    message: str,
) -> None:
    url = enter(client, session, organisation)

    answer = client.post(
        url, data=values(session, organisation, **{"address": "2 rue Tapée", field: typed})
    )

    assert answer.status_code == 422
    assert "2 rue Tapée" in answer.text
    if field != "legal_form":
        assert message in answer.text
        assert f'href="#{field}"' in answer.text
    session.expire_all()
    assert organisation.address == ""


def test_a_new_calendar_says_what_it_alters_before_it_is_saved(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)
    wanted = values(session, organisation, holiday_calendar="alsace_moselle")

    asked = client.post(url, data=wanted)

    assert asked.status_code == 200
    assert "1 convention (2024-1)" in asked.text
    session.expire_all()
    assert organisation.holiday_calendar == "metropole"
    token = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    assert client.post(url, data={**wanted, "confirmed": token}).status_code == 303
    session.expire_all()
    assert organisation.holiday_calendar == "alsace_moselle"


def test_agreeing_to_one_change_does_not_agree_to_another(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)
    wanted = values(session, organisation, holiday_calendar="alsace_moselle")
    token = client.post(url, data=wanted).text.split('name="confirmed" value="')[1].split('"')[0]

    answer = client.post(url, data={**wanted, "legal_form": "association", "confirmed": token})

    assert answer.status_code == 200
    assert "La forme juridique change" in answer.text


def test_whoever_saves_second_is_told_and_loses_nothing(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)
    old = values(session, organisation)
    client.post(url, data={**old, "address": "1 rue du Premier"})

    answer = client.post(url, data={**old, "address": "2 rue du Second"})

    assert answer.status_code == 409
    assert "1 rue du Premier" in answer.text
    assert 'value="2 rue du Second"' in answer.text
    session.expire_all()
    assert organisation.address == "1 rue du Premier"
    seen = answer.text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert (
        client.post(url, data={**old, "address": "2 rue du Second", "seen": seen}).status_code
        == 303
    )


def test_a_finance_officer_reads_and_cannot_change(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation, Role.FINANCE)

    assert "Enregistrer" not in client.get(url).text.replace("Enregistré", "")
    assert client.post(url, data=values(session, organisation)).status_code == 403
    assert send(client, url, "logo", SVG).status_code == 403


def test_the_certifier_follows_the_form_unless_it_is_chosen(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)
    client.post(url, data=values(session, organisation, certifier="chartered_accountant"))

    assert "certifiés par : expert-comptable" in client.get(url).text


@pytest.mark.parametrize("content", [SVG, png()], ids=["svg", "png"])
def test_an_emblem_is_kept_shown_and_taken_away(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation,
    tmp_path: Path, content: bytes,
) -> None:  # fmt: skip
    url = enter(client, session, organisation)

    assert send(client, url, "logo", content).status_code == 303

    assert client.get(f"{url}/fichiers/embleme").data == content
    kept = find_logo(
        session(), organisation_id=organisation.id, storage=piece_storage(tmp_path / "instance")
    )
    assert kept is not None
    assert kept[1] == content
    assert "logo" in (told(session)[-1].after or "")
    assert client.post(f"{url}/fichiers/embleme/retirer").status_code == 303
    assert client.get(f"{url}/fichiers/embleme").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "vide"),
        (b"GIF89a", "ni une image PNG ni une image SVG"),
        (png()[:-6], "coupée"),
        (png()[:-20] + b"\x00" * 20, "endommagée"),
        (png(5000), "5000 × 1 points"),
        (SVG.replace(b"<rect", b"<script>1</script><rect"), "script"),
        (SVG.replace(b"<rect", b'<rect onload="x()"'), "onload"),
        (SVG.replace(b"<rect", b'<image href="https://ailleurs.test/x.png"/><rect'), "href"),
        (SVG.replace(b"<rect", b"<style>@import 'x'</style><rect"), "fichier extérieur"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + SVG, "DOCTYPE"),
        (SVG[:-3], "illisible"),
        (SVG + b" " * 1_000_000, "1 Mo au plus"),
    ],
    ids=["empty", "gif", "cut", "damaged", "large", "script", "event", "fetch", "import",
         "doctype", "broken", "heavy"],
)  # fmt: skip
def test_an_emblem_that_is_none_is_refused_and_says_why(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation,
    content: bytes, message: str,
) -> None:  # fmt: skip
    url = enter(client, session, organisation)

    answer = send(client, url, "logo", content)

    assert answer.status_code == 422
    assert message in answer.text
    assert client.get(f"{url}/fichiers/embleme").status_code == 404


def test_the_official_form_of_a_structure_fills_its_claims(
    app: Flask, client: FlaskClient, session: scoped_session[Session],
    organisation: Organisation, cerfa_pdf: Path, tmp_path: Path,
) -> None:  # fmt: skip
    url = enter(client, session, organisation)
    assert not has_official_form(session(), organisation_id=organisation.id, fallback=None)

    assert send(client, url, "official_form", cerfa_pdf.read_bytes()).status_code == 303

    assert has_official_form(session(), organisation_id=organisation.id, fallback=None)
    storage = piece_storage(tmp_path / "instance")
    with official_form(
        session(), organisation_id=organisation.id, storage=storage, fallback=None
    ) as form:
        assert form is not None
        assert form.read_bytes() == cerfa_pdf.read_bytes()


def test_another_pdf_is_no_official_form(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    url = enter(client, session, organisation)

    answer = send(client, url, "official_form", b"%PDF-1.7\nnothing")

    assert answer.status_code == 422
    assert "Cerfa n° 15059*02" in answer.text


def test_the_claim_page_offers_the_structures_own_form(
    session: scoped_session[Session], visitor: FlaskClient, shown: Shown, cerfa_pdf: Path
) -> None:
    address = shown(sample_claim("state"))
    assert visitor.get(f"{address}/fichiers/cerfa-15059-02.pdf").status_code == 404
    owner = session.scalars(select(Convention.organisation_id)).one()
    send(visitor, f"/structures/{owner}", "official_form", cerfa_pdf.read_bytes())

    with visitor.get(f"{address}/fichiers/cerfa-15059-02.pdf") as filled:
        assert filled.status_code == 200
        assert filled.data.startswith(b"%PDF")


def test_two_structures_never_share_a_file(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    foreign = add_convention(session(), "X", organisation="Une autre structure").organisation_id
    url = enter(client, session, organisation)
    send(client, url, OrganisationFileKind.LOGO.value, SVG)

    assert client.get(f"/structures/{foreign}/fichiers/embleme").status_code == 404
    assert send(client, f"/structures/{foreign}", "logo", SVG).status_code == 404

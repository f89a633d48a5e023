"""The first account: from the terminal or by its token, once, and never by a stranger."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models import Membership, Organisation, User
from grants.services.roles.first_run import setup_token
from tests.support.database import SECRET
from tests.support.terminal import Terminal
from tests.support.visitors import log_in, open_account

TOKEN = setup_token(SECRET)
PASSWORD = "girafe patient 8 nuages"
FORM = {
    "token": TOKEN,
    "organisation": "Maison de l'emploi fictive",
    "siret": "732 829 320 00074",
    "legal_form": "association",
    "holiday_calendar": "metropole",
    "name": "Camille Exemple",
    "email": "admin@exemple.test",
    "password": PASSWORD,
    "again": PASSWORD,
}
OPTIONS = (
    "init", "--organisation", "Maison de l'emploi fictive", "--siret", "73282932000074",
    "--legal-form", "Association", "--calendar", "Métropole", "--email", "admin@exemple.test",
    "--name", "Camille Exemple", "--password-stdin",
)  # fmt: skip


def test_the_page_makes_the_first_organisation_and_its_administrator(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    page = client.get(f"/premiere-ouverture?token={TOKEN}")
    answer = client.post("/premiere-ouverture", data=FORM)

    assert page.status_code == 200
    assert answer.location == "/compte"
    assert "Camille Exemple" in client.get("/compte").text
    structure = session.scalars(select(Organisation)).one()
    assert (structure.code, structure.siret) == ("MAISON-DE-L-EMPLOI-FICTIVE", "73282932000074")
    role = session.scalars(select(Membership)).one()
    assert (role.role, role.organisation_id) == ("administrator", structure.id)


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN.upper(), "é"])
def test_without_the_terminals_token_there_is_no_page(client: FlaskClient, token: str) -> None:
    assert client.get("/premiere-ouverture", query_string={"token": token}).status_code == 404
    assert client.post("/premiere-ouverture", data={**FORM, "token": token}).status_code == 404


def test_the_page_is_gone_once_somebody_has_an_account(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    assert client.get(f"/premiere-ouverture?token={TOKEN}").status_code == 404
    assert client.post("/premiere-ouverture", data=FORM).status_code == 404
    assert session.scalars(select(User.email)).all() == ["finance@exemple.test"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("siret", "73282932000075", "n'est pas un SIRET"),
        ("organisation", "–", "le nom de la structure est vide"),
        ("email", "nowhere", "n'est pas une adresse e-mail"),
        ("again", "another password here", "Les deux saisies diffèrent"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_made(
    client: FlaskClient, session: scoped_session[Session], field: str, value: str, told: str
) -> None:
    answer = client.post("/premiere-ouverture", data={**FORM, field: value})

    assert answer.status_code == 422
    assert told.casefold() in answer.text.replace("&#39;", "'").casefold()
    assert PASSWORD not in answer.text
    assert session.scalars(select(Organisation)).all() == []


def test_a_name_as_password_is_refused(client: FlaskClient) -> None:
    easy = {"password": "Camille-Exemple-1", "again": "Camille-Exemple-1"}

    assert "premiers que l" in client.post("/premiere-ouverture", data={**FORM, **easy}).text


def test_the_terminal_does_the_same(cli: Terminal, client: FlaskClient) -> None:
    answer = cli(*OPTIONS, stdin=f"{PASSWORD}\n")

    assert "admin@exemple.test" in answer.stdout
    assert log_in(client, "admin@exemple.test", PASSWORD).status_code == 303


def test_the_terminal_makes_no_second_first_account(cli: Terminal) -> None:
    cli(*OPTIONS, stdin=f"{PASSWORD}\n")

    answer = cli(*OPTIONS, stdin=f"{PASSWORD}\n", exit_code=2)

    assert "déjà un compte" in answer.stderr


def test_the_terminal_creates_the_database_too(
    app: Flask, tmp_path: object, fresh_cli: Terminal
) -> None:
    fresh_cli(*OPTIONS, stdin=f"{PASSWORD}\n")

    assert "admin@exemple.test" in fresh_cli("user", "list").stdout


def test_an_administrator_without_other_roles_begins_at_the_users(
    client: FlaskClient,
) -> None:
    client.post("/premiere-ouverture", data=FORM)
    client.post("/deconnexion")

    assert log_in(client, "admin@exemple.test", PASSWORD).location == "/utilisateurs"

"""The manager's month: who is done, late, odd; the same as a file; the year."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models import Organisation
from grants.periods import Period
from grants.services.timesheets.steps import approve_sheet
from tests.factories.timesheets.sheets import (
    JANUARY,
    MANAGER,
    Desk,
    add_absence,
    add_desk,
    add_hours,
    deed,
    fill_month,
)
from tests.factories.timesheets.teams import (
    TEAM_PAGE,
    add_team,
    log_in_manager,
    open_manager,
    sign_month,
    stand_in_february,
)
from tests.integration.conventions.test_pages import counted_queries
from tests.support.visitors import log_in, open_account

ROW_HEAD = re.compile(r'<th scope="row"[^>]*>(.*?)</th>', re.DOTALL)


@pytest.fixture(autouse=True)
def _in_february(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_february(app, monkeypatch)


@pytest.fixture
def team(session: scoped_session[Session]) -> list[Desk]:
    """Three facilitators whose January is untouched."""
    return add_team(session(), 3)


def names_in_order(page: str) -> list[str]:
    """Agents of a page, top to bottom."""
    heads = (re.sub(r"<[^>]+>", " ", head) for head in ROW_HEAD.findall(page))
    found = (re.search(r"\b([A-ZÉÔÈ]{4,}) Inès", head) for head in heads)
    return [match[1] for match in found if match]


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Lines of a csv file by the titles of its columns."""
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_menu_leads_to_the_last_month_that_is_over(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    assert client.get("/equipe").location == TEAM_PAGE
    assert 'href="/equipe"' in client.get(TEAM_PAGE).text


def test_what_asks_for_attention_stands_first(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    approved, signed, odd, untouched = add_team(session(), 4)
    for desk in (approved, signed):
        sign_month(session(), desk)
    sign_month(session(), odd, on_7=700)
    approve_sheet(session, person_id=approved.person_id, month=JANUARY, deed=deed(actor=MANAGER))
    session.commit()
    session.get_one(Organisation, untouched.organisation_id).sheet_due_days = 2
    session.commit()
    log_in_manager(client, session(), [approved, untouched])

    page = client.get(TEAM_PAGE).text

    assert names_in_order(page) == ["DOUARNENEZ", "CHAMONIX", "BRANTÔME", "AUBRAC"]


def test_a_late_person_is_late_from_the_day_after_the_due_day(
    client: FlaskClient,
    session: scoped_session[Session],
    app: Flask,
    team: list[Desk],
) -> None:
    organisation = session.get_one(Organisation, team[0].organisation_id)
    log_in_manager(client, session(), team)
    situations = []
    for days in (3, 2):
        organisation.sheet_due_days = days
        session.commit()
        situations.append(rows_of(client.get(f"{TEAM_PAGE}.csv").data)[0]["Situation"])

    assert situations == ["En cours", "En retard"]


def test_oddities_are_told_with_their_words_and_days(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[0])
    add_absence(session(), team[0], Period(date(2025, 1, 8), date(2025, 1, 9)))
    log_in_manager(client, session(), team)

    page = client.get(TEAM_PAGE).text

    assert "Heures pendant une absence (bloquant)" in page
    assert "08/01/2025" in page
    assert "Valider la feuille de </span>AUBRAC" not in page


def test_hours_stand_against_the_contract_and_the_minimum_share(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    for number, day in enumerate(range(6, 11)):
        other = {"convention_id": None, "activity": "other"} if number > 1 else {}
        add_hours(session(), team[0], date(2025, 1, day), **other)
    log_in_manager(client, session(), team)

    row = rows_of(client.get(f"{TEAM_PAGE}.csv?q=aubrac").data)[0]

    assert row["Heures"] == "35,00"
    assert row["Contrat"] == "154,00"
    assert row["Écart"].lstrip("'") == "-119,00"
    assert "FSE-1-Métropole fictive : 14\u00a0h" in row["Opérations"]
    assert "40\u202f% sur la période pour 40\u202f% au moins" in row["Opérations"]
    assert "Autres activités : 21\u00a0h" in row["Opérations"]


def test_the_list_narrows_by_name_situation_and_oddity(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[1])
    log_in_manager(client, session(), team)

    assert names_in_order(client.get(f"{TEAM_PAGE}?q=brantome").text) == ["BRANTÔME"]
    assert names_in_order(client.get(f"{TEAM_PAGE}?situation=to_approve").text) == ["BRANTÔME"]
    assert names_in_order(client.get(f"{TEAM_PAGE}?oddity=even").text) == ["BRANTÔME"]
    assert "BRANTÔME" not in names_in_order(client.get(f"{TEAM_PAGE}?oddity=odd").text)
    assert "Aucune feuille ne correspond" in client.get(f"{TEAM_PAGE}?q=zzz").text


@pytest.mark.parametrize("query", ["sort=magic", "situation=zzz", "organisation=abc", "oddity=x"])
def test_a_filter_that_cannot_be_is_told_and_shows_everybody(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk], query: str
) -> None:
    log_in_manager(client, session(), team)

    answer = client.get(f"{TEAM_PAGE}?{query}")

    assert answer.status_code == 422
    assert len(names_in_order(answer.text)) == 3


@pytest.mark.parametrize("key", ["attention", "name", "hours", "gap", "share", "oddities"])
def test_every_column_sorts_both_ways(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk], key: str
) -> None:
    fill_month(session(), team[2])
    log_in_manager(client, session(), team)

    up = names_in_order(client.get(f"{TEAM_PAGE}?sort={key}").text)
    down = names_in_order(client.get(f"{TEAM_PAGE}?sort=-{key}").text)

    assert sorted(up) == sorted(down) == ["AUBRAC", "BRANTÔME", "CHAMONIX"]
    assert up != down


def test_the_files_hold_exactly_what_is_shown(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[0])
    log_in_manager(client, session(), team)
    query = "?q=r&sort=-name"

    shown = names_in_order(client.get(TEAM_PAGE + query).text)
    plain = rows_of(client.get(f"{TEAM_PAGE}.csv{query}").data)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{TEAM_PAGE}.xlsx{query}").data))
    sheet = book.worksheets[0]

    assert shown == ["BRANTÔME", "AUBRAC"]
    assert [row["Agent"] for row in plain] == [f"{name} Inès" for name in shown]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [f"{n} Inès" for n in shown]
    assert [row[8].value for row in sheet.iter_rows(min_row=2)] == [0, 154]


def test_a_manager_of_some_sees_those_and_nobody_else(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    open_manager(session(), team[:1], whole=False)
    log_in(client, "responsable@exemple.test")

    assert names_in_order(client.get(TEAM_PAGE).text) == ["AUBRAC"]
    assert client.get(f"{TEAM_PAGE}/{team[1].person_id}/renvoyer").status_code == 404


def test_another_organisation_s_people_are_not_there(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    foreign = add_team(session(), 4, organisation="Une autre structure")
    log_in_manager(client, session(), team)

    assert len(names_in_order(client.get(TEAM_PAGE).text)) == 3
    for name in ("renvoyer", "rouvrir"):
        assert client.get(f"{TEAM_PAGE}/{foreign[3].person_id}/{name}").status_code == 404


def test_somebody_who_left_during_the_month_is_still_there_and_gone_the_month_after(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    add_desk(session(), code="A009", name="PARTANT", end_on=date(2025, 1, 16))
    log_in_manager(client, session(), team)

    assert "PARTANT" in names_in_order(client.get(TEAM_PAGE).text)
    assert "PARTANT" not in names_in_order(client.get("/equipe/2025-02").text)


def test_a_director_reads_totals_and_neither_sheets_nor_leave(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[0])
    add_absence(session(), team[0], Period(date(2025, 1, 8), date(2025, 1, 9)))
    open_account(session(), role=Role.DIRECTOR, organisation_id=team[0].organisation_id)
    log_in(client)

    page = client.get(TEAM_PAGE)
    row = rows_of(client.get(f"{TEAM_PAGE}.csv?q=aubrac").data)[0]

    assert page.status_code == 200
    assert "154\u00a0h" in page.text
    assert "08/01/2025" not in page.text
    assert "08/01/2025" not in row["À regarder"]
    assert "Renvoyer" not in page.text
    assert client.get(f"{TEAM_PAGE}/valider").status_code == 403


def test_finance_reads_everybody_and_signs_nobody(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[0])
    open_account(session(), role=Role.FINANCE, organisation_id=team[0].organisation_id)
    log_in(client)

    page = client.get(TEAM_PAGE).text

    assert len(names_in_order(page)) == 3
    assert "Rouvrir" in page
    assert "Verrouiller<" in page
    assert "Valider les feuilles" not in page
    assert client.get(f"{TEAM_PAGE}/valider").status_code == 403


def test_the_year_shows_each_month_of_each_person(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    sign_month(session(), team[0])
    log_in_manager(client, session(), team)

    page = client.get("/equipe/2025").text
    row = rows_of(client.get("/equipe/2025.csv?q=aubrac").data)

    assert names_in_order(page) == ["AUBRAC", "BRANTÔME", "CHAMONIX"]
    assert len(row) == 1
    assert (row[0]["Janvier"], row[0]["Janvier, heures"]) == ("À valider", "154,00")
    assert row[0]["Février"] == "En cours"
    assert row[0]["Mars"] == ""
    assert row[0]["Heures de l'année"] == "154,00"
    assert "Personne n'a de contrat" in client.get("/equipe/2019?q=zzz").text.replace("&#39;", "'")


def test_an_address_that_is_no_month_leads_nowhere(
    client: FlaskClient, session: scoped_session[Session], team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)

    for path in ("/equipe/2025-13", "/equipe/abc", "/equipe/0001-01", "/equipe/2025-01.pdf"):
        assert client.get(path).status_code == 404


def test_a_team_costs_the_same_queries_whatever_its_size(
    client: FlaskClient, session: scoped_session[Session], app: Flask, team: list[Desk]
) -> None:
    log_in_manager(client, session(), team)
    client.get(TEAM_PAGE)
    with counted_queries(app) as few:
        client.get(TEAM_PAGE)
    for number in range(10, 20):
        add_desk(session(), code=f"B{number}", name=f"NOM{number}")
    with counted_queries(app) as many:
        client.get(TEAM_PAGE)

    assert len(many) == len(few)

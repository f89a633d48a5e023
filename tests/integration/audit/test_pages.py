"""The trail on screen, what the door tells it, and the history on a convention's page."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditAction, AuditObject, AuditVia, Role
from grants.models import AuditEvent, Convention
from grants.rules.audit.chain import Document
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.writing import record, verify_trail
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, PASSWORD, log_in, open_account


def tell(
    session: scoped_session[Session],
    convention: Convention,
    number: int = 0,
    *,
    who: str = "Dominique Exemple",
    before: Document | None = None,
    after: Document | None = None,
) -> None:
    record(
        session,
        organisation_id=convention.organisation_id,
        deed=Deed(
            Actor(99, who),
            NOW - timedelta(days=30) + timedelta(minutes=number),
            AuditVia.WEB,
            "192.0.2.9",
            "Avenant n° 2",
        ),
        action=AuditAction.CHANGED,
        object_kind=AuditObject.CONVENTION,
        object_key=convention.number,
        before=before or {"rate": Decimal("0.5")},
        after=after or {"rate": Decimal("0.6")},
    )
    session.commit()


@pytest.fixture
def convention(session: scoped_session[Session]) -> Convention:
    row = add_convention(session(), "FSE-1")
    session.commit()
    return row


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def doors(session: scoped_session[Session]) -> list[tuple[str, str, str, str]]:
    """Events about accounts: action, number of the account, who, from where."""
    query = (
        select(
            AuditEvent.action,
            AuditEvent.object_key,
            AuditEvent.actor_label,
            AuditEvent.origin,
        )
        .where(AuditEvent.object_kind == AuditObject.USER)
        .order_by(AuditEvent.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]


def test_an_event_reads_as_a_sentence_with_both_values(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    tell(session, convention)

    page = visitor.get("/piste-audit?object=convention").text

    assert "Taux : 50\u202f% → 60\u202f%" in page
    assert "Dominique Exemple" in page
    assert "Avenant n° 2" in page
    assert "16/12/2024 10:00:00" in page


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("who=dominique", 3),
        ("who=personne", 0),
        ("q=fse-1", 3),
        ("q=fse%25", 0),
        ("object=convention", 3),
        ("object=payment", 0),
        ("action=changed", 3),
        ("from=2024-12-16&to=2024-12-16", 3),
        ("to=2024-12-15", 0),
        ("action=logged_in", 1),
    ],
)
def test_who_object_and_period_narrow_the_search(
    visitor: FlaskClient,
    session: scoped_session[Session],
    convention: Convention,
    query: str,
    count: int,
) -> None:
    for number in range(3):
        tell(session, convention, number)

    assert len(rows_of(visitor.get(f"/piste-audit.csv?{query}").text)) == count


@pytest.mark.parametrize(
    "query", ["sort=odd", "object=odd", "from=abc", "from=2025-02-01&to=2025-01-01"]
)
def test_a_search_that_makes_no_sense_is_explained(visitor: FlaskClient, query: str) -> None:
    answer = visitor.get(f"/piste-audit?{query}")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_search_without_result_offers_everything(visitor: FlaskClient) -> None:
    assert "Aucun événement ne correspond" in visitor.get("/piste-audit?who=personne").text


def test_columns_sort_both_ways(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    for number, who in enumerate(("Berthe", "Aline", "Chloé")):
        tell(session, convention, number, who=who)

    def names(sort: str) -> list[str]:
        found = rows_of(visitor.get(f"/piste-audit.csv?object=convention&sort={sort}").text)
        return [row["Qui"] for row in found]

    assert names("who") == ["Aline", "Berthe", "Chloé"]
    assert names("-who") == ["Chloé", "Berthe", "Aline"]
    assert names("at") == ["Berthe", "Aline", "Chloé"]
    assert names("-at") == names("") == ["Chloé", "Aline", "Berthe"]


def test_a_long_trail_is_cut_into_pages_and_exported_whole(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    for number in range(60):
        tell(session, convention, number)

    first = visitor.get("/piste-audit?object=convention").text
    last = visitor.get("/piste-audit?object=convention&page=2").text
    beyond = visitor.get("/piste-audit?object=convention&page=99").text

    assert first.count("Dominique Exemple") == 50
    assert last.count("Dominique Exemple") == beyond.count("Dominique Exemple") == 10
    assert "Page 2 sur 2 – 60 événements" in last
    assert len(rows_of(visitor.get("/piste-audit.csv?object=convention").text)) == 60


def test_the_workbook_holds_the_rows_of_the_search(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    tell(session, convention, after={"title": "=1+1"}, before={"title": "-"})

    content = visitor.get("/piste-audit.xlsx?object=convention").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell.value for cell in sheet[2]]

    assert sheet.max_row == 2
    assert "Intitulé : - → =1+1" in cells
    assert cells[0] == "16/12/2024 10:00:00"
    assert all(cell.data_type != "f" for cell in sheet[2])


def test_what_people_typed_is_shown_and_not_executed(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    tell(session, convention, who="<script>alert(1)</script>", after={"title": "<b>x</b>"})

    page = visitor.get("/piste-audit").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "<b>x</b>" not in page


def test_a_structures_finance_officer_reads_its_own_trail_only(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    foreign = add_convention(session(), "FSE-1", organisation="Une autre structure")
    session.commit()
    tell(session, convention, who="Chez nous")
    tell(session, foreign, who="Chez eux")
    open_account(session(), role=Role.FINANCE, organisation_id=convention.organisation_id)
    log_in(client)

    page, file = client.get("/piste-audit").text, client.get("/piste-audit.csv").text

    for text in (page, file):
        assert "Chez nous" in text
        assert "Chez eux" not in text
        assert "Plateforme" not in text


def test_a_conventions_page_tells_its_history_and_not_its_neighbours(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    neighbour = add_convention(session(), "FSE-10")
    session.commit()
    tell(session, convention, who="Pour la une")
    tell(session, neighbour, who="Pour la dix")

    page = visitor.get(f"/conventions/{convention.id}").text

    assert "Historique" in page
    assert "Pour la une" in page
    assert "Pour la dix" not in page


def test_an_object_without_history_says_so(visitor: FlaskClient, convention: Convention) -> None:
    page = visitor.get(f"/conventions/{convention.id}").text

    assert "Aucun changement enregistré" in page


def test_reading_and_downloading_leave_no_event(
    visitor: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    before = session.scalar(select(func.count(AuditEvent.id)))

    for address in (
        "/piste-audit",
        "/piste-audit.csv",
        "/piste-audit.xlsx",
        f"/conventions/{convention.id}",
    ):
        visitor.get(address)

    assert session.scalar(select(func.count(AuditEvent.id))) == before


def test_the_door_tells_who_came_and_left_by_number_and_never_by_address(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    number = str(open_account(session()).id)

    log_in(client, password="wrong-password-here")
    log_in(client)
    client.post("/deconnexion")

    assert doors(session) == [
        ("login_refused", number, "Visiteur non connecté", "127.0.0.1"),
        ("logged_in", number, "Camille Exemple", "127.0.0.1"),
        ("logged_out", number, "Camille Exemple", "127.0.0.1"),
    ]
    rows = session.execute(select(AuditEvent.__table__)).all()
    assert not any(EMAIL in str(row) or PASSWORD in str(row) for row in rows)
    assert all(chain.report.broken is None for chain in verify_trail(session))


def test_an_unknown_address_is_told_without_the_address(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    for n in range(4):  # some unknown addresses are asked for a code, so as to look like accounts
        log_in(client, email=f"nobody{n}@exemple.test")

    found = doors(session)

    assert {row[:3] for row in found} <= {("login_refused", "", "Visiteur non connecté")}
    rows = session.execute(select(AuditEvent.__table__)).all()
    assert not any("nobody" in str(row) for row in rows)


def test_tries_beyond_the_limit_do_not_fill_the_trail(
    client: FlaskClient, session: scoped_session[Session]
) -> None:
    open_account(session())

    for _ in range(12):
        log_in(client, password="wrong-password-here")

    assert len(doors(session)) == 5


def test_the_terminal_tells_accounts_opened_and_closed(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    cli(
        "user", "add", "zoe@exemple.test", "--name", "Zoé Exemple", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    cli("user", "disable", "zoe@exemple.test")

    told = cli("audit", "list").stdout

    assert "Création · Compte" in told
    assert "Compte actif : oui → non" in told
    assert "zoe@" not in told

"""The history of one object: what it holds, and who may read whose."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditAction, AuditObject, AuditVia, Role
from grants.models.conventions import Convention
from grants.periods import Period
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.writing import record
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

TOLD = (
    (AuditObject.CONVENTION, "C1", "Convention signée"),
    (AuditObject.POST, "P1", "Poste ouvert"),
    (AuditObject.PERSON, "A-Durand", "Agent entré"),
    (AuditObject.EMPLOYMENT, "A-Durand › 2024-01-01", "Contrat signé"),
    (AuditObject.HOLDING, "A-Durand › P1 › 2024-01-01", "Poste confié"),
    (AuditObject.HOLDING, "A-Durand › P9 › 2020-01-01", "Autre poste confié"),
    (AuditObject.MISSION_LETTER, "A-Durand › C1 › 2024-01-01", "Lettre signée"),
    (AuditObject.MISSION_LETTER, "A-Durand › C9 › 2020-01-01", "Autre lettre signée"),
    (AuditObject.PERSON, "A-Autre", "Autre agent entré"),
)


@pytest.fixture
def convention(session: scoped_session[Session]) -> Convention:
    """A convention, its post, whoever holds it, and what the trail tells of them."""
    row = add_convention(session(), "C1")
    add_holder(session(), add_funded_post(session(), row), "Durand", Period.year(2024))
    tell(session, row.organisation_id)
    return row


def tell(session: scoped_session[Session], organisation_id: int) -> None:
    for kind, key, reason in TOLD:
        record(
            session,
            organisation_id=organisation_id,
            deed=Deed(Actor(1, "Camille Exemple"), NOW, AuditVia.WEB, reason=reason),
            action=AuditAction.CREATED,
            object_kind=kind,
            object_key=key,
        )
    session.commit()


def enter(
    client: FlaskClient, session: scoped_session[Session], convention: Convention, role: Role
) -> None:
    is_auditor = role is Role.AUDITOR
    open_account(
        session(),
        role=role,
        organisation_id=convention.organisation_id,
        last_on=date(2025, 1, 31) if is_auditor else None,
        conventions=[convention.id] if is_auditor else [],
    )
    log_in(client)


def reasons(page: str) -> set[str]:
    return {reason for _, _, reason in TOLD if f"Motif : {reason}" in page}


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("person", "A-Durand", {"Agent entré", "Contrat signé", "Poste confié", "Lettre signée",
                                "Autre poste confié", "Autre lettre signée"}),
        ("post", "P1", {"Poste ouvert", "Poste confié"}),
        ("convention", "C1", {"Convention signée", "Lettre signée"}),
        ("person", "A-", set()),
        ("person", "", set()),
    ],
)  # fmt: skip
def test_an_object_is_told_with_its_parts_and_what_names_it(
    client: FlaskClient, session: scoped_session[Session], convention: Convention,
    kind: str, key: str, expected: set[str],
) -> None:  # fmt: skip
    enter(client, session, convention, Role.FINANCE)

    page = client.get("/piste-audit/objet", query_string={"kind": kind, "key": key})

    assert page.status_code == 200
    assert reasons(page.text) == expected


def test_an_auditor_reads_the_objects_of_the_named_convention(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    enter(client, session, convention, Role.AUDITOR)
    url = f"/conventions/{convention.id}/historique"

    assert reasons(client.get(url).text) == {"Convention signée", "Lettre signée"}
    person = client.get(f"{url}?kind=person&key=A-Durand")
    assert reasons(person.text) == {"Agent entré", "Contrat signé", "Poste confié", "Lettre signée"}
    assert reasons(client.get(f"{url}?kind=post&key=P1").text) == {"Poste ouvert", "Poste confié"}


@pytest.mark.parametrize(
    "query", ["kind=person&key=A-Autre", "kind=post&key=P9", "kind=convention&key=C9",
              "kind=user&key=1", "kind=import&key=x"],
)  # fmt: skip
def test_an_auditor_reads_nothing_beyond_it(
    client: FlaskClient, session: scoped_session[Session], convention: Convention, query: str
) -> None:
    enter(client, session, convention, Role.AUDITOR)

    assert client.get(f"/conventions/{convention.id}/historique?{query}").status_code == 404
    assert client.get(f"/piste-audit/objet?{query}").status_code == 403


def test_the_same_reference_elsewhere_is_never_told(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    foreign = add_convention(session(), "C1", organisation="Une autre structure")
    record(
        session, deed=Deed(Actor(2, "Personne d'ailleurs"), NOW, AuditVia.WEB),
        organisation_id=foreign.organisation_id,
        action=AuditAction.CREATED, object_kind=AuditObject.PERSON, object_key="A-Durand",
    )  # fmt: skip
    session.commit()
    enter(client, session, convention, Role.FINANCE)

    for more in ("", f"&organisation={foreign.organisation_id}"):
        page = client.get(f"/piste-audit/objet?kind=person&key=A-Durand{more}").text
        assert "Personne d'ailleurs" not in page


def test_bad_input_is_refused_in_words(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    enter(client, session, convention, Role.FINANCE)

    assert client.get("/piste-audit/objet?kind=royaume&key=x").status_code == 422
    assert client.get("/piste-audit/objet", query_string={"key": "x" * 500}).status_code == 422


def test_the_trail_and_the_convention_lead_there(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    enter(client, session, convention, Role.FINANCE)

    assert "/piste-audit/objet?kind=person&amp;key=A-Durand" in client.get("/piste-audit").text
    page = client.get(f"/conventions/{convention.id}").text
    assert f"/conventions/{convention.id}/historique" in page

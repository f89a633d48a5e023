"""Pages of leave, mission letters and secondments, as each role meets them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import LetterNature, Role
from grants.models.conventions import Convention
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.posts import Holding
from grants.periods import Period
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder
from tests.support.visitors import log_in, open_account

NEW = "/absences/nouvelle"


@pytest.fixture
def people(session: scoped_session[Session]) -> list[Person]:
    """Two agents of one structure."""
    post = add_funded_post(session(), add_convention(session(), "FSE-1"))
    found = [add_holder(session(), post, name, Period.year(2024)) for name in ("DURAND", "PETIT")]
    for one in found:
        session.add(
            Employment(
                organisation_id=one.organisation_id,
                person_id=one.id,
                fte=Decimal(1),
                weekly_minutes=35 * 60,
                start_on=date(2024, 1, 1),
            )
        )
    session.commit()
    return found


def enter(
    client: FlaskClient, session: scoped_session[Session], role: Role, person: Person
) -> None:
    """Log in somebody with a role in the person's structure; a facilitator is the person."""
    own = person.id if role is Role.FACILITATOR else None
    owner = person.organisation_id
    open_account(session(), role=role, organisation_id=owner, person_id=own)
    session.commit()
    log_in(client)


def leave(person: Person, **changes: str) -> dict[str, str]:
    """A form filled with five days of leave."""
    filled = {
        "person": str(person.id),
        "kind": "paid_leave",
        "first": "2024-12-02",
        "last": "2024-12-06",
        "part": "whole",
    }
    return filled | changes


def rows(session: scoped_session[Session]) -> list[Absence]:
    """Absences that are kept."""
    return list(session.scalars(select(Absence).order_by(Absence.start_on)))


def test_a_facilitator_writes_down_their_own_leave(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FACILITATOR, people[0])

    assert client.post(NEW, data=leave(people[0])).status_code == 303

    page = client.get("/absences").get_data(as_text=True)
    assert "L&#39;absence est enregistrée." in page
    assert "02/12/2024" in page
    assert "06/12/2024" in page


def test_a_facilitator_neither_sees_nor_writes_a_colleagues_leave(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    theirs = Absence(
        organisation_id=people[1].organisation_id,
        person_id=people[1].id,
        kind="sickness",
        start_on=date(2024, 12, 2),
        end_on=date(2024, 12, 3),
    )
    session.add(theirs)
    session.commit()
    number = theirs.id
    enter(client, session, Role.FACILITATOR, people[0])

    assert "PETIT" not in client.get("/absences").get_data(as_text=True)
    assert "PETIT" not in client.get("/absences.csv").get_data(as_text=True)
    assert client.post(NEW, data=leave(people[1])).status_code == 422
    for url in (f"/absences/{number}", f"/absences/{number}/supprimer"):
        assert client.get(url).status_code == 404
        assert client.post(url, data=leave(people[1])).status_code == 404


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])

    answer = client.post(NEW, data=leave(people[0], part="hours", minutes="25h"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="25h"' in page
    assert "24 h" in page
    assert 'value="2024-12-06"' in page
    assert rows(session) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"person": ""}, "Choisissez l&#39;agent."),
        ({"person": "999999"}, "choisissez de nouveau"),
        ({"first": "31/02/2024"}, "attendu une date comme"),
        ({"last": "2024-12-01"}, "vient avant le premier"),
        ({"kind": "holiday"}, "choisissez de nouveau"),
        ({"first": "2023-12-04", "last": ""}, "Aucun contrat"),
        ({"part": "half"}, "un seul jour"),
        ({"expects_ijss": "y"}, "IJSS"),
    ],
)
def test_what_is_no_absence_is_refused_in_french(
    client: FlaskClient,
    session: scoped_session[Session],
    people: list[Person],
    changes: dict[str, str],
    message: str,
) -> None:
    enter(client, session, Role.FINANCE, people[0])

    answer = client.post(NEW, data=leave(people[0]) | changes)

    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert rows(session) == []


def test_an_absence_is_changed_then_taken_away_with_a_reason(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.MANAGER, people[0])
    client.post(NEW, data=leave(people[0]))
    url = f"/absences/{rows(session)[0].id}"
    assert 'value="2024-12-02"' in client.get(url).get_data(as_text=True)

    client.post(url, data=leave(people[0], last="2024-12-03"))
    assert rows(session)[0].end_on == date(2024, 12, 4)

    assert client.post(f"{url}/supprimer", data={}).status_code == 422
    assert len(rows(session)) == 1
    assert client.post(f"{url}/supprimer", data={"reason": "Saisie en double"}).status_code == 303
    assert rows(session) == []


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_why_people_are_away_is_not_for_everybody(
    client: FlaskClient, session: scoped_session[Session], people: list[Person], role: Role
) -> None:
    convention = session.scalars(select(Convention)).one()
    is_auditor = role is Role.AUDITOR
    open_account(
        session(),
        role=role,
        organisation_id=people[0].organisation_id,
        last_on=date(2025, 1, 31) if is_auditor else None,
        conventions=[convention.id] if is_auditor else [],
    )
    session.commit()
    log_in(client)

    assert client.get("/absences").status_code == 403
    assert client.get("/absences.xlsx").status_code == 403


def test_a_file_is_shown_first_and_taken_afterwards(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])
    text = "agent;type;debut;fin\nA-DURAND;RTT;02/12/2024;\nInconnu;RTT;02/12/2024;\n"
    upload = {"file": (BytesIO(text.encode()), "conges.csv"), "person": ""}

    page = client.post("/absences/import", data=upload).get_data(as_text=True)

    assert "1 à ajouter, 0 déjà connue, 1 refusée." in page
    assert rows(session) == []
    kept = page.split('name="kept" type="hidden" value="')[1].split('"')[0]
    again = {"kept": kept, "name": "conges.csv", "person": "", "confirm": "1"}
    assert client.post("/absences/import", data=again).status_code == 303
    assert [row.start_on for row in rows(session)] == [date(2024, 12, 2)]
    twice = client.post("/absences/import", data=again)
    assert twice.status_code == 303
    assert len(rows(session)) == 1


def test_unknown_words_are_asked_for_on_the_page(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])
    text = "agent;type;debut\nA-DURAND;Pont;02/12/2024\n"
    upload = {"file": (BytesIO(text.encode()), "conges.csv"), "person": ""}
    page = client.post("/absences/import", data=upload).get_data(as_text=True)
    assert "« Pont » est…" in page
    kept = page.split('name="kept" type="hidden" value="')[1].split('"')[0]

    answered = {"kept": kept, "name": "conges.csv", "person": "", "kind-0": "rtt", "confirm": "1"}
    client.post("/absences/import", data=answered)

    assert [row.kind for row in rows(session)] == ["rtt"]


@pytest.mark.parametrize(
    "data",
    [
        {"person": ""},
        {"person": "", "kept": "pas du base64 !", "name": "x.csv"},
        {"person": "", "kept": "aGVsbG8=", "name": "x.csv", "confirm": "1"},
    ],
)
def test_a_page_without_its_file_asks_for_it_again(
    client: FlaskClient,
    session: scoped_session[Session],
    people: list[Person],
    data: dict[str, str],
) -> None:
    enter(client, session, Role.FINANCE, people[0])

    answer = client.post("/absences/import", data=data)

    assert answer.status_code == 422
    assert "hoisissez" in answer.get_data(as_text=True)


def letter(session: scoped_session[Session], person: Person, **changes: str) -> dict[str, str]:
    """A form filled with a letter that fixes 60 %."""
    convention = session.scalars(select(Convention)).one()
    filled = {
        "person": str(person.id),
        "convention": str(convention.id),
        "nature": "fixed_share",
        "share": "60 %",
        "first": "2024-01-01",
        "last": "2024-12-31",
    }
    return filled | changes


def test_a_finance_officer_writes_a_letter_and_reads_what_it_lacks(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])

    answer = client.post("/lettres/nouvelle", data=letter(session, people[0]))

    assert answer.status_code == 303
    page = client.get("/lettres").get_data(as_text=True)
    assert "part non acceptée par le financeur" in page
    assert "la lettre : pas de feuille" in page
    row = session.scalars(select(MissionLetter)).one()
    assert (row.share, row.end_on) == (Decimal("0.6"), date(2025, 1, 1))


def test_a_letter_opens_with_what_it_says_and_is_ended(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])
    client.post("/lettres/nouvelle", data=letter(session, people[0], share="33,5"))
    row = session.scalars(select(MissionLetter)).one()
    assert 'value="33,5\u202f%"' in client.get(f"/lettres/{row.id}").get_data(as_text=True)

    ended = letter(session, people[0], share="33,5 %", last="2024-06-30")
    assert client.post(f"/lettres/{row.id}", data=ended).status_code == 303

    session.refresh(row)
    assert row.end_on == date(2024, 7, 1)
    removed = client.post(f"/lettres/{row.id}/supprimer", data={"reason": "Erreur de saisie"})
    assert removed.status_code == 303
    assert session.scalars(select(MissionLetter)).all() == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share": "beaucoup"}, "« beaucoup » n&#39;est pas une part"),
        ({"share": "100 %"}, "temps plein"),
        ({"share": ""}, "Part : vide"),
        ({"nature": "variable"}, "n&#39;en fixe aucune"),
        ({"convention": ""}, "Choisissez l&#39;opération."),
        ({"first": "2025-01-01", "last": ""}, "court du"),
    ],
)
def test_what_is_no_letter_is_refused_at_its_field(
    client: FlaskClient,
    session: scoped_session[Session],
    people: list[Person],
    changes: dict[str, str],
    message: str,
) -> None:
    enter(client, session, Role.FINANCE, people[0])

    answer = client.post("/lettres/nouvelle", data=letter(session, people[0]) | changes)

    assert answer.status_code == 422
    assert message in answer.get_data(as_text=True)
    assert session.scalars(select(MissionLetter)).all() == []


def test_a_facilitator_reads_their_own_letters_alone(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    convention = session.scalars(select(Convention)).one()
    for one in people:
        session.add(
            MissionLetter(
                organisation_id=one.organisation_id,
                person_id=one.id,
                convention_id=convention.id,
                nature=LetterNature.VARIABLE.value,
                start_on=date(2024, 1, 1),
            )
        )
    session.commit()
    enter(client, session, Role.FACILITATOR, people[0])

    page = client.get("/lettres").get_data(as_text=True)

    assert "DURAND" in page
    assert "PETIT" not in page
    assert client.get("/lettres/nouvelle").status_code == 403


def test_a_secondment_is_noted_with_its_agreement(
    client: FlaskClient, session: scoped_session[Session], people: list[Person]
) -> None:
    enter(client, session, Role.FINANCE, people[0])
    row = session.scalars(select(Holding).where(Holding.person_id == people[0].id)).one()
    url = f"/affectations/{row.id}"

    refused = client.post(url, data={"agreement_on": "2024-01-01"})
    assert "cochez-la" in refused.get_data(as_text=True)
    client.post(url, data={"is_secondment": "y"})
    assert "sans convention nominative" in client.get("/affectations").get_data(as_text=True)
    client.post(url, data={"is_secondment": "y", "agreement_on": "2023-12-20", "piece": "MAD-1"})

    session.refresh(row)
    assert (row.is_secondment, row.agreement_on, row.piece) == (True, date(2023, 12, 20), "MAD-1")
    only = client.get("/affectations?only=1").get_data(as_text=True)
    assert "Aucune affectation" in only
    assert "MAD-1" in client.get("/affectations.csv").get_data(as_text=True)

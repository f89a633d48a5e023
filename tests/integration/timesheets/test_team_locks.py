"""The page on which an organisation says when its months of time sheets close."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.organisations import Organisation
from tests.factories.platform.rows import add_convention
from tests.support.visitors import log_in, open_account

RULE = "le mois précédent, dix jours après sa fin"
SEEN = re.compile(r'name="seen"[^>]*value="([^"]*)"')


@pytest.fixture
def organisation(session: scoped_session[Session]) -> Organisation:
    """The organisation of a convention."""
    convention = add_convention(session(), "2024-1")
    session.commit()
    return session.get_one(Organisation, convention.organisation_id)


@pytest.fixture
def finance(
    client: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> FlaskClient:
    """A finance officer of the organisation, logged in."""
    open_account(session(), role=Role.FINANCE, organisation_id=organisation.id)
    log_in(client)
    return client


def _form(lock: str, seen: str, grace: str = "0", due: str = "5", **more: str) -> dict[str, str]:
    return {
        "sheet_lock": lock, "sheet_grace_days": grace, "sheet_due_days": due, "seen": seen, **more
    }  # fmt: skip


def _seen(client: FlaskClient, page: str) -> str:
    found = SEEN.search(client.get(page).text)
    assert found is not None
    return found[1]


def _address(organisation: Organisation) -> str:
    return f"/equipe/verrouillage/{organisation.id}"


def test_the_only_organisation_opens_at_once(
    finance: FlaskClient, organisation: Organisation
) -> None:
    response = finance.get("/equipe/verrouillage")

    assert response.status_code == 303
    assert response.location == _address(organisation)


def test_whoever_reaches_several_organisations_chooses_one(
    visitor: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    other = add_convention(session(), "2024-1", organisation="Une autre structure")
    organisation.sheet_lock = RULE
    session.commit()

    page = visitor.get("/equipe/verrouillage").text

    assert _address(organisation) in page
    assert f"/equipe/verrouillage/{other.organisation_id}" in page
    assert RULE in page
    assert "les jours avant le 01/01/2025 sont verrouillés" in page


def test_a_rule_in_words_is_kept_and_told_in_the_trail(
    finance: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    page = _address(organisation)

    answer = finance.post(page, data=_form(f"  {RULE} ", _seen(finance, page), "5", "8"))

    assert answer.status_code == 303
    session.refresh(organisation)
    assert (organisation.sheet_lock, organisation.sheet_grace_days) == (RULE, 5)
    assert organisation.sheet_due_days == 8
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert event.object_key == organisation.code
    assert json.loads(event.after or "{}")["sheet_lock"] == RULE


def test_the_effect_is_shown_in_dates_without_saving(
    finance: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    page = _address(organisation)

    answer = finance.post(page, data=_form(RULE, _seen(finance, page), preview="1"))

    assert answer.status_code == 200
    assert "les jours avant le 01/01/2025 sont verrouillés" in answer.text
    assert "janvier 2025 le sera le 11/02/2025" in answer.text
    assert "ne sont pas encore enregistrés" in answer.text
    session.refresh(organisation)
    assert organisation.sheet_lock == ""


@pytest.mark.parametrize(
    ("lock", "grace", "due", "message"),
    [
        ("bientôt", "0", "5", "« bientôt » n&#39;est pas une règle de verrouillage"),
        ("le mois précédent", "0", "5", "le délai manque"),
        (RULE, "61", "5", "entre 0 et 60"),
        (RULE, "-1", "5", "entre 0 et 60"),
        (RULE, "0", "91", "entre 0 et 90"),
        (RULE, "abc", "5", "« abc » n&#39;est pas un nombre entier"),
        (RULE, "0", "", "entre 0 et 90"),
        ("x" * 201, "0", "5", "200 caractères au plus"),
    ],
)
def test_what_cannot_be_read_is_refused_and_what_was_typed_stays(
    finance: FlaskClient,
    session: scoped_session[Session],
    organisation: Organisation,
    lock: str,
    grace: str,
    due: str,
    message: str,
) -> None:
    page = _address(organisation)

    answer = finance.post(page, data=_form(lock, _seen(finance, page), grace, due))

    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{lock}"' in answer.text
    session.refresh(organisation)
    assert organisation.sheet_lock == ""


def test_an_empty_rule_locks_nothing(
    finance: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    organisation.sheet_lock = RULE
    session.commit()
    page = _address(organisation)

    finance.post(page, data=_form("aucun", _seen(finance, page)))

    session.refresh(organisation)
    assert organisation.sheet_lock == ""


def test_the_second_of_two_people_is_told_and_keeps_what_they_typed(
    finance: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    page = _address(organisation)
    seen = _seen(finance, page)
    organisation.sheet_lock = "chaque semaine, 3 jours après sa fin"
    session.commit()

    answer = finance.post(page, data=_form(RULE, seen))

    assert answer.status_code == 409
    assert "modifié ces réglages pendant votre saisie" in answer.text
    assert "chaque semaine, 3 jours après sa fin" in answer.text
    assert f'value="{RULE}"' in answer.text
    again = SEEN.search(answer.text)
    assert again is not None
    assert finance.post(page, data=_form(RULE, again[1])).status_code == 303
    session.refresh(organisation)
    assert organisation.sheet_lock == RULE


def test_saving_what_stands_there_already_tells_nothing(
    finance: FlaskClient, session: scoped_session[Session], organisation: Organisation
) -> None:
    page = _address(organisation)
    before = session.query(AuditEvent).count()

    finance.post(page, data=_form("", _seen(finance, page)))

    assert session.query(AuditEvent).count() == before


def test_another_organisation_s_settings_do_not_exist(
    finance: FlaskClient, session: scoped_session[Session]
) -> None:
    other = add_convention(session(), "2024-1", organisation="Une autre structure")
    session.commit()
    page = f"/equipe/verrouillage/{other.organisation_id}"

    assert finance.get(page).status_code == 404
    assert finance.post(page, data=_form(RULE, "0-5-")).status_code == 404

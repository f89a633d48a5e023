"""Acts on an account as a whole: each says first what it does, is told, and ends what it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.accounts import SecondFactor, User, UserSession
from grants.models.audit import AuditEvent
from grants.models.platform import OutgoingMail
from grants.services.accounts.second_factor import second_factor_state
from grants.services.accounts.users import Account
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

ADMIN = "admin@exemple.test"
REASON = {"reason": "départ"}


@pytest.fixture
def own(session: scoped_session[Session]) -> int:
    return add_convention(session(), "2024-1").organisation_id


@pytest.fixture
def me(session: scoped_session[Session], own: int) -> Account:
    return open_account(session(), ADMIN, "Alex Admin", Role.ADMINISTRATOR, organisation_id=own)


@pytest.fixture
def administrator(client: FlaskClient, me: Account) -> FlaskClient:
    log_in(client, ADMIN)
    return client


@pytest.fixture
def colleague(session: scoped_session[Session], own: int) -> Account:
    return open_account(
        session(), "elodie@exemple.test", "Élodie Été", Role.FINANCE, organisation_id=own
    )


def switch_second_factor_on(session: scoped_session[Session], user_id: int) -> None:
    row = SecondFactor(user_id=user_id, secret="x", begun_at=NOW, confirmed_at=NOW, last_step=0)
    session.add(row)
    session.commit()


Act = tuple[str, Callable[[scoped_session[Session], int], bool]]
ACTS: dict[str, Act] = {
    "deactivate": ("/desactiver", lambda s, who: not s.get_one(User, who).is_active),
    "second_factor": (
        "/second-facteur",
        lambda s, who: not second_factor_state(s(), user_id=who).is_on,
    ),
    "sessions": (
        "/sessions/terminer",
        lambda s, who: s.query(UserSession).filter_by(user_id=who).count() == 0,
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_an_account_says_first_what_it_does_then_is_told(
    administrator: FlaskClient, session: scoped_session[Session], colleague: Account, act: str
) -> None:
    path, is_done = ACTS[act]
    switch_second_factor_on(session, colleague.id)
    session.add(
        UserSession(
            user_id=colleague.id, token_hash="t", started_at=NOW, seen_at=NOW,
            expires_at=NOW.replace(year=2026), address="", device="Firefox",
        )
    )  # fmt: skip
    session.commit()
    url = f"/utilisateurs/{colleague.id}{path}"

    asked = administrator.get(url)
    before = is_done(session, colleague.id)
    done = administrator.post(url, data=REASON)

    session.expire_all()
    assert "Ce que cela fait" in asked.text
    assert not before
    assert done.status_code == 303
    assert is_done(session, colleague.id)
    event = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
    assert event is not None
    assert (event.object_kind, event.object_key) == ("user", str(colleague.id))
    mails = session.query(OutgoingMail).filter_by(recipient=colleague.email).count()
    assert mails == (0 if act == "sessions" else 1)


def test_a_deactivated_account_is_out_and_comes_back(
    administrator: FlaskClient, session: scoped_session[Session], colleague: Account
) -> None:
    url = f"/utilisateurs/{colleague.id}"
    administrator.post(f"{url}/desactiver", data=REASON)
    assert "désactivé" in administrator.get(url).text
    administrator.post("/deconnexion")
    assert log_in(administrator, colleague.email).status_code == 422
    log_in(administrator, ADMIN)

    administrator.post(f"{url}/reactiver", data=REASON)

    administrator.post("/deconnexion")
    assert log_in(administrator, colleague.email).status_code == 303


def test_one_session_is_ended_and_no_other(
    administrator: FlaskClient, session: scoped_session[Session], me: Account, colleague: Account
) -> None:
    rows = [
        UserSession(
            user_id=colleague.id, token_hash=token, started_at=NOW, seen_at=NOW,
            expires_at=NOW.replace(year=2026), address="", device=token,
        )
        for token in ("Firefox", "Chrome")
    ]  # fmt: skip
    session.add_all(rows)
    session.commit()
    mine = session.query(UserSession.id).filter_by(user_id=me.id).scalar()
    url = f"/utilisateurs/{colleague.id}/sessions"

    ended = administrator.post(f"{url}/{rows[0].id}/terminer")
    foreign = administrator.post(f"{url}/{mine}/terminer")

    assert (ended.status_code, foreign.status_code) == (303, 404)
    left = {row.device for row in session.query(UserSession).filter_by(user_id=colleague.id)}
    assert left == {"Chrome"}

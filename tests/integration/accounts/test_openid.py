"""The log-in through an identity provider: whom it lets in, and what it sees through."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.models import AuditEvent, User, UserIdentity
from tests.support.database import NOW
from tests.support.identity_provider import FOREIGN, IdentityProvider
from tests.support.provider_login import begin, come_back, enter, is_in, use
from tests.support.visitors import EMAIL, log_in

ATTACKS = (
    "wrong nonce", "no nonce", "wrong audience", "several audiences", "wrong party", "expired",
    "from the future", "wrong issuer", "no subject", "wrong access token", "no signature",
    "public key as secret", "somebody else's key", "no token at all", "swapped subject", "mix-up",
)  # fmt: skip


def test_without_settings_there_is_neither_button_nor_page(client: FlaskClient) -> None:
    assert "Se connecter avec" not in client.get("/connexion").text
    assert client.get("/connexion/openid").status_code == 404
    assert client.get("/connexion/openid/retour?code=a&state=b").status_code == 403


def test_a_verified_address_opens_its_account_and_stays_linked(
    client: FlaskClient, provider: IdentityProvider, account: int, session: scoped_session[Session]
) -> None:
    assert "Se connecter avec Portail d&#39;essai" in client.get("/connexion").text

    answer = enter(client, provider)

    assert answer.status_code == 303
    assert answer.location == "/"
    assert is_in(client)
    link = session.scalars(select(UserIdentity)).one()
    assert (link.user_id, link.issuer, link.subject) == (account, provider.url, "subject-1")
    told = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in told] == ["changed", "logged_in"]
    assert all(EMAIL not in f"{event.before}{event.after}" for event in told)


@pytest.mark.parametrize("signs", [False, True])
@pytest.mark.parametrize("in_body", [False, True])
def test_both_shapes_of_user_information_and_of_client_secret_are_understood(
    client: FlaskClient, provider: IdentityProvider, account: int, signs: bool, in_body: bool
) -> None:
    provider.signs_userinfo, provider.in_body = signs, in_body

    assert enter(client, provider).status_code == 303
    assert is_in(client)


def test_the_request_carries_long_secrets_and_a_proof_key(
    client: FlaskClient, provider: IdentityProvider
) -> None:
    first, second = (parse_qs(urlsplit(begin(client)).query) for _ in range(2))

    assert first["scope"] == ["openid email"]
    assert first["redirect_uri"] == ["http://127.0.0.1:8000/login/openid/return"]
    assert first["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) >= 32
        assert first[name] != second[name]


def test_a_provider_that_knows_the_french_address_sends_the_browser_back_to_it(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    french = {**provider.environment, "GRANTS_OIDC_RETURN": "/connexion/openid/retour"}
    use(app, monkeypatch, french)

    answer = enter(client, provider)

    assert answer.request.path == "/connexion/openid/retour"
    assert is_in(client)


def test_the_link_outlives_a_change_of_address_at_the_provider(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    enter(client, provider)
    client.post("/deconnexion")
    provider.email, provider.email_verified = "autre@exemple.test", False

    assert enter(client, provider).status_code == 303
    assert is_in(client)


def test_an_address_that_went_to_somebody_else_opens_nothing(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    enter(client, provider)
    client.post("/deconnexion")
    provider.subject = "the-next-holder"

    answer = enter(client, provider)

    assert answer.status_code == 403
    assert not is_in(client)


def test_strangers_closed_accounts_and_taken_ones_read_the_same(
    client: FlaskClient, provider: IdentityProvider, account: int, session: scoped_session[Session]
) -> None:
    enter(client, provider)
    client.post("/deconnexion")
    provider.subject = "taken"
    taken = enter(client, provider)
    provider.subject, provider.email = "stranger", "inconnu@exemple.test"
    stranger = enter(client, provider)
    session.get_one(User, account).is_active = False
    session.commit()
    provider.subject, provider.email = "subject-1", EMAIL
    closed = enter(client, provider)

    assert taken.text == stranger.text == closed.text
    assert "aucun compte ouvert ici ne vous correspond" in stranger.text
    assert session.scalar(select(func.count()).select_from(User)) == 1


@pytest.mark.parametrize("verified", [False, None])
def test_an_address_that_is_not_verified_links_nothing(
    client: FlaskClient, provider: IdentityProvider, account: int, verified: bool | None
) -> None:
    provider.email_verified = verified

    answer = enter(client, provider)

    assert answer.status_code == 403
    assert "ne confirme aucune adresse e-mail" in answer.text
    assert not is_in(client)


def test_a_provider_that_verifies_without_saying_so_can_be_trusted(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(app, monkeypatch, {**provider.environment, "GRANTS_OIDC_TRUSTS_EMAIL": "1"})
    provider.email_verified = None

    assert enter(client, provider).status_code == 303


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_lie_opens_an_account(
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    session: scoped_session[Session],
    attack: str,
) -> None:
    provider.attack = attack

    answer = enter(client, provider)

    assert answer.status_code == 403
    assert "n&#39;a pas pu être vérifiée" in answer.text
    assert not is_in(client)
    assert session.scalars(select(UserIdentity)).all() == []


@pytest.mark.parametrize(
    "attack", ["no signature", "somebody else's key", "userinfo for somebody else"]
)
def test_signed_user_information_is_checked_as_well(
    client: FlaskClient, provider: IdentityProvider, account: int, attack: str
) -> None:
    provider.signs_userinfo = True
    url = provider.approve(begin(client))
    provider.attack = attack

    assert come_back(client, url).status_code == 403
    assert not is_in(client)


def test_a_provider_that_names_itself_must_always_do_so(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    provider.names_issuer = True
    url = provider.approve(begin(client))

    assert come_back(client, url.split("&iss=")[0]).status_code == 403
    assert enter(client, provider).status_code == 303


@pytest.mark.parametrize("attack", ["other issuer in discovery", "plain endpoint"])
def test_what_it_publishes_must_be_its_own_and_encrypted(
    client: FlaskClient, provider: IdentityProvider, attack: str
) -> None:
    provider.attack = attack

    answer = client.get("/connexion/openid")

    assert answer.status_code == 503
    assert FOREIGN not in answer.text


def test_keys_may_change_at_any_moment_and_are_asked_for_rarely(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(client, provider)
    client.post("/deconnexion")
    provider.rotate()
    assert enter(client, provider).status_code == 403, "asked a moment ago"

    provider.now = NOW + timedelta(minutes=1)
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(provider.now))

    assert enter(client, provider).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_used_code_is_refused(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    url = provider.approve(begin(client))
    provider.grants.clear()

    answer = come_back(client, url)

    assert answer.status_code == 403
    assert not is_in(client)


def test_the_way_back_is_taken_once_and_by_the_browser_that_began(
    app: Flask, client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    url = provider.approve(begin(client))
    stranger = app.test_client()
    assert "Recommencez" in come_back(stranger, url).text
    assert not is_in(stranger)
    assert come_back(client, url).status_code == 303
    client.post("/deconnexion")

    answer = come_back(client, url)

    assert answer.status_code == 403
    assert not is_in(client)


def test_whoever_takes_too_long_begins_anew(
    app: Flask,
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = provider.approve(begin(client))
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(minutes=16)))

    assert "il y a trop longtemps" in come_back(client, url).text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("access_denied", "refusée ou annulée"),
        ("temporarily_unavailable", "Réessayez dans quelques minutes"),
        ("<script>alert(1)</script>", "prévenez votre administrateur"),
    ],
)
def test_a_refusal_of_the_provider_is_explained_and_never_repeated(
    client: FlaskClient, provider: IdentityProvider, code: str, words: str
) -> None:
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]

    answer = client.get("/connexion/openid/retour", query_string={"error": code, "state": state})

    assert answer.status_code == 403
    assert words in answer.text
    assert "alert(1)" not in answer.text


def test_a_provider_that_is_down_leaves_the_password(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    provider.is_down = True
    before = client.get("/connexion/openid")
    provider.is_down = False
    url = provider.approve(begin(client))
    provider.is_down = True
    after = come_back(client, url)

    for answer in (before, after):
        assert answer.status_code == 503
        assert "connectez-vous avec votre mot de passe" in answer.text
    assert log_in(client).status_code == 303


def test_a_provider_that_hangs_is_given_up(
    client: FlaskClient, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grants.services.accounts.openid.wire.TIMEOUT_SECONDS", 1)
    provider.waits = 2

    assert client.get("/connexion/openid").status_code == 503


def test_trying_without_end_is_slowed_down(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    provider.attack = "wrong nonce"
    answers = [enter(client, provider).status_code for _ in range(51)]

    assert answers == [403] * 50 + [429]


def test_the_page_asked_for_comes_after_and_leads_nowhere_else(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    assert enter(client, provider, "?next=/compte/mot-de-passe").location == "/compte/mot-de-passe"
    client.post("/deconnexion")

    assert enter(client, provider, "?next=//evil.example").location == "/"


def test_an_address_too_long_for_a_cookie_leads_to_the_first_page(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    assert enter(client, provider, "?next=/" + "a" * 5_000).location == "/"


def test_of_two_links_at_the_same_moment_one_is_made(
    client: FlaskClient,
    provider: IdentityProvider,
    account: int,
    session: scoped_session[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(client, provider)
    client.post("/deconnexion")
    provider.subject = "another"
    row = session.get_one(User, account)
    monkeypatch.setattr("grants.services.accounts.openid.login._with_email", lambda *_: row)

    assert enter(client, provider).status_code == 403
    assert len(session.scalars(select(UserIdentity)).all()) == 1


def test_a_session_planted_before_is_replaced(
    client: FlaskClient, provider: IdentityProvider, account: int
) -> None:
    url = provider.approve(begin(client))
    with client.session_transaction() as planted:
        planted["planted"] = "x"
    come_back(client, url)

    with client.session_transaction() as opened:
        assert "planted" not in opened
        assert "openid_begun" not in opened

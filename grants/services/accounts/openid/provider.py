"""One identity provider: where it is (discovery), its keys, and the four things asked of it.

What it publishes is kept for an hour; a key that is not among the kept ones is looked for once
more, so that the provider may change its keys at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from grants.config_openid import OpenIdSettings, is_safe_address
from grants.services.accounts.openid.tokens import (
    Claims,
    SignedToken,
    TokenRefused,
    UnknownKey,
    public_keys,
    read_signed,
    require_id_token,
    require_same_person,
)
from grants.services.accounts.openid.wire import Answer, ProviderAnswered, ProviderDown, ask

if TYPE_CHECKING:
    from joserfc.jwk import Key

KEPT = timedelta(hours=1)
# However many tokens name an unknown key, the provider is asked for its keys this often.
KEYS_EVERY = timedelta(seconds=30)
# A longer one would not fit into the address that ends the provider's session.
ID_TOKEN_LENGTH = 4_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What a provider publishes about itself; empty where it has no such thing."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    auth_method: str
    names_issuer: bool


@dataclass(frozen=True, slots=True)
class Start:
    """What a log-in begins with; all three are drawn anew for each, of 43 characters or more."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, by the provider's word. ``email`` is empty unless it is verified."""

    issuer: str
    subject: str
    email: str = field(repr=False)
    is_strong: bool
    id_token: str | None = field(repr=False)


class Provider:
    """The provider of the settings. One for a process; two threads may use it at once."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self.settings = settings
        self._endpoints: tuple[Endpoints, datetime] | None = None
        self._keys: tuple[Sequence[Key], datetime] | None = None

    def endpoints(self, *, at: datetime) -> Endpoints:
        """Addresses that the provider publishes, read at most once an hour.

        Raises: ProviderDown: it does not answer, or publishes what cannot be used.
        """
        kept = self._endpoints
        if kept is not None and at - kept[1] < KEPT:
            return kept[0]
        try:
            found = _endpoints(_ask(f"{self._root}/.well-known/openid-configuration").json(), self)
        except ProviderDown:
            if kept is None:
                raise
            return kept[0]
        self._endpoints = (found, at)
        return found

    @property
    def _root(self) -> str:
        return self.settings.issuer.rstrip("/")

    def authorization_url(self, start: Start, *, back_to: str, at: datetime) -> str:
        """Where the browser goes to log in. Raises: ProviderDown."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        url: str = prepare_grant_uri(
            self.endpoints(at=at).authorization,
            self.settings.client_id,
            "code",
            redirect_uri=back_to,
            scope=self.settings.scopes,
            state=start.state,
            nonce=start.nonce,
            code_challenge=create_s256_code_challenge(start.verifier),
            code_challenge_method="S256",
            acr_values=self.settings.acr_values or None,
        )
        return url

    def identity(self, code: str, start: Start, *, back_to: str, at: datetime) -> Identity:
        """Who the code stands for.

        Raises: ProviderDown. TokenRefused: the code is used or not ours, or what it gives cannot be
        believed.
        """
        tokens = self._tokens(code, start, back_to, at)
        access_token, id_token = tokens.get("access_token"), tokens.get("id_token")
        if not isinstance(access_token, str) or not isinstance(id_token, str):
            raise TokenRefused("no identity token")
        signed = self._signed(id_token, at)
        require_id_token(
            signed, settings=self.settings, nonce=start.nonce, access_token=access_token, at=at
        )
        told = self._userinfo(access_token, signed.claims, at)
        return Identity(
            issuer=self.settings.issuer,
            subject=signed.claims["sub"],
            email=_email({**signed.claims, **told}, self.settings),
            is_strong=_is_strong(signed.claims, self.settings),
            id_token=id_token if len(id_token) <= ID_TOKEN_LENGTH else None,
        )

    def require_issuer(self, issuer: str | None, *, at: datetime) -> None:
        """Make sure that an answer is this provider's where it says whose it is (RFC 9207).

        Raises: TokenRefused: another's, or unnamed by one that always names itself. ProviderDown.
        """
        if issuer is None and not self.endpoints(at=at).names_issuer:
            return
        if issuer != self.settings.issuer:
            raise TokenRefused("answer of another provider")

    def logout_url(self, id_token: str, *, back_to: str, state: str, at: datetime) -> str | None:
        """Where the provider ends its own session; None when it has no such place or is down."""
        from authlib.common.urls import add_params_to_uri

        try:
            place = self.endpoints(at=at).end_session
        except ProviderDown:
            return None
        if not place:
            return None
        hints = [
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", back_to),
            ("client_id", self.settings.client_id),
            ("state", state),
        ]
        return str(add_params_to_uri(place, hints))

    def _tokens(self, code: str, start: Start, back_to: str, at: datetime) -> Mapping[str, Any]:
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        endpoints, settings = self.endpoints(at=at), self.settings
        body = prepare_token_request(
            "authorization_code", redirect_uri=back_to, code=code, code_verifier=start.verifier
        )
        client = ClientAuth(settings.client_id, settings.client_secret, endpoints.auth_method)
        headers = {"Content-Type": FORM}
        url, headers, body = client.prepare("POST", endpoints.token, headers, body)
        try:
            return ask(url, headers=headers, form=body).json()
        except ProviderAnswered as error:
            raise TokenRefused("refused code") from error

    def _signed(self, token: str, at: datetime) -> SignedToken:
        try:
            return read_signed(token, keys=self._current_keys(at, KEPT))
        except UnknownKey:
            return read_signed(token, keys=self._current_keys(at, KEYS_EVERY))

    def _current_keys(self, at: datetime, kept_for: timedelta) -> Sequence[Key]:
        kept = self._keys
        if kept is not None and at - kept[1] < kept_for:
            return kept[0]
        keys = public_keys(_ask(self.endpoints(at=at).keys).json())
        self._keys = (keys, at)
        return keys

    def _userinfo(self, access_token: str, id_claims: Claims, at: datetime) -> Claims:
        place = self.endpoints(at=at).userinfo
        if not place:
            return {}
        answer = _ask(place, {"Authorization": f"Bearer {access_token}"})
        told: Claims
        if answer.kind == "application/jwt":
            told = self._signed(answer.body.decode("ascii", "replace").strip(), at).claims
        else:
            told = answer.json()
        require_same_person(told, id_claims=id_claims, settings=self.settings, at=at)
        return told


def _ask(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    try:
        return ask(url, headers=headers)
    except ProviderAnswered as error:
        raise ProviderDown from error


def _endpoints(document: Mapping[str, Any], provider: Provider) -> Endpoints:
    """Addresses of a discovery document; one that speaks for another issuer is none."""
    issuer = provider.settings.issuer
    if document.get("issuer") != issuer:
        raise ProviderDown
    return Endpoints(
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        keys=_address(document, "jwks_uri"),
        userinfo=_address(document, "userinfo_endpoint", is_needed=False),
        end_session=_address(document, "end_session_endpoint", is_needed=False),
        auth_method=_auth_method(document.get("token_endpoint_auth_methods_supported")),
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: Mapping[str, Any], name: str, *, is_needed: bool = True) -> str:
    url = document.get(name)
    if url is None and not is_needed:
        return ""
    if not isinstance(url, str) or not url.isascii() or not is_safe_address(url):
        raise ProviderDown
    return url


def _auth_method(listed: object) -> str:
    # Basic is the default of OpenID Connect Discovery 1.0, section 3; in the body no sign of the
    # secret is read in two ways.
    in_body = isinstance(listed, list) and "client_secret_post" in listed
    return "client_secret_post" if in_body else "client_secret_basic"


def _email(claims: Claims, settings: OpenIdSettings) -> str:
    email = claims.get("email")
    is_verified = settings.trusts_email or claims.get("email_verified") is True
    return email if isinstance(email, str) and is_verified else ""


def _is_strong(claims: Claims, settings: OpenIdSettings) -> bool:
    methods = claims.get("amr")
    said = [claims.get("acr"), *(methods if isinstance(methods, list) else ())]
    return any(isinstance(word, str) and word in settings.strong for word in said)

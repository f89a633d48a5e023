"""A real OpenID Connect provider on this machine: it logs everybody in as it is told, changes its
keys, and lies in each of the ways that a program has to see through.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT_ID = "grants-tests"
CLIENT_SECRET = "s3cret+of/the:tests%and more"
FOREIGN = "https://somebody-else.example"
KEY_BITS = 2048
_KEYS: list[RSAKey] = []


def rsa_key(number: int) -> RSAKey:
    """The same few keys for all tests: making one takes longer than a test may."""
    while len(_KEYS) <= number:
        _KEYS.append(RSAKey.generate_key(KEY_BITS, {"kid": f"key-{len(_KEYS)}", "use": "sig"}))
    return _KEYS[number]


@dataclass
class IdentityProvider:
    """``attack`` names the lie of the next answers; see ``_id_token`` and ``_userinfo``."""

    now: datetime
    url: str = ""
    subject: str = "subject-1"
    email: str = "finance@exemple.test"
    email_verified: bool | None = True
    acr: str = "eidas1"
    amr: list[str] = field(default_factory=list)
    signs_userinfo: bool = False
    is_down: bool = False
    waits: int = 0
    names_issuer: bool = False
    in_body: bool = False
    attack: str = ""
    key: RSAKey = field(default_factory=lambda: rsa_key(0))
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that make a program use this provider."""
        return {
            "GRANTS_OIDC_ISSUER": self.url,
            "GRANTS_OIDC_CLIENT_ID": CLIENT_ID,
            "GRANTS_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "GRANTS_OIDC_NAME": "Portail d'essai",
            "GRANTS_OIDC_SECOND_FACTOR": "eidas2,otp",
        }

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self.key = rsa_key(1)

    def approve(self, url: str) -> str:
        """Where the browser is sent back to, once the person at it has agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(16)
        self.grants[code] = asked
        back = {"code": code, "state": asked["state"]}
        if self.names_issuer or self.attack == "mix-up":
            back["iss"] = FOREIGN if self.attack == "mix-up" else self.url
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request."""
        request = Request(environ)
        self.asked.append(request.path)
        time.sleep(self.waits)
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if self.is_down:
            return Response("<h1>Maintenance</h1>", 503, mimetype="text/html")
        pages = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda _: _json({"keys": [self.key.as_dict(private=False)]}),
            "/authorize": self._authorize,
            "/token": self._token,
            "/userinfo": self._userinfo,
            "/logout": self._logout,
        }
        # Browsers ask for an icon, too.
        return pages.get(request.path, lambda _: Response(status=204))(request)

    def _discovery(self, _request: Request) -> Response:
        return _json(
            {
                "issuer": FOREIGN if self.attack == "other issuer in discovery" else self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": FOREIGN.replace("https", "http")
                if self.attack == "plain endpoint"
                else f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "end_session_endpoint": f"{self.url}/logout",
                "authorization_response_iss_parameter_supported": self.names_issuer,
                "token_endpoint_auth_methods_supported": ["client_secret_post"]
                if self.in_body
                else ["client_secret_basic"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        back = self.approve(request.url)
        return _page("Portail d'essai", f'<a href="{back.replace("&", "&amp;")}">Accepter</a>')

    def _logout(self, request: Request) -> Response:
        given = request.args
        is_known = bool(given.get("id_token_hint")) and len(given.get("state", "")) >= 32
        back = given["post_logout_redirect_uri"]
        return _page("Au revoir" if is_known else "Erreur", f'<a href="{back}">Retour</a>')

    def _token(self, request: Request) -> Response:
        if not self._is_client(request):
            return _json({"error": "invalid_client"}, 401)
        asked = self.grants.pop(request.form["code"], None)
        if asked is None or not _proves(asked, request.form["code_verifier"]):
            return _json({"error": "invalid_grant"}, 400)
        if asked["redirect_uri"] != request.form["redirect_uri"]:
            return _json({"error": "invalid_grant"}, 400)
        return _json({
            "access_token": "access", "token_type": "Bearer", "expires_in": 60,
            "id_token": self._id_token(asked),
        })  # fmt: skip

    def _is_client(self, request: Request) -> bool:
        if self.in_body:
            given = (request.form.get("client_id"), request.form.get("client_secret"))
        else:
            known = request.authorization
            given = (known.username, known.password) if known else (None, None)
        return given == (CLIENT_ID, CLIENT_SECRET)

    def _id_token(self, asked: dict[str, str]) -> str:
        claims: dict[str, Any] = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "iat": int(self.now.timestamp()),
            "exp": int((self.now + timedelta(minutes=5)).timestamp()),
            "nonce": asked["nonce"],
            "acr": self.acr,
            "amr": self.amr,
        }
        lies: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "x" * 43},
            "wrong audience": {"aud": "somebody-else"},
            "several audiences": {"aud": [CLIENT_ID, "somebody-else"]},
            "wrong party": {"aud": [CLIENT_ID, "somebody-else"], "azp": "somebody-else"},
            "expired": {"exp": int((self.now - timedelta(minutes=5)).timestamp())},
            "from the future": {"iat": int((self.now + timedelta(hours=1)).timestamp())},
            "wrong issuer": {"iss": FOREIGN},
            "no subject": {"sub": ""},
            "wrong access token": {"at_hash": "x" * 22},
        }
        claims |= lies.get(self.attack, {})
        if self.attack == "no nonce":
            del claims["nonce"]
        return self._signed(claims)

    def _signed(self, claims: dict[str, Any]) -> str:
        match self.attack:
            case "no signature":
                return f"{_coded({'alg': 'none'})}.{_coded(claims)}."
            case "public key as secret":
                body = f"{_coded({'alg': 'HS256', 'kid': self.key.kid})}.{_coded(claims)}"
                secret = self.key.as_pem(private=False)
                return f"{body}.{_bytes_coded(hmac.digest(secret, body.encode(), 'sha256'))}"
            case "somebody else's key":
                header = {"alg": "RS256", "kid": self.key.kid}
                return jwt.encode(header, claims, rsa_key(2))
            case "no token at all":
                return "not.a.token"
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _userinfo(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer access"
        told: dict[str, Any] = {"sub": self.subject, "email": self.email}
        if self.email_verified is not None:
            told["email_verified"] = self.email_verified
        if self.attack == "swapped subject":
            told["sub"] = "subject-2"
        if not self.signs_userinfo:
            return _json(told)
        told |= {"iss": self.url, "aud": CLIENT_ID}
        if self.attack == "userinfo for somebody else":
            told["aud"] = "somebody-else"
        return Response(self._signed(told), mimetype="application/jwt")


@contextmanager
def identity_provider(now: datetime) -> Iterator[IdentityProvider]:
    """A provider that answers; its tokens are of ``now``, the time of the program under test."""
    provider = IdentityProvider(now)
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _json(told: object, status: int = 200) -> Response:
    return Response(json.dumps(told), status, mimetype="application/json")


def _page(title: str, content: str) -> Response:
    text = f'<!doctype html><html lang="fr"><title>{title}</title><h1>{title}</h1>{content}</html>'
    return Response(text, mimetype="text/html")


def _coded(told: object) -> str:
    return _bytes_coded(json.dumps(told).encode())


def _bytes_coded(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).rstrip(b"=").decode()


def _proves(asked: dict[str, str], verifier: str) -> bool:
    challenge = _bytes_coded(hashlib.sha256(verifier.encode()).digest())
    return asked["code_challenge_method"] == "S256" and asked["code_challenge"] == challenge

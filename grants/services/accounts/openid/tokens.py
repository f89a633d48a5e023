"""Whether what an identity provider says is its own word, meant for us, now, and for this log-in.

Signatures are checked with the provider's public keys and asymmetric algorithms alone: « none » and
those that sign with a shared secret would let anybody sign. Claims: OpenID Connect Core 1.0,
section 3.1.3.7 (identity token) and section 5.3.2 (signed user information).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grants.errors import GrantsError

if TYPE_CHECKING:
    from joserfc.jwk import Key

    from grants.config_openid import OpenIdSettings

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
)  # fmt: skip
KEY_TYPES = {"RSA", "EC", "OKP"}
# Clocks of two machines differ a little.
LEEWAY_SECONDS = 60
SUBJECT_LENGTH = 255

Claims = Mapping[str, Any]


class TokenRefused(GrantsError):
    """What the provider said cannot be believed; ``reason`` is for the log, in constant words."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "La réponse du fournisseur d'identité n'a pas pu être vérifiée, rien n'a été ouvert. "
            "Recommencez ; si cela se répète, prévenez votre administrateur."
        )
        self.reason = reason


class UnknownKey(TokenRefused):
    """Signed by a key that we do not have: the provider may have changed its keys since."""


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token whose signature is good; nothing is said yet of what it claims."""

    header: Claims
    claims: Claims


def public_keys(document: Mapping[str, Any]) -> Sequence[Key]:
    """Keys of a JWKS that may sign; what cannot be read or is no public key is left out."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    keys: list[Key] = []
    listed = document.get("keys")
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict) or entry.get("kty") not in KEY_TYPES:
            continue
        if entry.get("use", "sig") == "sig":
            try:
                keys.append(JWKRegistry.import_key(entry))
            except (JoseError, ValueError, TypeError):
                continue
    return keys


def read_signed(token: str, *, keys: Sequence[Key]) -> SignedToken:
    """Token after its signature was checked.

    Raises: UnknownKey: none of the keys has its number. TokenRefused: no token, another algorithm,
    a signature that does not fit.
    """
    from joserfc import jws, jwt
    from joserfc.errors import JoseError

    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise TokenRefused("unreadable token") from error
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("refused algorithm")
    fitting = [key for key in keys if header.get("kid") in (None, key.kid)]
    for key in fitting:
        try:
            found = jwt.decode(token, key, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError):
            continue
        return SignedToken(found.header, found.claims)
    raise TokenRefused("wrong signature") if fitting else UnknownKey("unknown key")


def require_id_token(
    token: SignedToken, *, settings: OpenIdSettings, nonce: str, access_token: str, at: datetime
) -> None:
    """Make sure that an identity token is this provider's, for us, unexpired and of this log-in.

    Raises: TokenRefused.
    """
    from authlib.oidc.core import CodeIDToken
    from joserfc.errors import JoseError

    claims = CodeIDToken(
        token.claims,
        token.header,
        {
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        },
        {"nonce": nonce, "client_id": settings.client_id, "access_token": access_token},
    )
    try:
        claims.validate(now=int(at.timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, TypeError, ValueError) as error:
        raise TokenRefused("refused claims") from error
    if not nonce or not _is_subject(token.claims.get("sub")):
        raise TokenRefused("refused subject")


def require_same_person(
    userinfo: Claims, *, id_claims: Claims, settings: OpenIdSettings, at: datetime
) -> None:
    """Make sure that user information is of the identity token's person, and meant for us where it
    says for whom.

    Raises: TokenRefused.
    """
    if userinfo.get("sub") != id_claims["sub"]:
        raise TokenRefused("user information of somebody else")
    audience = userinfo.get("aud", settings.client_id)
    listed = audience if isinstance(audience, list) else [audience]
    if userinfo.get("iss", settings.issuer) != settings.issuer or settings.client_id not in listed:
        raise TokenRefused("user information of or for somebody else")
    expires = userinfo.get("exp")
    if isinstance(expires, int) and expires + LEEWAY_SECONDS < int(at.timestamp()):
        raise TokenRefused("expired user information")


def _is_subject(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= SUBJECT_LENGTH

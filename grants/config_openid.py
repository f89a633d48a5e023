"""Settings of the log-in through an identity provider (OpenID Connect), such as ProConnect.

All or nothing: half a configuration would show a button that leads to an error. Only the standard
library is imported here, as in ``grants.config``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from grants.config_site import is_on
from grants.errors import ConfigurationRefused

# The machine itself: what is sent there crosses no wire.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
PREFIX = "GRANTS_OIDC_"
SECRET_MIN_LENGTH = 16
ISSUER_LENGTH = 255
NAME_LENGTH = 60
# Where a provider sends the browser back to → where it leads after a log-out. It takes no other
# address than those registered there: the first is that of sites set up before pages were French.
RETURNS = {"/login/openid/return": "/login", "/connexion/openid/retour": "/connexion"}


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """One provider. ``strong`` are the values of ``acr`` or ``amr`` that stand for a second factor;
    ``acr_values`` those that are asked for. ``trusts_email`` holds where the provider verifies
    every address and does not say so in ``email_verified``. ``return_path`` is one of RETURNS.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    scopes: str
    acr_values: str
    strong: frozenset[str]
    trusts_email: bool
    return_path: str

    @property
    def logout_path(self) -> str:
        """Where the provider leads after a log-out, registered there as well."""
        return RETURNS[self.return_path]


def openid_settings(environ: Mapping[str, str]) -> OpenIdSettings | None:
    """Provider of the GRANTS_OIDC_ variables; None when none of them is set.

    Raises: ConfigurationRefused: half a configuration, an address that is not encrypted, a secret
    that could be guessed. The text never holds the secret.
    """
    if not any(value for name, value in environ.items() if name.startswith(PREFIX)):
        return None
    issuer = environ.get("GRANTS_OIDC_ISSUER", "")
    client_id = environ.get("GRANTS_OIDC_CLIENT_ID", "")
    secret = environ.get("GRANTS_OIDC_CLIENT_SECRET", "")
    _require_all(ISSUER=issuer, CLIENT_ID=client_id, CLIENT_SECRET=secret)
    _require_issuer(issuer)
    _require_secret(secret)
    _require_site(environ.get("GRANTS_URL", ""))
    return OpenIdSettings(
        issuer=issuer,
        client_id=client_id,
        client_secret=secret,
        name=_name(environ.get("GRANTS_OIDC_NAME", ""), issuer),
        scopes=_scopes(environ.get("GRANTS_OIDC_SCOPES", "")),
        acr_values=" ".join(_words(environ.get("GRANTS_OIDC_ACR_VALUES", ""))),
        strong=frozenset(_words(environ.get("GRANTS_OIDC_SECOND_FACTOR", ""))),
        trusts_email=is_on(environ, "GRANTS_OIDC_TRUSTS_EMAIL"),
        return_path=_return_path(environ.get("GRANTS_OIDC_RETURN", "")),
    )


def is_safe_address(url: str) -> bool:
    """Whether what is sent there crosses the wire encrypted, or no wire at all.

    Example:
    >>> is_safe_address("https://id.example"), is_safe_address("http://id.example")
    (True, False)
    >>> is_safe_address("http://localhost:9000/realm")
    True
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _require_all(**given: str) -> None:
    missing = [PREFIX + name for name, value in given.items() if not value]
    if missing:
        raise ConfigurationRefused(
            f"la connexion par un fournisseur d'identité est réglée à moitié : il manque "
            f"{', '.join(missing)} ; donnez-les, ou retirez toutes les variables {PREFIX}…"
        )


def _require_issuer(issuer: str) -> None:
    parts = urlsplit(issuer) if is_safe_address(issuer) else None
    if parts is None or parts.query or parts.fragment or len(issuer) > ISSUER_LENGTH:
        raise ConfigurationRefused(
            f"GRANTS_OIDC_ISSUER est « {issuer} », attendu l'adresse du fournisseur d'identité en "
            "https, sans paramètre, telle qu'il la publie ; http ne vaut que pour localhost"
        )


def _require_secret(secret: str) -> None:
    if len(secret) < SECRET_MIN_LENGTH or not secret.isascii():
        raise ConfigurationRefused(
            f"GRANTS_OIDC_CLIENT_SECRET est trop court (moins de {SECRET_MIN_LENGTH} caractères) "
            "ou porte un accent : reprenez celui que le fournisseur d'identité a donné"
        )


def _require_site(url: str) -> None:
    if url and not is_safe_address(url):
        raise ConfigurationRefused(
            f"GRANTS_URL est « {url} » : avec un fournisseur d'identité, attendu l'adresse du site "
            "en https, car le code de connexion y revient"
        )


def _name(text: str, issuer: str) -> str:
    name = " ".join(text.split()) or (urlsplit(issuer).hostname or "")
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise ConfigurationRefused(
            f"GRANTS_OIDC_NAME est trop long : attendu au plus {NAME_LENGTH} caractères, le nom "
            "que porte le bouton de connexion"
        )
    return name


def _scopes(text: str) -> str:
    scopes = _words(text) or ["openid", "email"]
    if "openid" not in scopes:
        raise ConfigurationRefused(
            f"GRANTS_OIDC_SCOPES vaut « {text} », attendu des mots séparés par des espaces, dont "
            "« openid »"
        )
    return " ".join(scopes)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _return_path(text: str) -> str:
    path = text or next(iter(RETURNS))
    if path not in RETURNS:
        raise ConfigurationRefused(
            f"GRANTS_OIDC_RETURN vaut « {text} », attendu {' ou '.join(RETURNS)}"
        )
    return path

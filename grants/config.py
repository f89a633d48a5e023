"""Every setting of a running program, read from the environment in one place.

Only the standard library is imported here, so that ``grants --help`` stays quick. The table of
variables for administrators stands in ``docs/admin.md``; a test compares it with this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from grants.clock import Clock
from grants.config_openid import LOOPBACK, openid_settings
from grants.config_site import (
    DEVICE_COOKIE,
    SESSION_COOKIE,
    cookie_name,
    former_keys,
    is_over_https,
    secret_key,
    security_contact,
    trusted_hosts,
)
from grants.enums import Role
from grants.errors import ConfigurationRefused as ConfigurationRefused
from grants.logs import log_format

PACKAGE = Path(__file__).resolve().parent
PARIS = "Europe/Paris"
UPLOAD_LIMIT = 64 * 1024 * 1024
SESSION_HOURS = (
    12  # of the cookie; the session itself ends by its row (services/accounts/sessions.py)
)
SMTP_PORTS = {"smtp": 587, "smtps": 465}
SERVICE_PASSWORD_MIN_LENGTH = 8
PLACEHOLDERS = {"changeme", "change-me", "motdepasse", "password", "postgres", "secret", "grants"}
FREE_MEGABYTES = 500


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where mails go. The wire is encrypted, except to this very machine without a password."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    is_tls_from_the_start: bool
    sender: str

    @property
    def needs_starttls(self) -> bool:
        """Whether the connection must be encrypted before anything is said."""
        return not self.is_tls_from_the_start and (bool(self.user) or self.host not in LOOPBACK)


def data_dir(name: str) -> Path:
    """Folder of files that are no code: ``templates`` or ``migrations``.

    A wheel carries them in ``grants/_data``, a checkout beside the package.
    Raises: ConfigurationRefused: when the installation is incomplete.
    """
    for folder in (PACKAGE / "_data" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise ConfigurationRefused(
        f"dossier « {name} » introuvable dans l'installation : réinstallez le programme"
    )


def instance_dir(environ: Mapping[str, str]) -> Path:
    """Folder of the database, the secret key and the pieces, created for its owner alone.

    GRANTS_DATA_DIR, else ``instance`` in the checkout, else ``instance`` in the current folder.
    """
    root = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").is_file() else Path.cwd()
    folder = Path(environ.get("GRANTS_DATA_DIR") or root / "instance").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def database_url(environ: Mapping[str, str], folder: Path) -> str:
    """Address of the database in SQLAlchemy's spelling; by default one SQLite file in ``folder``.

    The short spellings that hosting services hand out are turned into the driver that we ship.
    Example:
    >>> database_url({"DATABASE_URL": "postgres://u@db/grants"}, Path("/srv"))
    'postgresql+psycopg://u@db/grants'
    """
    url = environ.get("DATABASE_URL") or f"sqlite:///{folder / 'grants.sqlite3'}"
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if not separator or not scheme.startswith(("sqlite", "postgresql+psycopg")):
        raise ConfigurationRefused(
            f"DATABASE_URL commence par « {scheme} », attendu « sqlite:/// » ou "
            "« postgresql+psycopg:// »"
        )
    _refuse_weak_database_password(environ, f"{scheme}://{rest}")
    return f"{scheme}://{rest}"


def _refuse_weak_database_password(environ: Mapping[str, str], url: str) -> None:
    # Only where the site is served to others: a developer's own server may have any password.
    password = urlsplit(url).password if is_over_https(environ) else None
    if password is not None and is_weak_service_password(unquote(password)):
        raise ConfigurationRefused(
            "le mot de passe de DATABASE_URL est vide, trop court "
            f"(moins de {SERVICE_PASSWORD_MIN_LENGTH} caractères) ou trop connu : changez-le"
        )


def optional_file(environ: Mapping[str, str], variable: str) -> Path | None:
    """File that a variable names, or none when the variable is empty.

    Raises: ConfigurationRefused: when it names something that is no file.
    """
    name = environ.get(variable)
    if not name:
        return None
    path = Path(name).absolute()
    if not path.is_file():
        raise ConfigurationRefused(f"{variable} nomme « {name} », qui n'est pas un fichier")
    return path


def smtp_settings(environ: Mapping[str, str]) -> SmtpSettings | None:
    """Mail server of GRANTS_SMTP_URL, with the sender of GRANTS_MAIL_FROM; None without either.

    Raises: ConfigurationRefused: an address that cannot work, a password that could be guessed. The
    text never holds the password.
    """
    url = environ.get("GRANTS_SMTP_URL", "")
    if not url:
        return None
    parts = _smtp_parts(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user.isascii() and password.isascii()):
        raise ConfigurationRefused(
            "GRANTS_SMTP_URL porte un accent dans l'utilisateur ou le mot de passe, que le "
            "protocole ne sait pas transmettre : changez-le"
        )
    if user and is_weak_service_password(password):
        raise ConfigurationRefused(
            "le mot de passe de GRANTS_SMTP_URL est vide, trop court "
            f"(moins de {SERVICE_PASSWORD_MIN_LENGTH} caractères) ou trop connu : changez-le"
        )
    return SmtpSettings(
        host=parts.hostname or "",
        port=parts.port or SMTP_PORTS[parts.scheme],
        user=user,
        password=password,
        is_tls_from_the_start=parts.scheme == "smtps",
        sender=_sender(environ.get("GRANTS_MAIL_FROM", "")),
    )


def is_weak_service_password(password: str) -> bool:
    """Whether the password of a server is one that guesses start with.

    Example:
    >>> is_weak_service_password("changeme"), is_weak_service_password("k3-Vq9-zT2")
    (True, False)
    """
    return len(password) < SERVICE_PASSWORD_MIN_LENGTH or password.casefold() in PLACEHOLDERS


def _smtp_parts(url: str) -> SplitResult:
    expected = "« smtp://utilisateur:motdepasse@serveur:587 » ou « smtps://…:465 »"
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError as error:
        raise ConfigurationRefused(f"GRANTS_SMTP_URL est illisible, attendu {expected}") from error
    is_plain = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if parts.scheme not in SMTP_PORTS or not parts.hostname or not is_plain or not has_port:
        raise ConfigurationRefused(
            f"GRANTS_SMTP_URL ne nomme pas un serveur de courriel, attendu {expected} ; écrivez en "
            "%XX les signes @ : / ? # du mot de passe"
        )
    return parts


def _sender(text: str) -> str:
    _name, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    if not (local and "." in domain and text.isascii() and text.isprintable()):
        raise ConfigurationRefused(
            f"GRANTS_MAIL_FROM vaut « {text} », attendu l'adresse d'expédition des courriels, sans "
            "accent, par exemple « Subventions <subventions@exemple.fr> »"
        )
    return text


def free_megabytes(environ: Mapping[str, str]) -> int:
    """Free space in the data folder below which the site says that it is not ready.

    Raises: ConfigurationRefused: no whole number.
    """
    text = environ.get("GRANTS_FREE_MB") or str(FREE_MEGABYTES)
    if not (text.isascii() and text.isdecimal()):
        raise ConfigurationRefused(
            f"GRANTS_FREE_MB vaut « {text} », attendu un nombre entier de Mo"
        )
    return int(text)


def trusted_proxies(environ: Mapping[str, str]) -> int:
    """How many proxies stand before the site: GRANTS_TRUSTED_PROXIES, by default none.

    Raises: ConfigurationRefused: no whole number from 0 to 9.
    """
    text = environ.get("GRANTS_TRUSTED_PROXIES") or "0"
    if not (text.isascii() and text.isdecimal() and len(text) == 1):
        raise ConfigurationRefused(
            f"GRANTS_TRUSTED_PROXIES vaut « {text} », attendu le nombre de serveurs mandataires "
            "placés devant le site, de 0 à 9"
        )
    return int(text)


def site_url(environ: Mapping[str, str]) -> str:
    """Address that links in mails lead to: GRANTS_URL, else this machine's own.

    Raises: ConfigurationRefused: it is no address of a site.
    Example:
    >>> site_url({"GRANTS_URL": "https://grants.example/"})
    'https://grants.example'
    """
    url = environ.get("GRANTS_URL") or f"http://127.0.0.1:{environ.get('PORT') or '8000'}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ConfigurationRefused(
            f"GRANTS_URL est « {url} », attendu l'adresse du site : https://subventions.exemple.fr"
        )
    return url.rstrip("/")


def second_factor_roles(environ: Mapping[str, str]) -> frozenset[Role]:
    """Roles that see nothing without a second factor: GRANTS_SECOND_FACTOR_ROLES, by commas.

    Raises: ConfigurationRefused: one of them is no role.
    Example:
    >>> sorted(second_factor_roles({"GRANTS_SECOND_FACTOR_ROLES": "finance, operator"}))
    [<Role.FINANCE: 'finance'>, <Role.OPERATOR: 'operator'>]
    """
    names = environ.get("GRANTS_SECOND_FACTOR_ROLES", "").split(",")
    try:
        return frozenset(Role(name.strip()) for name in names if name.strip())
    except ValueError as error:
        known = ", ".join(Role)
        raise ConfigurationRefused(
            f"GRANTS_SECOND_FACTOR_ROLES : {error} ; attendu parmi {known}"
        ) from error


def settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Configuration of the app for this environment."""
    folder = instance_dir(environ)
    over_https = is_over_https(environ)
    return {
        "DATA_DIR": folder,
        "SECRET_KEY": secret_key(environ, folder),
        "SECRET_KEY_FALLBACKS": former_keys(environ, folder),
        "SQLALCHEMY_DATABASE_URI": database_url(environ, folder),
        "CERFA_15059_PDF": optional_file(environ, "CERFA_15059_PDF"),
        "SMTP": smtp_settings(environ),
        "FREE_MEGABYTES": free_megabytes(environ),
        "SITE_URL": site_url(environ),
        "SECURITY_CONTACT": security_contact(environ),
        "TRUSTED_HOSTS": trusted_hosts(environ),
        "TRUSTED_PROXIES": trusted_proxies(environ),
        "OPENID": openid_settings(environ),
        "LOG_FORMAT": log_format(environ),
        "SECOND_FACTOR_ROLES": second_factor_roles(environ),
        "CLOCK": Clock(),
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": PARIS,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=SESSION_HOURS),
        "SESSION_COOKIE_NAME": cookie_name(SESSION_COOKIE, over_https=over_https),
        "DEVICE_COOKIE_NAME": cookie_name(DEVICE_COOKIE, over_https=over_https),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": over_https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": over_https,
        "WTF_CSRF_TIME_LIMIT": None,  # a claim may stay open on a desk all day; the session ends it
    }

"""Settings of a site that is served to others: https, the hosts it answers to, former keys.

Only the standard library is imported here, as in ``grants.config``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from grants.errors import ConfigurationRefused

YES = frozenset({"1", "oui", "yes", "true", "vrai", "on"})
NO = frozenset({"", "0", "non", "no", "false", "faux", "off"})
SESSION_COOKIE = "grants_session"
DEVICE_COOKIE = "grants_device"
# Browsers take a cookie of this prefix over https only, from this very host, for all of it.
HOST_PREFIX = "__Host-"
# A monitor on the machine itself asks by these names, whatever the site's address.
LOCAL_HOSTS = ("127.0.0.1", "localhost")
NO_PROXY = (
    "GRANTS_HTTPS est actif sans GRANTS_TRUSTED_PROXIES : derrière un serveur mandataire, tous les "
    "visiteurs portent la même adresse, et cinquante essais manqués les arrêtent tous ; donnez le "
    "nombre de mandataires (1 d'ordinaire)"
)
SECRET_BYTES = 32
SECRET_MIN_LENGTH = 32
SECRET_MIN_VARIETY = 10
KEY_FILE, FORMER_FILE = "secret_key", "secret_key.old"


def is_on(environ: Mapping[str, str], variable: str) -> bool:
    """Whether a variable says yes; never silently no.

    Raises: ConfigurationRefused: neither yes nor no.
    Example:
    >>> is_on({"GRANTS_HTTPS": "Oui"}, "GRANTS_HTTPS"), is_on({}, "GRANTS_HTTPS")
    (True, False)
    """
    text = environ.get(variable, "").strip().casefold()
    if text not in YES | NO:
        raise ConfigurationRefused(
            f"{variable} vaut « {environ[variable]} », attendu 1 (oui) ou 0 (non)"
        )
    return text in YES


def is_over_https(environ: Mapping[str, str]) -> bool:
    """Whether the site is served over https: GRANTS_HTTPS."""
    return is_on(environ, "GRANTS_HTTPS")


def cookie_name(name: str, *, over_https: bool) -> str:
    """Name of a cookie; over https one that no other host and no plain page can set."""
    return f"{HOST_PREFIX}{name}" if over_https else name


def trusted_hosts(environ: Mapping[str, str]) -> list[str] | None:
    """Hosts that the site answers to: that of GRANTS_URL and the machine's own; None for any, where
    no address was given.

    Example:
    >>> trusted_hosts({"GRANTS_URL": "https://grants.example/"})
    ['grants.example', '127.0.0.1', 'localhost']
    """
    host = urlsplit(environ.get("GRANTS_URL") or "").hostname
    return [host, *LOCAL_HOSTS] if host else None


def security_contact(environ: Mapping[str, str]) -> str:
    """Where a flaw is reported: GRANTS_SECURITY_CONTACT, a page or an e-mail address, as a URI; the
    sender of the mails where it is empty; nothing without either.

    Raises: ConfigurationRefused: neither a page in https nor an e-mail address.
    Example:
    >>> security_contact({"GRANTS_SECURITY_CONTACT": "securite@exemple.fr"})
    'mailto:securite@exemple.fr'
    """
    given = environ.get("GRANTS_SECURITY_CONTACT", "").strip()
    _, address = parseaddr(given or environ.get("GRANTS_MAIL_FROM", ""))
    if given.startswith("https://") and given.isprintable() and " " not in given:
        return given
    address = address.removeprefix("mailto:")
    if "@" in address.strip("@") and address.isprintable():
        return f"mailto:{address}"
    if given:
        raise ConfigurationRefused(
            f"GRANTS_SECURITY_CONTACT vaut « {given} », attendu une adresse e-mail ou une page en "
            "https où signaler une faille"
        )
    return ""


def warnings(*, over_https: bool, proxies: int) -> tuple[str, ...]:
    """What is set in a way that will hurt, though the site works: told at the start and by
    ``/ready``.
    """
    return (NO_PROXY,) if over_https and not proxies else ()


def secret_key(environ: Mapping[str, str], folder: Path) -> str:
    """Key that signs the cookies and seals secrets: SECRET_KEY, else one drawn once and kept in
    ``folder``.

    Raises: ConfigurationRefused: for a key that could be guessed.
    """
    key = environ.get("SECRET_KEY") or _kept_secret(folder / KEY_FILE)
    _require_strong("SECRET_KEY", key)
    return key


def former_keys(environ: Mapping[str, str], folder: Path) -> list[str]:
    """Keys that were replaced: what they signed or sealed is still read, nothing new is made by
    them. SECRET_KEY_OLD, by spaces, else the lines of ``secret_key.old`` in ``folder``.

    Raises: ConfigurationRefused: for a key that could be guessed.
    """
    path = folder / FORMER_FILE
    kept = path.read_text(encoding="ascii") if path.is_file() else ""
    keys = (environ.get("SECRET_KEY_OLD") or kept).split()
    for key in keys:
        _require_strong("SECRET_KEY_OLD", key)
    return keys


def rotate_key(folder: Path) -> str:
    """Draw another key for ``folder`` and keep the present one among the former; the new one.

    The former is on disk before the new one takes its place: a crash between loses neither.
    """
    path, former = folder / KEY_FILE, folder / FORMER_FILE
    kept = former.read_text(encoding="ascii") if former.is_file() else ""
    _write_secret(former, f"{_kept_secret(path)}\n{kept}")
    new = secrets.token_hex(SECRET_BYTES)
    _write_secret(path, new)
    return new


def forget_former_keys(folder: Path) -> int:
    """Let the former keys of ``folder`` go; how many there were."""
    path = folder / FORMER_FILE
    count = len(path.read_text(encoding="ascii").split()) if path.is_file() else 0
    path.unlink(missing_ok=True)
    return count


def _require_strong(variable: str, key: str) -> None:
    if len(key) < SECRET_MIN_LENGTH or len(set(key)) < SECRET_MIN_VARIETY:
        raise ConfigurationRefused(
            f"{variable} est trop faible : au moins {SECRET_MIN_LENGTH} caractères variés sont "
            "attendus ; laissez la variable vide pour qu'une clé soit tirée au hasard"
        )


def _write_secret(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _kept_secret(path: Path) -> str:
    # Written aside and linked, so that two processes starting together end with the same key.
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_hex(SECRET_BYTES))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()

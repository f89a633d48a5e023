"""Every setting of a running program, read from the environment in one place.

Only the standard library is imported here, so that ``grants --help`` stays quick. The table of
variables for administrators stands in ``docs/admin.md``; a test compares it with this file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from grants.clock import Clock
from grants.errors import GrantsError

PACKAGE = Path(__file__).resolve().parent
PARIS = "Europe/Paris"
SECRET_BYTES = 32
SECRET_MIN_LENGTH = 32
SECRET_MIN_VARIETY = 10
UPLOAD_LIMIT = 64 * 1024 * 1024
SESSION_HOURS = 9


class ConfigurationRefused(GrantsError):
    """The program may not start with these settings; the text says which one to mend."""


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
    return f"{scheme}://{rest}"


def secret_key(environ: Mapping[str, str], folder: Path) -> str:
    """Key that signs the session cookies: SECRET_KEY, else one drawn once and kept in ``folder``.

    Raises: ConfigurationRefused: for a key that could be guessed.
    """
    key = environ.get("SECRET_KEY") or _kept_secret(folder / "secret_key")
    if len(key) < SECRET_MIN_LENGTH or len(set(key)) < SECRET_MIN_VARIETY:
        raise ConfigurationRefused(
            f"SECRET_KEY est trop faible : au moins {SECRET_MIN_LENGTH} caractères variés sont "
            "attendus ; laissez la variable vide pour qu'une clé soit tirée au hasard"
        )
    return key


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


def settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Configuration of the app for this environment."""
    folder = instance_dir(environ)
    over_https = environ.get("GRANTS_HTTPS", "") == "1"
    return {
        "DATA_DIR": folder,
        "SECRET_KEY": secret_key(environ, folder),
        "SQLALCHEMY_DATABASE_URI": database_url(environ, folder),
        "CERFA_15059_PDF": optional_file(environ, "CERFA_15059_PDF"),
        "CLOCK": Clock(),
        "BABEL_DEFAULT_LOCALE": "fr",
        "BABEL_DEFAULT_TIMEZONE": PARIS,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=SESSION_HOURS),
        "SESSION_COOKIE_NAME": "grants_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": over_https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": over_https,
        "WTF_CSRF_TIME_LIMIT": None,  # a claim may stay open on a desk all day; the session ends it
    }

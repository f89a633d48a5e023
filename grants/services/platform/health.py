"""Whether the program can work at all: what a balancer or a supervisor asks every few seconds.

The answers are public: they say what is wrong in general words, never where or with what account.
Every command asks here first, so that the tool of migrations loads only when it is needed.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grants.errors import Unavailable

MEGABYTE = 1 << 20


def database_answers(session: Session) -> bool:
    """Whether the database can be reached."""
    try:
        return session.scalar(select(1)) == 1
    except (SQLAlchemyError, Unavailable):
        return False


def has_tables(session: Session) -> bool:
    """Whether the database was ever created; an empty one would fail at the first query."""
    return inspect(session.connection()).has_table("organisations")


def reasons_not_ready(
    session: Session, *, data_dir: Path, pieces: Path, free_megabytes: int
) -> tuple[str, ...]:
    """Why nobody should be sent here now, one reason a line; none when the program can work.

    Args: data_dir: folder of the installation. pieces: folder of the stored pieces. free_megabytes:
    least free space.
    """
    reasons = (
        database_reason(session),
        _storage_reason(pieces if pieces.is_dir() else data_dir),
        _space_reason(data_dir, free_megabytes),
    )
    return tuple(reason for reason in reasons if reason)


def database_reason(session: Session) -> str:
    """Why the database cannot be used, empty where it can."""
    from grants.services.platform.database import revision_of

    if not database_answers(session):
        return "la base de données ne répond pas"
    try:
        revision = revision_of(session.connection())
    except (SQLAlchemyError, Unavailable):
        return "la version de la base de données ne se lit pas"
    return "" if revision == _newest_revision() else "la base n'est pas à la version du programme"


@cache
def _newest_revision() -> str:
    from grants.services.platform.database import known_revisions

    # The program's own files: they do not change while it runs.
    return known_revisions()[-1]


def _storage_reason(folder: Path) -> str:
    # Asking for rights is not enough: a disk may be mounted read-only, or be full.
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            probe.flush()
    except OSError:
        return "le dossier des pièces n'accepte pas d'écriture"
    return ""


def _space_reason(folder: Path, free_megabytes: int) -> str:
    try:
        free = shutil.disk_usage(folder).free // MEGABYTE
    except OSError:
        return "le dossier des données ne se lit pas"
    return "" if free >= free_megabytes else f"moins de {free_megabytes} Mo libres sur le disque"

"""Use-case: make the database and the store what a backup holds, all or nothing.

One transaction drops what is there, builds the tables as they were at the backup's revision, fills
them, and brings them to the program's revision. Whoever cuts it off, at any moment, leaves the old
database. Rows are only ever inserted: tables that may only grow are no exception.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import BigInteger, Connection, Engine, column, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from grants.errors import Conflict, GrantsError, Unavailable, Unreadable
from grants.french import count
from grants.models.row_security import tell_scope
from grants.services.audit.deed import Deed
from grants.services.backup.checking import BackupFile, Progress, opened_backup
from grants.services.backup.format import Manifest, is_sealed_by, key_mark
from grants.services.backup.tables import (
    VERSION_TABLE,
    Kind,
    Shape,
    insert_lines,
    row_count,
    shapes_at,
)
from grants.services.backup.telling import tell_restoration
from grants.services.platform.database import (
    differences_over,
    known_revisions,
    revision_of,
    tables_may_be_rebuilt,
    upgrade_over,
)
from grants.services.platform.storage import FileStorage, Storage

LOCK_PATIENCE = "10s"
# A table filled, its indexes and the log of the transaction beside it.
ROOM_FACTOR = 4

_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


class NotEmpty(Conflict):
    """The database holds rows that a restoration would destroy; ``lost`` counts them by table."""

    def __init__(self, lost: Mapping[str, int]) -> None:
        gone = count(sum(lost.values()), "ligne serait perdue", "lignes seraient perdues")
        shown = ", ".join(f"{name} : {number}" for name, number in sorted(lost.items()))
        super().__init__(
            f"la base n'est pas vide : {gone} ({shown}) ; "
            "sauvegardez-la d'abord, puis relancez avec --force"
        )
        self.lost = lost


class NotOurs(Conflict):
    """The backup was made by another installation, by one of before, or was changed since."""

    def __init__(self, manifest: Manifest, keys: Sequence[str]) -> None:
        here = ", ".join(key_mark(key) for key in keys)
        if not manifest.seal:
            what = "ne dit pas de quelle installation elle vient (programme d'avant, ou retouchée)"
        elif manifest.key in here:
            what = "porte la clé d'ici mais n'est plus comme elle a été faite : retouchée"
        else:
            what = "vient d'une autre installation, ou d'avant que la clé d'ici soit tirée"
        super().__init__(
            f"cette sauvegarde {what} ; sa clé : {manifest.key or 'inconnue'}, d'ici : {here}. "
            "Qui l'a faite a pu s'y donner tous les droits : vérifiez d'où elle vient, puis "
            "relancez avec --force, et lisez la liste des exploitants"
        )


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was put back, the rows that had to go, by table, who now runs the platform, and whether
    one of our keys made it.
    """

    manifest: Manifest
    lost: Mapping[str, int]
    operators: tuple[str, ...]
    is_ours: bool


def restore_backup(
    engine: Engine,
    *,
    path: Path,
    storage: Storage,
    keys: Sequence[str],
    deed: Deed,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> Restoration:
    """Replace the database by a backup's rows, and add its pieces to the store.

    The file is checked whole before the first change. A backup of an older version is restored as
    it was and then brought to the program's version by the same migrations as any database.
    That it was done is told in the trail that it brings, with who runs the platform from now on.
    Args: keys: the installation's, the present one first. deed: who restores.
    Raises: Unreadable: no backup, damaged, or of a newer program. NotOurs: none of ``keys`` made
    it; NotEmpty: the database holds rows; both unless ``replace`` is set. GrantsError: the database
    refuses, or people are at work.
    """
    with opened_backup(path, progress) as backup:
        _refuse_unknown(backup.manifest)
        is_ours = is_sealed_by(backup.manifest, keys)
        if not (is_ours or replace):
            raise NotOurs(backup.manifest, keys)
        _refuse_too_large(backup.manifest, storage)
        with (
            engine.connect() as connection,
            tables_may_be_rebuilt(connection),
            _refusals_told(connection),
        ):
            _lock(connection)
            tell_scope(connection, None)
            lost = _rows_to_lose(connection)
            if lost and not replace:
                raise NotEmpty(lost)
            _drop_tables(connection)
            _fill(connection, backup, progress)
            _put_pieces(backup, storage, progress)
            operators = tell_restoration(
                connection, backup.manifest, sha256=_file_hash(path), is_ours=is_ours, deed=deed
            )
            connection.commit()
        return Restoration(backup.manifest, lost, operators, is_ours)


def _file_hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _refuse_unknown(manifest: Manifest) -> None:
    if manifest.revision not in known_revisions():
        raise Unreadable(
            f"la sauvegarde est à la version « {manifest.revision} » (programme "
            f"{manifest.program_version}), que ce programme ne connaît pas : mettez-le à jour, "
            "puis restaurez"
        )


def _refuse_too_large(manifest: Manifest, storage: Storage) -> None:
    """Refuse what the disk of the pieces could not hold; a database server minds its own disk."""
    if not isinstance(storage, FileStorage):
        return
    needed = sum(entry.size for entry in manifest.pieces.values())
    needed += ROOM_FACTOR * sum(entry.size for entry in manifest.tables.values())
    folder = next(path for path in (storage.root, *storage.root.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise Conflict(
            f"la restauration demande environ {needed >> 20} Mo, le disque en a {free >> 20} : "
            "faites de la place"
        )


@contextmanager
def _refusals_told(connection: Connection) -> Iterator[None]:
    """Say in French what the database refuses, whichever driver says it.

    Rows go in by the drivers' own bulk calls, whose errors SQLAlchemy does not wrap.
    """
    driver_error = cast("type[Exception]", connection.dialect.loaded_dbapi.Error)
    try:
        yield
    except (Unavailable, DBAPIError, driver_error) as error:
        said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise GrantsError(
            f"la base refuse cette restauration, rien n'a été changé : {said} (arrêtez le site "
            "s'il sert pendant ce temps)"
        ) from error


def _lock(connection: Connection) -> None:
    """Let nobody write between the count of what would be lost and its loss."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
        names = _present(connection)
        if names:
            quote = connection.dialect.identifier_preparer.quote
            connection.execute(text(f"LOCK TABLE {', '.join(map(quote, sorted(names)))}"))
    else:
        # SQLAlchemy's own BEGIN takes the lock at the first change only.
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _present(connection: Connection) -> dict[str, Shape]:
    """Our tables in the database, at whatever version it is; none when it was never created.

    Raises: GrantsError: its version is unknown to this program.
    """
    revision = revision_of(connection)
    if revision is None:
        return {}
    if revision not in known_revisions():
        raise GrantsError(
            f"la base est à la version « {revision} », que ce programme ne connaît pas : "
            "restaurez avec le programme plus récent, ou dans une base vide"
        )
    return shapes_at(revision)


def _rows_to_lose(connection: Connection) -> dict[str, int]:
    shapes = _present(connection)
    counts = {name: row_count(connection, shape) for name, shape in shapes.items()}
    return {name: number for name, number in counts.items() if number}


def _drop_tables(connection: Connection) -> None:
    """Take the tables away, with their triggers: those guard rows, not the whole installation."""
    names = sorted({*_present(connection), VERSION_TABLE} & set(_table_names(connection)))
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        if names:
            connection.execute(text(f"DROP TABLE {', '.join(map(quote, names))}"))
    else:
        for name in names:
            connection.execute(text(f"DROP TABLE {quote(name)}"))


def _table_names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


def _fill(connection: Connection, backup: BackupFile, progress: Progress) -> None:
    manifest = backup.manifest
    shapes = shapes_at(manifest.revision)
    if set(shapes) != set(manifest.tables):
        raise Unreadable(
            "les tables de la sauvegarde ne sont pas celles de la version "
            f"« {manifest.revision} » : {', '.join(sorted(set(shapes) ^ set(manifest.tables)))}"
        )
    upgrade_over(connection, manifest.revision)
    with _foreign_keys_checked_at_the_end(connection):
        for done, shape in enumerate(shapes.values()):
            progress(done, len(shapes))
            _fill_table(connection, backup, shape)
    _set_sequences(connection, shapes.values())
    upgrade_over(connection)
    differences = differences_over(connection)
    if differences:
        raise GrantsError(f"la base restaurée diffère du programme : {differences[0]}")


def _fill_table(connection: Connection, backup: BackupFile, shape: Shape) -> None:
    try:
        insert_lines(connection, shape, backup.lines(shape))
    except (ValueError, TypeError) as error:
        raise Unreadable(f"une ligne de « {shape.name} » n'a pas la forme attendue") from error
    found, expected = row_count(connection, shape), backup.manifest.tables[shape.name].rows
    if found != expected:
        raise GrantsError(
            f"« {shape.name} » tient {count(found, 'ligne')}, {count(expected, 'attendue')}"
        )


@contextmanager
def _foreign_keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """Rows may come in any order, a child before its parent; at the end every parent is there."""
    if connection.dialect.name != "postgresql":
        yield
        # Foreign keys are off (``tables_may_be_rebuilt``), so they are asked for once.
        if orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Unreadable(f"une ligne de « {orphan[0]} » en nomme une qui n'existe pas")
        return
    keys = connection.execute(text(_FOREIGN_KEYS)).all()
    for table_name, name, _definition in keys:
        connection.execute(text(f"ALTER TABLE {table_name} DROP CONSTRAINT {name}"))
    yield
    for table_name, name, definition in keys:
        connection.execute(text(f"ALTER TABLE {table_name} ADD CONSTRAINT {name} {definition}"))


def _set_sequences(connection: Connection, shapes: Iterable[Shape]) -> None:
    """Let PostgreSQL number the next row after the last one; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    for shape in shapes:
        if _is_numbered(shape):
            key = column(shape.key[0], BigInteger)
            last = select(func.coalesce(func.max(key), 0) + 1).select_from(table(shape.name))
            # None for a key that is not numbered by the database; then nothing is set.
            sequence = func.pg_get_serial_sequence(quote(shape.name), key.name)
            connection.execute(select(func.setval(sequence, last.scalar_subquery(), False)))


def _is_numbered(shape: Shape) -> bool:
    kinds = dict(zip(shape.columns, shape.kinds, strict=True))
    return len(shape.key) == 1 and kinds[shape.key[0]] is Kind.INTEGER


def _put_pieces(backup: BackupFile, storage: Storage, progress: Progress) -> None:
    # Before the commit: rows whose pieces could not be stored must not stay. The other way round
    # nothing is lost; a piece that no row names waits for the next try.
    for done, sha256 in enumerate(backup.manifest.pieces):
        progress(done, len(backup.manifest.pieces))
        if storage.exists(sha256):
            continue
        with backup.piece(sha256) as source:
            stored: Any = storage.put(cast("BinaryIO", source))
        if stored.sha256 != sha256:
            raise Unreadable(f"la pièce {sha256} a changé pendant la restauration")

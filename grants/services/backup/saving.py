"""Use-case: write the whole installation to one file, while people work.

All rows are read in one transaction that sees one moment: a read transaction of SQLite's
write-ahead log, or PostgreSQL's repeatable read. Nobody waits for it. The same file is read back
on either database (see ``backup_restore``).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlalchemy import Connection, Engine, Text, column, select, table
from sqlalchemy.exc import DBAPIError

from exports.evidence.pack_zip import entry as zip_entry
from grants.errors import Conflict, GrantsError, NotFound, Unavailable
from grants.french.failures import failure_fr
from grants.models.row_security import foreign_policies, passes_walls, tell_scope
from grants.services.backup.checking import CHUNK, Progress, opened_backup
from grants.services.backup.format import (
    MANIFEST,
    Entry,
    Manifest,
    heading,
    json_line,
    manifest_bytes,
    moment_text,
    piece_member,
    sealed,
    table_member,
)
from grants.services.backup.tables import Shape, shapes_at, stored_lines
from grants.services.platform.database import known_revisions, revision_of
from grants.services.platform.storage import Storage

# Columns that name a stored file by its hash.
PIECE_COLUMNS = (("pieces", "sha256"), ("organisation_files", "sha256"))
_OWNER_ALONE = 0o600
# Level 1 is three times faster than 6 and gives files a quarter larger.
_LEVEL = 1
_JOINED_LINES = 1_000


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was written and read back: what it holds, its own hash and size."""

    manifest: Manifest
    sha256: str
    size: int


def make_backup(
    engine: Engine,
    *,
    path: Path,
    storage: Storage,
    at: datetime,
    secret_key: str,
    replace: bool = False,
    progress: Progress = lambda done, total: None,
) -> BackupReport:
    """Write every row and every stored piece to ``path``, for its owner alone (mode 600).

    The file appears under its name only after it was read back whole. A piece that the store has
    lost or that changed there is left out and named in the manifest: the rest is saved all the
    same.
    ``secret_key`` seals it: the same installation knows it again, and that nobody changed it.
    Raises: Conflict: the file exists and ``replace`` is not set, or cannot be written. GrantsError:
    the database has no version, or one that this program does not know.
    """
    _refuse_target(path, replace=replace)
    try:
        with _draft_beside(path) as draft:
            _write(draft, engine, storage, moment_text(at), secret_key, progress)
            made = _read_back(draft)
            _put_in_place(draft, path, replace=replace)
    except OSError as error:
        raise Conflict(f"« {path} » ne peut pas être écrit : {failure_fr(error)}") from error
    return made


def _refuse_target(path: Path, *, replace: bool) -> None:
    if path.exists() and not (replace and path.is_file()):
        raise Conflict(f"« {path} » existe déjà : --force le remplace")
    if not path.parent.is_dir():
        raise Conflict(f"le dossier « {path.parent} » n'existe pas : créez-le d'abord")


@contextmanager
def _draft_beside(path: Path) -> Iterator[Path]:
    # ``mkstemp`` opens it for its owner alone from the first byte.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".backup-")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, path: Path, *, replace: bool) -> None:
    _refuse_target(path, replace=replace)
    draft.chmod(_OWNER_ALONE)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(
    draft: Path, engine: Engine, storage: Storage, at: str, secret_key: str, progress: Progress
) -> None:
    with draft.open("wb") as out:
        with ZipFile(out, "w") as archive:
            with _one_moment(engine) as connection:
                revision = _known_revision(connection)
                shapes = shapes_at(revision)
                tables = {}
                for done, shape in enumerate(shapes.values()):
                    progress(done, len(shapes))
                    tables[shape.name] = _add_table(archive, connection, shape)
                wanted = _piece_hashes(connection, shapes)
            pieces, missing = _add_pieces(archive, storage, wanted, progress)
            manifest = Manifest(
                at, version("grants"), revision, engine.dialect.name, tables, pieces, missing
            )
            _add(archive, MANIFEST, [manifest_bytes(sealed(manifest, secret_key))], is_text=True)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction whose every query sees the database as at its first one."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            tell_scope(connection, None)
            _refuse_hidden_rows(connection)
        try:
            yield connection
        except Unavailable as error:
            raise GrantsError(f"la base n'a pas pu être lue en entier : {error}") from error
        except DBAPIError as error:
            raise GrantsError(
                f"la base n'a pas pu être lue en entier : {_first_line(error)}"
            ) from error


def _refuse_hidden_rows(connection: Connection) -> None:
    """A role that sees only some rows must fail here, not write a backup of some rows."""
    hidden = foreign_policies(connection)
    if hidden and not passes_walls(connection):
        raise GrantsError(
            f"une règle de la base (row-level security), étrangère au programme, peut cacher des "
            f"lignes de « {hidden[0]} » : retirez-la, ou sauvegardez avec un rôle BYPASSRLS"
        )


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0]


def _known_revision(connection: Connection) -> str:
    revision = revision_of(connection)
    if revision is None:
        raise GrantsError("la base de données n'existe pas encore : lancez « grants db upgrade »")
    if revision not in known_revisions():
        raise GrantsError(
            f"la base est à la version « {revision} », que ce programme ne connaît pas : "
            "sauvegardez avec le programme plus récent qui l'a écrite"
        )
    return revision


def _add_table(archive: ZipFile, connection: Connection, shape: Shape) -> Entry:
    lines = stored_lines(connection, shape)
    counted = _CountingStream(json_line(line) for line in lines)
    written = _add(
        archive,
        table_member(shape.name),
        _joined([json_line(heading(shape))], counted),
        is_text=True,
    )
    return Entry(written.sha256, written.size, counted.count)


class _CountingStream:
    """Passes chunks on and counts them: a generator of a million rows has no length."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.count += 1
            yield chunk


def _joined(first: list[bytes], lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines in larger chunks: compressing them one by one costs more than the compression."""
    held = first
    for line in lines:
        held.append(line)
        if len(held) >= _JOINED_LINES:
            yield b"".join(held)
            held = []
    yield b"".join(held)


def _add(archive: ZipFile, name: str, chunks: Iterable[bytes], *, is_text: bool) -> Entry:
    info = zip_entry(name)
    info.compress_type = ZIP_DEFLATED if is_text else ZIP_STORED
    info._compresslevel = _LEVEL  # type: ignore[attr-defined] # public as compress_level from 3.13 on
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as target:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Entry(digest.hexdigest(), size)


def _piece_hashes(connection: Connection, shapes: dict[str, Shape]) -> Sequence[str]:
    found: set[str] = set()
    for name, column_name in PIECE_COLUMNS:
        if name in shapes:
            sha256 = column(column_name, Text)
            query = select(sha256).select_from(table(name, sha256)).where(sha256 != "").distinct()
            found.update(connection.scalars(query))
    return sorted(found)


def _add_pieces(
    archive: ZipFile, storage: Storage, wanted: Sequence[str], progress: Progress
) -> tuple[dict[str, Entry], tuple[str, ...]]:
    pieces, missing = {}, []
    for done, sha256 in enumerate(wanted):
        progress(done, len(wanted))
        if _is_sound(storage, sha256):
            with storage.open(sha256) as source:
                chunks = iter(lambda: source.read(CHUNK), b"")
                pieces[sha256] = _add(archive, piece_member(sha256), chunks, is_text=False)
        else:
            missing.append(sha256)
    return pieces, tuple(missing)


def _is_sound(storage: Storage, sha256: str) -> bool:
    try:
        with storage.open(sha256) as source:
            return _sha256(source) == sha256
    except (NotFound, OSError):
        return False


def _read_back(draft: Path) -> BackupReport:
    with opened_backup(draft) as backup:
        manifest = backup.manifest
    with draft.open("rb") as source:
        return BackupReport(manifest, _sha256(source), draft.stat().st_size)


def _sha256(source: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()

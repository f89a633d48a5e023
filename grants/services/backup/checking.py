"""Read a backup file that may be damaged, or made by somebody to do harm.

Nothing of it is ever unpacked to a path: members are looked up by the names that a backup can hold,
read in pieces of bounded size, and compared with the manifest before anybody uses them.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from grants.errors import Unreadable
from grants.french import count
from grants.french.failures import failure_fr
from grants.services.backup.format import (
    MANIFEST,
    Entry,
    Manifest,
    heading,
    is_member_name,
    piece_member,
    read_manifest,
    table_member,
)
from grants.services.backup.tables import Line, Shape
from grants.services.platform.storage import PIECE_LIMIT

CHUNK = 1 << 20
MANIFEST_LIMIT = 256 << 20
LINE_LIMIT = 64 << 20
# Our own tables shrink by 10 to 50; a file that unfolds to more than this was made to.
UNFOLDS_AT_MOST = 200
UNFOLDS_FREELY = 64 << 20
_ENCRYPTED = 1
# What Python's reader raises on an archive that was cut, altered or forged.
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackupFile:
    """An open backup whose every member was found as its manifest says."""

    manifest: Manifest
    archive: ZipFile

    def lines(self, shape: Shape) -> Iterator[Line]:
        """Rows of a table.

        Raises: Unreadable: the columns are not those of the table, or a line is no row.
        """
        with self.archive.open(table_member(shape.name)) as source:
            if _json(_line(source)) != heading(shape):
                raise Unreadable(f"les colonnes de « {shape.name} » ne sont pas celles attendues")
            while line := _line(source):
                yield _json(line)

    def piece(self, sha256: str) -> IO[bytes]:
        """Stream of a piece."""
        return self.archive.open(piece_member(sha256))


@contextmanager
def opened_backup(
    path: Path, progress: Progress = lambda done, total: None
) -> Iterator[BackupFile]:
    """Open a backup and check the whole of it first: names, sizes, hashes, counts.

    Raises: Unreadable: no backup, damaged, altered, or made to exhaust the reader.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise Unreadable(f"« {path} » ne peut pas être lu : {failure_fr(error)}") from error
    with raw:
        with _damage_told(path):
            archive = ZipFile(raw)
        with archive:
            with _damage_told(path):
                manifest = _checked(archive, path.stat().st_size, progress)
            yield BackupFile(manifest, archive)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except Unreadable as error:
        raise Unreadable(f"« {path.name} » : {error}") from error
    except _DAMAGE as error:
        raise Unreadable(
            f"« {path.name} » n'est pas une sauvegarde lisible (archive zip abîmée ou autre "
            "fichier) : prenez une autre copie"
        ) from error


def _checked(archive: ZipFile, size: int, progress: Progress) -> Manifest:
    _refuse_odd_members(archive)
    _refuse_bomb(archive, size)
    manifest = read_manifest(_manifest_content(archive))
    members = manifest.members
    _refuse_differing_names(set(archive.namelist()) - {MANIFEST}, set(members))
    for done, (name, entry) in enumerate(members.items()):
        progress(done, len(members))
        _check_member(archive, name, entry)
    for sha256, entry in manifest.pieces.items():
        if entry.sha256 != sha256 or entry.size > PIECE_LIMIT:
            raise Unreadable(f"la pièce {sha256} n'est pas celle que son nom annonce")
    progress(len(members), len(members))
    return manifest


def _refuse_odd_members(archive: ZipFile) -> None:
    for info in archive.infolist():
        if not is_member_name(info.filename):
            raise Unreadable(f"« {_shown(info.filename)} » n'a pas sa place dans une sauvegarde")
        if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable(f"« {info.filename} » est chiffré ou compressé d'une autre façon")
    twice = [name for name, count in Counter(archive.namelist()).items() if count > 1]
    if twice:
        raise Unreadable(f"« {twice[0]} » s'y trouve deux fois")


def _refuse_bomb(archive: ZipFile, size: int) -> None:
    announced = sum(info.file_size for info in archive.infolist())
    if announced > UNFOLDS_FREELY + UNFOLDS_AT_MOST * size:
        raise Unreadable(f"{size} octets annoncent {announced} octets dépliés : archive piégée")


def _manifest_content(archive: ZipFile) -> bytes:
    if MANIFEST not in archive.namelist():
        raise Unreadable(f"{MANIFEST} manque : ce n'est pas une sauvegarde de ce programme")
    with archive.open(MANIFEST) as source:
        content = source.read(MANIFEST_LIMIT + 1)
    if len(content) > MANIFEST_LIMIT:
        raise Unreadable(f"{MANIFEST} dépasse {MANIFEST_LIMIT} octets")
    return content


def _refuse_differing_names(found: set[str], announced: set[str]) -> None:
    missing, added = sorted(announced - found), sorted(found - announced)
    if missing or added:
        what = f"« {(missing or added)[0]} » {'manque' if missing else 'est de trop'}"
        raise Unreadable(
            f"{what} ({count(len(missing), 'membre')} en moins, {len(added)} en plus par rapport à "
            f"{MANIFEST})"
        )


def _check_member(archive: ZipFile, name: str, entry: Entry) -> None:
    digest, size, ends = hashlib.sha256(), 0, 0
    with archive.open(name) as source:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > entry.size:
                break
            digest.update(chunk)
            ends += chunk.count(b"\n") if name.startswith("tables/") else 0
    if (size, digest.hexdigest()) != (entry.size, entry.sha256):
        raise Unreadable(
            f"« {name} » a été modifié : empreinte attendue {entry.sha256[:12]}… sur {entry.size} "
            f"octets, trouvée {digest.hexdigest()[:12]}… sur {size}"
        )
    # The heading of a table is a line too; a piece has none.
    if name.startswith("tables/") and ends != entry.rows + 1:
        raise Unreadable(
            f"« {name} » tient {count(ends - 1, 'ligne')}, {count(entry.rows, 'attendue')}"
        )


def _line(source: IO[bytes]) -> bytes:
    line = source.readline(LINE_LIMIT + 1)
    if len(line) > LINE_LIMIT:
        raise Unreadable(f"une ligne de la sauvegarde dépasse {LINE_LIMIT} octets")
    return line


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable("une ligne de la sauvegarde n'est pas lisible") from error


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:100])

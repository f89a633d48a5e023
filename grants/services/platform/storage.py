"""Where pieces are kept: a small interface, and the one that writes to a folder.

A file is named by its content (SHA-256), so that the same piece is kept once, a stored piece cannot
change unseen, and storing twice does nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from grants.errors import Conflict, NotFound

PIECE_LIMIT = 50 * 1024 * 1024
_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


class TooLarge(Conflict):
    """A piece above the limit."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file: its hash, by which it is opened again, and its size in bytes."""

    sha256: str
    size: int


class Storage(Protocol):
    """What the import writes pieces to, and the pack reads them from."""

    def put(self, source: BinaryIO) -> StoredFile:
        """Keep the bytes of a stream; raises ``TooLarge``."""

    def open(self, sha256: str) -> BinaryIO:
        """Stream of a kept file; raises ``NotFound``."""

    def exists(self, sha256: str) -> bool:
        """Whether a file of that hash is kept."""

    def delete(self, sha256: str) -> None:
        """Let a file go; nothing happens when it is gone already."""


class FileStorage:
    """Pieces in a folder: ``root/ab/cdef…`` for the hash ``abcdef…``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, source: BinaryIO) -> StoredFile:
        """Keep the bytes of a stream.

        The file appears under its name only when it is whole and on disk, so that a power cut
        leaves none that its hash would belie.
        Raises: TooLarge: more than ``PIECE_LIMIT`` bytes; nothing stays.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.root, prefix=".new-")
        draft = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                stored = _copied(source, out)
                out.flush()
                os.fsync(out.fileno())
            target = self._get_path(stored.sha256)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Stream of a kept file.

        Raises: NotFound: no file of that hash.
        """
        try:
            return self._get_path(sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"pièce {sha256} absente du dossier des pièces") from error

    def exists(self, sha256: str) -> bool:
        """Whether a file of that hash is kept."""
        return _SHA256.fullmatch(sha256) is not None and self._get_path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """Let a file go; nothing happens when it is gone already."""
        self._get_path(sha256).unlink(missing_ok=True)

    def _get_path(self, sha256: str) -> Path:
        if _SHA256.fullmatch(sha256) is None:
            raise NotFound(f"« {sha256} » n'est pas l'empreinte d'une pièce")
        return self.root / sha256[:2] / sha256[2:]


def piece_storage(data_dir: Path) -> FileStorage:
    """Where the program keeps pieces, given its data folder."""
    return FileStorage(data_dir / "pieces")


def measured(source: BinaryIO) -> StoredFile:
    """Hash and size of a stream, without keeping it.

    Raises: TooLarge: more than ``PIECE_LIMIT`` bytes.
    """
    return _copied(source, None)


def _copied(source: BinaryIO, out: IO[bytes] | None) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > PIECE_LIMIT:
            raise TooLarge(f"une pièce pèse {PIECE_LIMIT // _CHUNK} Mo au plus")
        digest.update(chunk)
        if out is not None:
            out.write(chunk)
    return StoredFile(digest.hexdigest(), size)

"""Which files an import may take, and how one is opened so that no other can stand in for it.

A workbook comes from outside: a name in it is a wish, never a right. Only the declared folder is
looked into, name by name from its top, through no link; what is opened is judged by what it holds.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from grants.french.failures import failure_fr

FOLDER = "pieces"
KNOWN = "un PDF, une image (JPEG, PNG, TIFF) ou un document bureautique (docx, xlsx, odt, ods)"
# What a data folder holds, this installation's or another's: nothing below one is ever taken.
DATA_MARKS = ("secret_key", "grants.sqlite3")
_HEADS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_ZIP = b"PK\x03\x04"
_OFFICE = frozenset({"word/document.xml", "xl/workbook.xml"})
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe that nobody writes to would hold the import for ever.
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class PieceRefused(Exception):
    """A file that may not be taken; the text says what was expected instead."""


class PieceMissing(Exception):
    """No file of that name; the text says where it was looked for."""


@dataclass(frozen=True, slots=True)
class PieceFolder:
    """Where the files of one import lie.

    ``beside`` is the workbook's folder, whose ``pieces`` is looked into; or a folder of csv files,
    which offers its own too, since the command line named it. ``declared`` is a folder that the
    command named instead; ``store`` the installation's own data.
    """

    beside: Path
    is_csv: bool
    declared: Path | None = None
    store: Path | None = None

    @property
    def shown(self) -> str:
        """The folder in words, for whoever looks for a missing file."""
        return self.declared.name if self.declared else f"{self.beside.name}/{FOLDER}"

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """Stream of a named file.

        Raises: PieceRefused. PieceMissing.
        """
        root = (self.declared or self.beside).resolve()
        for parts in self._places(_parts(name)):
            try:
                handle = _open(root, parts, self.store)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise PieceRefused(f"un fichier lisible ({failure_fr(error)})") from error
            with os.fdopen(handle, "rb") as source:
                _require_known(source)
                yield source
            return
        raise PieceMissing(f"un fichier présent dans {self.shown}")

    def _places(self, parts: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Where a name may lead, below the root, the likeliest first."""
        inside = tuple(parts[1:] if len(parts) > 1 and parts[0] == FOLDER else parts)
        if self.declared is not None:
            yield from dict.fromkeys((inside, tuple(parts)))
            return
        yield (FOLDER, *inside)
        if self.is_csv and len(parts) == 1:
            yield tuple(parts)


def _parts(name: str) -> tuple[str, ...]:
    plain = name.replace("\\", "/")
    parts = PurePosixPath(plain).parts
    if "\0" in name or ".." in parts or plain.startswith("/") or PureWindowsPath(name).drive:
        raise PieceRefused("un chemin relatif, à l'intérieur du dossier des pièces")
    if not parts or any(part.startswith(".") for part in parts):
        raise PieceRefused("un fichier dont le nom ne commence pas par un point")
    return parts


def _open(root: Path, parts: Sequence[str], store: Path | None) -> int:
    """Descriptor of a file below a folder, reached through no link.

    Raises: PieceRefused. OSError: among others FileNotFoundError.
    """
    for folder in (root, *root.parents):
        _refuse_data_folder(folder, store)
    handle = os.open(root, _FOLDER_FLAGS)
    try:
        path = root
        for part in parts[:-1]:
            found, inner = _enter(handle, part, _FOLDER_FLAGS)
            os.close(handle)
            handle, path = inner, path / found
            _refuse_data_folder(path, store)
        _, file = _enter(handle, parts[-1], _FILE_FLAGS)
    finally:
        os.close(handle)
    try:
        _require_plain(file)
    except BaseException:
        os.close(file)
        raise
    return file


def _enter(folder: int, name: str, flags: int) -> tuple[str, int]:
    """Spelling of an entry on the disk, and its descriptor."""
    try:
        return name, _opened(folder, name, flags)
    except FileNotFoundError:
        spelled = _alike(folder, name)
        return spelled, _opened(folder, spelled, flags)


def _opened(folder: int, name: str, flags: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        if stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise PieceRefused("un vrai fichier : un lien n'est pas suivi") from error
        if isinstance(error, NotADirectoryError):
            raise FileNotFoundError(name) from error
        raise


def _alike(folder: int, name: str) -> str:
    """The entry that reads the same: accents composed or not, else the only one but for case."""
    names = [one for one in os.listdir(folder) if not one.startswith(".")]
    for spelled in (_composed, _folded):
        alike = [one for one in names if spelled(one) == spelled(name)]
        if len(alike) == 1:
            return alike[0]
    raise FileNotFoundError(name)


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())


def _refuse_data_folder(folder: Path, store: Path | None) -> None:
    is_store = store is not None and folder == store.resolve()
    if is_store or any((folder / mark).exists() for mark in DATA_MARKS):
        raise PieceRefused(
            f"un fichier hors d'un dossier de données du programme : « {folder.name} » en est un, "
            "placez le classeur et ses pièces ailleurs"
        )


def _require_plain(file: int) -> None:
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode):
        raise PieceRefused("un fichier ordinaire")
    if found.st_nlink > 1:
        raise PieceRefused(
            "un fichier qui n'existe que là : celui-ci porte un autre nom ailleurs (lien "
            "physique), copiez-le"
        )


def _require_known(source: BinaryIO) -> None:
    head = source.read(8)
    source.seek(0)
    if not (head.startswith(_HEADS) or (head.startswith(_ZIP) and _is_office(source))):
        raise PieceRefused(f"{KNOWN}, reconnu à son contenu")
    source.seek(0)


def _is_office(source: BinaryIO) -> bool:
    """Whether a zip is a document: an archive may hold anything, a backup of ours included."""
    try:
        with ZipFile(source) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as kind:
                    return kind.read(80).startswith(_OPEN_DOCUMENT)
            return "[Content_Types].xml" in names and not _OFFICE.isdisjoint(names)
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError):
        return False

"""What kind of file a workbook is, and whether it may be opened at all.

A spreadsheet library loads a whole sheet at once, so a small file made to swell must be refused
before it is read: its size, what its archive really holds, and never what the archive says alone.
"""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from grants.errors import Unreadable
from grants.french.failures import failure_fr

MEGABYTE = 1024 * 1024
FILE_LIMIT = 50 * MEGABYTE
UNPACKED_LIMIT = 500 * MEGABYTE
# Repetitive time sheets shrink about thirty times; what swells further was made to.
RATIO_LIMIT = 150
RATIO_FROM = 20 * MEGABYTE
ENTRY_LIMIT = 5_000
COLUMN_LIMIT = 100

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
# The stream of an encrypted workbook, as its container spells the name.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20


class FileKind(StrEnum):
    """Formats that are read."""

    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"


def file_kind(path: Path) -> FileKind:
    """Format of a file, told from its content: extensions lie.

    Raises: Unreadable: no such file, too large, or no workbook that we read.
    """
    with reading(path):
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable(f"« {path.name} » n'est pas un fichier ordinaire")
        size = path.stat().st_size
        if size > FILE_LIMIT:
            raise Unreadable(
                f"« {path.name} » pèse {size // MEGABYTE} Mo, {FILE_LIMIT // MEGABYTE} Mo au plus "
                "sont acceptés : importez le classeur en plusieurs fichiers"
            )
        content = path.read_bytes()
    if content.startswith(ZIP_MAGIC):
        return _archive_kind(path)
    if content.startswith(OLE_MAGIC):
        if ENCRYPTED_STREAM in content:
            raise Unreadable(
                f"« {path.name} » est protégé par un mot de passe : ouvrez-le, retirez la "
                "protection et enregistrez-le"
            )
        return FileKind.XLS
    raise _no_workbook(path)


def _no_workbook(path: Path) -> Unreadable:
    return Unreadable(
        f"« {path.name} » n'est pas un classeur : un fichier .xlsx, .ods ou .xls, ou un dossier de "
        "fichiers .csv est attendu"
    )


def _archive_kind(path: Path) -> FileKind:
    with opened_archive(path) as archive:
        names = set(archive.namelist())
        _check_entries(path, archive)
        if "xl/workbook.xml" in names:
            return FileKind.XLSX
        if "xl/workbook.bin" in names:
            raise Unreadable(f"« {path.name} » est au format .xlsb : enregistrez-le en .xlsx")
        if "content.xml" in names and "mimetype" in names:
            kind = archive.read("mimetype")
            if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return FileKind.ODS
    raise _no_workbook(path)


def _check_entries(path: Path, archive: ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT or len(set(archive.namelist())) != len(entries):
        raise Unreadable(f"« {path.name} » : archive anormale (trop d'éléments ou doublons)")
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise Unreadable(f"« {path.name} » est chiffré : enregistrez-le sans mot de passe")
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise Unreadable(f"« {path.name} » : compression inconnue, enregistrez-le à nouveau")
    _check_size(path, sum(entry.file_size for entry in entries))
    _check_size(path, _real_size(path, archive, entries))


def _real_size(path: Path, archive: ZipFile, entries: list[ZipInfo]) -> int:
    """Bytes that the entries give when unpacked: the declared sizes may lie."""
    total = 0
    for entry in entries:
        declared, entry.file_size = entry.file_size, UNPACKED_LIMIT + _CHUNK
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                _check_size(path, total)
        entry.file_size = declared
    return total


def _check_size(path: Path, unpacked: int) -> None:
    packed = path.stat().st_size
    if unpacked > UNPACKED_LIMIT:
        raise Unreadable(
            f"« {path.name} » dépasse {UNPACKED_LIMIT // MEGABYTE} Mo une fois décompressé : "
            "importez le classeur en plusieurs fichiers"
        )
    if unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * packed:
        raise Unreadable(
            f"« {path.name} » se décompresse plus de {RATIO_LIMIT} fois sa taille : ce n'est pas "
            "un classeur ordinaire, il n'est pas ouvert"
        )


@contextmanager
def opened_archive(path: Path) -> Iterator[ZipFile]:
    """The file as a zip archive; a damaged one is ``Unreadable``."""
    try:
        with reading(path), ZipFile(path) as archive:
            yield archive
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise Unreadable(f"« {path.name} » est abîmé : {error}") from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say in French why a file cannot be read."""
    try:
        yield
    except FileNotFoundError as error:
        raise Unreadable(f"« {path} » est introuvable") from error
    except OSError as error:
        raise Unreadable(f"« {path} » ne peut pas être lu : {failure_fr(error)}") from error

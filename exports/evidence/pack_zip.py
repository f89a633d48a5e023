"""The zip of a justification pack, byte by byte: written one way only, so that it can be checked.

Files are stored, not compressed: pieces are compressed already, and a compressed stream holds bits
that may change without changing what it unpacks to. Every byte of the archive follows from the
names and the contents; a check may therefore compute what it must be and find one that differs.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
CHUNK = 1 << 20
_UNIX = 3
_REGULAR_FILE = 0o100644 << 16
_LOCAL = b"PK\x03\x04"
_LOCAL_SIZE, _RECORD_SIZE = 30, 46
_ENCRYPTED = 1


def entry(name: str) -> ZipInfo:
    """Head of a file, without anything of this machine or of this day."""
    info = ZipInfo(name, EPOCH)
    info.compress_type = ZIP_STORED
    info.create_system = _UNIX
    info.external_attr = _REGULAR_FILE
    return info


class PackZip:
    """Archive in the making; files are written in chunks and leave memory at once."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = ZipFile(out, "w", ZIP_STORED)

    def add(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write a file; returns its SHA-256."""
        digest = hashlib.sha256()
        with self._zip.open(entry(name), "w") as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
        return digest.hexdigest()

    def __enter__(self) -> PackZip:
        return self

    def __exit__(self, *_error: object) -> None:
        """Write the directory of the archive; after an error, the caller throws the file away."""
        self._zip.close()


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive as found: what the directory says of it, what the head before it."""

    info: ZipInfo
    local_name: str
    is_encrypted: bool
    is_as_written: bool

    @property
    def name(self) -> str:
        """Name in the directory."""
        return self.info.filename

    @property
    def data_offset(self) -> int:
        """Where its bytes begin."""
        return self.info.header_offset + len(_head(self.info))


def members(raw: BinaryIO, size: int, wanted: str) -> list[Member]:
    """Files of the archive, by place.

    Two lists tell of them: the heads before the files, followed one after the other, and the
    directory at the end. Damage to one must not hide which file it damages: the first of both that
    knows a file called ``wanted``, which is written last, is believed; the caller compares it with
    the rest.
    Raises: BadZipFile: neither leads anywhere.
    """
    listed = _listed(raw)
    lists = [_followed(raw, size), listed]
    known = [infos for infos in lists if any(_base(info.filename) == wanted for info in infos)]
    infos = next(iter(known or [infos for infos in lists if infos]), [])
    if not infos:
        raise BadZipFile("no file in the archive")
    flags = {info.header_offset: info.flag_bits for info in listed}
    return [_member(raw, info, flags.get(info.header_offset, 0)) for info in infos]


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _listed(raw: BinaryIO) -> list[ZipInfo]:
    try:
        with ZipFile(raw) as archive:
            return sorted(archive.infolist(), key=lambda info: info.header_offset)
    except (BadZipFile, NotImplementedError, ValueError, OSError):
        return []


def content(raw: BinaryIO, member: Member) -> Iterator[bytes]:
    """Stored bytes of a file, never inflated; shorter than announced when the archive ends."""
    raw.seek(member.data_offset)
    left = member.info.file_size
    while left > 0 and (chunk := raw.read(min(CHUNK, left))):
        left -= len(chunk)
        yield chunk


def directory(members: Sequence[Member]) -> Iterator[tuple[str, bytes]]:
    """What must follow the last file: a record for each file, then the end under an empty name."""
    written = [_as_written(member.info) for member in members]
    start = members[-1].data_offset + members[-1].info.file_size
    tail = _Tail(start)
    with ZipFile(tail, "w") as archive:
        archive.infolist().extend(written)
    position = 0
    for info in written:
        lengths = (_number(tail.written, position + at, 2) for at in (28, 30))
        end = position + _RECORD_SIZE + sum(lengths)
        yield info.filename, bytes(tail.written[position:end])
        position = end
    yield "", bytes(tail.written[position:])


class _Tail(io.RawIOBase):
    """File that pretends to hold ``start`` bytes already and keeps what follows."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.written = bytearray()

    def tell(self) -> int:
        return self.start + len(self.written)

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return offset

    def write(self, data: object) -> int:
        block = bytes(data)  # type: ignore[call-overload] # whatever buffer zipfile hands over
        self.written += block
        return len(block)


def _as_written(info: ZipInfo) -> ZipInfo:
    clean = entry(info.filename)
    clean.CRC, clean.header_offset = info.CRC, info.header_offset
    clean.file_size = clean.compress_size = info.file_size
    return clean


def _head(info: ZipInfo) -> bytes:
    return _as_written(info).FileHeader(zip64=False)


def _member(raw: BinaryIO, info: ZipInfo, listed_flags: int) -> Member:
    expected = _head(info)
    raw.seek(info.header_offset)
    found = raw.read(max(len(expected), _LOCAL_SIZE))
    raw.seek(info.header_offset + _LOCAL_SIZE)
    name = raw.read(_number(found, 26, 2)).decode("ascii", "replace")
    encrypted = bool(_number(found, 6, 2) & listed_flags & _ENCRYPTED)
    return Member(info, name, encrypted, found[: len(expected)] == expected)


def _followed(raw: BinaryIO, size: int) -> list[ZipInfo]:
    """Files by their heads, as far as these lead."""
    found: list[ZipInfo] = []
    position = 0
    while position < size:
        raw.seek(position)
        head = raw.read(_LOCAL_SIZE)
        if len(head) < _LOCAL_SIZE or not head.startswith(_LOCAL):
            break
        info = entry(raw.read(_number(head, 26, 2)).decode("ascii", "replace") or "?")
        info.CRC, info.file_size = _number(head, 14, 4), _number(head, 22, 4)
        info.header_offset = position
        found.append(info)
        position += _LOCAL_SIZE + _number(head, 26, 2) + _number(head, 28, 2) + _number(head, 18, 4)
    return found


def _number(record: bytes | bytearray, at: int, length: int) -> int:
    return int.from_bytes(record[at : at + length], "little")

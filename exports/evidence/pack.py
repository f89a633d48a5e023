"""Justification pack: what an auditor takes away, readable and checkable without our software.

The claim as a workbook, as JSON and as pages, one page per line; the pieces that stand; the list of
those that do not; the journal; and a manifest of hashes over all of it. The same claim and the same
pieces give the same bytes. Files are written one after the other: memory does not grow with them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from exports.claims.json_file import iter_claim
from exports.evidence.pack_names import MANIFEST, line_path, piece_path, root_name
from exports.evidence.pack_pages import PackPages, style
from exports.evidence.pack_zip import CHUNK, PackZip
from grants.errors import Unreadable
from grants.labels import label
from grants.rules.claims.claim import Claim, PieceLine

JOURNAL_HEADER = [
    "numero", "quand_utc", "qui", "evenement", "objet", "changement", "motif", "fichier", "sha256",
    "empreinte",
]  # fmt: skip

Progress = Callable[[int, int], None]
Chunks = Callable[[], Iterator[bytes]]


class PieceStore(Protocol):
    """Where the files of pieces are kept, by their hash."""

    def open(self, sha256: str) -> BinaryIO:
        """Stream of a kept file."""

    def exists(self, sha256: str) -> bool:
        """Whether a file of that hash is kept."""


@dataclass(frozen=True, slots=True)
class JournalEvent:
    """One thing that was done to the facts of the pack, in words.

    ``number`` and ``hash`` are those of the audit trail, empty for an import older than the trail;
    ``file_name`` and ``sha256`` name the workbook of an import.
    """

    number: int | None
    at: datetime
    who: str
    action: str
    subject: str
    changes: tuple[str, ...] = ()
    reason: str = ""
    file_name: str = ""
    sha256: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class PackContents:
    """Everything that goes into a pack. ``workbook`` is the claim's own, already written."""

    claim: Claim
    workbook: Path
    pieces: PieceStore
    journal: Sequence[JournalEvent] = ()


@dataclass(frozen=True, slots=True)
class WrittenPack:
    """What was written: folder inside the zip, number of files, pieces whose file is not there."""

    root: str
    files: int
    missing: tuple[PieceLine, ...]


def write_pack(
    contents: PackContents, out: BinaryIO, progress: Progress = lambda done, total: None
) -> WrittenPack:
    """Write the zip to a seekable stream; ``progress`` hears (files done, files in all).

    Raises: Unreadable: a kept piece is not what its hash says: the pack would carry a false proof.
    """
    claim = contents.claim
    standing = {
        piece.number
        for piece in claim.pieces
        if piece.sha256 and contents.pieces.exists(piece.sha256)
    }
    pages = PackPages(claim, standing, len(contents.journal))
    files = sorted(_files(contents, pages))
    root, manifest = root_name(claim), []
    with PackZip(out) as archive:
        for done, (name, chunks) in enumerate(files):
            progress(done, len(files))
            sha256 = archive.add(f"{root}/{name}", chunks())
            manifest.append(f"{sha256}  {name}\n".encode())
        archive.add(f"{root}/{MANIFEST}", manifest)
    progress(len(files), len(files))
    return WrittenPack(root, len(files) + 1, tuple(pages.missing))


def _files(contents: PackContents, pages: PackPages) -> Iterator[tuple[str, Chunks]]:
    claim = contents.claim
    yield "index.html", pages.index
    yield "figures.html", pages.figures
    yield "style.css", lambda: iter((style(),))
    yield "claim.json", partial(iter_claim, claim)
    yield "claim.xlsx", lambda: _chunks_of(contents.workbook.open("rb"))
    yield "journal.csv", lambda: iter((_journal(contents.journal),))
    yield "missing.csv", lambda: iter((_missing(pages.missing),))
    for position, line in enumerate(claim.lines):
        yield line_path(line), partial(pages.line, position)
    for piece in claim.pieces:
        if piece.number in pages.standing:
            yield piece_path(piece), partial(_piece, contents.pieces, piece)


def _piece(store: PieceStore, piece: PieceLine) -> Iterator[bytes]:
    digest = hashlib.sha256()
    for chunk in _chunks_of(store.open(piece.sha256)):
        digest.update(chunk)
        yield chunk
    if digest.hexdigest() != piece.sha256:
        raise Unreadable(
            f"la pièce {piece.reference} conservée a changé : empreinte {digest.hexdigest()}, "
            f"attendue {piece.sha256} ; importez-la de nouveau"
        )


def _chunks_of(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def _journal(events: Sequence[JournalEvent]) -> bytes:
    rows = [
        [
            "" if event.number is None else str(event.number),
            event.at.isoformat(timespec="seconds"),
            event.who,
            event.action,
            event.subject,
            " ; ".join(event.changes),
            event.reason,
            event.file_name,
            event.sha256,
            event.hash,
        ]
        for event in events
    ]
    return _table(JOURNAL_HEADER, rows)


def _missing(pieces: Sequence[PieceLine]) -> bytes:
    rows = [
        [
            str(piece.number),
            piece.reference,
            label(piece.kind) if piece.kind else "",
            piece.title,
            piece.person,
            " ".join(map(str, piece.lines)),
        ]
        for piece in pieces
    ]
    return _table(["numero", "reference", "type", "titre", "agent", "lignes"], rows)


def _table(header: list[str], rows: list[list[str]]) -> bytes:
    """Semicolons and a byte order mark, as a French spreadsheet opens it; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

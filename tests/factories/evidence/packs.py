"""Packs of fictional claims, whose pieces really have the hash that the claim names."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from exports.evidence.pack import JournalEvent, PackContents, WrittenPack, write_pack
from grants.rules.claims.claim import Claim
from tests.factories.claims.claim import Kind, sample_claim

JOURNAL = (
    JournalEvent(
        1,
        datetime(2025, 3, 1, 8, 30, tzinfo=UTC),
        "Camille Exemple",
        "Import",
        "Import de classeur classeur.xlsx",
        ("Feuille agents : 2 ajoutées", "Feuille postes : 1 ajoutée"),
        "=1+1",
        "classeur.xlsx",
        "a" * 64,
        "b" * 64,
    ),
)


@dataclass
class Shelf:
    """Pieces in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, content: bytes) -> str:
        """Keep a file; gives its hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.files[sha256] = content
        return sha256

    def open(self, sha256: str) -> BinaryIO:
        """Stream of a kept file."""
        return io.BytesIO(self.files[sha256])

    def exists(self, sha256: str) -> bool:
        """Whether it is kept."""
        return sha256 in self.files


def shelved(claim: Claim, *, all_stand: bool = True) -> tuple[Claim, Shelf]:
    """The claim with a small file behind each of its pieces; behind every other one only, else."""
    shelf = Shelf()
    pieces = tuple(
        replace(
            piece,
            sha256=shelf.keep(f"%PDF-1.4 {piece.reference}".encode()),
            file_name=f"{piece.reference}.pdf",
        )
        if all_stand or piece.number % 2
        else replace(piece, sha256="", file_name="")
        for piece in claim.pieces
    )
    return replace(claim, pieces=pieces), shelf


def packed(
    claim: Claim, shelf: Shelf, path: Path, journal: Sequence[JournalEvent] = JOURNAL
) -> WrittenPack:
    """Write the claim's pack; the workbook is a stand-in."""
    workbook = path.with_suffix(".xlsx")
    workbook.write_bytes(b"PK workbook of " + claim.reference.encode())
    with path.open("wb") as out:
        return write_pack(PackContents(claim, workbook, shelf, journal), out)


def sample_pack(path: Path, kind: Kind = "fse", persons: int = 1, months: int = 2) -> WrittenPack:
    """Whole pack of a small claim."""
    return packed(*shelved(sample_claim(kind, persons, months)), path)

"""What a backup file is: the names of its members, and the manifest that vouches for them.

A backup is a zip: ``manifest.json``, one ``tables/NAME.jsonl`` for each table (first line the
columns and what they hold, then one row a line) and one ``pieces/ab/cdef…`` for each stored piece.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from grants.errors import Unreadable
from grants.services.backup.tables import Shape

FORMAT = "grants-backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
MARK_LENGTH = 16

_TABLE = re.compile(r"tables/([a-z][a-z0-9_]{0,62})\.jsonl")
_PIECE = re.compile(r"pieces/([0-9a-f]{2})/([0-9a-f]{62})")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as the manifest vouches for it; ``rows`` is 0 for a piece."""

    sha256: str
    size: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """Content of a backup. ``missing`` are pieces that the rows name and the store had no more.

    ``key`` tells by which installation's secret key it was made, ``seal`` that nobody without it
    changed anything; both are empty in a backup of before.
    """

    created_at: str
    program_version: str
    revision: str
    database: str
    tables: Mapping[str, Entry]
    pieces: Mapping[str, Entry]
    missing: tuple[str, ...]
    key: str = ""
    seal: str = ""

    @property
    def members(self) -> dict[str, Entry]:
        """Every member of the archive but the manifest itself, by its name there."""
        tables = {table_member(name): entry for name, entry in self.tables.items()}
        return tables | {piece_member(sha256): entry for sha256, entry in self.pieces.items()}

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(entry.rows for entry in self.tables.values())


def table_member(name: str) -> str:
    """Name of a table's member."""
    return f"tables/{name}.jsonl"


def piece_member(sha256: str) -> str:
    """Name of a piece's member."""
    return f"pieces/{sha256[:2]}/{sha256[2:]}"


def is_member_name(name: str) -> bool:
    """Whether a name can stand in a backup: no other folder, no way out of one.

    Example:
    >>> is_member_name("tables/posts.jsonl"), is_member_name("../secret_key")
    (True, False)
    """
    return name == MANIFEST or any(rule.fullmatch(name) for rule in (_TABLE, _PIECE))


def json_line(values: object) -> bytes:
    """One line of a table's member."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def heading(shape: Shape) -> list[list[str]]:
    """First line of a table's member: each column and what it holds."""
    return [[name, kind.value] for name, kind in zip(shape.columns, shape.kinds, strict=True)]


def moment_text(at: datetime) -> str:
    """The moment of a backup, to the second."""
    return at.isoformat(timespec="seconds")


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it stands in the archive."""
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "created_at": manifest.created_at,
        "program_version": manifest.program_version,
        "revision": manifest.revision,
        "database": manifest.database,
        "tables": {name: asdict(entry) for name, entry in manifest.tables.items()},
        "pieces": {name: asdict(entry) for name, entry in manifest.pieces.items()},
        "missing_pieces": list(manifest.missing),
        "key": manifest.key,
        "seal": manifest.seal,
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def sealed(manifest: Manifest, secret_key: str) -> Manifest:
    """The manifest with the mark of a key and the seal made by it."""
    unsealed = replace(manifest, key=key_mark(secret_key), seal="")
    return replace(unsealed, seal=_seal(unsealed, secret_key))


def key_mark(secret_key: str) -> str:
    """What tells a key from another without telling it.

    Example:
    >>> len(key_mark("a key")), key_mark("a key") == key_mark("another key")
    (16, False)
    """
    return hmac.digest(secret_key.encode(), b"grants backup key 1", "sha256").hex()[:MARK_LENGTH]


def is_sealed_by(manifest: Manifest, keys: Sequence[str]) -> bool:
    """Whether one of these keys sealed a manifest as it is, hence all that it vouches for."""
    unsealed = replace(manifest, seal="")
    return any(hmac.compare_digest(_seal(unsealed, key), manifest.seal) for key in keys)


def _seal(unsealed: Manifest, secret_key: str) -> str:
    own = hmac.digest(secret_key.encode(), b"grants backup seal 1", "sha256")
    return hmac.digest(own, manifest_bytes(unsealed), "sha256").hex()


def read_manifest(content: bytes) -> Manifest:
    """Manifest of an archive.

    Raises: Unreadable: it is none, or of a later program.
    """
    try:
        document = json.loads(content)
        if document["format"] != FORMAT:
            raise KeyError(FORMAT)
        if document["format_version"] != FORMAT_VERSION:
            raise Unreadable(
                f"cette sauvegarde est au format {document['format_version']!r}, ce programme lit "
                f"le format {FORMAT_VERSION} : mettez le programme à jour"
            )
        return _manifest(document)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable(
            f"{MANIFEST} n'est pas celui d'une sauvegarde : le fichier est abîmé ou vient d'un "
            "autre programme"
        ) from error


def _manifest(document: Mapping[str, Any]) -> Manifest:
    return Manifest(
        created_at=_text(document["created_at"]),
        program_version=_text(document["program_version"]),
        revision=_text(document["revision"]),
        database=_text(document["database"]),
        tables={_text(name): _entry(entry) for name, entry in document["tables"].items()},
        pieces={_hash(name): _entry(entry) for name, entry in document["pieces"].items()},
        missing=tuple(_hash(name) for name in document["missing_pieces"]),
        key=_text(document.get("key", "")),
        seal=_ascii(document.get("seal", "")),
    )


def _entry(entry: Mapping[str, Any]) -> Entry:
    return Entry(_hash(entry["sha256"]), _count(entry["size"]), _count(entry["rows"]))


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("text expected")
    return value


def _ascii(value: object) -> str:
    text = _text(value)
    if not text.isascii():
        raise ValueError("ASCII expected")
    return text


def _hash(value: object) -> str:
    if not isinstance(value, str) or _SHA256.fullmatch(value) is None:
        raise ValueError("hash expected")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("count expected")
    return value

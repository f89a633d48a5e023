"""Whether a justification pack is whole: nothing altered, missing, added or left out.

Needs the file alone, no database. Three checks that do not trust each other: every byte of the
archive is what its names and contents call for; every content has the hash of the manifest; the
claim inside is well-formed, adds up, and finds the pieces that it names. An author who rewrites the
file, its hash and the whole archive is beyond it: that takes a signature.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile

from exports.claims.sums import addition_faults
from exports.evidence.pack_names import MANIFEST
from exports.evidence.pack_zip import Member, content, directory, members
from grants.errors import Unreadable

CLAIM = "claim.json"
MANIFEST_LIMIT = 64 << 20
CLAIM_LIMIT = 512 << 20
MEMBER_LIMIT = 500_000
ARCHIVE = "(archive)"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)")

ReadClaim = Callable[[bytes], tuple[dict[str, Any] | None, Sequence[str]]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, order=True)
class PackFault:
    """One thing wrong: the file it is in, and what, in French."""

    name: str
    what: str


@dataclass(slots=True)
class PackReport:
    """What the check found. ``missing_pieces`` are named by the claim and not in the pack."""

    files: int = 0
    faults: list[PackFault] = field(default_factory=list)
    missing_pieces: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether the pack is as it was written, and complete."""
        return not self.faults and not self.missing_pieces


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """A file as read: its name inside the pack, empty when it lies outside, and its hash."""

    member: Member
    name: str
    sha256: str
    is_crc_right: bool


def check_pack(
    path: Path, read_claim: ReadClaim, progress: Progress = lambda done, total: None
) -> PackReport:
    """Check a pack.

    ``read_claim`` gives the document of claim.json, None when its shape is wrong, and what is wrong
    with it; it is handed in because shapes are known on a higher floor.
    Raises: Unreadable: no zip, no manifest, encrypted, or made to exhaust the reader.
    """
    with path.open("rb") as raw:
        size = raw.seek(0, 2)
        found = _members(raw, size)
        root, listed = _manifest(raw, found, size)
        _refuse_trap(found, size)
        report = PackReport(len(found))
        files = list(_read_all(raw, found, root, progress))
        report.faults += _manifest_faults(listed, files)
        report.faults += _file_faults(listed, files)
        report.faults += _archive_faults(raw, found)
        _check_claim(raw, files, listed, report, read_claim)
    report.faults = sorted(set(report.faults))
    return report


def _members(raw: BinaryIO, size: int) -> list[Member]:
    try:
        found = members(raw, size, MANIFEST)
    except BadZipFile as error:
        raise Unreadable("ce fichier n'est pas un dossier zip lisible") from error
    if any(member.is_encrypted for member in found):
        raise Unreadable("l'archive est chiffrée : un dossier justificatif ne l'est jamais")
    return found


def _refuse_trap(members: Sequence[Member], size: int) -> None:
    """Files that overlap make a small archive cost hours to read."""
    announced = sum(min(member.info.file_size, size) for member in members)
    if len(members) > MEMBER_LIMIT or announced > 2 * size:
        raise Unreadable(
            f"l'archive annonce {announced} octets dans un fichier de {size} : elle est piégée"
        )


def _manifest(raw: BinaryIO, members: Sequence[Member], size: int) -> tuple[str, dict[str, str]]:
    """Folder of the pack and hashes by name; an illegible line stands under its own text."""
    holder = _holder_of_manifest(members)
    root = next(
        name.rpartition("/")[0]
        for name in (holder.name, holder.local_name)
        if name.rpartition("/")[2] == MANIFEST
    )
    if min(holder.info.file_size, size) > MANIFEST_LIMIT:
        raise Unreadable(f"{MANIFEST} est trop grand pour un dossier justificatif")
    text = b"".join(content(raw, holder)).decode("ascii", "replace")
    listed = {}
    for row in text.splitlines():
        match = _LINE.fullmatch(row)
        listed[match[2] if match else row] = match[1] if match else ""
    if not any(listed.values()):
        raise Unreadable(
            f"{MANIFEST} ne contient aucune empreinte lisible ; si l'archive a été refaite par un "
            f"autre logiciel, dépliez-la et lancez « sha256sum -c {MANIFEST} »"
        )
    return root, listed


def _holder_of_manifest(members: Sequence[Member]) -> Member:
    for member in reversed(members):
        names = (member.name, member.local_name)
        if any(name.rpartition("/")[2] == MANIFEST for name in names):
            return member
    raise Unreadable(
        f"l'archive ne contient pas de {MANIFEST} : ce n'est pas un dossier justificatif"
    )


def _read_all(
    raw: BinaryIO, members: Sequence[Member], root: str, progress: Progress
) -> Iterator[_ReadFile]:
    for done, member in enumerate(members):
        progress(done, len(members))
        digest, crc = hashlib.sha256(), 0
        for chunk in content(raw, member):
            digest.update(chunk)
            crc = zlib.crc32(chunk, crc)
        inside = _inside(member.name, root)
        yield _ReadFile(member, inside, digest.hexdigest(), crc == member.info.CRC)
    progress(len(members), len(members))


def _inside(name: str, root: str) -> str:
    """Name inside the pack's folder; empty for whatever would be unpacked elsewhere."""
    below = name.removeprefix(f"{root}/") if root else name
    parts = below.replace("\\", "/").split("/")
    is_safe = (below != name or not root) and not {"", ".", ".."} & set(parts) and ":" not in below
    return below if is_safe else ""


def _manifest_faults(listed: dict[str, str], files: Sequence[_ReadFile]) -> Iterator[PackFault]:
    if any(not sha256 for sha256 in listed.values()):
        yield PackFault(MANIFEST, "une ligne n'est pas « empreinte  nom »")
    present = {file.name for file in files}
    for name in listed:
        if listed[name] and name not in present:
            yield PackFault(name, "manque")


def _file_faults(listed: dict[str, str], files: Sequence[_ReadFile]) -> Iterator[PackFault]:
    counts = Counter(file.name for file in files)
    for file in files:
        name = file.name or file.member.name
        if not file.name:
            yield PackFault(name, "chemin hors du dossier")
        elif counts[name] > 1:
            yield PackFault(name, "figure deux fois")
        if not file.is_crc_right:
            yield PackFault(name, "modifié : la somme de contrôle de l'archive ne correspond pas")
        if name == MANIFEST:
            continue
        if name not in listed:
            yield PackFault(name, "ajouté : absent du manifeste")
        elif listed[name] != file.sha256:
            yield PackFault(name, "modifié : l'empreinte ne correspond pas au manifeste")


def _archive_faults(raw: BinaryIO, members: Sequence[Member]) -> Iterator[PackFault]:
    """Bytes around the contents that are not what we write: heads, gaps, directory, end."""
    expected_at = 0
    for member in members:
        if not member.is_as_written:
            yield PackFault(_short(member), "modifié : en-tête différent dans l'archive")
            if member.local_name != member.name:
                yield PackFault(_short_name(member.local_name), "modifié : nom différent")
        elif member.info.header_offset != expected_at:
            yield PackFault(_short(member), "déplacé : des octets étrangers le précèdent")
        expected_at = member.data_offset + member.info.file_size
    raw.seek(expected_at)
    for name, record in directory(members):
        if raw.read(len(record)) != record:
            what = "modifié : entrée différente dans le répertoire de l'archive"
            yield PackFault(_short_name(name) if name else ARCHIVE, what)
    if raw.read(1):
        yield PackFault(ARCHIVE, "des octets étrangers suivent la fin")


def _short(member: Member) -> str:
    return _short_name(member.name)


def _short_name(name: str) -> str:
    return name.partition("/")[2] or name


def _check_claim(
    raw: BinaryIO,
    files: Sequence[_ReadFile],
    listed: dict[str, str],
    report: PackReport,
    read_claim: ReadClaim,
) -> None:
    holder = next((file for file in files if file.name == CLAIM), None)
    if holder is None or holder.member.info.file_size > CLAIM_LIMIT:
        report.faults.append(PackFault(CLAIM, "manque ou trop grand"))
        return
    document, problems = read_claim(b"".join(content(raw, holder.member)))
    report.faults += [PackFault(CLAIM, problem) for problem in problems]
    if document is None:
        return
    report.faults += [PackFault(CLAIM, fault) for fault in addition_faults(document)]
    kept = {sha256 for name, sha256 in listed.items() if name.startswith("pieces/")}
    report.missing_pieces += [
        f"{piece['number']}. {piece['reference']} {piece['title']}".strip()
        for piece in document["pieces"]
        if piece["sha256"] not in kept
    ]

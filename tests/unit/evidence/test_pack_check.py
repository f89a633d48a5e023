"""A pack tells by itself whether it is whole: any change, anywhere, is found and named."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from marshmallow import ValidationError

from exports.evidence.pack_check import PackReport, check_pack
from exports.evidence.pack_names import MANIFEST, root_name
from exports.evidence.pack_zip import PackZip, members
from grants.errors import Unreadable
from grants.money import money
from grants.schemas.claims import load_claim_document, problem_lines
from tests.factories.claims.claim import sample_claim
from tests.factories.evidence.packs import packed, sample_pack, shelved

FLIPS = 400


def read_claim(content: bytes) -> tuple[dict[str, Any] | None, Sequence[str]]:
    try:
        return load_claim_document(content), ()
    except ValidationError as error:
        return None, problem_lines(error.messages)


def check(path: Path) -> PackReport:
    return check_pack(path, read_claim)


def quick(path: Path) -> PackReport:
    return check_pack(path, lambda content: (None, ()))


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    sample_pack(tmp_path / "pack.zip")
    return tmp_path / "pack.zip"


def rewritten(pack: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same archive, written our way, with other files in it; the manifest stays as it was."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = pack.with_name("changed.zip")
    with target.open("wb") as out, PackZip(out) as changed:
        for name, content in files.items():
            changed.add(name, [content])
    return target


def test_a_pack_as_written_is_whole(pack: Path) -> None:
    report = check(pack)

    assert report.is_whole
    assert report.files == len(zipfile.ZipFile(pack).namelist())


def test_any_byte_that_changes_is_found_and_its_file_named(pack: Path) -> None:
    content = pack.read_bytes()
    with pack.open("rb") as raw:
        found = members(raw, len(content), MANIFEST)
    directory = found[-1].data_offset + found[-1].info.file_size
    chance = random.Random(20241214)  # noqa: S311 # the same bytes in every run
    places = [chance.randrange(len(content)) for _ in range(FLIPS // 2)]
    places += [chance.randrange(directory, len(content)) for _ in range(FLIPS // 2)]
    flipped = pack.with_name("flipped.zip")
    for place in places:
        altered = bytearray(content)
        altered[place] ^= 1 << chance.randrange(8)
        flipped.write_bytes(altered)

        named = {fault.name for fault in quick(flipped).faults}

        owner = [member for member in found if member.info.header_offset <= place < directory]
        if owner:
            assert owner[-1].name.partition("/")[2] in named, f"byte {place}"
        else:
            assert named, f"byte {place} of the directory"


def test_every_byte_of_the_directory_counts(tmp_path: Path) -> None:
    path = tmp_path / "small.zip"
    with path.open("wb") as out, PackZip(out) as small:
        small.add("R/claim.json", [b"{}"])
        small.add(f"R/{MANIFEST}", [b"0" * 64 + b"  claim.json\n"])
    content = path.read_bytes()
    before = {fault.what for fault in quick(path).faults}
    for place in range(content.index(b"PK\x01\x02"), len(content)):
        altered = bytearray(content)
        altered[place] ^= 0x41
        path.write_bytes(altered)

        assert {fault.what for fault in quick(path).faults} - before, f"byte {place}"


def test_a_changed_content_is_named(pack: Path) -> None:
    root = root_of(pack)
    changed = rewritten(pack, lambda files: files.update({f"{root}/index.html": b"<html>"}))

    assert [(fault.name, fault.what) for fault in check(changed).faults] == [
        ("index.html", "modifié : l'empreinte ne correspond pas au manifeste")
    ]


def test_a_file_that_is_gone_is_named(pack: Path) -> None:
    changed = rewritten(pack, lambda files: files.pop(f"{root_of(pack)}/figures.html"))

    assert [(fault.name, fault.what) for fault in check(changed).faults] == [
        ("figures.html", "manque")
    ]


def test_a_file_that_came_in_is_named(pack: Path) -> None:
    changed = rewritten(pack, lambda files: files.update({f"{root_of(pack)}/lines/x.html": b""}))

    assert [(fault.name, fault.what) for fault in check(changed).faults] == [
        ("lines/x.html", "ajouté : absent du manifeste")
    ]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../../evil", "R/../../evil", "C:\\evil", "{root}/../evil", "{root}//x"]
)
def test_a_file_that_would_land_outside_is_named(pack: Path, name: str) -> None:
    full = name.format(root=root_of(pack))
    changed = rewritten(pack, lambda files: files.update({full: b"x"}))

    assert (full, "chemin hors du dossier") in [(f.name, f.what) for f in check(changed).faults]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_named(pack: Path) -> None:
    with pack.open("rb+") as out, zipfile.ZipFile(out, "a") as archive:
        archive.writestr(f"{root_of(pack)}/index.html", b"other")

    assert ("index.html", "figure deux fois") in [(f.name, f.what) for f in check(pack).faults]


def test_bytes_hung_behind_or_before_the_archive_are_found(pack: Path) -> None:
    content = pack.read_bytes()
    behind, before = pack.with_name("behind.zip"), pack.with_name("before.zip")
    behind.write_bytes(content + b"\0")
    before.write_bytes(b"\0" + content)

    assert not check(behind).is_whole
    assert not check(before).is_whole


def test_a_pack_that_another_program_zipped_again_is_not_taken_for_whole(pack: Path) -> None:
    again = pack.with_name("again.zip")
    with zipfile.ZipFile(pack) as archive, zipfile.ZipFile(again, "w") as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))

    report = check(again)

    assert {fault.what for fault in report.faults} >= {
        "modifié : en-tête différent dans l'archive",
    }


def test_a_recompressed_pack_says_how_to_check_it_otherwise(pack: Path) -> None:
    again = pack.with_name("again.zip")
    with zipfile.ZipFile(pack) as archive, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            new.writestr(name, archive.read(name))

    with pytest.raises(Unreadable, match="sha256sum -c"):
        check(again)


def test_pieces_known_by_their_reference_alone_make_a_pack_incomplete(tmp_path: Path) -> None:
    claim, shelf = shelved(sample_claim("fse", 1, 2), all_stand=False)
    packed(claim, shelf, tmp_path / "pack.zip")

    report = check(tmp_path / "pack.zip")

    assert report.faults == []
    assert report.missing_pieces == ["2. BUL-00002 Bulletin de 02/2024"]


def test_a_total_that_the_lines_do_not_give_is_found(tmp_path: Path) -> None:
    claim, shelf = shelved(sample_claim("fse", 1, 2))
    wrong = replace(claim, staff=replace(claim.staff, value=claim.staff.value + money("0.01")))
    packed(wrong, shelf, tmp_path / "pack.zip")

    faults = check(tmp_path / "pack.zip").faults

    assert {fault.name for fault in faults} == {"claim.json"}
    assert any(
        fault.what.startswith("dépenses de personnel") and fault.what.endswith("écart 0,01\u00a0€")
        for fault in faults
    )


def test_a_claim_of_another_shape_is_found(pack: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        name = f"{root_of(pack)}/claim.json"
        document = json.loads(files[name])
        document["lines"][0]["extra"] = 1
        files[name] = json.dumps(document).encode()

    whats = [fault.what for fault in check(rewritten(pack, change)).faults]

    assert "lines.0.extra : champ inconnu" in whats


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(content)

    with pytest.raises(Unreadable, match="zip lisible"):
        check(path)


def test_a_zip_without_manifest_is_unreadable(pack: Path) -> None:
    changed = rewritten(pack, lambda files: files.pop(f"{root_of(pack)}/{MANIFEST}"))

    with pytest.raises(Unreadable, match="pas un dossier justificatif"):
        check(changed)


def test_an_encrypted_archive_is_unreadable(pack: Path) -> None:
    content = bytearray(pack.read_bytes())
    start = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[start + 8] |= 1
    pack.write_bytes(content)

    with pytest.raises(Unreadable, match="chiffrée"):
        check(pack)


def test_an_archive_whose_files_overlap_costs_no_more_than_its_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with path.open("wb") as out, zipfile.ZipFile(out, "w") as archive:
        archive.writestr("R/a", b"0" * 100_000)
        first = archive.infolist()[0]
        for number in range(50):
            twin = zipfile.ZipInfo(f"R/{number}")
            twin.file_size = twin.compress_size = first.file_size
            twin.CRC, twin.header_offset = first.CRC, first.header_offset
            archive.infolist().append(twin)
        archive.writestr(f"R/{MANIFEST}", f"{'0' * 64}  a\n")

    assert not quick(path).is_whole

    path.write_bytes(b"\0" + path.read_bytes())
    with pytest.raises(Unreadable, match="piégée"):
        check(path)


def test_a_cut_download_is_not_taken_for_whole(pack: Path) -> None:
    content = pack.read_bytes()
    for kept in (0.2, 0.9, 0.99):
        pack.write_bytes(content[: int(len(content) * kept)])
        try:
            assert not check(pack).is_whole
        except Unreadable:
            continue


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is not installed")
def test_an_unzipped_pack_passes_sha256sum(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "out")
    folder = tmp_path / "out" / root_of(pack)

    done = subprocess.run(
        ["sha256sum", "-c", "--strict", MANIFEST], cwd=folder, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    everything = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert {row.split(": ")[0] for row in done.stdout.splitlines()} == everything - {MANIFEST}


def root_of(pack: Path) -> str:
    return root_name(sample_claim("fse", 1, 2))

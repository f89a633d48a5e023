"""A backup that is damaged, forged or no backup at all is refused before anything changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grants.errors import GrantsError, Unreadable
from grants.services.backup.checking import opened_backup
from tests.support.backups import Rows, back_up, installation, restore, rows_of
from tests.support.fuzzing import examples
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases

Members = dict[str, bytes]
Change = Callable[[Members], None]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Saved]:
    """An installation, its backup, and its rows."""
    folder = tmp_path_factory.mktemp("damage")
    with installation(folder, f"damage_{worker_id}", posts=1) as app:
        back_up(app, folder / "b.zip")
        yield Saved(app, folder / "b.zip", rows_of(app))


class Saved:
    """An installation that must stay as it is, and a sound backup of it."""

    def __init__(self, app: Flask, path: Path, rows: Rows) -> None:
        self.app = app
        self.path = path
        self.rows = rows

    def altered(self, to: Path, change: Change, *, mend: bool = False) -> Path:
        """The backup with other members; ``mend`` makes its manifest vouch for them."""
        with ZipFile(self.path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        change(members)
        if mend:
            members["manifest.json"] = _vouched(members)
        with ZipFile(to, "w", ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return to

    def refusal(self, path: Path) -> str:
        """Why a file is not restored; nothing may have changed."""
        with pytest.raises(GrantsError) as no:
            restore(self.app, path, replace=True)
        assert rows_of(self.app) == self.rows
        return str(no.value)


def _vouched(members: Members) -> bytes:
    manifest = json.loads(members["manifest.json"])
    for name, entry in manifest["tables"].items():
        content = members[f"tables/{name}.jsonl"]
        entry.update(
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            rows=content.count(b"\n") - 1,
        )
    return json.dumps(manifest).encode()


def _replace(name: str, old: bytes, new: bytes) -> Change:
    def change(members: Members) -> None:
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)

    return change


def _add(name: str, content: bytes = b"x") -> Change:
    return lambda members: members.update({name: content})


def _manifest(**values: Any) -> Change:
    def change(members: Members) -> None:
        members["manifest.json"] = json.dumps(
            json.loads(members["manifest.json"]) | values
        ).encode()

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_replace("tables/posts.jsonl", b"Facilitateur", b"Facilitatrice"), "a été modifié"),
        (_replace("tables/funders.jsonl", b"\n", b""), "a été modifié"),
        (lambda members: members.pop("tables/posts.jsonl"), "« tables/posts.jsonl » manque"),
        (lambda members: members.pop("manifest.json"), "manifest.json manque"),
        (_add("tables/extra.jsonl"), "« tables/extra.jsonl » est de trop"),
        (_add("../../secret_key"), "« ../../secret_key » n'a pas sa place"),
        (_add("/etc/passwd"), "« /etc/passwd » n'a pas sa place"),
        (_add("pieces/ab/../../../x"), "n'a pas sa place"),
        (_add("tables\\posts.jsonl"), "n'a pas sa place"),
        (_add("manifest.json", b"[]"), "n'est pas celui d'une sauvegarde"),
        (_add("manifest.json", b"\xff\x00"), "n'est pas celui d'une sauvegarde"),
        (_add("manifest.json", b"[" * 100_000), "n'est pas celui d'une sauvegarde"),
        (_manifest(tables=[]), "n'est pas celui d'une sauvegarde"),
        (_manifest(pieces={"../x": {}}), "n'est pas celui d'une sauvegarde"),
        (_manifest(format_version=2), "mettez le programme à jour"),
        (_manifest(revision="9999_later"), "« 9999_later »"),
    ],
)
def test_an_altered_archive_is_refused_by_name(
    saved: Saved, tmp_path: Path, change: Change, said: str
) -> None:
    path = saved.altered(tmp_path / "altered.zip", change)

    assert said in saved.refusal(path)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("tables/users.jsonl", b",1]", b',"1"]', "une ligne de « users »"),
        ("tables/users.jsonl", b"true", b"1", "une ligne de « users »"),
        ("tables/users.jsonl", b"2025-01-15T09:00:00.000000+00:00", b"2025-01-15", "« users »"),
        ("tables/users.jsonl", b"2025-01-15", b"2025-13-15", "une ligne de « users »"),
        ("tables/users.jsonl", b'\n["a@', b'\n[[], "a@', "une ligne de « users »"),
        ("tables/users.jsonl", b'\n["a@', b"\nnull\n[", "une ligne de « users »"),
        ("tables/users.jsonl", b'"email"', b'"courriel"', "les colonnes de « users »"),
        ("tables/users.jsonl", b'"a@exemple.test"', b"null", "refuse cette restauration"),
        ("tables/posts.jsonl", b"\n", b"\n\n", "n'est pas lisible"),
    ],
)
def test_rows_that_do_not_fit_are_refused_though_their_manifest_vouches_for_them(
    saved: Saved, tmp_path: Path, name: str, old: bytes, new: bytes, said: str
) -> None:
    path = saved.altered(tmp_path / "forged.zip", _replace(name, old, new), mend=True)

    assert said in saved.refusal(path)


def test_a_row_whose_parent_is_missing_is_refused(saved: Saved, tmp_path: Path) -> None:
    def drop_funder(members: Members) -> None:
        heading, _, _ = members["tables/funders.jsonl"].partition(b"\n")
        members["tables/funders.jsonl"] = heading + b"\n"

    path = saved.altered(tmp_path / "orphans.zip", drop_funder, mend=True)

    said = saved.refusal(path)
    assert "n'existe pas" in said or "refuse cette restauration" in said


def test_a_member_that_stands_twice_is_refused(saved: Saved, tmp_path: Path) -> None:
    path = saved.altered(tmp_path / "twice.zip", lambda members: None)
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(path, "a") as archive:
        archive.writestr("tables/posts.jsonl", b"x")

    assert "s'y trouve deux fois" in saved.refusal(path)


def test_another_compression_is_refused(saved: Saved, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    with ZipFile(path, "w", ZIP_BZIP2) as archive:
        archive.writestr("manifest.json", b"{}")

    assert "compressé d'une autre façon" in saved.refusal(path)


def test_a_bomb_is_refused_before_it_is_unfolded(saved: Saved, tmp_path: Path) -> None:
    path = saved.altered(tmp_path / "bomb.zip", _add("tables/bomb.jsonl", bytes(100 << 20)))

    assert "archive piégée" in saved.refusal(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip" * 1000, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_backup_is_refused_in_french(
    saved: Saved, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(content)

    answer = Terminal(saved.app)("restore", path, "--force", exit_code=2)

    assert "other.bin" in answer.stderr
    assert "n'est pas une sauvegarde" in answer.stderr
    assert rows_of(saved.app) == saved.rows


def test_a_file_or_folder_that_cannot_be_opened_is_named(saved: Saved, tmp_path: Path) -> None:
    assert "nowhere.zip" in saved.refusal(tmp_path / "nowhere.zip")
    assert "ne peut pas être lu" in saved.refusal(tmp_path)


def test_a_backup_that_was_cut_short_is_refused(saved: Saved, tmp_path: Path) -> None:
    content = saved.path.read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(content[: len(content) // 2])

    assert "n'est pas une sauvegarde lisible" in saved.refusal(path)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_altered_byte_goes_unseen_or_ends_in_a_crash(
    saved: Saved, tmp_path: Path, data: st.DataObject
) -> None:
    content = bytearray(saved.path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "flipped.zip"
    path.write_bytes(content)

    # A byte that means nothing (a date of the archive) may differ; then all contents are the same.
    try:
        with opened_backup(saved.path) as sound, opened_backup(path) as flipped:
            assert flipped.manifest == sound.manifest
    except Unreadable:
        pass

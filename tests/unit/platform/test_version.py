"""Which program this is can be read from a checkout, a linked work tree and an archive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grants.version import checked_out, program

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / ".git"
    (folder / "refs" / "heads").mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def test_a_branch_is_followed_to_its_commit(repository: Path) -> None:
    (repository / "refs" / "heads" / "main").write_text(f"{COMMIT}\n")

    assert checked_out(repository.parent) == COMMIT


def test_a_packed_branch_is_found(repository: Path) -> None:
    (repository / "packed-refs").write_text(
        f"# pack-refs with: peeled\n{'f' * 40} refs/heads/other-main\n{COMMIT} refs/heads/main\n"
    )

    assert checked_out(repository.parent) == COMMIT


def test_a_commit_without_a_branch_is_itself(repository: Path) -> None:
    (repository / "HEAD").write_text(f"{COMMIT}\n")

    assert checked_out(repository.parent) == COMMIT


def test_a_linked_work_tree_reads_the_branches_of_its_repository(repository: Path) -> None:
    (repository / "refs" / "heads" / "side").write_text(f"{COMMIT}\n")
    own = repository / "worktrees" / "side"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/side\n")
    (own / "commondir").write_text("../..\n")
    tree = repository.parent / "side"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {own}\n")

    assert checked_out(tree) == COMMIT


@pytest.mark.parametrize("head", ["", "ref: refs/heads/gone\n", "<html>\n"])
def test_what_is_no_commit_is_none(repository: Path, head: str) -> None:
    (repository / "HEAD").write_text(head)

    assert checked_out(repository.parent) == ""


def test_an_archive_has_no_commit(tmp_path: Path) -> None:
    assert checked_out(tmp_path) == ""


def test_the_program_names_its_version_and_a_short_commit() -> None:
    assert re.fullmatch(r"grants \d+\.\d+\.\d+, commit ([0-9a-f]{8}|inconnu)", program())

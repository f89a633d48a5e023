"""Pieces by their content: kept once, whole, and nowhere but in their folder."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.errors import NotFound
from grants.services.platform import storage as module
from grants.services.platform.storage import FileStorage, TooLarge, measured


def test_a_kept_piece_is_found_by_its_hash(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path / "pieces")

    kept = storage.put(BytesIO(b"bulletin"))

    assert kept.sha256 == hashlib.sha256(b"bulletin").hexdigest()
    assert kept.size == 8
    assert storage.exists(kept.sha256)
    with storage.open(kept.sha256) as stream:
        assert stream.read() == b"bulletin"
    assert (tmp_path / "pieces" / kept.sha256[:2] / kept.sha256[2:]).is_file()


def test_the_same_piece_is_kept_once(tmp_path: Path) -> None:
    storage = FileStorage(tmp_path)

    assert storage.put(BytesIO(b"x")) == storage.put(BytesIO(b"x"))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_piece_above_the_limit_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE_LIMIT", 10)
    storage = FileStorage(tmp_path)

    with pytest.raises(TooLarge):
        storage.put(BytesIO(bytes(11)))
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_no_hash_opens_no_file(tmp_path: Path, name: str) -> None:
    storage = FileStorage(tmp_path)

    assert not storage.exists(name)
    with pytest.raises(NotFound):
        storage.open(name)


@given(st.binary(max_size=2000))
def test_measuring_says_what_keeping_would(content: bytes) -> None:
    found = measured(BytesIO(content))

    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.size == len(content)

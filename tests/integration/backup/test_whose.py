"""Attacks through a backup: from elsewhere, or retouched; and what the trail tells of it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grants.enums import Role
from grants.extensions import db
from grants.models.audit import AuditEvent
from grants.services.backup.format import key_mark
from grants.services.backup.restoring import NotOurs, restore_backup
from grants.services.platform.tenancy import EVERY, KEY, set_scope
from tests.factories.deeds import program_deed
from tests.support.backups import back_up, installation, restore, store_of
from tests.support.database import NOW, SECRET
from tests.support.visitors import open_account

ELSEWHERE = "fedcba9876543210-another-installation-0123"

pytestmark = pytest.mark.both_databases


@pytest.fixture
def filled(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation with a post."""
    with installation(tmp_path, f"whose_{worker_id}", posts=1) as app:
        yield app


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """Installation without any row."""
    with installation(tmp_path, f"whose_empty_{worker_id}") as app:
        yield app


def restored(app: Flask, path: Path, keys: list[str], *, replace: bool = False) -> None:
    with app.app_context():
        restore_backup(
            db.engine, path=path, storage=store_of(app), keys=keys, deed=program_deed(NOW),
            replace=replace,
        )  # fmt: skip


def events(app: Flask) -> list[AuditEvent]:
    with app.app_context(), Session(db.engine, info={KEY: EVERY}) as session:
        return session.query(AuditEvent).filter_by(action="restored").all()


def retouched(path: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """The same backup with another manifest."""
    target = path.with_name("retouched.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "manifest.json":
                document = json.loads(content)
                change(document)
                content = json.dumps(document).encode()
            out.writestr(info.filename, content)
    return target


def test_a_backup_of_another_installation_shows_both_keys_and_changes_nothing(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")

    with pytest.raises(NotOurs) as refused:
        restored(empty, tmp_path / "b.zip", [ELSEWHERE])

    assert key_mark(SECRET) in str(refused.value)
    assert key_mark(ELSEWHERE) in str(refused.value)
    assert "--force" in str(refused.value)
    assert SECRET not in str(refused.value)
    assert events(empty) == []


def test_a_backup_from_before_the_key_was_replaced_is_ours(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "b.zip")

    restored(empty, tmp_path / "b.zip", [ELSEWHERE, SECRET])

    assert len(events(empty)) == 1


def _without_seal(document: dict[str, object]) -> None:
    del document["key"], document["seal"]


def _another_moment(document: dict[str, object]) -> None:
    document["created_at"] = "2020-01-01T00:00:00+00:00"


@pytest.mark.parametrize("change", [_without_seal, _another_moment])
def test_a_retouched_manifest_is_not_ours(
    filled: Flask, empty: Flask, tmp_path: Path, change: Callable[[dict[str, object]], None]
) -> None:
    back_up(filled, tmp_path / "b.zip")

    with pytest.raises(NotOurs):
        restored(empty, retouched(tmp_path / "b.zip", change), [SECRET])


def test_a_restoration_is_told_with_who_runs_the_platform_from_then_on(
    filled: Flask, empty: Flask, tmp_path: Path
) -> None:
    with filled.app_context():
        set_scope(db.session(), EVERY)
        open_account(db.session(), "op@exemple.test", "Olga Opère", Role.OPERATOR)
    back_up(filled, tmp_path / "b.zip")

    restored(empty, tmp_path / "b.zip", [ELSEWHERE], replace=True)

    [event] = events(empty)
    after = json.loads(event.after or "{}")
    content = (tmp_path / "b.zip").read_bytes()
    assert "Olga Opère (compte " in after["operators"]
    assert after["sha256"] == hashlib.sha256(content).hexdigest()
    assert (after["backup_key"], after["is_own_backup"]) == (key_mark(SECRET), False)
    assert event.organisation_id is None


def test_ours_is_told_as_ours(filled: Flask, empty: Flask, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "b.zip")

    done = restore(empty, tmp_path / "b.zip")

    assert done.is_ours
    assert json.loads(events(empty)[0].after or "{}")["is_own_backup"] is True

"""The demonstration goes in whole, twice without a trace, and shows what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants.models import PayItem, Person, Piece, TimeEntry, User
from grants.services.accounts.login import log_in
from grants.services.accounts.users import Account
from grants.services.demo import open_demonstration_accounts
from tests.factories.deeds import program_deed
from tests.support.terminal import Terminal

pytestmark = pytest.mark.both_databases


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "demonstration.xlsx"


def _counts(session: scoped_session[Session]) -> list[int | None]:
    tables = (Person, PayItem, TimeEntry, Piece, User)
    return [session.scalar(select(func.count()).select_from(table)) for table in tables]


def test_a_second_run_adds_nothing_and_prints_the_same_logins(
    cli: Terminal, session: scoped_session[Session], workbook: Path
) -> None:
    first = cli("demo", workbook, "--import")
    before = _counts(session)

    second = cli("demo", workbook, "--import")

    assert "0 lignes ajoutées, 0 modifiées" in second.output
    assert _counts(session) == before
    assert first.output.splitlines()[2:] == second.output.splitlines()[2:]


def test_every_piece_is_stored_with_its_file(
    cli: Terminal, session: scoped_session[Session], workbook: Path
) -> None:
    cli("demo", workbook, "--import")

    without = session.scalars(select(Piece.reference).where(Piece.sha256 == "")).all()

    assert without == []


def test_without_import_only_files_are_written(
    cli: Terminal, session: scoped_session[Session], workbook: Path
) -> None:
    cli("demo", workbook)

    assert workbook.is_file()
    assert len(list((workbook.parent / "pieces").iterdir())) > 100
    assert _counts(session)[0] == 0


def test_the_printed_password_opens_the_account(
    app: Flask, session: scoped_session[Session]
) -> None:
    at = app.config["CLOCK"].now()
    login = open_demonstration_accounts(
        session(), secret="the installation's key", deed=program_deed(at)
    )[0]

    account = log_in(
        session(), email=login.email, password=login.password, secret_key="a key",
        address="127.0.0.1", at=at,
    )  # fmt: skip

    assert isinstance(account, Account)
    assert account.email == login.email


def test_another_installation_has_other_passwords(
    app: Flask, session: scoped_session[Session]
) -> None:
    at = app.config["CLOCK"].now()
    here = open_demonstration_accounts(session(), secret="one key", deed=program_deed(at))
    there = open_demonstration_accounts(session(), secret="another key", deed=program_deed(at))

    assert {login.password for login in here}.isdisjoint(login.password for login in there)

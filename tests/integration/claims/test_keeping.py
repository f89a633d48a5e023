"""A claim is reckoned once, as long as nothing it rests on changed; and every change is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.orm import Session, scoped_session

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import AuditAction, AuditObject
from grants.errors import GrantsError
from grants.extensions import db
from grants.models.conventions import Convention
from grants.rules.claims.claim import Claim
from grants.services.audit.writing import record
from grants.services.claims import keeping
from grants.services.claims.computing import compute_claim
from grants.services.claims.keeping import kept_claim, kept_sheets
from grants.services.claims.timesheets import claim_sheets
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.keeping import Keeper
from grants.services.platform.storage import FileStorage
from grants.services.platform.tenancy import EVERY, Scope, set_scope
from tests.factories.deeds import program_deed
from tests.support.database import NOW, on_postgresql
from tests.support.told import READ_BY_CLAIMS, every_write_is_told

FSE = "FSE-79-2018"
AS_OF = date(2026, 11, 20)
TABLE = re.compile(r"\b(?:FROM|JOIN) (\w+)")
Load = Callable[[ImportRows], None]
Reckoned = list[str]

pytestmark = pytest.mark.both_databases
watched = pytest.mark.skipif(on_postgresql(), reason="the watch notes writes on SQLite only")


@pytest.fixture
def load(app: Flask, session: scoped_session[Session], tmp_path: Path) -> Load:
    def import_rows(rows: ImportRows) -> None:
        path = tmp_path / "rows.xlsx"
        path.write_bytes(filled_workbook(rows))
        storage = FileStorage(tmp_path / "kept" / "pieces")
        import_file(session=session(), path=path, deed=program_deed(NOW), storage=storage)

    return import_rows


@pytest.fixture(autouse=True)
def demonstration(load: Load) -> ImportRows:
    rows = demonstration_rows()
    rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
    load(rows)
    db.session.commit()
    return rows


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> Reckoned:
    """Numbers of the conventions whose claims were reckoned anew."""
    numbers: Reckoned = []

    def compute(session: Session, *, number: str, **more: object) -> Claim:
        numbers.append(number)
        return compute_claim(session, number=number, **more)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(keeping, "compute_claim", compute)
    return numbers


@pytest.fixture
def convention(session: scoped_session[Session]) -> Iterator[Convention]:
    found = session.query(Convention).filter_by(number=FSE).one()
    session.expunge(found)
    yield found
    set_scope(session, EVERY)


def _claim(session: scoped_session[Session], convention: Convention, **more: object) -> Claim:
    owner = convention.organisation_id
    set_scope(session, Scope(frozenset({owner})))
    wanted = {"number": FSE, "as_of": AS_OF, "organisation_id": owner, **more}
    return kept_claim(session(), **wanted)  # type: ignore[arg-type] # tests vary single arguments


def _tell(session: scoped_session[Session], organisation_id: int | None) -> None:
    record(
        session(), deed=program_deed(NOW), organisation_id=organisation_id,
        action=AuditAction.CHANGED, object_kind=AuditObject.ORGANISATION, object_key="X",
    )  # fmt: skip
    session.commit()


def test_a_claim_opened_again_is_the_same_object(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    first = _claim(session, convention)

    assert _claim(session, convention) is first
    assert kept_sheets(session(), first) == claim_sheets(session(), first)
    assert reckoned == [FSE]


def test_an_event_of_the_structure_or_the_platform_lets_it_be_reckoned_anew(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    _claim(session, convention)
    _tell(session, convention.organisation_id)
    _claim(session, convention)
    _tell(session, None)

    _claim(session, convention)

    assert len(reckoned) == 3


def test_an_event_of_another_structure_changes_nothing_here(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    _claim(session, convention)
    set_scope(session, EVERY)
    other = session.query(Convention.organisation_id).filter(
        Convention.organisation_id != convention.organisation_id
    )
    _tell(session, other.first()[0])

    _claim(session, convention)

    assert len(reckoned) == 1


def test_another_day_or_period_is_another_claim(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    whole = _claim(session, convention)

    assert _claim(session, convention, as_of=date(2018, 6, 1)) != whole
    assert len(reckoned) == 2


def test_whoever_sees_no_pay_gets_none_of_a_kept_claim(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    assert _claim(session, convention).lines

    masked = _claim(session, convention, sees_pay=False)

    assert (masked.lines, masked.persons) == ((), ())
    assert _claim(session, convention, sees_pay=False) is masked
    assert _claim(session, convention).lines
    assert len(reckoned) == 1


def test_nothing_is_kept_for_a_session_that_reaches_more_than_the_structure(
    session: scoped_session[Session], convention: Convention, reckoned: Reckoned
) -> None:
    _claim(session, convention)
    set_scope(session, EVERY)
    owner = convention.organisation_id

    kept_claim(session(), number=FSE, as_of=AS_OF, organisation_id=owner)

    assert len(reckoned) == 2


def test_figures_lists_and_findings_open_the_claim_that_its_page_reckoned(
    visitor: FlaskClient, convention: Convention, reckoned: Reckoned
) -> None:
    address = f"/conventions/{convention.id}/bilan"
    for part in ("", "/constats", "/calcul/grant/due", "/agents", "/pieces", "/feuilles"):
        assert visitor.get(f"{address}{part}").status_code == 200
    assert visitor.get(f"{address}/fichiers/claim.json").status_code == 200

    assert len(reckoned) == 1


def test_the_watch_follows_every_table_that_a_claim_reads(
    session: scoped_session[Session], convention: Convention
) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(db.engines[None], "before_cursor_execute", note)
    claim = compute_claim(session(), number=FSE, as_of=AS_OF)
    claim_sheets(session(), claim)
    event.remove(db.engines[None], "before_cursor_execute", note)

    assert statements
    assert {name for one in statements for name in TABLE.findall(one)} - {"cut"} <= READ_BY_CLAIMS


@watched
def test_a_write_that_the_trail_does_not_tell_is_noticed(
    session: scoped_session[Session], convention: Convention
) -> None:
    rise = text("UPDATE payments SET amount = amount + 1")

    with (
        pytest.raises(AssertionError, match="payments"),
        every_write_is_told(db.engines[None], "a careless hand"),
    ):
        session.execute(rise)


@watched
def test_every_column_that_an_import_changes_is_told(
    session: scoped_session[Session], demonstration: ImportRows, load: Load
) -> None:
    changed = set()
    for sheet, rows in demonstration.by_sheet.items():
        for column, value in rows[0].items() if rows else ():
            alone = ImportRows()
            alone.add(sheet, **{**rows[0], column: _another(value)})
            with every_write_is_told(db.engines[None], f"{sheet}.{column}") as written:
                try:
                    load(alone)
                    session.commit()
                except GrantsError:
                    session.rollback()
            if written:
                changed.add(sheet)

    assert len(changed) > len(demonstration.by_sheet) // 2


def _another(value: object) -> object:
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, Decimal | int):
        return value + 1
    return f"{value} bis" if type(value) is str else value


def test_the_memory_is_bounded_and_forgets_the_oldest_first() -> None:
    keeper: Keeper[str] = Keeper(10, len)
    for name in ("one", "two", "three"):
        keeper.get(name, lambda: "abcd", is_true=lambda: True)

    assert (keeper.find("one"), keeper.find("two"), keeper.weight) == (None, "abcd", 8)
    keeper.get("four", lambda: "abcd", is_true=lambda: True)
    assert (keeper.find("two"), keeper.find("three")) == ("abcd", None)
    keeper.get("huge", lambda: "a" * 99, is_true=lambda: True)
    assert (keeper.find("huge"), keeper.find("two")) == ("a" * 99, None)


def test_what_changed_while_it_was_reckoned_is_not_kept() -> None:
    keeper: Keeper[str] = Keeper(10, len)

    assert keeper.get("one", lambda: "abcd", is_true=lambda: False) == "abcd"
    assert keeper.find("one") is None

"""The generated databases and workbooks are what the bench and the proofs say they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from exports.imports.filled_workbook import filled_workbook
from grants.models import PayItem, Person, TimeEntry
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.factories.ledger.generated import Kind, fill_database, generated_workbook_rows

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("kind", ["fse", "state"])
def test_each_post_has_a_year_of_pay_and_a_time_row_each_weekday(
    session: scoped_session[Session], kind: Kind
) -> None:
    fill_database(session().connection(), posts=3, year=2024, kind=kind)

    months = 12 if kind == "fse" else 13
    assert session.scalar(select(func.count()).select_from(PayItem)) == 3 * 2 * months
    assert session.scalar(select(func.count()).select_from(TimeEntry)) == pytest.approx(786, abs=6)


def test_generated_workbooks_import_without_a_fault(
    app: Flask, session: scoped_session[Session], tmp_path: Path
) -> None:
    path = tmp_path / "generated.xlsx"
    path.write_bytes(filled_workbook(generated_workbook_rows(posts=5, months=14, seed=7)))

    now = app.config["CLOCK"].now()
    import_file(
        session=session(),
        path=path,
        deed=program_deed(now),
        storage=FileStorage(tmp_path / "kept" / "pieces"),
    )

    assert session.scalar(select(func.count()).select_from(Person)) == 5


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    first, same, other = (generated_workbook_rows(4, 13, seed) for seed in (1, 1, 2))

    assert first.by_sheet == same.by_sheet
    assert first.by_sheet != other.by_sheet

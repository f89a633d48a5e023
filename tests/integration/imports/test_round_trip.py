"""What is typed into the template comes out of the database unchanged, whatever it is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from exports.imports.template import template_workbook
from grants.enums import Activity, PayItemKind
from grants.labels import label
from grants.models.pay import PayItem
from grants.models.timesheets import TimeEntry
from grants.periods import month_index
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from grants.workbook_format.sheets import SHEET_BY_NAME
from tests.factories.deeds import program_deed
from tests.support.database import NOW
from tests.support.fuzzing import examples

pytestmark = pytest.mark.both_databases

TEMPLATE = template_workbook()
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 30))
# What a cell of a workbook can hold, without the blanks at its ends that nobody sees.
WORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_categories=["Cc", "Cs", "Zs"]),
    min_size=1,
    max_size=40,
)
Pay = tuple[date, PayItemKind, str, int, date]
Hours = tuple[date, Activity, int, str]

PAY = st.tuples(
    DAYS, st.sampled_from(PayItemKind), WORDS, st.integers(-(10**9), 10**9), DAYS
)  # fmt: skip
HOURS = st.tuples(DAYS, st.sampled_from(Activity), st.integers(1, 1440), WORDS)


def _filled(path: Path, sheets: dict[str, list[dict[str, object]]]) -> None:
    """The template with rows typed under their headers, by another library than ours."""
    book = openpyxl.load_workbook(BytesIO(TEMPLATE))
    for name, rows in sheets.items():
        for number, row in enumerate(rows, 3):
            for position, column in enumerate(SHEET_BY_NAME[name].columns, 1):
                if column.name in row:
                    cell = book[name].cell(number, position)
                    cell.value = row[column.name]  # type: ignore[assignment] # any cell value
                    if isinstance(cell.value, str):
                        cell.data_type = "s"  # openpyxl would take « =1 » for a formula
    book.save(path)


def _pay_row(pay: Pay, number: int) -> dict[str, object]:
    month, kind, words, cents, paid = pay
    return {
        "agent": "A1",
        "mois": month,
        "rubrique": label(kind),
        "libelle": f"{words} {number}",
        "montant": Decimal(cents).scaleb(-2),
        "paye_le": f"{paid:%d/%m/%Y}",
    }


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pays=st.lists(PAY, max_size=8), hours=st.lists(HOURS, max_size=8, unique_by=lambda h: h[0]))
def test_what_the_template_holds_is_what_is_stored(
    session: scoped_session[Session],
    tmp_path_factory: pytest.TempPathFactory,
    pays: list[Pay],
    hours: list[Hours],
) -> None:
    folder = tmp_path_factory.mktemp("classeur")
    path = folder / "classeur.xlsx"
    _filled(path, {
        "structures": [{"code": "S", "nom": "Société", "forme_juridique": "Autre"}],
        "agents": [{"matricule": "A1", "nom": "N", "prenom": "P", "structure": "S"}],
        "bulletins": [_pay_row(pay, number) for number, pay in enumerate(pays)],
        "feuilles_temps": [
            {"date": day, "agent": "A1", "heures": timedelta(minutes=minutes),
             "activite": label(activity), "commentaire": words}
            for day, activity, minutes, words in hours
        ],
    })  # fmt: skip
    savepoint = session.begin_nested()

    deed, storage = program_deed(NOW), FileStorage(folder)
    import_file(session=session, path=path, deed=deed, storage=storage)
    again = import_file(session=session, path=path, deed=deed, storage=storage)

    items = session.execute(
        select(PayItem.month, PayItem.kind, PayItem.label, PayItem.amount,
               PayItem.paid_on).order_by(PayItem.source_row)
    ).all()  # fmt: skip
    entries = session.execute(
        select(TimeEntry.work_on, TimeEntry.activity, TimeEntry.minutes, TimeEntry.comment)
    ).all()
    savepoint.rollback()
    assert not again.wrote
    assert [tuple(row) for row in items] == [
        (month_index(month), kind.value, f"{words} {number}", Decimal(cents).scaleb(-2), paid)
        for number, (month, kind, words, cents, paid) in enumerate(pays)
    ]
    assert {tuple(row) for row in entries} == {
        (day, activity.value, minutes, words) for day, activity, minutes, words in hours
    }


def test_the_demonstration_of_every_sheet_survives_xlsx_and_csv_alike(
    session: scoped_session[Session], tmp_path: Path
) -> None:
    from grants.services.demo.workbook import write_demonstration
    from grants.services.imports import read_workbook
    from grants.services.imports.cells import shown

    path = tmp_path / "demonstration.xlsx"
    write_demonstration(path)
    workbook = read_workbook(path)
    for sheet in workbook.sheets:
        lines = [sheet.header, *(row.cells for row in sheet.rows)]
        text = "".join(
            ";".join('"' + shown(cell).replace('"', '""') + '"' for cell in line) + "\r\n"
            for line in lines
        )
        (tmp_path / f"{sheet.name}.csv").write_text(text, encoding="cp1252", newline="")

    first = import_file(
        session=session,
        path=path,
        deed=program_deed(NOW),
        storage=FileStorage(tmp_path / "k" / "pieces"),
    )
    again = import_file(
        session=session,
        path=tmp_path,
        deed=program_deed(NOW),
        storage=FileStorage(tmp_path / "k" / "pieces"),
    )

    assert [sheet.sheet for sheet in first.sheets] == list(SHEET_BY_NAME)
    assert [sheet.sheet for sheet in first.sheets if not sheet.added] == []
    assert [str(sheet) for sheet in again.sheets if sheet.wrote] == []

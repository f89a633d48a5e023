"""Import of 100 000 time rows: seconds, peak memory, and the ratio to calamine reading the file.

``python -m tests.bench import`` runs it; the variable ``ROWS`` changes the size.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineWorkbook

from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import Activity, LegalForm
from grants.extensions import db
from grants.services.imports import import_file
from grants.services.platform.storage import piece_storage
from grants.services.platform.tenancy import EVERY, set_scope
from tests.factories.deeds import program_deed
from tests.support.database import NOW, app_on, ready_database

ROWS = int(os.environ.get("ROWS", "100000"))
ROWS_OF_AN_AGENT = 500
MEGABYTE = 1024


def run() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "heures.xlsx"
        path.write_bytes(filled_workbook(_rows(ROWS)))
        with ready_database(folder, "bench") as url, app_on(url, folder) as app, app.app_context():
            floor = _seconds(lambda: _read_all(path))
            first = _seconds(lambda: _import(path, folder))
            again = _seconds(lambda: _import(path, folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEGABYTE
    print(f"import of {ROWS} time rows: {first:.1f} s, {first / floor:.1f} x calamine alone")
    print(f"same file again: {again:.1f} s; calamine alone {floor:.2f} s; peak {peak} MB")


def _rows(count: int) -> ImportRows:
    rows = ImportRows()
    rows.add("structures", code="S", nom="Structure", forme_juridique=LegalForm.ASSOCIATION)
    agents = -(-count // ROWS_OF_AN_AGENT)
    for agent in range(agents):
        code = f"A{agent:04d}"
        rows.add("agents", matricule=code, nom="NOM", prenom="Prénom", structure="S")
    for number in range(count):
        agent, day = divmod(number, ROWS_OF_AN_AGENT)
        rows.add(
            "feuilles_temps",
            date=date(2022, 1, 1) + timedelta(days=day),
            agent=f"A{agent:04d}",
            heures=Decimal("7.5"),
            activite=Activity.SUPPORT_COMPANIES,
            commentaire=f"Réunion {number % 977}",
        )
    return rows


def _read_all(path: Path) -> None:
    with CalamineWorkbook.from_path(path) as workbook:
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()


def _import(path: Path, folder: Path) -> None:
    set_scope(db.session, EVERY)
    import_file(
        session=db.session, path=path, deed=program_deed(NOW), storage=piece_storage(folder)
    )
    db.session.commit()


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

"""What the claim workbook of 12 000 lines costs, beside as many plain cells in the same run.

The floor is XlsxWriter in constant memory writing numbers, with no format and no thought.
"""

from __future__ import annotations

import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import xlsxwriter

from exports.claims.european.workbook import write_fse_workbook
from exports.claims.state.workbook import write_state_workbook
from tests.factories.claims.claim import Kind, sample_claim

PERSONS, MONTHS, COLUMNS = 1000, 12, 20
AIM, RUNS = 2, 3


def run() -> None:
    """Print seconds, peak memory and the ratio for both workbooks."""
    writers: tuple[tuple[Kind, Callable[..., None]], ...] = (
        ("state", write_state_workbook),
        ("fse", write_fse_workbook),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "claim.xlsx")
        for kind, write in writers:
            claim = sample_claim(kind, PERSONS, MONTHS)
            seconds = _seconds(write, claim, path)
            cells = filled_cells(path)
            floor = _seconds(plain_workbook, cells, path)
            tracemalloc.start()
            write(claim, path)
            peak = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
            print(
                f"{kind:6} {len(claim.lines)} lines, {cells} cells: {seconds:.2f} s of processor, "
                f"peak {peak:.0f} MiB, {seconds / floor:.2f} × plain cells "
                f"({floor:.2f} s; aim: {AIM} ×)"
            )


def _seconds(write: Callable[..., None], *args: object) -> float:
    """Best of some runs: other work on the machine only ever adds."""
    return min(_once(write, *args) for _ in range(RUNS))


def _once(write: Callable[..., None], *args: object) -> float:
    start = process_time()
    write(*args)
    return process_time() - start


def filled_cells(path: Path) -> int:
    """Cells that hold something."""
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(_filled(book.read(name)) for name in sheets)


def _filled(content: bytes) -> int:
    return content.count(b"<v>") + content.count(b"<is>")


def plain_workbook(cells: int, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(cells):
        sheet.write_number(number // COLUMNS, number % COLUMNS, number)
    book.close()

"""How long a whole claim takes, from database to files, for 1, 250 and 1 000 posts over twelve
months.

Each run is the command that users type, in a process of its own: import of the program, reading,
computing, checking, writing workbook and JSON. The floor is XlsxWriter writing as many plain cells
as the workbook holds, in the same run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import create_engine

from tests.bench.bench_workbook import filled_cells, plain_workbook
from tests.factories.ledger.generated import Kind, fill_database

SIZES = (1, 250, 1000)
AIM, AIM_MIB = 3, 300
COMMAND = "from grants.cli import main; main()"


def run() -> None:
    """Print seconds, peak memory, ratio to the floor, and the cost of a line at each size."""
    for kind in ("fse", "state"):
        for posts in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                _measure(kind, posts, Path(folder))


def _measure(kind: Kind, posts: int, folder: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "GRANTS_DATA_DIR": str(folder),
    }
    _grants(["db", "upgrade"], environment)
    engine = create_engine(environment["DATABASE_URL"])
    with engine.begin() as connection:
        number = fill_database(connection, posts=posts, kind=kind)
    engine.dispose()
    arguments = ["claim", number, "--out", str(folder / "out"), "--as-of", "2026-01-01"]
    seconds, peak = _grants(arguments, environment)
    book = next((folder / "out").rglob("*.xlsx"))
    cells = filled_cells(book)
    floor = min(_plain(cells, folder / "floor.xlsx") for _ in range(3))
    print(
        f"{kind:6}{posts:5} posts, {cells:7} cells: {seconds:6.2f} s, peak {peak:4.0f} MiB "
        f"(aim {AIM_MIB}), {seconds / floor:5.2f} × plain cells ({floor:.2f} s; aim {AIM} ×), "
        f"{seconds / posts / 12 * 1000:.2f} ms a post and month",
        flush=True,
    )


def _grants(arguments: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and peak MiB of one command; a blocking finding is no failure here."""
    start = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"grants {arguments[0]} ended with {process.returncode}")
    return perf_counter() - start, usage.ru_maxrss / 1024


def _plain(cells: int, path: Path) -> float:
    start = perf_counter()
    plain_workbook(cells, path)
    return perf_counter() - start

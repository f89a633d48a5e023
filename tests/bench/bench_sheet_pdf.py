"""How many time sheets a second become PDF, and how much memory a team's file takes."""

from __future__ import annotations

import resource
import time
from collections.abc import Sequence

from exports.timesheets.pdf import SHEETS_PER_FILE, time_sheets_pdf
from exports.timesheets.prints import PrintedSheet
from tests.factories.timesheets.printed import make_rows, make_sheet, printed, signed

FLOOR = 20
SINGLE = 100
TEAM = 100


def run() -> None:
    """Print sheets a second beside the floor of 20, one file each and in files of a team."""
    sheets = [printed(signed(make_sheet(number=k + 1, rows=make_rows(7)))) for k in range(SINGLE)]
    time_sheets_pdf(sheets[:1])
    before = _megabytes()
    _measure("one file each", [[sheet] for sheet in sheets])
    print(f"memory after {SINGLE} single files: +{_megabytes() - before} MB")
    team = [printed(signed(make_sheet(number=k + 500, rows=make_rows(7)))) for k in range(TEAM)]
    step = SHEETS_PER_FILE
    _measure("team", [team[start : start + step] for start in range(0, TEAM, step)])
    print(f"memory after a team of {TEAM}: +{_megabytes() - before} MB")


def _measure(name: str, files: Sequence[Sequence[PrintedSheet]]) -> None:
    start, worked = time.perf_counter(), time.process_time()
    for sheets in files:
        time_sheets_pdf(sheets)
    count = sum(map(len, files))
    rate = count / (time.perf_counter() - start)
    said = "ok" if rate >= FLOOR else "TOO SLOW"
    alone = count / (time.process_time() - worked)
    print(f"{name}: {rate:.1f} sheets/s, floor {FLOOR}: {said}; {alone:.1f} a CPU second")


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

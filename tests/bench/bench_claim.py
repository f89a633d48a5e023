"""What a claim takes, from the command to its files: processor time of the whole process, beside
the floor measured in the same run.

Each run is the command that users type, in a process of its own: import of the program, reading,
computing, checking, writing workbook and JSON. The floor is an honest engine in one process on
1 000 posts; it lies beside the checkout (``../shared/bench``), and ratios are left out where it is
absent. Processor time (user and system) and not the clock: a busy machine changes it less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import create_engine

from tests.bench.claim_page import tell_pages
from tests.factories.ledger.generated import Kind, fill_database

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "bench"
FLOOR_POSTS = 1000
SIZES: dict[Kind, tuple[int, ...]] = {"fse": (1, 250, 500, 1000), "state": (1, 1000)}
RUNS = 3
COMMAND = "from grants.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds and peak memory of one process, children included."""

    seconds: float
    peak: float


def run() -> None:
    """Print the issue's table, and how the cost grows with the posts."""
    floor = _floor()
    for kind, sizes in SIZES.items():
        costs: dict[int, Cost] = {}
        for posts in sizes:
            costs[posts] = _measured(kind, posts)
            print(f"{kind:6}{posts:5} posts: {_told(costs[posts], posts, floor)}", flush=True)
        _tell_growth(kind, costs)
    tell_pages(FLOOR_POSTS)


def _told(cost: Cost, posts: int, floor: Cost | None) -> str:
    text = f"{cost.seconds:6.2f} s of processor, peak {cost.peak:4.0f} MiB"
    ratio = f"{cost.seconds / floor.seconds:.2f} ×" if floor else "unknown"
    if posts == 1:
        # 0.7 s where the floor takes 0.81 s: the machine of the day decides the seconds.
        return f"{text}, {ratio} the floor (to reach 0.86 ×)"
    if posts == FLOOR_POSTS:
        return f"{text} (to reach 160), {ratio} the floor (to reach 2.5 ×)"
    return text


def _tell_growth(kind: Kind, costs: dict[int, Cost]) -> None:
    """Milliseconds that each further post takes; where they grow with the size, so does a post."""
    steps = [
        1000 * (costs[more].seconds - costs[fewer].seconds) / (more - fewer)
        for fewer, more in pairwise(costs)
    ]
    print(f"{kind:6}a further post: " + ", ".join(f"{step:.1f} ms" for step in steps), flush=True)


def _floor() -> Cost | None:
    """The floor, or None with the reason printed."""
    if not (SHARED / "floor.py").is_file():
        print("floor: skipped, there is no ../shared/bench/floor.py beside this checkout")
        return None
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PEERS_DATA": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        posts = str(FLOOR_POSTS)
        _run([str(SHARED / "generate.py"), posts], environment)
        engine = [str(SHARED / "floor.py"), "engine", posts, str(Path(folder) / "floor.xlsx")]
        _run(engine, environment)  # the first run builds the index
        cost = _least([_run(engine, environment) for _ in range(RUNS)])
    print(f"floor {FLOOR_POSTS} posts: {cost.seconds:.2f} s of processor, peak {cost.peak:.0f} MiB")
    return cost


def _measured(kind: Kind, posts: int) -> Cost:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
            "GRANTS_DATA_DIR": str(folder),
        }
        _run(["-c", COMMAND, "db", "upgrade"], environment)
        engine = create_engine(environment["DATABASE_URL"])
        with engine.begin() as connection:
            number = fill_database(connection, posts=posts, kind=kind)
        engine.dispose()
        claim = ["-c", COMMAND, "claim", number, "--out", str(folder / "out")]
        return _least([_run([*claim, "--as-of", "2026-01-01"], environment) for _ in range(RUNS)])


def _least(costs: list[Cost]) -> Cost:
    return Cost(min(cost.seconds for cost in costs), max(cost.peak for cost in costs))


def _run(arguments: list[str], environment: dict[str, str]) -> Cost:
    """One Python process; a blocking finding is no failure here."""
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

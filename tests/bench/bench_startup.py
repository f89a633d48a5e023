"""How long ``grants --help`` takes, beside an empty Python: the aim is under 0.4 s."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

RUNS = 7


def run() -> None:
    """Print both medians and what the program adds."""
    empty = _seconds([sys.executable, "-c", "pass"])
    helped = _seconds([sys.executable, "-c", "from grants.cli import main; main()", "--help"])
    print(f"python -c pass   {empty:.3f} s")
    print(
        f"grants --help    {helped:.3f} s (aim: under 0.4 s), {helped / empty:.1f} × empty Python"
    )


def _seconds(command: list[str]) -> float:
    return median(_once(command) for _ in range(RUNS))


def _once(command: list[str]) -> float:
    start = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - start

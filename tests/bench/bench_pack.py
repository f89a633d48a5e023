"""Time and memory of a pack of 12 000 lines: written, then checked.

Run by ``make bench``; prints figures, asserts nothing: machines differ.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from exports.claims.json_file import iter_claim
from exports.evidence.pack import PackContents, write_pack
from exports.evidence.pack_check import check_pack
from grants.schemas.claims import load_claim_document
from grants.services.evidence.packs import write_workbook
from tests.factories.claims.claim import sample_claim
from tests.factories.evidence.packs import shelved

PERSONS = 1_000


def measured(what: str, act: Callable[[], object], *, traced: bool = False) -> None:
    """Print the seconds of an act, or (slower) the memory that it takes on top of its inputs."""
    if traced:
        tracemalloc.start()
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    if traced:
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        print(f"{what:32} {peak:8.1f} MiB on top of the claim")
    else:
        print(f"{what:32} {seconds:8.1f} s")


def main() -> None:
    """Measure."""
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else PERSONS
    claim, shelf = shelved(sample_claim("fse", persons, 12))
    with tempfile.TemporaryDirectory() as folder:
        workbook, path = Path(folder) / "claim.xlsx", Path(folder) / "pack.zip"

        def write() -> None:
            with path.open("wb") as out:
                write_pack(PackContents(claim, workbook, shelf), out)

        print(f"{len(claim.lines)} lines, {len(claim.pieces)} pieces")
        measured("workbook", lambda: write_workbook(claim, workbook))
        measured("claim.json", lambda: sum(map(len, iter_claim(claim))))
        measured("pack", write)
        measured("pack", write, traced=True)
        print(f"{'size':32} {path.stat().st_size / 2**20:8.1f} MiB")
        measured("check", lambda: check_pack(path, lambda b: (load_claim_document(b), ())))
        measured("check of the bytes alone", lambda: check_pack(path, lambda b: (None, ())))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(f"{'whole process, claim and check':32} {peak:8.1f} MiB")


if __name__ == "__main__":
    main()

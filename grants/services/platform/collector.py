"""A pause for Python's cycle collector while one big immutable result is built.

A claim of a thousand posts makes a million small frozen objects and not one cycle: scanning them
again and again took half of the time and freed nothing (measured by ``make bench``, bench_claim).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector from running inside; what it would have freed is freed afterwards."""
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()

"""How many examples a property tries: few, always the same; with ``make fuzz`` many, and new."""

from __future__ import annotations

import os

IS_FUZZING = os.environ.get("GRANTS_FUZZ") == "1"
FUZZED = 5_000


def examples(house: int) -> int:
    """Number for a property that is dearer, or should try more, than most."""
    return FUZZED if IS_FUZZING else house

"""``python -m tests.bench [NAME…]``: run the named ``bench_NAME.py``, or all of them."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

from tests import bench

PREFIX = "bench_"


def main(wanted: list[str]) -> None:
    """Run the benches in the order of their names."""
    known = [
        module.name.removeprefix(PREFIX)
        for module in iter_modules(bench.__path__)
        if module.name.startswith(PREFIX)
    ]
    unknown = set(wanted) - set(known)
    if unknown:
        sys.exit(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name in wanted or known:
        print(f"== {name}", flush=True)
        import_module(f"tests.bench.{PREFIX}{name}").run()


main(sys.argv[1:])

"""Which program this is: its version, and the commit that it was built or installed from.

A wheel carries the commit in ``grants/_data/commit.txt`` (``scripts/wheel_commit.py``); a checkout
is asked itself, by reading its files: no program runs, and never more than once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
SHORT = 8
HEX = frozenset("0123456789abcdef")
UNKNOWN = "inconnu"


@cache
def version() -> str:
    """Version of the program, as it was installed."""
    from importlib.metadata import version as installed

    return installed("grants")


@cache
def commit() -> str:
    """First letters of the commit; ``inconnu`` where there is neither wheel nor repository."""
    kept = _text(PACKAGE / "_data" / "commit.txt") or checked_out(PACKAGE.parent)
    return kept[:SHORT] if kept else UNKNOWN


def program() -> str:
    """Version and commit, in the words of the command line and of the foot of every page."""
    return f"grants {version()}, commit {commit()}"


def checked_out(root: Path) -> str:
    """Whole number of the commit that a folder has checked out; empty when it is no repository."""
    folder = root / ".git"
    if folder.is_file():  # of a linked work tree: where its own folder lies
        folder = root / _text(folder).removeprefix("gitdir:").strip()
    head = _text(folder / "HEAD")
    if not head.startswith("ref:"):
        return _hexadecimal(head)
    name = head.removeprefix("ref:").strip()
    common = folder / (_text(folder / "commondir") or ".")
    return _hexadecimal(_text(common / name)) or _packed(common, name)


def _packed(folder: Path, name: str) -> str:
    lines = _text(folder / "packed-refs").splitlines()
    found = (line.split(" ")[0] for line in lines if line.endswith(f" {name}"))
    return _hexadecimal(next(found, ""))


def _hexadecimal(text: str) -> str:
    return text if text and HEX.issuperset(text) else ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""

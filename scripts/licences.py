"""Licence of each package that requirements.lock pins.

Read from the installed packages' own metadata. ``python -m scripts.licences`` writes the page
docs/licences.md; a test compares both, and refuses what is unknown or does not fit ours.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)

# What may be used beside a program under Apache-2.0: permissive licences; and those that ask that
# the package itself stay open, for it is installed beside ours, as it was published.
ALLOWED = frozenset(
    {
        "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU",
        "PSF-2.0", "ZPL-2.1",
        "LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0",
    }
)  # fmt: skip
# Older metadata say it in words.
SPELLINGS = {
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd 2-clause license": "BSD-2-Clause",
    "bsd license": "BSD",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "zope public license": "ZPL-2.1",
}
# Packages that say nothing a program can read, or that this system does not install.
READ_BY_HAND = {
    "axe-playwright-python": "MIT",  # its repository; the axe-core inside is MPL-2.0
    "colorama": "BSD-3-Clause",  # installed on Windows only
    "defusedxml": "PSF-2.0",  # « PSFL » by its metadata
    "orjson": "MPL-2.0 AND MIT",  # MPL-2.0 AND (Apache-2.0 OR MIT), of which we take MIT
}


@dataclass(frozen=True, slots=True)
class Package:
    """One line of the page. ``licence`` is empty when nothing says it."""

    name: str
    version: str
    licence: str
    runs: bool

    @property
    def is_allowed(self) -> bool:
        """Whether one of the choices that the licence leaves may be combined with ours."""
        choices = self.licence.split(" OR ")
        return any(ALLOWED.issuperset(choice.split(" AND ")) for choice in choices)


def packages() -> list[Package]:
    """Every package of the lock, in its order."""
    running = _closure(_dependencies())
    pinned = PINNED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    return [Package(name, number, licence_of(name), name in running) for name, number in pinned]


def licence_of(name: str) -> str:
    """Licence in SPDX's words; empty when the package does not say one that we know."""
    if name in READ_BY_HAND:
        return READ_BY_HAND[name]
    metadata = distribution(name).metadata
    expression = metadata.get("License-Expression")
    if expression:
        return expression
    classes = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    words = {line.rpartition(" :: ")[2] for line in classes} - {"OSI Approved"}
    return _spdx(metadata.get("License") or "") or " OR ".join(
        sorted(filter(None, map(_spdx, words)))
    )


def _spdx(words: str) -> str:
    parts = words.split(" OR ")
    known = all(part in ALLOWED for part in parts)
    return words if known else SPELLINGS.get(words.lower(), "")


def _dependencies() -> list[Requirement]:
    # Not the installed metadata of our own package: they are as old as the last installation.
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


def _closure(asked: list[Requirement]) -> set[str]:
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        wanted = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if key in found:
            continue
        found.add(key)
        waiting += _requirements(wanted)
    return found


def _requirements(wanted: Requirement) -> list[Requirement]:
    try:
        lines = distribution(wanted.name).requires or []
    except PackageNotFoundError:
        return []
    asked = [Requirement(line) for line in lines]
    extras = {"", *wanted.extras}
    return [
        one
        for one in asked
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def page() -> str:
    """The page, in Markdown."""
    listed = packages()
    lines = [
        "# Licences",
        "",
        "<!-- Written by `python -m scripts.licences`: change it there. -->",
        "",
        "The program is under the Apache License 2.0 ([LICENSE](../LICENSE),",
        "[why](adr/0014-apache-licence.md)). It installs these packages as they were published,",
        "and holds a copy of none.",
    ]
    for title, runs in (("What the program needs to run", True), ("Tests and tools", False)):
        lines += ["", f"## {title}", "", "| package | licence |", "|---|---|"]
        lines += [f"| {one.name} | {one.licence} |" for one in listed if one.runs is runs]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

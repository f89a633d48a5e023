"""Write the bill of materials of ``requirements.lock``: CycloneDX 1.6, as JSON.

``python -m scripts.sbom [FILE]``; by default ``out/sbom.cdx.json``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from grants.version import program

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
TARGET = Path("out", "sbom.cdx.json")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.IGNORECASE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package of the lock file: its version, and the hashes of the files that may be it."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pinned(text: str) -> Iterator[Pinned]:
    """Packages of a lock file, in its order.

    Example:
    >>> [one.name for one in pinned("click==8.2.1 \\\\\\n    --hash=sha256:" + "0" * 64)]
    ['click']
    """
    for entry in re.split(r"\n(?=\S)", text):
        found = PINNED.match(entry)
        if found:
            yield Pinned(found[1].lower(), found[2], tuple(HASH.findall(entry)))


def bill(packages: Iterator[Pinned], *, version: str) -> str:
    """Bill of materials of packages."""
    bom = Bom()
    bom.metadata.component = Component(
        name="grants", version=version, type=ComponentType.APPLICATION, bom_ref="grants"
    )
    for one in packages:
        purl = PackageURL("pypi", None, one.name, one.version)
        bom.components.add(
            Component(
                name=one.name,
                version=one.version,
                type=ComponentType.LIBRARY,
                bom_ref=str(purl),
                purl=purl,
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=text) for text in one.hashes],
            )
        )
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=1)


def main() -> None:
    """Write it."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    text = bill(pinned(LOCK.read_text(encoding="utf-8")), version=program())
    target.write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()

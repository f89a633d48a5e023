"""The bill of materials names every package of the lock file, and is what it says it is."""

from __future__ import annotations

import json
import re

from scripts.sbom import LOCK, bill, pinned


def test_every_pinned_package_stands_in_it_with_its_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8")
    document = json.loads(bill(pinned(text), version="0.1.0"))

    components = {one["name"]: one for one in document["components"]}
    lines = re.findall(r"^\S+==.*$", text, re.MULTILINE)
    expected = {line.partition("==")[0].partition("[")[0] for line in lines}

    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert set(components) == expected
    assert len(expected) > 60
    flask = components["flask"]
    assert flask["purl"] == f"pkg:pypi/flask@{flask['version']}"
    assert len(flask["hashes"]) == 2

"""What the program installs may be installed beside it: each licence is known and fits ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.licences import PAGE, Package, licence_of, packages, page
from tests.support.sources import ROOT


def test_every_package_of_the_lock_has_a_licence_that_fits_ours() -> None:
    listed = packages()

    assert len(listed) > 60
    assert [one for one in listed if not one.is_allowed] == []


@pytest.mark.parametrize(
    ("licence", "fits"),
    [
        ("MIT", True),
        ("", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only OR MIT", True),
        ("MIT AND AGPL-3.0-only", False),
        ("SSPL-1.0", False),
    ],
)
def test_an_unknown_or_unfit_licence_is_refused(licence: str, fits: bool) -> None:
    assert Package("new", "1.0", licence, runs=True).is_allowed is fits


def test_a_package_that_says_nothing_has_no_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "silent-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: silent\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)

    assert licence_of("silent") == ""


def test_the_page_lists_the_packages_of_the_lock() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.licences"


def test_the_licence_is_the_one_that_the_project_names() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")

"""The program as a wheel carries what is no code: templates, migrations, parameters, styles."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from grants.version import checked_out
from tests.support.sources import ROOT, project_files


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    pytest.importorskip("hatchling", reason="make install brings hatchling; this venv has none")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("templates", "grants/_data/templates"),
        ("migrations", "grants/_data/migrations"),
        ("grants", "grants"),
        ("forms", "forms"),
        ("exports", "exports"),
    ],
)
def test_every_file_of_the_product_is_in_the_wheel(
    wheel_names: set[str], folder: str, inside: str
) -> None:
    expected = {
        (Path(inside) / path.relative_to(folder)).as_posix()
        for path in project_files()
        if path.parts[0] == folder
    }

    assert expected
    assert expected - wheel_names == set()


def test_a_wheel_knows_the_commit_that_it_was_built_from(wheel_names: set[str]) -> None:
    is_repository = bool(checked_out(ROOT))

    assert ("grants/_data/commit.txt" in wheel_names) is is_repository


def test_tests_and_local_data_stay_out_of_the_wheel(wheel_names: set[str]) -> None:
    assert {name.split("/")[0] for name in wheel_names} <= {
        "grants",
        "forms",
        "exports",
        "grants-0.1.0.dist-info",
    }

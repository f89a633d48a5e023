"""A sheet that one declaration adds is known everywhere: nothing else is written for it.

The sheet and its table are made up (``tests/support/made_up_sheet.py``); what the program makes of
them is looked at in a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.database import empty_database

ROOT = Path(__file__).parents[3]
COLUMNS = ["agent", "convention", "debut", "fin", "frais", "piece"]
OLD_VISIT, NEW_VISIT = "OUT › OLD › 2015-02-01", "IN › NEW › 2021-02-01"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("visites")
    with empty_database(folder, f"visits_{worker_id}") as url:
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.made_up_sheet", url, str(folder)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_template_has_it_with_its_colour_and_the_guide_names_it(seen: dict[str, Any]) -> None:
    assert seen["texts"]["template"] == COLUMNS
    assert seen["texts"]["colour"] == "FF123456"
    assert seen["texts"]["guide"] == ["Visites d'entreprises"]


def test_a_filled_workbook_holds_its_rows(seen: dict[str, Any]) -> None:
    assert seen["texts"]["filled"] == [["agent", "convention"], ["OUT", "OLD"], ["IN", "NEW"]]


def test_the_page_on_imports_documents_its_columns(seen: dict[str, Any]) -> None:
    page = seen["texts"]["page"]

    assert "Visites d'entreprises. Clé : `agent`, `convention`, `debut`." in page
    assert [line.split("`")[1] for line in page if line.startswith("| `")] == COLUMNS


def test_its_rows_are_imported_once_and_changed_where_they_differ(seen: dict[str, Any]) -> None:
    added, again, changed = seen["reports"]

    assert added == [2, 0, 0]
    assert again == [0, 0, 2], "the same file changes nothing"
    assert changed == [0, 2, 0]


def test_the_trail_tells_and_counts_its_rows_in_french(seen: dict[str, Any]) -> None:
    trail = seen["trail"]

    assert [(action, key) for action, key, _ in trail["events"]] == [
        ("created", OLD_VISIT), ("created", NEW_VISIT),
        ("changed", OLD_VISIT), ("changed", NEW_VISIT),
    ]  # fmt: skip
    assert "Dernier jour : 01/02/2015" in trail["events"][0][2]
    assert [line.replace("\u202f", " ").replace("\xa0", " ") for line in trail["events"][2][2]] == [
        "Frais de route : 12,50 € → 13,00 €"
    ]
    assert trail["counts"] == ["Feuille visites : 2 ajoutées", "Feuille visites : 2 modifiées"]


def test_the_history_of_the_person_tells_its_rows(seen: dict[str, Any]) -> None:
    assert seen["trail"]["history"] == [OLD_VISIT, OLD_VISIT]


def test_the_purge_takes_its_rows_by_the_conventions_clock(seen: dict[str, Any]) -> None:
    purge = seen["purge"]

    assert seen["unlisted"] == []
    assert purge["early"] == [0, 2], "on the last day of the clock everything stays"
    assert purge["counts"] == [1, 1]
    assert purge["left"] == ["NAMED"]


def test_a_piece_that_one_of_its_staying_rows_names_stays(seen: dict[str, Any]) -> None:
    assert seen["purge"]["pieces"] == ["FREE"]


def test_the_register_and_a_persons_export_name_it(seen: dict[str, Any]) -> None:
    assert "Visites" in seen["purge"]["export"]
    assert len(seen["purge"]["register"]) == 1

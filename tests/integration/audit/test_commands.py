"""``grants audit``: what a controller sees on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from grants.extensions import db
from tests.integration.audit.test_chain import without_guards
from tests.support.terminal import Terminal


@pytest.fixture
def loaded(fresh_cli: Terminal, tmp_path: Path) -> Terminal:
    folder = tmp_path / "classeur"
    folder.mkdir()
    (folder / "structures.csv").write_text(
        "code;nom;forme_juridique\nS;Société d’essai;Collectivité\n", encoding="utf-8"
    )
    (folder / "agents.csv").write_text(
        "matricule;nom;prenom;structure\nA1;MARTIN;Zoé;S\nA2;DURAND;Ali;S\n", encoding="utf-8"
    )
    fresh_cli("import", folder)
    return fresh_cli


def test_a_sound_trail_prints_hashes_that_can_be_noted_and_checked(loaded: Terminal) -> None:
    told = loaded("audit", "verify").stdout

    [noted] = [line.strip() for line in told.splitlines() if line.startswith("  ")]
    assert "Société d’essai : 4 événements, aucun modifié ni manquant." in told
    assert noted.startswith("S:4:")
    assert "Piste intacte" in loaded("audit", "verify", "--anchor", noted).stdout


def test_an_altered_event_is_named_and_ends_with_one(
    loaded: Terminal, fresh_database: Flask
) -> None:
    with fresh_database.app_context(), db.engine.begin() as connection:
        without_guards(connection)
        connection.execute(text("UPDATE audit_events SET actor_label = 'x' WHERE sequence = 3"))

    told = loaded("audit", "verify", exit_code=1)

    assert "Société d’essai : l'événement n° 3 a été modifié" in told.stderr
    assert "Les 2 premiers événements sont intacts" in told.stderr
    assert "Piste intacte" not in told.stdout


def test_a_rewritten_end_is_found_by_the_noted_hash(
    loaded: Terminal, fresh_database: Flask
) -> None:
    told = loaded("audit", "verify").stdout
    [noted] = [line.strip() for line in told.splitlines() if line.startswith("  ")]
    with fresh_database.app_context(), db.engine.begin() as connection:
        without_guards(connection)
        connection.execute(text("DELETE FROM audit_events"))
        connection.execute(text("DELETE FROM audit_heads"))

    assert "Piste intacte" in loaded("audit", "verify").stdout
    assert "n° 4" in loaded("audit", "verify", "--anchor", noted, exit_code=1).stderr


@pytest.mark.parametrize("anchor", ["S", "S:x:" + "a" * 64, "S:1:abc", "X:1:" + "a" * 64])
def test_an_anchor_that_is_none_is_refused_with_its_text(loaded: Terminal, anchor: str) -> None:
    told = loaded("audit", "verify", "--anchor", anchor, exit_code=2).stderr

    assert anchor.partition(":")[0] in told


def test_events_are_listed_in_words_and_filtered(loaded: Terminal) -> None:
    everything = loaded("audit", "list").stdout
    one = loaded("audit", "list", "--object", "A2", "--who", "terminal", "--from", "15/01/2025")
    none = loaded("audit", "list", "--to", "14/01/2025")

    assert "Import de classeur classeur" in everything
    assert "    Feuille agents : 2 ajoutées" in everything
    assert "Création · Agent A2" in one.stdout
    assert "A1" not in one.stdout
    assert "Aucun événement" in none.stdout


def test_json_gives_whole_events(loaded: Terminal) -> None:
    found = json.loads(loaded("audit", "list", "--json").stdout)

    assert [event["sequence"] for event in found] == [4, 3, 2, 1]
    assert found[-1]["at"] == "2025-01-15T09:00:00+00:00"
    assert json.loads(found[-1]["after"])["sheets"] == {"agents": "2/0/0", "structures": "1/0/0"}
    assert len(found[0]["hash"]) == 64

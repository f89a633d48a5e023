"""What imports, exports and accounts leave in the trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditAction, AuditObject, AuditVia
from grants.models import Organisation
from grants.services.audit.deed import Actor, Deed
from grants.services.audit.reading import TrailEvent, TrailFilter, list_events, object_history
from grants.services.audit.writing import verify_trail
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.support.database import NOW
from tests.support.terminal import Terminal

Bring = Callable[..., None]

CAMILLE = Actor(7, "Camille Exemple", "finance")
SHEETS = {
    "structures": "code;nom;forme_juridique\nS;Société d’essai;Collectivité\nT;Autre;Association\n",
    "financeurs": "code;nom;type\nETAT;DREETS;État\n",
    "dispositifs": "code;nom;financeur;taux_max\nD;Dispositif;ETAT;80 %\n",
    "conventions": (
        "numero;intitule;structure;dispositif;debut;fin;taux;etp;montant_maximum\n"
        "C1;Clause;S;D;01/01/2024;31/12/2024;50 %;1;40 000\n"
        "C2;Clause;T;D;01/01/2024;31/12/2024;50 %;1;30 000\n"
    ),
    "avenants": (
        "convention;numero;date_effet;champ;valeur;motif\nC1;1;01/07/2024;etp;2;Extension\n"
    ),
    "agents": "matricule;nom;prenom;structure\nA1;MARTIN;Zoé;S\n",
    "feuilles_temps": (
        "date;agent;operation;heures\n02/01/2024;A1;C1;7\n03/01/2024;A1;C1;7\n04/01/2024;A1;;7\n"
    ),
    "ressources": "code;convention;financeur;montant\nR1;C1;ETAT;1 000\n",
    "encaissements": "ressource;date;montant;piece\nR1;01/03/2024;400;\n",
    "versements": "convention;date;nature;montant\nC1;15/03/2024;Avance;20 000\n",
}


@pytest.fixture
def bring(session: scoped_session[Session], tmp_path: Path) -> Bring:
    """``bring(conventions="…")`` imports the sheets, with some replaced."""

    def importer(dry_run: bool = False, **changed: str) -> None:
        folder = tmp_path / "classeur"
        folder.mkdir(exist_ok=True)
        for name, content in (SHEETS | changed).items():
            (folder / f"{name}.csv").write_text(content, encoding="utf-8")
        import_file(
            session=session,
            path=folder,
            deed=Deed(CAMILLE, NOW, AuditVia.CLI, "poste-12"),
            storage=FileStorage(tmp_path / "kept" / "pieces"),
            dry_run=dry_run,
        )
        session.commit()

    return importer


def events(session: scoped_session[Session], **wanted: str) -> Sequence[TrailEvent]:
    found = list_events(session, TrailFilter(**wanted), organisations=None)  # type: ignore[arg-type] # texts only
    return sorted(found, key=lambda event: (event.organisation, event.sequence))


def test_each_structure_gets_the_import_with_its_own_counts(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()

    found = {event.organisation: event for event in events(session, action="imported")}

    assert set(found) == {"Société d’essai", "Autre", "Plateforme"}
    first = found["Société d’essai"]
    assert (first.who, first.role, first.via, first.origin) == (
        "Camille Exemple",
        "finance",
        AuditVia.IMPORT,
        "poste-12",
    )
    assert json.loads(first.after or "")["sheets"] == {
        "agents": "1/0/0",
        "avenants": "1/0/0",
        "conventions": "1/0/0",
        "encaissements": "1/0/0",
        "feuilles_temps": "3/0/0",
        "ressources": "1/0/0",
        "structures": "1/0/0",
        "versements": "1/0/0",
    }
    assert json.loads(found["Autre"].after or "")["sheets"] == {
        "conventions": "1/0/0",
        "structures": "1/0/0",
    }
    assert "Feuille dispositifs : 1 ajoutée" in found["Plateforme"].changes
    assert all(chain.report.broken is None for chain in verify_trail(session))


def test_a_changed_convention_is_told_before_and_after(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    changed = SHEETS["conventions"].replace(
        "C1;Clause;S;D;01/01/2024;31/12/2024;50 %", "C1;Clause;S;D;01/01/2024;30/06/2025;60 %"
    )
    bring(conventions=changed)

    [event] = events(session, action="changed")

    assert (event.organisation, event.kind, event.key) == (
        "Société d’essai",
        AuditObject.CONVENTION,
        "C1",
    )
    assert event.changes == (
        "Dernier jour : 31/12/2024 → 30/06/2025",
        "Taux : 50\u202f% → 60\u202f%",
    )


def test_a_changed_setting_is_told_by_its_name_and_alone(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    bring(dispositifs="code;nom;financeur;taux_max\nD;Dispositif;ETAT;70 %\n")

    [event] = events(session, action="changed")

    assert (event.organisation, event.kind, event.key) == ("Plateforme", AuditObject.SCHEME, "D")
    assert event.changes == ("Taux maximum : 80 % → 70 %",)


def test_references_read_as_codes_and_names_of_persons_are_not_kept(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    bring(agents="matricule;nom;prenom;structure\nA1;DURAND;Zoé;S\n")

    everything = events(session)
    [renamed] = [event for event in everything if event.action is AuditAction.CHANGED]
    [resource] = [event for event in everything if event.kind is AuditObject.RESOURCE]

    assert renamed.changes == ("Nom : modifié, valeurs non conservées",)
    assert {"Financeur : ETAT", "Convention : C1"} <= set(resource.changes)
    texts = " ".join(f"{event.before} {event.after} {event.key}" for event in everything)
    assert "MARTIN" not in texts
    assert "DURAND" not in texts


def test_hours_are_counted_only_added_changed_and_removed(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    hours = "date;agent;operation;heures\n02/01/2024;A1;C1;6\n03/01/2024;A1;;7\n"
    bring(feuilles_temps=hours)

    last = [event for event in events(session) if event.organisation == "Société d’essai"][-1]

    assert last.action is AuditAction.IMPORTED
    assert json.loads(last.after or "")["sheets"] == {"feuilles_temps": "1/1/1"}
    assert last.changes[-1] == "Feuille feuilles_temps : 1 ajoutée, 1 modifiée, 1 retirée"


def test_a_trial_and_a_file_that_changes_nothing_leave_no_event(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(dry_run=True)
    assert events(session) == []
    bring()
    count = len(events(session))
    bring()

    assert len(events(session)) == count


def test_the_history_of_a_convention_holds_its_parts_and_no_other(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    number = session.scalar(select(Organisation.id).where(Organisation.code == "S"))

    history = object_history(session, organisation_id=number, kind=AuditObject.CONVENTION, key="C1")

    assert [(event.kind.value, event.key) for event in history] == [
        ("payment", "C1 › 2024-03-15 › advance › 20000"),
        ("receipt", "C1 › R1 › 2024-03-01 › 400"),
        ("resource", "C1 › R1"),
        ("amendment", "C1 › 1 › etp"),
        ("convention", "C1"),
    ]


def test_a_search_by_day_counts_days_in_france(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()

    def found(first: date, last: date) -> int:
        wanted = TrailFilter(first=first, last=last)
        return len(list_events(session, wanted, organisations=None))

    assert found(date(2025, 1, 15), date(2025, 1, 15)) > 0
    assert found(date(2025, 1, 14), date(2025, 1, 14)) == 0
    assert found(date(2025, 1, 16), date(2025, 1, 31)) == 0


def test_a_structure_reads_its_own_chain_only(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring()
    number = session.scalar(select(Organisation.id).where(Organisation.code == "T"))
    assert number is not None

    found = list_events(session, TrailFilter(), organisations={number})

    assert {event.organisation for event in found} == {"Autre"}
    assert list_events(session, TrailFilter(), organisations=()) == []


def test_an_exported_claim_and_a_pack_are_told_with_their_hashes(
    cli: Terminal, session: scoped_session[Session], tmp_path: Path
) -> None:
    cli("demo", tmp_path / "demo.xlsx", "--import")
    out, zipped = tmp_path / "out", tmp_path / "pack.zip"
    chosen = ("DREETS-42-2023-017", "--as-of", "2026-06-30")
    for command in (("claim", *chosen, "--out", out), ("pack", *chosen, "--out", zipped)):
        cli(*command)
    [claim_json] = out.rglob("claim.json")

    found = {event.action: event for event in events(session)}
    exported, packed = found[AuditAction.CLAIM_EXPORTED], found[AuditAction.PACK_MADE]

    for event, path in ((exported, claim_json), (packed, zipped)):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        assert f"Empreinte : {sha256}" in event.changes
        assert event.key.startswith("DREETS-42-2023-017 › ")
        assert event.who.startswith("Terminal (")
        assert event.origin
    assert found[AuditAction.DEMO_LOADED].organisation == "Plateforme"
    assert all(chain.report.broken is None for chain in verify_trail(session))

"""``grants absences import``: shown first, taken with ``--confirm``, told in the trail."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models.audit import AuditEvent
from grants.models.people import Absence, Employment, Person
from grants.periods import Period
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder
from tests.support.terminal import Terminal


@pytest.fixture
def person(session: scoped_session[Session]) -> Person:
    """Somebody at 35 hours a week."""
    post = add_funded_post(session(), add_convention(session(), "FSE-1"))
    found = add_holder(session(), post, "DURAND", Period.year(2024))
    session.add(
        Employment(
            organisation_id=found.organisation_id,
            person_id=found.id,
            fte=Decimal(1),
            weekly_minutes=35 * 60,
            start_on=date(2024, 1, 1),
        )
    )
    session.commit()
    return found


def test_nothing_is_written_before_it_is_confirmed(
    cli: Terminal, session: scoped_session[Session], person: Person, tmp_path: Path
) -> None:
    file = tmp_path / "conges.csv"
    file.write_text("agent;type;debut\nA-DURAND;RTT;04/03/2024\nInconnu;RTT;04/03/2024\n")

    shown = cli("absences", "import", str(file), exit_code=1)
    assert "ligne 2 : à ajouter, DURAND Camille, RTT" in shown.output
    assert "ligne 3 : refusée" in shown.output
    assert session.scalars(select(Absence)).all() == []

    taken = cli("absences", "import", str(file), "--confirm", exit_code=1)
    assert "1 absence enregistrée." in taken.output
    assert len(session.scalars(select(Absence)).all()) == 1
    assert session.scalars(select(AuditEvent.via)).all() == ["cli"]


def test_a_calendar_is_given_its_person_and_its_words(
    cli: Terminal, session: scoped_session[Session], person: Person, tmp_path: Path
) -> None:
    file = tmp_path / "agenda.ics"
    file.write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\n"
        "DTSTART;VALUE=DATE:20240304\nSUMMARY:Pont\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    options = ("--confirm", "--person", "A-DURAND", "--kind", "Pont=RTT")

    cli("absences", "import", str(file), *options, "--organisation", "Métropole fictive")

    assert session.scalars(select(Absence.kind)).all() == ["rtt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--person", "X-9"), "aucun agent « X-9 »"),
        (("--kind", "Pont=Fête"), "motif « Fête » inconnu"),
    ],
)
def test_what_cannot_be_is_refused_in_french(
    cli: Terminal, person: Person, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    file = tmp_path / "conges.csv"
    file.write_text("agent;type;debut\nA-DURAND;Pont;04/03/2024\n")

    assert message in cli("absences", "import", str(file), *options, exit_code=2).output


def test_a_file_that_is_not_there_is_named(cli: Terminal, tmp_path: Path) -> None:
    missing = cli("absences", "import", str(tmp_path / "nulle-part.csv"), exit_code=2)

    assert "nulle-part.csv" in missing.output

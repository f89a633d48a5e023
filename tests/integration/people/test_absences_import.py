"""Files of absences: what they would change is shown first, and twice the same changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AbsenceKind, Activity, AuditVia
from grants.errors import Conflict
from grants.models.people import Absence, Employment, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.audit.deed import Actor, Deed
from grants.services.people.absences.files import read_absences
from grants.services.people.absences.importing import (
    AbsencePlan,
    Outcome,
    plan_import,
    run_import,
    unknown_words,
)
from grants.services.people.absences.listing import list_absences
from grants.services.people.absences.reading import ReadFile
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder

TODAY = date(2025, 1, 15)
DEED = Deed(Actor(1, "Fictive"), datetime(2025, 1, 15, 9, tzinfo=UTC), AuditVia.IMPORT)
HEADER = "agent;type;debut;fin;heures\n"


@pytest.fixture
def people(session: scoped_session[Session]) -> list[Person]:
    """Two people of the same first name at 35 hours a week."""
    post = add_funded_post(session(), add_convention(session(), "FSE-1"))
    found = [
        add_holder(session(), post, "DURAND", Period.year(2024)),
        add_holder(session(), post, "LE-GALL", Period.year(2024)),
    ]
    for one in found:
        session.add(
            Employment(
                organisation_id=one.organisation_id,
                person_id=one.id,
                fte=Decimal(1),
                weekly_minutes=35 * 60,
                start_on=date(2024, 1, 1),
            )
        )
    session.flush()
    return found


def read(text: str) -> ReadFile:
    """A file of this text."""
    return read_absences(
        "conges.csv", text.encode(), since=date(2024, 1, 1), until=date(2026, 1, 1)
    )


def plan(session: Session, text: str, **options: object) -> AbsencePlan:
    """What a file would change today."""
    return plan_import(
        session,
        file=read(text),
        person_ids=None,
        as_of=TODAY,
        **options,  # type: ignore[arg-type] # test's own
    )


def test_people_are_found_by_code_or_by_name_in_either_order(
    session: scoped_session[Session], people: list[Person]
) -> None:
    lines = (
        "A-DURAND;RTT;04/03/2024\nCamille Durand;RTT;05/03/2024\nle gall camille;RTT;06/03/2024\n"
    )

    found = plan(session(), HEADER + lines).lines

    assert [one.person_id for one in found] == [people[0].id, people[0].id, people[1].id]
    assert {one.outcome for one in found} == {Outcome.NEW}


def test_a_name_that_nobody_or_several_bear_is_refused(
    session: scoped_session[Session], people: list[Person]
) -> None:
    people[1].last_name = people[0].last_name
    session.flush()

    found = plan(
        session(), HEADER + "Inconnu;RTT;04/03/2024\nDURAND Camille;RTT;05/03/2024\n"
    ).lines

    assert [one.outcome for one in found] == [Outcome.REFUSED] * 2
    assert "matricule" in found[0].message
    assert "plusieurs agents" in found[1].message


def test_the_same_file_twice_changes_nothing(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = HEADER + "A-DURAND;RTT;04/03/2024;;3,5\nA-DURAND;Maladie;05/03/2024;08/03/2024;\n"
    assert run_import(session(), plan=plan(session(), text), deed=DEED) == 2

    again = plan(session(), text)

    assert again.count(Outcome.KNOWN) == 2
    assert run_import(session(), plan=again, deed=DEED) == 0


def test_a_line_that_stands_twice_is_taken_once(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = HEADER + "A-DURAND;RTT;04/03/2024\nA-DURAND;RTT;04/03/2024\nA-DURAND;CP;04/03/2024\n"

    found = plan(session(), text)

    assert [one.outcome for one in found.lines] == [Outcome.NEW, Outcome.KNOWN, Outcome.REFUSED]
    assert "ligne précédente" in found.lines[2].message


def test_an_event_from_nine_to_five_is_a_day_off(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART:20240304T090000\r\nDTEND:20240304T170000\r\nSUMMARY:Congés\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    run_import(session(), plan=plan(session(), text, person_id=people[0].id), deed=DEED)

    assert session.scalars(select(Absence)).one().minutes is None


def test_a_calendar_that_names_nobody_needs_to_be_told_whose_it_is(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        "DTSTART;VALUE=DATE:20240304\r\nSUMMARY:Congés\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )

    assert "choisissez l'agent" in plan(session(), text).lines[0].message


def test_unknown_words_are_asked_for_and_then_taken(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = HEADER + "A-DURAND;Convenance;04/03/2024\n"
    assert unknown_words(read(text)) == ["Convenance"]
    assert "Convenance" in plan(session(), text).lines[0].message

    answered = plan(session(), text, kinds={"Convenance": AbsenceKind.OTHER})

    assert answered.count(Outcome.NEW) == 1


def test_sick_leave_expects_sick_pay_unless_the_file_says_otherwise(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = "agent;type;debut;ijss\nA-DURAND;Maladie;04/03/2024;\nA-DURAND;Maladie;06/03/2024;non\n"

    run_import(session(), plan=plan(session(), text), deed=DEED)

    rows = session.scalars(select(Absence).order_by(Absence.start_on))
    assert [row.expects_ijss for row in rows] == [True, False]


def test_what_changed_since_the_preview_stops_the_import(
    session: scoped_session[Session], people: list[Person]
) -> None:
    stale = plan(session(), HEADER + "A-DURAND;RTT;04/03/2024\n")
    run_import(session(), plan=plan(session(), HEADER + "A-DURAND;CP;04/03/2024\n"), deed=DEED)

    with pytest.raises(Conflict, match="recouvrent"):
        run_import(session(), plan=stale, deed=DEED)


def test_the_list_shows_hours_that_contradict_leave(
    session: scoped_session[Session], people: list[Person]
) -> None:
    text = HEADER + "A-DURAND;CP;04/03/2024;08/03/2024\nA-LE-GALL;RTT;04/03/2024;;3\n"
    run_import(session(), plan=plan(session(), text), deed=DEED)
    for person in people:
        session.add(
            TimeEntry(
                organisation_id=person.organisation_id,
                person_id=person.id,
                work_on=date(2024, 3, 8),
                minutes=90,
                activity=Activity.OTHER.value,
            )
        )
    session.flush()

    rows = list_absences(session(), person_ids=None, as_of=TODAY)

    assert {row.person_code: row.contradicted_minutes for row in rows} == {
        "A-DURAND": 90,
        "A-LE-GALL": 0,
    }

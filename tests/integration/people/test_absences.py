"""Leave as it is kept: what it may not contradict, and what the trail tells of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AbsenceKind, AuditAction, AuditVia
from grants.errors import Conflict, NotFound
from grants.models.audit import AuditEvent
from grants.models.organisations import Organisation
from grants.models.people import Absence, Employment, Person
from grants.models.timesheets import TimeSheet
from grants.periods import Period, month_index
from grants.services.audit.deed import Actor, Deed
from grants.services.people.absences.writing import (
    Part,
    WantedAbsence,
    add_absence,
    change_absence,
    remove_absence,
)
from grants.services.platform.tenancy import Scope, set_scope
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder

DEED = Deed(Actor(1, "CHARGÉE FICTIVE Anne"), datetime(2025, 1, 15, 9, 0, tzinfo=UTC), AuditVia.WEB)
MONDAY = date(2024, 3, 4)


@pytest.fixture
def person(session: scoped_session[Session]) -> Person:
    """Somebody at 35 hours a week since 2024."""
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
    session.flush()
    return found


def days(first: date, last: date | None = None) -> Period:
    """Days as a form gives them."""
    return Period.inclusive(first, last or first)


def wanted(person: Person, period: Period, **changes: object) -> WantedAbsence:
    """Paid leave on these days, unless changed."""
    values: dict[str, object] = {"kind": AbsenceKind.PAID_LEAVE} | changes
    return WantedAbsence(person.id, period=period, **values)  # type: ignore[arg-type] # test's own


def refused(session: Session, absence: WantedAbsence) -> Conflict:
    """Why an absence is not taken."""
    with pytest.raises(Conflict) as refusal:
        add_absence(session, wanted=absence, deed=DEED)
    return refusal.value


def sheet(session: Session, person: Person, **values: object) -> None:
    """Sheet of March 2024."""
    session.add(
        TimeSheet(
            organisation_id=person.organisation_id,
            person_id=person.id,
            month=month_index(MONDAY),
            **values,
        )
    )
    session.flush()


def test_an_absence_is_kept_and_told_without_its_reason(
    session: scoped_session[Session], person: Person
) -> None:
    absence = wanted(person, days(MONDAY, date(2024, 3, 8)), kind=AbsenceKind.SICKNESS)

    number = add_absence(session(), wanted=absence, deed=DEED)

    row = session.get_one(Absence, number)
    assert (row.start_on, row.end_on, row.minutes) == (MONDAY, date(2024, 3, 9), None)
    event = session.scalars(select(AuditEvent)).one()
    assert event.action == AuditAction.CREATED.value
    assert "sickness" not in (event.after or "")


def test_half_a_day_is_half_of_the_contracts(
    session: scoped_session[Session], person: Person
) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY), part=Part.HALF), deed=DEED)

    assert session.get_one(Absence, number).minutes == 210


@pytest.mark.parametrize("minutes", [None, 0, 420, 2000])
def test_hours_that_are_none_or_a_whole_day_are_refused(
    session: scoped_session[Session], person: Person, minutes: int | None
) -> None:
    refusal = refused(session(), wanted(person, days(MONDAY), part=Part.HOURS, minutes=minutes))

    assert refusal.field == "minutes"
    assert "moins de 7" in str(refusal)


def test_part_of_a_day_stays_on_one_day(session: scoped_session[Session], person: Person) -> None:
    refusal = refused(session(), wanted(person, days(MONDAY, date(2024, 3, 5)), part=Part.HALF))

    assert refusal.field == "last"


def test_two_whole_absences_share_no_day(session: scoped_session[Session], person: Person) -> None:
    add_absence(session(), wanted=wanted(person, days(MONDAY, date(2024, 3, 8))), deed=DEED)

    refusal = refused(session(), wanted(person, days(date(2024, 3, 8)), kind=AbsenceKind.RTT))

    assert "« Congés payés », du 04/03/2024 au 08/03/2024" in str(refusal)


def test_an_absence_without_end_leaves_no_day_to_another(
    session: scoped_session[Session], person: Person
) -> None:
    session.add(
        Absence(
            organisation_id=person.organisation_id, person_id=person.id, end_on=None,
            kind=AbsenceKind.PARENTAL.value, start_on=date(2024, 2, 1),
        )
    )  # fmt: skip
    session.flush()

    refusal = refused(session(), wanted(person, days(MONDAY)))

    assert "recouvrent une autre absence" in str(refusal)
    assert "à partir du 01/02/2024" in str(refusal)


def test_an_absence_may_begin_the_day_after_another(
    session: scoped_session[Session], person: Person
) -> None:
    add_absence(session(), wanted=wanted(person, days(MONDAY, date(2024, 3, 8))), deed=DEED)

    assert add_absence(session(), wanted=wanted(person, days(date(2024, 3, 9))), deed=DEED)


def test_two_halves_of_a_day_are_taken_and_a_third_is_not(
    session: scoped_session[Session], person: Person
) -> None:
    for kind in (AbsenceKind.RTT, AbsenceKind.PAID_LEAVE):
        half = wanted(person, days(MONDAY), part=Part.HALF, kind=kind)
        add_absence(session(), wanted=half, deed=DEED)

    third = wanted(person, days(MONDAY), part=Part.HOURS, minutes=1, kind=AbsenceKind.TRAINING)
    assert "recouvrent" in str(refused(session(), third))


def test_days_without_contract_are_refused(
    session: scoped_session[Session], person: Person
) -> None:
    assert "Aucun contrat" in str(refused(session(), wanted(person, days(date(2023, 12, 31)))))


def test_sick_pay_is_for_what_brings_it(session: scoped_session[Session], person: Person) -> None:
    refusal = refused(session(), wanted(person, days(MONDAY), expects_ijss=True))

    assert refusal.field == "expects_ijss"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"signed_by_person_on": date(2024, 4, 2)}, "signée"),
        ({"signed_by_manager_on": date(2024, 4, 2)}, "signée"),
        ({"locked_at": datetime(2024, 4, 2, tzinfo=UTC)}, "verrouillée"),
    ],
)
def test_a_month_whose_sheet_is_closed_takes_no_leave(
    session: scoped_session[Session], person: Person, values: dict[str, object], word: str
) -> None:
    sheet(session(), person, **values)

    refusal = refused(session(), wanted(person, days(date(2024, 2, 28), MONDAY)))

    assert f"la feuille de temps de mars\u00a02024 est {word}" in str(refusal)


def test_a_month_closed_by_the_structures_lock_takes_no_leave_until_it_is_unlocked(
    session: scoped_session[Session], person: Person
) -> None:
    organisation = session.get_one(Organisation, person.organisation_id)
    organisation.sheet_lock = "le mois précédent, dix jours après sa fin"
    session.flush()
    assert refused(session(), wanted(person, days(MONDAY)))

    sheet(session(), person, unlocked_until=DEED.as_of)

    assert add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)


def test_an_absence_is_changed_and_both_states_are_told(
    session: scoped_session[Session], person: Person
) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)

    later = wanted(person, days(MONDAY, date(2024, 3, 6)))
    change_absence(session(), absence_id=number, wanted=later, deed=DEED)

    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert "2024-03-05" in (event.before or "")
    assert "2024-03-07" in (event.after or "")


def test_a_change_to_the_same_is_not_told(session: scoped_session[Session], person: Person) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)

    change_absence(session(), absence_id=number, wanted=wanted(person, days(MONDAY)), deed=DEED)

    assert len(session.scalars(select(AuditEvent)).all()) == 1


def test_an_absence_of_a_closed_month_is_neither_moved_nor_taken_away(
    session: scoped_session[Session], person: Person
) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)
    sheet(session(), person, signed_by_person_on=date(2024, 4, 2))

    moved = wanted(person, days(date(2024, 5, 6)))
    with pytest.raises(Conflict, match="rouvrir"):
        change_absence(session(), absence_id=number, wanted=moved, deed=DEED)
    with pytest.raises(Conflict, match="rouvrir"):
        remove_absence(session(), absence_id=number, deed=DEED)


def test_an_absence_that_was_taken_away_is_gone_and_told(
    session: scoped_session[Session], person: Person
) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)

    remove_absence(session(), absence_id=number, deed=DEED)

    with pytest.raises(NotFound):
        remove_absence(session(), absence_id=number, deed=DEED)


def test_what_belongs_to_another_structure_does_not_exist(
    session: scoped_session[Session], person: Person
) -> None:
    number = add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)
    set_scope(session(), Scope(frozenset({person.organisation_id + 1})))

    with pytest.raises(NotFound):
        remove_absence(session(), absence_id=number, deed=DEED)
    with pytest.raises(NotFound):
        add_absence(session(), wanted=wanted(person, days(MONDAY)), deed=DEED)

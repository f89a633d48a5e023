"""Mission letters as they are written and put right: shares, days, and what rests on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import AuditVia, LetterNature
from grants.errors import Conflict, NotFound
from grants.models.audit import AuditEvent
from grants.models.people import MissionLetter, Person
from grants.models.timesheets import TimeSheet
from grants.periods import Period, month_index
from grants.services.audit.deed import Actor, Deed
from grants.services.people.letters import (
    WantedLetter,
    add_letter,
    change_letter,
    list_letters,
    remove_letter,
)
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder

DEED = Deed(Actor(1, "CHARGÉE FICTIVE Anne"), datetime(2025, 1, 15, 9, 0, tzinfo=UTC), AuditVia.WEB)
YEAR = Period.year(2024)


@pytest.fixture
def wanted(session: scoped_session[Session]) -> WantedLetter:
    """A letter of 2024 that fixes 60 % on an operation."""
    convention = add_convention(session(), "FSE-1")
    person = add_holder(session(), add_funded_post(session(), convention), "DURAND", YEAR)
    return WantedLetter(
        person.id, convention.id, LetterNature.FIXED_SHARE, YEAR, share=Decimal("0.6")
    )


def elsewhere(session: Session, wanted: WantedLetter) -> WantedLetter:
    """The same letter on another operation."""
    return replace(wanted, convention_id=add_convention(session, "FSE-2").id)


def refused(session: Session, wanted: WantedLetter) -> Conflict:
    """Why a letter is not taken."""
    with pytest.raises(Conflict) as refusal:
        add_letter(session, wanted=wanted, deed=DEED)
    return refusal.value


def lock(session: Session, wanted: WantedLetter, month: date) -> None:
    """Lock a month of the person for a claim."""
    person = session.get_one(Person, wanted.person_id)
    session.add(
        TimeSheet(
            organisation_id=person.organisation_id,
            person_id=person.id,
            month=month_index(month),
            locked_at=DEED.at,
            locked_for="FSE-1, 2024",
        )
    )
    session.flush()


def test_a_letter_is_kept_and_told(session: scoped_session[Session], wanted: WantedLetter) -> None:
    add_letter(session(), wanted=wanted, deed=DEED)

    (row,) = list_letters(session(), person_ids=None)
    assert (row.number, row.share, row.period) == ("FSE-1", Decimal("0.6"), YEAR)
    event = session.scalars(select(AuditEvent)).one()
    assert event.object_key == "A-DURAND › FSE-1 › 2024-01-01"


def test_what_a_controller_would_miss_is_said(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    add_letter(session(), wanted=replace(wanted, dated_on=date(2024, 1, 2)), deed=DEED)

    (row,) = list_letters(session(), person_ids=None)
    assert row.lacks == (
        "datée du 02/01/2024, après son premier jour",
        "non signée par l'agent",
        "non signée par le responsable",
        "part non acceptée par le financeur",
        "sans pièce",
    )


def test_a_letter_dated_on_its_first_day_and_signed_lacks_nothing(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    first = date(2024, 1, 1)
    papers = replace(
        wanted,
        dated_on=first,
        signed_by_person_on=first,
        signed_by_manager_on=first,
        accepted_on=first,
        piece="LM-1",
    )

    add_letter(session(), wanted=papers, deed=DEED)

    rows = list_letters(session(), person_ids=None)
    assert rows[0].lacks == ()


@pytest.mark.parametrize("share", [None, Decimal(0), Decimal(1)])
def test_a_fixed_share_lies_between_nothing_and_the_whole(
    session: scoped_session[Session], wanted: WantedLetter, share: Decimal | None
) -> None:
    assert refused(session(), replace(wanted, share=share)).field == "share"


def test_a_variable_letter_fixes_no_share(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    assert refused(session(), replace(wanted, nature=LetterNature.VARIABLE)).field == "share"


def test_shares_of_one_person_come_to_the_whole_and_no_further(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    add_letter(session(), wanted=wanted, deed=DEED)
    other = elsewhere(session(), wanted)

    assert "40 % sont libres" in str(refused(session(), other)).replace("\u202f", " ")
    assert add_letter(session(), wanted=replace(other, share=Decimal("0.4")), deed=DEED)


def test_the_whole_is_tested_on_each_day_and_not_on_the_sum_of_the_year(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    halves = YEAR.cut([date(2024, 7, 1)])
    add_letter(session(), wanted=replace(wanted, period=halves[0]), deed=DEED)

    second = replace(elsewhere(session(), wanted), period=halves[1])

    assert add_letter(session(), wanted=second, deed=DEED)


def test_two_letters_for_an_operation_share_no_day(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    first, second = YEAR.cut([date(2024, 7, 1)])
    add_letter(session(), wanted=replace(wanted, period=first), deed=DEED)

    same_day = Period(first.last, second.end)
    assert "couvre déjà" in str(refused(session(), replace(wanted, period=same_day)))
    assert add_letter(session(), wanted=replace(wanted, period=second), deed=DEED)


def test_days_beside_the_convention_are_refused(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    refusal = refused(session(), replace(wanted, period=Period.year(2025)))

    assert "du 01/01/2024 au 31/12/2024" in str(refusal)


def test_a_convention_of_another_structure_is_refused(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    foreign = add_convention(session(), "FSE-9", organisation="Une autre structure")

    assert refused(session(), replace(wanted, convention_id=foreign.id)).field == "convention_id"


def test_a_share_that_locked_sheets_rest_on_is_not_changed_but_signatures_are(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    number = add_letter(session(), wanted=wanted, deed=DEED)
    lock(session(), wanted, date(2024, 3, 1))

    share = replace(wanted, share=Decimal("0.5"))
    with pytest.raises(Conflict, match="verrouillées pour FSE-1, 2024"):
        change_letter(session(), letter_id=number, wanted=share, deed=DEED)
    with pytest.raises(Conflict, match="verrouillées"):
        remove_letter(session(), letter_id=number, deed=DEED)

    signed = replace(wanted, accepted_on=date(2024, 12, 1))
    change_letter(session(), letter_id=number, wanted=signed, deed=DEED)
    assert session.get_one(MissionLetter, number).accepted_on == date(2024, 12, 1)


def test_a_letter_is_ended_after_the_months_that_are_locked(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    number = add_letter(session(), wanted=wanted, deed=DEED)
    lock(session(), wanted, date(2024, 3, 1))

    ended = replace(wanted, period=Period(YEAR.start, date(2024, 4, 1)))
    change_letter(session(), letter_id=number, wanted=ended, deed=DEED)
    too_early = replace(wanted, period=Period(YEAR.start, date(2024, 3, 31)))
    with pytest.raises(Conflict, match="verrouillées"):
        change_letter(session(), letter_id=number, wanted=too_early, deed=DEED)


def test_a_letter_written_by_mistake_is_taken_away(
    session: scoped_session[Session], wanted: WantedLetter
) -> None:
    number = add_letter(session(), wanted=wanted, deed=DEED)

    remove_letter(session(), letter_id=number, deed=DEED)

    with pytest.raises(NotFound):
        remove_letter(session(), letter_id=number, deed=DEED)

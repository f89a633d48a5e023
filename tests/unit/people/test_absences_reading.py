"""Absences of csv files and calendars, as payroll programs and people's calendars write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import AbsenceKind
from grants.errors import Unreadable
from grants.periods import Period
from grants.services.people.absences.files import read_absences
from grants.services.people.absences.reading import ReadAbsence, ReadFile, kind_of

SINCE, UNTIL = date(2024, 1, 1), date(2026, 1, 1)


def read(content: str | bytes, name: str = "conges.csv") -> ReadFile:
    """What a file of this content says."""
    raw = content.encode() if isinstance(content, str) else content
    return read_absences(name, raw, since=SINCE, until=UNTIL)


def calendar(*lines: str) -> str:
    """A calendar that holds one event of these lines."""
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//FR", "BEGIN:VEVENT", "UID:1@test")
    return "\r\n".join((*body, *lines, "END:VEVENT", "END:VCALENDAR", ""))


def only(file: ReadFile) -> ReadAbsence:
    """The one absence of a file without problem."""
    assert file.problems == ()
    (absence,) = file.absences
    return absence


def test_a_csv_file_is_read_whatever_the_order_and_the_names_of_its_columns() -> None:
    found = only(read("Motif;Du;Au;Matricule;Demi-journée\nMaladie;03/02/2025;07/02/2025;A001;\n"))

    assert (found.who, found.kind) == ("A001", AbsenceKind.SICKNESS)
    assert found.period == Period(date(2025, 2, 3), date(2025, 2, 8))
    assert not found.is_half_day


def test_a_csv_file_from_windows_with_commas_and_a_name_in_two_columns_is_read() -> None:
    text = "nom,prénom,type,début,fin,heures\nDURAND,Zoé,Congés payés,2025-02-03,2025-02-03,3:30\n"

    found = only(read(text.encode("cp1252")))

    assert (found.who, found.minutes) == ("DURAND Zoé", 210)


def test_a_half_day_is_said_by_a_word() -> None:
    found = only(read("agent;type;debut;fin;demi-journee\nA001;RTT;03/02/2025;03/02/2025;matin\n"))

    assert found.is_half_day


def test_an_absence_without_last_day_lasts_one_day() -> None:
    assert only(read("agent;type;debut\nA001;RTT;03/02/2025\n")).period.days == 1


def test_words_that_nobody_knows_leave_the_kind_open() -> None:
    assert only(read("agent;type;debut\nA001;Convenance;03/02/2025\n")).kind is None


def test_every_faulty_line_is_told_and_the_others_are_read() -> None:
    found = read(
        "agent;type;debut;fin\n"
        "A001;RTT;31/02/2025;\n"
        ";RTT;03/02/2025;\n"
        "A001;RTT;07/02/2025;03/02/2025\n"
        "A001;RTT;10/02/2025;\n"
    )

    assert [(one.row, one.column, one.found) for one in found.problems] == [
        (2, "debut", "31/02/2025"),
        (3, "agent", ""),
        (4, "fin", "03/02/2025"),
    ]
    assert [one.line for one in found.absences] == [5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "est vide"),
        ("bonjour\n1\n", "le motif"),
        ('agent;type;debut\n"A001;RTT;03/02/2025\n', "guillemets"),
        (b"\xff\xfea", "UTF-16"),
        ("x" * (5 * 1024 * 1024 + 1), "5 Mo"),
        ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "calendrier"),
    ],
)
def test_what_is_no_list_of_absences_is_refused_in_french(
    content: str | bytes, message: str
) -> None:
    with pytest.raises(Unreadable, match=message):
        read(content)


def test_the_end_of_a_whole_day_event_is_the_first_day_after() -> None:
    found = only(
        read(calendar("DTSTART;VALUE=DATE:20250203", "DTEND;VALUE=DATE:20250208", "SUMMARY:Congés"))
    )

    assert found.period == Period(date(2025, 2, 3), date(2025, 2, 8))
    assert (found.minutes, found.kind) == (None, AbsenceKind.PAID_LEAVE)


def test_a_whole_day_event_without_end_lasts_one_day() -> None:
    assert only(read(calendar("DTSTART;VALUE=DATE:20250203", "SUMMARY:RTT"))).period.days == 1


def test_hours_of_an_event_are_those_of_paris() -> None:
    # 23:30 UTC on 3 July is 01:30 of the fourth in Paris.
    found = only(
        read(calendar("DTSTART:20250703T233000Z", "DTEND:20250704T010000Z", "SUMMARY:Formation"))
    )

    assert (found.period.start, found.minutes) == (date(2025, 7, 4), 90)


def test_an_event_that_ends_at_midnight_stays_on_its_day() -> None:
    found = only(
        read(calendar("DTSTART:20250703T200000", "DTEND:20250704T000000", "SUMMARY:Formation"))
    )

    assert (found.period, found.minutes) == (Period(date(2025, 7, 3), date(2025, 7, 4)), 240)


def test_a_repeated_event_is_unfolded_to_its_end_without_the_days_left_out() -> None:
    found = read(
        calendar(
            "DTSTART;VALUE=DATE:20250107",
            "RRULE:FREQ=WEEKLY;UNTIL=20250128",
            "EXDATE;VALUE=DATE:20250121",
            "SUMMARY:RTT",
        )
    )

    days = [one.period.start for one in found.absences]
    assert days == [date(2025, 1, 7), date(2025, 1, 14), date(2025, 1, 28)]


def test_a_repetition_without_end_stops_with_the_days_asked_for() -> None:
    found = read(calendar("DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=WEEKLY", "SUMMARY:RTT"))

    assert len(found.absences) == 52


def test_a_repetition_keeps_its_hour_when_the_clocks_change() -> None:
    found = read(
        calendar(
            "DTSTART;TZID=Europe/Paris:20250328T140000",
            "DTEND;TZID=Europe/Paris:20250328T180000",
            "RRULE:FREQ=DAILY;COUNT=4",
            "SUMMARY:Formation",
        )
    )

    assert [one.minutes for one in found.absences] == [240] * 4


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=9", "FREQ=DAILY;BYDAY=ZZ", "FREQ=DAILY;COUNT=-1"]
)
def test_a_rule_that_could_not_be_leave_is_told_and_never_unfolded(rule: str) -> None:
    try:
        found = read(calendar("DTSTART:20250106T090000", f"RRULE:{rule}", "SUMMARY:RTT"))
    except Unreadable:
        return

    assert len(found.absences) <= 1


def test_a_rule_from_long_ago_does_not_unfold_for_ever() -> None:
    found = read(calendar("DTSTART;VALUE=DATE:19900101", "RRULE:FREQ=DAILY", "SUMMARY:RTT"))

    assert not found.absences
    assert "1000 répétitions" in found.problems[0].expected


def test_a_cancelled_event_is_left_out_and_counted() -> None:
    content = calendar("DTSTART;VALUE=DATE:20250203", "STATUS:CANCELLED", "SUMMARY:RTT")

    assert read(content) == ReadFile("conges.csv", (), (), notes=("1 événement annulé.",))


def test_the_only_attendee_says_whose_absence_it_is() -> None:
    line = 'ATTENDEE;CN="DURAND Zoé":mailto:zoe@example.org'

    assert only(read(calendar("DTSTART;VALUE=DATE:20250203", line, "SUMMARY:RTT"))).who == (
        "DURAND Zoé"
    )


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Arrêt maladie", AbsenceKind.SICKNESS),
        ("ACCIDENT DU TRAVAIL", AbsenceKind.WORK_ACCIDENT),
        ("Congé maternité", AbsenceKind.PARENTAL),
        ("Congé sans solde", AbsenceKind.UNPAID),
        ("CP", AbsenceKind.PAID_LEAVE),
        ("Occupé", None),
        ("", None),
    ],
)
def test_words_of_calendars_mean_a_kind(words: str, kind: AbsenceKind | None) -> None:
    assert kind_of(words) is kind


@given(content=st.binary(max_size=300))
def test_no_file_ends_in_a_crash(content: bytes) -> None:
    with suppress(Unreadable):
        read(content)


@given(body=st.text(max_size=200))
def test_no_calendar_ends_in_a_crash(body: str) -> None:
    with suppress(Unreadable):
        read(calendar(*body.splitlines()))

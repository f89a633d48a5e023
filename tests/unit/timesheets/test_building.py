"""The sheet of a month as one rule builds it: hours, proposals, open days, totals, progress."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import Activity, LetterNature, SheetOddity, SheetState
from grants.periods import DAY, Period
from grants.rules.timesheets.building import build_sheet
from grants.rules.timesheets.content import content_hash
from grants.rules.timesheets.inputs import Assignment, DayRecord, Entry, SheetInputs, TimeSoFar
from grants.rules.timesheets.progress import progress_text
from grants.rules.timesheets.state import SheetRecord
from tests.factories.ledger.ledger import a_letter, an_absence, an_employment
from tests.factories.timesheets.inputs import (
    JANUARY,
    OPERATION,
    entries,
    entry,
    locking,
    sheet_inputs,
)

TUESDAY = date(2025, 1, 7)
DECEMBER = Period.month(date(2024, 12, 1))
LAST_YEAR = replace(OPERATION, period=Period(date(2024, 1, 1), OPERATION.period.end))
KNOWN = {OPERATION.id: LAST_YEAR}
WORKED = [day for day in JANUARY.iter_days() if day.weekday() < 5 and day.day != 1]


def kinds(inputs: SheetInputs) -> dict[SheetOddity, str]:
    return {oddity.kind: oddity.message for oddity in build_sheet(inputs).oddities}


def test_totals_are_the_sums_of_their_lines() -> None:
    hours = (entry(TUESDAY, 200), entry(TUESDAY, 220, None), entry(TUESDAY + DAY, 20))

    sheet = build_sheet(sheet_inputs(entries=hours))

    assert sheet.total_minutes == sum(sheet.row_totals.values()) == sum(sheet.day_totals.values())
    assert sheet.day_totals[TUESDAY] == 420
    assert sheet.minutes[f"{OPERATION.id}-support_buyers", TUESDAY] == 200


@given(
    st.lists(
        st.tuples(
            st.sampled_from(WORKED),
            st.integers(1, 1440),
            st.sampled_from([None, OPERATION.id]),
            st.sampled_from(Activity),
            st.sampled_from(["", "Lot 3", "Écoles"]),
        ),
        max_size=60,
    )
)
def test_no_minute_is_lost_whatever_stands_twice(
    told: list[tuple[date, int, int | None, Activity, str]],
) -> None:
    hours = tuple(Entry(day, number, kind, n, market) for day, n, number, kind, market in told)

    sheet = build_sheet(sheet_inputs(entries=hours))

    assert sheet.total_minutes == sum(one.minutes for one in hours)
    assert sum(sheet.row_totals.values()) == sum(sheet.day_totals.values()) == sheet.total_minutes
    assert sheet.row_totals.keys() <= {row.key for row in sheet.rows}


def test_the_same_weekday_of_last_month_is_proposed() -> None:
    earlier = (entry(date(2024, 12, 17), 300), entry(date(2024, 12, 17), 120, None))

    sheet = build_sheet(sheet_inputs(earlier=earlier, conventions=KNOWN))

    assert sheet.proposed[f"{OPERATION.id}-support_buyers", TUESDAY] == 300
    assert sheet.proposed["0-other", TUESDAY] == 120
    assert sheet.total_minutes == 0


def test_a_variable_letter_alone_proposes_nothing() -> None:
    assert build_sheet(sheet_inputs()).proposed == {}


def test_the_one_operation_that_pays_the_post_is_proposed_without_a_letter() -> None:
    post = (Assignment(OPERATION.id, JANUARY),)

    sheet = build_sheet(sheet_inputs(letters=(), assignments=post))

    assert sum(sheet.proposed.values()) == sheet.contract_minutes == 22 * 420


def test_a_fixed_share_that_no_funder_accepted_is_proposed_to_the_quarter_over_the_month() -> None:
    letter = a_letter(OPERATION, nature=LetterNature.FIXED_SHARE, share="0.60", accepted_on=None)

    sheet = build_sheet(sheet_inputs(letters=(letter,)))
    on_it = [n for (key, _), n in sheet.proposed.items() if key != "0-other"]

    assert sheet.needs_sheet
    assert sum(sheet.proposed.values()) == 22 * 420
    assert abs(sum(on_it) - Decimal("0.60") * 22 * 420) <= Decimal("7.5")
    assert all(n % 15 == 0 for n in on_it)


@pytest.mark.parametrize(
    ("letter", "needs"),
    [
        (a_letter(OPERATION), True),
        (a_letter(OPERATION, nature=LetterNature.FULL_TIME), False),
        (a_letter(OPERATION, nature=LetterNature.FULL_TIME, signed_by_manager_on=None), True),
        (a_letter(OPERATION, nature=LetterNature.FIXED_SHARE, share="0.6"), False),
        (a_letter(OPERATION, nature=LetterNature.FIXED_SHARE, share="0.6", accepted_on=None), True),
        (a_letter(OPERATION, nature=LetterNature.FULL_TIME,
                  period=Period(date(2025, 1, 2), date(2026, 1, 1))), True),
    ],
    ids=["variable", "full", "full_unsigned", "accepted", "not_accepted", "a_day_short"],
)  # fmt: skip
def test_letters_that_prove_the_time_remove_the_sheet(letter: object, needs: bool) -> None:
    sheet = build_sheet(sheet_inputs(letters=(letter,)))

    assert sheet.needs_sheet is needs
    assert bool(sheet.no_sheet_because) is not needs
    if not needs:
        assert OPERATION.number in sheet.no_sheet_because
        assert sheet.proposed == {}
        assert not sheet.oddities, "nobody is told to fill what a letter stands for"


@st.composite
def any_month(draw: st.DrawFn) -> SheetInputs:
    """A month with contract, leave, letters, earlier hours and confirmed days at random."""
    start = draw(st.dates(date(2024, 12, 1), date(2025, 2, 10)))
    weekly = draw(st.integers(5, 39 * 60))
    shares = draw(st.lists(st.sampled_from(["0.15", "0.5", "0.333333", "1"]), max_size=3))
    away_from, away_days = draw(st.sampled_from(WORKED)), draw(st.integers(1, 12))
    minutes = draw(st.none() | st.integers(1, 500))
    earlier = draw(
        st.lists(
            st.builds(
                entry,
                st.integers(0, 30).map(lambda n: DECEMBER.start + timedelta(days=n)),
                st.integers(1, 700),
                st.sampled_from([None, OPERATION.id]),
            ),
            max_size=12,
        )
    )
    said = draw(st.sets(st.sampled_from(WORKED)))
    done = draw(st.sets(st.sampled_from(WORKED)))
    return sheet_inputs(
        employments=(an_employment(start, weekly_minutes=weekly),),
        letters=tuple(
            a_letter(OPERATION, nature=LetterNature.FIXED_SHARE, share=share, accepted_on=None)
            for share in shares
        ),
        absences=(an_absence(away_from, away_from + timedelta(days=away_days), minutes=minutes),),
        earlier=tuple(earlier),
        entries=entries(done, 60),
        days={day: DayRecord(is_confirmed=True) for day in said},
        conventions=KNOWN,
        rules=draw(st.sampled_from([locking(""), locking("chaque semaine, 3 jours après sa fin")])),
    )


@given(any_month())
def test_proposals_never_pass_the_contracts_day_nor_touch_a_closed_or_confirmed_one(
    inputs: SheetInputs,
) -> None:
    sheet = build_sheet(inputs)

    for day in sheet.days:
        proposed = [n for (_, on), n in sheet.proposed.items() if on == day.day]
        assert sum(proposed) <= day.contract_minutes
        assert all(n > 0 for n in proposed)
        if proposed:
            assert day.is_editable
            assert not day.is_confirmed
            assert day.closure is None
            assert day.day not in sheet.day_totals


@given(any_month(), st.sets(st.sampled_from(WORKED)))
def test_what_is_proposed_for_a_day_does_not_depend_on_the_days_confirmed_before(
    inputs: SheetInputs, said: set[date]
) -> None:
    days = dict(inputs.days) | {day: DayRecord(is_confirmed=True) for day in said}

    first, second = build_sheet(inputs).proposed, build_sheet(replace(inputs, days=days)).proposed

    assert second == {place: n for place, n in first.items() if place[1] not in said}


def test_a_lock_that_falls_inside_a_week_closes_the_days_before_it_alone() -> None:
    rules = locking("le mois précédent, 0 jours après sa fin")
    march = Period.month(date(2025, 3, 1))

    past = build_sheet(sheet_inputs(as_of=date(2025, 2, 1), rules=rules))
    current = build_sheet(sheet_inputs(month=march, as_of=date(2025, 3, 31), rules=rules))

    assert past.state is SheetState.LOCKED
    assert not any(day.is_editable for day in past.days)
    assert all(day.is_editable for day in current.days)


def test_a_weekly_lock_leaves_the_rest_of_the_month_to_type_in() -> None:
    rules = locking("chaque semaine, 3 jours après sa fin")

    sheet = build_sheet(sheet_inputs(as_of=date(2025, 1, 22), rules=rules))

    assert sheet.state is SheetState.DRAFT
    assert [day.day.day for day in sheet.days if day.is_editable] == list(range(13, 32))


def test_the_days_of_grace_are_for_those_who_may_override() -> None:
    rules = locking("le mois précédent, dix jours après sa fin", grace_days=5)
    after = sheet_inputs(as_of=date(2025, 2, 12), rules=rules)

    plain, manager = build_sheet(after), build_sheet(replace(after, may_override=True))
    later = build_sheet(replace(after, may_override=True, as_of=date(2025, 2, 16)))

    assert (plain.state, manager.state) == (SheetState.LOCKED, SheetState.DRAFT)
    assert later.state is SheetState.LOCKED


def test_a_sheet_unlocked_until_a_day_is_open_on_that_day_and_not_after() -> None:
    rules = locking("le mois précédent, dix jours après sa fin")
    record = SheetRecord(unlocked_until=date(2025, 3, 10))
    inputs = sheet_inputs(rules=rules, record=record)

    on, after = (build_sheet(replace(inputs, as_of=date(2025, 3, day))) for day in (10, 11))

    assert (on.state, after.state) == (SheetState.DRAFT, SheetState.LOCKED)


def test_months_to_come_are_closed_and_the_current_one_is_open_to_its_end() -> None:
    today = date(2025, 1, 10)
    february = Period.month(date(2025, 2, 1))

    assert all(day.is_editable for day in build_sheet(sheet_inputs(as_of=today)).days)
    coming = build_sheet(sheet_inputs(month=february, as_of=today))
    assert coming.days[0].locked_because.startswith("Mois à venir")


def test_hours_against_leave_contract_and_day_stand_out() -> None:
    leave = an_absence(TUESDAY, TUESDAY + DAY)
    hours = (entry(TUESDAY, 60), entry(date(2025, 1, 11), 30), entry(date(2025, 1, 13), 660))

    odd = kinds(sheet_inputs(absences=(leave,), entries=hours))

    assert "07/01/2025, congés payés (1\u00a0h déclarées)" in odd[SheetOddity.CONTRADICTS_LEAVE]
    assert "11/01/2025 (week-end)" in odd[SheetOddity.CLOSED_DAY_WORKED]
    assert "13/01/2025 (11\u00a0h)" in odd[SheetOddity.OVER_DAILY_MAXIMUM]
    assert "il manque 134,50\u00a0h" in odd[SheetOddity.UNDER_CONTRACT]
    assert "20 jours ouvrés sans heures" in odd[SheetOddity.DAYS_EMPTY]


def test_a_full_month_has_nothing_odd() -> None:
    assert kinds(sheet_inputs(entries=entries(WORKED))) == {}


def test_one_minute_over_the_contract_stands_out() -> None:
    hours = (*entries(WORKED[1:]), entry(WORKED[0], 421))

    assert "0,02\u00a0h de trop" in kinds(sheet_inputs(entries=hours))[SheetOddity.OVER_CONTRACT]


def test_somebody_who_left_is_expected_to_work_until_then() -> None:
    contract = an_employment(date(2020, 1, 1), date(2025, 1, 16))
    hours = entries([day for day in WORKED if day.day <= 15])

    odd = kinds(sheet_inputs(employments=(contract,), entries=hours))

    assert odd.keys() == {SheetOddity.LEFT_DURING_MONTH}
    assert "dernier jour de contrat le 15/01/2025" in odd[SheetOddity.LEFT_DURING_MONTH]


def test_a_renewed_contract_is_no_departure() -> None:
    contracts = (
        an_employment(date(2020, 1, 1), date(2025, 1, 16)),
        an_employment(date(2025, 1, 16)),
    )

    assert kinds(sheet_inputs(employments=contracts, entries=entries(WORKED))) == {}


@pytest.mark.parametrize(("months", "edited", "tells"), [(12, False, 1), (12, True, 0), (11, 0, 0)])
def test_twelve_months_confirmed_without_one_correction_stand_out(
    months: int, edited: bool, tells: int
) -> None:
    odd = kinds(sheet_inputs(entries=entries(WORKED), edits=(months, bool(edited))))

    assert len(odd) == tells


@pytest.mark.parametrize(("many", "tells"), [(2, False), (3, True)])
def test_three_months_signed_on_one_day_stand_out(many: int, tells: bool) -> None:
    record = SheetRecord(signed_by_person_on=date(2025, 2, 3))
    signed = {date(2025, month, 1): record for month in range(1, many + 1)}

    odd = kinds(sheet_inputs(entries=entries(WORKED), record=record, signed=signed))

    assert (SheetOddity.SIGNED_TOGETHER in odd) is tells


def test_one_name_under_both_signatures_blocks() -> None:
    person = sheet_inputs().person
    record = SheetRecord(
        signed_by_person_on=date(2025, 2, 3),
        signed_by_manager_on=date(2025, 2, 3),
        manager=f"{person.first_name} {person.last_name}".upper(),
    )

    sheet = build_sheet(sheet_inputs(entries=entries(WORKED), record=record))

    assert [(one.kind, one.blocks) for one in sheet.oddities] == [
        (SheetOddity.APPROVER_IS_SIGNER, True)
    ]


@pytest.mark.parametrize(
    ("operation", "says"),
    [
        # 40 % of 1 000 h are 400 h: 387 lack 13; 399 h 59 lack one minute; 400 are enough.
        (387 * 60, "38,7\u202f% : il manque 13\u00a0h d'ici au 31/12/2025"),
        (400 * 60 - 1, "il manque 0,02\u00a0h d'ici au 31/12/2025"),
        (400 * 60, "40\u202f% : le minimum de 40\u202f% est atteint"),
    ],
)
def test_progress_says_what_lacks_until_the_operations_last_day(operation: int, says: str) -> None:
    times = {OPERATION.id: TimeSoFar(OPERATION.id, operation, 1000 * 60)}

    (progress,) = build_sheet(sheet_inputs(times=times)).progress

    assert says in progress_text(progress)
    assert progress.share.formula == "share_of_hours"
    assert progress.missing_minutes == max(0, 400 * 60 - operation)


def test_the_hash_follows_hours_and_leave_and_nothing_else() -> None:
    base = sheet_inputs(entries=entries(WORKED))
    first = content_hash(build_sheet(base))
    moment = datetime(2025, 2, 3, tzinfo=UTC)

    same = replace(base, as_of=date(2025, 9, 1), record=SheetRecord(locked_at=moment))
    moved = replace(base, entries=(*entries(WORKED[1:]), entry(WORKED[0], 420, None)))
    leave = replace(base, absences=(an_absence(TUESDAY, TUESDAY + DAY),))

    assert content_hash(build_sheet(same)) == first
    assert len({first, *(content_hash(build_sheet(one)) for one in (moved, leave))}) == 3

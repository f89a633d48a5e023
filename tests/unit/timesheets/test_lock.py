"""The rule that closes months of time sheets: how its words are read, and the days it locks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.errors import Conflict
from grants.periods import DAY
from grants.rules.timesheets.lock_rule import (
    EXAMPLES,
    LockRule,
    LockSpan,
    is_locked,
    lock_words,
    locked_because,
    locked_on,
    open_from,
    preview,
    read_lock,
    span_of,
)
from grants.rules.timesheets.number_words import NUMBERS, number_of

MONTH_TEN = LockRule(LockSpan.MONTH, days=10)


def _rule(text: str) -> LockRule:
    rule = read_lock(text)
    assert rule is not None
    return rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("le mois précédent, dix jours après sa fin", MONTH_TEN),
        ("LE MOIS PRECEDENT, 10 JOURS APRES SA FIN", MONTH_TEN),
        ("  le mois   écoulé : 10 j ", MONTH_TEN),
        ("chaque mois, au 10 du mois suivant", MONTH_TEN),
        ("verrouiller le mois précédent, 10 jours après la fin du mois", MONTH_TEN),
        ("le mois précédent, vingt et un jours après sa fin", LockRule(LockSpan.MONTH, 21)),
        ("le mois précédent, dès sa fin", LockRule(LockSpan.MONTH)),
        ("le mois précédent, immédiatement", LockRule(LockSpan.MONTH)),
        ("le mois précédent, deux semaines après sa fin", LockRule(LockSpan.MONTH, 14)),
        ("le mois précédent, le 1er du mois suivant", LockRule(LockSpan.MONTH, 1)),
        ("le trimestre précédent, un mois après sa fin", LockRule(LockSpan.QUARTER, 0, 1)),
        ("chaque semestre, 45 jours après sa fin", LockRule(LockSpan.HALF_YEAR, 45)),
        ("l'année précédente, au 31 janvier", LockRule(LockSpan.YEAR, 31)),
        ("l’année civile précédente, jusqu'au 1er mars", LockRule(LockSpan.YEAR, 1, 2)),
        ("l'année précédente, au 15 février de l'année suivante", LockRule(LockSpan.YEAR, 15, 1)),
        ("chaque semaine, 3 jours après sa fin", LockRule(LockSpan.WEEK, 3)),
        ("toutes les semaines, quatre-vingt-dix-neuf jours après", LockRule(LockSpan.WEEK, 99)),
    ],
)
def test_words_are_read_without_minding_accents_case_or_numbers_in_letters(
    text: str, rule: LockRule
) -> None:
    assert read_lock(text) == rule


@pytest.mark.parametrize("text", ["", "   ", "aucun", "Aucune", "jamais", "pas de verrouillage"])
def test_no_rule_is_said_by_nothing_or_by_the_word(text: str) -> None:
    assert read_lock(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("bientôt", "ce qui se ferme n'est pas dit"),
        ("!!!", "ce qui se ferme n'est pas dit"),
        ("le mois précédent", "le délai manque"),
        ("le mois précédent, bientôt", "le délai « bientot » n'est pas lisible"),
        ("le mois précédent, dix jours ouvrés après sa fin", "n'est pas lisible"),
        ("le mois précédent, -3 jours après sa fin", "n'est pas lisible"),
        ("le mois précédent, 1,5 mois après sa fin", "n'est pas lisible"),
        ("le mois précédent, 400 jours après sa fin", "dépasse 366 jours"),
        ("chaque semaine, 25 mois après sa fin", "24 mois"),
        ("l'année précédente, au 31", "le mois manque"),
        ("l'année précédente, au 31 février", "le jour 31 n'existe pas"),
        ("l'année précédente, au 29 février", "1er mars"),
        ("l'année précédente, au 31 brumaire", "« brumaire » n'est pas un mois"),
        ("le mois précédent, au 31 janvier", "une date ne convient"),
        ("le mois précédent, au 31", "28 au plus"),
        ("le mois précédent, au 0", "le jour 0"),
        ("chaque semaine, au 3", "une date ne convient"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_stood_there_and_examples(
    text: str, why: str
) -> None:
    with pytest.raises(Conflict) as refusal:
        read_lock(text)

    assert refusal.value.field == "sheet_lock"
    assert f"« {text} »" in str(refusal.value)
    assert why in str(refusal.value)
    assert EXAMPLES[0] in str(refusal.value)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_message_can_be_typed(example: str) -> None:
    assert read_lock(example) is not None


def test_ten_days_after_its_end_a_month_is_open_on_the_tenth_and_locked_on_the_eleventh() -> None:
    assert open_from(MONTH_TEN, date(2024, 12, 10)) == date(2024, 11, 1)
    assert open_from(MONTH_TEN, date(2024, 12, 11)) == date(2024, 12, 1)


def test_the_last_day_of_a_31_day_month_is_open_as_long_as_the_others() -> None:
    assert not is_locked(MONTH_TEN, date(2024, 10, 31), date(2024, 11, 10))
    assert is_locked(MONTH_TEN, date(2024, 10, 31), date(2024, 11, 11))
    assert not is_locked(MONTH_TEN, date(2024, 11, 1), date(2024, 11, 11))


def test_a_month_s_lock_that_falls_inside_a_week_cuts_the_week() -> None:
    # 31 January 2025 is a Friday: its week has three days of February.
    wednesday, saturday = date(2025, 1, 29), date(2025, 2, 1)
    as_of = date(2025, 2, 11)

    assert span_of(LockRule(LockSpan.WEEK), wednesday).contains(saturday)
    assert is_locked(MONTH_TEN, wednesday, as_of)
    assert not is_locked(MONTH_TEN, saturday, as_of)


def test_a_week_closes_whole_even_across_two_years() -> None:
    rule = LockRule(LockSpan.WEEK, days=3)  # Monday 30/12/2024 to Sunday 05/01/2025

    assert locked_on(rule, date(2024, 12, 31)) == locked_on(rule, date(2025, 1, 5))
    assert open_from(rule, date(2025, 1, 8)) == date(2024, 12, 30)
    assert open_from(rule, date(2025, 1, 9)) == date(2025, 1, 6)


@pytest.mark.parametrize(("year", "locked"), [(2024, date(2024, 3, 1)), (2025, date(2025, 3, 1))])
def test_a_year_open_until_28_february_closes_after_it(year: int, locked: date) -> None:
    rule = _rule("l'année précédente, au 28 février")
    last = locked_on(rule, date(year - 1, 6, 1)) - DAY

    assert last == date(year, 2, 28)
    assert (locked_on(rule, date(year - 1, 6, 1)) == locked) is (year == 2025)


def test_february_of_a_leap_year_closes_with_its_29th() -> None:
    rule = LockRule(LockSpan.MONTH)

    assert open_from(rule, date(2024, 2, 29)) == date(2024, 2, 1)
    assert open_from(rule, date(2024, 3, 1)) == date(2024, 3, 1)


def test_days_of_grace_open_the_month_a_little_longer_to_those_who_have_them() -> None:
    last, after = date(2024, 12, 15), date(2024, 12, 16)

    assert not is_locked(MONTH_TEN, date(2024, 11, 5), last, grace_days=5)
    assert is_locked(MONTH_TEN, date(2024, 11, 5), after, grace_days=5)
    assert is_locked(MONTH_TEN, date(2024, 11, 5), last)


def test_a_sheet_opened_again_is_open_on_its_last_day_and_not_after() -> None:
    until = date(2025, 3, 14)

    assert not is_locked(MONTH_TEN, date(2024, 11, 5), until, unlocked_until=until)
    assert is_locked(MONTH_TEN, date(2024, 11, 5), until + DAY, unlocked_until=until)


def test_without_a_rule_nothing_is_locked() -> None:
    assert open_from(None, date(2024, 12, 11)) is None
    assert not is_locked(None, date(1999, 1, 1), date(2024, 12, 11))
    assert "Aucun jour" in preview(None, date(2024, 12, 11))


def test_the_preview_says_what_is_locked_today_and_what_will_be() -> None:
    assert preview(MONTH_TEN, date(2024, 12, 5)) == (
        "Aujourd’hui, les jours avant le 01/11/2024 sont verrouillés ; novembre 2024 le sera le "
        "11/12/2024 (saisie possible jusqu'au 10/12/2024 inclus)."
    )


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("chaque semaine, 3 jours après sa fin", "La semaine du 09/12/2024 est verrouillée depuis"),
        ("le trimestre précédent, dès sa fin", "Le 4e trimestre 2024 est verrouillé depuis le"),
        ("le semestre précédent, dès sa fin", "Le 2e semestre 2024 est verrouillé depuis le"),
        ("l'année précédente, au 31 janvier", "L'année 2024 est verrouillée depuis le 01/02/2025"),
    ],
)
def test_a_locked_day_says_since_when_and_whom_to_ask(text: str, begins: str) -> None:
    message = locked_because(_rule(text), date(2024, 12, 10))

    assert message.startswith(begins)
    assert "responsable" in message


SPANS = st.sampled_from(LockSpan)
DELAYS = st.one_of(
    st.tuples(st.integers(0, 366), st.just(0)), st.tuples(st.just(0), st.integers(1, 24))
)
RULES = st.builds(lambda span, delay: LockRule(span, *delay), SPANS, DELAYS)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@given(RULES)
def test_what_was_understood_reads_as_the_same_rule(rule: LockRule) -> None:
    assert read_lock(lock_words(rule)) == rule


@given(st.integers(2, 11), st.integers(1, 28))
def test_a_day_of_the_calendar_reads_as_the_same_rule(months: int, days: int) -> None:
    rule = LockRule(LockSpan.YEAR, days, months)

    assert read_lock(lock_words(rule)) == rule


@given(RULES, DAYS, st.integers(1, 40))
def test_what_is_locked_stays_locked(rule: LockRule, as_of: date, later: int) -> None:
    before, after = open_from(rule, as_of), open_from(rule, as_of + timedelta(days=later))

    assert before is not None
    assert after is not None
    assert before <= after


@given(RULES, DAYS)
def test_the_lock_is_one_edge_of_a_span(rule: LockRule, as_of: date) -> None:
    edge = open_from(rule, as_of)

    assert edge is not None
    assert span_of(rule, edge).start == edge
    assert locked_on(rule, edge - DAY) <= as_of < locked_on(rule, edge)


@given(RULES, DAYS, DAYS)
def test_a_day_is_locked_from_the_day_that_is_told_and_not_before(
    rule: LockRule, day: date, as_of: date
) -> None:
    assert is_locked(rule, day, as_of) is (as_of >= locked_on(rule, day))


@given(RULES, DAYS, DAYS, st.integers(0, 60))
def test_grace_never_locks_more(rule: LockRule, day: date, as_of: date, grace: int) -> None:
    if is_locked(rule, day, as_of, grace_days=grace):
        assert is_locked(rule, day, as_of)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_is_refused_at_its_field(text: str) -> None:
    refused, rule = "", None
    try:
        rule = read_lock(text)
    except Conflict as refusal:
        refused = refusal.field

    assert refused in ("", "sheet_lock")
    assert refused or rule is None or open_from(rule, date(2025, 1, 15)) is not None


def test_numbers_in_letters_are_all_there_up_to_ninety_nine() -> None:
    assert set(NUMBERS.values()) == set(range(100))
    assert number_of("quatre vingt dix neuf") == 99
    assert number_of("soixante et onze") == 71
    assert number_of("9" * 30) == 999_999_999

"""Posts day by day: approved, funded, filled and vacant, whoever comes, leaves or replaces."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grants.enums import FunderKind
from grants.periods import Period
from grants.rules.coverage.posts import PostCoverage, PostIndex, post_coverage
from tests.factories.coverage.facts import ONE, Place

YEAR = Period.year(2024)
HALF = Decimal("0.5")
FIRST_QUARTER = Period(date(2024, 1, 1), date(2024, 4, 1))


def _only_post(place: Place, period: Period = YEAR) -> PostCoverage:
    facts = place.facts()
    return post_coverage(PostIndex(facts), facts.posts[0], period)


def _one_post(fte: Decimal = ONE, period: Period | None = None) -> Place:
    place = Place()
    territory = place.territory()
    if period is None:
        place.post(territory, fte)
    else:
        place.post(territory, fte, period)
    return place


def test_a_post_opened_in_the_year_counts_its_days_only() -> None:
    found = _only_post(_one_post(period=Period(date(2024, 12, 15), date(2025, 12, 15))))

    assert found.approved.value == Decimal("0.0464")  # 17 ÷ 366


def test_a_post_that_nobody_holds_is_vacant() -> None:
    found = _only_post(_one_post())

    assert (found.filled.value, found.vacant.value) == (0, 1)
    assert found.holders == ()


def test_a_late_start_leaves_the_first_days_vacant() -> None:
    place = _one_post(period=Period(date(2023, 12, 15), date(2024, 12, 15)))
    place.holder(1, 1, Period(date(2024, 1, 2), date(2024, 12, 15)))

    found = _only_post(place, Period(date(2023, 12, 15), date(2024, 12, 15)))

    # 18 vacant days of 366.
    assert (found.filled.value, found.vacant.value) == (Decimal("0.9508"), Decimal("0.0492"))


def test_a_part_time_contract_fills_its_share_of_the_post() -> None:
    place = _one_post()
    place.holder(1, 1, fte=Decimal("0.8"))

    assert _only_post(place).vacant.value == Decimal("0.2")


def test_a_person_shared_between_two_posts_fills_part_of_each() -> None:
    place = _one_post(HALF)
    place.holder(1, 1, share=HALF)

    assert _only_post(place).vacant.value == 0


def test_a_holding_without_a_contract_fills_nothing() -> None:
    place = _one_post()
    place.holder(1, 1, contract=FIRST_QUARTER)

    assert _only_post(place).filled.value == Decimal("0.2486")  # 91 ÷ 366


def test_a_replacement_counts_in_place_of_the_absent_and_never_beside() -> None:
    place = _one_post()
    place.holder(1, 1)
    place.holder(2, 1, FIRST_QUARTER, fte=HALF, replaces=1)

    found = _only_post(place)

    # 91 days at one half instead of one: (91 × 0.5 + 275) ÷ 366.
    assert found.filled.value == Decimal("0.8757")
    assert found.holders == (1, 2)


def test_two_people_on_one_post_never_fill_more_than_is_approved() -> None:
    place = _one_post()
    place.holder(1, 1)
    place.holder(2, 1)

    assert _only_post(place).filled.value == 1


def test_two_funders_of_one_post_are_shown_apart_and_fund_it_once() -> None:
    place = _one_post()
    place.funding(1, YEAR, number="E1", funder="DREETS")
    place.funding(1, YEAR, number="F1", funder="FSE", kind=FunderKind.FSE)

    found = _only_post(place)

    assert [(s.funder, s.fte.value) for s in found.by_funder] == [("DREETS", 1), ("FSE", 1)]
    assert found.funded.value == 1
    assert "sans dépasser les ETP approuvés" in found.funded.note


def test_the_cap_holds_day_by_day_and_not_on_the_average() -> None:
    place = _one_post()
    place.funding(1, FIRST_QUARTER, number="E1", funder="DREETS")
    place.funding(1, FIRST_QUARTER, number="F1", funder="Région", kind=FunderKind.REGION)

    # Two full fundings in one quarter fund a quarter, not half a year.
    assert _only_post(place).funded.value == Decimal("0.2486")


def test_every_figure_leads_back_to_rows_of_the_workbook() -> None:
    place = _one_post()
    place.holder(1, 1)
    place.funding(1, YEAR)

    found = _only_post(place)

    holder = found.filled.inputs[0].value
    assert [(s.sheet, s.rows) for s in holder.sources] == [("affectations", "2"), ("contrats", "2")]
    assert [s.sheet for s in found.approved.sources] == ["postes"]
    assert [s.sheet for s in found.by_funder[0].fte.sources] == ["postes_conventions"]


days = st.integers(0, 365).map(lambda n: date(2024, 1, 1) + timedelta(days=n))
periods = st.tuples(days, st.integers(1, 200)).map(
    lambda pair: Period(pair[0], pair[0] + timedelta(days=pair[1]))
)
shares = st.integers(1, 10).map(lambda n: Decimal(n) / 10)


@given(st.lists(st.tuples(periods, shares, shares, st.sampled_from([None, 1, 2, 3])), max_size=5))
def test_whoever_holds_it_a_post_is_filled_between_nothing_and_what_is_approved(
    holders: list[tuple[Period, Decimal, Decimal, int | None]],
) -> None:
    place = _one_post(Decimal("0.7"))
    for person, (period, share, fte, replaces) in enumerate(holders, start=1):
        place.holder(person, 1, period, share=share, fte=fte, replaces=replaces)

    found = _only_post(place)

    assert 0 <= found.filled.value <= found.approved.value
    assert found.filled.value + found.vacant.value == found.approved.value


@given(st.lists(st.tuples(periods, shares), min_size=1, max_size=4))
def test_the_order_of_the_fundings_changes_nothing(
    fundings: list[tuple[Period, Decimal]],
) -> None:
    forth, back = _one_post(), _one_post()
    for place, order in ((forth, fundings), (back, fundings[::-1])):
        for period, fte in order:
            place.funding(1, period, fte)

    assert _only_post(forth).funded.value == _only_post(back).funded.value
    assert _only_post(forth).funded.value <= sum(s.fte.value for s in _only_post(forth).by_funder)

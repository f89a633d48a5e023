"""Territories: nothing twice, inhabitants, targets, hours, and what ends when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants.enums import FunderKind
from grants.periods import Period
from grants.rules.coverage.report import CoverageReport, TerritoryCoverage, coverage_of
from tests.factories.coverage.facts import ONE, Place

YEAR = Period.year(2024)
HALF = Decimal("0.5")
STATE_YEAR = Period(date(2023, 12, 15), date(2024, 12, 15))
NEXT_YEAR = Period(date(2024, 12, 15), date(2025, 12, 15))


def _report(place: Place, period: Period = YEAR, as_of: date = date(2024, 1, 1)) -> CoverageReport:
    return coverage_of(place.facts(), period, as_of)


def _row(report: CoverageReport, name: str) -> TerritoryCoverage:
    return next(row for row in report.territories if row.territory.name == name)


def test_a_territory_counts_its_posts_and_those_inside_it_once() -> None:
    place = Place()
    region = place.territory("Région")
    departement = place.territory("Département", parent=region)
    town = place.territory("Ville", parent=departement)
    for territory in (region, departement, town, town):
        place.post(territory)

    report = _report(place)

    approved = {row.territory.name: row.figures.approved.value for row in report.territories}
    assert approved == {"Région": 4, "Département": 3, "Ville": 2}
    assert report.total.approved.value == 4
    assert [(row.territory.name, row.depth) for row in report.territories] == [
        ("Région", 0),
        ("Département", 1),
        ("Ville", 2),
    ]


def test_one_person_on_two_posts_is_one_person_and_two_posts() -> None:
    place = Place()
    territory = place.territory()
    for post in (place.post(territory, HALF), place.post(territory, HALF)):
        place.holder(1, post, share=HALF)

    total = _report(place).total

    assert (total.posts, total.persons, total.filled.value) == (2, 1, 1)


def test_coverage_is_what_is_filled_against_the_inhabitants() -> None:
    place = Place()
    territory = place.territory(population=374_000, target=Decimal(5))
    for person in range(4):
        place.holder(person + 1, place.post(territory))
    place.post(territory)

    row = _row(_report(place), "Territoire")

    assert row.per_100k is not None
    assert row.inhabitants_per_fte is not None
    assert row.gap is not None
    assert row.per_100k.value == Decimal("1.07")
    assert row.inhabitants_per_fte.value == 93_500
    assert row.gap.value == 1


def test_a_territory_without_population_takes_the_sum_of_those_inside() -> None:
    place = Place()
    area = place.territory("Gâtine")
    place.territory("Parthenay", parent=area, population=37_000)
    place.territory("Val", parent=area, population=22_000)
    place.post(area)

    row = _row(_report(place), "Gâtine")

    assert row.population is not None
    assert row.population.value == 59_000


def test_where_one_population_inside_is_unknown_none_is_shown() -> None:
    place = Place()
    area = place.territory("Département")
    place.territory("PLIE", parent=area)
    place.territory("EPCI", parent=area, population=22_000)
    place.post(area)

    row = _row(_report(place), "Département")

    assert row.population is None
    assert row.per_100k is None


def test_a_target_without_a_post_is_shown_with_its_whole_gap() -> None:
    place = Place()
    place.territory("Désert", population=100_000, target=Decimal(2))

    row = _row(_report(place), "Désert")

    assert row.gap is not None
    assert row.gap.value == 2
    assert row.inhabitants_per_fte is None


def test_hours_are_set_against_the_posts_filled_while_they_were_done() -> None:
    place = Place()
    territory = place.territory()
    post = place.post(territory)
    place.holder(1, post, Period.year(2022))
    place.stated_hours(territory, 7_312, Period.year(2022))

    hours = _row(_report(place), "Territoire").hours[0]

    assert hours.per_fte is not None
    assert hours.per_fte.value == 7_312
    assert "jamais un score" in hours.per_fte.note


def test_hours_of_days_without_anybody_give_no_figure_per_post() -> None:
    place = Place()
    territory = place.territory()
    place.post(territory)
    place.stated_hours(territory, 100, Period.year(2022))

    assert _row(_report(place), "Territoire").hours[0].per_fte is None


def test_of_several_years_the_latest_hours_before_the_periods_end_are_shown() -> None:
    place = Place()
    territory = place.territory()
    for year, hours in ((2022, 10), (2024, 30), (2023, 20), (2025, 40)):
        place.stated_hours(territory, hours, Period.year(year))

    assert [h.hours.value for h in _row(_report(place), "Territoire").hours] == [30]


def _state_post(*, successor: bool, next_fte: Decimal = ONE) -> Place:
    place = Place()
    post = place.post(place.territory())
    place.funding(post, STATE_YEAR, number="E-2023")
    if successor:
        place.funding(post, NEXT_YEAR, next_fte, number="E-2024")
    return place


def test_a_convention_without_successor_is_a_cliff_on_its_last_day() -> None:
    report = _report(_state_post(successor=False))

    assert [(c.convention.number, c.last_day, c.lost.value) for c in report.cliffs] == [
        ("E-2023", date(2024, 12, 14), 1)
    ]


def test_a_convention_that_goes_on_the_next_day_is_no_cliff() -> None:
    report = _report(_state_post(successor=True))

    assert [(e.ending.value, e.lost.value, e.successors) for e in report.ends] == [
        (1, 0, ("E-2024",)),
        (1, 1, ()),
    ]


def test_a_smaller_successor_loses_the_difference() -> None:
    report = _report(_state_post(successor=True, next_fte=Decimal("0.8")))

    assert report.ends[0].lost.value == Decimal("0.2")


def test_a_successor_that_starts_a_day_late_leaves_a_cliff() -> None:
    place = _state_post(successor=False)
    late = Period(date(2024, 12, 16), date(2025, 12, 15))
    place.funding(1, late, number="E-2024")

    assert _report(place).ends[0].lost.value == 1


def test_another_funder_that_goes_on_keeps_the_post() -> None:
    place = _state_post(successor=False)
    long = Period(date(2024, 1, 1), date(2028, 1, 1))
    place.funding(1, long, number="FSE", funder="FSE", kind=FunderKind.FSE)

    assert _report(place).cliffs == ()


def test_two_conventions_that_end_together_lose_the_post_once() -> None:
    place = _state_post(successor=False)
    place.funding(1, STATE_YEAR, number="R-2023", funder="Région", kind=FunderKind.REGION)

    report = _report(place)

    assert sum(end.lost.value for end in report.ends) == 1
    assert len(report.ends) == 2


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [
        (date(2024, 12, 14), True),  # the last day itself
        (date(2024, 12, 15), False),  # the day after
        (date(2021, 12, 15), True),  # 36 months run to 14 December 2024
        (date(2021, 12, 14), False),  # and to the 13th
    ],
)
def test_the_list_of_ends_looks_36_months_ahead_to_the_day(as_of: date, shown: bool) -> None:
    assert bool(_report(_state_post(successor=False), as_of=as_of).ends) is shown


def test_totals_are_the_sums_of_the_figures_shown() -> None:
    place = Place()
    territory = place.territory()
    for _ in range(3):
        place.post(territory, period=Period(date(2024, 1, 1), date(2024, 1, 2)))

    row = _row(_report(place), "Territoire")

    # 1 ÷ 366 shows as 0.0027; three of them as 0.0081, not as 0.0082.
    assert row.figures.approved.value == sum(p.approved.value for p in row.own_posts)
    assert row.figures.approved.value == Decimal("0.0081")


def test_a_circle_of_parents_is_no_reason_to_hang() -> None:
    place = Place()
    place.territory("A", parent=2)
    place.territory("B", parent=1)
    place.post(1)

    assert _report(place).total.posts == 1

"""Months and years in addresses."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from grants.views.edge.converters import MonthConverter, YearConverter


@pytest.fixture
def routes() -> MapAdapter:
    rules = [Rule("/<month:month>", endpoint="month"), Rule("/<year:year>", endpoint="year")]
    converters = {"month": MonthConverter, "year": YearConverter}
    return Map(rules, converters=converters).bind("")


def test_a_month_is_read_as_its_first_day_and_written_back(routes: MapAdapter) -> None:
    endpoint, found = routes.match("/2025-01")

    assert (endpoint, found["month"]) == ("month", date(2025, 1, 1))
    assert routes.build("month", {"month": date(2025, 1, 31)}) == "/2025-01"


def test_a_year_is_read_as_a_number(routes: MapAdapter) -> None:
    assert routes.match("/2025") == ("year", {"year": 2025})


@pytest.mark.parametrize(
    "path", ["/2025-13", "/2025-00", "/2025-1", "/25-01", "/0000-01", "/9999-12", "/abc", "/0001"]
)
def test_what_is_no_month_of_anybodys_work_leads_nowhere(routes: MapAdapter, path: str) -> None:
    with pytest.raises(NotFound):
        routes.match(path)

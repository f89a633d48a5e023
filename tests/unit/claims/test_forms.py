"""Days and periods as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from forms.claims import ClaimForm
from forms.coverage import CoverageForm
from grants.enums import ClaimKind
from grants.periods import Period

TODAY = date(2025, 1, 15)


def filled(**fields: str) -> ClaimForm:
    """The form as an address fills it."""
    with Flask(__name__).test_request_context():
        form = ClaimForm(MultiDict({key.rstrip("_"): value for key, value in fields.items()}))
        form.validate()
        return form


@pytest.mark.parametrize("first", ["2023-12-15", "15/12/2023"])
@pytest.mark.parametrize("last", ["2024-12-14", "14/12/2024"])
def test_both_spellings_of_a_day_give_the_half_open_period(first: str, last: str) -> None:
    form = filled(from_=first, to=last)

    assert not form.errors
    assert form.period == Period(date(2023, 12, 15), date(2024, 12, 15))


def test_nothing_typed_means_the_conventions_own_period_and_kind() -> None:
    form = filled()

    assert (form.errors, form.period, form.claim_kind) == ({}, None, None)


def test_the_kind_is_read() -> None:
    assert filled(kind="interim").claim_kind is ClaimKind.INTERIM


def test_a_kind_that_is_none_is_refused() -> None:
    assert "kind" in filled(kind="other").errors


def test_one_and_the_same_day_is_a_period_of_one_day() -> None:
    period = filled(from_="2024-02-29", to="2024-02-29").period

    assert period is not None
    assert period.days == 1


def test_the_day_before_the_first_is_refused_with_both_days_named() -> None:
    form = filled(from_="2024-02-02", to="2024-02-01")

    assert form.last.errors == ["Le dernier jour, 01/02/2024, vient avant le premier, 02/02/2024."]


@pytest.mark.parametrize("typed", ["30/02/2024", "2024", "x", "2024-13-01"])
def test_what_is_no_day_is_told_in_french(typed: str) -> None:
    assert filled(from_=typed, to="2024-12-31").first.errors == [
        f"« {typed} » n'est pas un jour : attendu une date comme 15/12/2023."
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Period(TODAY, date(2025, 1, 16))),
        ({"from": "2024-01-01"}, Period(date(2024, 1, 1), date(2024, 1, 2))),
        ({"to": "2024-01-01"}, Period(date(2024, 1, 1), date(2024, 1, 2))),
        ({"from": "2024-01-01", "to": "2024-12-31"}, Period.year(2024)),
    ],
)
def test_coverage_takes_a_day_or_a_period(fields: dict[str, str], expected: Period) -> None:
    with Flask(__name__).test_request_context():
        form = CoverageForm(MultiDict(fields))

        assert form.validate()
        assert form.period(TODAY) == expected


def test_links_keep_the_period_and_nothing_else_of_what_was_asked() -> None:
    form = filled(from_="2024-01-01", to="31/12/2024", kind="interim", q="aubrac", _method="POST")

    assert form.validate()
    assert form.period_given() == {"from": "2024-01-01", "to": "31/12/2024", "kind": "interim"}


def test_what_cannot_be_read_is_in_no_link() -> None:
    form = filled(from_="2024-01-01", to="2024-12-31", kind="zzz")

    assert not form.validate()
    assert form.period_given() == {"from": "2024-01-01", "to": "2024-12-31"}

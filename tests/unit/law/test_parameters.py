"""Legal figures load strictly, change on their day, and always name their text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants import enums
from grants.errors import NoParameterInForce
from grants.parameters.loader import (
    UNCONFIRMED,
    ParameterFileError,
    figure,
    find_setting,
    parameters,
    read_parameters,
)

GOOD = """
[rate]
description = "Taux"
unit = "fraction"
checked_on = 2026-01-01

  [[rate.values]]
  from = 2020-01-01
  value = 0.10
  reference = { title = "Texte A", href = "https://example.org/a" }

  [[rate.values]]
  from = 2022-01-01
  value = 0.125
  reference = { title = "Texte B", href = "https://example.org/b" }

  [[rate.values]]
  from = 2024-01-01
  repealed = true
  reference = { title = "Texte C", href = "https://example.org/c" }
"""


def test_a_value_holds_from_its_day_and_not_the_day_before() -> None:
    (rate,) = read_parameters(GOOD)

    assert rate.on(date(2019, 12, 31)) is None
    assert [rate.on(day).value for day in (date(2020, 1, 1), date(2021, 12, 31))] == [
        Decimal("0.10"),
        Decimal("0.10"),
    ]
    assert rate.on(date(2022, 1, 1)).value == Decimal("0.125")
    assert rate.on(date(2022, 1, 1)).title == "Texte B"


def test_a_repealed_figure_has_no_value_from_that_day_on() -> None:
    (rate,) = read_parameters(GOOD)

    assert rate.on(date(2023, 12, 31)) is not None
    assert rate.on(date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "fraction"', 'unit = "fraction"\nunits = "x"', "units"),
        ('description = "Taux"\n', "", "description"),
        ("value = 0.125", "valeur = 0.125", "valeur"),
        ("value = 0.125", "value = 0.125\n  repealed = true", "repealed"),
        ("repealed = true", "repealed = false", "repealed"),
        ("from = 2022-01-01", "from = 2019-01-01", "order of date"),
        ("from = 2022-01-01", "from = 2020-01-01", "order of date"),
        ("from = 2022-01-01", "from = 2022-01-01T00:00:00", "must be a date"),
        ("checked_on = 2026-01-01", 'checked_on = "hier"', "checked_on must be a date"),
        ('href = "https://example.org/b"', 'href = ""', "title and address"),
        ('title = "Texte B"', 'title = ""', "title and address"),
        ('title = "Texte B", ', "", "title"),
        ("value = 0.125", "value = [1]", "is no number"),
        ("value = 0.125", "value = 2020-01-01", "is no number"),
        ("[rate]", "[rate", "Expected"),
        ("[rate]", "top = 1\n[rate]", "a parameter is a table"),
        ('unit = "fraction"', 'unit = "fraction"\nunit = "fraction"', "overwrite"),
    ],
)
def test_a_wrong_parameter_file_refuses_to_load_and_says_why(old: str, new: str, said: str) -> None:
    with pytest.raises(ParameterFileError, match=said):
        read_parameters(GOOD.replace(old, new, 1))


def test_a_parameter_without_values_refuses_to_load() -> None:
    head = GOOD.split("  [[rate.values]]")[0]

    with pytest.raises(ParameterFileError, match="no value"):
        read_parameters(head + "values = []")


def test_an_unconfirmed_value_may_lack_an_address_but_never_a_title() -> None:
    noted = GOOD.replace("checked_on", f'note = "{UNCONFIRMED} lu"\nchecked_on')

    assert read_parameters(noted.replace("https://example.org/b", ""))
    with pytest.raises(ParameterFileError):
        read_parameters(noted.replace("Texte B", ""))


def test_numbers_are_exact() -> None:
    (rate,) = read_parameters(GOOD)

    assert str(rate.entries[0].value) == "0.10"


def test_every_value_that_ships_names_its_text_with_an_official_address_or_says_unconfirmed() -> (
    None
):
    for name, parameter in parameters().items():
        for entry in parameter.entries:
            assert entry.title, name
            assert entry.href.startswith("http") or UNCONFIRMED in parameter.note, name


def test_no_figure_was_checked_after_the_day_it_says_or_before_its_first_value() -> None:
    for name, parameter in parameters().items():
        assert parameter.checked_on >= parameter.entries[0].since, name


@pytest.mark.parametrize(
    ("name", "first_day", "value"),
    [
        ("annual_hours", date(2013, 12, 21), "1720"),
        ("flat_rate_15", date(2013, 12, 21), "0.15"),
        ("flat_rate_40", date(2013, 12, 21), "0.40"),
        ("flat_rate_7", date(2021, 7, 1), "0.07"),
        ("flat_rate_20_direct_less_services", date(2016, 4, 10), "0.20"),
        ("flat_rate_20_total_ceiling", date(2016, 4, 10), "500000"),
        ("flat_rate_25", date(2013, 12, 21), "0.25"),
        ("simplified_costs_threshold", date(2021, 7, 1), "200000"),
        ("publicity_cut", date(2021, 7, 1), "0.03"),
        ("sampling_minimum", date(2021, 7, 1), "30"),
        ("weeks_per_year", date(2008, 5, 1), "52"),
    ],
)
def test_a_figure_is_unknown_the_day_before_it_came_into_force(
    name: str, first_day: date, value: str
) -> None:
    assert figure(name, first_day).value == Decimal(value)
    with pytest.raises(NoParameterInForce) as refused:
        figure(name, first_day.replace(year=first_day.year - 1))
    assert refused.value.code == "no_parameter_in_force"


def test_the_text_behind_the_1720_hours_changes_with_the_programme() -> None:
    assert "1303/2013" in figure("annual_hours", date(2021, 6, 30)).title
    assert "2021/1060" in figure("annual_hours", date(2021, 7, 1)).title


@pytest.mark.parametrize("name", ["no_such_figure", "settings.all.month_split"])
def test_a_name_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(NoParameterInForce):
        figure(name, date(2024, 1, 1))


def test_a_setting_falls_back_from_the_funder_to_every_funder_and_then_to_no_limit() -> None:
    day = date(2024, 1, 1)

    assert find_setting("fse_plus", "retention_years", day).value == Decimal(5)
    assert find_setting("region", "retention_years", day).value == Decimal(10)
    assert find_setting("state", "max_rate", day) is None


def test_every_shipped_choice_is_a_value_of_its_closed_list() -> None:
    lists = {
        "cost_basis": enums.CostBasis,
        "ceiling_proration": enums.CeilingProration,
        "valuation": enums.Valuation,
        "absence_policy": enums.AbsencePolicy,
        "flat_rate_profile": enums.FlatRateProfile,
        "secondment_category": enums.SecondmentCategory,
        "month_split": enums.MonthSplit,
        "cofunder_basis": enums.CofunderBasis,
        "retention_anchor": enums.RetentionAnchor,
        "eligible_items": enums.PayItemKind,
        "advance_excluded_legal_forms": enums.LegalForm,
    }
    kinds = {"all", *enums.FunderKind}
    for name, parameter in parameters().items():
        if not name.startswith("settings."):
            continue
        _, kind, setting = name.split(".")
        assert kind in kinds
        for entry in parameter.entries:
            texts = entry.value if isinstance(entry.value, tuple) else (entry.value,)
            assert all(lists[setting](text) for text in texts if setting in lists)

"""Legal figures load strictly, belong to a fund before they have a date, and name their text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from grants import enums
from grants.enums import FunderKind, TextReading
from grants.errors import NoParameterInForce
from grants.parameters.loader import (
    EVERYBODY,
    Frame,
    day_figure,
    european_frame,
    figure,
    find,
    find_figure,
    find_setting,
    fund_opens,
    in_force,
    parameters,
)
from grants.parameters.reading import (
    NOT_EUROPEAN,
    Entry,
    Parameter,
    ParameterFileError,
    read_parameters,
    read_texts,
)
from grants.rules.conventions.settings import SPECS

FSE, FSE_PLUS, STATE = Frame("fse"), Frame("fse_plus"), Frame("state")
TEXTS = """
[a]
title = "Texte A"
href = "https://example.org/a"
dated = 2019-12-20
in_force = 2020-01-01
funds = ["fse"]

[b]
title = "Texte B"
funds = ["fse"]
"""
GOOD = """
[rate]
description = "Taux"
unit = "fraction"
values = [
  { fund = "fse", applies_from = 2020-01-01, value = 0.10, text = "a", read_on = 2026-01-01 },
  { fund = "fse", applies_from = 2022-01-01, value = 0.125, text = "b", article = "article 2", \
reading = "to_confirm" },
  { fund = "fse", applies_from = 2024-01-01, repealed = true, text = "b", reading = "to_confirm" },
  { fund = "not_european", value = 0.5 },
]
"""


def rates(text: str = GOOD) -> Parameter:
    """The parameter of a text."""
    (found,) = read_parameters(text, read_texts(TEXTS))
    return found


def rows() -> list[tuple[str, Entry]]:
    """Every row that ships, with the name of its parameter."""
    return [(name, row) for name, parameter in parameters().items() for row in parameter.entries]


def test_a_value_holds_from_its_day_and_not_the_day_before() -> None:
    found = {
        day: in_force(rates(), day, FSE)
        for day in (date(2019, 12, 31), date(2020, 1, 1), date(2021, 12, 31), date(2022, 1, 1))
    }

    assert [one and one.value for one in found.values()] == [
        None,
        Decimal("0.10"),
        Decimal("0.10"),
        Decimal("0.125"),
    ]


def test_a_repealed_figure_has_no_value_from_that_day_on() -> None:
    assert in_force(rates(), date(2023, 12, 31), FSE) is not None
    assert in_force(rates(), date(2024, 1, 1), FSE) is None


def test_a_row_says_whose_money_it_binds_before_it_says_when() -> None:
    day = date(2020, 6, 1)

    assert in_force(rates(), day, FSE_PLUS) is None
    assert in_force(rates(), day, STATE).value == Decimal("0.5")
    assert in_force(rates(), day, EVERYBODY) is None


def test_a_value_carries_its_text_its_date_and_whether_somebody_read_it() -> None:
    read, to_confirm, practice = (
        in_force(rates(), day, frame)
        for day, frame in (
            (date(2020, 1, 1), FSE),
            (date(2022, 1, 1), FSE),
            (date(2022, 1, 1), STATE),
        )
    )

    assert (read.title, read.since, read.reading) == ("Texte A", date(2020, 1, 1), "read")
    assert read.read_on == date(2026, 1, 1)
    assert (to_confirm.title, to_confirm.reading) == ("Texte B, article 2", "to_confirm")
    assert (practice.title, practice.since, practice.reading) == ("Pratique", None, "not_found")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "fraction"', 'unit = "fraction"\nunits = "x"', "units"),
        ('description = "Taux"\n', "", "description"),
        ('fund = "fse", applies_from = 2020-01-01, ', "applies_from = 2020-01-01, ", "fund"),
        ('fund = "fse"', 'fund = "fse_2014"', "is no fund"),
        ('fund = "fse"', 'fund = "fse", programme = "cvl"', "is no programme"),
        ('fund = "fse"', 'fund = "fse", beneficiary = "all"', "is no beneficiary"),
        ("value = 0.125", "valeur = 0.125", "valeur"),
        ("value = 0.125", "value = 0.125, repealed = true", "repealed"),
        ("repealed = true", "repealed = false", "repealed"),
        ("applies_from = 2022-01-01", "applies_from = 2019-01-01", "order of date"),
        ("applies_from = 2022-01-01", "applies_from = 2020-01-01", "order of date"),
        ("applies_from = 2022-01-01", "applies_from = 2022-01-01T00:00:00", "must be a date"),
        ("read_on = 2026-01-01", 'read_on = "hier"', "read_on must be a date"),
        ('text = "b", article', 'text = "c", article', "is no text"),
        ('text = "b", article', "article", "without text"),
        (', reading = "to_confirm" }', " }", "read_on"),
        ('reading = "to_confirm"', 'reading = "read"', "read_on"),
        ("value = 0.5", "value = 0.5, applies_from = 2020-01-01", "without text"),
        ("value = 0.5", "value = 0.5, read_on = 2026-01-01", "or no text"),
        ("value = 0.125", "value = [1]", "is no number"),
        ("[rate]", "[rate", "Expected"),
        ("[rate]", "top = 1\n[rate]", "a parameter is a table"),
        ('unit = "fraction"', 'unit = "fraction"\nunit = "fraction"', "overwrite"),
    ],
)
def test_a_wrong_parameter_file_refuses_to_load_and_says_why(old: str, new: str, said: str) -> None:
    with pytest.raises(ParameterFileError, match=said):
        rates(GOOD.replace(old, new, 1))


def test_a_parameter_without_values_refuses_to_load() -> None:
    with pytest.raises(ParameterFileError, match="no value"):
        rates(GOOD.split("values")[0] + "values = []")


@pytest.mark.parametrize(
    ("old", "new"), [('title = "Texte A"', 'title = ""'), ('["fse"]', "[]"), ("dated", "date")]
)
def test_a_text_without_title_or_funds_refuses_to_load(old: str, new: str) -> None:
    with pytest.raises(ParameterFileError):
        read_texts(TEXTS.replace(old, new, 1))


def test_numbers_are_exact() -> None:
    assert str(rates().entries[0].value) == "0.10"


def test_every_row_names_a_fund_a_text_or_practice_and_whether_it_was_read() -> None:
    for name, row in rows():
        assert row.fund, name
        if row.text is None:
            assert row.reading is TextReading.NOT_FOUND, name
            assert (row.applies_from, row.in_force, row.href) == (None, None, ""), name
        else:
            assert row.reading is not TextReading.NOT_FOUND, name
            assert (row.reading is TextReading.READ) == (row.read_on is not None), name


def test_every_figure_of_a_fund_has_its_first_day() -> None:
    for name, row in rows():
        if row.text is not None and row.fund == FunderKind.FSE_PLUS and name != "eligible_from":
            assert row.applies_from == date(2021, 1, 1), name
        if row.text is not None and row.fund == FunderKind.FSE and name != "eligible_from":
            assert row.applies_from >= date(2014, 1, 1), name


def test_no_row_rests_on_a_text_of_another_fund() -> None:
    for name, row in rows():
        if row.text is not None:
            own = {row.fund} if row.fund != NOT_EUROPEAN else {NOT_EUROPEAN}
            assert own & set(row.text.funds), f"{name} ({row.fund}): {row.title}"


def test_nothing_is_in_force_before_its_text_was_written_or_read_before_it_was() -> None:
    for name, row in rows():
        if row.text is not None and row.text.dated is not None:
            assert row.in_force >= row.text.dated, name
            assert row.read_on is None or row.read_on >= row.in_force, name


def test_every_link_ends_at_a_document_not_at_a_front_page() -> None:
    for name, row in rows():
        if row.href:
            host, _, path = row.href.partition("://")[2].partition("/")
            assert host.startswith(("data.europa.eu", "www.legifrance.gouv.fr")), name
            assert path.count("/") >= 2, f"{name}: {row.href}"


@pytest.mark.parametrize(
    ("name", "frame", "first_day", "value"),
    [
        ("annual_hours", FSE, date(2014, 1, 1), "1720"),
        ("annual_hours", FSE_PLUS, date(2021, 1, 1), "1720"),
        ("flat_rate_15", FSE, date(2014, 1, 1), "0.15"),
        ("flat_rate_15", FSE_PLUS, date(2021, 1, 1), "0.15"),
        ("flat_rate_40", FSE, date(2014, 1, 1), "0.40"),
        ("flat_rate_40", FSE_PLUS, date(2021, 1, 1), "0.40"),
        ("flat_rate_7", FSE_PLUS, date(2021, 1, 1), "0.07"),
        ("flat_rate_25", FSE, date(2014, 1, 1), "0.25"),
        ("flat_rate_25", FSE_PLUS, date(2021, 1, 1), "0.25"),
        ("flat_rate_20_direct_less_services", FSE, date(2016, 4, 10), "0.20"),
        ("flat_rate_20_total_ceiling", FSE, date(2016, 4, 10), "500000"),
        ("simplified_costs_threshold", FSE_PLUS, date(2021, 1, 1), "200000"),
        ("publicity_cut", FSE_PLUS, date(2021, 1, 1), "0.03"),
        ("payment_days", FSE_PLUS, date(2021, 1, 1), "80"),
        ("retention_years", FSE, date(2014, 1, 1), "3"),
        ("retention_years", FSE_PLUS, date(2021, 1, 1), "5"),
        ("sampling_minimum", Frame("fse_plus", "centre_val_de_loire"), date(2021, 1, 1), "30"),
        ("weeks_per_year", EVERYBODY, date(2008, 5, 1), "52"),
        ("solidarity_day_hours", EVERYBODY, date(2008, 5, 1), "7"),
    ],
)
def test_a_figure_is_unknown_the_day_before_it_came_into_force(
    name: str, frame: Frame, first_day: date, value: str
) -> None:
    assert figure(name, first_day, frame).value == Decimal(value)
    with pytest.raises(NoParameterInForce) as refused:
        figure(name, date.fromordinal(first_day.toordinal() - 1), frame)
    assert refused.value.code == "no_parameter_in_force"


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("flat_rate_7", FSE),
        ("flat_rate_20_direct_less_services", FSE_PLUS),
        ("simplified_costs_threshold", FSE),
        ("simplified_costs_threshold", STATE),
        ("publicity_cut", STATE),
        ("highest_rate.transition", FSE_PLUS),
        ("sampling_minimum", Frame("fse_plus", "national")),
    ],
)
def test_a_fund_or_a_programme_that_knows_no_figure_borrows_none(name: str, frame: Frame) -> None:
    assert find_figure(name, date(2023, 1, 1), frame) is None


def test_an_operation_of_2014_2020_that_runs_in_2023_keeps_its_own_texts() -> None:
    assert "1303/2013" in figure("flat_rate_15", date(2023, 1, 1), FSE).title
    assert "2021/1060" in figure("flat_rate_15", date(2023, 1, 1), FSE_PLUS).title


@pytest.mark.parametrize(
    ("day", "article", "follows"),
    [(date(2018, 8, 1), "article 68, ", False), (date(2018, 8, 2), "article 68 bis", True)],
)
def test_the_1720_hours_of_2014_2020_follow_the_quotite_from_2_august_2018(
    day: date, article: str, *, follows: bool
) -> None:
    assert article in figure("annual_hours", day, FSE).title
    assert find("annual_hours_follow_fte", day, FSE).value is follows


def test_a_fund_opens_and_closes_on_days_of_its_own() -> None:
    assert fund_opens("fse_plus").value == date(2021, 1, 1)
    assert fund_opens("fse").value == date(2014, 1, 1)
    assert fund_opens("state") is None
    assert day_figure("eligible_until", date(2018, 1, 1), FSE).value == date(2023, 12, 31)
    assert [european_frame(date(2020, 12, 31)), european_frame(date(2021, 1, 1))] == [FSE, FSE_PLUS]


def test_the_regional_rates_of_the_national_programme_are_those_of_its_categories() -> None:
    national, day = Frame("fse_plus", "national"), date(2023, 1, 1)
    categories = ("more_developed", "transition", "less_developed")

    assert [figure(f"highest_rate.{one}", day, national).value for one in categories] == [
        Decimal("0.40"),
        Decimal("0.60"),
        Decimal("0.85"),
    ]


@pytest.mark.parametrize("name", ["no_such_figure", "settings.month_split"])
def test_a_name_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(NoParameterInForce):
        figure(name, date(2024, 1, 1))


def test_a_setting_comes_from_the_programme_then_the_fund_and_then_there_is_no_limit() -> None:
    day = date(2024, 1, 1)

    assert find_setting(FSE_PLUS, "retention_years", day).value == Decimal(5)
    assert find_setting(Frame("region"), "retention_years", day).value == Decimal(10)
    assert find_setting(STATE, "max_rate", day) is None
    assert [
        find_setting(Frame("fse_plus", programme), "report_due_months", day).value
        for programme in ("", "national", "centre_val_de_loire")
    ] == [6, 6, 4]


def test_the_six_months_of_the_state_rest_on_the_law_for_private_bodies_alone() -> None:
    private, public = (
        find_setting(Frame("state", beneficiary=one), "report_due_months", date(2024, 1, 1))
        for one in ("private", "public")
    )

    assert "2000-321" in private.title
    assert public.reading is TextReading.NOT_FOUND


@pytest.mark.parametrize("kind", FunderKind)
def test_every_setting_that_ships_for_a_funder_is_of_its_money_and_truly_dated(
    kind: FunderKind,
) -> None:
    opens = fund_opens(kind.value)
    day = date(2024, 1, 1)
    for spec in SPECS:
        found = find_setting(Frame(kind.value), spec.key, day)
        if found is not None and found.since is not None and opens is not None:
            assert found.since >= opens.value or found.since >= date(2013, 12, 21), spec.key


def test_every_shipped_choice_is_a_value_of_its_closed_list() -> None:
    lists = {
        "cost_basis": enums.CostBasis,
        "grant_formula": enums.GrantFormula,
        "claim_form": enums.ClaimForm,
        "ceiling_proration": enums.CeilingProration,
        "filled_counts": enums.FilledCounts,
        "valuation": enums.Valuation,
        "absence_policy": enums.AbsencePolicy,
        "flat_rate_profile": enums.FlatRateProfile,
        "secondment_category": enums.SecondmentCategory,
        "month_split": enums.MonthSplit,
        "cofunder_basis": enums.CofunderBasis,
        "retention_anchor": enums.RetentionAnchor,
        "min_share_window": enums.MinShareWindow,
        "admitted_costs": enums.AdmittedCosts,
        "eligible_items": enums.PayItemKind,
        "advance_excluded_legal_forms": enums.LegalForm,
    }
    shipped = [(n.split(".")[1], row) for n, row in rows() if n.startswith("settings.")]
    for setting, row in shipped:
        texts = row.value if isinstance(row.value, tuple) else (row.value,)
        assert all(lists[setting](text) for text in texts if text and setting in lists), setting
    assert {setting for setting, _ in shipped} <= {spec.key for spec in SPECS}

"""How long supporting documents are kept."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal

from grants.enums import RetentionAnchor
from grants.frozen import frozen
from grants.parameters.loader import Figure, figure, find
from grants.periods import add_months
from grants.rules.basis.explained import Explained, Input, Steps, citation
from grants.rules.basis.funds import Fund, frame_of
from grants.rules.basis.refusals import not_negative

_ANCHORS = {
    "fse_plus": RetentionAnchor.LAST_PAYMENT_YEAR_END,
    "fse_2014_2020": RetentionAnchor.ACCOUNTS_YEAR_END,
}


@frozen
class Retention:
    """Last day on which the documents must still be there; ``explained["years"]`` says why."""

    keep_until: date
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def retention(
    *,
    fund: Fund,
    last_payment_on: date,
    total_cost: Decimal | None = None,
    state_aid: bool = False,
) -> Retention:
    """Day until which the documents of an operation are kept.

    Law: FSE+: five years from 31 December of the year of the last payment (règlement (UE) 2021/1060
    article 82). FSE 2014-2020: three years, two from 1 M€ of eligible expenditure, from 31 December
    after the accounts that hold the last payment (règlement 1303/2013 article 140). The authority
    notifies that day: ask it before anything is destroyed. A state aid keeps the documents ten
    years, and never less than the fund does.
    Args: total_cost: eligible cost of the operation; only 2014-2020 depends on it, and without it
    the longer time holds.
    Raises: RuleRefused: negative_amount. NoParameterInForce: for a payment before the fund's texts.
    Example:
    >>> retention(fund="fse_2014_2020", last_payment_on=date(2019, 8, 10)).keep_until
    datetime.date(2024, 12, 31)
    """
    not_negative(total_cost=total_cost)
    years = years_kept(fund, last_payment_on, total_cost)
    if state_aid:
        frame = frame_of(fund, last_payment_on)
        aid = figure("retention_years_state_aid", last_payment_on, frame)
        years = max(years, aid, key=lambda found: found.value)
    anchor = anchor_day(_ANCHORS[fund], last_payment_on)
    step = Explained(
        years.value,
        "retention_years",
        (Input("last_payment_on", last_payment_on), Input("anchor", anchor)),
        (citation(years),),
        unit="",
    )
    return Retention(last_day(anchor, int(years.value)), {"years": step})


def anchor_day(anchor: RetentionAnchor, last_payment_on: date) -> date:
    """Day from which the years run: the one rule of cases, clocks and purge.

    Law: règlement (UE) 2021/1060, article 82.1: 31 December of the year of the last payment;
    règlement 1303/2013, article 140.1: 31 December after the accounts, which are handed in the
    year after their accounting year has ended (30 June).
    Example:
    >>> anchor_day(RetentionAnchor.ACCOUNTS_YEAR_END, date(2019, 8, 10))
    datetime.date(2021, 12, 31)
    """
    year = last_payment_on.year
    if anchor is RetentionAnchor.ACCOUNTS_YEAR_END:
        closing = find("accounts_closing", last_payment_on, frame_of("fse_2014_2020", date.min))
        closed = date.fromisoformat(f"{year}-{closing.value if closing else '12-31'}")
        year += 1 if last_payment_on <= closed else 2
    return date(year, 12, 31)


def last_day(anchor: date, years: int) -> date:
    """Last day on which pieces must still be there.

    Example:
    >>> last_day(date(2021, 12, 31), 3)
    datetime.date(2024, 12, 31)
    """
    return add_months(anchor, 12 * years)


def years_kept(fund: Fund, day: date, total_cost: Decimal | None) -> Figure:
    """Years that the fund's pieces are kept.

    Raises: NoParameterInForce: for a payment before the fund's texts.
    """
    frame = frame_of(fund, day)
    if fund == "fse_2014_2020" and total_cost is not None:
        threshold = figure("retention_large_operation", day, frame)
        if total_cost >= threshold.value:
            return figure("retention_years_large", day, frame)
    return figure("retention_years", day, frame)

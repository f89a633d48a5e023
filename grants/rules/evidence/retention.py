"""How long supporting documents are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from grants.parameters.loader import Figure, figure
from grants.rules.basis.explained import Explained, Input, Steps, citation
from grants.rules.basis.refusals import not_negative

Fund = Literal["fse_plus", "fse_2014_2020"]


@dataclass(frozen=True, slots=True)
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
    article 82). FSE 2014-2020: three years, two for a large operation (règlement 1303/2013 article
    140); the text counts from 31 December after the accounts, whose date is not known here, so the
    years run from 31 December of the last payment: ask the managing authority before destroying.
    A state aid keeps them ten years, and never less than the fund does.
    Args: total_cost: eligible cost of the operation; only 2014-2020 depends on it, and without it
    the longer time holds.
    Raises: RuleRefused: negative_amount. NoParameterInForce: for a payment before the fund's texts.
    Example:
    >>> retention(fund="fse_plus", last_payment_on=date(2024, 6, 15)).keep_until
    datetime.date(2029, 12, 31)
    """
    not_negative(total_cost=total_cost)
    years = _years(fund, last_payment_on, total_cost)
    if state_aid:
        aid = figure("retention_years_state_aid", last_payment_on)
        years = max(years, aid, key=lambda found: found.value)
    anchor = date(last_payment_on.year, 12, 31)
    step = Explained(
        years.value,
        "retention_years",
        (Input("last_payment_on", last_payment_on), Input("anchor", anchor)),
        (citation(years),),
        unit="",
    )
    return Retention(anchor.replace(year=anchor.year + int(years.value)), {"years": step})


def _years(fund: Fund, day: date, total_cost: Decimal | None) -> Figure:
    if fund == "fse_2014_2020" and total_cost is not None:
        threshold = figure("retention_large_operation", day)
        if total_cost > threshold.value:
            return figure("retention_years_fse_2014_2020_large", day)
    return figure(f"retention_years_{fund}", day)

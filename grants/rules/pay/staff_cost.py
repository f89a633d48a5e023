"""What a person's work on an operation costs, by each method that funders accept."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from grants import money
from grants.enums import Method
from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.parameters.loader import european_frame, figure
from grants.rules.basis.explained import (
    Citation,
    Explained,
    Input,
    Steps,
    citation,
    euros,
    fraction,
    hours,
)
from grants.rules.basis.refusals import fraction_of_one, not_negative, positive, share_of_hours

StaffMethod = Literal[Method.FULL, Method.FIXED_SHARE, Method.REAL_SHARE]
AnnualHours = Annotated[Decimal | None, "annual_hours"]
"""Hours that a full year counts; left out, the figure ``annual_hours`` in force on ``as_of``."""

_MONTHS_PER_YEAR = 12


@frozen
class HourlyRate:
    """Cost of an hour, unrounded, and the hours that may be declared in the year."""

    rate: Decimal
    hours_cap: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class HourlyCost:
    """Cost of the hours declared, to the cent."""

    amount: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class StaffCost:
    """Cost that counts, the share of it that goes to the operation, and the amount to the cent."""

    base: Decimal
    share: Decimal
    amount: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def hourly_rate(
    *,
    annual_cost: Decimal,
    fte: Decimal = Decimal(1),
    annual_hours: AnnualHours = None,
    as_of: date,
) -> HourlyRate:
    """Hourly rate of a person from the latest documented annual gross employment cost.

    Law: règlement (UE) 2021/1060, article 55.2 a) and 55.3. A part-time person has the hours of the
    full year times the FTE, for the rate and for the cap.
    Units: euros an hour, not rounded; hours.
    Raises: RuleRefused: negative_amount, fte_out_of_range, not_positive. NoParameterInForce.
    Example:
    >>> hourly_rate(annual_cost=Decimal("43000"), as_of=date(2024, 1, 1)).rate
    Decimal('25')
    """
    cap = _hours_cap(fte, annual_hours, as_of)
    not_negative(annual_cost=annual_cost)
    rate = annual_cost / cap.value
    inputs = (euros("annual_cost", annual_cost), _hours("annual_hours", cap))
    steps = {"rate": Explained(rate, "hourly_rate", inputs, unit="€/h"), "hours_cap": cap}
    return HourlyRate(rate, cap.value, steps)


def hourly_cost(
    *,
    annual_cost: Decimal,
    hours: Decimal,
    fte: Decimal = Decimal(1),
    annual_hours: AnnualHours = None,
    round_rate: bool = False,
    as_of: date,
) -> HourlyCost:
    """Cost of the hours declared in a year at the hourly rate, within the hard limit on hours.

    Law: règlement (UE) 2021/1060, article 55.2-3. ``round_rate`` rounds the rate to the cent first,
    for funders that print it so; otherwise rounding is once, at the end.
    Raises: RuleRefused: hours_over_cap (the cap itself passes), negative_hours, and those of
    ``hourly_rate``.
    Example:
    >>> hourly_cost(annual_cost=Decimal("43000"), hours=Decimal(100), as_of=date(2024, 1, 1)).amount
    Decimal('2500.00')
    """
    rated = hourly_rate(annual_cost=annual_cost, fte=fte, annual_hours=annual_hours, as_of=as_of)
    not_negative("negative_hours", hours=hours)
    if hours > rated.hours_cap:
        raise RuleRefused(
            "hours_over_cap",
            f"{hours} h déclarées, {rated.hours_cap} h au plus :"
            f" {hours - rated.hours_cap} h de trop",
        )
    step = rated.explained["rate"]
    if round_rate:
        rounded = money.round_half_up(rated.rate)
        step = Explained(rounded, "half_up", (Input("rate", step, "€/h"),), unit="€/h")
        exact = rounded * hours
    else:
        exact = annual_cost * hours / rated.hours_cap
    amount = money.round_half_up(exact)
    inputs = (Input("rate", step, "€/h"), _hours("hours", hours))
    return HourlyCost(amount, {"amount": Explained(amount, "hourly_cost", inputs)})


def monthly_cost(
    *, cost: Decimal, weekly_hours: Decimal, hours: Decimal, as_of: date
) -> HourlyCost:
    """Cost of a month's hours at that month's cost over the average monthly hours of the contract.

    Law: règlement (UE) 2021/1060, article 55.2 b); code du travail L3242-1 for the average month:
    weekly hours × 52 ÷ 12. Hours above the average month cost no more than the month: a month is
    never charged above its cost.
    Raises: RuleRefused: not_positive, negative_hours.
    Example:
    >>> monthly_cost(cost=Decimal("3640"), weekly_hours=Decimal(35), hours=Decimal(91),
    ... as_of=date(2024, 1, 1)).amount
    Decimal('2184.00')
    """
    positive(weekly_hours=weekly_hours)
    not_negative("negative_hours", hours=hours)
    weeks = figure("weeks_per_year", as_of)
    yearly = weekly_hours * weeks.value
    counted = min(hours, yearly / _MONTHS_PER_YEAR)
    exact = cost if counted < hours else cost * hours * _MONTHS_PER_YEAR / yearly
    amount = money.round_half_up(exact)
    average = Explained(
        yearly / _MONTHS_PER_YEAR,
        "average_month_hours",
        (_hours("weekly_hours", weekly_hours),),
        (citation(weeks),),
        unit="h",
    )
    inputs = (euros("cost", cost), _hours("average_month_hours", average), _hours("hours", hours))
    return HourlyCost(amount, {"amount": Explained(amount, "monthly_cost", inputs)})


def staff_cost(
    *,
    method: StaffMethod,
    cost: Decimal,
    share: Decimal | None = None,
    hours_operation: Decimal | None = None,
    hours_total: Decimal | None = None,
    reimbursed: Decimal = money.ZERO,
) -> StaffCost:
    """Cost of a person on the operation: all of it, a fixed share, or the real share of hours.

    Law: décret 2022-608, annexe (FSE+); arrêté du 8 mars 2016 (FSE 2014-2020). Reimbursements
    (IJSS, aid to the job) are deducted before the share is taken.
    Units: euros; share is a fraction of one. Rounds half up to the cent, once, at the end.
    Raises: RuleRefused: share_missing, share_out_of_range, negative_amount (reimbursed), and by
    real share hours_missing, negative_hours, no_hours, hours_over_total.
    Example:
    >>> staff_cost(method=Method.REAL_SHARE, cost=Decimal("3000"), hours_operation=Decimal(60),
    ... hours_total=Decimal(150)).amount
    Decimal('1200.00')
    """
    not_negative(reimbursed=reimbursed)
    base = cost - reimbursed
    taken = _share(method, share, hours_operation, hours_total)
    if method == Method.REAL_SHARE and hours_operation is not None and hours_total:
        amount = cost_of_hours(base, hours_operation, hours_total)
    else:
        amount = cost_of_share(base, taken.value)
    base_step = Explained(
        base, "cost_less_reimbursed", (euros("cost", cost), euros("reimbursed", reimbursed))
    )
    inputs = (euros("base", base_step), fraction("share", taken))
    steps = {
        "base": base_step,
        "share": taken,
        "amount": Explained(amount, f"staff_cost_{method.value}", inputs),
    }
    return StaffCost(base, taken.value, amount, steps)


def cost_of_hours(cost: Decimal, operation: Decimal | int, total: Decimal | int) -> Decimal:
    """Real share of a cost, to the cent: hours or minutes on the operation over all of them."""
    return money.round_half_up(cost * operation / total)


def cost_of_share(cost: Decimal, share: Decimal) -> Decimal:
    """Fixed share of a cost, to the cent.

    Raises: RuleRefused: share_out_of_range.
    """
    fraction_of_one("share_out_of_range", share=share)
    return money.round_half_up(cost * share)


def _share(
    method: StaffMethod,
    share: Decimal | None,
    operation: Decimal | None,
    total: Decimal | None,
) -> Explained[Decimal]:
    if method == Method.REAL_SHARE:
        taken = share_of_hours(operation, total)
        inputs = (_hours("hours_operation", operation), _hours("hours_total", total))
        return Explained(taken, "share_of_hours", inputs, unit="%")
    if method == Method.FULL:
        return Explained(Decimal(1), "full_time", unit="%")
    if share is None:
        raise RuleRefused("share_missing", "une part fixe demande « share »")
    return Explained(share, "fixed_share", unit="%")


def _hours_cap(fte: Decimal, annual_hours: Decimal | None, as_of: date) -> Explained[Decimal]:
    if not 0 < fte <= 1:
        raise RuleRefused("fte_out_of_range", f"quotité {fte} : attendu entre 0 (exclu) et 1")
    cited: tuple[Citation, ...] = ()
    if annual_hours is None:
        legal = figure("annual_hours", as_of, european_frame(as_of))
        annual_hours, cited = legal.value, (citation(legal),)
    positive(annual_hours=annual_hours)
    inputs = (_hours("annual_hours", annual_hours), Input("fte", fte, "ETP"))
    return Explained(annual_hours * fte, "hours_cap", inputs, cited, unit="h")


def _hours(name: str, value: Decimal | Explained[Decimal] | None) -> Input:
    return hours(name, Decimal(0) if value is None else value)

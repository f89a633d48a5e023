"""Inputs for which a rule has no answer, each refused under one code with a sentence to mend it.

The codes, beside the catalogue's ``hours_over_cap`` and ``no_parameter_in_force``:
``negative_amount`` · ``negative_hours`` · ``not_positive`` (a divisor that is zero or less) ·
``rate_out_of_range`` and ``share_out_of_range`` (outside 0..1) · ``fte_out_of_range`` ·
``share_missing`` · ``hours_missing`` · ``no_hours`` (nothing to share by) · ``hours_over_total`` ·
``hours_outside_period`` · ``period_inverted`` · ``period_open`` · ``period_incomplete`` ·
``outside_convention`` · ``not_first_of_month`` · ``years_out_of_range`` · ``months_out_of_range`` ·
``no_weight`` · ``negative_weight`` · ``finer_than_cent`` · ``services_over_direct`` ·
``conventioned_cost_missing`` · ``minimum_over_maximum`` · ``same_date_twice`` · ``out_of_range``
(figures beyond what 28 digits hold).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.errors import RuleRefused
from grants.money import CENT
from grants.periods import FOREVER, Period


def not_negative(code: str = "negative_amount", **values: Decimal | int | None) -> None:
    """Refuse the first value below zero.

    Raises: RuleRefused: with the code.
    """
    for name, value in values.items():
        if value is not None and value < 0:
            raise RuleRefused(code, f"« {name} » vaut {value} : attendu zéro ou plus")


def positive(code: str = "not_positive", **values: Decimal | int) -> None:
    """Refuse the first value that is zero or less: it would divide.

    Raises: RuleRefused: with the code.
    """
    for name, value in values.items():
        if value <= 0:
            raise RuleRefused(code, f"« {name} » vaut {value} : attendu plus que zéro")


def fraction_of_one(code: str = "rate_out_of_range", **values: Decimal) -> None:
    """Refuse the first value outside 0..1: « 70 » for 70 % would pay seventy times too much.

    Raises: RuleRefused: with the code.
    """
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise RuleRefused(
                code, f"« {name} » vaut {value} : attendu entre 0 et 1 (70 % s'écrit 0.70)"
            )


def share_of_hours(operation: Decimal | None, total: Decimal | None) -> Decimal:
    """Part of the hours that went to the operation.

    Raises: RuleRefused: hours_missing, negative_hours, no_hours (zero in all), hours_over_total.
    Example:
    >>> share_of_hours(Decimal(60), Decimal(150))
    Decimal('0.4')
    """
    if operation is None or total is None:
        raise RuleRefused("hours_missing", "heures de l'opération et heures totales attendues")
    not_negative("negative_hours", hours_operation=operation, hours_total=total)
    if total == 0:
        raise RuleRefused("no_hours", "aucune heure au total : rien ne permet de répartir")
    if operation > total:
        raise RuleRefused(
            "hours_over_total",
            f"{operation} h sur l'opération pour {total} h au total :"
            f" {operation - total} h de trop",
        )
    return operation / total


def period_between(start: date, end: date) -> Period:
    """Closed period from two dates, end excluded.

    Raises: RuleRefused: period_inverted, also when it would hold no day; period_open.
    """
    if end == FOREVER:
        raise RuleRefused("period_open", "période sans fin : une date de fin est attendue")
    if end <= start:
        raise RuleRefused(
            "period_inverted", f"la période finit le {end} (exclu) et commence le {start}"
        )
    return Period(start, end)


def whole_cents(amount: Decimal) -> int:
    """Cents of an amount that is to be cut: parts in cents cannot add up to a fraction of one.

    Raises: RuleRefused: finer_than_cent.
    """
    cents = amount / CENT
    if cents != int(cents):
        raise RuleRefused("finer_than_cent", f"{amount} € est plus fin que le centime")
    return int(cents)

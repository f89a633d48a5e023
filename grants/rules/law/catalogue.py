"""Every public rule by its name, with the keys it takes and gives: the face that case files see.

Keys, types and defaults are read from the functions themselves, so that the catalogue cannot say
something else than the code does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import InvalidOperation
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.rules.basis.calendar import convention_years, report_due
from grants.rules.basis.rounding import rate_for, round_half_up, split_amount
from grants.rules.claims.cofunding import assigned_cofunding, funding_of_segment
from grants.rules.claims.grant_due import (
    advance,
    fse_balance,
    fse_interim,
    minimum_grant,
    state_grant,
)
from grants.rules.claims.indirect_costs import indirect_costs, loss_of_rejection
from grants.rules.claims.time_share import minimum_time_share, time_shares
from grants.rules.control.sampling import sample_size
from grants.rules.coverage.density import coverage, fte_over_period
from grants.rules.evidence.retention import retention
from grants.rules.indicators.calibration import calibrated_hours, fte_of_hours
from grants.rules.pay.proration import prorate_days, split_month
from grants.rules.pay.staff_cost import hourly_cost, hourly_rate, staff_cost

_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    convention_years,
    split_month,
    split_amount,
    prorate_days,
    hourly_rate,
    hourly_cost,
    staff_cost,
    minimum_time_share,
    indirect_costs,
    state_grant,
    fse_balance,
    fse_interim,
    assigned_cofunding,
    advance,
    minimum_grant,
    time_shares,
    funding_of_segment,
    loss_of_rejection,
    report_due,
    retention,
    calibrated_hours,
    fte_of_hours,
    coverage,
    fte_over_period,
    sample_size,
    round_half_up,
    rate_for,
)


@frozen
class Key:
    """One input: its type without « or nothing », and its default. ``figure`` names the legal
    figure that stands in when the key is left out.
    """

    name: str
    type: Any  # a type expression: Decimal, Sequence[Decimal], Literal[…]
    required: bool
    default: object
    figure: str = ""


@frozen
class Rule:
    """One rule: its inputs in order, and the type of each output."""

    name: str
    function: Callable[..., Any]
    keys: tuple[Key, ...]
    outputs: Mapping[str, Any]
    takes_as_of: bool

    def answer(self, inputs: Mapping[str, object], as_of: date) -> dict[str, object]:
        """Outputs by name.

        Raises: RuleRefused: the rule has no answer; ``out_of_range`` when the figures pass what
        28 digits hold.
        """
        dated = {"as_of": as_of} if self.takes_as_of else {}
        try:
            result = self.function(**inputs, **dated)
        except InvalidOperation as error:
            raise RuleRefused("out_of_range", "des nombres hors de portée du calcul") from error
        return {name: getattr(result, name) for name in self.outputs}


@cache
def rules() -> Mapping[str, Rule]:
    """The 27 rules, in the catalogue's order.

    Example:
    >>> [key.name for key in rules()["split_amount"].keys]
    ['amount', 'weights']
    """
    return {function.__name__: _rule(function) for function in _FUNCTIONS}


def _rule(function: Callable[..., Any]) -> Rule:
    hints = get_type_hints(function, include_extras=True)
    result = get_type_hints(hints["return"])
    outputs = {f.name: result[f.name] for f in fields(hints["return"]) if f.name != "explained"}
    parameters = inspect.signature(function).parameters
    keys = tuple(
        _key(name, hints[name], parameter.default)
        for name, parameter in parameters.items()
        if name != "as_of"
    )
    return Rule(function.__name__, function, keys, outputs, "as_of" in parameters)


def _key(name: str, hint: Any, default: object) -> Key:
    figure = ""
    if get_origin(hint) is Annotated:
        hint, figure = get_args(hint)
    required = default is inspect.Parameter.empty
    return Key(name, without_none(hint), required, None if required else default, figure)


def without_none(hint: Any) -> Any:
    """Type expression of a value that stands.

    Example:
    >>> without_none(int | None)
    <class 'int'>
    """
    kinds = get_args(hint)
    return next(kind for kind in kinds if kind is not NoneType) if NoneType in kinds else hint

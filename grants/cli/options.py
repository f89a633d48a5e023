"""Options that several commands share: days as people write them, the period they bound, the day of
the computation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from grants.errors import Conflict
from grants.french import Misread, day_fr, read_day, read_month
from grants.periods import Period

ORGANISATION = "grants.organisation"  # in a click context's meta

C = TypeVar("C", bound=Callable[..., Any])


class FrenchDay(click.ParamType[date]):
    """A day typed 15/12/2023 or 2023-12-15."""

    name = "jour"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or click's usage error with what was expected."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value))
        except Misread as refusal:
            self.fail(str(refusal), param, ctx)


class FrenchMonth(click.ParamType[date]):
    """A month typed 01/2025 or 2025-01."""

    name = "mois"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """First day of the month, or click's usage error with what was expected."""
        if isinstance(value, date):
            return value
        try:
            return read_month(str(value))
        except Misread as refusal:
            self.fail(str(refusal), param, ctx)


def period_options(command: C) -> C:
    """``--from`` and ``--to``, first and last day, both inclusive."""
    command = click.option("--to", "last", type=FrenchDay(), help="Dernier jour inclus.")(command)
    return click.option("--from", "first", type=FrenchDay(), help="Premier jour.")(command)


def organisation_option(command: C) -> C:
    """``--organisation``: the structure that the command reaches, where several share a number;
    ``application.transaction`` reads it.
    """
    return click.option(
        "--organisation",
        metavar="CODE",
        expose_value=False,
        callback=_keep_organisation,
        help="Structure, quand plusieurs ont ce numéro.",
    )(command)


def _keep_organisation(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    ctx.meta[ORGANISATION] = value


def as_of_option(command: C) -> C:
    """``--as-of``: the day that counts as today."""
    help_text = "Jour du calcul ; par défaut aujourd'hui."
    return click.option("--as-of", type=FrenchDay(), help=help_text)(command)


def read_period(first: date | None, last: date | None) -> Period | None:
    """Period of the two options; None when neither is given.

    Raises: Conflict: one without the other, or the wrong way round.
    """
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise Conflict("--from et --to vont ensemble : donnez les deux jours", field="period")
    if last < first:
        raise Conflict(f"--to {day_fr(last)} précède --from {day_fr(first)}", field="period")
    return Period.inclusive(first, last)

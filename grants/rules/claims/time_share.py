"""Shares of a person's time: the minimum that a call asks for, and the whole that none may pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from decimal import Decimal

from grants.frozen import frozen
from grants.rules.basis.explained import Explained, Steps, fraction, hours
from grants.rules.basis.refusals import fraction_of_one, not_negative, share_of_hours


@frozen
class MinimumTimeShare:
    """Share of time on the operation, whether it is enough, and the hours that it lacks."""

    share: Decimal
    accepted: bool
    missing_hours: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class TimeShares:
    """Sum of the shares charged for one person, and whether it stays within the whole."""

    total: Decimal
    accepted: bool
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def minimum_time_share(
    *, hours_operation: Decimal, hours_total: Decimal, minimum: Decimal
) -> MinimumTimeShare:
    """Whether a person gave the operation the share of time that the call asks for.

    Law: Deux-Sèvres call 2018: « seuil minimum de 40 % du temps d'activité consacré à l'opération
    pour chaque salarié(e) », over the operation's period. Exactly the minimum passes. Missing hours
    are those to move to the operation, the person's whole activity staying as it is.
    Raises: RuleRefused: rate_out_of_range, negative_hours, no_hours, hours_over_total.
    Example:
    >>> minimum_time_share(hours_operation=Decimal(600), hours_total=Decimal(1600),
    ... minimum=Decimal("0.40")).missing_hours
    Decimal('40.00')
    """
    fraction_of_one(minimum=minimum)
    share = share_of_hours(hours_operation, hours_total)
    needed = minimum * hours_total
    missing = max(Decimal("0.00"), needed - hours_operation)
    counted = (hours("hours_operation", hours_operation), hours("hours_total", hours_total))
    inputs = (*counted, fraction("minimum", minimum))
    steps = {
        "share": Explained(share, "share_of_hours", counted, unit="%"),
        "missing_hours": Explained(missing, "missing_hours", inputs, unit="h"),
    }
    return MinimumTimeShare(share, hours_operation >= needed, missing, steps)


def time_shares(*, shares: Sequence[Decimal]) -> TimeShares:
    """Whether the shares of one person charged to operations stay within the whole.

    Law: ledger invariant 2: operations of European money together take at most 100 %.
    Raises: RuleRefused: share_out_of_range: a negative share. A share above the whole is an answer:
    it is not accepted.
    Example:
    >>> time_shares(shares=[Decimal("0.60"), Decimal("0.40")]).accepted
    True
    """
    for share in shares:
        not_negative("share_out_of_range", shares=share)
    total = sum(shares, Decimal(0))
    inputs = tuple(fraction("share", share) for share in shares)
    steps = {"total": Explained(total, "sum_of_shares", inputs, unit="%")}
    return TimeShares(total, total <= 1, steps)

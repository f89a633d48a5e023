"""Other funders' money: what of it belongs to an operation, and whether a cost is paid twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from decimal import Decimal

from grants import money
from grants.frozen import frozen
from grants.rules.basis.explained import Explained, Steps, euros
from grants.rules.basis.refusals import not_negative, positive


@frozen
class AssignedCofunding:
    """Part of another funder's grant that counts among the operation's resources."""

    assigned: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class SegmentFunding:
    """What all funders give for one cost, what of it is too much, and whether nothing is."""

    total: Decimal
    overfunded: Decimal
    accepted: bool
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


def assigned_cofunding(
    *, grant: Decimal, grant_base: Decimal, operation_base: Decimal
) -> AssignedCofunding:
    """Grant given on a wider base than the operation, assigned to it pro rata; never more than all.

    Law: guide Centre-Val de Loire FEDER-FSE+ v1.1, ressources.
    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: negative_amount; not_positive: a grant on no base belongs nowhere.
    Example:
    >>> assigned_cofunding(grant=Decimal("20000"), grant_base=Decimal("50000"),
    ... operation_base=Decimal("40000")).assigned
    Decimal('16000.00')
    """
    not_negative(grant=grant, operation_base=operation_base)
    positive(grant_base=grant_base)
    exact = grant if operation_base >= grant_base else grant * operation_base / grant_base
    assigned = money.round_half_up(exact)
    inputs = (
        euros("grant", grant),
        euros("grant_base", grant_base),
        euros("operation_base", operation_base),
    )
    return AssignedCofunding(
        assigned, {"assigned": Explained(assigned, "assigned_cofunding", inputs)}
    )


def funding_of_segment(
    *, cost: Decimal, grants: Sequence[Decimal], receipts: Decimal = money.ZERO
) -> SegmentFunding:
    """Whether grants and receipts together stay within the cost of a person's segment.

    Law: ledger invariant 3: no euro twice. Exactly the cost is accepted. A grant taken back may be
    negative; a negative cost leaves room for no grant at all.
    Example:
    >>> funding_of_segment(cost=Decimal("1000"), grants=[Decimal("700"), Decimal("350")]).overfunded
    Decimal('50.00')
    """
    total = sum(grants, money.ZERO) + receipts
    overfunded = max(money.ZERO, total - cost)
    inputs = (*(euros("grant", grant) for grant in grants), euros("receipts", receipts))
    total_step = Explained(total, "funding_total", inputs)
    steps = {
        "total": total_step,
        "overfunded": Explained(
            overfunded, "overfunded", (euros("total", total_step), euros("cost", cost))
        ),
    }
    return SegmentFunding(total, overfunded, overfunded == 0, steps)

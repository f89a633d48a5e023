"""Cents of a payslip over the parts of its month.

Salary, charges and reimbursements are cut together, so that a controller finds salary plus charges
× 17 ÷ 31 in one go; every optional item is cut on its own, so that refusing or adding one moves no
cent of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, chain, pairwise

from grants.enums import PayItemKind
from grants.money import split_cents, to_cents
from grants.rules.basis.facts.pay import PayItem
from grants.rules.pay.eligibility import REIMBURSEMENTS

CORE = REIMBURSEMENTS | {PayItemKind.GROSS, PayItemKind.EMPLOYER_CHARGES}
Cut = Callable[[int, Sequence[int]], list[int]]


def split_items(
    items: Sequence[PayItem], weights: Sequence[int], begins: Sequence[bool] = ()
) -> list[list[int]]:
    """Cents of each item over the segments; rows add up to the item, columns of the core to the cut
    of its total.

    Law: docs/rules.md#cut-of-a-month. Parts that the bounds of conventions make are cut by largest
    remainder. What else cuts them further (leave, letter, contract, holding, amendment, claim) is
    shared out by running totals, so that it never moves a cent between conventions, and claims that
    follow each other add up to the claim of the whole.
    Args: begins: whether each segment begins a part that conventions make; left out, all do.
    """
    if len(weights) == 1:
        return [[to_cents(item.amount)] for item in items]
    begins = begins or [True] * len(weights)
    firsts = [index for index, begin in enumerate(begins) if begin]
    runs = [slice(a, b) for a, b in pairwise([*firsts, len(weights)])]
    is_core = [item.kind in CORE for item in items]
    cents = [to_cents(item.amount) for item in items]
    parts = _cut_rows(cents, is_core, [sum(weights[run]) for run in runs], split_cents)
    if len(runs) == len(weights):
        return parts
    finer = [
        _cut_rows([part[index] for part in parts], is_core, weights[run], _running_cents)
        for index, run in enumerate(runs)
    ]
    return [list(chain.from_iterable(run[index] for run in finer)) for index in range(len(items))]


def _cut_rows(
    cents: Sequence[int], is_core: Sequence[bool], weights: Sequence[int], cut: Cut
) -> list[list[int]]:
    """Each amount cut by the weights. The core is cut cumulatively: what the k first items give to
    a segment is the cut of their running total, so that both each item and the whole come out to
    the cent.
    """
    rows: list[list[int]] = []
    running, before = 0, [0] * len(weights)
    for amount, core in zip(cents, is_core, strict=True):
        if not core:
            rows.append(cut(amount, weights))
            continue
        running += amount
        after = cut(running, weights)
        rows.append([new - old for new, old in zip(after, before, strict=True)])
        before = after
    return rows


def _running_cents(cents: int, weights: Sequence[int]) -> list[int]:
    """Cents in proportion to weights as differences of rounded running totals, halves up: what
    comes before a day does not depend on how the days after it are cut.
    """
    total = sum(weights)
    if not total:
        return [cents, *[0] * (len(weights) - 1)]
    if cents < 0:
        return [-part for part in _running_cents(-cents, weights)]
    marks = [(2 * cents * end + total) // (2 * total) for end in accumulate(weights, initial=0)]
    return [after - before for before, after in pairwise(marks)]

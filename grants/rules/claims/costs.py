"""Costs of a claim: direct staff, bought services, other direct costs, flat rate, and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from grants.enums import AdmittedCosts, BudgetSide, FlatRateProfile
from grants.french import count
from grants.frozen import frozen
from grants.money import ZERO
from grants.rules.basis.explained import Explained, Input, Source, rest_on, row_ranges
from grants.rules.basis.facts.conventions import BudgetItem, Convention
from grants.rules.claims.claim import ClaimLine
from grants.rules.claims.indirect_costs import costs_at_rate, flat_figure

STAFF_LINES = ("64", "641", "645", "648", "63", "631")
INDIRECT_LINES = ("ind-1", "ind-2", "ind-3")


@frozen
class Costs:
    """Expenses by heading, each explained; ``eligible`` is their sum."""

    staff: Explained[Decimal]
    services: Explained[Decimal]
    other_direct: Explained[Decimal]
    flat: Explained[Decimal]
    eligible: Explained[Decimal]


def costs_of(
    convention: Convention, lines: Sequence[ClaimLine], budget: Sequence[BudgetItem]
) -> Costs:
    """Expenses of a claim from its retained lines and the realised direct costs.

    Law: profile of the scheme (règlement (UE) 2021/1060, articles 54 and 56.1); one profile an
    operation, by the texts of its fund when it began; a profile that they do not know adds nothing,
    and a finding says so. Only an operation that pays time counts other
    direct costs: a post grant's base is the post's cost. Costs beside staff that come out negative,
    by reimbursements above the pay, lower the total and are no base of a flat rate. A call that
    admits staff and the flat rate alone (setting ``admitted_costs``) counts no other cost.
    """
    staff = _sum_of([line for line in lines if not line.is_service], "staff")
    services = _sum_of([line for line in lines if line.is_service], "services")
    settings = convention.terms[0].settings
    other = _other_direct(convention, budget)
    beside = _beside(services, other)
    counted = max(ZERO, beside.value)
    result = costs_at_rate(
        settings.flat_rate_profile,
        flat_figure(convention),
        staff=staff.value,
        other_direct=counted,
        services=min(counted, max(ZERO, services.value)),
    )
    known = {} if beside.value < 0 else {"other_direct": beside}
    flat = rest_on(result.explained["flat"], staff=staff, **known)
    total = result.total
    if settings.flat_rate_profile is FlatRateProfile.STAFF_40:
        # The 40 % stand for every cost but direct staff: other costs may not be claimed beside
        # them.
        other = Explained(ZERO, "covered_by_flat_rate", (Input("other_direct", other, "€"),))
        services = Explained(ZERO, "covered_by_flat_rate", (Input("services", services, "€"),))
    else:
        total += beside.value - counted
    parts = {"staff": staff, "services": services, "other_direct": other, "flat": flat}
    shown = tuple(Input(k, part, "€") for k, part in parts.items() if part.value or k == "staff")
    return Costs(staff, services, other, flat, Explained(total, "eligible_total", shown))


def _other_direct(convention: Convention, budget: Sequence[BudgetItem]) -> Explained[Decimal]:
    if not convention.pays_time:
        return Explained(ZERO, "no_other_direct")
    realised = other_direct(budget)
    admitted = convention.terms[0].settings.admitted_costs
    if admitted is AdmittedCosts.ALL or not realised.value:
        return realised
    return Explained(ZERO, "not_admitted", (Input("other_direct", realised, "€"),))


def _beside(services: Explained[Decimal], other: Explained[Decimal]) -> Explained[Decimal]:
    """Direct costs that are no direct staff: what the claim shows as two figures, in one."""
    parts = {"services": services, "other_direct": other}
    inputs = tuple(Input(name, part, "€") for name, part in parts.items() if part.value)
    return Explained(services.value + other.value, "other_direct", inputs)


def _sum_of(lines: Sequence[ClaimLine], name: str) -> Explained[Decimal]:
    total = sum((line.retained for line in lines), ZERO)
    left_out = sum(1 for line in lines if line.retained != line.amount.value)
    note = f"{count(left_out, 'ligne écartée')} en tout ou partie." if left_out else ""
    inputs = (Input("number_of_lines", len(lines)),)
    return Explained(total, f"sum_of_{name}_lines", inputs, note=note)


def other_direct(budget: Sequence[BudgetItem]) -> Explained[Decimal]:
    """Realised direct costs other than staff, as the budget sheet states them."""
    items = [item for item in budget if is_other_direct(item)]
    total = sum((item.realised for item in items if item.realised), ZERO)
    rows = row_ranges(item.row for item in items)
    sources = (Source("budgets", rows),) if rows else ()
    return Explained(total, "realised_direct_costs", (), (), sources)


def is_other_direct(item: BudgetItem) -> bool:
    """Whether a budget line holds a realised direct cost that is no staff."""
    reckoned = (*STAFF_LINES, *INDIRECT_LINES)
    return item.side is BudgetSide.CHARGES and bool(item.realised) and item.line not in reckoned

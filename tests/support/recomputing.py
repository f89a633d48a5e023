"""Explained figures computed a second time, from nothing but what is shown beside them.

Each formula is written here anew, as its French wording says it. A figure that does not follow from
its own inputs is one that a controller cannot follow either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from grants.money import round_half_up
from grants.rules.basis.explained import Explained
from grants.rules.claims.claim import Claim

ZERO = Decimal(0)
CENT = Decimal("0.01")
Figures = Mapping[str, Decimal]

# Figures that rest on rows, letters or terms, not on other figures.
STATED = frozenset(
    {
        "declared_hours", "flat_rate_none", "holding_share", "letter_share",
        "no_other_direct", "nothing_realised", "realised_direct_costs", "realised_in_budget",
        "sum_of_payments", "term", "twelve_payslips", "covered_by_flat_rate", "not_admitted",
    }
)  # fmt: skip
# Figures that rest on the printed lines.
OF_LINES = frozenset(
    {
        "sum_of_staff_lines", "sum_of_services_lines", "retained_641", "retained_645",
        "retained_631", "retained_648",
    }
)  # fmt: skip


def _flat(f: Figures) -> Decimal:
    base = f["staff"] + f.get("other_direct", ZERO) - f.get("services", ZERO)
    return round_half_up(base * f["flat_rate"])


def _least(*names: str) -> Callable[[Figures], Decimal]:
    def least(f: Figures) -> Decimal:
        cost = f["eligible_cost"] if "eligible_cost" in f else f["retained_cost"]
        limits = [cost * f["rate"], *(f[name] for name in names if name in f)]
        if "other_resources" in f:
            limits.append(cost - f["other_resources"])
        return round_half_up(max(ZERO, min(limits)))

    return least


def _parts(f: Figures) -> Decimal:
    return f["gross"] + f["employer_charges"] + f["other_items"]


def _sum(f: Figures) -> Decimal:
    return sum(f.values(), ZERO)


RULES: dict[str, Callable[[Figures], Decimal]] = {
    "payslip": _parts,
    "payslip_cut_by_calendar_days": _parts,
    "payslip_cut_by_working_days": _parts,
    "payslip_cut_by_hours": _parts,
    "post_share": lambda f: round_half_up(f["base"] * f["holding_share"]) - f.get("ceded", ZERO),
    "fixed_share": lambda f: round_half_up(f["base"] * f["letter_share"]) - f.get("ceded", ZERO),
    "real_share": lambda f: (
        round_half_up(f["base"] * f["operation_hours"] / f["total_hours"]) - f.get("ceded", ZERO)
    ),
    "time_share": lambda f: f["operation_hours"] / f["total_hours"],
    "paid_hours": lambda f: f["worked_hours"] + f["absence_hours"],
    "hourly_1720": lambda f: round_half_up(f["hourly_rate"] * f["operation_hours"]),
    "monthly_rate": lambda f: round_half_up(f["hourly_rate"] * f["operation_hours"]),
    "monthly_rate_whole": lambda f: f["base"],
    "rate_1720": lambda f: f["annual_cost"] / (f["annual_hours"] * f["fte"]),
    "rate_monthly": lambda f: f["base"] / f["monthly_hours"],
    "flat_rate_15": _flat,
    "flat_rate_40": _flat,
    "flat_rate_7": _flat,
    "flat_rate_20_direct_less_services": _flat,
    "eligible_total": _sum,
    "other_direct": _sum,
    "retained_cost": lambda f: f["eligible_cost"],
    "retained_cost_capped": lambda f: min(f["eligible_cost"], f["conventioned_cost"]),
    "rate_of_cost": lambda f: round_half_up(f["eligible_cost"] * f["rate"]),
    "cost_less_resources": lambda f: f["retained_cost"] - f["other_resources"],
    "prorated_ceiling": lambda f: f["ceiling_per_fte"] * f["fte"] * f["years"],
    "fte_days_filled": lambda f: f["fte_units_held"] / f["units_of_period"],
    "fte_twelfths_filled": lambda f: f["fte_units_held"] / f["units_of_period"],
    "fte_unit": lambda f: f["fte"] * f["units"],
    "sum_of_fte_units": _sum,
    "fte_over_period": lambda f: f["fte_days"] / f["period_days"],
    "state_grant": _least("ceiling", "maximum"),
    "fse_balance": _least("maximum"),
    "fse_interim": lambda f: round_half_up(
        max(
            ZERO,
            min(f["retained"] * f["rate"], f.get("maximum", Decimal("Infinity")))
            - f["already_paid"],
        )
    ),
    "to_pay": lambda f: f["due"] - f["already_paid"],
    "resource_received": lambda f: f["received"],
    "resource_conventioned": lambda f: f["conventioned"],
    "assigned_cofunding": lambda f: round_half_up(
        f["grant"] * min(Decimal(1), f["operation_base"] / f["grant_base"])
    ),
    "sum_of_resources": _sum,
    "own_funds_balance": lambda f: max(
        ZERO, f.get("charges", f.get("eligible_cost", ZERO)) - f["produits"]
    ),
}
# The last digits of quotients that have no exact decimal.
EXACT = Decimal("1e-20")


def figures_of(claim: Claim) -> Iterator[Explained[Decimal]]:
    """Every explained figure of a claim, each step below it included."""
    pending = [
        claim.staff, claim.services, claim.other_direct, claim.flat, claim.eligible_cost,
        claim.retained_cost, claim.other_resources, claim.grant.due, claim.grant.already_paid,
        claim.grant.to_pay,
        *(limit for _, limit in claim.grant.limits if limit),
        *(part for line in claim.lines for part in (line.base, line.amount)),
        *(part for line in claim.lines for part in (line.share, line.hourly_rate) if part),
        *(part for line in claim.resources for part in (line.counted, line.assigned)),
        *(line.realised for line in claim.table),
        *(line.realised for line in claim.plan),
        *(person.share for person in claim.persons if person.share),
    ]  # fmt: skip
    while pending:
        figure = pending.pop()
        yield figure
        pending += [item.value for item in figure.inputs if isinstance(item.value, Explained)]


def faults_of(claim: Claim) -> list[str]:
    """Figures that do not follow from what is shown beside them; empty when all do."""
    return [fault for figure in figures_of(claim) if (fault := _fault(figure))]


def _fault(figure: Explained[Decimal]) -> str:
    if figure.formula in STATED | OF_LINES:
        return ""
    if figure.formula not in RULES:
        return f"{figure.formula}: no second computation is written for it"
    # Several inputs of one name are parts of a sum.
    shown: dict[str, Decimal] = {}
    for item in figure.inputs:
        if isinstance(item.plain, Decimal | int):
            name = item.name if item.name not in shown else f"{item.name} {len(shown)}"
            shown[name] = Decimal(item.plain)
    expected = _second_time(figure, shown)
    if abs(expected - figure.value) > EXACT:
        return f"{figure.formula}: {figure.value} is shown, {expected} follows from {shown}"
    return _cut_fault(figure, shown)


def _second_time(figure: Explained[Decimal], shown: Figures) -> Decimal:
    if figure.note == "Aucune heure déclarée." or not shown.get("total_hours", Decimal(1)):
        return ZERO
    return RULES[figure.formula](shown)


def _cut_fault(figure: Explained[Decimal], shown: Figures) -> str:
    """A part of a payslip lies within a cent an item of the payslip × weight ÷ weights."""
    if "weight_inside" not in shown:
        return ""
    exact = shown["payslip_eligible"] * shown["weight_inside"] / shown["weight_of_month"]
    if abs(exact - figure.value) <= CENT * 3:
        return ""
    return f"{figure.formula}: {figure.value} is shown, {exact} follows from {shown}"

"""Grant due of a claim, by the funder's own formula, with every limit shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.enums import CeilingProration, ClaimKind, LimitedBy, PaymentKind
from grants.money import ZERO, round_half_up
from grants.periods import DAY, Period, add_months, common
from grants.rules import grant_due as rule
from grants.rules.charges import Ledger
from grants.rules.claim_costs import Costs
from grants.rules.claims import GrantDue
from grants.rules.explained import Explained, Input, Source, row_ranges
from grants.rules.explaining import rest_on
from grants.rules.facts import Convention, Payment, PostFunding, Terms


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What the grant rests on besides the costs."""

    convention: Convention
    period: Period
    kind: ClaimKind
    payments: Sequence[Payment]
    resources: Explained[Decimal]
    ledger: Ledger

    @property
    def terms(self) -> Terms:
        """Terms at the end of the period: an amendment governs the claim that follows it."""
        return self.convention.terms_on(min(self.period.last, self.convention.period.last))


def grant_of(facts: GrantFacts, costs: Costs) -> tuple[GrantDue, Explained[Decimal]]:
    """Grant due and the cost that it was reckoned on.

    Law: State: convention, ``domain.md`` §7. Europe: guide Centre-Val de Loire, calcul du solde; an
    interim payment is the rate of the expenses less the advance.
    """
    if not facts.convention.funder_kind.is_european:
        return _post_grant(facts, costs), costs.eligible
    if facts.kind is ClaimKind.INTERIM:
        return _european_interim(facts, costs), costs.eligible
    return _european_balance(facts, costs)


def paid(payments: Sequence[Payment]) -> Explained[Decimal]:
    """What the funder paid before."""
    total = sum((payment.amount for payment in payments), ZERO)
    rows = row_ranges(payment.row for payment in payments)
    sources = (Source("versements", rows),) if rows else ()
    return Explained(total, "sum_of_payments", (), (), sources)


def rate_of(terms: Terms) -> Decimal:
    """Rate of the convention, never above its scheme's maximum."""
    limit = terms.settings.max_rate
    return terms.rate if limit is None else min(terms.rate, limit)


def _post_grant(facts: GrantFacts, costs: Costs) -> GrantDue:
    terms, already = facts.terms, paid(facts.payments)
    fte = filled_fte(facts)
    bounds = facts.convention.period
    inside = facts.period.intersect(bounds) or bounds
    result = rule.state_grant(
        eligible_cost=costs.eligible.value,
        rate=rate_of(terms),
        ceiling_per_fte=terms.settings.ceiling_per_fte,
        fte=fte.value,
        start=inside.start,
        end=inside.end,
        convention_start=bounds.start,
        convention_end=bounds.end,
        maximum=terms.maximum,
        already_paid=already.value,
    )
    due = rest_on(result.explained["due"], eligible_cost=costs.eligible, fte=fte)
    ceiling = next((item for item in due.inputs if item.name == "ceiling"), None)
    limits = (
        ("rate", _rate_limit(facts, costs.eligible)),
        ("ceiling", ceiling.value if ceiling and isinstance(ceiling.value, Explained) else None),
        ("maximum", _maximum(terms)),
    )
    return _due(due, result.limited_by, limits, already)


def _european_balance(facts: GrantFacts, costs: Costs) -> tuple[GrantDue, Explained[Decimal]]:
    terms, already = facts.terms, paid(facts.payments)
    capped = terms.settings.cap_cost_at_convention and terms.total_cost is not None
    result = rule.fse_balance(
        eligible_cost=costs.eligible.value,
        other_resources=facts.resources.value,
        rate=rate_of(terms),
        maximum=_or_cost(terms.maximum, costs.eligible.value),
        already_paid=already.value,
        conventioned_cost=terms.total_cost,
        cap_cost_at_convention=capped,
    )
    due = rest_on(
        result.explained["due"], eligible_cost=costs.eligible, other_resources=facts.resources
    )
    retained = next(i.value for i in due.inputs if i.name == "retained_cost")
    assert isinstance(retained, Explained)  # noqa: S101 # fse_balance always explains it
    left = Explained(
        retained.value - facts.resources.value,
        "cost_less_resources",
        (Input("retained_cost", retained, "€"), Input("other_resources", facts.resources, "€")),
    )
    limits = (
        ("rate", _rate_limit(facts, retained)),
        ("resources", left),
        ("maximum", _maximum(terms)),
    )
    return _due(due, result.limited_by, limits, already), retained


def _european_interim(facts: GrantFacts, costs: Costs) -> GrantDue:
    terms, already = facts.terms, paid(facts.payments)
    advances = paid([p for p in facts.payments if p.kind is PaymentKind.ADVANCE])
    due = _rate_limit(facts, costs.eligible)
    result = rule.fse_interim(
        retained=costs.eligible.value,
        rate=rate_of(terms),
        advance=advances.value,
        maximum=terms.maximum,
        already_paid=already.value,
    )
    to_pay = rest_on(result.explained["to_pay"], retained=costs.eligible, advance=advances)
    limits = (("rate", due), ("maximum", _maximum(terms)))
    is_maximum = terms.maximum is not None and due.value > terms.maximum
    limited_by = LimitedBy.MAXIMUM if is_maximum else LimitedBy.RATE
    return GrantDue(due, limited_by, limits, already, to_pay)


def _or_cost(maximum: Decimal | None, cost: Decimal) -> Decimal:
    """A convention without maximum: the cost itself, which a rate of at most 100 % never passes."""
    return max(cost, ZERO) if maximum is None else maximum


def _rate_limit(facts: GrantFacts, cost: Explained[Decimal]) -> Explained[Decimal]:
    terms = facts.terms
    rate = Explained(rate_of(terms), "term", (), (terms.origins["rate"],), unit="%")
    inputs = (Input("eligible_cost", cost, "€"), Input("rate", rate, "%"))
    return Explained(round_half_up(cost.value * rate.value), "rate_of_cost", inputs)


def _maximum(terms: Terms) -> Explained[Decimal] | None:
    if terms.maximum is None:
        return None
    return Explained(terms.maximum, "term", (), (terms.origins["maximum"],))


def _due(
    due: Explained[Decimal],
    limited_by: LimitedBy,
    limits: tuple[tuple[str, Explained[Decimal] | None], ...],
    already: Explained[Decimal],
) -> GrantDue:
    inputs = (Input("due", due, "€"), Input("already_paid", already, "€"))
    left = Explained(round_half_up(due.value - already.value), "to_pay", inputs)
    return GrantDue(due, limited_by, limits, already, left)


def filled_fte(facts: GrantFacts) -> Explained[Decimal]:
    """FTE that the ceiling counts over the period: conventioned, or only while the posts are
    filled.

    Law: setting ``ceiling_proration``. Days filled: Σ FTE × days held ÷ days of the period;
    twelfths: months of the convention in which the post is held. Several people on one post fill it
    once.
    """
    method = facts.terms.settings.ceiling_proration
    if method is CeilingProration.NONE:
        return Explained(facts.terms.fte, "term", (), (facts.terms.origins["fte"],), unit="ETP")
    fundings = facts.ledger.people.fundings[facts.convention.id]
    inside = facts.period.intersect(facts.convention.period) or facts.period
    by_days = method is CeilingProration.DAYS_FILLED
    units = [inside] if by_days else _convention_months(inside, facts.convention.period)
    total = sum((_filled(facts, funding, units, by_days) for funding in fundings), Decimal(0))
    held = inside.days if by_days else len(units)
    rows = row_ranges(funding.row for funding in fundings)
    sources = (Source("postes_conventions", rows),) if rows else ()
    fte = total / held if held else ZERO
    inputs = (Input("fte_units_held", total), Input("units_of_period", held))
    return Explained(fte, f"fte_{method.value}", inputs, (), sources, unit="ETP")


def _filled(
    facts: GrantFacts, funding: PostFunding, units: Sequence[Period], by_days: bool
) -> Decimal:
    """FTE × units in which somebody under contract holds the post."""
    days: set[date] = set()
    for holding in facts.ledger.facts.holdings:
        if holding.post_id == funding.post_id:
            for contract in facts.ledger.people.contracts[holding.person_id]:
                held = common(holding.period, contract.period, funding.period)
                days |= _held_units(held, units, by_days) if held else set()
    return funding.fte * len(days)


def _held_units(held: Period, units: Sequence[Period], by_days: bool) -> set[date]:
    parts = [(unit, part) for unit in units if (part := held.intersect(unit))]
    if by_days:
        return {day for _, part in parts for day in part.iter_days()}
    return {unit.start for unit, _ in parts}


def _convention_months(inside: Period, convention: Period) -> list[Period]:
    """Months counted from the convention's first day, those that the period covers."""
    count = 0
    months = []
    while (start := add_months(convention.start, count)) < inside.end:
        count += 1
        month = Period(start, max(start + DAY, add_months(convention.start, count)))
        if month.overlaps(inside):
            months.append(month)
    return months

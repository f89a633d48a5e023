"""Grant due of a claim, by the funder's own formula, with every limit shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from grants.enums import CeilingProration, ClaimKind, LimitedBy, PaymentKind
from grants.money import ZERO, round_half_up
from grants.periods import DAY, Period, add_months, common
from grants.rules.basis.explained import Explained, Input, Source, rest_on, row_ranges
from grants.rules.basis.facts.conventions import Convention, Payment, Terms
from grants.rules.basis.facts.posts import PostFunding
from grants.rules.claims import grant_due as rule
from grants.rules.claims.claim import GrantDue
from grants.rules.claims.costs import Costs
from grants.rules.ledger.charges import Ledger

YEAR_MONTHS = 12


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
    if terms.maximum is None:
        due = replace(due, inputs=tuple(i for i in due.inputs if i.name != "maximum"))
    retained = _explained_input(due, "retained_cost")
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
    advances = _deducted(facts)
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


def _deducted(facts: GrantFacts) -> Explained[Decimal]:
    """Payments that an interim claim takes off: the advance, as long as no interim payment did.

    Law: ``domain.md`` §7: rate × retained − advance. An interim payment comes only once the advance
    is used up, so a later claim does not take it off again; but a claim from the operation's first
    day on counts the same expenses as the interim payments before its end, and takes those off too.
    """
    advances = [p for p in facts.payments if p.kind is PaymentKind.ADVANCE]
    interims = [
        p for p in facts.payments if p.kind is PaymentKind.INTERIM and p.paid_on < facts.period.end
    ]
    if facts.period.start <= facts.convention.period.start:
        return paid([*advances, *interims])
    return Explained(ZERO, "advance_recovered") if interims else paid(advances)


def _explained_input(result: Explained[Decimal], name: str) -> Explained[Decimal]:
    """Input of that name with its explanation; a plain one is explained by its own value."""
    value = next(item.value for item in result.inputs if item.name == name)
    return value if isinstance(value, Explained) else Explained(Decimal(str(value)), "term")


def _or_cost(maximum: Decimal | None, cost: Decimal) -> Decimal:
    """A convention without maximum: the cost itself, which a rate of at most 100 % never passes."""
    return max(cost, ZERO) if maximum is None else maximum


def _rate_limit(facts: GrantFacts, cost: Explained[Decimal]) -> Explained[Decimal]:
    terms = facts.terms
    origin = terms.origins["rate" if rate_of(terms) == terms.rate else "max_rate"]
    rate = Explained(rate_of(terms), "term", (), (origin,), unit="%")
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

    Law: setting ``ceiling_proration``. Days filled: Σ FTE × days held ÷ days of the period, each
    day weighed by its convention year of 365 or 366 days; twelfths: months of the convention in
    which the post is held. Several people on one post fill it once, and posts never fill more than
    the convention's own FTE, day by day as amended. An operation that pays time and names no post
    has that FTE.
    """
    method = facts.terms.settings.ceiling_proration
    fundings = facts.ledger.people.fundings.get(facts.convention.id, [])
    inside = facts.period.intersect(facts.convention.period) or facts.period
    if method is CeilingProration.NONE or (facts.convention.pays_time and not fundings):
        return _term_fte(facts)
    total, held = _units_filled(facts, fundings, by_days=method is CeilingProration.DAYS_FILLED)
    rows = row_ranges(funding.row for funding in fundings)
    sources = (Source("postes_conventions", rows),) if rows else ()
    filled = total / held if held else ZERO
    agreed = _agreed_fte(facts, inside)
    if filled > agreed.value:
        return agreed
    inputs = (Input("fte_units_held", total), Input("units_of_period", held))
    return Explained(filled, f"fte_{method.value}", inputs, (), sources, unit="ETP")


def _term_fte(facts: GrantFacts) -> Explained[Decimal]:
    return Explained(facts.terms.fte, "term", (), (facts.terms.origins["fte"],), unit="ETP")


def _agreed_fte(facts: GrantFacts, inside: Period) -> Explained[Decimal]:
    """FTE of the convention over the days of a period: its average when an amendment changed it."""
    parts = inside.cut(terms.since for terms in facts.convention.terms)
    ftes = [facts.convention.terms_on(part.start).fte for part in parts]
    if set(ftes) == {facts.terms.fte}:
        return _term_fte(facts)
    fte_days = sum((fte * p.days for fte, p in zip(ftes, parts, strict=True)), Decimal(0))
    inputs = (Input("fte_days", fte_days), Input("period_days", inside.days, "j"))
    origins = (facts.terms.origins["fte"],)
    return Explained(fte_days / inside.days, "fte_over_period", inputs, origins, unit="ETP")


def _units_filled(
    facts: GrantFacts, fundings: Sequence[PostFunding], *, by_days: bool
) -> tuple[Decimal, Decimal]:
    """FTE × units filled, and units of the period: days, twelfths, or years when the period holds
    days of several convention years.
    """
    bounds = facts.convention.period
    inside = facts.period.intersect(bounds) or facts.period
    if not by_days:
        months = _convention_months(inside, bounds)
        filled = (_filled(facts, funding, months, by_days=False) for funding in fundings)
        return sum(filled, Decimal(0)), Decimal(len(months))
    years = _stretches(inside, bounds.start, YEAR_MONTHS)
    totals = [
        sum((_filled(facts, one, [year], by_days=True) for one in fundings), Decimal(0))
        for _, year in years
    ]
    if len(years) == 1:
        return totals[0], Decimal(inside.days)
    filled_years = sum((t / whole for t, (whole, _) in zip(totals, years, strict=True)), Decimal(0))
    return filled_years, sum((Decimal(part.days) / whole for whole, part in years), Decimal(0))


def _stretches(inside: Period, anchor: date, months: int) -> list[tuple[int, Period]]:
    """Convention years that the period touches: days of the whole year, and the part inside."""
    found, count = [], 0
    while (start := add_months(anchor, count * months)) < inside.end:
        count += 1
        year = Period(start, add_months(anchor, count * months))
        part = year.intersect(inside)
        if part:
            found.append((year.days, part))
    return found


def _filled(
    facts: GrantFacts, funding: PostFunding, units: Sequence[Period], *, by_days: bool
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

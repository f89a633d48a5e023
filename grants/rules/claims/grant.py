"""Grant due of a claim, by the funder's own formula, with every limit shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from grants.enums import CeilingProration, ClaimKind, GrantFormula, LimitedBy
from grants.french import span_fr
from grants.frozen import frozen
from grants.money import ZERO, round_half_up
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input, Source, rest_on, row_ranges
from grants.rules.basis.facts.conventions import Convention, Payment, Terms
from grants.rules.basis.facts.posts import PostFunding
from grants.rules.basis.rounding import exact_decimal
from grants.rules.claims import grant_due as rule
from grants.rules.claims.claim import GrantDue
from grants.rules.claims.costs import Costs
from grants.rules.claims.posts import YEARS, FilledUnit, filled_units, posts_of
from grants.rules.coverage.filling import ConventionPosts
from grants.rules.ledger.charges import Ledger
from grants.rules.pay.proration import years_covered

YEAR_MONTHS = 12


@frozen
class GrantFacts:
    """What the grant rests on besides the costs."""

    convention: Convention
    period: Period
    kind: ClaimKind
    payments: Sequence[Payment]
    resources: Explained[Decimal]
    ledger: Ledger
    retained_so_far: Explained[Decimal]
    """Expenses since the operation's first day, the claim's own included."""

    @property
    def terms(self) -> Terms:
        """Terms at the end of the period: an amendment governs the claim that follows it."""
        return self.convention.terms_for(self.period)

    @property
    def inside(self) -> Period:
        """Days of the claim that the convention covers."""
        return self.period.intersect(self.convention.period) or self.period

    @property
    def fundings(self) -> Sequence[PostFunding]:
        """Posts that the convention pays."""
        return self.ledger.people.fundings.get(self.convention.id, [])

    @property
    def posts(self) -> ConventionPosts:
        """The same posts, with who holds them."""
        return posts_of(self.convention, self.ledger)


Granted = tuple[GrantDue, Explained[Decimal]]
"""Grant due, and the cost that it was reckoned on."""


def grant_of(facts: GrantFacts, costs: Costs) -> Granted:
    """Grant due and the cost that it was reckoned on, by the scheme's formula.

    Law: State: the convention, docs/rules.md#grant-of-the-state. Europe: guide Centre-Val de Loire,
    calcul du solde; an interim payment is the rate of all expenses so far less all that was paid
    (docs/rules.md#interim-payments).
    """
    return FORMULAS[facts.terms.settings.grant_formula](facts, costs)


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


def _post_grant(facts: GrantFacts, costs: Costs) -> Granted:
    terms, already = facts.terms, paid(facts.payments)
    fte = filled_fte(facts)
    per_fte = terms.settings.ceiling_per_fte
    years = YEARS[terms.settings.ceiling_proration](facts.inside, facts.convention.period.start)
    result = rule.post_grant(
        eligible_cost=costs.eligible.value,
        rate=rate_of(terms),
        ceiling=None if per_fte is None else rule.yearly_ceiling(per_fte, fte.value, years),
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
    return _due(due, result.limited_by, limits, already), costs.eligible


def _european_balance(facts: GrantFacts, costs: Costs) -> Granted:
    if facts.kind is ClaimKind.INTERIM:
        return _european_interim(facts, costs), costs.eligible
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
    """Interim payment, cumulated from the operation's first day.

    Law: Doubs payment terms, guide Centre-Val de Loire: rate × all that was retained so far, within
    the maximum, less everything paid so far; the advance counts once. ``due`` stays the grant of
    the period's own expenses, which is what their days are funded with.
    """
    terms, already = facts.terms, paid(facts.payments)
    due = _rate_limit(facts, costs.eligible)
    result = rule.fse_interim(
        retained=facts.retained_so_far.value,
        rate=rate_of(terms),
        advance=ZERO,  # it stands among the payments, with whatever was given back of it
        maximum=terms.maximum,
        already_paid=already.value,
    )
    to_pay = rest_on(
        result.explained["to_pay"], retained=facts.retained_so_far, already_paid=already
    )
    limits = (("rate", due), ("maximum", _maximum(terms)))
    is_maximum = terms.maximum is not None and due.value > terms.maximum
    limited_by = LimitedBy.MAXIMUM if is_maximum else LimitedBy.RATE
    return GrantDue(due, limited_by, limits, already, to_pay)


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
    """FTE that the yearly ceiling counts over the claim.

    Law: setting ``ceiling_proration``. Days filled: FTE filled on each day (``coverage.filled``),
    weighed by its day of a convention year of 365 or 366; twelfths: months counted from the
    convention's first day, each with the FTE filled at most in it; none: the whole ceiling at the
    conventioned FTE. An operation that pays time and names no post has that FTE.
    """
    method = facts.terms.settings.ceiling_proration
    if method is CeilingProration.NONE or (facts.convention.pays_time and not facts.fundings):
        return _term_fte(facts)
    anchor = facts.convention.period.start
    units = filled_units(facts.posts, facts.inside, method)
    years = sum((unit.years for unit in units), Fraction(0))
    scale = _units_in_a_year(method, facts.inside, anchor)
    held = Explained(
        exact_decimal(
            sum((unit.years * Fraction(unit.fte) for unit in units), Fraction(0)) * scale
        ),
        "sum_of_fte_units",
        tuple(Input("fte_unit", _explained_unit(unit, scale)) for unit in units),
    )
    rows = row_ranges(funding.row for funding in facts.fundings)
    return Explained(
        exact_decimal(Fraction(held.value) / (years * scale)) if years else ZERO,
        f"fte_{method.value}",
        (Input("fte_units_held", held), Input("units_of_period", exact_decimal(years * scale))),
        sources=(Source("postes_conventions", rows),) if rows else (),
        unit="ETP",
    )


def _units_in_a_year(method: CeilingProration, inside: Period, anchor: date) -> int:
    """Days or twelfths that a person counts in; 1 where days of 365 and of 366 meet."""
    if method is CeilingProration.TWELFTHS_FILLED:
        return YEAR_MONTHS
    years = inside.days / years_covered(inside, anchor)
    return years.numerator if years.denominator == 1 else 1


def _explained_unit(unit: FilledUnit, scale: int) -> Explained[Decimal]:
    units = exact_decimal(unit.years * scale)
    return Explained(
        exact_decimal(unit.years * scale * Fraction(unit.fte)),
        "fte_unit",
        (Input("fte", unit.fte, "ETP"), Input("units", units)),
        note=span_fr(unit.period),
    )


def _term_fte(facts: GrantFacts) -> Explained[Decimal]:
    return Explained(facts.terms.fte, "term", (), (facts.terms.origins["fte"],), unit="ETP")


FORMULAS: Mapping[GrantFormula, Callable[[GrantFacts, Costs], Granted]] = {
    GrantFormula.POST_GRANT: _post_grant,
    GrantFormula.EUROPEAN_BALANCE: _european_balance,
}

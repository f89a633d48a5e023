"""What a funder owes: the State's yearly grant, the European balance, payments on the way.

Where several limits give the same amount, the first of the catalogue's order is said to decide:
rate, ceiling or resources, maximum, zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from grants import money
from grants.enums import LimitedBy
from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.rules.basis.explained import Explained, Input, Steps, euros, fraction
from grants.rules.basis.refusals import fraction_of_one, not_negative, period_between
from grants.rules.basis.rounding import exact_decimal
from grants.rules.pay.proration import years_covered

_Limits = dict[LimitedBy, Decimal]


@frozen
class GrantDue:
    """Grant due, what is left to pay (negative: to be paid back), and the limit that decided."""

    due: Decimal
    to_pay: Decimal
    limited_by: LimitedBy
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class Interim:
    """Interim payment."""

    to_pay: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class Advance:
    """Advance on a grant; zero for a legal form that gets none."""

    amount: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class MinimumGrant:
    """Whether the grant reaches the call's minimum."""

    accepted: bool


def state_grant(
    *,
    eligible_cost: Decimal,
    rate: Decimal,
    ceiling_per_fte: Decimal | None = None,
    fte: Decimal = Decimal(1),
    start: date | None = None,
    end: date | None = None,
    convention_start: date | None = None,
    convention_end: date | None = None,
    maximum: Decimal | None = None,
    already_paid: Decimal = money.ZERO,
) -> GrantDue:
    """Grant that the State owes for a post: a rate of the cost, under a yearly ceiling per FTE.

    Law: convention; PNAD 2022-2025 in Saint-Étienne: at most 70 %, 40 000 € a year and FTE. The
    ceiling shrinks to the days from start to end over the 365 or 366 days of the convention year.
    A negative cost gives no grant; what was paid is then to be paid back.
    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: rate_out_of_range, negative_amount, fte_out_of_range, period_incomplete
    (some of the four dates), period_inverted, outside_convention.
    Example:
    >>> state_grant(eligible_cost=Decimal("60000"), rate=Decimal("0.70"),
    ... ceiling_per_fte=Decimal("40000"))
    GrantDue(due=Decimal('40000.00'), to_pay=Decimal('40000.00'), limited_by=<LimitedBy.CEILING: 'ceiling'>)
    """  # noqa: E501 -- what the doctest prints cannot be cut
    not_negative(ceiling_per_fte=ceiling_per_fte)
    not_negative("fte_out_of_range", fte=fte)
    years = _years_held(start, end, convention_start, convention_end)
    return post_grant(
        eligible_cost=eligible_cost,
        rate=rate,
        ceiling=None if ceiling_per_fte is None else yearly_ceiling(ceiling_per_fte, fte, years),
        maximum=maximum,
        already_paid=already_paid,
    )


def post_grant(
    *,
    eligible_cost: Decimal,
    rate: Decimal,
    ceiling: Explained[Decimal] | None,
    maximum: Decimal | None,
    already_paid: Decimal,
) -> GrantDue:
    """Grant for a post under a ceiling that is prorated already, by whatever the scheme says.

    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: rate_out_of_range, negative_amount.
    """
    fraction_of_one(rate=rate)
    not_negative(maximum=maximum, already_paid=already_paid)
    limits = {LimitedBy.RATE: max(money.ZERO, rate * eligible_cost)}
    inputs = [euros("eligible_cost", eligible_cost), fraction("rate", rate)]
    if ceiling is not None:
        limits[LimitedBy.CEILING] = ceiling.value
        inputs.append(euros("ceiling", ceiling))
    if maximum is not None:
        limits[LimitedBy.MAXIMUM] = maximum
        inputs.append(euros("maximum", maximum))
    return _grant_due("state_grant", limits, inputs, already_paid)


def _years_held(
    start: date | None, end: date | None, first: date | None, last: date | None
) -> Fraction:
    """Part of the convention year over which the post is held; a whole one when nobody says."""
    if start is None and end is None and first is None and last is None:
        return Fraction(1)
    if start is None or end is None or first is None or last is None:
        raise RuleRefused(
            "period_incomplete",
            "start, end, convention_start et convention_end : les quatre dates, ou aucune",
        )
    held, convention = period_between(start, end), period_between(first, last)
    if not convention.covers(held):
        raise RuleRefused(
            "outside_convention",
            f"du {held.start} au {held.last}, la période sort de la convention,"
            f" du {convention.start} au {convention.last}",
        )
    return years_covered(held, convention.start)


def yearly_ceiling(per_fte: Decimal, fte: Decimal, years: Fraction) -> Explained[Decimal]:
    """Ceiling of a year per FTE, for so many FTE over so many years; not rounded."""
    exact = exact_decimal(Fraction(per_fte) * Fraction(fte) * years)
    inputs = (
        euros("ceiling_per_fte", per_fte),
        Input("fte", fte, "ETP"),
        Input("years", exact_decimal(years)),
    )
    return Explained(exact, "prorated_ceiling", inputs)


def fse_balance(
    *,
    eligible_cost: Decimal,
    other_resources: Decimal,
    rate: Decimal,
    maximum: Decimal,
    already_paid: Decimal = money.ZERO,
    conventioned_cost: Decimal | None = None,
    cap_cost_at_convention: bool = False,
) -> GrantDue:
    """European grant due for an operation: the smallest of a rate of the expenses, what the other
    resources leave uncovered, and the convention's maximum.

    Law: guide Centre-Val de Loire FEDER-FSE+ v1.1, calcul du solde. Expenses are capped at the
    conventioned total when the scheme says so. Never below zero: ``limited_by`` is then zero.
    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: rate_out_of_range, negative_amount, conventioned_cost_missing.
    Example:
    >>> fse_balance(eligible_cost=Decimal("50000"), other_resources=Decimal("30000"),
    ... rate=Decimal("0.50"), maximum=Decimal("30000"), already_paid=Decimal("9000")).to_pay
    Decimal('11000.00')
    """
    fraction_of_one(rate=rate)
    not_negative(other_resources=other_resources, maximum=maximum, already_paid=already_paid)
    retained = _retained(eligible_cost, conventioned_cost, cap_cost_at_convention)
    limits = {
        LimitedBy.RATE: rate * retained.value,
        LimitedBy.RESOURCES: retained.value - other_resources,
        LimitedBy.MAXIMUM: maximum,
    }
    if min(limits.values()) < 0:
        limits = {LimitedBy.ZERO: money.ZERO}
    inputs = [
        euros("retained_cost", retained),
        fraction("rate", rate),
        euros("other_resources", other_resources),
        euros("maximum", maximum),
    ]
    return _grant_due("fse_balance", limits, inputs, already_paid)


def _retained(cost: Decimal, conventioned: Decimal | None, capped: bool) -> Explained[Decimal]:
    if not capped:
        return Explained(cost, "retained_cost", (euros("eligible_cost", cost),))
    if conventioned is None:
        raise RuleRefused(
            "conventioned_cost_missing", "plafonner les dépenses demande « conventioned_cost »"
        )
    not_negative(conventioned_cost=conventioned)
    inputs = (euros("eligible_cost", cost), euros("conventioned_cost", conventioned))
    return Explained(min(cost, conventioned), "retained_cost_capped", inputs)


def _grant_due(
    formula: str, limits: _Limits, inputs: Sequence[Input], already_paid: Decimal
) -> GrantDue:
    """The smallest limit, the first among equals, less what was paid."""
    decides = min(limits, key=lambda limit: limits[limit])
    due = Explained(money.round_half_up(limits[decides]), formula, tuple(inputs))
    to_pay = Explained(
        money.round_half_up(due.value - already_paid),
        "to_pay",
        (euros("due", due), euros("already_paid", already_paid)),
    )
    return GrantDue(due.value, to_pay.value, decides, {"due": due, "to_pay": to_pay})


def fse_interim(
    *,
    retained: Decimal,
    rate: Decimal,
    advance: Decimal,
    maximum: Decimal | None = None,
    already_paid: Decimal = money.ZERO,
) -> Interim:
    """Interim payment: a rate of all expenses retained so far, within the maximum, less everything
    paid so far.

    Law: guide Centre-Val de Loire, Doubs payment terms: cumulated from the operation's first day.
    ``already_paid`` counts the advance once it was paid; left smaller, the advance still counts
    among what was paid. Never negative: an advance that is not used up is settled by the balance.
    Raises: RuleRefused: rate_out_of_range, negative_amount.
    Example: advance 9 000, first half worth 6 900, second 11 700.
    >>> half, paid = Decimal("0.50"), Decimal("9000")
    >>> fse_interim(retained=Decimal("13800"), rate=half, advance=paid).to_pay
    Decimal('0.00')
    >>> fse_interim(retained=Decimal("37200"), rate=half, advance=paid, already_paid=paid).to_pay
    Decimal('9600.00')
    """
    fraction_of_one(rate=rate)
    not_negative(advance=advance, maximum=maximum, already_paid=already_paid)
    exact = rate * retained
    inputs = [euros("retained", retained), fraction("rate", rate)]
    if maximum is not None:
        exact = min(exact, maximum)
        inputs.append(euros("maximum", maximum))
    paid = max(already_paid, advance)
    inputs.append(euros("already_paid", paid))
    to_pay = money.round_half_up(max(money.ZERO, exact - paid))
    return Interim(to_pay, {"to_pay": Explained(to_pay, "fse_interim", tuple(inputs))})


def advance(
    *,
    subsidy: Decimal,
    rate: Decimal,
    cap: Decimal | None = None,
    legal_form: str,
    excluded_legal_forms: Sequence[str] = (),
) -> Advance:
    """Advance on a grant when the operation starts.

    Law: FSE+ national programme: 30 %, except local authorities; Doubs: 30 %, at most 50 000 €;
    Deux-Sèvres 2018: associations only. The rate, the cap and the exclusions are scheme settings.
    Units: euros; rounds half up to the cent, once, at the end.
    Raises: RuleRefused: negative_amount, rate_out_of_range.
    Example:
    >>> advance(subsidy=Decimal("200000"), rate=Decimal("0.30"), cap=Decimal("50000"),
    ... legal_form="association").amount
    Decimal('50000.00')
    """
    not_negative(subsidy=subsidy, cap=cap)
    fraction_of_one(rate=rate)
    if legal_form in excluded_legal_forms:
        step = Explained(money.ZERO, "advance_excluded", (Input("legal_form", legal_form),))
        return Advance(step.value, {"amount": step})
    inputs = [euros("subsidy", subsidy), fraction("rate", rate)]
    exact = subsidy * rate
    if cap is not None:
        exact = min(exact, cap)
        inputs.append(euros("cap", cap))
    amount = money.round_half_up(exact)
    return Advance(amount, {"amount": Explained(amount, "advance", tuple(inputs))})


def minimum_grant(*, grant: Decimal, minimum: Decimal) -> MinimumGrant:
    """Whether the grant asked for reaches the call's minimum; the minimum itself does.

    Law: Deux-Sèvres call 2018: « supérieur ou égal à 10 000 € ».
    Raises: RuleRefused: negative_amount.
    Example:
    >>> minimum_grant(grant=Decimal("10000"), minimum=Decimal("10000")).accepted
    True
    """
    not_negative(grant=grant, minimum=minimum)
    return MinimumGrant(grant >= minimum)

"""Which terms and settings a claim used: no more than those is printed to a funder.

A setting that decided nothing is not quoted: a State claim shows no rule of time sheets, an
operation without advance no rule of advances.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from grants.enums import FlatRateProfile, GrantFormula, Method, PaymentKind
from grants.periods import Period
from grants.rules.basis.facts.conventions import Payment, Terms
from grants.rules.claims.claim import AppliedSetting, Claim
from grants.rules.conventions.settings import SPEC_BY_KEY, TERM_KINDS, TERM_WORDINGS, setting_text

_BY_HOURS = frozenset({Method.REAL_SHARE, Method.HOURLY_1720, Method.MONTHLY_RATE})
Used = Callable[[Claim, Terms], bool]


def _always(_: Claim, __: Terms) -> bool:
    return True


def _never(_: Claim, __: Terms) -> bool:
    return False


def _where_set(key: str) -> Used:
    return lambda _, terms: getattr(terms.settings, key) not in (None, ())


def _with_ceiling(_: Claim, terms: Terms) -> bool:
    pays_post = terms.settings.grant_formula is GrantFormula.POST_GRANT
    return pays_post and terms.settings.ceiling_per_fte is not None


def _with_minimum_share(claim: Claim, terms: Terms) -> bool:
    return claim.convention.pays_time and terms.settings.min_time_share is not None


def _by_hours(claim: Claim, _: Terms) -> bool:
    return any(line.method in _BY_HOURS for line in claim.lines)


def _by_share_of_hours(claim: Claim, _: Terms) -> bool:
    return any(line.method is Method.REAL_SHARE for line in claim.lines)


def _with_flat_rate(claim: Claim, _: Terms) -> bool:
    profile = claim.convention.terms[0].settings.flat_rate_profile
    return claim.convention.pays_time or profile is not FlatRateProfile.NONE


def _with_services(claim: Claim, _: Terms) -> bool:
    return any(line.is_service for line in claim.lines)


def _with_cut_month(claim: Claim, _: Terms) -> bool:
    return any(line.period != Period.month(line.month) for line in claim.lines)


def _with_resources(claim: Claim, terms: Terms) -> bool:
    return terms.settings.grant_formula.deducts_resources and bool(claim.resources)


def _with_cap(_: Claim, terms: Terms) -> bool:
    deducts = terms.settings.grant_formula.deducts_resources
    return deducts and terms.total_cost is not None


def _without_own_day(claim: Claim, _: Terms) -> bool:
    return claim.convention.report_due_on is None


def _with_lines(claim: Claim, _: Terms) -> bool:
    return bool(claim.lines)


def _with_costs_beside(claim: Claim, _: Terms) -> bool:
    return claim.convention.pays_time


USED: Mapping[str, Used] = {
    "cost_basis": _always,
    "grant_formula": _always,
    "claim_form": _always,
    "max_rate": _where_set("max_rate"),
    "ceiling_per_fte": _with_ceiling,
    "ceiling_proration": _with_ceiling,
    "filled_counts": _with_ceiling,
    "min_grant": _where_set("min_grant"),
    "min_total_cost": _where_set("min_total_cost"),
    "min_time_share": _with_minimum_share,
    "min_share_window": _with_minimum_share,
    "valuation": _by_hours,
    "absence_policy": _by_share_of_hours,
    "admitted_costs": _with_costs_beside,
    "flat_rate_profile": _with_flat_rate,
    "secondment_category": _with_services,
    "month_split": _with_cut_month,
    "report_due_months": _without_own_day,
    "payment_deadline_months": _where_set("payment_deadline_months"),
    "cap_cost_at_convention": _with_cap,
    "cofunder_basis": _with_resources,
    "eligible_items": _with_lines,
    # Pieces are kept after the claim, clause hours are no cost: neither decides an amount.
    "retention_years": _never,
    "retention_anchor": _never,
    "etp_divisor": _never,
}
OF_ADVANCES = ("advance_rate", "advance_cap", "advance_excluded_legal_forms")


def settings_used(
    claim: Claim, terms: Terms, paid: tuple[Payment, ...]
) -> Iterator[AppliedSetting]:
    """Terms with a value, then the settings that decided something, each with where it comes from.

    Args: paid: payments so far; what the scheme says of advances is used where one was paid.
    """
    for key, wording in TERM_WORDINGS.items():
        value = getattr(terms, key)
        if value is not None:
            text = setting_text(value, TERM_KINDS[key])
            yield AppliedSetting(key, wording, text, terms.origins[key])
    has_advance = any(payment.kind is PaymentKind.ADVANCE for payment in paid)
    for key, spec in SPEC_BY_KEY.items():
        is_of_advance = key in OF_ADVANCES and _where_set(key)(claim, terms) and has_advance
        if is_of_advance or USED.get(key, _never)(claim, terms):
            text = setting_text(getattr(terms.settings, key), spec.kind)
            yield AppliedSetting(key, spec.wording, text, terms.origins[key])

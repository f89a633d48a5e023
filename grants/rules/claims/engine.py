"""The claim of one convention for one period: lines, costs, resources, grant, tables, in the order
of the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from grants.enums import ClaimForm, ClaimKind
from grants.periods import Period
from grants.rules.basis.explained import Citation, Explained, citations
from grants.rules.basis.facts.indicators import IndicatorFact
from grants.rules.claims.claim import AppliedSetting, Claim, IndicatorLine
from grants.rules.claims.costs import Costs, costs_of
from grants.rules.claims.facts import ClaimFacts
from grants.rules.claims.grant import GrantFacts, grant_of
from grants.rules.claims.lines import charges_in_order, lines_of
from grants.rules.claims.pieces import pieces_of
from grants.rules.claims.resources import other_resources, resources_of
from grants.rules.claims.settings_used import settings_used
from grants.rules.claims.tables import financing_plan, staff_parts, summary_table
from grants.rules.ledger.charges import Ledger


def claim_of(
    facts: ClaimFacts, ledger: Ledger, *, period: Period, kind: ClaimKind, as_of: date
) -> Claim:
    """Compute a claim, without its findings: the checks read the claim and add them.

    Args: ledger: everybody the convention charges, cut also at the period's bounds. as_of: day of
    the computation, printed on the files; payments after it are not counted.
    """
    convention, terms = facts.convention, facts.convention.terms_for(period)
    charges = charges_in_order(convention, ledger, period)
    lines, persons = lines_of(convention, ledger, charges, period, kind)
    costs = costs_of(convention, lines, facts.budget)
    resources = resources_of(terms, facts.resources, costs.eligible.value)
    others = other_resources(resources)
    so_far, paid = _eligible_so_far(facts, ledger, period, kind, costs), facts.paid_by(as_of)
    grant_facts = GrantFacts(convention, period, kind, paid, others, ledger, so_far)
    grant, retained = grant_of(grant_facts, costs)
    parts = staff_parts(lines, charges)
    has_table = terms.settings.claim_form is ClaimForm.FINANCIAL_REPORT
    claim = Claim(
        convention=convention,
        kind=kind,
        period=period,
        as_of=as_of,
        settings=(),
        lines=lines,
        persons=persons,
        staff=costs.staff,
        services=costs.services,
        other_direct=costs.other_direct,
        flat=costs.flat,
        eligible_cost=costs.eligible,
        retained_cost=retained,
        resources=resources,
        other_resources=others,
        grant=grant,
        table=summary_table(facts, parts, resources, grant) if has_table else (),
        plan=() if has_table else financing_plan(facts, terms, costs, resources, grant),
        indicators=tuple(_indicator(fact) for fact in facts.indicators),
        clause_jobs=facts.clause_jobs,
        pieces=pieces_of(facts, lines, resources, period),
        findings=(),
        citations=(),
    )
    return _with_texts(claim, costs, tuple(settings_used(claim, terms, tuple(paid))))


def _with_texts(claim: Claim, costs: Costs, settings: tuple[AppliedSetting, ...]) -> Claim:
    """The claim with the terms, settings and texts that it used."""
    claim = replace(claim, settings=settings)
    return replace(claim, citations=tuple(_citations(claim, costs)))


def _eligible_so_far(
    facts: ClaimFacts, ledger: Ledger, period: Period, kind: ClaimKind, costs: Costs
) -> Explained[Decimal]:
    """Eligible expenses from the convention's first day to the period's last, where the scheme's
    formula cumulates them; else those of the period.
    """
    convention = facts.convention
    cumulates = convention.terms_for(period).settings.grant_formula.cumulates
    is_first = period.start <= convention.period.start
    if kind is not ClaimKind.INTERIM or is_first or not cumulates:
        return costs.eligible
    whole = Period(convention.period.start, period.end)
    charges = charges_in_order(convention, ledger, whole)
    lines, _ = lines_of(convention, ledger, charges, whole, kind)
    return costs_of(convention, lines, facts.budget).eligible


def _indicator(fact: IndicatorFact) -> IndicatorLine:
    percent = None
    if fact.target and fact.realised is not None:
        percent = fact.realised / fact.target
    return IndicatorLine(
        fact.code,
        fact.name,
        fact.unit,
        fact.breakdown,
        fact.target,
        fact.realised,
        percent,
        fact.method,
        fact.rows,
    )


def _citations(claim: Claim, costs: Costs) -> Iterator[Citation]:
    """Every text behind the claim: figures of the formulas first, then settings that differ from
    nothing.
    """
    results: list[Explained[Decimal]] = [costs.eligible, claim.grant.due, claim.grant.to_pay]
    # Of the methods, only hourly rates rest on figures of the law: the other lines stay closed.
    results += [line.amount for line in claim.lines if line.hourly_rate]
    results += [line.assigned for line in claim.resources]
    seen = set()
    for citation in citations(results):
        seen.add(citation)
        yield citation
    for used in claim.settings:
        if used.value and used.citation not in seen:
            yield used.citation

"""Use-cases around claims: compute one, list those of a convention, read a person's ledger."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from grants.enums import ClaimKind
from grants.errors import Conflict, NotFound
from grants.french import day_fr, span_fr
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.checks import findings_of
from grants.rules.checks.context import Checked
from grants.rules.claims.claim import Claim
from grants.rules.claims.engine import claim_of
from grants.rules.claims.facts import ClaimFacts
from grants.rules.claims.periods import claim_kind
from grants.rules.ledger.charges import Ledger, ledger_of
from grants.services.facts.claim import load_claim_facts
from grants.services.facts.ledger import conventions_of, load_ledger_facts, persons_of
from grants.services.facts.terms import load_conventions
from grants.services.platform.collector import collector_paused


@collector_paused()
def compute_claim(
    session: AnySession,
    *,
    number: str,
    period: Period | None = None,
    kind: ClaimKind | None = None,
    as_of: date,
    organisation_id: int | None = None,
) -> Claim:
    """Claim of a convention, computed live with its findings.

    Without a period: the convention's own days. Without a kind: final when the period is the whole
    convention and its last day is past on ``as_of``, else interim: a balance is reckoned on all
    expenses and all payments, so a part of the days has none.
    Two organisations may use one number: ``organisation_id`` then says whose is meant.
    Raises: NotFound: unknown number. Conflict: the number stands in several organisations, or the
    period leaves the convention, or what the claim rests on was purged.
    """
    convention = get_convention(session, number, organisation_id)
    _refuse_purged(convention)
    period = require_claim_period(convention, period)
    kind = kind or claim_kind(convention, period, as_of)
    _refuse_partial_balance(convention, period, kind)
    wanted = ClaimRequest(convention, period, kind)
    ledger = shared_ledger(session, [wanted])
    others = [
        ClaimRequest(other, other.period, ClaimKind.FINAL)
        for other in sorted(
            ledger.facts.conventions.values(), key=lambda c: (c.period.start, c.number)
        )
        if other.id != convention.id
    ]
    pairs = _with_facts(session, ledger, [wanted, *others], as_of)
    facts, claim = pairs[0]
    checked = Checked(claim, facts, ledger, tuple(other for _, other in pairs[1:]))
    return replace(claim, findings=findings_of(checked))


def _refuse_purged(convention: ConventionFact) -> None:
    """Half a claim would be a wrong one."""
    if convention.purged_on is not None:
        raise Conflict(
            f"la durée de conservation est finie : paie et heures ont été effacées le "
            f"{day_fr(convention.purged_on)}, le bilan ne se calcule plus ; reprenez-le de vos "
            "archives"
        )


def _refuse_partial_balance(convention: ConventionFact, period: Period, kind: ClaimKind) -> None:
    """The balance of an operation judges the whole: its share of time, its limits, its payments."""
    if kind is ClaimKind.FINAL and convention.pays_time and period != convention.period:
        raise Conflict(
            f"un bilan final porte sur toute l'opération, {span_fr(convention.period)} ; "
            f"{span_fr(period)} n'en est qu'une partie : demandez un bilan intermédiaire, ou ôtez "
            "les dates",
            field="kind",
        )


@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """One claim to compute."""

    convention: ConventionFact
    period: Period
    kind: ClaimKind


def shared_ledger(
    session: AnySession,
    wanted: Sequence[ClaimRequest],
    *,
    people: Collection[int] = (),
    span: Period | None = None,
) -> Ledger:
    """One ledger for some claims and for every other convention that charges the same people.

    The others' people are read too: what a co-funder grants to a person depends on its whole claim.
    Args: people: further people to read. span: further days to read.
    """
    ids = {claim.convention.id for claim in wanted}
    persons = persons_of(session, ids) | set(people)
    known = conventions_of(session, persons) | ids
    persons |= persons_of(session, known)
    conventions = load_conventions(session, known)
    asked = [claim.period for claim in wanted] + ([span] if span else [])
    period = _hull(asked, [convention.period for convention in conventions.values()])
    parts = [claim for claim in wanted if claim.period != claim.convention.period]
    # A convention's own bounds cut only the people it pays: facts, not claims, make those cuts.
    cuts = {day for claim in parts for day in (claim.period.start, claim.period.end)}
    cuts_time = any(claim.convention.pays_time for claim in parts)
    facts = load_ledger_facts(
        session,
        period=period,
        person_ids=sorted(persons),
        extra_cuts=cuts,
        convention_ids=known,
    )
    facts = replace(facts, conventions={**conventions, **facts.conventions})
    return ledger_of(facts, cuts, cuts_time=cuts_time)


def _hull(wanted: Sequence[Period], others: Sequence[Period]) -> Period:
    """Days to read: those of the claims and of the conventions that share a day with them."""
    near = [period for period in others if any(period.overlaps(own) for own in wanted)]
    periods = [*wanted, *near]
    return Period(min(p.start for p in periods), max(p.end for p in periods))


def claims_without_findings(
    session: AnySession, ledger: Ledger, wanted: Sequence[ClaimRequest], as_of: date
) -> list[Claim]:
    """Claims on one ledger, in the order asked for."""
    return [claim for _, claim in _with_facts(session, ledger, wanted, as_of)]


def _with_facts(
    session: AnySession, ledger: Ledger, wanted: Sequence[ClaimRequest], as_of: date
) -> list[tuple[ClaimFacts, Claim]]:
    pairs = []
    for one in wanted:
        facts = load_claim_facts(
            session,
            convention=one.convention,
            ledger=ledger.facts,
            period=one.period,
            as_of=as_of,
        )
        claim = claim_of(facts, ledger, period=one.period, kind=one.kind, as_of=as_of)
        pairs.append((facts, claim))
    return pairs


def get_convention(
    session: AnySession, number: str, organisation_id: int | None = None
) -> ConventionFact:
    """Convention of that number, with its dated terms.

    Raises: NotFound: no such number. Conflict: two organisations use it; the caller names the
    organisation.
    """
    query = select(Convention.id).where(Convention.number == number.strip())
    if organisation_id is not None:
        query = query.where(Convention.organisation_id == organisation_id)
    ids = session.scalars(query).all()
    if not ids:
        raise NotFound(f"convention « {number} » inconnue : l'accueil du site liste les numéros")
    if len(ids) > 1:
        raise Conflict(
            f"le numéro « {number} » existe dans {len(ids)} structures : dites laquelle "
            "(--organisation CODE)",
            field="number",
        )
    return load_conventions(session, ids)[ids[0]]


def require_claim_period(convention: ConventionFact, period: Period | None) -> Period:
    """Days of a claim: those asked for, which must lie in the convention, or the convention's own.

    Raises: Conflict: when the period leaves the convention's.
    """
    if period is None:
        return convention.period
    if not convention.period.covers(period):
        bounds = convention.period
        raise Conflict(
            f"{span_fr(period)}, la période sort de la convention, {span_fr(bounds)}",
            field="period",
        )
    return period

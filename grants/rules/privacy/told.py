"""Which days and which sums of a claim are told to whoever must not learn anybody's pay.

A sum is told where it cannot be taken back to somebody's month: three agents are charged, or the
days are over and each agent is charged for three months at least. The same must hold of each
calendar year where a convention has a claim a year: the difference of two claims is a sum too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grants.enums import ClaimKind, LimitedBy
from grants.errors import Forbidden
from grants.french import span_fr
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.claims.claim import Claim, ClaimLine
from grants.rules.claims.periods import ClaimPeriod, claim_kind, claim_periods, years_of

FEWEST = 3
"""Agents, or months of one agent's pay, below which a sum says what somebody earns."""
# A grant that one of these decides says nothing of what anybody earns.
FREE_OF_PAY = frozenset({LimitedBy.CEILING, LimitedBy.MAXIMUM, LimitedBy.ZERO})


@dataclass(frozen=True, slots=True)
class Told:
    """Which sums of a claim are told: its costs, their headings, the grant, what is left to pay."""

    costs: bool
    headings: bool
    due: bool
    to_pay: bool


def own_periods(convention: Convention, as_of: date) -> Sequence[ClaimPeriod]:
    """Claims that are shown to whoever reads sums alone: those that the convention gives rise to,
    and the whole of it.
    """
    if convention.period.is_open:
        return ()
    whole = ClaimPeriod(convention.period, claim_kind(convention, convention.period, as_of))
    found = claim_periods(convention, as_of)
    return found if whole in found else (*found, whole)


def check_days(
    convention: Convention, period: Period | None, kind: ClaimKind | None, as_of: date
) -> None:
    """Refuse days that are no claim of the convention: those of a month, or of all but a month.

    Raises: Forbidden.
    """
    asked = convention.period if period is None else period
    own = own_periods(convention, as_of)
    if any(one.period == asked and kind in (None, one.kind) for one in own):
        return
    said = " ; ".join(f"{span_fr(one.period)}" for one in own) or "aucune, faute de date de fin"
    raise Forbidden(
        "Votre rôle lit les bilans d'une convention à ses propres périodes, qui ne disent la paie "
        f"de personne : {said}. Ouvrez-en un depuis la convention, ou demandez ces dates au chargé "
        "de gestion."
    )


def told_of(claim: Claim) -> Told:
    """Which sums of a claim may be told."""
    parts = list(_parts(claim))
    costs = all(_is_joint(lines, is_over=days.end <= claim.as_of) for days, lines in parts)
    headings = costs and all(_is_parted(lines) for _, lines in parts)
    due = costs or claim.grant.limited_by in FREE_OF_PAY
    return Told(costs, headings, due, due and not _adds_earlier_claims(claim))


def _parts(claim: Claim) -> Iterable[tuple[Period, list[ClaimLine]]]:
    """Lines that are charged, by the days that another claim of the convention may leave out."""
    charged = [line for line in claim.lines if line.retained]
    settings = claim.convention.terms_for(claim.period).settings
    cuts = years_of(claim.period) if settings.grant_formula.cumulates else [claim.period]
    for days in cuts:
        yield days, [line for line in charged if days.contains(line.period.start)]


def _is_joint(lines: Sequence[ClaimLine], *, is_over: bool) -> bool:
    """Whether the sum of some lines is nobody's: nothing, three agents, or three months of each."""
    months = Counter(person for person, _ in {(line.person_id, line.month) for line in lines})
    if not months or len(months) >= FEWEST:
        return True
    return is_over and min(months.values()) >= FEWEST


def _is_parted(lines: Sequence[ClaimLine]) -> bool:
    """Whether own staff and bought services each charge three agents, or nobody."""
    agents = (
        {line.person_id for line in lines if line.is_service is side} for side in (True, False)
    )
    return all(len(some) >= FEWEST or not some for some in agents)


def _adds_earlier_claims(claim: Claim) -> bool:
    """Whether what is left to pay also rests on days before the claim's own."""
    settings = claim.convention.terms_for(claim.period).settings
    is_first = claim.period.start == claim.convention.period.start
    return claim.kind is ClaimKind.INTERIM and settings.grant_formula.cumulates and not is_first

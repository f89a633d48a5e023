"""Payslips that should be there: months past, under contract, on a post that the convention pays or
an operation that takes the person's time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from grants.french import count, months_fr
from grants.money import ZERO, round_half_up
from grants.periods import Period, common, next_month
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.basis.people import grouped
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_of, loss_of_cost, place
from grants.rules.ledger.segments import Segment

PAYSLIP_MISSING = finding_kind(
    "payslip_missing",
    Chapter.PAY,
    severity=None,
    title="Bulletin de paie absent",
    remedy="ajoutez le mois à `bulletins`. Bloque un bilan final, où le mois est perdu",
)


@finds(PAYSLIP_MISSING)
def check_payslips(checked: Checked) -> list[Finding]:
    """Months without a payslip; what they cost is reckoned from the person's other months.

    An interim claim may leave them to the next one; the final claim loses them.
    """
    paid = _paid_periods(checked)
    missing: dict[int, list[Segment]] = defaultdict(list)
    for segment in checked.ledger.segments:
        is_past = next_month(segment.month) <= checked.claim.as_of
        if not segment.items and is_past and _is_expected(checked, segment, paid):
            missing[segment.person_id].append(segment)
    return [_missing(checked, person_id, segments) for person_id, segments in missing.items()]


def _paid_periods(checked: Checked) -> dict[int, list[Period]]:
    """Days on which the convention pays each person: posts held, or mission letters."""
    convention, people = checked.convention, checked.ledger.people
    bounds = convention.period.intersect(checked.claim.period)
    found: dict[int, list[Period]] = defaultdict(list)
    if bounds is None:
        return found
    if convention.pays_time:
        for letter in checked.ledger.facts.letters:
            if letter.convention_id == convention.id:
                found[letter.person_id] += _known(letter.period.intersect(bounds))
        return found
    fundings = grouped(people.fundings.get(convention.id, ()), lambda funding: funding.post_id)
    for holding in checked.ledger.facts.holdings:
        for funding in fundings.get(holding.post_id, ()):
            found[holding.person_id] += _known(common(holding.period, funding.period, bounds))
    return found


def _known(period: Period | None) -> list[Period]:
    return [period] if period else []


def _is_expected(checked: Checked, segment: Segment, paid: dict[int, list[Period]]) -> bool:
    """Whether the segment is under contract and the convention pays for it."""
    contracts = checked.ledger.people.contracts[segment.person_id]
    is_paid = any(period.covers(segment.period) for period in paid.get(segment.person_id, ()))
    if checked.convention.pays_time and checked.claim.period.covers(segment.period):
        is_paid = is_paid or segment.minutes.get(checked.convention.id, 0) > 0
    return is_paid and any(contract.period.overlaps(segment.period) for contract in contracts)


def _missing(checked: Checked, person_id: int, segments: Sequence[Segment]) -> Finding:
    person = checked.person(person_id)
    months = sorted({segment.month for segment in segments})
    loss = "perdus" if checked.is_final else "à reprendre dans un prochain bilan"
    message = (
        f"{person.name}, {months_fr(months)} : {count(len(months), 'mois')} sans bulletin de paie "
        f"alors que le contrat court ; attendu un bulletin par mois. Ces mois comptent pour zéro, "
        f"{loss} : ajoutez-les à la feuille « bulletins »."
    )
    days = sum(segment.period.days for segment in segments)
    return PAYSLIP_MISSING.finding(
        message,
        place(checked, person, months),
        amount=loss_of_cost(checked, _usual_cost(checked, person_id, days)),
        source=law_of(checked, "valuation"),
        blocks=checked.is_final,
    )


def _usual_cost(checked: Checked, person_id: int, days: int) -> Decimal:
    """Retained cost of so many days at the person's average day, at everybody's for a person
    without any line.
    """
    lines = [one.line for one in checked.by_person.get(person_id, checked.charged)]
    counted = sum(line.period.days for line in lines)
    total = sum((line.retained for line in lines), ZERO)
    return round_half_up(total * days / counted) if counted else ZERO

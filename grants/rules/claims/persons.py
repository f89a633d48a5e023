"""Each person over a claim: hours on the operation and in all, and the share that a call tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from grants.enums import AbsencePolicy, Method, MinShareWindow
from grants.french import hours
from grants.frozen import frozen
from grants.money import ZERO
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.people import grouped
from grants.rules.claims.claim import PersonTotal
from grants.rules.claims.time_share import minimum_time_share
from grants.rules.ledger.charge_amounts import MINUTES
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.segments import Segment
from grants.rules.pay.paid_time import contract_minutes, expected_minutes, paid_absence_minutes


@frozen
class Elsewhere:
    """Minutes of a person's other activity in days that the operation does not charge.

    ``declared`` stand in time sheets; ``presumed`` are those of the contract in months that were
    paid and have no time sheet.
    """

    declared: int = 0
    presumed: int = 0

    @property
    def minutes(self) -> int:
        """All of them."""
        return self.declared + self.presumed

    def __add__(self, other: Elsewhere) -> Elsewhere:
        return Elsewhere(self.declared + other.declared, self.presumed + other.presumed)


def person_totals(
    convention: Convention,
    ledger: Ledger,
    charges: Sequence[Charge],
    period: Period,
    *,
    amounts: Mapping[int, Decimal],
    window: MinShareWindow | None = None,
) -> list[PersonTotal]:
    """Each person that an operation or a post grant charges, over the period.

    Args: charges: those of the convention inside the period. amounts: what the claim's lines come
    to, by person. window: days on which the minimum share is tested; by default those that the
    convention says.
    """
    settings = convention.terms_on(period.last).settings
    minimum = settings.min_time_share if convention.pays_time else None
    window = window or settings.min_share_window
    others = elsewhere(convention, ledger, charges, period, window) if convention.pays_time else {}
    by_person = grouped(charges, lambda charge: charge.person_id)
    return [
        _total(ledger, own, minimum, amounts.get(person_id, ZERO), others.get(person_id))
        for person_id, own in by_person.items()
    ]


def elsewhere(
    convention: Convention,
    ledger: Ledger,
    charges: Sequence[Charge],
    period: Period,
    window: MinShareWindow,
) -> dict[int, Elsewhere]:
    """Each person's other activity in the days without any charge.

    Law: the minimum share is one of the person's activity over the operation's whole period, within
    the days under contract (docs/rules.md#staff-cost): a month wholly spent on something else
    counts too, whatever days the mission letter names. ``MinShareWindow.LETTER`` is for a
    convention that judges the letter's days alone.
    """
    charged = {(s.person_id, s.period.start) for c in charges for s in c.segments}
    people = {charge.person_id for charge in charges}
    found: dict[int, Elsewhere] = defaultdict(Elsewhere)
    for segment in ledger.segments:
        key = segment.person_id, segment.period.start
        if key[0] in people and key not in charged and period.covers(segment.period):
            found[key[0]] += _other_activity(convention, ledger, segment, window)
    return found


def _other_activity(
    convention: Convention, ledger: Ledger, segment: Segment, window: MinShareWindow
) -> Elsewhere:
    """Activity of one segment that the operation does not charge, by time sheet or by contract.

    Days of a letter without any hour are no other activity: a finding asks for their time sheet.
    """
    days, person = segment.period, ledger.facts.persons[segment.person_id]
    letters = ledger.people.letters[person.id, convention.id]
    is_lettered = any(letter.period.covers(days) for letter in letters)
    if window is MinShareWindow.LETTER and letters and not is_lettered:
        return Elsewhere()
    settings = convention.terms_on(days.start).settings
    is_paid = settings.absence_policy is AbsencePolicy.PAID_HOURS
    away = paid_absence_minutes(ledger.people, person, days) if is_paid else 0
    if segment.total_minutes:
        return Elsewhere(declared=segment.total_minutes + away)
    if not segment.items or is_lettered:
        return Elsewhere()
    expected = expected_minutes(ledger.people, person, days)
    return Elsewhere(presumed=max(0, expected) + away)


def _total(
    ledger: Ledger,
    charges: Sequence[Charge],
    minimum: Decimal | None,
    amount: Decimal,
    others: Elsewhere | None,
) -> PersonTotal:
    person = ledger.facts.persons[charges[0].person_id]
    others = others or Elsewhere()
    activity = [_activity(ledger, charge) for charge in charges]
    operation = sum((part for part, _ in activity), Decimal(0)) / MINUTES
    total = Decimal(sum(whole for _, whole in activity) + others.minutes) / MINUTES
    share, accepted, missing = _share(operation, total, minimum, others)
    return PersonTotal(
        person_id=person.id,
        person_code=person.code,
        name=person.name,
        total_minutes=int(total * MINUTES),
        operation_minutes=int(operation * MINUTES),
        share=share,
        minimum=minimum,
        accepted=accepted,
        missing_hours=missing,
        amount=amount,
        retained=ZERO,
    )


def _share(
    operation: Decimal, total: Decimal, minimum: Decimal | None, others: Elsewhere
) -> tuple[Explained[Decimal] | None, bool, Decimal]:
    if not total:
        return None, minimum is None or not minimum, ZERO
    tested = minimum_time_share(
        hours_operation=operation, hours_total=total, minimum=minimum or ZERO
    )
    inputs = (Input("operation_hours", operation, "h"), Input("total_hours", total, "h"))
    presumed = hours(Decimal(others.presumed) / MINUTES)
    note = f"Dont {presumed} selon le contrat, sans feuille de temps." if others.presumed else ""
    share = Explained(tested.share, "time_share", inputs, unit="%", note=note)
    return share, tested.accepted, tested.missing_hours


def _activity(ledger: Ledger, charge: Charge) -> tuple[Decimal, int]:
    """Minutes on the operation and in all; by the contract where a letter dispenses with time
    sheets.
    """
    if charge.method in (Method.FULL, Method.FIXED_SHARE, Method.POST_SHARE):
        total = contract_minutes(ledger.people, charge.person_id, charge.period)
        share = charge.amounts.share.value if charge.amounts.share else ZERO
        return total * share, total
    return Decimal(charge.basis.operation_minutes), charge.basis.total_minutes

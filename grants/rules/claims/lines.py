"""From charges to the claim's lines and persons: what is printed, what is retained, and why the
rest is out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from grants.enums import ClaimKind, Method, SecondmentCategory
from grants.french import hours, percent
from grants.money import ZERO, round_half_up
from grants.parameters.loader import figure
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.people import grouped
from grants.rules.claims.claim import ClaimLine, PersonTotal
from grants.rules.claims.time_share import minimum_time_share
from grants.rules.ledger.charge_amounts import MINUTES
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.hourly import fte_of
from grants.rules.pay.paid_time import contract_minutes


def charges_in_order(convention: Convention, ledger: Ledger, period: Period) -> list[Charge]:
    """Charges of a claim in the order of its lines: persons by name, then days."""
    order = {person_id: index for index, person_id in enumerate(ledger.facts.persons)}
    return sorted(
        ledger.of_convention(convention.id, period),
        key=lambda c: (order[c.person_id], c.period.start, c.holding.row if c.holding else 0),
    )


def lines_of(
    convention: Convention,
    ledger: Ledger,
    charges: Sequence[Charge],
    period: Period,
    kind: ClaimKind,
) -> tuple[tuple[ClaimLine, ...], tuple[PersonTotal, ...]]:
    """Numbered lines of a claim in the order of persons and months, and each person's total.

    A person under the minimum share of time at the end of an operation is out, with every line.
    Hours over the yearly cap of the hourly rate are out, latest first.
    """
    builder = _Lines(convention, ledger)
    lines = [builder.line(number, charge) for number, charge in enumerate(charges, 1)]
    lines = _within_hours_cap(convention, lines, ledger)
    totals = _totals(convention, ledger, charges, lines, period)
    out = {
        total.person_id: total for total in totals if not total.accepted and kind is ClaimKind.FINAL
    }
    lines = [_without(line, out.get(line.person_id)) for line in lines]
    retained: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        retained[line.person_id] += line.retained
    return tuple(lines), tuple(replace(t, retained=retained[t.person_id]) for t in totals)


class _Lines:
    """Builds the lines of one claim; what many lines share is looked up once."""

    def __init__(self, convention: Convention, ledger: Ledger) -> None:
        self.convention = convention
        self.facts = ledger.facts
        self.people = ledger.people

    def line(self, number: int, charge: Charge) -> ClaimLine:
        """One charge as a line, all of it retained."""
        person = self.facts.persons[charge.person_id]
        basis, amounts = charge.basis, charge.amounts
        holding = charge.holding or self._holding(charge)
        is_timed = charge.method not in (Method.POST_SHARE, Method.FULL, Method.FIXED_SHARE)
        return ClaimLine(
            number=number,
            person_id=person.id,
            person_code=person.code,
            last_name=person.last_name,
            first_name=person.first_name,
            job_title=person.job_title,
            post=self.facts.posts[holding.post_id].code if holding else "",
            month=charge.month,
            period=charge.period,
            method=charge.method,
            is_service=self._is_service(charge, holding),
            gross=basis.gross,
            charges=basis.charges,
            other_items=basis.total - basis.gross - basis.charges,
            base=amounts.base,
            total_minutes=basis.total_minutes if is_timed else None,
            operation_minutes=basis.operation_minutes if is_timed else None,
            share=amounts.share,
            hourly_rate=amounts.hourly_rate,
            amount=amounts.amount,
            retained=amounts.amount.value,
            ceded=amounts.ceded,
            reason=amounts.refusal,
            paid_on=tuple(sorted({item.paid_on for item in basis.kept if item.paid_on})),
            vouchers=_distinct(item.voucher for item in basis.kept),
            accounting_pieces=_distinct((*(i.piece for i in basis.kept), *_rate_pieces(charge))),
            other_pieces=self._proofs(charge, holding),
        )

    def _holding(self, charge: Charge) -> Holding | None:
        """The post that the person held then, for an operation that pays time."""
        held = self.people.holdings[charge.person_id]
        return next((h for h in held if h.period.overlaps(charge.period)), None)

    def _is_service(self, charge: Charge, holding: Holding | None) -> bool:
        settings = self.convention.terms_on(charge.period.start).settings
        as_service = settings.secondment_category is SecondmentCategory.SERVICES
        return bool(holding and holding.is_secondment and as_service)

    def _proofs(self, charge: Charge, holding: Holding | None) -> tuple[str, ...]:
        contracts = [
            c.piece
            for c in self.people.contracts[charge.person_id]
            if c.period.overlaps(charge.period)
        ]
        key = (charge.person_id, charge.month)
        # A post grant asks for no time sheet; one kept for another operation is no piece of it.
        signature = self.people.signatures.get(key) if self.convention.pays_time else None
        others = (charge.letter, holding, signature)
        return _distinct([*contracts, *(fact.piece for fact in others if fact)])


def _rate_pieces(charge: Charge) -> Iterable[str]:
    """Payslips that document an annual rate: each line at that rate needs the twelve of them."""
    rate = charge.amounts.hourly_rate
    costs = [i.value for i in rate.inputs if i.name == "annual_cost"] if rate else []
    return (
        source.piece for cost in costs if isinstance(cost, Explained) for source in cost.sources
    )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _without(line: ClaimLine, total: PersonTotal | None) -> ClaimLine:
    if total is None or total.share is None or total.minimum is None:
        return line
    reason = (
        f"part du temps {percent(total.share.value)} inférieure au minimum "
        f"{percent(total.minimum)} : il manque {hours(total.missing_hours)}"
    )
    return replace(line, retained=ZERO, reason=reason)


def _within_hours_cap(
    convention: Convention, lines: list[ClaimLine], ledger: Ledger
) -> list[ClaimLine]:
    """Lines at the annual rate, cut where the person's year passes 1 720 h × FTE.

    Law: règlement (UE) 2021/1060, article 55.4: hours declared in a year never pass the hours used
    for the rate. The year counts whatever the claim's period, and all operations together.
    """
    if all(line.method is not Method.HOURLY_1720 for line in lines):
        return lines
    allowed = _allowed_minutes(ledger)
    kept = []
    for line in lines:
        most = allowed.get((convention.id, line.person_id, line.period.start))
        minutes = line.operation_minutes or 0
        is_over = most is not None and most < minutes
        kept.append(_capped(line, most or 0, minutes) if is_over else line)
    return kept


def _allowed_minutes(ledger: Ledger) -> dict[tuple[int, int, date], int]:
    """Minutes at the annual rate within each person's yearly cap, by convention, person and first
    day: earlier days first, then older operations.
    """
    conventions = ledger.facts.conventions
    hourly = [c for c in ledger.charges if c.method is Method.HOURLY_1720 and c.amounts.hourly_rate]
    hourly.sort(
        key=lambda c: (
            c.period.start,
            conventions[c.convention_id].period.start,
            conventions[c.convention_id].number,
        )
    )
    left: dict[tuple[int, int], int] = {}
    allowed = {}
    for charge in hourly:
        key = (charge.person_id, charge.month.year)
        if key not in left:
            left[key] = int(hours_cap(ledger, *key) * MINUTES)
        taken = min(charge.basis.operation_minutes, left[key])
        left[key] -= taken
        allowed[charge.convention_id, charge.person_id, charge.period.start] = taken
    return allowed


def _capped(line: ClaimLine, allowed: int, declared: int) -> ClaimLine:
    rate = line.hourly_rate.value if line.hourly_rate else ZERO
    excess = Decimal(declared - allowed) / MINUTES
    return replace(
        line,
        retained=round_half_up(rate * allowed / MINUTES),
        reason=f"plafond annuel d'heures dépassé : {hours(excess)} non retenues",
    )


def hours_cap(ledger: Ledger, person_id: int, year: int) -> Decimal:
    """Most hours that a person may declare in a year: 1 720 × the average FTE under contract."""
    contracts = ledger.people.contracts[person_id]
    return figure("annual_hours", date(year, 12, 31)).value * fte_of(contracts, Period.year(year))


def _totals(
    convention: Convention,
    ledger: Ledger,
    charges: Sequence[Charge],
    lines: Sequence[ClaimLine],
    period: Period,
) -> list[PersonTotal]:
    minimum = convention.terms_on(period.last).settings.min_time_share
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        amounts[line.person_id] += line.amount.value
    by_person = grouped(charges, lambda charge: charge.person_id)
    idle = _idle_minutes(convention, ledger, charges, period) if convention.pays_time else {}
    minimum = minimum if convention.pays_time else None
    return [
        _total(ledger, own, minimum, amounts, idle.get(person_id, 0))
        for person_id, own in by_person.items()
    ]


def _idle_minutes(
    convention: Convention, ledger: Ledger, charges: Sequence[Charge], period: Period
) -> dict[int, int]:
    """Minutes of each person's other activity in the months without any charge.

    Law: the minimum share is one of the person's activity over the operation's period: a month
    wholly spent on something else counts too. Where letters say when the person works for the
    operation, only their days do.
    """
    charged = {(s.person_id, s.period.start) for c in charges for s in c.segments}
    people = {charge.person_id for charge in charges}
    idle: dict[int, int] = defaultdict(int)
    for segment in ledger.segments:
        person_id, days = segment.person_id, segment.period
        if person_id in people and period.covers(days) and (person_id, days.start) not in charged:
            letters = ledger.people.letters[person_id, convention.id]
            if not letters or any(letter.period.covers(days) for letter in letters):
                idle[person_id] += segment.total_minutes
    return idle


def _total(
    ledger: Ledger,
    charges: Sequence[Charge],
    minimum: Decimal | None,
    amounts: Mapping[int, Decimal],
    idle: int,
) -> PersonTotal:
    person = ledger.facts.persons[charges[0].person_id]
    activity = [_activity(ledger, charge) for charge in charges]
    operation = sum((part for part, _ in activity), Decimal(0)) / MINUTES
    total = Decimal(sum(whole for _, whole in activity) + idle) / MINUTES
    share, accepted, missing = _share(operation, total, minimum)
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
        amount=amounts[person.id],
        retained=ZERO,
    )


def _share(
    operation: Decimal, total: Decimal, minimum: Decimal | None
) -> tuple[Explained[Decimal] | None, bool, Decimal]:
    if not total:
        return None, minimum is None or not minimum, ZERO
    tested = minimum_time_share(
        hours_operation=operation, hours_total=total, minimum=minimum or ZERO
    )
    inputs = (Input("operation_hours", operation, "h"), Input("total_hours", total, "h"))
    share = Explained(tested.share, "time_share", inputs, unit="%")
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

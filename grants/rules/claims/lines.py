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
from grants.parameters.loader import find_figure
from grants.periods import Period
from grants.rules.basis.explained import Explained
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.posts import Holding
from grants.rules.claims.claim import ClaimLine, PersonTotal
from grants.rules.claims.persons import person_totals
from grants.rules.ledger.charge_amounts import MINUTES
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.hourly import HourlyRates, follows_fte


def charges_in_order(convention: Convention, ledger: Ledger, period: Period) -> list[Charge]:
    """Charges of a claim in the order of its lines: persons by name, then days."""
    order = {person_id: index for index, person_id in enumerate(ledger.facts.persons)}
    return sorted(
        ledger.of_convention(convention.id, period),
        key=lambda c: (order[c.person_id], c.period.start, post_code(ledger, c.holding)),
    )


def post_code(ledger: Ledger, holding: Holding | None) -> str:
    """Code of a post held; none without a holding."""
    return ledger.facts.posts[holding.post_id].code if holding else ""


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
    totals = person_totals(convention, ledger, charges, period, amounts=_amounts(charges))
    out = {
        total.person_id: total for total in totals if not total.accepted and kind is ClaimKind.FINAL
    }
    judge = _Judge(convention, ledger, charges, out)
    builder = _Lines(convention, ledger, judge)
    lines = tuple(builder.line(number, charge) for number, charge in enumerate(charges, 1))
    retained: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        retained[line.person_id] += line.retained
    return lines, tuple(replace(t, retained=retained[t.person_id]) for t in totals)


class _Judge:
    """What is retained of each charge, and why not all of it."""

    def __init__(
        self,
        convention: Convention,
        ledger: Ledger,
        charges: Sequence[Charge],
        out: Mapping[int, PersonTotal],
    ) -> None:
        self.reasons = {person_id: _share_missing(total) for person_id, total in out.items()}
        is_hourly = any(charge.method is Method.HOURLY_1720 for charge in charges)
        self.allowed = _allowed_minutes(ledger) if is_hourly else {}
        self.convention_id = convention.id

    def retained(self, charge: Charge) -> tuple[Decimal, str]:
        """Euros retained, and the reason where they are not the whole amount."""
        reason = self.reasons.get(charge.person_id)
        if reason:
            return ZERO, reason
        key = self.convention_id, charge.person_id, charge.period.start
        most = self.allowed.get(key)
        declared = charge.basis.operation_minutes
        if charge.method is Method.HOURLY_1720 and most is not None and most < declared:
            return _capped(charge, most)
        return charge.amounts.amount.value, charge.amounts.refusal


def _amounts(charges: Iterable[Charge]) -> Mapping[int, Decimal]:
    amounts: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for charge in charges:
        amounts[charge.person_id] += charge.amounts.amount.value
    return amounts


class _Lines:
    """Builds the lines of one claim; what many lines share is looked up once."""

    def __init__(self, convention: Convention, ledger: Ledger, judge: _Judge) -> None:
        self.convention = convention
        self.ledger = ledger
        self.facts = ledger.facts
        self.people = ledger.people
        self.judge = judge

    def line(self, number: int, charge: Charge) -> ClaimLine:
        """One charge as a line."""
        person = self.facts.persons[charge.person_id]
        basis, amounts = charge.basis, charge.amounts
        holding = charge.holding or self._holding(charge)
        is_timed = charge.method not in (Method.POST_SHARE, Method.FULL, Method.FIXED_SHARE)
        retained, reason = self.judge.retained(charge)
        return ClaimLine(
            number=number,
            person_id=person.id,
            person_code=person.code,
            last_name=person.last_name,
            first_name=person.first_name,
            job_title=person.job_title,
            post=post_code(self.ledger, holding),
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
            retained=retained,
            ceded=amounts.ceded,
            reason=reason,
            paid_on=tuple(sorted({item.paid_on for item in basis.kept if item.paid_on})),
            vouchers=_distinct([item.voucher for item in basis.kept]),
            accounting_pieces=_distinct([*(i.piece for i in basis.kept), *_rate_pieces(charge)]),
            other_pieces=self._proofs(charge, holding),
        )

    def _holding(self, charge: Charge) -> Holding | None:
        """The post that the person held then, for an operation that pays time."""
        held = self.people.holdings[charge.person_id]
        return next((h for h in held if h.period.overlaps(charge.period)), None)

    def _is_service(self, charge: Charge, holding: Holding | None) -> bool:
        if holding is None or not holding.is_secondment:
            return False
        settings = self.convention.terms_on(charge.period.start).settings
        return settings.secondment_category is SecondmentCategory.SERVICES

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


def _share_missing(total: PersonTotal) -> str:
    if total.share is None or total.minimum is None:
        return ""
    return (
        f"part du temps {percent(total.share.value)} inférieure au minimum "
        f"{percent(total.minimum)} : il manque {hours(total.missing_hours)}"
    )


def _allowed_minutes(ledger: Ledger) -> dict[tuple[int, int, date], int]:
    """Minutes at the annual rate within each person's yearly cap, by convention, person and first
    day: earlier days first, then older operations.

    Law: règlement (UE) 2021/1060, article 55.3: hours declared in a year never pass the hours used
    for the rate. The year counts whatever the claim's period, and all operations together.
    """
    conventions, rates = ledger.facts.conventions, HourlyRates(ledger.facts, ledger.people)
    hourly = [c for c in ledger.charges if c.method is Method.HOURLY_1720 and c.amounts.hourly_rate]
    hourly.sort(
        key=lambda c: (
            c.period.start,
            conventions[c.convention_id].period.start,
            conventions[c.convention_id].number,
        )
    )
    declared: dict[tuple[int, int], int] = defaultdict(int)
    allowed = {}
    for charge in hourly:
        key = (charge.person_id, charge.month.year)
        cap = hours_cap(rates, charge.person_id, conventions[charge.convention_id])
        taken = charge.basis.operation_minutes
        if cap is not None:
            taken = max(0, min(taken, int(cap * MINUTES) - declared[key]))
        declared[key] += taken
        allowed[charge.convention_id, charge.person_id, charge.period.start] = taken
    return allowed


def _capped(charge: Charge, allowed: int) -> tuple[Decimal, str]:
    """What the cap of 1 720 h × FTE leaves of a charge at the annual rate."""
    rate = charge.amounts.hourly_rate.value if charge.amounts.hourly_rate else ZERO
    excess = Decimal(charge.basis.operation_minutes - allowed) / MINUTES
    reason = f"plafond annuel d'heures dépassé : {hours(excess)} non retenues"
    return round_half_up(rate * allowed / MINUTES), reason


def hours_cap(rates: HourlyRates, person_id: int, convention: Convention) -> Decimal | None:
    """Most hours that a person may declare in a year on an operation: the hours that its rate
    divides by, 1 720 × the same quotité. None where the fund's text caps nothing.
    """
    hours = find_figure("annual_hours", convention.period.start, convention.frame)
    if hours is None or not follows_fte(convention):
        return None
    return hours.value * rates.quotite(person_id, convention)

"""Minimum share of time on the operation: refused at the end, foretold on the way.

Law: Deux-Sèvres call 2018: at least 40 % of each employee's activity over the operation's period,
or that employee's cost is out. The period is the operation's, within the days under contract
(docs/rules.md#staff-cost), also in a claim on a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.enums import MinShareWindow, Severity
from grants.french import hours, months_fr, percent
from grants.money import ZERO
from grants.periods import Period, united
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import loss_of_cost, place, term_of
from grants.rules.claims.claim import PersonTotal
from grants.rules.claims.lines import charges_in_order
from grants.rules.claims.persons import person_totals
from grants.rules.ledger.segments import Segment
from grants.rules.pay.paid_time import expected_minutes

MINUTES = Decimal(60)


TIME_SHARE_LOW = finding_kind(
    "time_share_low",
    Chapter.TIME,
    severity=None,
    title="Part du temps insuffisante",
    remedy=(
        "le texte dit les heures qui manquent. Bilan final : retirez l'agent, ou ajoutez les "
        "heures oubliées ; intermédiaire : la tendance dit ce qu'il faut d'ici la fin"
    ),
)
TIME_SHARE_FALLING = finding_kind(
    "time_share_falling",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Part du temps en baisse",
    remedy=(
        "la lettre de mission finit avant l'opération et le contrat continue : prolongez la "
        "mission, le texte dit de combien d'heures"
    ),
)
TIME_SHARE_BY_LETTER = finding_kind(
    "time_share_by_letter",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Part du temps jugée sur la lettre seule",
    remedy=(
        "`part_temps_sur` ne compte que les jours de la lettre : gardez le texte du financeur qui "
        "le permet"
    ),
)
TIME_SHARE_UNKNOWN = finding_kind(
    "time_share_unknown",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Mois sous contrat sans heures",
    remedy=(
        "la part minimum se juge sur tous les jours sous contrat de l'opération : ajoutez les "
        "heures de ces mois, ou la fin du contrat"
    ),
)


@finds(TIME_SHARE_LOW, TIME_SHARE_FALLING, TIME_SHARE_BY_LETTER, TIME_SHARE_UNKNOWN)
def check_time_share(checked: Checked) -> list[Finding]:
    """A person under the minimum: out of a final claim, warned of with the trend before; and what
    the share leaves out.
    """
    found: list[Finding] = []
    for total in _totals(checked):
        if total.minimum is None:
            continue
        share = _Share(checked, total)
        if not total.accepted:
            found.append(share.final() if checked.is_final else share.interim())
        elif not checked.is_final:
            found.extend(share.falling())
        found.extend(share.unknown())
    return [*found, *_by_letter(checked)]


def _totals(checked: Checked, window: MinShareWindow | None = None) -> Sequence[PersonTotal]:
    """Persons of the claim over the operation so far, from its first day."""
    claim, convention = checked.claim, checked.convention
    if claim.period.start <= convention.period.start and window is None:
        return claim.persons
    whole = Period(convention.period.start, claim.period.end)
    charges = charges_in_order(convention, checked.ledger, whole)
    amounts = {person.person_id: person.amount for person in claim.persons}
    return [
        total
        for total in person_totals(
            convention, checked.ledger, charges, whole, amounts=amounts, window=window
        )
        if total.person_id in amounts
    ]


@dataclass(frozen=True)
class _Share:
    """One person's share of time so far, with what the days to come may bring."""

    checked: Checked
    total: PersonTotal

    @property
    def least(self) -> Decimal:
        return self.total.minimum or ZERO

    @property
    def operation(self) -> Decimal:
        """Hours on the operation."""
        return Decimal(self.total.operation_minutes or 0) / MINUTES

    @property
    def whole(self) -> Decimal:
        """Hours in all."""
        return Decimal(self.total.total_minutes or 0) / MINUTES

    @property
    def letters(self) -> Sequence[Letter]:
        key = self.total.person_id, self.checked.convention.id
        return self.checked.ledger.people.letters[key]

    @property
    def by_letter(self) -> bool:
        """Whether the days of the letters alone count."""
        window = self.checked.terms.settings.min_share_window
        return bool(self.letters) and window is MinShareWindow.LETTER

    @property
    def today(self) -> date:
        """Day up to which hours are known."""
        claim = self.checked.claim
        return max(claim.period.start, min(claim.period.end, claim.as_of))

    def days(self, first: date, end: date, *, lettered: bool = False) -> int:
        """Days under contract between two days; those of the letters alone where asked."""
        if first >= end:
            return 0
        contracts = self.checked.ledger.people.contracts[self.total.person_id]
        inside = _inside(Period(first, end), (contract.period for contract in contracts))
        if lettered:
            letters = [letter.period for letter in self.letters]
            inside = [part for days in inside for part in _inside(days, letters)]
        return sum(days.days for days in inside)

    @property
    def elapsed(self) -> int:
        """Days that count, from the operation's first to today."""
        start = self.checked.convention.period.start
        return self.days(start, self.today, lettered=self.by_letter)

    @property
    def left(self) -> int:
        """Days that count, from today to the operation's last."""
        end = self.checked.convention.period.end
        return self.days(self.today, end, lettered=self.by_letter)

    @property
    def to_come(self) -> Decimal:
        """Hours in all that the days left will bring, were the activity to go on as it does."""
        return self.whole * self.left / self.elapsed if self.elapsed else ZERO

    def final(self) -> Finding:
        """The person is out."""
        message = (
            f"{self._stands()} Toutes ses lignes sont écartées du bilan. Retirez cet agent de "
            f"l'opération, ou corrigez ses feuilles de temps si des heures y manquent."
        )
        return self._finding(TIME_SHARE_LOW, message, blocks=True)

    def interim(self) -> Finding:
        """The person will be out, unless the days left bring enough."""
        message = f"{self._stands()} {self._trend()} Sinon tout son coût sortira du bilan final."
        return self._finding(TIME_SHARE_LOW, message, blocks=False)

    def _stands(self) -> str:
        total, least = self.total, percent(self.least)
        if total.share is None:
            return f"{total.name} : aucune heure déclarée, {least} du temps attendus."
        note = f" {total.share.note}" if total.share.note else ""
        return (
            f"{total.name} : {percent(total.share.value)} du temps sur l'opération "
            f"({hours(self.operation)} sur {hours(self.whole)}), {least} attendus : "
            f"il manque {hours(total.missing_hours)}.{note}"
        )

    def _trend(self) -> str:
        """Hours that the rest of the operation must bring."""
        if not self.elapsed or not self.left:
            return "L'opération est à son terme : il ne reste pas de jours pour les rattraper."
        needed = self.least * (self.whole + self.to_come) - self.operation
        if needed > self.to_come:
            return (
                f"D'ici la fin, à ce rythme, l'agent fera {hours(self.to_come)} en tout et il en "
                f"faudrait {hours(needed)} sur l'opération : le minimum n'est plus atteignable."
            )
        part = percent(needed / self.to_come) if self.to_come else percent(ZERO)
        return (
            f"D'ici la fin, à ce rythme, il faut encore {hours(needed)} sur l'opération, soit "
            f"{part} de l'activité à venir ({hours(self.to_come)})."
        )

    def falling(self) -> Iterator[Finding]:
        """Enough so far, but the letters end before the operation does."""
        start, end = self.checked.convention.period.start, self.checked.convention.period.end
        known = self.days(start, self.today, lettered=True)
        if not self.letters or not known or not self.left:
            return
        coming = self.operation * self.days(self.today, end, lettered=True) / known
        whole = self.whole + self.to_come
        missing = self.least * whole - self.operation - coming
        if not self.whole or missing <= 0:
            return
        message = (
            f"{self.total.name} : {percent(self.operation / self.whole)} du temps sur l'opération "
            f"jusqu'ici, mais ses lettres de mission finissent avant l'opération alors que le "
            f"contrat continue : à ce rythme {percent((self.operation + coming) / whole)} à la "
            f"fin, {percent(self.least)} attendus, il manquera {hours(missing)}. Prolongez la "
            f"mission, sinon tout son coût sortira du bilan final."
        )
        yield self._finding(TIME_SHARE_FALLING, message)

    def unknown(self) -> Iterator[Finding]:
        """Months under contract of which nothing says what the person did."""
        people, person = self.checked.ledger.people, self.checked.person(self.total.person_id)
        silent = [one for one in self.checked.segments_of_person[person.id] if self._is_silent(one)]
        presumed = sum(expected_minutes(people, person, one.period) for one in silent)
        if presumed <= 0:
            return
        whole = self.whole + Decimal(presumed) / MINUTES
        would_be_out = self.total.accepted and self.operation < self.least * whole
        message = (
            f"{person.name}, {months_fr(sorted({one.month for one in silent}))} : sous contrat, "
            f"sans heures ni bulletin ; la part minimum du temps ne compte pas ces mois. "
        )
        if would_be_out:
            message += (
                f"Avec les {hours(Decimal(presumed) / MINUTES)} du contrat elle serait de "
                f"{percent(self.operation / whole)}, {percent(self.least)} attendus. "
            )
        message += "Ajoutez les heures de ces mois, ou la fin du contrat."
        amount = loss_of_cost(self.checked, self.total.amount) if would_be_out else ZERO
        yield self._finding(TIME_SHARE_UNKNOWN, message, amount=amount)

    def _is_silent(self, segment: Segment) -> bool:
        days = segment.period
        return (
            not segment.items
            and not segment.minutes
            and Period(self.checked.convention.period.start, self.today).covers(days)
            and not any(letter.period.covers(days) for letter in self.letters)
            and not self.by_letter
        )

    def _finding(
        self,
        kind: FindingKind,
        message: str,
        *,
        amount: Decimal | None = None,
        blocks: bool | None = None,
    ) -> Finding:
        checked = self.checked
        return kind.finding(
            message,
            place(checked, checked.person(self.total.person_id)),
            amount=loss_of_cost(checked, self.total.amount) if amount is None else amount,
            source=term_of(checked, "min_time_share"),
            blocks=blocks,
        )


def _by_letter(checked: Checked) -> Iterator[Finding]:
    """Persons judged on the days of their letters, whose other activity is left out."""
    settings = checked.terms.settings
    if settings.min_share_window is not MinShareWindow.LETTER or settings.min_time_share is None:
        return
    judged = {total.person_id: total for total in _totals(checked, MinShareWindow.LETTER)}
    for whole in _totals(checked, MinShareWindow.OPERATION):
        own = judged[whole.person_id]
        if own.share is None or whole.share is None or own.total_minutes == whole.total_minutes:
            continue
        least = percent(settings.min_time_share)
        message = (
            f"{own.name} : {percent(own.share.value)} du temps sur les jours de la lettre de "
            f"mission, {percent(whole.share.value)} sur toute l'opération, {least} attendus. La "
            f"convention ne compte que les jours de la lettre : gardez le texte du financeur qui "
            f"le dit."
        )
        hangs = own.accepted and not whole.accepted
        yield TIME_SHARE_BY_LETTER.finding(
            message,
            place(checked, checked.person(own.person_id)),
            amount=loss_of_cost(checked, own.amount) if hangs else ZERO,
            source=term_of(checked, "min_share_window"),
        )


def _inside(days: Period, parts: Iterable[Period]) -> list[Period]:
    """Days of the period that lie in one of the parts, each once."""
    return united(inside for part in parts if (inside := part.intersect(days)))

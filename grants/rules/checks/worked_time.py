"""Hours against the contract, the day, the leave and the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import Method, Severity
from grants.french import count, day_fr, hours, listed, month_number, months_fr
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO
from grants.parameters.loader import figure
from grants.rules.basis.explained import Citation, Source, citation
from grants.rules.basis.facts.people import Absence, Person
from grants.rules.basis.facts.time import DayTime
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.basis.people import People, grouped
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import law_figure, law_of, loss_of_cost, place
from grants.rules.claims.lines import hours_cap
from grants.rules.ledger.hourly import HourlyRates
from grants.rules.pay.paid_time import contract_minutes, daily_minutes

MINUTES = Decimal(60)
MINUTES_OF_A_DAY = 24 * 60


HOURS_DURING_LEAVE = finding_kind(
    "hours_during_leave",
    Chapter.TIME,
    severity=Severity.BLOCKING,
    title="Heures pendant une absence",
    remedy=(
        "corrigez la feuille de temps, ou donnez à l'absence ses `heures` si elle ne prend "
        "qu'une partie du jour"
    ),
)
DAY_OVER_24H = finding_kind(
    "day_over_24h",
    Chapter.TIME,
    severity=Severity.BLOCKING,
    title="Plus de 24 h dans un jour",
    remedy="ligne en double, ou minutes prises pour des heures : corrigez `feuilles_temps`",
)
DAY_OVER_MAXIMUM = finding_kind(
    "day_over_maximum",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Journée trop longue",
    remedy="au-delà de la durée légale du jour : vérifiez, ou joignez la dérogation",
)


@finds(HOURS_DURING_LEAVE, DAY_OVER_24H, DAY_OVER_MAXIMUM)
def check_odd_days(checked: Checked) -> list[Finding]:
    """Days worked during leave, beyond twenty-four hours, or beyond the day's legal maximum."""
    if not checked.convention.pays_time:
        return []
    found: list[Finding] = []
    days = grouped(
        (day for day in checked.ledger.facts.odd_days if checked.claim.period.contains(day.day)),
        lambda day: day.person_id,
    )
    for person_id, lines in checked.by_person.items():
        if days.get(person_id):
            found.extend(_of_person(_Days(checked, lines, days[person_id])))
    return found


@frozen
class _Days:
    """Odd days of one person, with the lines of its months."""

    checked: Checked
    lines: Sequence[ChargedLine]
    days: Sequence[DayTime]

    @property
    def person(self) -> Person:
        return self.checked.person(self.days[0].person_id)

    def at_risk(self, days: Sequence[DayTime]) -> Decimal:
        """Grant on the hours of some days, at most those of the operation in the month."""
        minutes: dict[date, int] = defaultdict(int)
        for day in days:
            minutes[day.day.replace(day=1)] += day.minutes
        cost = ZERO
        for one in self.lines:
            operation = one.charge.basis.operation_minutes
            if operation and one.line.month in minutes:
                part = min(minutes[one.line.month], operation)
                cost += one.line.retained * part / operation
        return loss_of_cost(self.checked, cost)

    def finding(
        self,
        kind: FindingKind,
        days: Sequence[DayTime],
        message: str,
        source: Citation | None,
    ) -> Finding:
        months = sorted({day.day.replace(day=1) for day in days})
        return kind.finding(
            f"{self.person.name} : {message}",
            place(self.checked, self.person, months),
            amount=self.at_risk(days) if kind.severity is Severity.BLOCKING else ZERO,
            source=source,
            rows=[Source("feuilles_temps", day.rows) for day in days if day.rows],
        )


def _of_person(days: _Days) -> Iterator[Finding]:
    yield from _during_leave(days)
    yield from _over_24_hours(days)
    yield from _over_daily_maximum(days)


def _during_leave(days: _Days) -> Iterator[Finding]:
    absences = days.checked.ledger.people.absences[days.person.id]
    people = days.checked.ledger.people
    faults = [
        (day, absence)
        for day in days.days
        if (absence := _contradicted(people, day, absences)) is not None
    ]
    if faults:
        texts = (f"{_day(day)}, {label(absence.kind).lower()}" for day, absence in faults)
        message = (
            f"heures déclarées pendant une absence, {count(len(faults), 'jour')} : "
            f"{listed(texts)}. Attendu aucune heure ces jours-là, ou une absence d'une partie du "
            f"jour. Corrigez la feuille de temps ou l'absence."
        )
        law = law_of(days.checked, "valuation")
        yield days.finding(HOURS_DURING_LEAVE, [d for d, _ in faults], message, law)


def _contradicted(people: People, day: DayTime, absences: Sequence[Absence]) -> Absence | None:
    """Absence that the day's hours contradict: any hour of a whole day away; with part of a day
    away, more than the rest of the contract's day.
    """
    for absence in absences:
        if not absence.period.contains(day.day):
            continue
        if absence.minutes is None:
            return absence
        away = absence.minutes // absence.period.days
        if day.minutes + away > _contract_day(people, day):
            return absence
    return None


def _contract_day(people: People, day: DayTime) -> int:
    contracts = people.contracts[day.person_id]
    return sum(daily_minutes(one) for one in contracts if one.period.contains(day.day))


def _over_24_hours(days: _Days) -> Iterator[Finding]:
    faults = [day for day in days.days if day.minutes > MINUTES_OF_A_DAY]
    if faults:
        message = (
            f"plus de 24 h déclarées le même jour : {listed(map(_day, faults))}. Une ligne est "
            f"sans doute saisie deux fois, ou des minutes pour des heures : corrigez-la."
        )
        law = law_of(days.checked, "valuation")
        yield days.finding(DAY_OVER_24H, faults, message, law)


def _over_daily_maximum(days: _Days) -> Iterator[Finding]:
    limit = figure("daily_hours_maximum", days.days[0].day)
    most = limit.value * MINUTES
    faults = [day for day in days.days if most < day.minutes <= MINUTES_OF_A_DAY]
    if faults:
        message = (
            f"plus de {hours(limit.value)} déclarées dans la journée, "
            f"{count(len(faults), 'jour')} : {listed(map(_day, faults))}. C'est la durée maximale "
            f"du travail par jour : vérifiez la saisie, ou joignez la dérogation."
        )
        yield days.finding(DAY_OVER_MAXIMUM, faults, message, citation(limit))


def _day(day: DayTime) -> str:
    return f"{day_fr(day.day)} ({hours(day.minutes / MINUTES)})"


HOURS_OVER_CONTRACT = finding_kind(
    "hours_over_contract",
    Chapter.TIME,
    severity=Severity.WARNING,
    title="Heures au-delà du contrat",
    remedy=(
        "plus d'heures que le contrat : vérifiez la saisie et la `quotite`, ou prouvez les "
        "heures supplémentaires"
    ),
)


@finds(HOURS_OVER_CONTRACT)
def check_contract_hours(checked: Checked) -> list[Finding]:
    """Months with more hours, all activities together, than the contract has."""
    if not checked.convention.pays_time:
        return []
    declared: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0, 0])
    people = checked.ledger.people
    for segment in checked.ledger.segments:
        if segment.person_id in checked.by_person and checked.claim.period.covers(segment.period):
            month = declared[segment.person_id, segment.month]
            month[0] += segment.total_minutes
            month[1] += contract_minutes(people, segment.person_id, segment.period)
    over: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    for (person_id, month_start), (done, most) in declared.items():
        if done > most:
            over[person_id].append((month_start, done, most))
    return [_over_contract(checked, person_id, months) for person_id, months in over.items()]


def _over_contract(
    checked: Checked, person_id: int, months: Sequence[tuple[date, int, int]]
) -> Finding:
    person = checked.person(person_id)
    excess = sum(done - most for _, done, most in months)
    texts = (
        f"{month_number(month)} ({hours(done / MINUTES)} pour {hours(most / MINUTES)})"
        for month, done, most in months
    )
    message = (
        f"{person.name} : plus d'heures déclarées que le contrat n'en compte, "
        f"{count(len(months), 'mois')} : {listed(texts)}, soit {hours(excess / MINUTES)} de trop. "
        f"Vérifiez la saisie et la quotité du contrat, ou joignez la preuve des heures "
        f"supplémentaires."
    )
    where = place(checked, person, [month for month, _, _ in months])
    law = law_of(checked, "absence_policy")
    return HOURS_OVER_CONTRACT.finding(message, where, source=law)


HOURS_OVER_CAP = finding_kind(
    "hours_over_cap",
    Chapter.TIME,
    severity=Severity.BLOCKING,
    title="Heures au-delà du plafond annuel",
    remedy=(
        "plus de 1 720 × quotité dans l'année : les heures de trop ne comptent pas ; corrigez "
        "heures ou quotité"
    ),
)


@finds(HOURS_OVER_CAP)
def check_annual_hours(checked: Checked) -> list[Finding]:
    """Hours at the annual rate beyond 1 720 × FTE in a year, all operations together.

    Law: règlement (UE) 2021/1060, article 55.3: a hard limit.
    """
    minutes: dict[tuple[int, int], int] = defaultdict(int)
    for charge in checked.ledger.charges:
        if charge.method is Method.HOURLY_1720 and charge.person_id in checked.by_person:
            minutes[charge.person_id, charge.month.year] += charge.basis.operation_minutes
    if not minutes:
        return []
    found = []
    rates = HourlyRates(checked.ledger.facts, checked.ledger.people)
    for person_id, lines in checked.by_person.items():
        own = [one for one in lines if one.charge.method is Method.HOURLY_1720]
        for year, group in grouped(own, lambda one: one.line.month.year).items():
            declared = minutes[person_id, year] / MINUTES
            cap = hours_cap(rates, person_id, checked.convention)
            if cap is not None and declared > cap:
                found.append(_over_cap(checked, group, year, declared, cap))
    return found


def _over_cap(
    checked: Checked, group: Sequence[ChargedLine], year: int, declared: Decimal, cap: Decimal
) -> Finding:
    person = checked.person(group[0].line.person_id)
    rate = next((o.line.hourly_rate.value for o in group if o.line.hourly_rate), ZERO)
    limit = law_figure(checked, "annual_hours")
    annual = hours(limit.value if limit else declared)
    message = (
        f"{person.name}, {year} : {hours(declared)} déclarées au taux horaire, {hours(cap)} au "
        f"plus ({annual} × quotité) : {hours(declared - cap)} de trop "
        f"({months_fr(o.line.month for o in group)}). Les heures de trop ne sont pas retenues : "
        f"corrigez les feuilles de temps ou la quotité du contrat."
    )
    return HOURS_OVER_CAP.finding(
        message,
        place(checked, person),
        amount=loss_of_cost(checked, rate * (declared - cap)),
        source=citation(limit) if limit else None,
    )

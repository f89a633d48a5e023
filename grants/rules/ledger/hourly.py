"""Hourly rates of a person: 1 720 hours a year, or the contract's average month.

Law: règlement (UE) 2021/1060, article 55.2 to 55.4. The rate rests on the latest documented annual
gross employment cost: the twelve payslips before the claim's own months, or, when they are not all
there, the twelve first ones: the rate then stands still while later months come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from grants.enums import Method
from grants.french import count
from grants.money import ZERO, round_half_up
from grants.parameters.loader import figure, find, find_figure
from grants.periods import Period
from grants.rules.basis.explained import Explained, Input, Source, citation
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Employment
from grants.rules.basis.people import People
from grants.rules.ledger.charge_amounts import (
    MINUTES,
    Amounts,
    Basis,
    activity,
    base_of,
    pay_sources,
)
from grants.rules.ledger.facts import LedgerFacts
from grants.rules.pay.eligibility import eligible_amount
from grants.rules.pay.staff_cost import hourly_rate, monthly_cost

MONTHS = 12


class HourlyRates:
    """Rates of all persons of some facts, each computed once."""

    def __init__(self, facts: LedgerFacts, people: People) -> None:
        self.facts = facts
        self.people = people
        self.pay: dict[int, dict[date, list[PayItem]]] = defaultdict(lambda: defaultdict(list))
        for item in facts.pay_items:
            self.pay[item.person_id][item.month].append(item)
        self.known: dict[tuple[int, int], Explained[Decimal] | str] = {}

    def amounts(
        self, basis: Basis, method: Method, convention: Convention, period: Period
    ) -> Amounts:
        """Charge of the hours in ``basis`` by the method's rate; a refusal says why there is no
        rate.
        """
        base = base_of(basis)
        person_id = basis.segments[0].person_id
        if method is Method.MONTHLY_RATE:
            return self._monthly(base, basis, period)
        key = (person_id, convention.id)
        if key not in self.known:
            self.known[key] = self._annual(person_id, convention)
        rate = self.known[key]
        if isinstance(rate, str):
            return _refused(base, method, rate)
        operation, _ = activity(basis)
        inputs = (Input("hourly_rate", rate, "€/h"), Input("operation_hours", operation, "h"))
        amount = round_half_up(rate.value * basis.operation_minutes / MINUTES)
        return Amounts(base, None, rate, Explained(amount, method.value, inputs))

    def _annual(self, person_id: int, convention: Convention) -> Explained[Decimal] | str:
        months = self.documented_months(person_id, convention.period.start)
        if len(months) < MONTHS:
            found = count(len(months), "bulletin")
            return f"{found} de paie, {MONTHS} attendus pour un taux horaire annuel"
        cost, rows = self._cost(person_id, convention, months)
        fte = self.quotite(person_id, convention)
        if not fte:
            return "aucun contrat sur les douze mois documentés : pas de quotité"
        hours = find_figure("annual_hours", convention.period.start, convention.frame)
        if hours is None:
            return f"aucun texte de {convention.funder_name} ne fixe les heures d'une année"
        rate = hourly_rate(
            annual_cost=cost, fte=fte, annual_hours=hours.value, as_of=convention.period.start
        ).rate
        inputs = (
            Input("annual_cost", Explained(cost, "twelve_payslips", sources=rows), "€"),
            Input("annual_hours", hours.value, "h"),
            Input("fte", fte, "ETP"),
        )
        return Explained(rate, "rate_1720", inputs, (citation(hours),), unit="€/h")

    def quotite(self, person_id: int, convention: Convention) -> Decimal:
        """FTE that the annual hours are multiplied by, for the rate and for the cap: the average
        of the documented months; the whole where the fund's text knew no pro rata.

        Law: règlement (UE) 2021/1060, article 55.3; règlement 1303/2013, article 68 bis.2 from
        2 August 2018, before it none.
        """
        if not follows_fte(convention):
            return Decimal(1)
        months = self.documented_months(person_id, convention.period.start)
        return fte_of_months(self.people.contracts[person_id], months)

    def documented_months(self, person_id: int, start: date) -> list[date]:
        """The twelve months whose payslips document the annual cost; fewer when there are not
        twelve.
        """
        months = sorted(self.pay[person_id])
        earlier = [month for month in months if month < start.replace(day=1)][-MONTHS:]
        return earlier if len(earlier) == MONTHS else months[:MONTHS]

    def _cost(
        self, person_id: int, convention: Convention, months: Sequence[date]
    ) -> tuple[Decimal, tuple[Source, ...]]:
        settings = convention.terms[0].settings
        abatement = self.facts.persons[person_id].has_payroll_tax_abatement
        items = [item for month in months for item in self.pay[person_id][month]]
        verdicts = [eligible_amount(item, settings, has_abatement=abatement) for item in items]
        kept = [item for item, v in zip(items, verdicts, strict=True) if not v.is_refused]
        return sum((verdict.amount for verdict in verdicts), ZERO), pay_sources(kept)

    def _monthly(self, base: Explained[Decimal], basis: Basis, period: Period) -> Amounts:
        person_id = basis.segments[0].person_id
        weekly = weekly_minutes(self.people.contracts[person_id], period)
        if not weekly:
            reason = "aucun contrat dans le mois : pas d'horaire mensuel moyen"
            return _refused(base, Method.MONTHLY_RATE, reason)
        weeks = figure("weeks_per_year", period.start)
        monthly = weekly / MINUTES * weeks.value / MONTHS
        # Minutes on both sides: their ratio is that of the hours, and a third of an hour is exact.
        cost = monthly_cost(
            cost=base.value,
            weekly_hours=weekly,
            hours=Decimal(basis.operation_minutes),
            as_of=period.start,
        )
        operation, _ = activity(basis)
        parts = (Input("base", base, "€"), Input("monthly_hours", monthly, "h"))
        rate = Explained(
            base.value / monthly, "rate_monthly", parts, (citation(weeks),), unit="€/h"
        )
        if operation.value > monthly:
            whole = (*parts, Input("operation_hours", operation, "h"))
            return Amounts(base, None, rate, Explained(cost.amount, "monthly_rate_whole", whole))
        inputs = (Input("hourly_rate", rate, "€/h"), Input("operation_hours", operation, "h"))
        return Amounts(base, None, rate, Explained(cost.amount, "monthly_rate", inputs))


def follows_fte(convention: Convention) -> bool:
    """Whether the annual hours follow the quotité and cap the hours declared in a year."""
    found = find("annual_hours_follow_fte", convention.period.start, convention.frame)
    return found is None or found.value is not False


def _refused(base: Explained[Decimal], method: Method, reason: str) -> Amounts:
    amount = Explained(ZERO, method.value, (Input("base", base, "€"),), note=reason)
    return Amounts(base, None, None, amount, refusal=reason)


def weekly_minutes(contracts: Sequence[Employment], period: Period) -> Decimal:
    """Contractual minutes of a week, weighted by the days of the month that the period charges.

    Law: règlement (UE) 2021/1060, article 55.2 b): average monthly hours. The cost beside them is
    that of the same days, so a month that is cut, begun or ended inside keeps its hourly rate; a
    change of quotité counts by its days, contracts at the same time add up.
    """
    month = Period.month(period.start)
    parts = [(c.weekly_minutes, c.period.intersect(period)) for c in contracts]
    minutes = sum(weekly * inside.days for weekly, inside in parts if inside)
    return Decimal(minutes) / month.days


def fte_of_months(contracts: Sequence[Employment], months: Sequence[date]) -> Decimal:
    """Average quotité over the days of some months, that need not follow each other: a year with
    gaps has the quotité of the months that document it.
    """
    periods = [Period.month(month) for month in months]
    held = sum(
        (
            contract.fte * inside.days
            for contract in contracts
            for period in periods
            if (inside := contract.period.intersect(period))
        ),
        Decimal(0),
    )
    return held / sum(period.days for period in periods)

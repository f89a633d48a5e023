"""Lines of sample claims: every method, a line that is out, a ceded cent, negative items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from grants import enums
from grants.money import CENT, ZERO, money, round_half_up
from grants.periods import Period, add_months
from grants.rules.basis.explained import Citation, Explained, Input, Source
from grants.rules.claims import claim

DECREE = Citation(
    "Justification du temps passé",
    "feuille de temps signée",
    date(2022, 4, 23),
    "Décret n° 2022-608 du 21 avril 2022, annexe",
    "https://www.legifrance.gouv.fr/eli/decret/2022/4/21/2022-608/jo/texte",
)
HOURS_1720 = Citation(
    "Heures par an d'un temps plein",
    "1720",
    date(2021, 7, 1),
    "Règlement (UE) 2021/1060, article 55, paragraphe 2",
    "http://data.europa.eu/eli/reg/2021/1060/oj",
)
NAMES = (
    ("AUBRAC", "Inès"),
    ("BELLEGARDE", "Thomas"),
    ("CHAMPÉROUX", "Maëlle"),
    ("D'HAUTERIVE", "Zoé"),
    ("ÉTIENNE", "Loïc"),
)
FSE_METHODS = (
    enums.Method.REAL_SHARE,
    enums.Method.FIXED_SHARE,
    enums.Method.FULL,
    enums.Method.HOURLY_1720,
    enums.Method.MONTHLY_RATE,
)


@dataclass(frozen=True, slots=True)
class _Slot:
    """One line to build: whose, when, which."""

    number: int
    person: int
    period: Period


def sample_lines(
    kind: str, period: Period, persons: int, *, refused: bool
) -> tuple[claim.ClaimLine, ...]:
    """One line for each person and month; with ``refused`` the second one is out."""
    return tuple(_line(kind, slot, refused=refused) for slot in _slots(period, persons))


def _slots(period: Period, persons: int) -> list[_Slot]:
    parts = [period.intersect(Period.month(month)) for month in period.months()]
    pairs = [(person, part) for person in range(persons) for part in parts if part]
    return [_Slot(number, person, part) for number, (person, part) in enumerate(pairs, 1)]


def _name(person: int) -> tuple[str, str]:
    last, first = NAMES[person % len(NAMES)]
    return (last if person < len(NAMES) else f"{last} {person // len(NAMES) + 1}", first)


def _line(kind: str, slot: _Slot, *, refused: bool) -> claim.ClaimLine:
    gross, charges, other = _pay(slot)
    base = _base(slot)
    method = enums.Method.POST_SHARE if kind == "state" else FSE_METHODS[slot.person % 5]
    is_out = refused and slot.number == 2
    last, first = _name(slot.person)
    month = slot.period.start.replace(day=1)
    paid = add_months(month, 1).replace(day=5) if slot.number % 7 == 0 else month.replace(day=28)
    line = claim.ClaimLine(
        number=slot.number,
        person_id=slot.person + 1,
        person_code=f"A{slot.person + 1:03d}",
        last_name=last,
        first_name=first,
        job_title="Facilitateur de la clause sociale d'insertion",
        post=f"FCS-{slot.person + 1:02d}",
        month=month,
        period=slot.period,
        method=method,
        is_service=kind == "fse" and slot.person % 5 == 2,
        gross=gross,
        charges=charges,
        other_items=other,
        base=base,
        total_minutes=None,
        operation_minutes=None,
        share=None,
        hourly_rate=None,
        amount=base,
        retained=ZERO,
        ceded=ZERO,
        reason="feuille de temps non signée" if is_out else "",
        paid_on=(paid,),
        vouchers=(f"M{slot.number:05d}",),
        accounting_pieces=(f"BUL-{slot.number:05d}",),
        other_pieces=(f"FT-{slot.number:05d}",) if method is enums.Method.REAL_SHARE else (),
    )
    valued = _ceding(_valued(line)) if slot.number % 11 == 4 else _valued(line)
    return replace(valued, retained=ZERO if is_out else valued.amount.value)


def _base(slot: _Slot) -> Explained[Decimal]:
    parts = zip(("gross", "charges", "other_items"), _pay(slot), strict=True)
    inputs = tuple(Input(name, amount, "€") for name, amount in parts)
    rows = Source("bulletins", f"{slot.number * 3}-{slot.number * 3 + 2}")
    return Explained(sum(_pay(slot), ZERO), "staff_base", inputs, sources=(rows,))


def _pay(slot: _Slot) -> tuple[Decimal, Decimal, Decimal]:
    """Pay of a month that differs from line to line; January of the first person has sick pay."""
    gross = money("2345.67") + Decimal(slot.number * 1731 % 9973) / 100
    charges = round_half_up(gross * Decimal("0.42"))
    other = money("-312.45") if slot.number % 12 == 3 else money("36.50")
    parts = Decimal(slot.period.days) / Period.month(slot.period.start).days
    return (
        round_half_up(gross * parts),
        round_half_up(charges * parts),
        round_half_up(other * parts),
    )


def _valued(line: claim.ClaimLine) -> claim.ClaimLine:
    base = line.base
    if line.method is enums.Method.FULL:
        full = Explained(Decimal(1), "full_time", unit="%")
        amount = Explained(base.value, "staff_cost_full", (Input("cost", base, "€"),))
        return replace(line, share=full, amount=amount)
    if line.method in {enums.Method.POST_SHARE, enums.Method.FIXED_SHARE}:
        fixed = Decimal("0.8") if line.person_id % 2 == 0 else Decimal("0.625")
        return _shared(line, Explained(fixed, line.method.value, unit="%"))
    total = 9_000 + line.number * 37 % 1_200
    spent = total * (55 + line.number % 30) // 100
    timed = replace(line, total_minutes=total, operation_minutes=spent)
    if line.method is enums.Method.REAL_SHARE:
        return _shared(timed, real_share(spent, total, line.number))
    return _hourly(timed, spent)


def _ceding(line: claim.ClaimLine) -> claim.ClaimLine:
    """The line less the cent of rounding that an older operation holds already."""
    amount = replace(
        line.amount,
        value=line.amount.value - CENT,
        inputs=(*line.amount.inputs, Input("ceded", CENT, "€")),
    )
    return replace(line, amount=amount, ceded=CENT)


def real_share(spent: int, total: int, number: int) -> Explained[Decimal]:
    return Explained(
        Decimal(spent) / total,
        "time_share",
        (
            Input("hours_operation", Decimal(spent) / 60, "h"),
            Input("hours_total", Decimal(total) / 60, "h"),
        ),
        (DECREE,),
        (Source("feuilles_temps", f"{number * 20}-{number * 20 + 19}"),),
        unit="%",
    )


def _shared(line: claim.ClaimLine, share: Explained[Decimal]) -> claim.ClaimLine:
    exact = line.base.value * share.value
    if line.total_minutes and line.operation_minutes is not None:
        exact = line.base.value * line.operation_minutes / line.total_minutes
    amount = Explained(
        round_half_up(exact),
        f"staff_cost_{line.method}",
        (Input("cost", line.base, "€"), Input("share", share, "%")),
    )
    return replace(line, share=share, amount=amount)


def _hourly(line: claim.ClaimLine, spent: int) -> claim.ClaimLine:
    annual = money("48123.45") + line.person_id
    divisor = Decimal(1720) if line.method is enums.Method.HOURLY_1720 else Decimal(1607)
    rate = Explained(
        annual / divisor,
        "hourly_rate" if line.method is enums.Method.HOURLY_1720 else "monthly_rate",
        (
            Input("annual_cost", annual, "€"),
            Input("annual_hours", divisor, "h"),
            Input("fte", Decimal(1), "ETP"),
        ),
        (HOURS_1720,),
        unit="€/h",
    )
    amount = Explained(
        round_half_up(annual * spent / (divisor * 60)),
        "hourly_cost",
        (Input("hourly_rate", rate, "€/h"), Input("hours_operation", Decimal(spent) / 60, "h")),
    )
    return replace(line, hourly_rate=rate, amount=amount)

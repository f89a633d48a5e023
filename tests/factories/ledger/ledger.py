"""Fictional facts in memory, for tests of rules: each builder has defaults that are in order, and a
test changes the one thing it is about.

Time is given by the day, as a time sheet states it, and summed between the ledger's cuts as the
database would.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from grants import enums
from grants.money import money
from grants.parameters.loader import Frame, find_setting, fund_opens
from grants.periods import DAY, FOREVER, Period, next_month
from grants.rules.basis.calendar import working_days
from grants.rules.basis.facts.conventions import Convention, Terms
from grants.rules.basis.facts.organisations import Organisation
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Absence, Employment, Letter, Person
from grants.rules.basis.facts.posts import Holding, Post, PostFunding
from grants.rules.basis.facts.time import Signature
from grants.rules.claims.facts import ClaimFacts
from grants.rules.conventions.settings import SPECS, Settings
from grants.rules.ledger.facts import LedgerFacts
from tests.factories.conventions.convention import OWN_TEXT
from tests.factories.ledger.worked import Worked as Worked
from tests.factories.ledger.worked import odd_days_of, sums_of

Kind = Literal["state", "fse", "fse_plus"]
FUNDERS = {"state": "DREETS fictive", "fse": "Département", "fse_plus": "Service FSE fictif"}
TERM_NAMES = ("rate", "maximum", "total_cost", "fte")
NAMES = (("AUBRAC", "Inès"), ("BELLEGARDE", "Thomas"), ("CHAMPÉROUX", "Maëlle"))


def an_organisation(**changes: Any) -> Organisation:
    """Public body, without abatement of the taxe sur les salaires."""
    made = Organisation(
        id=1,
        name="Métropole fictive",
        siret="99900001100018",
        rna="",
        legal_form=enums.LegalForm.LOCAL_AUTHORITY,
        calendar=enums.HolidayCalendar.METROPOLE,
        has_payroll_tax_abatement=False,
    )
    return replace(made, **changes)


def a_person(person_id: int = 1, **changes: Any) -> Person:
    """Facilitator with a matricule of its own."""
    last, first = NAMES[(person_id - 1) % len(NAMES)]
    made = Person(
        id=person_id,
        code=f"A{person_id:03d}",
        last_name=last,
        first_name=first,
        job_title="Facilitatrice",
        calendar=enums.HolidayCalendar.METROPOLE,
    )
    return replace(made, **changes)


def an_employment(
    start: date, end: date = FOREVER, *, person_id: int = 1, **changes: Any
) -> Employment:
    """Full-time contract of 35 hours."""
    made = Employment(
        person_id=person_id,
        period=Period(start, end),
        fte=Decimal(1),
        weekly_minutes=35 * 60,
        row=2,
        piece="CONTRAT-1",
    )
    return replace(made, **changes)


def a_post(post_id: int = 1, **changes: Any) -> Post:
    """One FTE, open since 2015."""
    period = Period(date(2015, 1, 1), FOREVER)
    made = Post(
        id=post_id,
        code=f"P{post_id}",
        title="Facilitateur",
        territory="Ville",
        fte=Decimal(1),
        period=period,
        row=post_id + 1,
    )
    return replace(made, **changes)


def a_holding(
    start: date, end: date = FOREVER, *, person_id: int = 1, post_id: int = 1, **changes: Any
) -> Holding:
    """Person on a post with its whole work."""
    made = Holding(
        person_id=person_id,
        post_id=post_id,
        period=Period(start, end),
        share=Decimal(1),
        is_secondment=False,
        agreement_on=None,
        replaces_id=None,
        row=person_id + 1,
    )
    return replace(made, **changes)


def a_funding(convention: Convention, *, post_id: int = 1, **changes: Any) -> PostFunding:
    """One FTE of a post, paid over the convention's whole period."""
    made = PostFunding(
        post_id=post_id,
        convention_id=convention.id,
        fte=Decimal(1),
        period=convention.period,
        row=post_id + 1,
    )
    return replace(made, **changes)


def a_letter(
    convention: Convention,
    *,
    person_id: int = 1,
    nature: enums.LetterNature = enums.LetterNature.VARIABLE,
    share: str | None = None,
    **changes: Any,
) -> Letter:
    """Mission letter over the convention's period, signed by both before it begins."""
    day = convention.period.start.replace(day=1)
    signed = date(day.year - 1, 11, 20)
    made = Letter(
        person_id=person_id,
        convention_id=convention.id,
        period=convention.period,
        nature=nature,
        share=None if share is None else Decimal(share),
        dated_on=signed,
        signed_by_person_on=signed,
        signed_by_manager_on=signed,
        accepted_on=signed if share is not None else None,
        row=person_id + 1,
        piece=f"LM-{person_id}",
    )
    return replace(made, **changes)


def a_pay_item(
    month: date,
    kind: enums.PayItemKind,
    amount: str | Decimal,
    *,
    person_id: int = 1,
    **changes: Any,
) -> PayItem:
    """Item paid at the month's end, with the three proofs that a bonus needs."""
    made = PayItem(
        person_id=person_id,
        month=month,
        kind=kind,
        label="",
        amount=money(amount),
        paid_on=month.replace(day=28),
        voucher=f"M{month:%y%m}",
        piece=f"BUL-{person_id}-{month:%Y-%m}",
        existed_before=True,
        is_tied=True,
        is_founded=True,
        row=(month.year - 2000) * 12 + month.month,
    )
    return replace(made, **changes)


def a_payslip(
    month: date,
    *,
    gross: str | Decimal = "3000",
    charges: str | Decimal = "1200",
    person_id: int = 1,
    others: Mapping[enums.PayItemKind, str] | None = None,
) -> tuple[PayItem, ...]:
    """Salary and employer charges of a month, and whatever else is asked for."""
    kinds = {
        enums.PayItemKind.GROSS: gross,
        enums.PayItemKind.EMPLOYER_CHARGES: charges,
        **(others or {}),
    }
    return tuple(
        a_pay_item(month, kind, amount, person_id=person_id) for kind, amount in kinds.items()
    )


def payslips(period: Period, *, person_id: int = 1) -> tuple[PayItem, ...]:
    """The same payslip for every month that a period touches."""
    return tuple(
        item for month in period.months() for item in a_payslip(month, person_id=person_id)
    )


def an_absence(
    start: date,
    end: date,
    kind: enums.AbsenceKind = enums.AbsenceKind.PAID_LEAVE,
    *,
    person_id: int = 1,
    **changes: Any,
) -> Absence:
    """Whole days away."""
    made = Absence(
        person_id=person_id,
        kind=kind,
        period=Period(start, end),
        minutes=None,
        expects_ijss=False,
        row=2,
    )
    return replace(made, **changes)


def a_signature(month: date, *, person_id: int = 1, **changes: Any) -> Signature:
    """Time sheet signed by both in the first days of the next month."""
    day = next_month(month).replace(day=3)
    made = Signature(
        person_id=person_id,
        month=month,
        signed_by_person_on=day,
        signed_by_manager_on=day,
        manager="DURAND Paul",
        row=2,
        piece=f"FT-{person_id}-{month:%Y%m}",
    )
    return replace(made, **changes)


def signatures(period: Period, *, person_id: int = 1) -> tuple[Signature, ...]:
    """A signed time sheet for every month that a period touches."""
    return tuple(a_signature(month, person_id=person_id) for month in period.months())


def worked(
    day: date, hours: str, convention_id: int | None = None, *, person_id: int = 1, row: int = 2
) -> Worked:
    """One row of a time sheet."""
    return Worked(person_id, day, int(Decimal(hours) * 60), convention_id, row)


def workdays(
    period: Period, hours: Mapping[int | None, str], *, person_id: int = 1, row: int = 2
) -> tuple[Worked, ...]:
    """The same day on every working day: hours by convention, None for other activity."""
    days = [day for day in period.iter_days() if working_days(Period(day, day + DAY))]
    return tuple(
        worked(day, amount, convention_id, person_id=person_id, row=row + index)
        for index, day in enumerate(days)
        for convention_id, amount in hours.items()
    )


def settings_for(kind: Kind, on: date, **changes: Any) -> Settings:
    """Shipped settings of a kind of funder, with changes."""
    opens = fund_opens(kind)
    day = on if opens is None else max(on, opens.value)
    found = {spec: find_setting(Frame(kind), spec.key, day) for spec in SPECS}
    values = {
        spec.key: None if default is None else spec.parse(_as_text(default.value))
        for spec, default in found.items()
    }
    return Settings(**{**values, **changes})


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "|".join(value) if isinstance(value, tuple) else str(value)


def terms_of(
    kind: Kind,
    since: date,
    *,
    rate: str = "0.50",
    maximum: str | None = None,
    total_cost: str | None = None,
    fte: str = "1",
    **settings: Any,
) -> Terms:
    """Terms from a day on; every origin is the convention's own text."""
    return Terms(
        since=since,
        rate=Decimal(rate),
        maximum=None if maximum is None else money(maximum),
        total_cost=None if total_cost is None else money(total_cost),
        fte=Decimal(fte),
        settings=settings_for(kind, since, **settings),
        origins=dict.fromkeys((*TERM_NAMES, *(spec.key for spec in SPECS)), OWN_TEXT),
    )


def a_convention(
    kind: Kind,
    start: date,
    end: date,
    *,
    convention_id: int = 1,
    changes: Mapping[str, Any] | None = None,
    **terms: Any,
) -> Convention:
    """Signed convention of one funder. ``changes`` are fields of the convention; other keywords are
    terms and settings.
    """
    made = Convention(
        id=convention_id,
        number=f"{kind.upper()}-{convention_id}",
        title="Facilitateurs de la clause sociale",
        operation_number="",
        organisation=an_organisation(),
        funder_name=FUNDERS[kind],
        funder_kind=enums.FunderKind(kind),
        scheme_code=kind.upper(),
        scheme_name=kind.upper(),
        period=Period(start, end),
        signed_on=date(start.year - 1, 12, 1),
        report_due_on=None,
        terms=(terms_of(kind, start, **terms),),
        amendments=(),
        row=convention_id + 1,
    )
    return replace(made, **(changes or {}))


def ledger_facts(
    conventions: Sequence[Convention],
    *,
    persons: Iterable[Person] | None = None,
    posts: Iterable[Post] | None = None,
    employments: Iterable[Employment] = (),
    holdings: Iterable[Holding] = (),
    fundings: Iterable[PostFunding] = (),
    letters: Iterable[Letter] = (),
    pay: Iterable[PayItem] = (),
    absences: Iterable[Absence] = (),
    time: Iterable[Worked] = (),
    signed: Iterable[Signature] = (),
    period: Period | None = None,
    extra_cuts: Collection[date] = (),
) -> LedgerFacts:
    """Facts of the ledger, over the whole months of the conventions unless a period is given."""
    time = tuple(time)
    facts = LedgerFacts(
        period=period or _whole_months(conventions),
        conventions={convention.id: convention for convention in conventions},
        persons={person.id: person for person in (persons or (a_person(),))},
        posts={post.id: post for post in (posts or (a_post(),))},
        employments=tuple(employments),
        holdings=tuple(holdings),
        fundings=tuple(fundings),
        letters=tuple(letters),
        pay_items=tuple(pay),
        absences=tuple(absences),
        times=(),
        time_links=frozenset((w.person_id, w.convention_id) for w in time if w.convention_id),
        signatures=tuple(signed),
    )
    return replace(facts, times=sums_of(facts, time, extra_cuts), odd_days=odd_days_of(facts, time))


def _whole_months(conventions: Sequence[Convention]) -> Period:
    first = min(convention.period.start for convention in conventions)
    last = max(convention.period.last for convention in conventions)
    return Period(first.replace(day=1), next_month(last))


def claim_facts(convention: Convention, ledger: LedgerFacts, **changes: Any) -> ClaimFacts:
    """Facts of one claim; resources, payments, budget and pieces are given by name."""
    return replace(ClaimFacts(convention=convention, ledger=ledger), **changes)

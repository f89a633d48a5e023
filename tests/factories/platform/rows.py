"""Rows of the database for tests of pages and lists: one structure, one funder, its conventions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import FunderKind, HolidayCalendar, LegalForm, PaymentKind, TerritoryKind
from grants.models.base import Base
from grants.models.conventions import Amendment, Convention, Funder, Payment, Scheme
from grants.models.coverage import Territory
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.models.posts import Holding, Post, PostFunding
from grants.periods import Period

Row = TypeVar("Row", bound=Base)


def add_convention(
    session: Session,
    number: str,
    *,
    title: str = "Poste de facilitateur",
    period: Period | None = None,
    organisation: str = "Métropole fictive",
    funder: str = "DREETS fictive",
    maximum: str | None = "40000.00",
    report_due_on: date | None = None,
) -> Convention:
    """Convention at 70 %, by default of the year 2024; its structure and funder are made once."""
    days = period or Period.year(2024)
    row = Convention(
        number=number,
        title=title,
        organisation_id=_organisation(session, organisation).id,
        scheme_id=_scheme(session, funder).id,
        start_on=days.start,
        end_on=None if days.is_open else days.end,
        signed_on=days.start,
        rate=Decimal("0.7"),
        maximum=None if maximum is None else Decimal(maximum),
        total_cost=Decimal("60000.00"),
        fte=Decimal(1),
        report_due_on=report_due_on,
        settings={},
    )
    return _added(session, row)


def add_payment(
    session: Session,
    convention: Convention,
    amount: str,
    kind: PaymentKind = PaymentKind.ADVANCE,
) -> Payment:
    """Payment of the convention's funder."""
    row = Payment(
        organisation_id=convention.organisation_id,
        convention_id=convention.id,
        paid_on=date(2024, 3, 1),
        kind=kind.value,
        amount=Decimal(amount),
    )
    return _added(session, row)


def add_amendment(
    session: Session, convention: Convention, field: str, value: str, effective_on: date
) -> Amendment:
    """Signed change of one term."""
    row = Amendment(
        organisation_id=convention.organisation_id,
        convention_id=convention.id,
        number="1",
        effective_on=effective_on,
        signed_on=effective_on,
        field=field,
        value=value,
    )
    return _added(session, row)


def add_funded_post(session: Session, convention: Convention, code: str = "P1") -> Post:
    """One FTE on a territory, open, paid by the convention as long as it runs."""
    territory = _added(
        session,
        Territory(code=f"T-{code}", name="Territoire fictif", kind=TerritoryKind.EPCI.value),
    )
    post = _added(
        session,
        Post(
            organisation_id=convention.organisation_id,
            code=code,
            title="Facilitateur",
            territory_id=territory.id,
            fte=Decimal(1),
            start_on=convention.start_on,
        ),
    )
    funding = PostFunding(
        organisation_id=convention.organisation_id,
        post_id=post.id,
        convention_id=convention.id,
        fte=Decimal(1),
        start_on=convention.start_on,
        end_on=convention.end_on,
    )
    _added(session, funding)
    return post


def add_holder(
    session: Session,
    post: Post,
    last_name: str,
    period: Period,
    *,
    replaces: Person | None = None,
) -> Person:
    """Person who holds the post over the days."""
    person = _added(
        session,
        Person(
            organisation_id=post.organisation_id,
            code=f"A-{last_name}"[:40],
            last_name=last_name,
            first_name="Camille",
        ),
    )
    holding = Holding(
        organisation_id=post.organisation_id,
        person_id=person.id,
        post_id=post.id,
        share=Decimal(1),
        start_on=period.start,
        end_on=None if period.is_open else period.end,
        replaces_id=None if replaces is None else replaces.id,
    )
    _added(session, holding)
    return person


def _organisation(session: Session, name: str) -> Organisation:
    found = session.scalars(select(Organisation).where(Organisation.name == name)).first()
    return found or _added(
        session,
        Organisation(
            code=name[:40],
            name=name,
            legal_form=LegalForm.LOCAL_AUTHORITY.value,
            holiday_calendar=HolidayCalendar.METROPOLE.value,
        ),
    )


def _scheme(session: Session, funder: str) -> Scheme:
    found = session.scalars(select(Scheme).where(Scheme.code == funder[:40])).first()
    if found is not None:
        return found
    payer = _added(session, Funder(code=funder[:40], name=funder, kind=FunderKind.STATE.value))
    return _added(
        session,
        Scheme(code=funder[:40], name=f"Dispositif de {funder}", funder_id=payer.id, settings={}),
    )


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row

"""The ways to sign a month, and the facts that may be changed after it, each by one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.models.conventions import Convention, Funder, Scheme
from grants.models.organisations import Organisation
from grants.models.people import Employment, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.timesheets.signed_paper import attach_scan
from grants.services.timesheets.steps import approve_sheet, sign_sheet
from tests.factories.timesheets.sheets import (
    AS_OF,
    JANUARY,
    MANAGER,
    Desk,
    add_absence,
    deed,
)

SUBSTITUTE = "CHAMONIX Alix, pour BELLEGARDE Thomas"
Way = Callable[[Session, Desk], object]
Change = Callable[[Session, Desk], None]


def by_agent(session: Session, desk: Desk) -> None:
    """The agent alone."""
    sign_sheet(session, person_id=desk.person_id, month=JANUARY, deed=deed())


def by_manager(session: Session, desk: Desk, name: str = "") -> None:
    """The agent, then the manager."""
    by_agent(session, desk)
    approve_sheet(
        session, person_id=desk.person_id, month=JANUARY, deed=deed(actor=MANAGER), name=name
    )


def by_substitute(session: Session, desk: Desk) -> None:
    """The agent, then whoever stands in for the manager."""
    by_manager(session, desk, SUBSTITUTE)


def on_paper(session: Session, desk: Desk) -> None:
    """Both by hand; the copy is deposited."""
    attach_scan(
        session,
        person_id=desk.person_id,
        month=JANUARY,
        piece="FT-A001-2025-01",
        signed_by_person_on=date(2025, 1, 31),
        signed_by_manager_on=AS_OF,
        manager="BELLEGARDE Thomas",
        deed=deed(),
    )


WAYS: Mapping[str, Way] = {
    "agent": by_agent,
    "manager": by_manager,
    "substitute": by_substitute,
    "paper": on_paper,
}


def _person(**values: Any) -> Change:
    return lambda session, desk: _set(session.get_one(Person, desk.person_id), values)


def _employer(**values: Any) -> Change:
    return lambda session, desk: _set(session.get_one(Organisation, desk.organisation_id), values)


def _contract(**values: Any) -> Change:
    query = select(Employment)
    return lambda session, desk: _set(
        session.scalars(query.where(Employment.person_id == desk.person_id)).one(), values
    )


def _operation(**values: Any) -> Change:
    return lambda session, desk: _set(session.get_one(Convention, desk.operation_id), values)


def _funder(session: Session, desk: Desk) -> None:
    convention = session.get_one(Convention, desk.operation_id)
    scheme = session.get_one(Scheme, convention.scheme_id)
    session.get_one(Funder, scheme.funder_id).name = "Région fictive"


def _hours(session: Session, desk: Desk) -> None:
    query = select(TimeEntry).where(
        TimeEntry.person_id == desk.person_id, TimeEntry.work_on == date(2025, 1, 7)
    )
    session.scalars(query).one().minutes = 60


def _leave(session: Session, desk: Desk) -> None:
    add_absence(session, desk, Period(date(2025, 1, 8), date(2025, 1, 10)))


def _set(row: object, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


# What a change is told as → how it is made.
CHANGES: Mapping[str, Change] = {
    "Nom": _person(last_name="AUBRAC-NOUVEAU"),
    "Fonction": _person(job_title="Coordinatrice"),
    "Employeur": _employer(name="Métropole renommée"),
    "SIRET de l'employeur": _employer(siret="13002526500013"),
    "Adresse de l'employeur": _employer(address="2 rue Neuve, 42000 Saint-Étienne"),
    "Contrat": _contract(fte=Decimal("0.80"), weekly_minutes=28 * 60),
    "Heures attendues": _contract(end_on=date(2025, 1, 16)),
    "Absences": _leave,
    "Heures du 07/01/2025": _hours,
    "intitulé": _operation(title="Un autre intitulé"),
    "numéro d'opération": _operation(operation_number="202499999"),
    "financeur": _funder,
}

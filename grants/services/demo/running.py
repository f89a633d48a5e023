"""Months that run while somebody tries the demonstration: two facilitators, a manager, a grid to
fill.

The workbook is the same every year; these months follow the day on which it is loaded. The month
before last was signed by both, the last one waits, the running one is proposed; letters of full
time stand for the months before, so that none of them is late. The operation is a new one: no
figure of the demonstration's claims rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import Activity, AuditVia, LetterNature
from grants.models.conventions import Convention, Scheme
from grants.models.organisations import Organisation
from grants.models.people import MissionLetter, Person
from grants.periods import DAY, Period, add_months, next_month
from grants.rules.timesheets.rows import row_key
from grants.rules.timesheets.sheet import Place
from grants.services.accounts.telling import actor_of
from grants.services.accounts.users import find_user
from grants.services.audit.deed import Actor, Deed
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.steps import approve_sheet, sign_sheet
from grants.services.timesheets.typing import confirm_days, save_cells

STRUCTURE, SCHEME = "PLIE79", "FSE-6A-2018"
MANAGER = "responsable@demonstration.example"
# Account → the agent that it is.
FACILITATORS: Mapping[str, str] = {
    "facilitateur@demonstration.example": "79-A4",
    "collegue@demonstration.example": "79-A1",
}
# Minutes of a day on the operation, the rest of it goes to other activity: 39,3 % and 64,3 %.
ON_OPERATION = {"79-A4": 165, "79-A1": 270}
PHASES = (Activity.SUPPORT_BUYERS, Activity.SUPPORT_COMPANIES, Activity.PARTNERSHIP)
NINE, AFTERNOON = time(9, 0, tzinfo=UTC), time(14, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Agent:
    """A facilitator of the demonstration who has an account."""

    person_id: int
    actor: Actor
    on_operation: int
    operation_id: int


def add_running_months(session: Session, *, as_of: date) -> bool:
    """Add the months around a day, once; whether anything was added.

    Nothing is done where the demonstration's association or its accounts are missing.
    """
    owner = session.scalars(
        select(Organisation).where(Organisation.code == STRUCTURE)
    ).one_or_none()
    manager = find_user(session, MANAGER)
    if owner is None or manager is None or _is_running(session, owner.id, as_of):
        return False
    operation = _operation(session, owner, as_of)
    before_last, last = (add_months(as_of.replace(day=1), -count) for count in (2, 1))
    agents = [
        agent
        for email, code in FACILITATORS.items()
        if (agent := _agent(session, owner.id, email, code, operation, before_last)) is not None
    ]
    for number, agent in enumerate(agents):
        _fill(session, agent, before_last)
        _sign(session, agent, before_last)
        _approve(session, agent, before_last, actor_of(manager))
        _confirm(session, agent, last)
        if number:
            _sign(session, agent, last, latest=as_of)
    return True


def _is_running(session: Session, owner_id: int, as_of: date) -> bool:
    query = select(Convention.id).where(
        Convention.organisation_id == owner_id,
        Convention.start_on <= as_of,
        Convention.end_on > as_of,
    )
    return session.scalars(query.limit(1)).first() is not None


def _operation(session: Session, owner: Organisation, as_of: date) -> Convention:
    """Operation of last year and this one, so that January has months behind it too."""
    scheme = session.scalars(select(Scheme).where(Scheme.code == SCHEME)).one()
    first, end = date(as_of.year - 1, 1, 1), date(as_of.year + 1, 1, 1)
    row = Convention(
        organisation_id=owner.id,
        number=f"FSE-79-{first.year}-{as_of.year}",
        title=f"Facilitateurs des clauses d'insertion, {first.year}-{as_of.year}",
        scheme_id=scheme.id,
        start_on=first,
        end_on=end,
        signed_on=first - timedelta(days=20),
        rate=Decimal("0.50"),
        maximum=Decimal("60000.00"),
        total_cost=Decimal("120000.00"),
        fte=Decimal(2),
        report_due_on=add_months(end, 6) - DAY,
        settings={},
    )
    session.add(row)
    session.flush()
    return row


def _agent(
    session: Session,
    owner_id: int,
    email: str,
    code: str,
    operation: Convention,
    varies_from: date,
) -> _Agent | None:
    account = find_user(session, email)
    query = select(Person.id).where(Person.organisation_id == owner_id, Person.code == code)
    person_id = session.scalars(query).one_or_none()
    if account is None or person_id is None:
        return None
    for nature, start, end in (
        (LetterNature.FULL_TIME, operation.start_on, varies_from),
        (LetterNature.VARIABLE, varies_from, operation.end_on),
    ):
        signed = start - timedelta(days=15)
        session.add(
            MissionLetter(
                organisation_id=owner_id,
                person_id=person_id,
                convention_id=operation.id,
                start_on=start,
                end_on=end,
                nature=nature.value,
                dated_on=signed,
                signed_by_person_on=signed,
                signed_by_manager_on=signed + DAY,
            )
        )
    session.flush()
    return _Agent(person_id, actor_of(account), ON_OPERATION[code], operation.id)


def _fill(session: Session, agent: _Agent, month: date) -> None:
    """Type every day of a month, in another phase each week."""
    evening = Period.month(month).last
    sheet = load_sheet(session, person_id=agent.person_id, month=month, as_of=evening)
    cells: dict[Place, str | int] = {}
    for day in (one for one in sheet.days if one.contract_minutes):
        phase = PHASES[day.day.isocalendar().week % len(PHASES)]
        cells[row_key(agent.operation_id, phase), day.day] = agent.on_operation
        elsewhere = row_key(None, Activity.OTHER)
        cells[elsewhere, day.day] = day.contract_minutes - agent.on_operation
    save_cells(
        session,
        person_id=agent.person_id,
        month=month,
        version=None,
        changes=cells,
        deed=Deed(agent.actor, datetime.combine(evening, AFTERNOON), AuditVia.CLI),
    )


def _confirm(session: Session, agent: _Agent, month: date) -> None:
    evening = Period.month(month).last
    confirm_days(
        session,
        person_id=agent.person_id,
        month=month,
        deed=Deed(agent.actor, datetime.combine(evening, AFTERNOON), AuditVia.CLI),
    )


def _sign(session: Session, agent: _Agent, month: date, latest: date = date.max) -> None:
    on = min(next_month(month) + DAY, latest)
    sign_sheet(
        session,
        person_id=agent.person_id,
        month=month,
        deed=Deed(agent.actor, datetime.combine(on, NINE), AuditVia.CLI),
    )


def _approve(session: Session, agent: _Agent, month: date, manager: Actor) -> None:
    on = next_month(month) + timedelta(days=3)
    approve_sheet(
        session,
        person_id=agent.person_id,
        month=month,
        deed=Deed(manager, datetime.combine(on, AFTERNOON), AuditVia.CLI),
    )

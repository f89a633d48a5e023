"""A facilitator, an operation and a month, in the database and in memory, for tests of sheets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from grants.enums import AbsenceKind, Activity, AuditVia, FunderKind, LetterNature, Role
from grants.models.conventions import Convention, Funder, Scheme
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.audit.deed import Actor, Deed
from tests.factories.platform.rows import add_convention

# Monday after a month that is over; the app's clock stands ten days before.
AT = datetime(2025, 2, 3, 8, 30, tzinfo=UTC)
AS_OF = date(2025, 2, 3)
JANUARY = date(2025, 1, 1)
YEAR = Period.year(2025)
FACILITATOR = Actor(None, "AUBRAC Inès", Role.FACILITATOR.value)
MANAGER = Actor(None, "BELLEGARDE Thomas", Role.MANAGER.value)
DAY_MINUTES = 420


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's desk: who, for whom, on which operations."""

    organisation_id: int
    person_id: int
    operation_id: int
    other_operation_id: int

    @property
    def on_operation(self) -> str:
        """Key of the line of the operation."""
        return f"{self.operation_id}-{Activity.SUPPORT_BUYERS.value}"

    @property
    def elsewhere(self) -> str:
        """Key of the line of other activity."""
        return f"0-{Activity.OTHER.value}"


def deed(
    as_of: date = AS_OF, *, actor: Actor = FACILITATOR, at: datetime | None = None, reason: str = ""
) -> Deed:
    """Who acts on a sheet, in the morning of a day or at a moment, and why."""
    return Deed(actor, at or datetime.combine(as_of, AT.timetz()), AuditVia.WEB, reason=reason)


def add_desk(
    session: Session,
    *,
    code: str = "A001",
    name: str = "AUBRAC",
    start_on: date = date(2020, 1, 1),
    end_on: date | None = None,
    weekly_minutes: int = 35 * 60,
    nature: LetterNature = LetterNature.VARIABLE,
    share: str | None = None,
    minimum: str | None = "40 %",
    organisation: str = "Métropole fictive",
) -> Desk:
    """Full-time facilitator with a mission letter on an operation of 2025 that pays time, beside
    a second operation without letter; committed.
    """
    operation, other = (
        _operation(session, f"{number}-{organisation}"[:40], organisation, minimum)
        for number in ("FSE-1", "FSE-2")
    )
    person = Person(
        organisation_id=operation.organisation_id,
        code=code,
        last_name=name,
        first_name="Inès",
        job_title="Facilitatrice",
    )
    session.add(person)
    session.flush()
    owner = {"organisation_id": operation.organisation_id, "person_id": person.id}
    session.add(
        Employment(
            **owner, start_on=start_on, end_on=end_on, fte=Decimal(1), weekly_minutes=weekly_minutes
        )
    )
    add_letter(session, person, operation, nature, share)
    session.commit()
    return Desk(operation.organisation_id, person.id, operation.id, other.id)


def add_letter(
    session: Session,
    person: Person,
    operation: Convention,
    nature: LetterNature,
    share: str | None = None,
) -> MissionLetter:
    """Letter over the operation, signed by both and accepted before it begins."""
    row = MissionLetter(
        organisation_id=person.organisation_id,
        person_id=person.id,
        convention_id=operation.id,
        start_on=YEAR.start,
        end_on=YEAR.end,
        nature=nature.value,
        share=None if share is None else Decimal(share),
        dated_on=date(2024, 12, 2),
        signed_by_person_on=date(2024, 12, 2),
        signed_by_manager_on=date(2024, 12, 3),
        accepted_on=date(2024, 12, 10),
    )
    session.add(row)
    session.flush()
    return row


def _operation(session: Session, number: str, organisation: str, minimum: str | None) -> Convention:
    found = session.query(Convention).filter_by(number=number).one_or_none()
    if found is not None:
        return found
    row = add_convention(
        session,
        number,
        title="Clause sociale",
        period=YEAR,
        organisation=organisation,
        funder="Département fictif FSE",
    )
    scheme = session.get_one(Scheme, row.scheme_id)
    session.get_one(Funder, scheme.funder_id).kind = FunderKind.FSE.value
    row.settings = {} if minimum is None else {"min_time_share": minimum}
    session.flush()
    return row


def add_hours(
    session: Session, desk: Desk, day: date, minutes: int = DAY_MINUTES, **changes: Any
) -> TimeEntry:
    """Declared minutes of a day, by default on the operation; committed."""
    values: dict[str, Any] = {
        "convention_id": desk.operation_id,
        "activity": Activity.SUPPORT_BUYERS.value,
    }
    row = TimeEntry(
        organisation_id=desk.organisation_id,
        person_id=desk.person_id,
        work_on=day,
        minutes=minutes,
        **(values | changes),
    )
    session.add(row)
    session.commit()
    return row


def add_absence(
    session: Session,
    desk: Desk,
    period: Period,
    *,
    kind: AbsenceKind = AbsenceKind.PAID_LEAVE,
    minutes: int | None = None,
) -> Absence:
    """Absence of whole days, or of some minutes; committed."""
    row = Absence(
        organisation_id=desk.organisation_id,
        person_id=desk.person_id,
        kind=kind.value,
        start_on=period.start,
        end_on=period.end,
        minutes=minutes,
    )
    session.add(row)
    session.commit()
    return row


def fill_month(
    session: Session, desk: Desk, month: date = JANUARY, minutes: Mapping[int, int] | None = None
) -> None:
    """The contract's hours on every working day of a month; ``minutes`` changes some days of it."""
    from grants.rules.basis.calendar import public_holidays

    for day in Period.month(month).iter_days():
        if day.weekday() < 5 and day not in public_holidays(day.year):
            add_hours(session, desk, day, (minutes or {}).get(day.day, DAY_MINUTES))

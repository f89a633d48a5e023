"""Who works, under which contract and mission letter, and when away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.enums import AbsenceKind, HolidayCalendar, LetterNature
from grants.frozen import frozen
from grants.periods import Period


@frozen(kw_only=True)
class Person:
    """Agent; ``code`` is the matricule."""

    id: int
    code: str
    last_name: str
    first_name: str
    job_title: str
    calendar: HolidayCalendar
    has_payroll_tax_abatement: bool = False

    @property
    def name(self) -> str:
        """Name as forms print it."""
        return f"{self.last_name} {self.first_name}"


@frozen(kw_only=True)
class Employment:
    """Segment of a work contract."""

    person_id: int
    period: Period
    fte: Decimal
    weekly_minutes: int
    row: int
    piece: str = ""


@frozen(kw_only=True)
class Letter:
    """Mission letter; ``share`` is set for a fixed share only."""

    person_id: int
    convention_id: int
    period: Period
    nature: LetterNature
    share: Decimal | None
    dated_on: date | None
    signed_by_person_on: date | None
    signed_by_manager_on: date | None
    accepted_on: date | None
    row: int
    piece: str = ""


@frozen(kw_only=True)
class Absence:
    """Days or part of a day away from work."""

    person_id: int
    kind: AbsenceKind
    period: Period
    minutes: int | None
    expects_ijss: bool
    row: int

"""A convention that ended, whoever held its post, and what is known of them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from grants.enums import PaymentKind
from grants.models.conventions import Convention, Payment
from grants.models.evidence import Piece
from grants.models.pay import PayItem
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.periods import month_index
from grants.services.platform.storage import FileStorage
from tests.support.database import NOW


@dataclass(frozen=True)
class Case:
    """A convention of 2015, its post, whoever held it, and what is known of them."""

    convention: Convention
    person: Person
    storage: FileStorage

    @property
    def organisation_id(self) -> int:
        """Whose it is."""
        return self.convention.organisation_id


def settle(session: Session, convention: Convention, paid_on: date) -> None:
    """Pay the balance."""
    session.add(
        Payment(
            organisation_id=convention.organisation_id, convention_id=convention.id,
            paid_on=paid_on, kind=PaymentKind.BALANCE.value, amount=Decimal("1000.00"),
        )
    )  # fmt: skip


def add_facts(session: Session, person: Person, year: int, convention: Convention) -> None:
    """A year of somebody: contract, pay, hours, sheet, absence, letter, payslip."""
    own = {"organisation_id": person.organisation_id, "person_id": person.id}
    days = {"start_on": date(year, 1, 1), "end_on": date(year + 1, 1, 1)}
    june = month_index(date(year, 6, 1))
    session.add_all(
        [
            Employment(**own, **days, fte=Decimal(1), weekly_minutes=2100),
            PayItem(**own, month=june, kind="gross", amount=Decimal("2000.00"),
                      paid_on=date(year, 6, 28), piece=f"BP-{person.code}-{year}"),
            TimeEntry(**own, work_on=date(year, 6, 2), convention_id=convention.id, minutes=420,
                        activity="support_buyers"),
            TimeSheet(**own, month=june, manager="Madame Exemple"),
            SheetDay(**own, work_on=date(year, 6, 2), comment="à la mairie"),
            SheetStep(**own, month=june, step="signed", happened_at=NOW, name="Durand"),
            Absence(**own, start_on=date(year, 7, 1), end_on=date(year, 7, 3), kind="rtt"),
            MissionLetter(**own, **days, convention_id=convention.id, nature="full_time",
                            share=Decimal(1)),
        ]
    )  # fmt: skip


def add_piece(
    session: Session, storage: FileStorage, person: Person, reference: str, dated_on: date | None
) -> str:
    """Store a payslip.

    Returns: its hash.
    """
    stored = storage.put(io.BytesIO(reference.encode()))
    session.add(
        Piece(organisation_id=person.organisation_id, person_id=person.id, reference=reference,
                kind="payslip", dated_on=dated_on, sha256=stored.sha256, size=stored.size)
    )  # fmt: skip
    return stored.sha256

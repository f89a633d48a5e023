"""What people did and what it cost: time, absences, pay, indicators, and the documents that prove
it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import (
    Base,
    Cents,
    Dated,
    Identified,
    Imported,
    Millionths,
    OfOrganisation,
)


class TimeEntry(Identified, Imported, OfOrganisation, Base):
    """Minutes of one person, day, operation and activity. Without a convention it is other
    activity.
    """

    __tablename__ = "time_entries"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        # Covering: the claim sums a million of these rows from the index alone.
        Index("ix_time_entries_person_day", "person_id", "work_on", "convention_id", "minutes"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    work_on: Mapped[date] = mapped_column(Date)
    convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id"), index=True)
    minutes: Mapped[int] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(String(500), default="")
    market: Mapped[str] = mapped_column(String(200), default="", server_default="")


class Absence(Identified, Imported, OfOrganisation, Dated, Base):
    """Leave, sickness and the like. ``minutes`` is set for part of one day; ``expects_ijss`` when
    the employer gets sick pay back.
    """

    __tablename__ = "absences"
    __table_args__ = (
        UniqueConstraint("person_id", "start_on", "kind"),
        CheckConstraint("end_on > start_on", name="period"),
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(40))
    minutes: Mapped[int | None] = mapped_column(Integer)
    expects_ijss: Mapped[bool] = mapped_column(default=False)


class PayItem(Identified, Imported, OfOrganisation, Base):
    """One item of one payslip. The three flags are what an eligible bonus must show."""

    __tablename__ = "pay_items"
    __table_args__ = (UniqueConstraint("person_id", "month", "kind", "label"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    month: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200), default="")
    amount: Mapped[Decimal] = mapped_column(Cents)
    paid_on: Mapped[date | None] = mapped_column(Date)
    voucher: Mapped[str] = mapped_column(String(80), default="")
    piece: Mapped[str] = mapped_column(String(80), default="")
    existed_before: Mapped[bool] = mapped_column(default=False)
    is_tied: Mapped[bool] = mapped_column(default=False)
    is_founded: Mapped[bool] = mapped_column(default=False)


class Indicator(Identified, Imported, Base):
    """Indicator as data: no funder publishes a grid, so none is code."""

    __tablename__ = "indicators"

    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    formula: Mapped[str] = mapped_column(String(500), default="")
    unit: Mapped[str] = mapped_column(String(40))
    breakdown: Mapped[str] = mapped_column(String(100), default="")
    funder_id: Mapped[int | None] = mapped_column(ForeignKey("funders.id"))


class Target(Identified, Imported, OfOrganisation, Dated, Base):
    """What a convention promises of an indicator over days."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("indicator_id", "convention_id", "start_on"),)

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), index=True)
    value: Mapped[Decimal] = mapped_column(Millionths)


class IndicatorValue(Identified, Imported, OfOrganisation, Dated, Base):
    """What was reached of an indicator, for a convention or a territory."""

    __tablename__ = "indicator_values"
    __table_args__ = (
        CheckConstraint("convention_id IS NOT NULL OR territory_id IS NOT NULL", name="subject"),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id"))
    convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id"), index=True)
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"), index=True)
    breakdown: Mapped[str] = mapped_column(String(100), default="")
    value: Mapped[Decimal] = mapped_column(Millionths)
    method: Mapped[str] = mapped_column(Text, default="")


class ClauseJob(Identified, Imported, OfOrganisation, Dated, Base):
    """Work of a participant under a clause, by pseudonym: the yearly list that calls ask for."""

    __tablename__ = "clause_jobs"
    __table_args__ = (UniqueConstraint("convention_id", "market", "participant", "start_on"),)

    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"))
    market: Mapped[str] = mapped_column(String(200))
    participant: Mapped[str] = mapped_column(String(40))
    employer: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int] = mapped_column(Integer)


class Piece(Identified, Imported, OfOrganisation, Base):
    """Supporting document. ``sha256`` is empty until the file itself is stored."""

    __tablename__ = "pieces"
    __table_args__ = (UniqueConstraint("organisation_id", "reference"),)

    reference: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id"))
    start_on: Mapped[date | None] = mapped_column(Date)
    end_on: Mapped[date | None] = mapped_column(Date)
    amount: Mapped[Decimal | None] = mapped_column(Cents)
    dated_on: Mapped[date | None] = mapped_column(Date)
    file_name: Mapped[str] = mapped_column(String(255), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int | None] = mapped_column(Integer)

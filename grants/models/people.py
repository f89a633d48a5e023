"""Agents: who they are, under which contract, with which mission letter, when away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Dated, Identified, Imported, Millionths, OfOrganisation


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


class Person(Identified, Imported, OfOrganisation, Base):
    """Agent or salarié."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    code: Mapped[str] = mapped_column(String(40))
    last_name: Mapped[str] = mapped_column(String(100))
    first_name: Mapped[str] = mapped_column(String(100))
    job_title: Mapped[str] = mapped_column(String(200), default="")


class Employment(Identified, Imported, OfOrganisation, Dated, Base):
    """Dated segment of a work contract: quotité and weekly hours."""

    __tablename__ = "employments"
    __table_args__ = (
        UniqueConstraint("person_id", "start_on"),
        CheckConstraint("fte > 0 AND fte <= 1000000", name="fte"),
        CheckConstraint("weekly_minutes > 0", name="weekly_minutes"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    employer: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[str] = mapped_column(String(60), default="")
    fte: Mapped[Decimal] = mapped_column(Millionths)
    weekly_minutes: Mapped[int] = mapped_column(Integer)
    signed_on: Mapped[date | None] = mapped_column(Date)
    piece: Mapped[str] = mapped_column(String(80), default="")


class MissionLetter(Identified, Imported, OfOrganisation, Dated, Base):
    """Lettre de mission: the share of a person's time on an operation."""

    __tablename__ = "mission_letters"
    __table_args__ = (
        UniqueConstraint("person_id", "convention_id", "start_on"),
        CheckConstraint("share >= 0 AND share <= 1000000", name="share"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), index=True)
    nature: Mapped[str] = mapped_column(String(40))
    share: Mapped[Decimal | None] = mapped_column(Millionths)
    dated_on: Mapped[date | None] = mapped_column(Date)
    signed_by_person_on: Mapped[date | None] = mapped_column(Date)
    signed_by_manager_on: Mapped[date | None] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    piece: Mapped[str] = mapped_column(String(80), default="")

"""Indicators, their targets and values, and the yearly list of clause employees."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Dated, Identified, Imported, Millionths, OfOrganisation


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

"""Territories that posts serve."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Identified, Imported, Millionths


class Territory(Identified, Imported, Base):
    """Territory that posts serve; public reference data, shared by all tenants."""

    __tablename__ = "territories"
    __table_args__ = (CheckConstraint("population >= 0", name="population"),)

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    insee_code: Mapped[str] = mapped_column(String(12), default="")
    population: Mapped[int | None] = mapped_column(Integer)
    population_year: Mapped[int | None] = mapped_column(Integer)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("territories.id"))
    target_fte: Mapped[Decimal | None] = mapped_column(Millionths)

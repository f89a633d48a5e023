"""Pieces: the documents that prove what a claim says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Cents, Identified, Imported, OfOrganisation


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

"""Posts, what funds them and who holds them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Dated, Identified, Imported, Millionths, OfOrganisation


class Post(Identified, Imported, OfOrganisation, Dated, Base):
    """Poste: an approved FTE on a territory."""

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("fte > 0", name="fte"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), index=True)
    fte: Mapped[Decimal] = mapped_column(Millionths)


class PostFunding(Identified, Imported, OfOrganisation, Dated, Base):
    """FTE of a post that a convention funds, over days."""

    __tablename__ = "post_fundings"
    __table_args__ = (
        UniqueConstraint("post_id", "convention_id", "start_on"),
        CheckConstraint("fte > 0", name="fte"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), index=True)
    fte: Mapped[Decimal] = mapped_column(Millionths)


class Holding(Identified, Imported, OfOrganisation, Dated, Base):
    """Affectation: a person on a post. ``share`` is the part of the person's work that the post
    takes.
    """

    __tablename__ = "holdings"
    __table_args__ = (
        UniqueConstraint("person_id", "post_id", "start_on"),
        CheckConstraint("share > 0 AND share <= 1000000", name="share"),
        CheckConstraint("end_on > start_on", name="period"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    share: Mapped[Decimal] = mapped_column(Millionths)
    is_secondment: Mapped[bool] = mapped_column(default=False)
    agreement_on: Mapped[date | None] = mapped_column(Date)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    piece: Mapped[str] = mapped_column(String(80), default="")

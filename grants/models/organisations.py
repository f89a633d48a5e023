"""Structures porteuses, the territories they serve, and the people who log in."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Identified, Imported, Millionths


class Import(Identified, Base):
    """One workbook that was read in: its name, its hash, when."""

    __tablename__ = "imports"

    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    imported_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Organisation(Identified, Imported, Base):
    """Structure porteuse: employer, grant holder, tenant. ``certifier`` is empty where the legal
    form decides who certifies the accounts.

    ``sheet_lock`` is the rule that closes months of time sheets, in words, empty for none; sheets
    are due ``sheet_due_days`` after their month.
    """

    __tablename__ = "organisations"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    siret: Mapped[str] = mapped_column(String(14), default="")
    rna: Mapped[str] = mapped_column(String(10), default="")
    legal_form: Mapped[str] = mapped_column(String(40))
    certifier: Mapped[str] = mapped_column(String(40), default="", server_default="")
    holiday_calendar: Mapped[str] = mapped_column(String(40))
    has_payroll_tax_abatement: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = mapped_column(String(300), default="")
    sheet_lock: Mapped[str] = mapped_column(String(200), default="", server_default="")
    sheet_grace_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    sheet_due_days: Mapped[int] = mapped_column(Integer, default=5, server_default="5")


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


class User(Identified, Base):
    """Someone who logs in. The password is kept as an argon2id hash only."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

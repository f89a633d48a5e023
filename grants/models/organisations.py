"""Structures porteuses and the files they give for their documents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified, Imported, OfOrganisation


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


class OrganisationFile(Identified, OfOrganisation, Base):
    """One such file; its bytes are in the storage, named by ``sha256``. One of a kind at a time."""

    __tablename__ = "organisation_files"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind"),
        CheckConstraint("size > 0", name="size"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(40))
    stored_at: Mapped[datetime] = mapped_column(UtcMoment)

"""Pay: what a payslip's lines said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Cents, Identified, Imported, OfOrganisation


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

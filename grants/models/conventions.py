"""Who pays and on what terms: funders, schemes, conventions, their amendments, resources and
payments.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Cents, Dated, Identified, Imported, Millionths, OfOrganisation


class Funder(Identified, Imported, Base):
    """Financeur."""

    __tablename__ = "funders"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))


class Scheme(Identified, Imported, Base):
    """Dispositif: a funder's rule set. ``settings`` holds only what differs from the defaults, key
    to text. ``covered_territories`` are codes between vertical bars that a call leaves out, since
    earlier operations cover them.
    """

    __tablename__ = "schemes"
    __table_args__ = (CheckConstraint("envelope >= 0", name="envelope"),)

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    funder_id: Mapped[int] = mapped_column(ForeignKey("funders.id"))
    programme: Mapped[str | None] = mapped_column(String(40))
    authority: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reference: Mapped[str] = mapped_column(String(300), default="")
    href: Mapped[str] = mapped_column(String(500), default="")
    filing_deadline: Mapped[date | None] = mapped_column(Date)
    envelope: Mapped[Decimal | None] = mapped_column(Cents)
    covered_territories: Mapped[str] = mapped_column(String(500), default="", server_default="")
    settings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class SettingText(Identified, Imported, Base):
    """Where one setting of a scheme is written: what is printed beside it, and the day when
    somebody read it there.
    """

    __tablename__ = "setting_texts"
    __table_args__ = (UniqueConstraint("scheme_id", "key"),)

    scheme_id: Mapped[int] = mapped_column(ForeignKey("schemes.id"))
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    article: Mapped[str] = mapped_column(String(200), default="")
    href: Mapped[str] = mapped_column(String(500), default="")
    dated_on: Mapped[date | None] = mapped_column(Date)
    read_on: Mapped[date | None] = mapped_column(Date)


class Convention(Identified, Imported, OfOrganisation, Dated, Base):
    """One signed agreement. Terms as amended are read through ``services.facts``.

    ``purged_on`` is the day when facts about persons that its claims rested on were purged;
    ``retention_from`` the day that the authority notified as the start of their retention.
    """

    __tablename__ = "conventions"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint("end_on > start_on", name="period"),
        CheckConstraint("maximum >= 0", name="maximum"),
        CheckConstraint("rate >= 0 AND rate <= 1000000", name="rate"),
    )

    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(300))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("schemes.id"), index=True)
    operation_number: Mapped[str] = mapped_column(String(80), default="")
    requested_on: Mapped[date | None] = mapped_column(Date)
    signed_on: Mapped[date | None] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(Millionths)
    maximum: Mapped[Decimal | None] = mapped_column(Cents)
    total_cost: Mapped[Decimal | None] = mapped_column(Cents)
    fte: Mapped[Decimal] = mapped_column(Millionths)
    report_due_on: Mapped[date | None] = mapped_column(Date)
    description: Mapped[str] = mapped_column(Text, default="")
    settings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    purged_on: Mapped[date | None] = mapped_column(Date)
    retention_from: Mapped[date | None] = mapped_column(Date)


class Amendment(Identified, Imported, OfOrganisation, Base):
    """Dated change of one term. ``field`` is a term or a setting's key; the old value stays
    readable in the convention.
    """

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("convention_id", "number", "field"),)

    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"))
    number: Mapped[str] = mapped_column(String(40))
    effective_on: Mapped[date] = mapped_column(Date)
    signed_on: Mapped[date | None] = mapped_column(Date)
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(500), default="")


class Resource(Identified, Imported, OfOrganisation, Base):
    """What another funder promised to an operation. ``grant_base`` is the cost its grant was given
    on, when wider.
    """

    __tablename__ = "resources"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("grant_base > 0", name="grant_base"),
    )

    code: Mapped[str] = mapped_column(String(80))
    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"), index=True)
    funder_id: Mapped[int] = mapped_column(ForeignKey("funders.id"))
    from_convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id"))
    label: Mapped[str] = mapped_column(String(300), default="")
    amount: Mapped[Decimal] = mapped_column(Cents)
    grant_base: Mapped[Decimal | None] = mapped_column(Cents)
    operation_base: Mapped[Decimal | None] = mapped_column(Cents)
    notified_on: Mapped[date | None] = mapped_column(Date)
    piece: Mapped[str] = mapped_column(String(80), default="")


class Receipt(Identified, Imported, OfOrganisation, Base):
    """What came of a resource, and when."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("resource_id", "received_on", "amount"),)

    resource_id: Mapped[int] = mapped_column(ForeignKey("resources.id"))
    received_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal] = mapped_column(Cents)
    piece: Mapped[str] = mapped_column(String(80), default="")


class Payment(Identified, Imported, OfOrganisation, Base):
    """What the convention's own funder has paid."""

    __tablename__ = "payments"
    __table_args__ = (UniqueConstraint("convention_id", "paid_on", "kind", "amount"),)

    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"))
    paid_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(40))
    amount: Mapped[Decimal] = mapped_column(Cents)
    piece: Mapped[str] = mapped_column(String(80), default="")


class BudgetItem(Identified, Imported, OfOrganisation, Base):
    """One line of a convention's budget: planned, and realised where no other record of ours holds
    it.

    ``line`` is a code of ``exports.cerfa_lines``; ``label`` fills the form's free lines.
    """

    __tablename__ = "budget_items"
    __table_args__ = (UniqueConstraint("convention_id", "side", "line", "label"),)

    convention_id: Mapped[int] = mapped_column(ForeignKey("conventions.id"))
    side: Mapped[str] = mapped_column(String(20))
    line: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(200), default="")
    planned: Mapped[Decimal] = mapped_column(Cents)
    realised: Mapped[Decimal | None] = mapped_column(Cents)
    piece: Mapped[str] = mapped_column(String(80), default="")

"""Time sheets: a person's month, what stands beside its hours, and every step it went through.

The hours themselves are ``activity.TimeEntry``: a claim reads those and nothing else.
"""

from __future__ import annotations

from datetime import date, datetime

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

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified, Imported, OfOrganisation


class TimeSheet(Identified, Imported, OfOrganisation, Base):
    """A person's month: both signatures, and what locks it; ``month`` is a
    ``periods.month_index``.

    The days count for the funder; the moments, and who signed, are known where both signed here
    rather than on paper. ``content_sha256`` is the hash of the document that was signed
    (``SheetDocument``), ``hours_sha256`` that of its hours and leave alone, which a claim compares
    with what stands there; both are one where the sheet was signed before documents were kept.
    ``version`` counts the changes, so that the second of two people at once is told.
    """

    __tablename__ = "time_sheets"
    __table_args__ = (UniqueConstraint("person_id", "month"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    month: Mapped[int] = mapped_column(Integer)
    signed_by_person_on: Mapped[date | None] = mapped_column(Date)
    signed_by_manager_on: Mapped[date | None] = mapped_column(Date)
    manager: Mapped[str] = mapped_column(String(200), default="")
    piece: Mapped[str] = mapped_column(String(80), default="")
    signed_by_person_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signer: Mapped[str] = mapped_column(String(200), default="")
    signed_by_manager_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    content_sha256: Mapped[str] = mapped_column(String(64), default="")
    hours_sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    returned_reason: Mapped[str] = mapped_column(String(500), default="")
    is_partly_open: Mapped[bool] = mapped_column(default=False)
    locked_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    locked_for: Mapped[str] = mapped_column(String(200), default="")
    unlocked_until: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=0)


class SheetDay(Identified, OfOrganisation, Base):
    """What a person said of a day beside its hours.

    ``is_confirmed`` ends the proposal of the day; ``is_edited`` tells that the person changed it;
    ``is_reopened`` that it may be corrected while the rest of its month stays closed.
    """

    __tablename__ = "sheet_days"
    __table_args__ = (UniqueConstraint("person_id", "work_on"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    work_on: Mapped[date] = mapped_column(Date)
    comment: Mapped[str] = mapped_column(String(500), default="")
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    is_edited: Mapped[bool] = mapped_column(default=False)
    is_reopened: Mapped[bool] = mapped_column(default=False)


class SheetStep(Identified, OfOrganisation, Base):
    """A step of a sheet, never changed: signatures stay readable after it was reopened."""

    __tablename__ = "sheet_steps"
    __table_args__ = (
        Index("ix_sheet_steps_person_id_month", "person_id", "month"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    month: Mapped[int] = mapped_column(Integer)
    step: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[datetime] = mapped_column(UtcMoment)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200), default="")
    day: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500), default="")
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    content_sha256: Mapped[str] = mapped_column(String(64), default="")


class SheetDocument(Identified, OfOrganisation, Base):
    """What was printed of a month on the day it was signed, as canonical JSON, never changed.

    ``emblem_sha256`` is the picture's hash in the storage, empty for none.
    """

    __tablename__ = "sheet_documents"
    __table_args__ = (UniqueConstraint("person_id", "month", "sha256"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    month: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(Text)
    emblem_sha256: Mapped[str] = mapped_column(String(64), default="")
    kept_at: Mapped[datetime] = mapped_column(UtcMoment)


class TimeEntry(Identified, Imported, OfOrganisation, Base):
    """Minutes of one person, day, operation and activity. Without a convention it is other
    activity.
    """

    __tablename__ = "time_entries"
    __table_args__ = (
        CheckConstraint("minutes > 0 AND minutes <= 1440", name="minutes"),
        # Covering: the claim sums a million of these rows from the index alone.
        Index("ix_time_entries_person_day", "person_id", "work_on", "convention_id", "minutes"),
        # Who worked for an operation, and for which operations somebody worked, by a few probes.
        Index("ix_time_entries_convention_person", "convention_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    work_on: Mapped[date] = mapped_column(Date)
    convention_id: Mapped[int | None] = mapped_column(ForeignKey("conventions.id"))
    minutes: Mapped[int] = mapped_column(Integer)
    activity: Mapped[str] = mapped_column(String(40))
    comment: Mapped[str] = mapped_column(String(500), default="")
    market: Mapped[str] = mapped_column(String(200), default="", server_default="")

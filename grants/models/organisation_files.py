"""Files that an organisation gives to be used on its documents: the State's form, its emblem."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base, Identified, OfOrganisation


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

"""What a purge has still to do once its transaction is over."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.base import Base, Identified, OfOrganisation


class PurgedFile(Identified, OfOrganisation, Base):
    """A stored file that no row names any more and that is to be deleted.

    Written with the purge and removed once the file is gone: a crash between both is made good by
    whoever comes next.
    """

    __tablename__ = "purged_files"
    __table_args__ = (UniqueConstraint("organisation_id", "sha256"),)

    sha256: Mapped[str] = mapped_column(String(64))

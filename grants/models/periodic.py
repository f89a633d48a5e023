"""What the program does by itself every day, and how far it got: a restart skips and doubles
nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from grants.models.audit import UtcMoment
from grants.models.base import Base


class PeriodicRun(Base):
    """One task of ``services/daily/periodic.py``. ``done_on`` is the last day that it was done for.

    Who does it holds it until ``leased_until`` under the number ``lease``; ``failures`` counts the
    tries since it last went well.
    """

    __tablename__ = "periodic_runs"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("lease >= 0", name="lease"),
    )

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_on: Mapped[date | None] = mapped_column(Date)
    lease: Mapped[int] = mapped_column(Integer, default=0)
    leased_until: Mapped[datetime | None] = mapped_column(UtcMoment)
    failures: Mapped[int] = mapped_column(Integer, default=0)

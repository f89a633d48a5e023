"""Ground of all tables: one metadata with named constraints, exact column types, and the mixins
that most rows share.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Integer, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    scoped_session,
)
from sqlalchemy.types import TypeDecorator

from grants.models import row_security
from grants.money import from_cents, to_cents

MILLION = 1_000_000

# A service takes a plain session or the app's scoped one alike.
AnySession = Session | scoped_session[Any]

# Every constraint has a name that can be guessed, so that a broken one maps to a form field.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of every table."""

    metadata = MetaData(naming_convention=NAMING)


row_security.install(Base.metadata)


class Cents(TypeDecorator[Decimal]):
    """Amount in euros, stored as whole cents: SQLite keeps Numeric as a float and sums it wrong."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Cents to store; an amount finer than a cent is refused."""
        return None if value is None else to_cents(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Euros of the stored cents."""
        return None if value is None else from_cents(int(value))


class Millionths(TypeDecorator[Decimal]):
    """Rate, share or FTE, exact to six decimals, stored as a whole number of millionths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Millionths to store; a finer figure is refused."""
        if value is None:
            return None
        scaled = value * MILLION
        if scaled != int(scaled):
            raise ValueError(f"{value} is finer than a millionth")
        return int(scaled)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """Figure of the stored millionths, without trailing zeros."""
        if value is None:
            return None
        figure = Decimal(int(value)).scaleb(-6).normalize()
        return figure if figure.as_tuple().exponent <= 0 else figure.quantize(Decimal(1))  # type: ignore[operator] # finite by construction


class Identified:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)


class Imported:
    """A row that came from a workbook: which import, which line of its sheet."""

    source_row: Mapped[int | None] = mapped_column(Integer)

    @declared_attr
    def import_id(cls) -> Mapped[int | None]:
        """Import that wrote the row last."""
        return mapped_column(ForeignKey("imports.id"))


class OfOrganisation:
    """A row that belongs to one tenant."""

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        """Tenant."""
        return mapped_column(ForeignKey("organisations.id"), index=True)


class Dated:
    """A row that holds over days: ``start_on`` is the first, ``end_on`` the first day after; none
    means open.
    """

    start_on: Mapped[date] = mapped_column(Date)
    end_on: Mapped[date | None] = mapped_column(Date)

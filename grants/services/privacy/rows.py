"""Which rows about persons go in a purge, as conditions that the database evaluates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from grants.enums import PieceKind
from grants.models import Base, BudgetItem, PayItem, Payment, Piece, Receipt, Resource
from grants.models.base import AnySession
from grants.periods import month_index
from grants.services.platform.personal_tables import TABLES, Kept

# Rows that go by their days, in the order in which they are deleted.
BY_DAYS = (Kept.MONTH, Kept.DAY, Kept.PERIOD)
# Pieces of a convention that show persons even where they name none.
SHOWS_PERSONS = frozenset(
    {
        PieceKind.PAYSLIP,
        PieceKind.TIME_SHEET,
        PieceKind.MISSION_LETTER,
        PieceKind.CONTRACT,
        PieceKind.SECONDMENT_AGREEMENT,
        PieceKind.PAYROLL_TAX_FORM,
        PieceKind.PAYMENT_PROOF,
        PieceKind.OTHER,
    }
)
_NAMES_PIECES = (BudgetItem, Payment, Receipt, Resource)


def models_by_table() -> dict[str, Any]:
    """Class of each table."""
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined] # each is a table


def dated_models() -> Iterator[tuple[str, Any]]:
    """Tables whose rows go by their days, with their classes."""
    models = models_by_table()
    for name, entry in TABLES.items():
        if entry.kept in BY_DAYS:
            yield name, models[name]


def goes(model: Any, before: date) -> ColumnElement[bool]:
    """Rows that are over before a day, the first of a month.

    A pay item that was paid from that day on stays: it is a regularisation of a later claim.
    """
    kept = TABLES[model.__tablename__].kept
    if kept is Kept.DAY:
        return model.work_on < before  # type: ignore[no-any-return] # of a column
    if kept is Kept.PERIOD:
        return and_(model.end_on.is_not(None), model.end_on <= before)
    is_over = model.month < month_index(before)
    if model is not PayItem:
        return is_over  # type: ignore[no-any-return] # of a column
    return and_(is_over, or_(PayItem.paid_on.is_(None), PayItem.paid_on < before))


def piece_is_over(before: date) -> ColumnElement[bool]:
    """Pieces whose last known day is before a day; one without any day is not."""
    return or_(
        Piece.end_on <= before,
        and_(Piece.end_on.is_(None), Piece.start_on < before),
        and_(Piece.end_on.is_(None), Piece.start_on.is_(None), Piece.dated_on < before),
    )


def has_no_day() -> ColumnElement[bool]:
    """Pieces that no day is known of."""
    return and_(Piece.end_on.is_(None), Piece.start_on.is_(None), Piece.dated_on.is_(None))


def named_by_staying_rows(
    session: AnySession, cuts: dict[int, date], organisation_id: int
) -> set[str]:
    """References of the pieces that rows of an organisation still name after a purge.

    Args: cuts: by person, the day before which rows go.
    """
    found: set[str] = set()
    for model in _NAMES_PIECES:
        query = select(model.piece).where(model.organisation_id == organisation_id).distinct()
        found.update(session.scalars(query))
    for _, model in dated_models():
        for column in _reference_columns(model):
            staying = _staying(model, cuts)
            query = select(column).where(model.organisation_id == organisation_id, staying)
            found.update(session.scalars(query.distinct()))
    models = models_by_table()
    holding = models["holdings"]
    query = select(holding.piece).where(
        holding.organisation_id == organisation_id, ~_holding_is_over(holding, cuts)
    )
    found.update(session.scalars(query.distinct()))
    return found - {""}


def _staying(model: Any, cuts: dict[int, date]) -> ColumnElement[bool]:
    going = [
        and_(model.person_id.in_(persons), goes(model, before))
        for before, persons in persons_by_cut(cuts).items()
    ]
    return ~or_(*going) if going else model.id.is_not(None)


def _holding_is_over(holding: Any, cuts: dict[int, date]) -> ColumnElement[bool]:
    over = [
        and_(holding.person_id.in_(persons), holding.end_on.is_not(None), holding.end_on <= before)
        for before, persons in persons_by_cut(cuts).items()
    ]
    return or_(*over) if over else holding.id.is_(None)


def persons_by_cut(cuts: dict[int, date]) -> dict[date, list[int]]:
    """Persons whose rows go before the same day."""
    found: dict[date, list[int]] = {}
    for person_id, before in cuts.items():
        found.setdefault(before, []).append(person_id)
    return found


def _reference_columns(model: Any) -> list[Any]:
    return [getattr(model, name) for name in ("piece", "voucher") if hasattr(model, name)]

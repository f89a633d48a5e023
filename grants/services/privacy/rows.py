"""Which rows about persons go in a purge, as conditions that the database evaluates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true

from grants.enums import PieceKind
from grants.models import Base
from grants.models.base import AnySession
from grants.models.evidence import Piece
from grants.periods import month_index
from grants.services.platform.personal_tables import TABLES
from grants.workbook_format.personal import Retention
from grants.workbook_format.sheets import SHEETS

# Rows that go by their days, in the order in which they are deleted.
BY_DAYS = (Retention.MONTH, Retention.DAY, Retention.PERIOD)
# Pieces of a convention that show persons even where they name none.
SHOWS_PERSONS = frozenset(
    {
        PieceKind.PAYSLIP,
        PieceKind.TIME_SHEET,
        PieceKind.MISSION_LETTER,
        PieceKind.CONTRACT,
        PieceKind.JOB_DESCRIPTION,
        PieceKind.SECONDMENT_AGREEMENT,
        PieceKind.PAYROLL_TAX_FORM,
        PieceKind.PAYMENT_PROOF,
        PieceKind.EXPENSE_STATEMENT,
        PieceKind.OTHER,
    }
)


def models_by_table() -> dict[str, Any]:
    """Class of each table."""
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}  # type: ignore[attr-defined] # each is a table


def dated_models() -> Iterator[tuple[str, Any]]:
    """Tables whose rows go by their days, with their classes."""
    models = models_by_table()
    for name, entry in TABLES.items():
        if entry.kept in BY_DAYS:
            yield name, models[name]


def cleared_models() -> Iterator[tuple[Any, dict[str, Any]]]:
    """Classes of the tables whose rows stay without a name, and what is emptied in them."""
    models = models_by_table()
    for name, entry in TABLES.items():
        if entry.cleared:
            columns = models[name].__mapper__.columns
            yield (
                models[name],
                {one: None if columns[one].nullable else "" for one in entry.cleared},
            )


def hiding_models() -> Iterator[tuple[str, Any, Any]]:
    """Tables of participants, with their classes and the column of the pseudonym."""
    models = models_by_table()
    for name, entry in TABLES.items():
        if entry.pseudonym:
            yield name, models[name], getattr(models[name], entry.pseudonym)


def goes(model: Any, before: date) -> ColumnElement[bool]:
    """Rows that are over before a day, the first of a month.

    A row that still served from that day on stays: a pay item paid then is a regularisation of a
    later claim.
    """
    entry = TABLES[model.__tablename__]
    if entry.kept is Retention.DAY:
        return model.work_on < before  # type: ignore[no-any-return] # of a column
    if entry.kept is not Retention.MONTH:
        return and_(model.end_on.is_not(None), model.end_on <= before)
    is_over = model.month < month_index(before)
    if not entry.used_on:
        return is_over  # type: ignore[no-any-return] # of a column
    used_on = getattr(model, entry.used_on)
    return and_(is_over, or_(used_on.is_(None), used_on < before))


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
    models = models_by_table()
    for sheet in SHEETS:
        model = models[sheet.table]
        for name in sheet.piece_columns:
            query = select(getattr(model, name)).where(_stays(model, cuts)).distinct()
            if sheet.has_owner:
                query = query.where(model.organisation_id == organisation_id)
            found.update(session.scalars(query))
    return found - {""}


def _stays(model: Any, cuts: dict[int, date]) -> ColumnElement[bool]:
    """Rows that a purge leaves; those of a person that go without a name count as gone."""
    entry = TABLES.get(model.__tablename__)
    if entry is None or entry.kept not in (*BY_DAYS, Retention.PERSON):
        return true()
    going = [
        and_(model.person_id.in_(persons), goes(model, before))
        for before, persons in persons_by_cut(cuts).items()
    ]
    return ~or_(*going) if going else true()


def persons_by_cut(cuts: dict[int, date]) -> dict[date, list[int]]:
    """Persons whose rows go before the same day."""
    found: dict[date, list[int]] = {}
    for person_id, before in cuts.items():
        found.setdefault(before, []).append(person_id)
    return found

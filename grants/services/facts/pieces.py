"""Supporting documents as they were recorded."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from grants.enums import PieceKind
from grants.models.base import AnySession
from grants.models.evidence import Piece
from grants.periods import FOREVER, Period
from grants.rules.basis.facts.evidence import Piece as PieceFact


def load_pieces(
    session: AnySession,
    *,
    convention_id: int,
    organisation_id: int | None = None,
    person_ids: Collection[int] | None = None,
) -> tuple[PieceFact, ...]:
    """Pieces of a convention, by reference. One query.

    Args: organisation_id: also its pieces of no convention. person_ids: without the pieces of
    other persons.
    """
    of_convention = Piece.convention_id == convention_id
    query = select(Piece).where(of_convention)
    if organisation_id is not None:
        query = (
            select(Piece)
            .where(Piece.organisation_id == organisation_id)
            .where(or_(of_convention, Piece.convention_id.is_(None)))
        )
    wanted = None if person_ids is None else set(person_ids)
    return tuple(
        _fact(row)
        for row in session.scalars(query.order_by(Piece.reference))
        if wanted is None or row.person_id is None or row.person_id in wanted
    )


def _fact(row: Piece) -> PieceFact:
    return PieceFact(
        reference=row.reference,
        kind=PieceKind(row.kind),
        title=row.title,
        person_id=row.person_id,
        period=Period(row.start_on, row.end_on or FOREVER) if row.start_on else None,
        amount=row.amount,
        dated_on=row.dated_on,
        file_name=row.file_name,
        sha256=row.sha256,
        size=row.size,
        row=row.source_row or 0,
    )

"""Supporting documents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from grants.enums import PieceKind
from grants.frozen import frozen
from grants.periods import Period


@frozen(kw_only=True)
class Piece:
    """Supporting document; ``sha256`` is empty while only its reference is known."""

    reference: str
    kind: PieceKind
    title: str
    person_id: int | None
    period: Period | None
    amount: Decimal | None
    dated_on: date | None
    file_name: str
    sha256: str
    size: int | None
    row: int

"""Summary table of a sample State claim: the lines that hold something, to the cent."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from grants.enums import BudgetSide
from grants.money import ZERO
from grants.rules.basis.explained import Explained
from grants.rules.claims.claim import ClaimLine, ResourceLine, TableLine

_Row = tuple[str, str, Decimal, Decimal]


def state_table(
    lines: Iterable[ClaimLine], due: Decimal, resources: Iterable[ResourceLine]
) -> tuple[TableLine, ...]:
    """Lines of both sides that hold an amount; own funds balance them."""
    kept = [line for line in lines if not line.reason]
    gross = sum((line.gross for line in kept), ZERO)
    charges = sum((line.charges for line in kept), ZERO)
    spent = [
        ("60", "", Decimal(0), Decimal("75.50")),
        ("60-1", "Petit matériel", Decimal(500), Decimal(812)),
        ("601", "", Decimal(0), Decimal(40)),
        ("625", "", Decimal(1200), Decimal(1187)),
        ("641", "", _whole(gross * Decimal("0.97")), gross),
        ("645", "", _whole(charges * Decimal("1.02")), charges),
        ("65-1", "Droits d'usage de logiciel", Decimal(300), Decimal(300)),
        ("ind-1", "", Decimal(2000), Decimal(2100)),
        ("864", "", Decimal(0), Decimal(150)),
    ]
    total = sum(row[3] for row in spent if row[0] != "864")
    given = sum((line.assigned.value for line in resources), ZERO)
    paid = due
    earned = [
        ("70", "", Decimal(0), Decimal(900)),
        ("74-etat-1", "Travail (DREETS) : la présente subvention", _whole(paid), paid),
        ("74-epci", "Communauté fictive", Decimal(9000), given),
        ("propres-1", "Autofinancement", Decimal(5000), total - 900 - paid - given),
        ("870", "", Decimal(0), Decimal(150)),
    ]
    return (*_rows(BudgetSide.CHARGES, spent), *_rows(BudgetSide.PRODUITS, earned))


def _rows(side: BudgetSide, rows: list[_Row]) -> list[TableLine]:
    return [
        TableLine(side, code, label, planned, Explained(realised, "table_line"))
        for code, label, planned, realised in rows
    ]


def _whole(amount: Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP)

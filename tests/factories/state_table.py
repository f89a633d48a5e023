"""Summary table of a sample State claim: whole euros, accounts and totals included."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from grants.enums import BudgetSide
from grants.money import ZERO
from grants.rules.cerfa_lines import CERFA_LINES
from grants.rules.claims import ClaimLine, ResourceLine, TableLine
from grants.rules.explained import Explained, Input

_Row = tuple[str, str, Decimal, Decimal]


def state_table(
    lines: Iterable[ClaimLine], due: Decimal, resources: Iterable[ResourceLine]
) -> tuple[TableLine, ...]:
    """Lines of both sides that hold an amount, with the accounts and totals above them."""
    kept = [line for line in lines if not line.reason]
    gross = _whole(sum((line.gross for line in kept), ZERO))
    charges = _whole(sum((line.charges for line in kept), ZERO))
    spent = [
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
    given = sum(_whole(line.assigned.value) for line in resources)
    paid = _whole(due)
    earned = [
        ("70", "", Decimal(0), Decimal(900)),
        ("74-etat-1", "Travail (DREETS) : la présente subvention", paid, paid),
        ("74-epci", "Communauté fictive", Decimal(9000), Decimal(given)),
        ("propres-1", "Autofinancement", Decimal(5000), total - 900 - paid - given),
        ("870", "", Decimal(0), Decimal(150)),
    ]
    return (*_summed(BudgetSide.CHARGES, spent), *_summed(BudgetSide.PRODUITS, earned))


def _summed(side: BudgetSide, rows: list[_Row]) -> list[TableLine]:
    """The rows and every line above them, each once, in the form's order."""
    form = [line for line in CERFA_LINES if line.side is side]
    amounts = {code: (label, planned, realised) for code, label, planned, realised in rows}
    for level in ("account", "total"):
        for line in (row for row in form if row.level == level and row.code not in amounts):
            below = [amounts[row.code] for row in form if row.parent == line.code
                     and row.counts and row.code in amounts]  # fmt: skip
            if below:
                amounts[line.code] = (
                    "",
                    sum((row[1] for row in below), Decimal(0)),
                    sum((row[2] for row in below), Decimal(0)),
                )
    return [
        TableLine(side, line.code, amounts[line.code][0] or line.label, amounts[line.code][1],
                  Explained(amounts[line.code][2], "table_line",
                            (Input("realised", amounts[line.code][2], "€"),)))
        for line in form
        if line.code in amounts
    ]  # fmt: skip


def _whole(amount: Decimal) -> Decimal:
    return Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP)

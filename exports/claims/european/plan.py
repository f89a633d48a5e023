"""Plan de financement réalisé: conventioned, realised, deviation, and how the grant was reached."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from exports.claims.grant import Steps, live, write_costs, write_limits
from exports.kit.cells import Live, Value, cell
from exports.kit.workbook import Book, Column, Sheet
from grants.enums import BudgetSide, FunderKind
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO
from grants.rules.claims.claim import Claim, PlanLine

_COLUMNS = (
    Column("Poste du plan", 52, "label"),
    Column("Conventionné", 20, "euro"),
    Column("Réalisé", 20, "euro"),
    Column("Écart en €", 20, "euro"),
    Column("Écart en %", 14, "percent"),
)
_TOTAL = "total"
RESOURCES = "Ressources"


@frozen
class _Refs:
    """Names of the cells that other sheets compute, by the value that they hold."""

    names: dict[Decimal, str]

    def of(self, value: Decimal) -> Value | Live:
        name = self.names.get(value)
        return Live(f"={name}", value) if name else value


def write_plan(book: Book) -> None:
    """Both sides with their totals, then the grant due and which of its limits decided."""
    claim = book.claim
    sheet = book.sheet("Plan de financement réalisé", _COLUMNS)
    sheet.table_head()
    for side in (BudgetSide.CHARGES, BudgetSide.PRODUITS):
        sheet.cells((label(side), "", "", "", ""), ["section"] * len(_COLUMNS))
        _write_side(sheet, claim, side)
    sheet.heading("Subvention due")
    steps = Steps(sheet)
    cost = write_costs(steps, claim, flat_ref="couts_indirects")
    write_limits(steps, claim, cost)


def _write_side(sheet: Sheet, claim: Claim, side: BudgetSide) -> None:
    """A line called « Total … » is the sum of those above it; one is added where the claim has
    none.
    """
    lines = [line for line in claim.plan if line.section is side and not _is_total(line)]
    totals = [line for line in claim.plan if line.section is side and _is_total(line)]
    refs = _refs(sheet, claim, side)
    first = sheet.row
    for line in lines:
        value = _balance(sheet, claim, line, first) or refs.of(line.realised.value)
        _write_row(sheet, line.label, line.conventioned, value, "")
    planned = sum((line.conventioned or ZERO for line in lines), ZERO)
    realised = sum((line.realised.value for line in lines), ZERO)
    title = totals[0].label if totals else f"Total des {label(side).lower()}"
    if totals:
        planned = totals[0].conventioned or planned
        realised = totals[0].realised.value
    last = sheet.row
    sums = [f"=ROUND(SUM({c}{first + 1}:{c}{last}),2)" if lines else "=0" for c in "BC"]
    _write_row(
        sheet,
        title,
        live(sums[0], sum((line.conventioned or ZERO for line in lines), ZERO), planned),
        live(sums[1], sum((line.realised.value for line in lines), ZERO), realised),
        "total",
    )


def _balance(sheet: Sheet, claim: Claim, line: PlanLine, first: int) -> Value | Live:
    """Own funds are what the lines above leave of the cost, when that is what they come to."""
    if line.section is BudgetSide.CHARGES or line.label != label(FunderKind.OWN_FUNDS):
        return None
    above = [
        other.realised.value
        for other in claim.plan
        if other.section is line.section and other is not line and not _is_total(other)
    ]
    left = max(ZERO, claim.eligible_cost.value - sum(above, ZERO))
    given = f"SUM(C{first + 1}:C{sheet.row})" if sheet.row > first else "0"
    if sheet.row - first != len(above) or left != line.realised.value:
        return None
    return Live(f"=MAX(0,ROUND(cout_eligible-{given},2))", left)


def _is_total(line: PlanLine) -> bool:
    return line.label.casefold().startswith(_TOTAL)


def _write_row(
    sheet: Sheet, text: str, planned: Value | Live, realised: Value | Live, style: str
) -> None:
    row = sheet.row
    plan, real = cell(row, 1), cell(row, 2)
    before, after = _plain(planned), _plain(realised)
    gap = after - before
    percent = Live(f'=IF({plan}=0,"",({real}-{plan})/{plan})', _percent(gap, before))
    euro = f"{style}:euro" if style else "euro"
    share = f"{style}:percent" if style else "percent"
    sheet.cells(
        (text, planned, realised, Live(f"=ROUND({real}-{plan},2)", gap), percent),
        ("label", euro, euro, euro, share),
    )


def _plain(value: Value | Live) -> Decimal:
    kept = value.value if isinstance(value, Live) else value
    return kept if isinstance(kept, Decimal) else ZERO


def _percent(gap: Decimal, planned: Decimal) -> Decimal | str:
    return round(gap / planned, 12) if planned else ""


def _refs(sheet: Sheet, claim: Claim, side: BudgetSide) -> _Refs:
    """Cells elsewhere in the workbook that hold a realised amount of this side."""
    pairs: Sequence[tuple[Decimal, str]]
    if side is BudgetSide.CHARGES:
        pairs = (
            (claim.staff.value, "depenses_personnel"),
            (claim.services.value, "depenses_prestations"),
            (claim.flat.value, "couts_indirects"),
        )
    else:
        assigned = enumerate(claim.resources, sheet.book.rows_of[RESOURCES])
        pairs = (
            *((line.assigned.value, f"Ressources!J{row}") for row, line in assigned),
            (claim.other_resources.value, "autres_ressources"),
            (claim.grant.due.value, "subvention_due"),
        )
    return _Refs({value: name for value, name in pairs if value})

"""The State's summary table as it is printed: whole euros, totals that add up what stands above.

The form wants no cents (« ne pas indiquer les centimes d'euros »). Each line is rounded once, half
up, and totals add up the rounded lines: a table whose printed lines do not give its printed total
is refused. Workbook and official form print this same object.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from grants.enums import BudgetSide
from grants.frozen import frozen
from grants.rules.claims.cerfa_lines import CERFA_LINE_BY_CODE, CERFA_LINES, CerfaLine, Level
from grants.rules.claims.claim import Claim, TableLine

NOTHING = Decimal(0)
UNSPLIT = "Montant non ventilé"
_OWN_FUNDS = "propres-1"


@frozen
class PrintedRow:
    """One row: its code on the form (empty for a row that the form has no place for), its words,
    its two amounts in whole euros, and the numbers of the rows that it is the sum of.
    """

    code: str
    label: str
    level: Level
    planned: Decimal
    realised: Decimal
    adds_up: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether neither amount says anything."""
        return not self.planned and not self.realised


def printed_rows(claim: Claim, side: BudgetSide) -> list[PrintedRow]:
    """Rows of one side in the form's order. A code with several labels takes as many rows; an
    amount that an account holds beside its lines takes a row of its own below them.

    Raises: ValueError: a code that the form does not have; its amount would be lost.
    """
    given: dict[str, list[TableLine]] = defaultdict(list)
    for line in claim.table:
        if line.side is side:
            given[line.line].append(line)
    unknown = given.keys() - {line.code for line in form_lines(side)}
    if unknown:
        raise ValueError(f"lignes inconnues du formulaire : {', '.join(sorted(unknown))}")
    drafts = [draft for line in form_lines(side) for draft in _drafts(line, given)]
    if side is BudgetSide.PRODUITS:
        _settle_own_funds(claim, drafts)
    return _summed(drafts)


def _settle_own_funds(claim: Claim, drafts: list[_Draft]) -> None:
    """Own funds are the balance: where both sides agree to the cent, they take the euro or two by
    which rounded lines part, so that the two printed totals agree too.
    """
    exact = {side: _sum(_realised(claim, side)) for side in BudgetSide}
    balance = next((row for row in drafts if row.code == _OWN_FUNDS and row.realised), None)
    if balance is None or exact[BudgetSide.CHARGES] != exact[BudgetSide.PRODUITS]:
        return
    printed = {side: _sum(map(whole, _realised(claim, side))) for side in BudgetSide}
    balance.realised += printed[BudgetSide.CHARGES] - printed[BudgetSide.PRODUITS]


def _realised(claim: Claim, side: BudgetSide) -> Iterator[Decimal]:
    """Realised amounts of one side that go into its total, contributions in kind left out."""
    for row in claim.table:
        line = CERFA_LINE_BY_CODE[side, row.line] if row.side is side else None
        if line and line.counts and "grand-total" not in (line.parent, _parent(line)):
            yield row.realised.value


def _parent(line: CerfaLine) -> str:
    above = CERFA_LINE_BY_CODE.get((line.side, line.parent))
    return above.parent if above and above.level == "account" else ""


@cache
def form_lines(side: BudgetSide) -> tuple[CerfaLine, ...]:
    """Lines of one side of the form."""
    return tuple(line for line in CERFA_LINES if line.side is side)


@cache
def _below(side: BudgetSide, code: str) -> tuple[CerfaLine, ...]:
    return tuple(line for line in form_lines(side) if line.parent == code and line.counts)


@dataclass(slots=True)
class _Draft:
    """A row before its sums: ``parent`` is the code that it adds into, empty when it does not."""

    line: CerfaLine
    label: str
    planned: Decimal
    realised: Decimal
    code: str
    parent: str
    is_sum: bool = False


def _drafts(line: CerfaLine, given: dict[str, list[TableLine]]) -> Iterator[_Draft]:
    """Rows of one line of the form: itself, further labels of the same code, what is not split."""
    parent = line.parent if line.counts else ""
    if _below(line.side, line.code):
        yield _Draft(line, line.label, NOTHING, NOTHING, line.code, parent, is_sum=True)
        return
    rows = given.get(line.code, [])
    if not rows:
        yield _Draft(line, line.label, NOTHING, NOTHING, line.code, parent)
    for row in rows:
        words = row.label if line.level == "free" else line.label
        amounts = whole(row.planned), whole(row.realised.value)
        yield _Draft(line, words or row.label, *amounts, line.code, parent)
    yield from _unsplit(line, given)


def _unsplit(line: CerfaLine, given: dict[str, list[TableLine]]) -> Iterator[_Draft]:
    """After the last line of an account: the amounts that stand on the account itself."""
    account = CERFA_LINE_BY_CODE.get((line.side, line.parent))
    lines = _below(line.side, account.code) if account else ()
    if account is None or not lines or lines[-1].code != line.code:
        return
    for row in given.get(account.code, []):
        words = UNSPLIT if row.label in ("", account.label) else row.label
        yield _Draft(line, words, whole(row.planned), whole(row.realised.value), "", account.code)


def _summed(drafts: list[_Draft]) -> list[PrintedRow]:
    """Rows with their sums: accounts first, then the totals that stand on accounts."""
    adds: dict[str, tuple[int, ...]] = {}
    for level in ("account", "total"):
        for draft in drafts:
            if not draft.is_sum or draft.line.level != level:
                continue
            below = tuple(n for n, row in enumerate(drafts) if row.parent == draft.code)
            adds[draft.code] = below
            draft.planned = _sum(drafts[n].planned for n in below)
            draft.realised = _sum(drafts[n].realised for n in below)
    return [
        PrintedRow(
            row.code,
            row.label,
            row.line.level if row.code else "line",
            row.planned,
            row.realised,
            adds.get(row.code, ()) if row.is_sum else (),
        )
        for row in drafts
    ]


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)


def whole(amount: Decimal) -> Decimal:
    """Whole euros, halves away from zero.

    Example:
    >>> whole(Decimal("12.50"))
    Decimal('13')
    """
    return amount.quantize(Decimal(1), ROUND_HALF_UP) + NOTHING


def percent(planned: Decimal, realised: Decimal) -> Decimal | None:
    """Réalisation ÷ Prévision, a fraction of one; None when nothing was planned.

    Example:
    >>> percent(Decimal(200), Decimal(150))
    Decimal('0.75')
    """
    return realised / planned if planned else None


def total_row(rows: list[PrintedRow], code: str) -> PrintedRow:
    """The row of a total."""
    return next(row for row in rows if row.code == code)

"""Amount of one charge, explained: the cost it rests on, the share of it, the euros it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

from grants.enums import MonthSplit
from grants.frozen import frozen
from grants.labels import label
from grants.money import CENT, ZERO
from grants.rules.basis.explained import Deferred, Explained, Input, Source, row_ranges
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.refusals import share_of_hours
from grants.rules.ledger.segments import Segment
from grants.rules.pay.staff_cost import cost_of_hours, cost_of_share

ONE = Decimal(1)
MINUTES = Decimal(60)


@frozen
class Basis:
    """What one charge rests on: the eligible part of the pay over some segments, and the time
    declared there.

    ``gross``, ``charges`` and ``taxes`` are parts of ``total``; ``refused`` are the items left out,
    each with its reason; ``absence_minutes`` is the part of ``total_minutes`` that was paid without
    being worked.
    """

    segments: tuple[Segment, ...]
    gross: Decimal
    charges: Decimal
    taxes: Decimal
    total: Decimal
    kept: tuple[PayItem, ...]
    refused: tuple[tuple[PayItem, str], ...]
    total_minutes: int
    operation_minutes: int
    operation_rows: tuple[str, ...]
    other_rows: tuple[str, ...]
    absence_minutes: int = 0


@frozen
class Amounts:
    """The explained figures of a charge. ``ceded`` is the cent that an older operation holds
    already.
    """

    base: Explained[Decimal]
    share: Explained[Decimal] | None
    hourly_rate: Explained[Decimal] | None
    amount: Explained[Decimal]
    ceded: Decimal = ZERO
    refusal: str = ""


def base_of(basis: Basis) -> Explained[Decimal]:
    """Eligible cost of the days charged: the payslip, or its part by the month's split."""
    first = basis.segments[0]
    is_whole = _weight(basis) == first.weight_of_month
    formula = "payslip" if is_whole else f"payslip_cut_by_{first.split.value}"
    return Deferred(basis.total, formula, "€", partial(_payslip, basis, formula))


def _weight(basis: Basis) -> Decimal:
    first, *others = basis.segments
    return sum((segment.weight for segment in others), first.weight)


def _payslip(basis: Basis, formula: str) -> Explained[Decimal]:
    first = basis.segments[0]
    inputs: tuple[Input, ...] = (
        Input("gross", basis.gross, "€"),
        Input("employer_charges", basis.charges, "€"),
        Input("other_items", basis.total - basis.gross - basis.charges, "€"),
    )
    if formula != "payslip":
        unit = "h" if first.split is MonthSplit.HOURS else "j"
        scale = MINUTES if first.split is MonthSplit.HOURS else ONE
        inputs = (
            Input("payslip_eligible", _signed_total(basis.kept), "€"),
            Input("weight_inside", _weight(basis) / scale, unit),
            Input("weight_of_month", first.weight_of_month / scale, unit),
            *inputs,
        )
    return Explained(basis.total, formula, inputs, (), pay_sources(basis.kept), _refusals(basis))


def post_amounts(basis: Basis, holding: Holding, cents_so_far: Sequence[Decimal] = ()) -> Amounts:
    """Charge of a convention that pays the post: the holder's cost × the holding's share of the
    work.

    Args: cents_so_far: what the convention charges already of the same days, for the person's other
    posts.
    """
    source = partial(Source, "affectations", str(holding.row), holding.piece)
    return _fixed(basis, holding.share, ("holding_share", "post_share"), source, cents_so_far)


def fixed_amounts(basis: Basis, letter: Letter, cents_so_far: Sequence[Decimal]) -> Amounts:
    """Charge by mission letter: full time, or the monthly share that it fixes; no time sheet is
    needed.
    """
    value = ONE if letter.share is None else letter.share
    source = partial(Source, "lettres_mission", str(letter.row), letter.piece)
    return _fixed(basis, value, ("letter_share", "fixed_share"), source, cents_so_far)


def _fixed(
    basis: Basis,
    value: Decimal,
    names: tuple[str, str],
    source: Callable[[], Source],
    cents_so_far: Sequence[Decimal],
) -> Amounts:
    """Charge by a share that a row states. Args: names: of the share, and of the formula."""
    name, formula = names
    base = base_of(basis)
    share = Deferred(value, name, "%", partial(_stated, value, name, source))
    amount = cost_of_share(base.value, value)
    inputs = partial(_shared, base, name, share)
    return _without_taken_cents(base, share, formula, inputs, amount, cents_so_far)


def _stated(value: Decimal, name: str, source: Callable[[], Source]) -> Explained[Decimal]:
    return Explained(value, name, (), (), (source(),), unit="%")


def _shared(base: Explained[Decimal], name: str, share: Explained[Decimal]) -> tuple[Input, ...]:
    return Input("base", base, "€"), Input(name, share, "%")


def real_amounts(basis: Basis, cents_so_far: Sequence[Decimal]) -> Amounts:
    """Charge by real time: cost × hours on the operation ÷ hours worked in all.

    Law: décret n° 2022-608, annex; arrêté of 8 March 2016. Whole minutes go into the division,
    since a third of an hour has no exact decimal; their ratio is that of the hours.
    """
    base = base_of(basis)
    operation, total = activity(basis)
    hours = partial(_hours, operation, total)
    inputs = partial(_timed, base, hours)
    if not basis.total_minutes:
        none = Explained(ZERO, "time_share", hours(), unit="%", note="Aucune heure déclarée.")
        return Amounts(base, none, None, Explained(ZERO, "real_share", inputs()))
    part = share_of_hours(Decimal(basis.operation_minutes), Decimal(basis.total_minutes))
    share = Deferred(part, "time_share", "%", partial(_time_share, part, hours))
    amount = cost_of_hours(base.value, basis.operation_minutes, basis.total_minutes)
    return _without_taken_cents(base, share, "real_share", inputs, amount, cents_so_far)


def _hours(operation: Explained[Decimal], total: Explained[Decimal]) -> tuple[Input, ...]:
    return Input("operation_hours", operation, "h"), Input("total_hours", total, "h")


def _timed(base: Explained[Decimal], hours: Callable[[], tuple[Input, ...]]) -> tuple[Input, ...]:
    return Input("base", base, "€"), *hours()


def _time_share(value: Decimal, hours: Callable[[], tuple[Input, ...]]) -> Explained[Decimal]:
    return Explained(value, "time_share", hours(), unit="%")


def activity(basis: Basis) -> tuple[Explained[Decimal], Explained[Decimal]]:
    """Hours on the operation and hours in all, each with the rows that state them."""
    operation = _declared(basis.operation_minutes, basis.operation_rows)
    rows = (*basis.operation_rows, *basis.other_rows)
    worked = _declared(basis.total_minutes - basis.absence_minutes, rows)
    if not basis.absence_minutes:
        return operation, worked
    away = basis.absence_minutes / MINUTES
    inputs = (Input("worked_hours", worked, "h"), Input("absence_hours", away, "h"))
    return operation, Explained(basis.total_minutes / MINUTES, "paid_hours", inputs, unit="h")


def _declared(minutes: int, rows: Sequence[str]) -> Explained[Decimal]:
    value = minutes / MINUTES
    if not rows:  # typed here, not imported
        return Explained(value, "declared_hours", unit="h")
    return Deferred(value, "declared_hours", "h", partial(_declared_on, value, rows))


def _declared_on(value: Decimal, rows: Sequence[str]) -> Explained[Decimal]:
    return Explained(value, "declared_hours", sources=_time_sources(rows), unit="h")


def _without_taken_cents(
    base: Explained[Decimal],
    share: Explained[Decimal],
    formula: str,
    inputs: Callable[[], tuple[Input, ...]],
    amount: Decimal,
    cents_so_far: Sequence[Decimal],
) -> Amounts:
    """Amount less what rounding would add to the cost that older operations, or the person's other
    posts, left: half a cent for each of them at most.

    Two halves of 100,01 € round up to 50,01 € each: the second operation may hold 50,00 € only.
    """
    ceded = _ceded(base.value, amount, cents_so_far) if cents_so_far else ZERO
    left = amount - ceded
    tell = partial(_explained_amount, left, formula, inputs, ceded)
    return Amounts(base, share, None, Deferred(left, formula, "€", tell), ceded=ceded)


def _ceded(base: Decimal, amount: Decimal, cents_so_far: Sequence[Decimal]) -> Decimal:
    excess = amount + sum(cents_so_far, ZERO) - base
    is_rounding = ZERO < excess <= CENT * (len(cents_so_far) + 1) / 2
    return excess if is_rounding and base > 0 else ZERO


def _explained_amount(
    amount: Decimal, formula: str, inputs: Callable[[], tuple[Input, ...]], ceded: Decimal
) -> Explained[Decimal]:
    if not ceded:
        return Explained(amount, formula, inputs())
    note = "L'arrondi est déjà porté par une autre ligne des mêmes jours."
    return Explained(amount, formula, (*inputs(), Input("ceded", ceded, "€")), note=note)


def _signed_total(items: Sequence[PayItem]) -> Decimal:
    return sum((item.amount for item in items), ZERO)


def pay_sources(items: Sequence[PayItem]) -> tuple[Source, ...]:
    """Rows of the payslips, one source for each piece."""
    by_piece: dict[str, list[int]] = {}
    for item in items:
        by_piece.setdefault(item.piece, []).append(item.row)
    return tuple(Source("bulletins", row_ranges(rows), piece) for piece, rows in by_piece.items())


def _time_sources(rows: Sequence[str]) -> tuple[Source, ...]:
    """Rows in their order on the sheet, whatever the order in which operations were read."""
    ordered = sorted(rows, key=lambda text: int(text.split("-")[0].split(",")[0]))
    return (Source("feuilles_temps", ", ".join(ordered)),)


def _refusals(basis: Basis) -> str:
    return " ; ".join(
        f"{item.label or label(item.kind)} : {reason}" for item, reason in basis.refused
    )

"""Rows that every demonstration person needs: who, on which contract, on which post, paid what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from exports.imports.filled_workbook import Cell, ImportRows
from grants.enums import PayItemKind, PieceKind
from grants.french import day_fr, month_number
from grants.money import from_cents, split_cents, to_cents
from grants.periods import DAY, next_month

JOB = "Facilitateur des clauses sociales"
PIECE_FOLDER = "pieces"
FULL_TIME = Decimal(1)
WEEKLY_HOURS = Decimal(35)
PAY_DAY = 27
VOUCHER_START = 4000


@dataclass(frozen=True, slots=True)
class Worker:
    """A demonstration person and the contract that stands before any change."""

    code: str
    last_name: str
    first_name: str
    employer: str
    hired_on: date
    fte: Decimal = FULL_TIME
    leaves_on: date | None = None
    with_piece: bool = False


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay of a whole month: gross and employer charges."""

    gross: Decimal
    charges: Decimal

    def times(self, share: Decimal) -> Pay:
        """Pay for part of a month, to the cent."""
        return Pay(_part(self.gross, share), _part(self.charges, share))


def add_worker(rows: ImportRows, worker: Worker) -> None:
    """Add a person with one contract, signed twelve days before it starts."""
    rows.add(
        "agents",
        matricule=worker.code,
        nom=worker.last_name,
        prenom=worker.first_name,
        structure=worker.employer,
        fonction=JOB,
    )
    add_contract(rows, worker, first=worker.hired_on, last=worker.leaves_on, fte=worker.fte)


def add_contract(
    rows: ImportRows, worker: Worker, *, first: date, last: date | None, fte: Decimal
) -> None:
    """Add a segment of a work contract; both days are inclusive."""
    piece = f"CTR-{worker.code}-{first:%Y%m%d}" if worker.with_piece else ""
    signed = first - timedelta(days=12)
    rows.add(
        "contrats",
        agent=worker.code,
        type="CDI" if last is None or worker.leaves_on is None else "CDD",
        debut=first,
        fin=last,
        quotite=fte,
        heures_hebdo=WEEKLY_HOURS * fte,
        signe_le=signed,
        piece=piece,
    )
    if piece:
        add_piece(
            rows,
            piece,
            PieceKind.CONTRACT,
            f"Contrat de travail de {worker.last_name} {worker.first_name} au {day_fr(first)}",
            agent=worker.code,
            debut=first,
            fin=last,
            date=signed,
        )


def add_holding(rows: ImportRows, worker: Worker, post: str, *, first: date, **cells: Cell) -> None:
    """Put a person on a post from a day on."""
    rows.add("affectations", agent=worker.code, poste=post, debut=first, **cells)


def add_payslip(
    rows: ImportRows,
    worker: Worker,
    month: date,
    pay: Pay,
    others: Iterable[dict[str, Cell]] = (),
) -> None:
    """Add a month's payslip: gross, charges and what else stands on it, paid on the 27th."""
    piece = f"BUL-{worker.code}-{month:%Y-%m}" if worker.with_piece else ""
    paid = month.replace(day=PAY_DAY)
    common: dict[str, Cell] = {
        "agent": worker.code,
        "mois": month,
        "paye_le": paid,
        "mandat": _voucher(worker, month),
        "piece": piece,
    }
    items: list[dict[str, Cell]] = [
        {"rubrique": PayItemKind.GROSS, "montant": pay.gross},
        {"rubrique": PayItemKind.EMPLOYER_CHARGES, "montant": pay.charges},
        *others,
    ]
    for item in items:
        rows.add("bulletins", **common, **item)
    if piece:
        add_piece(
            rows,
            piece,
            PieceKind.PAYSLIP,
            f"Bulletin de {month_number(month)} de {worker.last_name} {worker.first_name}",
            agent=worker.code,
            debut=month,
            fin=next_month(month) - DAY,
            date=paid,
            montant=sum((Decimal(str(item["montant"])) for item in items), Decimal(0)),
        )


def add_piece(rows: ImportRows, reference: str, kind: PieceKind, title: str, **cells: Cell) -> str:
    """Add a supporting document, with a file beside the workbook; gives its reference back."""
    file_name = f"{PIECE_FOLDER}/{reference}.pdf"
    rows.add("pieces", reference=reference, type=kind, titre=title, fichier=file_name, **cells)
    return reference


def months_of(year: int, first: int = 1, last: int = 12) -> list[date]:
    """First days of the months of a year."""
    return [date(year, month, 1) for month in range(first, last + 1)]


def _voucher(worker: Worker, month: date) -> str:
    number = VOUCHER_START + 100 * month.month + sum(worker.code.encode()) % 100
    return f"{month:%Y}-{number}"


def _part(amount: Decimal, share: Decimal) -> Decimal:
    return from_cents(split_cents(to_cents(amount), [share, 1 - share])[0])

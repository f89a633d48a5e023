"""Compte rendu financier: the State's form, which most other funders take too.

The tables of Cerfa n° 15059*02 to the label, with what a public body hands in beside them: list of
expenses, computation of the grant, indicators, findings, pieces, sources.
"""

from __future__ import annotations

from pathlib import Path

from exports.claims.grant import COLUMNS, Steps, live, write_costs, write_limits
from exports.claims.lines import SERVICES, STAFF, line_columns, write_lines
from exports.claims.shared_sheets import (
    write_findings,
    write_indicators,
    write_pieces,
    write_sources,
)
from exports.claims.state import texts
from exports.claims.state.printed_table import printed_rows
from exports.claims.state.table import Places, write_table
from exports.kit.cells import Live, cell, total_of
from exports.kit.workbook import Book, Column, Sheet
from grants.enums import BudgetSide
from grants.french import siret_fr
from grants.money import ZERO
from grants.rules.claims.claim import Claim

_QUALITATIVE = (Column("Rubrique", 44, "label"), Column("Réponse", 70))
_ANNEX = (
    Column("Ligne", 46),
    Column("Prévision", 14, "whole"),
    Column("Réalisation", 14, "whole"),
    Column("Écart en €", 14, "whole"),
    Column("Explication", 50),
)
_LINES = (
    ("number", Column("N°", 6, "integer")),
    ("name", Column("Agent", 24)),
    ("post", Column("Poste", 11)),
    ("start", Column("Du", 11, "date")),
    ("last", Column("Au", 11, "date")),
    ("gross", Column("Salaire brut", 14, "euro")),
    ("charges", Column("Charges patronales", 14, "euro")),
    ("other", Column("Autres éléments", 13, "euro")),
    ("base", Column("Base", 14, "euro")),
    ("share", Column("Part", 9, "percent")),
    ("amount", Column("Montant", 14, "euro")),
    ("paid_on", Column("Payé le", 12, "date")),
    ("vouchers", Column("N° de mandat", 14)),
    ("method", Column("Méthode", 20)),
    ("reason", Column("Motif d'exclusion", 24)),
    ("retained", Column("Montant retenu", 14, "euro")),
    ("category", Column("Catégorie", 13)),
)
_TIMED_LINES = (
    ("total", Column("Activité totale", 11, "hours")),
    ("operation", Column("Activité liée à l'action", 12, "hours")),
    ("rate", Column("Taux horaire", 13, "rate")),
)
_SIGNATURE_LINES = 4


def write_state_workbook(claim: Claim, path: Path) -> None:
    """Write ``compte-rendu-financier.xlsx``: every amount a formula with its result.

    Law: arrêté du 11 octobre 2006 (compte rendu financier, deviations in euros and in %); Cerfa
    n° 15059*02. Same claim, same bytes. A blocked claim says on each sheet that it may not be
    filed.
    """
    book = Book(claim, path, "Compte rendu financier")
    _write_qualitative(book)
    places = write_table(book)
    _write_annex(book, places)
    _write_expenses(book)
    _write_grant(book)
    write_indicators(book, with_jobs=False)
    write_findings(book)
    write_pieces(book)
    write_sources(book)
    book.close()


def _write_qualitative(book: Book) -> None:
    sheet = book.sheet("Bilan qualitatif", _QUALITATIVE, portrait=True)
    organisation = book.claim.convention.organisation
    sheet.wide("Bilan qualitatif de l'action réalisée", "heading")
    sheet.cells(("Nom", organisation.name))
    sheet.cells(("Numéro SIRET", siret_fr(organisation.siret)))
    sheet.cells(("Numéro RNA", organisation.rna))
    for question, answer in texts.qualitative_answers(book.claim):
        sheet.row += 1
        sheet.paragraph(question, "heading")
        sheet.paragraph(answer, "box", at_least=6)


def _write_annex(book: Book, places: Places) -> None:
    claim = book.claim
    sheet = book.sheet("Annexe", _ANNEX)
    sheet.paragraph(texts.INDIRECT, "heading")
    sheet.paragraph(texts.indirect_rule(claim), "box", at_least=3)
    sheet.row += 1
    sheet.paragraph(texts.DEVIATIONS, "heading")
    _write_deviations(sheet, claim, places)
    for question, answer in ((texts.IN_KIND, texts.in_kind_text(claim)), (texts.REMARKS, "")):
        sheet.row += 1
        sheet.paragraph(question, "heading")
        sheet.paragraph(answer, "box", at_least=3)
    _write_attestation(sheet, claim)


def _write_deviations(sheet: Sheet, claim: Claim, places: Places) -> None:
    """Lines that moved by more than 20 %, with room to say why."""
    found = texts.deviations(claim)
    if not found:
        sheet.paragraph("Aucune ligne ne s'écarte de plus de 20 % de la prévision.", "box")
        return
    sheet.table_head(repeat=False)
    rows = {side: printed_rows(claim, side) for side in BudgetSide}
    for side, number in found:
        row, where = rows[side][number], places[side, number]
        left = 1 if side is BudgetSide.CHARGES else 7
        taken = [
            Live(f"='Compte rendu'!{cell(where, col)}", value)
            for col, value in ((left, row.planned), (left + 1, row.realised))
        ]
        here = sheet.row
        gap = Live(f"={cell(here, 2)}-{cell(here, 1)}", row.realised - row.planned)
        sheet.cells((row.label, *taken, gap, ""))


def _write_attestation(sheet: Sheet, claim: Claim) -> None:
    name = claim.convention.organisation.name
    sheet.heading("Attestation")
    sheet.paragraph(
        f"Je soussigné(e), (nom et prénom) ........................................,"
        f" {texts.representative(claim)} {name},"
        " certifie exactes les informations du présent compte rendu."
    )
    sheet.paragraph("Fait, le .................... à ........................................")
    sheet.paragraph("Signature", at_least=_SIGNATURE_LINES)


def _write_expenses(book: Book) -> None:
    claim = book.claim
    timed = any(line.total_minutes is not None for line in claim.lines)
    order = (*_LINES, *_TIMED_LINES) if timed else _LINES
    sheet = book.sheet("État récapitulatif", [spec for _, spec in order])
    sheet.table_head(height=3)
    written = write_lines(sheet, claim, line_columns(order))
    _write_totals(sheet, claim, [key for key, _ in order], written.first, written.last)
    category, retained = written.area("category"), written.area("retained")
    sheet.row += 1
    for text, key, name, result in (
        ("Personnel retenu", STAFF, "depenses_personnel", claim.staff),
        ("Prestations retenues", SERVICES, "depenses_prestations", claim.services),
    ):
        kept = (line.retained for line in claim.lines if line.is_service is (key == SERVICES))
        formula = f'=ROUND(SUMIF({category},"{key}",{retained}),2)' if claim.lines else "=0"
        styles = ("label", "label", "label", "label", "label", "total:euro")
        value = live(formula, sum(kept, ZERO), result.value)
        row = sheet.cells(("", text, "", "", "", value), styles)
        book.name_cell(name, sheet, row, 5)
    sheet.row += 1
    sheet.paragraph(texts.certifier(claim))
    sheet.paragraph("Date, nom, qualité, signature et cachet :", at_least=_SIGNATURE_LINES)


def _write_totals(sheet: Sheet, claim: Claim, keys: list[str], first: int, last: int) -> None:
    """Total of each column of amounts, live and cached."""
    sums = {
        "gross": sum((line.gross for line in claim.lines), ZERO),
        "charges": sum((line.charges for line in claim.lines), ZERO),
        "other": sum((line.other_items for line in claim.lines), ZERO),
        "base": sum((line.base.value for line in claim.lines), ZERO),
        "amount": sum((line.amount.value for line in claim.lines), ZERO),
        "retained": sum((line.retained for line in claim.lines), ZERO),
    }
    for col, key in enumerate(keys):
        if key in sums:
            sheet.put(col, Live(total_of(first, last, col), sums[key]), "total:euro")
        else:
            sheet.put(col, "Total" if key == "name" else None, "total")
    sheet.row += 1


def _write_grant(book: Book) -> None:
    sheet = book.sheet("Calcul de la subvention", COLUMNS)
    sheet.table_head()
    steps = Steps(sheet)
    cost = write_costs(steps, book.claim)
    write_limits(steps, book.claim, cost)

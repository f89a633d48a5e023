"""Bilan d'exécution of an operation: one workbook, one sheet per table of the European portal.

Titles and order of the columns are those that beneficiaries report there.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from exports.claims.european.plan import RESOURCES, write_plan
from exports.claims.grant import flat_base, live
from exports.claims.lines import SERVICES, STAFF, line_columns, write_lines
from exports.claims.shared_sheets import (
    person_row,
    write_findings,
    write_indicators,
    write_pieces,
    write_settings,
    write_sources,
)
from exports.kit.cells import Live, Value, cell, column, total_of
from exports.kit.workbook import Book, Column, Sheet
from grants.enums import FunderKind
from grants.french import siret_fr
from grants.labels import formula_label, label
from grants.money import ZERO, round_half_up
from grants.rules.claims.claim import Claim, ResourceLine

STAFF_SHEET = "Dépenses directes de personnel"

_LINES = (
    ("name", Column("Nom, prénom", 20)),
    ("job", Column("Fonction", 24)),
    ("month", Column("Période (mois)", 9, "month")),
    ("base", Column("Base de dépense", 13, "euro")),
    ("unit", Column("Unité (heures, jours, %)", 9)),
    ("total", Column("Activité totale (3)", 10, "hours")),
    ("operation", Column("Activité liée à l'opération (4)", 10, "hours")),
    ("share", Column("Part (5) = (4)/(3)", 8, "percent")),
    ("amount", Column("Dépense liée à l'opération = base × part", 13, "euro")),
    ("method", Column("Méthode", 17)),
    ("paid_on", Column("Dates de paiement", 11, "date")),
    ("accounting", Column("N° des pièces comptables", 16)),
    ("pieces", Column("N° des pièces non comptables", 22)),
    ("reason", Column("Motif d'exclusion", 18)),
    ("retained", Column("Montant retenu", 13, "euro")),
    ("rate", Column("Taux horaire", 13, "rate")),
    ("start", Column("Du", 11, "date")),
    ("last", Column("Au", 11, "date")),
    ("code", Column("Matricule", 11)),
    ("category", Column("Catégorie", 13)),
    ("number", Column("Ligne", 7, "integer")),
)
_PRINTED = 15
_IDENTIFICATION = (
    Column("Rubrique", 40, "label"),
    Column("Valeur", 44),
    Column("Depuis", 12, "date"),
    Column("Origine", 50),
    Column("Lecture", 20),
    Column("Lien", 46, "link"),
)
_PERSONS = (
    "Nom, prénom", "Matricule", "Activité totale", "Activité liée à l'opération", "Part",
    "Part minimum", "Minimum atteint", "Montant", "Montant retenu",
)  # fmt: skip
_PERSON_STYLES = (
    "text", "text", "hours", "hours", "percent", "percent", "text", "euro", "euro",
)  # fmt: skip
_FLAT = (Column("Étape", 52, "label"), Column("Montant", 20, "euro"), Column("Texte", 70))
_RESOURCES = (
    Column("Financeur", 26),
    Column("Nature", 18),
    Column("Intitulé", 30),
    Column("Montant conventionné", 15, "euro"),
    Column("Assiette de l'aide", 15, "euro"),
    Column("Assiette de l'opération", 15, "euro"),
    Column("Montant encaissé", 15, "euro"),
    Column("Date d'encaissement", 13, "date"),
    Column("Montant pris en compte", 15, "euro"),
    Column("Affecté à l'opération", 15, "euro"),
    Column("Prorata et raison", 40),
    Column("Justificatif", 20),
)


def write_fse_workbook(claim: Claim, path: Path) -> None:
    """Write ``bilan-execution.xlsx``: nine sheets, every amount a formula with its result.

    Law: bilan d'exécution of FSE and FSE+ operations; décret n° 2022-608, annexe.
    Same claim, same bytes. A blocked claim says on each sheet that it may not be filed.
    """
    book = Book(claim, path, "Bilan d'exécution")
    _write_identification(book)
    _write_staff(book)
    _write_flat(book)
    _write_resources(book)
    write_plan(book)
    write_indicators(book, with_jobs=True)
    write_findings(book)
    write_pieces(book)
    write_sources(book)
    book.close()


def _write_identification(book: Book) -> None:
    sheet = book.sheet("Identification", _IDENTIFICATION)
    for text, value, style in _identity(book.claim):
        sheet.cells((text, value), ("label", f"value:{style}" if style != "text" else "value"))
    sheet.heading("Taux et paramètres utilisés, avec leur version et leur source")
    write_settings(sheet)


def _identity(claim: Claim) -> list[tuple[str, Value, str]]:
    convention = claim.convention
    organisation, terms = convention.organisation, convention.terms_on(claim.period.last)
    return [
        ("Opération", convention.title, "text"),
        ("Numéro MDFSE", convention.operation_number, "text"),
        ("Convention", convention.number, "text"),
        ("Financeur", f"{convention.funder_name} ({label(convention.funder_kind)})", "text"),
        ("Dispositif", convention.scheme_name, "text"),
        ("Bénéficiaire", organisation.name, "text"),
        ("SIRET", siret_fr(organisation.siret), "text"),
        ("Numéro RNA", organisation.rna, "text"),
        ("Forme juridique", label(organisation.legal_form), "text"),
        ("Adresse", organisation.address, "text"),
        ("Convention signée le", convention.signed_on, "date"),
        ("Opération du", convention.period.start, "date"),
        ("Opération au", None if convention.period.is_open else convention.period.last, "date"),
        ("Bilan", label(claim.kind), "text"),
        ("Bilan du", claim.period.start, "date"),
        ("Bilan au", claim.period.last, "date"),
        ("Calculé au", claim.as_of, "date"),
        ("Taux d'intervention", terms.rate, "percent"),
        ("Montant maximum de la subvention", terms.maximum, "euro"),
        ("Coût total conventionné", terms.total_cost, "euro"),
        ("Version du moteur de calcul", claim.engine_version, "text"),
    ]


def _write_staff(book: Book) -> None:
    claim = book.claim
    sheet = book.sheet(STAFF_SHEET, [spec for _, spec in _LINES])
    sheet.table_head(height=4)
    written = write_lines(sheet, claim, line_columns(_LINES))
    _total_row(sheet, claim, written.first, written.last)
    category, retained = written.area("category"), written.area("retained")
    sheet.row += 1
    for text, key, name, result in (
        ("Personnel retenu", STAFF, "depenses_personnel", claim.staff),
        ("Prestations retenues", SERVICES, "depenses_prestations", claim.services),
    ):
        lines = (line.retained for line in claim.lines if line.is_service is (key == SERVICES))
        formula = f'=ROUND(SUMIF({category},"{key}",{retained}),2)' if claim.lines else "=0"
        value = live(formula, sum(lines, ZERO), result.value)
        row = sheet.cells((text, "", "", value), ("label", "label", "label", "total:euro"))
        book.name_cell(name, sheet, row, 3)
    _write_persons(sheet, claim)
    sheet.ws.print_area(0, 0, sheet.row - 1, _PRINTED - 1)


def _total_row(sheet: Sheet, claim: Claim, first: int, last: int) -> None:
    amounts = sum((line.amount.value for line in claim.lines), ZERO)
    retained = sum((line.retained for line in claim.lines), ZERO)
    for col, (key, _) in enumerate(_LINES):
        whole = {"amount": amounts, "retained": retained}.get(key)
        if whole is not None:
            sheet.put(col, Live(total_of(first, last, col), whole), "total:euro")
        else:
            sheet.put(col, "Total" if col == 0 else None, "total")
    sheet.row += 1


def _write_persons(sheet: Sheet, claim: Claim) -> None:
    sheet.heading("Part de chaque personne sur la période du bilan")
    sheet.cells(_PERSONS, ["header"] * len(_PERSONS))
    sheet.ws.set_row(sheet.row - 1, 45)
    shapes = sheet.shapes(_PERSON_STYLES)
    sheet.rows((person_row(person), shapes) for person in claim.persons)


def _write_flat(book: Book) -> None:
    claim = book.claim
    profile = claim.convention.terms[0].settings.flat_rate_profile
    sheet = book.sheet("Coûts indirects forfaitaires", _FLAT)
    sheet.table_head()
    texts = "; ".join(f"{c.text}" for c in claim.flat.parameters)
    formula, follows = flat_base(claim)
    rate = _flat_rate(claim)
    shape = ("label", "euro", "text")
    base_row = sheet.cells(
        (f"Base du forfait – {label(profile)}", Live(formula, follows)), shape[:2]
    )
    rate_row = sheet.cells(("Taux forfaitaire", rate, texts), ("label", "percent", "text"))
    base, taken = cell(base_row, 1), cell(rate_row, 1)
    exact = f"=ROUND(ROUND({base}*100,0)*ROUND({taken}*1000000,0)/1000000,0)/100"
    amount = live(exact, follows * rate, claim.flat.value)
    row = sheet.cells(("Coûts indirects forfaitaires", amount), ("label", "total:euro"))
    book.name_cell("couts_indirects", sheet, row, 1)
    sheet.row += 1
    sheet.paragraph(
        "Seule la base se justifie. Un euro retiré de la base retire aussi le forfait qu'il porte."
    )


def _flat_rate(claim: Claim) -> Decimal:
    rates = [item.plain for item in claim.flat.inputs if item.unit == "%"]
    return rates[0] if rates and isinstance(rates[0], Decimal) else ZERO


def _write_resources(book: Book) -> None:
    claim = book.claim
    sheet = book.sheet(RESOURCES, _RESOURCES)
    sheet.table_head(height=3)
    first = sheet.row
    book.rows_of[RESOURCES] = first + 1
    for line in claim.resources:
        sheet.cells(_resource(line, sheet.row))
    last = sheet.row - 1
    for col in range(len(_RESOURCES)):
        sheet.put(col, "Autres ressources" if col == 0 else None, "total")
    others = (line for line in claim.resources if line.kind is not FunderKind.OWN_FUNDS)
    whole = sum((line.assigned.value for line in others), ZERO)
    sheet.put(9, live(_others(first, last), whole, claim.other_resources.value), "total:euro")
    book.name_cell("autres_ressources", sheet, sheet.row, 9)
    sheet.row += 1


def _others(first: int, last: int) -> str:
    """Sum of what is assigned, the structure's own funds left out."""
    if last < first:
        return "=0"
    rows = f"{first + 1}:{{0}}{last + 1}"
    kinds, amounts = f"B{rows.format('B')}", f"J{rows.format('J')}"
    return f'=ROUND(SUM({amounts})-SUMIF({kinds},"{label(FunderKind.OWN_FUNDS)}",{amounts}),2)'


def _resource(line: ResourceLine, row: int) -> list[Value | Live]:
    return [
        line.funder,
        label(line.kind),
        line.label,
        line.conventioned,
        line.grant_base,
        line.operation_base,
        line.received,
        line.received_on,
        line.counted.value,
        _assigned(line, row),
        _reason(line),
        line.piece,
    ]


def _reason(line: ResourceLine) -> str:
    """How the amount was counted, and what share of it is the operation's."""
    steps = dict.fromkeys((line.counted.formula, line.assigned.formula))
    notes = dict.fromkeys((line.counted.note, line.assigned.note))
    return " ; ".join(text for text in (*map(formula_label, steps), *notes) if text)


def _assigned(line: ResourceLine, row: int) -> Live | Decimal:
    """Amount counted × the part of the grant's base that is the operation's, at most all of it."""
    counted, grant, operation = (f"{column(col)}{row + 1}" for col in (8, 4, 5))
    value = line.counted.value
    if not line.grant_base or line.operation_base is None:
        return live(f"={counted}", value, line.assigned.value)
    part = min(line.operation_base, line.grant_base)
    formula = (
        f"=ROUND(ROUND({counted}*100,0)*ROUND(MIN({operation},{grant})*100,0)"
        f"/ROUND({grant}*100,0),0)/100"
    )
    follows = round_half_up(value * part / line.grant_base)
    return live(formula, follows, line.assigned.value)

"""Deux-Sèvres 2018: one association, four posts over six intercommunalités, FSE call 6a-2018.

Terms: appel à projets n° 6a-2018 of the Département: 50 % at most, 40 % of the time of each
employee at least, 10 000 € at least, staff and 15 % of indirect costs, calendar year 2018, a sick
facilitator replaced. The association, its people and every amount are fictional; the real call's
envelope for 2018 was 50 000 €.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import Cell, ImportRows
from grants.enums import (
    AbsenceKind,
    FunderKind,
    LegalForm,
    LetterNature,
    PayItemKind,
    PieceKind,
    TerritoryKind,
)
from grants.french import day_fr
from grants.services.demo.deux_sevres_money import add_money
from grants.services.demo.deux_sevres_terms import (
    DEPARTEMENT,
    LAST,
    OPERATION,
    STATE_CONVENTION,
    STRUCTURE,
    add_terms,
)
from grants.services.demo.people import (
    Pay,
    Worker,
    add_holding,
    add_payslip,
    add_piece,
    add_worker,
    months_of,
)
from grants.services.demo.time_sheets import SheetYear, add_time_sheets

FIRST = date(2018, 1, 1)
HALF = Decimal("0.5")

# Territory: code, name, ETP of its post. The Gâtine is served as one employment area of three EPCI.
POSTS = (
    ("79-BOCAGE", "200040244", Decimal(1)),
    ("79-THOUARS", "247900798", HALF),
    ("79-GATINE", "GATINE", HALF),
    ("79-NIORT", "200041317", Decimal(1)),
    ("79-HVS", "200041994", HALF),
    ("79-MELLE", "200069755", HALF),
)
TERRITORIES = (
    ("200040244", "Bocage Bressuirais", DEPARTEMENT),
    ("247900798", "Thouarsais", DEPARTEMENT),
    ("200041317", "Niortais", DEPARTEMENT),
    ("200041994", "Haut Val de Sèvre", DEPARTEMENT),
    ("200069755", "Mellois en Poitou", DEPARTEMENT),
    ("200041333", "Parthenay-Gâtine", "GATINE"),
    ("200069748", "Val de Gâtine", "GATINE"),
    ("200041416", "Airvaudais-Val du Thouet", "GATINE"),
)


def _worker(code: str, last: str, first: str, hired_on: date, until: date | None = None) -> Worker:
    return Worker(code, last, first, STRUCTURE, hired_on, leaves_on=until, with_piece=True)


FUNDERS = (
    ("CD-79", "Département des Deux-Sèvres (organisme intermédiaire FSE)", FunderKind.FSE),
    ("DIRECCTE-NA", "DIRECCTE Nouvelle-Aquitaine", FunderKind.STATE),
    ("REGION-NA", "Région Nouvelle-Aquitaine", FunderKind.REGION),
    ("RECETTES", "Prestations facturées aux acheteurs", FunderKind.FEES),
)

FULL = _worker("79-A1", "MODÈLE", "Alix", date(2016, 3, 1))
TWO_POSTS = _worker("79-A2", "SPÉCIMEN", "Noé", date(2015, 9, 1))
TWO_FUNDERS = _worker("79-A3", "PROTOTYPE", "Yaël", date(2017, 12, 15))
UNDER_THRESHOLD = _worker("79-A4", "IMAGINAIRE", "Lou", date(2017, 10, 2))
SECONDED = _worker("79-A5", "GABARIT", "Swan", date(2014, 1, 6))
REPLACEMENT = _worker("79-A6", "ESSAI", "Morgan", date(2018, 4, 9), date(2018, 6, 15))

PAY = {
    FULL.code: Pay(Decimal("2480.00"), Decimal("1041.60")),
    TWO_POSTS.code: Pay(Decimal("2390.00"), Decimal("1003.80")),
    TWO_FUNDERS.code: Pay(Decimal("2635.00"), Decimal("1116.00")),
    UNDER_THRESHOLD.code: Pay(Decimal("2310.00"), Decimal("970.20")),
    SECONDED.code: Pay(Decimal("2520.00"), Decimal("1058.40")),
}
# A replacement of 9 April to 15 June: two partial months around a whole one.
REPLACEMENT_PAY = {
    4: Pay(Decimal("1613.33"), Decimal("677.60")),
    5: Pay(Decimal("2200.00"), Decimal("924.00")),
    6: Pay(Decimal("1100.00"), Decimal("462.00")),
}
SICK_PAY = {4: "-780.50", 5: "-1210.75", 6: "-585.40"}
SICK_FROM, SICK_TO = date(2018, 4, 2), date(2018, 6, 15)
UNFOUNDED_BONUS: dict[str, Cell] = {
    "rubrique": PayItemKind.BONUS,
    "libelle": "Prime de fin d'année sans accord",
    "montant": Decimal("500.00"),
}


def add_deux_sevres(rows: ImportRows) -> None:
    """Add the association, its posts and people, the FSE operation and the State convention."""
    _add_structure(rows)
    _add_places(rows)
    for code, name, kind in FUNDERS:
        rows.add("financeurs", code=code, nom=name, type=kind)
    add_terms(rows)
    _add_posts(rows)
    _add_people(rows)
    _add_letters(rows)
    _add_pay(rows)
    _add_absences(rows)
    add_time_sheets(rows, SheetYear(TWO_FUNDERS, OPERATION, Decimal("0.75"), unsigned_month=10))
    add_time_sheets(rows, SheetYear(UNDER_THRESHOLD, OPERATION, Decimal("0.387")))
    add_money(rows)


def _add_structure(rows: ImportRows) -> None:
    rows.add(
        "structures",
        code=STRUCTURE,
        nom="Association PLIE fictif des Deux-Sèvres",
        siret="99000000200016",
        rna="W790000001",
        forme_juridique=LegalForm.ASSOCIATION,
        abattement_taxe_salaires=True,
        adresse="1 rue de l'Exemple, 79000 Niort",
    )


def _add_places(rows: ImportRows) -> None:
    rows.add(
        "territoires",
        code=DEPARTEMENT,
        nom="Deux-Sèvres",
        type=TerritoryKind.DEPARTEMENT,
        code_insee="79",
        cible_etp=Decimal(4),
    )
    rows.add(
        "territoires",
        code="GATINE",
        nom="Gâtine",
        type=TerritoryKind.EMPLOYMENT_AREA,
        parent=DEPARTEMENT,
    )
    for code, name, parent in TERRITORIES:
        rows.add(
            "territoires",
            code=code,
            nom=name,
            type=TerritoryKind.EPCI,
            code_insee=code,
            parent=parent,
        )


def _add_posts(rows: ImportRows) -> None:
    for code, territory, fte in POSTS:
        rows.add(
            "postes",
            code=code,
            intitule="Facilitateur des clauses d'insertion",
            structure=STRUCTURE,
            territoire=territory,
            etp=fte,
            debut=date(2017, 12, 15) if code == "79-NIORT" else FIRST,
            fin=LAST,
        )
        rows.add("postes_conventions", poste=code, convention=OPERATION, etp=fte, debut=FIRST)
    rows.add("postes_conventions", poste="79-NIORT", convention=STATE_CONVENTION, etp=Decimal(1))


def _add_people(rows: ImportRows) -> None:
    for worker in (FULL, TWO_POSTS, TWO_FUNDERS, UNDER_THRESHOLD, SECONDED, REPLACEMENT):
        add_worker(rows, worker)
    add_holding(rows, FULL, "79-BOCAGE", first=FIRST, fin=LAST)
    add_holding(rows, TWO_POSTS, "79-THOUARS", first=FIRST, fin=LAST, part=HALF)
    add_holding(rows, TWO_POSTS, "79-GATINE", first=FIRST, fin=LAST, part=HALF)
    add_holding(rows, TWO_FUNDERS, "79-NIORT", first=date(2017, 12, 15), fin=LAST)
    add_holding(rows, UNDER_THRESHOLD, "79-HVS", first=FIRST, fin=LAST, part=HALF)
    agreement = add_piece(
        rows,
        f"MAD-{SECONDED.code}",
        PieceKind.SECONDMENT_AGREEMENT,
        f"Convention nominative de mise à disposition de {SECONDED.last_name}",
        agent=SECONDED.code,
        debut=FIRST,
        fin=LAST,
        date=date(2017, 12, 11),
    )
    add_holding(
        rows,
        SECONDED,
        "79-MELLE",
        first=FIRST,
        fin=LAST,
        part=HALF,
        mise_a_disposition=True,
        convention_nominative_du=date(2017, 12, 11),
        piece=agreement,
    )
    add_holding(
        rows,
        REPLACEMENT,
        "79-BOCAGE",
        first=REPLACEMENT.hired_on,
        fin=REPLACEMENT.leaves_on,
        remplace=FULL.code,
    )


def _add_letters(rows: ImportRows) -> None:
    _letter(rows, FULL, LetterNature.FULL_TIME)
    _letter(rows, TWO_POSTS, LetterNature.FULL_TIME)
    _letter(rows, TWO_FUNDERS, LetterNature.VARIABLE)
    _letter(rows, UNDER_THRESHOLD, LetterNature.VARIABLE)
    # The fixed share is allowed to 2014-2020 operations since the arrêté of 22 March 2019.
    _letter(rows, SECONDED, LetterNature.FIXED_SHARE, part=HALF, acceptee_le=date(2019, 4, 15))
    _letter(
        rows,
        REPLACEMENT,
        LetterNature.FULL_TIME,
        first=REPLACEMENT.hired_on,
        last=REPLACEMENT.leaves_on,
        dated_on=date(2018, 4, 6),
    )


def _letter(
    rows: ImportRows,
    worker: Worker,
    nature: LetterNature,
    *,
    first: date = FIRST,
    last: date | None = LAST,
    dated_on: date = date(2017, 12, 18),
    **cells: Cell,
) -> None:
    piece = add_piece(
        rows,
        f"LM-{worker.code}-{first:%Y}-{first:%m}",
        PieceKind.MISSION_LETTER,
        f"Lettre de mission de {worker.last_name} {worker.first_name} du {day_fr(dated_on)}",
        agent=worker.code,
        convention=OPERATION,
        debut=first,
        fin=last,
        date=dated_on,
    )
    rows.add(
        "lettres_mission",
        agent=worker.code,
        convention=OPERATION,
        debut=first,
        fin=last,
        nature=nature,
        datee_du=dated_on,
        signee_agent_le=dated_on,
        signee_responsable_le=dated_on,
        piece=piece,
        **cells,
    )


def _add_pay(rows: ImportRows) -> None:
    december = PAY[TWO_FUNDERS.code].times(Decimal(17) / 31)
    add_payslip(rows, TWO_FUNDERS, date(2017, 12, 1), december)
    for worker in (FULL, TWO_POSTS, TWO_FUNDERS, UNDER_THRESHOLD, SECONDED):
        for month in months_of(2018):
            add_payslip(rows, worker, month, PAY[worker.code], _other_items(worker, month))
    for number, pay in REPLACEMENT_PAY.items():
        add_payslip(rows, REPLACEMENT, date(2018, number, 1), pay)


def _other_items(worker: Worker, month: date) -> list[dict[str, Cell]]:
    if worker is FULL and month.month in SICK_PAY:
        benefit = Decimal(SICK_PAY[month.month])
        return [{"rubrique": PayItemKind.IJSS, "libelle": "IJSS subrogées", "montant": benefit}]
    if worker is TWO_POSTS and month.month == 12:
        return [UNFOUNDED_BONUS]
    return []


def _add_absences(rows: ImportRows) -> None:
    rows.add(
        "absences",
        agent=FULL.code,
        type=AbsenceKind.SICKNESS,
        debut=SICK_FROM,
        fin=SICK_TO,
        ijss=True,
    )

"""Saint-Étienne Métropole: one post beside an existing one, paid by three annual State conventions.

Terms: délibération n° 2024.00010 of 24 January 2024: 70 %, 40 000 € a year, three years from
15 December. The person, the pay and the dates of the contract are fictional.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import Cell, ImportRows
from grants.enums import (
    BudgetSide,
    FunderKind,
    LegalForm,
    LetterNature,
    PayItemKind,
    PaymentKind,
    PieceKind,
    TerritoryKind,
)
from grants.french import day_fr
from grants.periods import add_months
from grants.services.demo.people import (
    Pay,
    Worker,
    add_contract,
    add_holding,
    add_payslip,
    add_piece,
    add_worker,
    months_of,
)

EPCI = "244200770"
STRUCTURE = "SEM"
FUNDER = "DREETS-ARA"
SCHEME = "PNAD-2022-2025"
POST = "SEM-F2"
CONVENTIONS = ("DREETS-42-2023-017", "DREETS-42-2024-017", "DREETS-42-2025-017")
SIGNED = (date(2024, 1, 30), date(2024, 12, 12), date(2025, 12, 11))
RATE = Decimal("0.70")
MAXIMUM = Decimal("40000.00")
READ_ON = date(2026, 11, 28)
PART_TIME = Decimal("0.8")
PART_TIME_FROM = date(2025, 5, 1)
LAST_PAID_MONTH = 6

OLD_POST_HOLDER = Worker("SEM-A1", "FACTICE", "Camille", STRUCTURE, date(2014, 9, 1))
NEW_POST_HOLDER = Worker("SEM-A2", "EXEMPLE", "Sacha", STRUCTURE, date(2024, 1, 2), with_piece=True)

# December must cut into whole cents at 14/31, so that the amounts read well in a demonstration.
PAY_2024_A = Pay(Decimal("3255.00"), Decimal("1364.00"))
PAY_2024_B = Pay(Decimal("3317.00"), Decimal("1395.00"))
PAY_2026 = Pay(Decimal("3379.00"), Decimal("1426.00"))
RAISE_MONTH = 7
BONUS: dict[str, Cell] = {
    "rubrique": PayItemKind.BONUS,
    "libelle": "Complément indemnitaire annuel (délibération de 2019)",
    "montant": Decimal("400.00"),
    "prime_anterieure": True,
    "prime_rattachable": True,
    "prime_fondee": True,
}


def add_saint_etienne(rows: ImportRows) -> None:
    """Add the structure, its two posts, the three conventions, pay, payments and results."""
    _add_structure(rows)
    for number, signed_on, year in zip(CONVENTIONS, SIGNED, (2023, 2024, 2025), strict=True):
        _add_convention(rows, number, signed_on, year)
    _add_amendment(rows)
    _add_posts(rows)
    _add_people(rows)
    _add_letters(rows)
    _add_pay(rows)
    _add_money(rows)
    _add_results(rows)


def _add_structure(rows: ImportRows) -> None:
    rows.add(
        "structures",
        code=STRUCTURE,
        nom="Saint-Étienne Métropole (démonstration)",
        siret="24420077000018",
        forme_juridique=LegalForm.LOCAL_AUTHORITY,
        adresse="2 avenue Grüner, 42000 Saint-Étienne",
    )
    rows.add(
        "territoires",
        code=EPCI,
        nom="Saint-Étienne Métropole",
        type=TerritoryKind.EPCI,
        code_insee=EPCI,
        cible_etp=Decimal(2),
    )
    rows.add("financeurs", code=FUNDER, nom="DREETS Auvergne-Rhône-Alpes", type=FunderKind.STATE)
    rows.add(
        "dispositifs",
        code=SCHEME,
        nom="Plan national des achats durables 2022-2025, volet social",
        financeur=FUNDER,
        texte="Délibération n° 2024.00010 de Saint-Étienne Métropole, 24 janvier 2024",
        taux_max="70 %",
        plafond_par_etp="40 000,00",
        bilan_mois="6",
    )
    _add_texts(rows)


def _add_texts(rows: ImportRows) -> None:
    """What the délibération says of the scheme's settings; of the report it says nothing."""
    for parameter, words in (
        ("taux_max", "« à hauteur de 70 % » ; « maximum » est notre lecture"),
        ("plafond_par_etp", "« 40 000 € par an » ; « par ETP » est notre lecture"),
    ):
        rows.add(
            "textes",
            dispositif=SCHEME,
            parametre=parameter,
            texte="Délibération n° 2024.00010 de Saint-Étienne Métropole",
            article=words,
            date=date(2024, 1, 24),
            lu_le=READ_ON,
        )


def _add_convention(rows: ImportRows, number: str, signed_on: date, year: int) -> None:
    first, last = date(year, 12, 15), date(year + 1, 12, 14)
    rows.add(
        "conventions",
        numero=number,
        intitule=f"Poste supplémentaire de facilitateur, {year}-{year + 1}",
        structure=STRUCTURE,
        dispositif=SCHEME,
        debut=first,
        fin=last,
        signee_le=signed_on,
        taux=RATE,
        montant_maximum=MAXIMUM,
        cout_total=Decimal("58000.00"),
        etp=Decimal(1),
        bilan_le=add_months(last, 6),
        description=(
            "Un poste supplémentaire de facilitateur : sensibiliser les maîtres d'ouvrage, les "
            "accompagner dans la mise en œuvre des clauses, accompagner les entreprises, animer "
            "le partenariat local de l'emploi et de l'insertion."
        ),
    )
    add_piece(
        rows,
        f"CONV-{number}",
        PieceKind.CONVENTION,
        f"Convention {number} signée",
        convention=number,
        debut=first,
        fin=last,
        date=signed_on,
        montant=MAXIMUM,
    )


def _add_amendment(rows: ImportRows) -> None:
    # The holder asks for 80 %: the State's post follows, by an amendment dated on the same day.
    amended = CONVENTIONS[1]
    common: dict[str, Cell] = {
        "convention": amended,
        "numero": "1",
        "date_effet": PART_TIME_FROM,
        "signe_le": date(2025, 4, 24),
        "motif": "Passage de la titulaire à 80 % à sa demande",
    }
    rows.add("avenants", **common, champ="etp", valeur="0,8")
    rows.add("avenants", **common, champ="montant_maximum", valeur="36 000,00")
    add_piece(
        rows,
        f"AVE-{amended}-1",
        PieceKind.AMENDMENT,
        f"Avenant n° 1 à la convention {amended}",
        convention=amended,
        debut=PART_TIME_FROM,
        date=date(2025, 4, 24),
    )


def _add_posts(rows: ImportRows) -> None:
    rows.add(
        "postes",
        code="SEM-F1",
        intitule="Facilitateur des clauses sociales (poste existant)",
        structure=STRUCTURE,
        territoire=EPCI,
        etp=Decimal(1),
        debut=date(2014, 9, 1),
    )
    rows.add(
        "postes",
        code=POST,
        intitule="Facilitateur des clauses sociales (poste supplémentaire)",
        structure=STRUCTURE,
        territoire=EPCI,
        etp=Decimal(1),
        debut=date(2023, 12, 15),
    )
    first, second, third = CONVENTIONS
    changes = [
        (first, Decimal(1), None, None),
        (second, Decimal(1), date(2024, 12, 15), date(2025, 4, 30)),
        (second, PART_TIME, PART_TIME_FROM, date(2025, 12, 14)),
        (third, PART_TIME, None, None),
    ]
    for convention, fte, start, last in changes:
        rows.add(
            "postes_conventions",
            poste=POST,
            convention=convention,
            etp=fte,
            debut=start,
            fin=last,
        )


def _add_people(rows: ImportRows) -> None:
    add_worker(rows, OLD_POST_HOLDER)
    add_holding(rows, OLD_POST_HOLDER, "SEM-F1", first=date(2014, 9, 1))
    holder = NEW_POST_HOLDER
    rows.add(
        "agents",
        matricule=holder.code,
        nom=holder.last_name,
        prenom=holder.first_name,
        structure=STRUCTURE,
        fonction="Facilitatrice des clauses sociales",
    )
    add_contract(rows, holder, first=holder.hired_on, last=date(2025, 4, 30), fte=Decimal(1))
    add_contract(rows, holder, first=PART_TIME_FROM, last=None, fte=PART_TIME)
    add_holding(rows, holder, POST, first=holder.hired_on)


def _add_letters(rows: ImportRows) -> None:
    holder = NEW_POST_HOLDER
    letters = [
        (CONVENTIONS[0], holder.hired_on, date(2024, 12, 14), date(2023, 12, 21)),
        (CONVENTIONS[1], date(2024, 12, 15), date(2025, 12, 14), date(2024, 12, 5)),
        (CONVENTIONS[2], date(2025, 12, 15), date(2026, 12, 14), date(2025, 12, 4)),
    ]
    for convention, first, last, dated_on in letters:
        piece = add_piece(
            rows,
            f"LM-{holder.code}-{first:%Y}-{first:%m}",
            PieceKind.MISSION_LETTER,
            f"Lettre de mission de {holder.last_name} {holder.first_name} du {day_fr(dated_on)}",
            agent=holder.code,
            convention=convention,
            debut=first,
            fin=last,
            date=dated_on,
        )
        rows.add(
            "lettres_mission",
            agent=holder.code,
            convention=convention,
            debut=first,
            fin=last,
            nature=LetterNature.FULL_TIME,
            datee_du=dated_on,
            signee_agent_le=dated_on,
            signee_responsable_le=dated_on,
            piece=piece,
        )


def _add_pay(rows: ImportRows) -> None:
    for month in months_of(2024):
        pay = PAY_2024_A if month.month < RAISE_MONTH else PAY_2024_B
        bonus = [BONUS] if month.month == 6 else []
        add_payslip(rows, NEW_POST_HOLDER, month, pay, bonus)
    for month in months_of(2025):
        share = PART_TIME if month >= PART_TIME_FROM else Decimal(1)
        add_payslip(rows, NEW_POST_HOLDER, month, PAY_2024_B.times(share))
    for month in months_of(2026, last=LAST_PAID_MONTH):
        add_payslip(rows, NEW_POST_HOLDER, month, PAY_2026.times(PART_TIME))


def _add_money(rows: ImportRows) -> None:
    payments = [
        (CONVENTIONS[0], date(2024, 3, 15), PaymentKind.ADVANCE, Decimal("20000.00")),
        (CONVENTIONS[1], date(2025, 2, 14), PaymentKind.ADVANCE, Decimal("20000.00")),
        (CONVENTIONS[2], date(2026, 2, 16), PaymentKind.ADVANCE, Decimal("16000.00")),
    ]
    for convention, paid_on, kind, sum_paid in payments:
        rows.add("versements", convention=convention, date=paid_on, nature=kind, montant=sum_paid)
    _add_budget(rows, CONVENTIONS[0], realised_own=Decimal("16140.60"))
    _add_budget(rows, CONVENTIONS[1], realised_own=None)
    _add_budget(rows, CONVENTIONS[2], realised_own=None)


def _add_budget(rows: ImportRows, convention: str, realised_own: Decimal | None) -> None:
    # Planned: 40 600 + 17 050 = 57 650 = 40 000 of the State + 17 650 of the métropole.
    lines: list[tuple[BudgetSide, str, str, str, Decimal | None]] = [
        (BudgetSide.CHARGES, "641", "", "40600.00", None),
        (BudgetSide.CHARGES, "645", "", "17050.00", None),
        (BudgetSide.PRODUITS, "74-etat-1", "DREETS Auvergne-Rhône-Alpes", "40000.00", None),
        (
            BudgetSide.PRODUITS,
            "propres-1",
            "Budget de Saint-Étienne Métropole",
            "17650.00",
            realised_own,
        ),
    ]
    for side, line, wording, planned, realised in lines:
        rows.add(
            "budgets",
            convention=convention,
            cote=side,
            ligne=line,
            libelle=wording,
            prevision=Decimal(planned),
            realisation=realised,
        )


def _add_results(rows: ImportRows) -> None:
    targets = [
        ("heures_insertion", 130000, 141200, "Déclarations mensuelles des entreprises"),
        ("participants", 300, 318, "Personnes distinctes ayant travaillé au moins une heure"),
        ("entreprises", 80, 83, "Entreprises distinctes accompagnées"),
        ("acheteurs", 20, 22, "Maîtres d'ouvrage distincts accompagnés"),
    ]
    first, last = date(2023, 12, 15), date(2024, 12, 14)
    for code, target, value, method in targets:
        period: dict[str, Cell] = {"debut": first, "fin": last}
        rows.add("cibles", indicateur=code, convention=CONVENTIONS[0], valeur=target, **period)
        rows.add(
            "valeurs",
            indicateur=code,
            convention=CONVENTIONS[0],
            valeur=value,
            methode=method,
            **period,
        )
    rows.add(
        "valeurs",
        indicateur="heures_insertion",
        structure=STRUCTURE,
        territoire=EPCI,
        debut=date(2023, 1, 1),
        fin=date(2023, 12, 31),
        valeur=140000,
        methode=(
            "Délibération n° 2024.00010 du 24 janvier 2024 : de 130 000 à 150 000 heures par an ; "
            "milieu de la fourchette"
        ),
    )

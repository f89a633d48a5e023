"""Deux-Sèvres 2018: what the other funders promised and paid, the budget, and the results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import Cell, ImportRows
from grants.enums import BudgetSide, PaymentKind, PieceKind
from grants.services.demo.deux_sevres_terms import (
    DEPARTEMENT,
    OPERATION,
    STATE_CONVENTION,
    STRUCTURE,
)
from grants.services.demo.people import add_piece

HOURS_DONE = 7312
HOURS_RSA = 2281
# Hours of each clause employee; they add up to HOURS_DONE, so that list and indicator agree.
CLAUSE_JOBS = (
    ("2018-NIORT-014 lot 3", "Bâti Exemple SARL", 2, 9, (812, 640, 505)),
    ("2018-BRESSUIRE-007 lot 1", "Voirie Spécimen SAS", 3, 10, (930, 455)),
    ("2018-MELLE-002 lot 2", "Peinture Modèle EURL", 1, 6, (610, 388, 290)),
    ("2018-CD79-031 lot 5", "Association intermédiaire Gabarit", 4, 11, (702, 520)),
    ("2018-PARTHENAY-009 lot 1", "ETTI Essai", 5, 12, (760, 410, 290)),
)


def add_money(rows: ImportRows) -> None:
    """Add resources, receipts, payments, the financing plan, targets, values and clause jobs."""
    _add_resources(rows)
    _add_resource_of_the_state(rows)
    _add_payments(rows)
    _add_budget(rows)
    _add_results(rows)
    _add_clause_jobs(rows)


def _add_resources(rows: ImportRows) -> None:
    notified = date(2018, 3, 12)
    _resource(
        rows,
        "RES-DIRECCTE-2018",
        "DIRECCTE-NA",
        "Aide de l'État au poste du Niortais",
        "15000.00",
        date(2017, 12, 14),
        convention_financeur=STATE_CONVENTION,
        # The State pays for the whole post, of which the operation takes three quarters.
        assiette=Decimal("45000.00"),
        assiette_operation=Decimal("33750.00"),
    )
    _receipt(rows, "RES-DIRECCTE-2018", date(2018, 4, 20), "15000.00")
    _resource(
        rows, "RES-REGION-2018", "REGION-NA", "Subvention régionale 2018", "20000.00", notified
    )
    _receipt(rows, "RES-REGION-2018", date(2018, 10, 5), "12000.00")
    _resource(
        rows,
        "RES-RECETTES-2018",
        "RECETTES",
        "Prestations facturées aux acheteurs en 2018",
        "6200.00",
        date(2018, 1, 15),
    )
    _receipt(rows, "RES-RECETTES-2018", date(2018, 12, 20), "6200.00")


def _add_resource_of_the_state(rows: ImportRows) -> None:
    # The State's own report names the FSE beside it: each funder learns of the other.
    _resource(
        rows,
        "RES-FSE-2018",
        "CD-79",
        "FSE : part de l'opération 2018 sur le poste du Niortais",
        "18500.00",
        date(2018, 7, 20),
        convention=STATE_CONVENTION,
        convention_financeur=OPERATION,
    )
    _receipt(rows, "RES-FSE-2018", date(2018, 9, 28), "5500.00", STATE_CONVENTION)


def _resource(
    rows: ImportRows,
    code: str,
    funder: str,
    wording: str,
    promised: str,
    notified_on: date,
    *,
    convention: str = OPERATION,
    **cells: Cell,
) -> None:
    piece = add_piece(
        rows,
        f"DEC-{code}",
        PieceKind.FUNDER_DECISION,
        f"Décision : {wording}",
        convention=convention,
        date=notified_on,
        montant=Decimal(promised),
    )
    rows.add(
        "ressources",
        code=code,
        convention=convention,
        financeur=funder,
        intitule=wording,
        montant=Decimal(promised),
        notifiee_le=notified_on,
        piece=piece,
        **cells,
    )


def _receipt(
    rows: ImportRows,
    resource: str,
    received_on: date,
    received: str,
    convention: str = OPERATION,
) -> None:
    piece = add_piece(
        rows,
        f"ENC-{resource}",
        PieceKind.RECEIPT,
        f"Relevé bancaire : encaissement de {resource}",
        convention=convention,
        date=received_on,
        montant=Decimal(received),
    )
    rows.add(
        "encaissements",
        ressource=resource,
        date=received_on,
        montant=Decimal(received),
        piece=piece,
    )


def _add_payments(rows: ImportRows) -> None:
    for convention, paid_on, paid in (
        (OPERATION, date(2018, 9, 28), "25500.00"),
        (STATE_CONVENTION, date(2018, 4, 20), "15000.00"),
    ):
        rows.add(
            "versements",
            convention=convention,
            date=paid_on,
            nature=PaymentKind.ADVANCE,
            montant=Decimal(paid),
        )


def _add_budget(rows: ImportRows) -> None:
    # 104 200 + 43 626 + 22 174 (15 %) = 170 000 = 85 000 + 15 000 + 20 000 + 6 200 + 43 800.
    for side, line, wording, planned in (
        (BudgetSide.CHARGES, "641", "", "104200.00"),
        (BudgetSide.CHARGES, "645", "", "43626.00"),
        (BudgetSide.CHARGES, "ind-1", "", "22174.00"),
        (BudgetSide.PRODUITS, "74-europe", "", "85000.00"),
        (BudgetSide.PRODUITS, "74-etat-1", "DIRECCTE Nouvelle-Aquitaine", "15000.00"),
        (BudgetSide.PRODUITS, "74-region", "Région Nouvelle-Aquitaine", "20000.00"),
        (BudgetSide.PRODUITS, "70", "", "6200.00"),
        (BudgetSide.PRODUITS, "propres-1", "Fonds propres de l'association", "43800.00"),
    ):
        rows.add(
            "budgets",
            convention=OPERATION,
            cote=side,
            ligne=line,
            libelle=wording,
            prevision=Decimal(planned),
        )


def _add_results(rows: ImportRows) -> None:
    period: dict[str, Cell] = {"debut": date(2018, 1, 1), "fin": date(2018, 12, 31)}
    for code, target, value, method in (
        ("heures_insertion", 7000, HOURS_DONE, "Liste des salariés des clauses 2018"),
        ("heures_rsa", 2100, HOURS_RSA, "Part des allocataires du RSA dans la même liste"),
    ):
        rows.add("cibles", indicateur=code, convention=OPERATION, valeur=target, **period)
        rows.add(
            "valeurs",
            indicateur=code,
            convention=OPERATION,
            valeur=value,
            methode=method,
            **period,
        )
    rows.add(
        "valeurs",
        indicateur="heures_insertion",
        structure=STRUCTURE,
        territoire=DEPARTEMENT,
        valeur=HOURS_DONE,
        methode="Somme des heures de la liste des salariés des clauses 2018",
        **period,
    )


def _add_clause_jobs(rows: ImportRows) -> None:
    number = 0
    for market, employer, first, last, hours in CLAUSE_JOBS:
        for worked in hours:
            number += 1
            rows.add(
                "salaries_clauses",
                convention=OPERATION,
                marche=market,
                salarie=f"P-{number:04d}",
                employeur=employer,
                debut=date(2018, first, 5),
                fin=date(2018, last, 28),
                heures=Decimal(worked),
            )

"""Sheets of the money of an operation: promised, received, paid, planned."""

from __future__ import annotations

from grants import enums
from grants.enums import AuditObject
from grants.workbook_format.columns import (
    PIECE,
    Sign,
    amount,
    choice,
    convention,
    day,
    key,
    reference,
    text,
)
from grants.workbook_format.sheet import NOBODY, Sheet, Trail

COLOUR = "#3D6B21"

# fmt: off
RESSOURCES = Sheet(
    name="ressources",
    purpose="Ce que d'autres financeurs ont promis à une opération",
    table="resources",
    columns=(
        key("code", "code", "Code de la ressource", "RES-REGION-2018", 80),
        convention("Opération qui la déclare", "FSE-79-2018"),
        reference("financeur", "funder_id", "financeurs", "Financeur", "REGION-NA"),
        reference("convention_financeur", "from_convention_id", "conventions", "Convention du cofinanceur, si elle est ici", "REGION-2018-33", required=False),
        text("intitule", "label", "Intitulé", "Subvention régionale 2018"),
        amount("montant", "amount", "Montant conventionné", "20 000,00", required=True, sign=Sign.NOT_NEGATIVE),
        amount("assiette", "grant_base", "Coût sur lequel cette aide est donnée, s'il dépasse l'opération", "50 000,00", sign=Sign.POSITIVE),
        amount("assiette_operation", "operation_base", "Part de ce coût dans l'opération ; vide : coût éligible de l'opération", "40 000,00", sign=Sign.NOT_NEGATIVE),
        day("notifiee_le", "notified_on", "Date de la décision", "12/03/2018"),
        PIECE,
    ),
    key=("code",),
    owners=("convention",),
    trail=Trail(AuditObject.RESOURCE, ("convention", "code")),
    personal=NOBODY,
    colour=COLOUR,
)

ENCAISSEMENTS = Sheet(
    name="encaissements",
    purpose="Ce qui a été reçu d'une ressource",
    table="receipts",
    columns=(
        reference("ressource", "resource_id", "ressources", "Ressource", "RES-REGION-2018"),
        day("date", "received_on", "Date d'encaissement", "20/12/2018", required=True),
        amount("montant", "amount", "Montant", "20 000,00", required=True),
        PIECE,
    ),
    key=("ressource", "date", "montant"),
    owners=("ressource",),
    trail=Trail(AuditObject.RECEIPT, ("ressource.convention", "ressource", "date", "montant")),
    personal=NOBODY,
    colour=COLOUR,
)

VERSEMENTS = Sheet(
    name="versements",
    purpose="Ce que le financeur de la convention a payé",
    table="payments",
    columns=(
        convention("Convention", "DREETS-42-2023-017"),
        day("date", "paid_on", "Date", "15/03/2024", required=True),
        choice("nature", "kind", enums.PaymentKind, "Nature", "Avance"),
        amount("montant", "amount", "Montant", "20 000,00", required=True),
        PIECE,
    ),
    key=("convention", "date", "nature", "montant"),
    owners=("convention",),
    trail=Trail(AuditObject.PAYMENT, ("convention", "date", "nature", "montant")),
    personal=NOBODY,
    colour=COLOUR,
)

BUDGETS = Sheet(
    name="budgets",
    purpose="Budget prévisionnel, par ligne du formulaire du financeur",
    table="budget_items",
    columns=(
        convention("Convention", "DREETS-42-2023-017"),
        choice("cote", "side", enums.BudgetSide, "Charges ou produits", "Charges"),
        key("ligne", "line", "Code de ligne (feuille Lignes du modèle), par exemple 641 ou 74-etat-1", "641"),
        text("libelle", "label", "Libellé, pour les lignes libres", "Droits d'usage de logiciel", maximum=200),
        amount("prevision", "planned", "Prévision", "42 000,00", required=True),
        amount("realisation", "realised", "Réalisation, pour les lignes que le logiciel ne calcule pas", "0,00"),
        PIECE,
    ),
    key=("convention", "cote", "ligne", "libelle"),
    owners=("convention",),
    trail=Trail(AuditObject.BUDGET_ITEM, ("convention", "cote", "ligne", "libelle")),
    personal=NOBODY,
    colour=COLOUR,
    note="`ligne` est un code de la liste [Lignes de budget](#lignes-de-budget).",
)

SHEETS = (RESSOURCES, ENCAISSEMENTS, VERSEMENTS, BUDGETS)
# fmt: on

"""Sheets of what is reported: indicators, participants under a pseudonym, pieces."""

from __future__ import annotations

from grants import enums
from grants.enums import AuditObject
from grants.workbook_format.columns import (
    HIGHEST,
    CellKind,
    Sign,
    agent,
    amount,
    choice,
    convention,
    day,
    file,
    first_day,
    hours,
    key,
    last_day,
    number,
    reference,
    text,
)
from grants.workbook_format.personal import PersonalTable, Retention
from grants.workbook_format.sheet import COUNTED, NOBODY, Sheet, Trail

COLOUR = "#5B5B5B"

# fmt: off
INDICATEURS = Sheet(
    name="indicateurs",
    purpose="Indicateurs, définis comme des données",
    table="indicators",
    columns=(
        key("code", "code", "Code", "heures_insertion", 60),
        text("nom", "name", "Nom", "Heures d'insertion réalisées", required=True),
        text("formule", "formula", "Comment il est compté", "Somme des heures déclarées par les entreprises", maximum=500),
        text("unite", "unit", "Unité", "heures", required=True, maximum=40),
        text("ventilation", "breakdown", "Ventilation", "public", maximum=100),
        reference("financeur", "funder_id", "financeurs", "Financeur qui le demande", "DREETS-ARA", required=False),
    ),
    key=("code",),
    trail=COUNTED,
    personal=NOBODY,
    colour=COLOUR,
)

CIBLES = Sheet(
    name="cibles",
    purpose="Valeurs visées par convention",
    table="targets",
    columns=(
        reference("indicateur", "indicator_id", "indicateurs", "Indicateur", "heures_insertion"),
        convention("Convention", "FSE-79-2018"),
        first_day("Premier jour", "01/01/2018", required=True),
        last_day("Dernier jour inclus", "31/12/2018", required=True),
        number("valeur", "value", "Valeur visée", "7000", required=True),
    ),
    key=("indicateur", "convention", "debut"),
    owners=("convention",),
    trail=Trail(AuditObject.TARGET, ("convention", "indicateur", "debut")),
    personal=NOBODY,
    colour=COLOUR,
)

VALEURS = Sheet(
    name="valeurs",
    purpose="Valeurs réalisées, par convention ou par territoire",
    table="indicator_values",
    columns=(
        reference("indicateur", "indicator_id", "indicateurs", "Indicateur", "heures_insertion"),
        convention("Convention", "FSE-79-2018", required=False),
        reference("territoire", "territory_id", "territoires", "Territoire", "244200770", required=False),
        reference("structure", "organisation_id", "structures", "Structure qui la déclare, pour une valeur sans convention ; vide : la seule du fichier", "SEM", required=False),
        first_day("Premier jour", "01/01/2018", required=True),
        last_day("Dernier jour inclus", "31/12/2018", required=True),
        text("ventilation", "breakdown", "Part comptée, si ventilée", "RSA", maximum=100),
        number("valeur", "value", "Valeur", "7312", required=True),
        text("methode", "method", "Méthode et source", "Déclarations mensuelles des entreprises", maximum=1000),
    ),
    key=("indicateur", "convention", "territoire", "structure", "debut", "ventilation"),
    owners=("convention", "structure"),
    trail=COUNTED,
    personal=NOBODY,
    colour=COLOUR,
)

SALARIES_CLAUSES = Sheet(
    name="salaries_clauses",
    purpose="Salariés des clauses, par marché et période de travail, sous pseudonyme",
    table="clause_jobs",
    columns=(
        convention("Opération", "FSE-79-2018"),
        key("marche", "market", "Marché", "2018-NIORT-014 lot 3", 200),
        key("salarie", "participant", "Référence du salarié, jamais son nom", "P-0012"),
        text("employeur", "employer", "Employeur", "Bâti Exemple SARL", maximum=200),
        first_day("Premier jour", "05/02/2018", required=True),
        last_day("Dernier jour inclus", "30/06/2018", required=True),
        hours("heures", "minutes", "Heures travaillées", "420", required=True, sign=Sign.NOT_NEGATIVE, highest=HIGHEST[CellKind.HOURS]),
    ),
    key=("convention", "marche", "salarie", "debut"),
    owners=("convention",),
    trail=COUNTED,
    personal=PersonalTable("participants", "Emplois en insertion", Retention.PARTICIPANT, subjects=(), pseudonym="participant"),
    colour=COLOUR,
)

PIECES = Sheet(
    name="pieces",
    purpose="Pièces justificatives ; le fichier est cherché dans « pieces », à côté du classeur",
    table="pieces",
    columns=(
        key("reference", "reference", "Référence citée dans les colonnes piece", "BUL-2023-12-001", 80),
        choice("type", "kind", enums.PieceKind, "Type de pièce", "Bulletin de paie"),
        text("titre", "title", "Titre", "Bulletin de décembre 2023"),
        agent("Agent", "A001", required=False),
        convention("Convention", "DREETS-42-2023-017", required=False),
        reference("structure", "organisation_id", "structures", "Structure, pour une pièce sans agent ni convention ; vide : la seule du fichier", "SEM", required=False),
        first_day("Premier jour couvert", "01/12/2023"),
        last_day("Dernier jour couvert", "31/12/2023"),
        amount("montant", "amount", "Montant", "2 850,00"),
        day("date", "dated_on", "Date de la pièce", "28/12/2023"),
        file("fichier", "file_name", "Nom du fichier, dans le dossier « pieces » à côté du classeur", "pieces/BUL-2023-12-001.pdf"),
    ),
    key=("reference",),
    owners=("agent", "convention", "structure"),
    trail=COUNTED,
    personal=PersonalTable("pieces", "Pièces", Retention.PIECE),
    colour=COLOUR,
)

SHEETS = (INDICATEURS, CIBLES, VALEURS, SALARIES_CLAUSES, PIECES)
# fmt: on

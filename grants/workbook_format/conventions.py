"""Sheets of what was signed: conventions, amendments, posts, and what pays which post."""

from __future__ import annotations

from grants.enums import AuditObject
from grants.workbook_format.columns import (
    Sign,
    amount,
    convention,
    day,
    first_day,
    fraction,
    key,
    last_day,
    number,
    reference,
    settings,
    text,
)
from grants.workbook_format.sheet import NOBODY, Sheet, Trail

COLOUR = "#2E7D6B"

# fmt: off
CONVENTIONS = Sheet(
    name="conventions",
    purpose="Conventions signées",
    table="conventions",
    columns=(
        key("numero", "number", "Numéro de la convention", "DREETS-42-2023-017", 80),
        text("intitule", "title", "Intitulé", "Facilitateur des clauses sociales", required=True),
        reference("structure", "organisation_id", "structures", "Structure bénéficiaire", "SEM"),
        reference("dispositif", "scheme_id", "dispositifs", "Dispositif", "PNAD-2022-2025"),
        text("numero_operation", "operation_number", "Numéro d'opération (MDFSE)", "201803456", maximum=80),
        first_day("Premier jour", "15/12/2023", required=True),
        last_day("Dernier jour inclus", "14/12/2024", required=True),
        day("demande_le", "requested_on", "Date de dépôt de la demande (attestation)", "15/10/2023"),
        day("signee_le", "signed_on", "Date de signature", "30/01/2024"),
        fraction("taux", "rate", "Taux d'intervention", "70 %", required=True, sign=Sign.NOT_NEGATIVE),
        amount("montant_maximum", "maximum", "Montant maximum de la subvention", "40 000,00", sign=Sign.NOT_NEGATIVE),
        amount("cout_total", "total_cost", "Coût total conventionné", "58 000,00", sign=Sign.NOT_NEGATIVE),
        number("etp", "fte", "ETP conventionnés", "1", required=True, sign=Sign.POSITIVE, unit="ETP"),
        day("bilan_le", "report_due_on", "Date fixée pour le bilan, si la convention en fixe une", "30/06/2025"),
        day("conservation_du", "retention_from", "Départ de la conservation notifié par l'autorité (FSE 2014-2020)", "31/12/2021"),
        text("description", "description", "Mise en œuvre de l'action, pour le bilan qualitatif", "Accompagnement de vingt acheteurs du territoire", maximum=4000),
        *settings(),
    ),
    key=("numero",),
    owners=("structure",),
    trail=Trail(AuditObject.CONVENTION, ("numero",)),
    personal=NOBODY,
    colour=COLOUR,
)

TERMS_THAT_AMENDMENTS_CHANGE = ("taux", "montant_maximum", "cout_total", "etp", "fin")

AVENANTS = Sheet(
    name="avenants",
    purpose="Changements datés d'un terme ou d'un paramètre",
    table="amendments",
    columns=(
        convention("Convention", "DREETS-42-2023-017"),
        key("numero", "number", "Numéro de l'avenant", "1"),
        day("date_effet", "effective_on", "Premier jour d'application", "01/07/2024", required=True),
        day("signe_le", "signed_on", "Date de signature", "25/06/2024"),
        key("champ", "field", "Terme modifié : taux, montant_maximum, cout_total, etp, fin ou le nom d'un paramètre", "montant_maximum", 60),
        text("valeur", "value", "Nouvelle valeur", "42 000,00", required=True, maximum=200),
        text("motif", "reason", "Motif", "Extension du territoire", maximum=500),
    ),
    key=("convention", "numero", "champ"),
    owners=("convention",),
    trail=Trail(AuditObject.AMENDMENT, ("convention", "numero", "champ")),
    personal=NOBODY,
    colour=COLOUR,
    note=(
        f"`champ` est un de {', '.join(f'`{term}`' for term in TERMS_THAT_AMENDMENTS_CHANGE)} ou le nom d'un [paramètre](#paramètres) ; `valeur`\n"
        "s'écrit comme dans la colonne de ce nom."
    ),
)

POSTES = Sheet(
    name="postes",
    purpose="Postes : un ETP approuvé sur un territoire, pourvu ou vacant",
    table="posts",
    columns=(
        key("code", "code", "Code du poste", "SEM-F2"),
        text("intitule", "title", "Intitulé", "Facilitateur des clauses sociales", required=True, maximum=200),
        reference("structure", "organisation_id", "structures", "Employeur", "SEM"),
        reference("territoire", "territory_id", "territoires", "Territoire", "244200770"),
        number("etp", "fte", "ETP approuvés", "1", required=True, sign=Sign.POSITIVE, unit="ETP"),
        first_day("Premier jour", "15/12/2023", required=True),
        last_day("Dernier jour inclus, vide si ouvert", "14/12/2026"),
    ),
    key=("code",),
    owners=("structure",),
    trail=Trail(AuditObject.POST, ("code",)),
    personal=NOBODY,
    colour=COLOUR,
)

POSTES_CONVENTIONS = Sheet(
    name="postes_conventions",
    purpose="ETP d'un poste que paie une convention",
    table="post_fundings",
    columns=(
        reference("poste", "post_id", "postes", "Poste", "SEM-F2"),
        convention("Convention", "DREETS-42-2023-017"),
        number("etp", "fte", "ETP financés", "1", required=True, sign=Sign.POSITIVE, unit="ETP"),
        first_day("Premier jour, vide : début de la convention", "15/12/2023", is_implied=True),
        last_day("Dernier jour inclus, vide : fin de la convention", "14/12/2024", is_implied=True),
    ),
    key=("poste", "convention", "debut"),
    owners=("poste",),
    trail=Trail(AuditObject.POST_FUNDING, ("convention", "poste", "debut")),
    personal=NOBODY,
    colour=COLOUR,
)

SHEETS = (CONVENTIONS, AVENANTS, POSTES, POSTES_CONVENTIONS)
# fmt: on

"""Sheets of the facts of every month: hours, signatures, absences, pay."""

from __future__ import annotations

from grants import enums
from grants.workbook_format.columns import (
    PIECE,
    Sign,
    agent,
    amount,
    choice,
    day,
    first_day,
    flag,
    hours,
    last_day,
    month,
    piece,
    reference,
    text,
)
from grants.workbook_format.personal import PersonalTable, Retention
from grants.workbook_format.sheet import COUNTED, Sheet

COLOUR = "#7A3E65"

# fmt: off
FEUILLES_TEMPS = Sheet(
    name="feuilles_temps",
    purpose="Heures par jour et par opération",
    table="time_entries",
    columns=(
        day("date", "work_on", "Jour", "15/12/2023", required=True),
        agent("Agent", "A001"),
        reference("operation", "convention_id", "conventions", "Convention de l'opération ; vide : autre activité", "FSE-79-2018", required=False),
        hours("heures", "minutes", "Heures ; 0 efface le jour", "7,5", required=True, sign=Sign.NOT_NEGATIVE),
        choice("activite", "activity", enums.Activity, "Activité", "Accompagner les entreprises", required=False, empty=enums.Activity.OTHER),
        text("commentaire", "comment", "Commentaire", "Réunion avec le bailleur", maximum=500),
        text("marche", "market", "Marché suivi, s'il faut le dire", "2018-NIORT-014 lot 3", maximum=200),
    ),
    key=("date", "agent", "operation", "activite", "marche"),
    owners=("agent",),
    window="date",
    trail=COUNTED,
    personal=PersonalTable("time", "Heures", Retention.DAY),
    colour=COLOUR,
)

SIGNATURES = Sheet(
    name="signatures",
    purpose="Signatures des feuilles de temps, une ligne par agent et par mois",
    table="time_sheets",
    columns=(
        agent("Agent", "A001"),
        month("mois", "month", "Mois", "12/2023"),
        day("signee_agent_le", "signed_by_person_on", "Signée par l'agent le", "03/01/2024"),
        day("signee_responsable_le", "signed_by_manager_on", "Signée par le responsable le", "05/01/2024"),
        text("responsable", "manager", "Nom du responsable signataire", "Paul DURIEUX", maximum=200),
        PIECE,
    ),
    key=("agent", "mois"),
    owners=("agent",),
    window="mois",
    trail=COUNTED,
    personal=PersonalTable("time", "Feuilles de temps", Retention.MONTH, actors=("signer_id", "approver_id")),
    colour=COLOUR,
)

ABSENCES = Sheet(
    name="absences",
    purpose="Congés, maladie et autres absences",
    table="absences",
    columns=(
        agent("Agent", "A001"),
        choice("type", "kind", enums.AbsenceKind, "Type d'absence", "Maladie"),
        first_day("Premier jour", "02/04/2018", required=True),
        last_day("Dernier jour inclus", "30/04/2018", required=True),
        hours("heures", "minutes", "Heures, pour une partie de journée", "3,5"),
        flag("ijss", "expects_ijss", "L'employeur perçoit-il des IJSS ?"),
    ),
    key=("agent", "type", "debut"),
    owners=("agent",),
    window="debut",
    trail=COUNTED,
    personal=PersonalTable("time", "Absences", Retention.PERIOD),
    colour=COLOUR,
)

BULLETINS = Sheet(
    name="bulletins",
    purpose="Bulletins de paie, une ligne par rubrique",
    table="pay_items",
    columns=(
        agent("Agent", "A001"),
        month("mois", "month", "Mois de paie", "12/2023"),
        choice("rubrique", "kind", enums.PayItemKind, "Rubrique", "Salaire brut"),
        text("libelle", "label", "Libellé, pour distinguer deux rubriques semblables", "Heures complémentaires", maximum=200),
        amount("montant", "amount", "Montant ; négatif pour IJSS et aides", "2 850,00", required=True),
        day("paye_le", "paid_on", "Date de paiement", "28/12/2023"),
        piece("mandat", "voucher", "Numéro de mandat", "2023-4512"),
        PIECE,
        flag("prime_anterieure", "existed_before", "Prime : existait avant l'opération"),
        flag("prime_rattachable", "is_tied", "Prime : peut être rattachée à l'opération"),
        flag("prime_fondee", "is_founded", "Prime : repose sur un accord, un contrat ou un usage"),
    ),
    key=("agent", "mois", "rubrique", "libelle"),
    owners=("agent",),
    window="mois",
    trail=COUNTED,
    personal=PersonalTable("pay", "Rubriques de paie", Retention.MONTH, used_on="paid_on"),
    colour=COLOUR,
)

SHEETS = (FEUILLES_TEMPS, SIGNATURES, ABSENCES, BULLETINS)
# fmt: on

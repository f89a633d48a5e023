"""Sheets of the people: who they are, under which contract, on which post."""

from __future__ import annotations

from decimal import Decimal

from grants import enums
from grants.enums import AuditObject
from grants.workbook_format.columns import (
    PIECE,
    WEEK_HOURS,
    Sign,
    agent,
    choice,
    convention,
    day,
    first_day,
    flag,
    fraction,
    hours,
    key,
    last_day,
    reference,
    text,
)
from grants.workbook_format.personal import PersonalTable, Retention
from grants.workbook_format.sheet import Sheet, Trail

COLOUR = "#8A5A00"

# fmt: off
AGENTS = Sheet(
    name="agents",
    purpose="Personnes qui occupent les postes",
    table="persons",
    columns=(
        key("matricule", "code", "Matricule", "A001"),
        text("nom", "last_name", "Nom", "MARTINEAU", required=True, maximum=100, is_withheld=True),
        text("prenom", "first_name", "Prénom", "Claire", required=True, maximum=100, is_withheld=True),
        reference("structure", "organisation_id", "structures", "Structure", "SEM"),
        text("fonction", "job_title", "Fonction", "Facilitatrice des clauses sociales", maximum=200),
    ),
    key=("matricule",),
    owners=("structure",),
    trail=Trail(AuditObject.PERSON, ("matricule",)),
    personal=PersonalTable("staff", "Identité", Retention.PERSON, subjects=("id",)),
    colour=COLOUR,
)

CONTRATS = Sheet(
    name="contrats",
    purpose="Contrats de travail, une ligne par quotité",
    table="employments",
    columns=(
        agent("Agent", "A001"),
        text("employeur", "employer", "Employeur, vide : la structure de l'agent", "Commune de Saint-Étienne", maximum=200),
        text("type", "kind", "Type de contrat", "CDI", maximum=60),
        first_day("Premier jour", "01/01/2022", required=True),
        last_day("Dernier jour inclus, vide si ouvert", "31/12/2025"),
        fraction("quotite", "fte", "Quotité de travail", "100 %", required=True),
        hours("heures_hebdo", "weekly_minutes", "Heures par semaine du contrat", "35", required=True, highest=WEEK_HOURS),
        day("signe_le", "signed_on", "Date de signature", "20/12/2021"),
        PIECE,
    ),
    key=("agent", "debut"),
    owners=("agent",),
    trail=Trail(AuditObject.EMPLOYMENT, ("agent", "debut")),
    personal=PersonalTable("staff", "Contrats de travail", Retention.PERIOD),
    colour=COLOUR,
)

AFFECTATIONS = Sheet(
    name="affectations",
    purpose="Qui occupe quel poste, et quand",
    table="holdings",
    columns=(
        agent("Agent", "A001"),
        reference("poste", "post_id", "postes", "Poste", "SEM-F2"),
        first_day("Premier jour", "15/12/2023", required=True),
        last_day("Dernier jour inclus, vide si ouvert", "14/12/2026"),
        fraction("part", "share", "Part du travail de l'agent que prend ce poste ; vide : 100 %", "100 %", empty=Decimal(1)),
        flag("mise_a_disposition", "is_secondment", "L'agent est-il mis à disposition ?"),
        day("convention_nominative_du", "agreement_on", "Date de la convention nominative de mise à disposition", "10/12/2023"),
        reference("remplace", "replaces_id", "agents", "Agent absent remplacé", "A002", required=False),
        PIECE,
    ),
    key=("agent", "poste", "debut"),
    owners=("agent",),
    trail=Trail(AuditObject.HOLDING, ("agent", "poste", "debut")),
    personal=PersonalTable("staff", "Affectations", Retention.PERSON, subjects=("person_id", "replaces_id"), cleared=("piece", "agreement_on")),
    colour=COLOUR,
)

LETTRES_MISSION = Sheet(
    name="lettres_mission",
    purpose="Lettres de mission : part du temps fixée sur une opération",
    table="mission_letters",
    columns=(
        agent("Agent", "A001"),
        convention("Opération", "FSE-79-2018"),
        first_day("Premier jour", "01/01/2018", required=True),
        last_day("Dernier jour inclus, vide si ouvert", "31/12/2018"),
        choice("nature", "nature", enums.LetterNature, "Ce que la lettre fixe", "Variable"),
        fraction("part", "share", "Part mensuelle fixe, pour une part fixe", "60 %", sign=Sign.NOT_NEGATIVE),
        day("datee_du", "dated_on", "Date de la lettre", "18/12/2017"),
        day("signee_agent_le", "signed_by_person_on", "Signée par l'agent le", "18/12/2017"),
        day("signee_responsable_le", "signed_by_manager_on", "Signée par le responsable le", "19/12/2017"),
        day("acceptee_le", "accepted_on", "Acceptée par le financeur le", "15/01/2018"),
        PIECE,
    ),
    key=("agent", "convention", "debut"),
    owners=("agent",),
    trail=Trail(AuditObject.MISSION_LETTER, ("agent", "convention", "debut")),
    personal=PersonalTable("staff", "Lettres de mission", Retention.PERIOD),
    colour=COLOUR,
)

SHEETS = (AGENTS, CONTRATS, AFFECTATIONS, LETTRES_MISSION)
# fmt: on

"""Sheets and columns of the import workbook: the one list behind template, reader, demonstration and docs/import.md.

Names are stable: users keep their files for years. First and last days are both inclusive here, as people write them; the
reader turns them into half-open periods.
"""

from __future__ import annotations

from grants import enums as e
from grants.rules.conventions.settings import SPECS
from grants.workbook_format.columns import (
    HIGHEST,
    WEEK_HOURS,
    CellKind,
    Column,
    Sheet,
    Sign,
    amount,
    choice,
    day,
    flag,
    fraction,
    hours,
    key,
    month,
    number,
    reference,
    text,
    whole,
)

# fmt: off


def _settings() -> tuple[Column, ...]:
    return tuple(
        Column(spec.column, CellKind.SETTING, f"{spec.wording} ; vide : valeur par défaut du type de financeur", maximum=200)
        for spec in SPECS
    )


PIECE = text("piece", "Référence de la pièce justificative (feuille pieces)", "BUL-2023-12-001", maximum=80)

STRUCTURES = Sheet("structures", "Structures porteuses : employeurs et titulaires des subventions", (
    key("code", "Code court, au choix, stable", "SEM"),
    text("nom", "Nom de la structure", "Saint-Étienne Métropole", required=True, maximum=200),
    text("siret", "SIRET, 14 chiffres, contrôlé", "24420077000018", maximum=14),
    text("rna", "Numéro RNA d'une association", "W421000001", maximum=10),
    choice("forme_juridique", e.LegalForm, "Forme juridique", "Collectivité"),
    choice("calendrier", e.HolidayCalendar, "Jours fériés observés", "Métropole", required=False),
    flag("abattement_taxe_salaires", "La structure a-t-elle un abattement de taxe sur les salaires ?"),
    text("adresse", "Adresse", "2 avenue Grüner, 42000 Saint-Étienne"),
), ("code",))

TERRITOIRES = Sheet("territoires", "Territoires desservis, avec leur population", (
    key("code", "Code, au choix ou INSEE", "244200770"),
    text("nom", "Nom", "Saint-Étienne Métropole", required=True, maximum=200),
    choice("type", e.TerritoryKind, "Type de territoire", "EPCI"),
    text("code_insee", "Code INSEE ou SIREN de l'EPCI ; la population officielle en vient si elle est vide", "244200770", maximum=12),
    whole("population", "Population municipale", "406868"),
    whole("population_annee", "Année de cette population", "2021"),
    reference("parent", "territoires", "Territoire qui le contient", "DEP-42", required=False),
    number("cible_etp", "ETP visés sur le territoire", "4", sign=Sign.NOT_NEGATIVE),
), ("code",))

FINANCEURS = Sheet("financeurs", "Ceux qui paient", (
    key("code", "Code court", "DREETS-ARA"),
    text("nom", "Nom", "DREETS Auvergne-Rhône-Alpes", required=True, maximum=200),
    choice("type", e.FunderKind, "Type de financeur", "État"),
), ("code",))

DISPOSITIFS = Sheet("dispositifs", "Dispositifs ou appels à projets et leurs paramètres", (
    key("code", "Code court", "PNAD-2022-2025"),
    text("nom", "Nom", "Plan national des achats durables 2022-2025, volet social", required=True),
    reference("financeur", "financeurs", "Financeur", "DREETS-ARA"),
    text("texte", "Texte qui fixe les règles", "Appel à projets PNAD 2022-2025"),
    text("lien", "Adresse publique du texte", "https://www.example.org/pnad.pdf", maximum=500),
    *_settings(),
), ("code",))

CONVENTIONS = Sheet("conventions", "Conventions signées", (
    key("numero", "Numéro de la convention", "DREETS-42-2023-017", 80),
    text("intitule", "Intitulé", "Facilitateur des clauses sociales", required=True),
    reference("structure", "structures", "Structure bénéficiaire", "SEM"),
    reference("dispositif", "dispositifs", "Dispositif", "PNAD-2022-2025"),
    text("numero_operation", "Numéro d'opération (MDFSE)", "201803456", maximum=80),
    day("debut", "Premier jour", "15/12/2023", required=True),
    day("fin", "Dernier jour inclus", "14/12/2024", required=True),
    day("signee_le", "Date de signature", "30/01/2024"),
    fraction("taux", "Taux d'intervention", "70 %", required=True, sign=Sign.NOT_NEGATIVE),
    amount("montant_maximum", "Montant maximum de la subvention", "40 000,00", sign=Sign.NOT_NEGATIVE),
    amount("cout_total", "Coût total conventionné", "58 000,00", sign=Sign.NOT_NEGATIVE),
    number("etp", "ETP conventionnés", "1", required=True, sign=Sign.POSITIVE),
    day("bilan_le", "Date fixée pour le bilan, si la convention en fixe une", "30/06/2025"),
    text("description", "Mise en œuvre de l'action, pour le bilan qualitatif", "Accompagnement de vingt acheteurs du territoire", maximum=4000),
    *_settings(),
), ("numero",))

AVENANTS = Sheet("avenants", "Changements datés d'un terme ou d'un paramètre", (
    reference("convention", "conventions", "Convention", "DREETS-42-2023-017"),
    key("numero", "Numéro de l'avenant", "1"),
    day("date_effet", "Premier jour d'application", "01/07/2024", required=True),
    day("signe_le", "Date de signature", "25/06/2024"),
    key("champ", "Terme modifié : taux, montant_maximum, cout_total, etp, fin ou le nom d'un paramètre", "montant_maximum", 60),
    text("valeur", "Nouvelle valeur", "42 000,00", required=True, maximum=200),
    text("motif", "Motif", "Extension du territoire", maximum=500),
), ("convention", "numero", "champ"))

POSTES = Sheet("postes", "Postes : un ETP approuvé sur un territoire, pourvu ou vacant", (
    key("code", "Code du poste", "SEM-F2"),
    text("intitule", "Intitulé", "Facilitateur des clauses sociales", required=True, maximum=200),
    reference("structure", "structures", "Employeur", "SEM"),
    reference("territoire", "territoires", "Territoire", "244200770"),
    number("etp", "ETP approuvés", "1", required=True, sign=Sign.POSITIVE),
    day("debut", "Premier jour", "15/12/2023", required=True),
    day("fin", "Dernier jour inclus, vide si ouvert", "14/12/2026"),
), ("code",))

POSTES_CONVENTIONS = Sheet("postes_conventions", "ETP d'un poste que paie une convention", (
    reference("poste", "postes", "Poste", "SEM-F2"),
    reference("convention", "conventions", "Convention", "DREETS-42-2023-017"),
    number("etp", "ETP financés", "1", required=True, sign=Sign.POSITIVE),
    day("debut", "Premier jour, vide : début de la convention", "15/12/2023"),
    day("fin", "Dernier jour inclus, vide : fin de la convention", "14/12/2024"),
), ("poste", "convention", "debut"))

AGENTS = Sheet("agents", "Personnes qui occupent les postes", (
    key("matricule", "Matricule", "A001"),
    text("nom", "Nom", "MARTINEAU", required=True, maximum=100),
    text("prenom", "Prénom", "Claire", required=True, maximum=100),
    reference("structure", "structures", "Structure", "SEM"),
    text("fonction", "Fonction", "Facilitatrice des clauses sociales", maximum=200),
), ("matricule",))

CONTRATS = Sheet("contrats", "Contrats de travail, une ligne par quotité", (
    reference("agent", "agents", "Agent", "A001"),
    text("employeur", "Employeur, vide : la structure de l'agent", "Commune de Saint-Étienne", maximum=200),
    text("type", "Type de contrat", "CDI", maximum=60),
    day("debut", "Premier jour", "01/01/2022", required=True),
    day("fin", "Dernier jour inclus, vide si ouvert", "31/12/2025"),
    fraction("quotite", "Quotité de travail", "100 %", required=True),
    hours("heures_hebdo", "Heures par semaine du contrat", "35", required=True, highest=WEEK_HOURS),
    day("signe_le", "Date de signature", "20/12/2021"),
    PIECE,
), ("agent", "debut"))

AFFECTATIONS = Sheet("affectations", "Qui occupe quel poste, et quand", (
    reference("agent", "agents", "Agent", "A001"),
    reference("poste", "postes", "Poste", "SEM-F2"),
    day("debut", "Premier jour", "15/12/2023", required=True),
    day("fin", "Dernier jour inclus, vide si ouvert", "14/12/2026"),
    fraction("part", "Part du travail de l'agent que prend ce poste ; vide : 100 %", "100 %"),
    flag("mise_a_disposition", "L'agent est-il mis à disposition ?"),
    day("convention_nominative_du", "Date de la convention nominative de mise à disposition", "10/12/2023"),
    reference("remplace", "agents", "Agent absent remplacé", "A002", required=False),
    PIECE,
), ("agent", "poste", "debut"))

LETTRES_MISSION = Sheet("lettres_mission", "Lettres de mission : part du temps fixée sur une opération", (
    reference("agent", "agents", "Agent", "A001"),
    reference("convention", "conventions", "Opération", "FSE-79-2018"),
    day("debut", "Premier jour", "01/01/2018", required=True),
    day("fin", "Dernier jour inclus, vide si ouvert", "31/12/2018"),
    choice("nature", e.LetterNature, "Ce que la lettre fixe", "Variable"),
    fraction("part", "Part mensuelle fixe, pour une part fixe", "60 %", sign=Sign.NOT_NEGATIVE),
    day("datee_du", "Date de la lettre", "18/12/2017"),
    day("signee_agent_le", "Signée par l'agent le", "18/12/2017"),
    day("signee_responsable_le", "Signée par le responsable le", "19/12/2017"),
    day("acceptee_le", "Acceptée par le financeur le", "15/01/2018"),
    PIECE,
), ("agent", "convention", "debut"))

FEUILLES_TEMPS = Sheet("feuilles_temps", "Heures par jour et par opération", (
    day("date", "Jour", "15/12/2023", required=True),
    reference("agent", "agents", "Agent", "A001"),
    reference("operation", "conventions", "Convention de l'opération ; vide : autre activité", "FSE-79-2018", required=False),
    hours("heures", "Heures ; 0 efface le jour", "7,5", required=True, sign=Sign.NOT_NEGATIVE),
    choice("activite", e.Activity, "Activité", "Accompagner les entreprises", required=False),
    text("commentaire", "Commentaire", "Réunion avec le bailleur", maximum=500),
    text("marche", "Marché suivi, s'il faut le dire", "2018-NIORT-014 lot 3", maximum=200),
), ("date", "agent", "operation", "activite", "marche"))

SIGNATURES = Sheet("signatures", "Signatures des feuilles de temps, une ligne par agent et par mois", (
    reference("agent", "agents", "Agent", "A001"),
    month("mois", "Mois", "12/2023"),
    day("signee_agent_le", "Signée par l'agent le", "03/01/2024"),
    day("signee_responsable_le", "Signée par le responsable le", "05/01/2024"),
    text("responsable", "Nom du responsable signataire", "Paul DURIEUX", maximum=200),
    PIECE,
), ("agent", "mois"))

ABSENCES = Sheet("absences", "Congés, maladie et autres absences", (
    reference("agent", "agents", "Agent", "A001"),
    choice("type", e.AbsenceKind, "Type d'absence", "Maladie"),
    day("debut", "Premier jour", "02/04/2018", required=True),
    day("fin", "Dernier jour inclus", "30/04/2018", required=True),
    hours("heures", "Heures, pour une partie de journée", "3,5"),
    flag("ijss", "L'employeur perçoit-il des IJSS ?"),
), ("agent", "type", "debut"))

BULLETINS = Sheet("bulletins", "Bulletins de paie, une ligne par rubrique", (
    reference("agent", "agents", "Agent", "A001"),
    month("mois", "Mois de paie", "12/2023"),
    choice("rubrique", e.PayItemKind, "Rubrique", "Salaire brut"),
    text("libelle", "Libellé, pour distinguer deux rubriques semblables", "Heures complémentaires", maximum=200),
    amount("montant", "Montant ; négatif pour IJSS et aides", "2 850,00", required=True),
    day("paye_le", "Date de paiement", "28/12/2023"),
    text("mandat", "Numéro de mandat", "2023-4512", maximum=80),
    PIECE,
    flag("prime_anterieure", "Prime : existait avant l'opération"),
    flag("prime_rattachable", "Prime : peut être rattachée à l'opération"),
    flag("prime_fondee", "Prime : repose sur un accord, un contrat ou un usage"),
), ("agent", "mois", "rubrique", "libelle"))

RESSOURCES = Sheet("ressources", "Ce que d'autres financeurs ont promis à une opération", (
    key("code", "Code de la ressource", "RES-REGION-2018", 80),
    reference("convention", "conventions", "Opération qui la déclare", "FSE-79-2018"),
    reference("financeur", "financeurs", "Financeur", "REGION-NA"),
    reference("convention_financeur", "conventions", "Convention du cofinanceur, si elle est ici", "REGION-2018-33", required=False),
    text("intitule", "Intitulé", "Subvention régionale 2018"),
    amount("montant", "Montant conventionné", "20 000,00", required=True, sign=Sign.NOT_NEGATIVE),
    amount("assiette", "Coût sur lequel cette aide est donnée, s'il dépasse l'opération", "50 000,00", sign=Sign.POSITIVE),
    amount("assiette_operation", "Part de ce coût dans l'opération ; vide : coût éligible de l'opération", "40 000,00", sign=Sign.NOT_NEGATIVE),
    day("notifiee_le", "Date de la décision", "12/03/2018"),
    PIECE,
), ("code",))

ENCAISSEMENTS = Sheet("encaissements", "Ce qui a été reçu d'une ressource", (
    reference("ressource", "ressources", "Ressource", "RES-REGION-2018"),
    day("date", "Date d'encaissement", "20/12/2018", required=True),
    amount("montant", "Montant", "20 000,00", required=True),
    PIECE,
), ("ressource", "date", "montant"))

VERSEMENTS = Sheet("versements", "Ce que le financeur de la convention a payé", (
    reference("convention", "conventions", "Convention", "DREETS-42-2023-017"),
    day("date", "Date", "15/03/2024", required=True),
    choice("nature", e.PaymentKind, "Nature", "Avance"),
    amount("montant", "Montant", "20 000,00", required=True),
    PIECE,
), ("convention", "date", "nature", "montant"))

BUDGETS = Sheet("budgets", "Budget prévisionnel, par ligne du formulaire du financeur", (
    reference("convention", "conventions", "Convention", "DREETS-42-2023-017"),
    choice("cote", e.BudgetSide, "Charges ou produits", "Charges"),
    key("ligne", "Code de ligne (feuille Lignes du modèle), par exemple 641 ou 74-etat-1", "641"),
    text("libelle", "Libellé, pour les lignes libres", "Droits d'usage de logiciel", maximum=200),
    amount("prevision", "Prévision", "42 000,00", required=True),
    amount("realisation", "Réalisation, pour les lignes que le logiciel ne calcule pas", "0,00"),
    PIECE,
), ("convention", "cote", "ligne", "libelle"))

INDICATEURS = Sheet("indicateurs", "Indicateurs, définis comme des données", (
    key("code", "Code", "heures_insertion", 60),
    text("nom", "Nom", "Heures d'insertion réalisées", required=True),
    text("formule", "Comment il est compté", "Somme des heures déclarées par les entreprises", maximum=500),
    text("unite", "Unité", "heures", required=True, maximum=40),
    text("ventilation", "Ventilation", "public", maximum=100),
    reference("financeur", "financeurs", "Financeur qui le demande", "DREETS-ARA", required=False),
), ("code",))

CIBLES = Sheet("cibles", "Valeurs visées par convention", (
    reference("indicateur", "indicateurs", "Indicateur", "heures_insertion"),
    reference("convention", "conventions", "Convention", "FSE-79-2018"),
    day("debut", "Premier jour", "01/01/2018", required=True),
    day("fin", "Dernier jour inclus", "31/12/2018", required=True),
    number("valeur", "Valeur visée", "7000", required=True),
), ("indicateur", "convention", "debut"))

VALEURS = Sheet("valeurs", "Valeurs réalisées, par convention ou par territoire", (
    reference("indicateur", "indicateurs", "Indicateur", "heures_insertion"),
    reference("convention", "conventions", "Convention", "FSE-79-2018", required=False),
    reference("territoire", "territoires", "Territoire", "244200770", required=False),
    reference("structure", "structures", "Structure qui la déclare, pour une valeur sans convention ; vide : la seule du fichier", "SEM", required=False),
    day("debut", "Premier jour", "01/01/2018", required=True),
    day("fin", "Dernier jour inclus", "31/12/2018", required=True),
    text("ventilation", "Part comptée, si ventilée", "RSA", maximum=100),
    number("valeur", "Valeur", "7312", required=True),
    text("methode", "Méthode et source", "Déclarations mensuelles des entreprises", maximum=1000),
), ("indicateur", "convention", "territoire", "structure", "debut", "ventilation"))

SALARIES_CLAUSES = Sheet("salaries_clauses", "Salariés des clauses, par marché et période de travail, sous pseudonyme", (
    reference("convention", "conventions", "Opération", "FSE-79-2018"),
    key("marche", "Marché", "2018-NIORT-014 lot 3", 200),
    key("salarie", "Référence du salarié, jamais son nom", "P-0012"),
    text("employeur", "Employeur", "Bâti Exemple SARL", maximum=200),
    day("debut", "Premier jour", "05/02/2018", required=True),
    day("fin", "Dernier jour inclus", "30/06/2018", required=True),
    hours("heures", "Heures travaillées", "420", required=True, sign=Sign.NOT_NEGATIVE, highest=HIGHEST[CellKind.HOURS]),
), ("convention", "marche", "salarie", "debut"))

PIECES = Sheet("pieces", "Pièces justificatives ; le fichier est cherché à côté du classeur", (
    key("reference", "Référence citée dans les colonnes piece", "BUL-2023-12-001", 80),
    choice("type", e.PieceKind, "Type de pièce", "Bulletin de paie"),
    text("titre", "Titre", "Bulletin de décembre 2023"),
    reference("agent", "agents", "Agent", "A001", required=False),
    reference("convention", "conventions", "Convention", "DREETS-42-2023-017", required=False),
    reference("structure", "structures", "Structure, pour une pièce sans agent ni convention ; vide : la seule du fichier", "SEM", required=False),
    day("debut", "Premier jour couvert", "01/12/2023"),
    day("fin", "Dernier jour couvert", "31/12/2023"),
    amount("montant", "Montant", "2 850,00"),
    day("date", "Date de la pièce", "28/12/2023"),
    text("fichier", "Nom du fichier, relatif au dossier du classeur", "pieces/BUL-2023-12-001.pdf", maximum=255),
), ("reference",))

# The order is that of dependence: a sheet refers only to itself and to sheets before it.
SHEETS: tuple[Sheet, ...] = (
    STRUCTURES, TERRITOIRES, FINANCEURS, DISPOSITIFS, CONVENTIONS, AVENANTS, POSTES, POSTES_CONVENTIONS, AGENTS, CONTRATS,
    AFFECTATIONS, LETTRES_MISSION, FEUILLES_TEMPS, SIGNATURES, ABSENCES, BULLETINS, RESSOURCES, ENCAISSEMENTS, VERSEMENTS,
    BUDGETS, INDICATEURS, CIBLES, VALEURS, SALARIES_CLAUSES, PIECES,
)
SHEET_BY_NAME = {sheet.name: sheet for sheet in SHEETS}

TERMS_THAT_AMENDMENTS_CHANGE = ("taux", "montant_maximum", "cout_total", "etp", "fin")

"""French wording of every closed list and of every formula, and the way back from wording to value.

One place, so that a screen, a workbook, an import template and an error message never call the same
thing by two names.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from grants import enums
from grants.formula_labels import FORMULAS as FORMULAS
from grants.formula_labels import TERMS as TERMS
from grants.french import folded

E = TypeVar("E", bound=StrEnum)

LABELS: dict[type[StrEnum], dict[str, str]] = {
    enums.Role: {
        "facilitator": "Facilitateur",
        "manager": "Responsable",
        "finance": "Chargé de gestion",
        "director": "Direction",
        "auditor": "Contrôleur",
        "administrator": "Administrateur",
        "operator": "Exploitant de la plateforme",
    },
    enums.LegalForm: {
        "association": "Association",
        "local_authority": "Collectivité",
        "public_establishment": "Établissement public",
        "other": "Autre",
    },
    enums.Certifier: {
        "public_accountant": "Comptable public",
        "statutory_auditor": "Commissaire aux comptes",
        "chartered_accountant": "Expert-comptable",
    },
    enums.OrganisationFileKind: {"official_form": "Formulaire officiel", "logo": "Emblème"},
    enums.HolidayCalendar: {
        "metropole": "Métropole",
        "alsace_moselle": "Alsace-Moselle",
        "guadeloupe": "Guadeloupe",
        "guyane": "Guyane",
        "martinique": "Martinique",
        "mayotte": "Mayotte",
        "la_reunion": "La Réunion",
    },
    enums.Programme: {
        "national": "Programme national FSE+",
        "centre_val_de_loire": "Programme Centre-Val de Loire",
        "other": "Autre programme",
    },
    enums.Beneficiary: {"public": "Organisme public", "private": "Organisme privé"},
    enums.TextReading: {
        "read": "lu",
        "to_confirm": "à confirmer",
        "not_found": "aucun texte trouvé",
    },
    enums.TerritoryKind: {
        "region": "Région",
        "departement": "Département",
        "epci": "EPCI",
        "commune": "Commune",
        "plie": "PLIE",
        "employment_area": "Bassin d'emploi",
    },
    enums.FunderKind: {
        "state": "État",
        "region": "Région",
        "departement": "Département",
        "epci": "EPCI",
        "commune": "Commune",
        "social_body": "Organisme social",
        "fse": "FSE",
        "fse_plus": "FSE+",
        "anru": "ANRU",
        "public_establishment": "Établissement public",
        "private": "Aide privée",
        "fees": "Recettes",
        "own_funds": "Autofinancement",
    },
    enums.CostBasis: {"post": "Poste", "time": "Temps sur l'opération"},
    enums.MonthSplit: {
        "calendar_days": "Jours calendaires",
        "working_days": "Jours ouvrés",
        "hours": "Heures travaillées",
    },
    enums.Valuation: {
        "real_share": "Part réelle du temps",
        "hourly_1720": "Taux horaire 1 720 h",
        "monthly_rate": "Taux horaire mensuel",
        "fixed_share": "Part fixe",
    },
    enums.Method: {
        "post_share": "Part du poste",
        "full": "Temps plein sur l'opération",
        "fixed_share": "Part fixe",
        "real_share": "Part réelle du temps",
        "hourly_1720": "Taux horaire 1 720 h",
        "monthly_rate": "Taux horaire mensuel",
    },
    enums.AbsencePolicy: {
        "worked_hours_only": "Heures travaillées seules",
        "paid_hours": "Heures payées",
    },
    enums.FlatRateProfile: {
        "none": "Aucun",
        "15": "15 % du personnel",
        "40": "40 % du personnel",
        "7": "7 % des coûts directs",
        "20_direct_less_services": "20 % des coûts directs hors prestations",
        "25": "25 % des coûts directs",
    },
    enums.SecondmentCategory: {"staff": "Personnel", "services": "Prestations"},
    enums.CeilingProration: {
        "none": "Aucun",
        "days_filled": "Jours pourvus",
        "twelfths_filled": "Douzièmes pourvus",
    },
    enums.GrantFormula: {
        "post_grant": "Aide au poste",
        "european_balance": "Solde européen",
    },
    enums.ClaimForm: {
        "financial_report": "Compte rendu financier",
        "execution_report": "Bilan d'exécution",
    },
    enums.FilledCounts: {
        "contract_fte": "La quotité du contrat",
        "whole_post": "Le poste entier",
    },
    enums.MinShareWindow: {
        "operation": "Toute l'opération",
        "letter": "Les jours de la lettre de mission",
    },
    enums.AdmittedCosts: {
        "all": "Toutes les dépenses directes",
        "staff_and_flat_rate": "Personnel et forfait seulement",
    },
    enums.CofunderBasis: {
        "received": "Montant reçu",
        "conventioned_if_incomplete": "Montant conventionné tant que tout n'est pas reçu",
    },
    enums.RetentionAnchor: {
        "last_payment_year_end": "31 décembre du dernier paiement",
        "accounts_year_end": "31 décembre suivant les comptes",
    },
    enums.ClockState: {
        "over": "Terminé",
        "counting": "En cours",
        "held": "Conservé à votre demande",
        "linked": "Conservé avec une convention de la même période",
        "unnotified": "Durée passée ; départ à faire notifier par l'autorité",
        "unsettled": "Pas commencé : solde non versé",
        "open": "Pas commencé : convention sans fin",
        "without_years": "Pas commencé : durée inconnue",
    },
    enums.PurgeFate: {"erased": "Effacé", "cut": "Allégé", "kept": "Conservé"},
    enums.LetterNature: {
        "full_time": "Temps plein",
        "fixed_share": "Part fixe",
        "variable": "Variable",
    },
    enums.PayItemKind: {
        "gross": "Salaire brut",
        "employer_charges": "Charges patronales",
        "ijss": "IJSS",
        "job_aid": "Aide à l'emploi",
        "payroll_tax": "Taxe sur les salaires",
        "bonus": "Prime",
        "exceptional_bonus": "Prime exceptionnelle",
        "meal_vouchers": "Titres-restaurant",
        "transport": "Transport",
        "precarity": "Indemnité de précarité",
        "end_of_contract": "Indemnité de fin de contrat",
        "time_savings": "Compte épargne-temps",
        "termination": "Indemnité de rupture",
        "unused_leave": "Congés non pris",
        "other": "Autre",
    },
    enums.AbsenceKind: {
        "paid_leave": "Congés payés",
        "rtt": "RTT",
        "sickness": "Maladie",
        "work_accident": "Accident du travail",
        "parental": "Maternité, paternité",
        "training": "Formation",
        "unpaid": "Sans solde",
        "other": "Autre",
    },
    enums.Activity: {
        "raise_awareness": "Sensibiliser",
        "support_buyers": "Accompagner les maîtres d'ouvrage",
        "support_companies": "Accompagner les entreprises",
        "partnership": "Animation du partenariat",
        "evaluation": "Évaluation",
        "administration": "Administration",
        "other": "Autre",
    },
    enums.SheetState: {
        "draft": "Brouillon",
        "finished": "Terminée",
        "approved": "Validée",
        "locked": "Verrouillée",
    },
    enums.SheetSituation: {
        "sheet_late": "En retard",
        "to_approve": "À valider",
        "sheet_returned": "Renvoyée",
        "in_progress": "En cours",
        "approved": "Validée",
        "locked": "Verrouillée",
        "not_needed": "Sans feuille",
    },
    enums.SheetStepKind: {
        "signed": "Signée par l'agent",
        "approved": "Validée par le responsable",
        "returned": "Renvoyée à l'agent",
        "reopened": "Rouverte",
        "scanned": "Exemplaire signé déposé",
        "locked": "Verrouillée",
        "unlocked": "Déverrouillée",
    },
    enums.DayClosure: {
        "outside_contract": "Hors contrat",
        "absence": "Absence",
        "public_holiday": "Jour férié",
        "weekend": "Week-end",
    },
    enums.SheetOddity: {
        "days_not_confirmed": "Jours à confirmer",
        "days_empty": "Jours sans heures",
        "contradicts_leave": "Heures pendant une absence",
        "closed_day_worked": "Heures un jour fermé",
        "over_contract": "Au-delà du contrat",
        "over_daily_maximum": "Journée trop longue",
        "under_contract": "En deçà du contrat",
        "share_below_minimum": "Part sous le minimum",
        "signed_together": "Plusieurs mois signés le même jour",
        "approver_is_signer": "Même signataire deux fois",
        "never_edited": "Jamais corrigée depuis un an",
        "left_during_month": "Départ en cours de mois",
    },
    enums.RequestKind: {
        "role": "Rôle pour soi",
        "later_end": "Fin de rôle reportée",
        "delegation": "Remplacement",
    },
    enums.PaymentKind: {"advance": "Avance", "interim": "Acompte", "balance": "Solde"},
    enums.ClaimKind: {"interim": "Intermédiaire", "final": "Final"},
    enums.ConventionState: {
        "late": "Bilan en retard",
        "report_due": "Bilan à rendre",
        "running": "En cours",
        "upcoming": "À venir",
        "settled": "Soldée",
    },
    enums.BudgetSide: {"charges": "Charges", "produits": "Produits"},
    enums.PieceKind: {
        "payslip": "Bulletin de paie",
        "time_sheet": "Feuille de temps",
        "mission_letter": "Lettre de mission",
        "contract": "Contrat de travail",
        "job_description": "Fiche de poste",
        "secondment_agreement": "Convention de mise à disposition",
        "convention": "Convention",
        "amendment": "Avenant",
        "funder_decision": "Décision de financeur",
        "receipt": "Preuve d'encaissement",
        "payment_proof": "Preuve de paiement",
        "payroll_tax_form": "Déclaration de taxe sur les salaires",
        "publicity": "Preuve de publicité",
        "expense_statement": "État récapitulatif certifié",
        "other": "Autre",
    },
    enums.Severity: {"blocking": "Bloquant", "warning": "Avertissement"},
    enums.LimitedBy: {
        "rate": "le taux",
        "ceiling": "le plafond par ETP",
        "maximum": "le montant maximum de la convention",
        "resources": "les autres ressources",
        "zero": "rien à verser : les ressources couvrent les dépenses",
    },
    enums.AuditAction: {
        "created": "Création",
        "changed": "Modification",
        "deleted": "Suppression",
        "imported": "Import",
        "demo_loaded": "Chargement de la démonstration",
        "claim_exported": "Export d'un bilan",
        "pack_made": "Dossier justificatif écrit",
        "logged_in": "Connexion",
        "logged_out": "Déconnexion",
        "login_refused": "Connexion refusée",
        "purged": "Purge de données personnelles",
        "personal_data_exported": "Export de données personnelles",
        "restored": "Restauration",
        "read": "Paie consultée",
        "downloaded": "Fichier téléchargé",
        "code_refused": "Code refusé",
    },
    enums.AuditVia: {"web": "Site", "cli": "Terminal", "import": "Import", "job": "Tâche de fond"},
    enums.AuditObject: {
        "organisation": "Structure",
        "scheme": "Dispositif",
        "convention": "Convention",
        "amendment": "Avenant",
        "resource": "Ressource",
        "receipt": "Encaissement",
        "payment": "Versement",
        "budget_item": "Ligne de budget",
        "target": "Cible",
        "post": "Poste",
        "post_funding": "Financement de poste",
        "person": "Agent",
        "employment": "Contrat de travail",
        "holding": "Affectation",
        "mission_letter": "Lettre de mission",
        "time_sheet": "Feuille de temps",
        "absence": "Absence",
        "import": "Import de classeur",
        "claim": "Bilan",
        "pack": "Dossier justificatif",
        "user": "Compte",
        "role": "Rôle",
        "invitation": "Invitation",
        "delegation": "Délégation",
        "role_request": "Demande de droit",
        "backup": "Sauvegarde",
    },
    enums.AccountState: {"active": "Actif", "without_role": "Sans rôle", "disabled": "Désactivé"},
}


def label(member: StrEnum) -> str:
    """Wording of a value.

    Example:
    >>> label(enums.PayItemKind.GROSS)
    'Salaire brut'
    """
    return LABELS[type(member)][member.value]


def formula_label(name: str) -> str:
    """Wording of a formula.

    Raises: KeyError: the formula has no wording; a figure without its formula is not shown.
    """
    return FORMULAS[name]


def term_label(name: str) -> str:
    """Wording of one thing that goes into a formula.

    Raises: KeyError: the term has no wording.
    """
    return TERMS[name]


def choices(kind: type[StrEnum]) -> list[str]:
    """Wordings of a closed list, in its order."""
    return [LABELS[kind][member.value] for member in kind]


def from_label(kind: type[E], text: str) -> E:
    """Value that a French wording means; case, accents and spacing do not matter.

    Raises: ValueError: when the wording is not of the list.
    Example:
    >>> from_label(enums.Activity, "evaluation").value
    'evaluation'
    """
    wanted = folded(text)
    for member in kind:
        if wanted in (folded(LABELS[kind][member.value]), folded(member.value)):
            return member
    raise ValueError(text)

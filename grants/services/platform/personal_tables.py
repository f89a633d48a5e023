"""Which tables hold personal data, why, and what becomes of them: one list for the register of
processing, the export of one person's data and the purge.

A table that a sheet of the import workbook fills is declared with it (``grants/workbook_format``),
the others below. One that points at a person or an account and is in neither list stops all three:
a test walks the tables of the models and says which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Column, Table

from grants.models import Base
from grants.workbook_format.personal import PersonalTable, Retention
from grants.workbook_format.sheets import SHEETS


@dataclass(frozen=True, slots=True)
class Processing:
    """One entry of the register: why data is processed, whose, which, and how long.

    Law: règlement (UE) 2016/679, article 30, paragraph 1.
    """

    code: str
    title: str
    purpose: str
    basis: str
    subjects: str
    data: str
    retention: str


_CLOCK = (
    "Jusqu'à la fin de la durée de conservation de la dernière convention qui s'appuie dessus, "
    "puis purge."
)
PROCESSINGS = (
    Processing(
        "staff",
        "Agents et affectations",
        "Suivre les postes financés, qui les occupe et à quelle part de temps.",
        "Obligation légale : justifier l'emploi des subventions (conventions signées, règlement "
        "(UE) 2021/1060, article 82).",
        "Agents et salariés de la structure.",
        "Matricule, nom, prénom, fonction, contrats, affectations, lettres de mission.",
        f"{_CLOCK} L'affectation reste, sans nom, pour les taux d'occupation passés.",
    ),
    Processing(
        "pay",
        "Paie",
        "Calculer le coût des postes et le justifier auprès des financeurs.",
        "Obligation légale : mêmes textes.",
        "Agents et salariés de la structure.",
        "Rubriques de paie, dates de paiement, références des bulletins.",
        _CLOCK,
    ),
    Processing(
        "time",
        "Temps de travail et absences",
        "Établir la part de temps passée sur chaque opération et la faire signer.",
        "Obligation légale : mêmes textes.",
        "Agents et salariés de la structure.",
        "Heures par jour et par opération, absences et leur nature, signatures et étapes, et la "
        "feuille telle qu'elle a été signée (nom, fonction, employeur, contrat).",
        _CLOCK,
    ),
    Processing(
        "pieces",
        "Pièces justificatives",
        "Conserver les preuves que les financeurs contrôlent.",
        "Obligation légale : mêmes textes.",
        "Agents et salariés de la structure.",
        "Bulletins, contrats, lettres, feuilles de temps et autres pièces, avec leurs fichiers.",
        f"{_CLOCK} Le fichier est effacé avec sa pièce.",
    ),
    Processing(
        "participants",
        "Bénéficiaires des clauses sociales",
        "Rendre compte des heures d'insertion réalisées.",
        "Mission d'intérêt public et obligation conventionnelle.",
        "Personnes en insertion, désignées par un pseudonyme.",
        "Pseudonyme, employeur, marché, heures.",
        "Jusqu'à la fin de la durée de conservation de la convention ; le pseudonyme est alors "
        "remplacé, les heures restent.",
    ),
    Processing(
        "accounts",
        "Comptes d'accès",
        "Ouvrir le logiciel aux seules personnes habilitées, selon leur rôle.",
        "Intérêt légitime : sécurité du traitement (article 32).",
        "Utilisateurs du logiciel.",
        "Nom, adresse e-mail, rôles, délégations, sessions, double authentification, invitations.",
        "Tant que le compte existe : signatures et validations en dépendent. Un administrateur le "
        "désactive ; la purge par durée de conservation n'y touche pas.",
    ),
    Processing(
        "trail",
        "Piste d'audit",
        "Prouver qui a fait quoi, et détecter toute altération.",
        "Obligation légale : piste d'audit (règlement (UE) 2021/1060, article 69).",
        "Utilisateurs du logiciel.",
        "Numéro et nom du compte, action, objet, date, adresse d'origine ; ni paie ni adresse "
        "e-mail.",
        "Non purgée : chaque événement porte l'empreinte du précédent.",
    ),
    Processing(
        "mail",
        "Courriels envoyés",
        "Envoyer invitations, rappels et alertes sans en perdre.",
        "Intérêt légitime : bon fonctionnement du service.",
        "Utilisateurs du logiciel et personnes invitées.",
        "Adresse, objet, dates d'envoi ; le texte est vidé après l'envoi.",
        "Adresse et objet sont conservés, le texte non ; pas de purge automatique.",
    ),
    Processing(
        "door",
        "Essais de connexion refusés",
        "Ralentir qui devine un mot de passe.",
        "Intérêt légitime : sécurité du traitement (article 32).",
        "Toute personne qui tente de se connecter.",
        "Empreinte de l'adresse e-mail, adresse d'origine, date.",
        "Effacés à la connexion réussie suivante.",
    ),
)

_USER = ("user_id",)
# Tables that no sheet of the import workbook fills.
_OTHERS: Mapping[str, PersonalTable] = {
    "sheet_days": PersonalTable("time", "Jours des feuilles", Retention.DAY),
    "sheet_steps": PersonalTable("time", "Étapes des feuilles", Retention.MONTH, actors=_USER),
    "sheet_documents": PersonalTable("time", "Feuilles signées", Retention.MONTH),
    "users": PersonalTable("accounts", "Compte", Retention.ACCOUNT, ("id",)),
    "memberships": PersonalTable("accounts", "Rôles", Retention.ACCOUNT, ("user_id", "person_id")),
    "audited_conventions": PersonalTable(
        "accounts", "Conventions d'un contrôleur", Retention.ACCOUNT, ("membership_id",)
    ),
    "managed_persons": PersonalTable(
        "accounts", "Équipe d'un responsable", Retention.ACCOUNT, ("membership_id",), ("person_id",)
    ),
    "delegations": PersonalTable(
        "accounts", "Délégations", Retention.ACCOUNT, ("from_user_id", "to_user_id")
    ),
    "role_requests": PersonalTable(
        "accounts",
        "Demandes de droits",
        Retention.ACCOUNT,
        ("asked_by_id", "holder_id"),
        ("decided_by_id",),
    ),
    "invitations": PersonalTable("accounts", "Invitations", Retention.ACCOUNT),
    "invited_conventions": PersonalTable(
        "accounts", "Conventions d'une invitation", Retention.ACCOUNT, ("invitation_id",)
    ),
    "invited_persons": PersonalTable(
        "accounts", "Équipe d'une invitation", Retention.ACCOUNT, ("invitation_id",), ("person_id",)
    ),
    "user_sessions": PersonalTable("accounts", "Sessions", Retention.ACCOUNT, _USER),
    "second_factors": PersonalTable(
        "accounts", "Double authentification", Retention.ACCOUNT, _USER
    ),
    "recovery_codes": PersonalTable("accounts", "Codes de secours", Retention.ACCOUNT, _USER),
    "login_steps": PersonalTable("accounts", "Connexions commencées", Retention.ACCOUNT, _USER),
    "account_tokens": PersonalTable("accounts", "Liens envoyés", Retention.ACCOUNT, _USER),
    "calendar_feeds": PersonalTable("accounts", "Abonnements d'agenda", Retention.ACCOUNT, _USER),
    "user_identities": PersonalTable("accounts", "Identités fournies", Retention.ACCOUNT, _USER),
}


def _all_tables() -> dict[str, PersonalTable]:
    """Tables of the workbook's sheets, then the others, in the order of the register."""
    found = {sheet.table: sheet.personal for sheet in SHEETS if sheet.personal is not None}
    places = [processing.code for processing in PROCESSINGS]
    return dict(
        sorted({**found, **_OTHERS}.items(), key=lambda item: places.index(item[1].processing))
    )


TABLES: Mapping[str, PersonalTable] = _all_tables()
# What opens an account or proves who one is: told to nobody, its owner included.
SECRETS = frozenset(
    {"password_hash", "token_hash", "code_hash", "secret", "selector", "id_token", "email_hash"}
)
ROOTS = ("persons", "users")


def unlisted_columns() -> tuple[str, ...]:
    """Columns that lead to a person or an account and stand in no entry of ``TABLES``; none when
    everything is listed. Tables that belong to a listed one are followed too.

    Example: ``("time_sheets.approver_id",)``
    """
    found, known = [], set(ROOTS)
    for table in Base.metadata.sorted_tables:
        leads = [column for column in table.columns if _leads_to(column, known)]
        if not leads:
            continue
        known.add(table.name)
        entry = TABLES.get(table.name)
        listed = set() if entry is None else {*entry.subjects, *entry.actors}
        found += [f"{table.name}.{column.name}" for column in leads if column.name not in listed]
    return tuple(found)


def require_all_listed() -> None:
    """Refuse to go on while a table is not listed: it would be forgotten.

    Raises: LookupError: which columns.
    """
    missing = unlisted_columns()
    if missing:
        raise LookupError(
            "neither in a sheet of grants/workbook_format nor in "
            f"grants/services/platform/personal_tables.py: {', '.join(missing)}"
        )


def table_of(name: str) -> Table:
    """Table of the models."""
    return Base.metadata.tables[name]


def _leads_to(column: Column[object], known: set[str]) -> bool:
    return any(key.column.table.name in known for key in column.foreign_keys)

"""The register of processing, written from the tables that hold personal data.

Law: règlement (UE) 2016/679, article 30, paragraph 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.enums import Role
from grants.labels import label
from grants.services.platform.personal_tables import (
    PROCESSINGS,
    TABLES,
    Processing,
    require_all_listed,
)
from grants.services.privacy.rows import models_by_table

SECURITY = (
    "Cloisonnement par structure, rôles, double authentification, mots de passe hachés (argon2id), "
    "piste d'audit chaînée, chiffrement des secrets, sauvegardes contrôlées."
)
TRANSFERS = "Aucun hors de l'Union européenne par le logiciel."


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One processing of an organisation. ``rows`` counts what is held, None where rows belong to no
    organisation; ``roles`` see it on some page.
    """

    processing: Processing
    tables: tuple[str, ...]
    rows: int | None
    roles: tuple[Role, ...]

    @property
    def recipients(self) -> str:
        """Who sees it, in words."""
        inside = ", ".join(label(role) for role in self.roles)
        return inside or "Personne par une page ; la personne elle-même, sur demande."

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What the article asks to be told, by wording."""
        one = self.processing
        return (
            ("Finalité", one.purpose),
            ("Base légale", one.basis),
            ("Personnes concernées", one.subjects),
            ("Données", one.data),
            ("Rubriques du logiciel", ", ".join(self.tables)),
            ("Destinataires", self.recipients),
            ("Conservation", one.retention),
            ("Transferts", TRANSFERS),
            ("Sécurité", SECURITY),
        )


def processing_register(
    session: Session, *, organisation_id: int, recipients: Mapping[str, Collection[Role]]
) -> Sequence[RegisterRow]:
    """Every processing, in the order of ``PROCESSINGS``.

    Args: recipients: roles that see each processing's data, by its code, as the pages open.
    Raises: LookupError: a table with personal data is not listed (a fault of the program).
    """
    require_all_listed()
    models = models_by_table()
    found = []
    for processing in PROCESSINGS:
        names = [name for name, entry in TABLES.items() if entry.processing == processing.code]
        seen = frozenset(recipients[processing.code])
        found.append(
            RegisterRow(
                processing,
                tuple(TABLES[name].wording for name in names),
                _count(session, [models[name] for name in names], organisation_id),
                tuple(role for role in Role if role in seen),
            )
        )
    return found


def _count(session: Session, models: Sequence[Any], organisation_id: int) -> int | None:
    owned = [model for model in models if hasattr(model, "organisation_id")]
    if not owned:
        return None
    return sum(
        session.scalar(
            select(func.count()).select_from(model).where(model.organisation_id == organisation_id)
        )
        or 0
        for model in owned
    )

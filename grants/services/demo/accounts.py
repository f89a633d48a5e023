"""Accounts of the demonstration: opened once, with passwords that only this installation knows.

Nothing secret stands in the code: a password comes from the installation's own key, so that it can
be printed again at every start and differs everywhere else.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import AuditAction, Role
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.periods import add_months
from grants.services.accounts.telling import record_account
from grants.services.accounts.users import add_user, find_user
from grants.services.audit.deed import Deed
from grants.services.roles.giving import WantedRole, put_role
from grants.services.roles.stewardship import Steward


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """An account of the demonstration; without ``structures`` its role holds in all of them.

    ``person`` is the agent that it is, ``team`` those of a manager, by their codes.
    """

    email: str
    name: str
    role: Role
    structures: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    person: str = ""
    team: tuple[str, ...] = ()


CLAIMING = ("SEM", "PLIE79")
ACCOUNTS = (
    DemonstrationAccount(
        "finance@demonstration.example",
        "Chargé de gestion (démonstration)",
        Role.FINANCE,
        CLAIMING,
    ),
    DemonstrationAccount(
        "direction@demonstration.example", "Direction (démonstration)", Role.DIRECTOR
    ),
    DemonstrationAccount(
        "controle@demonstration.example",
        "Contrôleur de FSE-79-2018 (démonstration)",
        Role.AUDITOR,
        CLAIMING[1:],
        ("FSE-79-2018",),
    ),
    DemonstrationAccount(
        "facilitateur@demonstration.example",
        "IMAGINAIRE Lou, facilitateur (démonstration)",
        Role.FACILITATOR,
        CLAIMING[1:],
        person="79-A4",
    ),
    DemonstrationAccount(
        "collegue@demonstration.example",
        "MODÈLE Alix, facilitateur (démonstration)",
        Role.FACILITATOR,
        CLAIMING[1:],
        person="79-A1",
    ),
    DemonstrationAccount(
        "responsable@demonstration.example",
        "DIRECTRICE FICTIVE Dominique, responsable (démonstration)",
        Role.MANAGER,
        CLAIMING[1:],
        team=("79-A1", "79-A4"),
    ),
    DemonstrationAccount(
        "administration@demonstration.example",
        "Administration (démonstration)",
        Role.ADMINISTRATOR,
        CLAIMING,
    ),
)
AUDIT_MONTHS = 12
GROUP = 4
GROUPS = 4


@dataclass(frozen=True, slots=True)
class DemonstrationLogin:
    """What a visitor of the demonstration types in."""

    email: str
    password: str
    name: str


def open_demonstration_accounts(
    session: Session, *, secret: str, deed: Deed
) -> Sequence[DemonstrationLogin]:
    """Open the accounts that do not exist yet and tell all their passwords.

    ``secret`` is the installation's SECRET_KEY. An account that exists is left as it is. The trail
    is told who had them opened.
    """
    steward = Steward(None, deed)
    logins = [
        DemonstrationLogin(one.email, demonstration_password(secret, one.email), one.name)
        for one in ACCOUNTS
    ]
    for one, login in zip(ACCOUNTS, logins, strict=True):
        if find_user(session, login.email) is None:
            account = add_user(
                session, email=login.email, name=login.name, password=login.password, at=deed.at
            )
            record_account(
                session, account, deed=deed, action=AuditAction.CREATED,
                after={"name": account.name, "is_active": True},
            )  # fmt: skip
            _give_roles(session, one, account.id, steward)
    return logins


def _give_roles(
    session: Session, one: DemonstrationAccount, user_id: int, steward: Steward
) -> None:
    """Give the role in each structure that the demonstration has."""
    query = select(Organisation.id)
    if one.structures:
        query = query.where(Organisation.code.in_(one.structures))
    for organisation_id in session.scalars(query.order_by(Organisation.id)).all():
        named = select(Convention.id).where(
            Convention.organisation_id == organisation_id, Convention.number.in_(one.conventions)
        )
        is_auditor = one.role is Role.AUDITOR
        agents = _agents(session, organisation_id, (*one.team, one.person))
        wanted = WantedRole(
            one.role,
            organisation_id,
            add_months(steward.today, AUDIT_MONTHS) if is_auditor else None,
            conventions=tuple(session.scalars(named)),
            person_id=agents.get(one.person),
            team=tuple(agents[code] for code in one.team if code in agents) or None,
        )
        put_role(session, steward=steward, user_id=user_id, wanted=wanted, start_on=steward.today)


def _agents(session: Session, organisation_id: int, codes: Collection[str]) -> dict[str, int]:
    """Agents of a structure by their codes."""
    query = select(Person.code, Person.id).where(
        Person.organisation_id == organisation_id, Person.code.in_(codes)
    )
    return {row.code: row.id for row in session.execute(query)}


def demonstration_password(secret: str, email: str) -> str:
    """Password of a demonstration account: 80 bits drawn from the installation's key.

    Example:
    >>> len(demonstration_password("key", "a@b.example"))
    19
    """
    digest = hmac.digest(secret.encode(), f"demonstration:{email}".encode(), "sha256")
    letters = b32encode(digest).decode().lower()
    return "-".join(letters[GROUP * n : GROUP * (n + 1)] for n in range(GROUPS))

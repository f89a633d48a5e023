"""The first organisation and its administrator, where nobody has an account yet.

There is no password to begin with: whoever holds the terminal holds the installation, and the page
asks for a token that only the terminal shows. Both ways end with the first account.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject, HolidayCalendar, LegalForm, Role
from grants.errors import Conflict
from grants.french import Misread, folded, read_siret
from grants.models.accounts import User
from grants.models.organisations import Organisation
from grants.services.accounts.telling import record_account
from grants.services.accounts.users import Account, add_user
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.platform.tenancy import reaching_one
from grants.services.roles.giving import WantedRole, put_role
from grants.services.roles.stewardship import Steward

CODE_LENGTH = 40
TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class FirstOrganisation:
    """What has to be known of a structure before anything else."""

    name: str
    siret: str
    legal_form: LegalForm
    holiday_calendar: HolidayCalendar


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Its administrator."""

    email: str
    name: str
    password: str


def is_first_run(session: Session) -> bool:
    """Whether nobody has an account."""
    return session.scalar(select(User.id).limit(1)) is None


def setup_token(secret_key: str) -> str:
    """What the first-run page asks for: drawn from the installation's key, shown by the terminal.

    It opens nothing as soon as there is an account.
    Example:
    >>> len(setup_token("a key")), setup_token("a key") == setup_token("another key")
    (32, False)
    """
    digest = hmac.digest(secret_key.encode(), b"first run", "sha256")
    return b32encode(digest).decode().lower()[:TOKEN_LENGTH]


def is_setup_token(secret_key: str, token: str) -> bool:
    """Whether a token is this installation's."""
    return hmac.compare_digest(setup_token(secret_key).encode(), token.encode())


def begin(
    session: Session,
    *,
    organisation: FirstOrganisation,
    person: FirstPerson,
    deed: Deed,
) -> Account:
    """Make the first organisation and its administrator. Flushes, never commits.

    Raises: Conflict: somebody has an account already, or a value cannot be; ``field`` says which.
    """
    if not is_first_run(session):
        raise Conflict("quelqu'un a déjà un compte : demandez-lui de vous inviter", field="email")
    row = _make_organisation(organisation)
    session.add(row)
    session.flush()
    account = add_user(
        session, email=person.email, name=person.name, password=person.password, at=deed.at
    )
    # The account belongs to no chain of its own organisation, hence the platform's comes first.
    record_account(
        session, account, action=AuditAction.CREATED, after={"name": account.name},
        deed=deed,
    )  # fmt: skip
    record(
        session, deed=deed, organisation_id=row.id, action=AuditAction.CREATED,
        object_kind=AuditObject.ORGANISATION, object_key=row.code,
        after={"name": row.name, "siret": row.siret},
    )  # fmt: skip
    with reaching_one(session, row.id):
        put_role(
            session, steward=Steward(None, deed), user_id=account.id,
            wanted=WantedRole(Role.ADMINISTRATOR, row.id), start_on=deed.as_of,
        )  # fmt: skip
    return account


def _make_organisation(organisation: FirstOrganisation) -> Organisation:
    name = organisation.name.strip()
    code = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")[:CODE_LENGTH].strip("-").upper()
    if not code:
        raise Conflict("le nom de la structure est vide : donnez-le en lettres", field="name")
    return Organisation(
        code=code,
        name=name,
        siret=_require_siret(organisation.siret),
        legal_form=organisation.legal_form.value,
        holiday_calendar=organisation.holiday_calendar.value,
    )


def _require_siret(text: str) -> str:
    try:
        return read_siret(text)
    except Misread as error:
        raise Conflict(str(error), field="siret") from error

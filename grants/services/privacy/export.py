"""Everything that the tables hold about one person, or about one account and its person.

Which columns lead to somebody is read from the models, through ``personal_data``: a new table is
in the export as soon as it is listed there. What opens an account is never told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select
from sqlalchemy.orm import Session

from exports.privacy.zip_file import PersonalFile, PersonalSheet, Plain
from grants.enums import AuditAction, AuditObject
from grants.errors import NotFound
from grants.models import Base
from grants.models.accounts import LoginFailure, User
from grants.models.audit import AuditEvent
from grants.models.people import Person
from grants.models.platform import OutgoingMail
from grants.models.roles import Invitation, Membership
from grants.periods import month_of_index
from grants.services.accounts.throttling import fingerprint
from grants.services.audit.deed import Deed
from grants.services.audit.reading import PART_OF, PARTS
from grants.services.audit.wording import FIELDS
from grants.services.audit.writing import record
from grants.services.platform.personal_tables import (
    SECRETS,
    TABLES,
    require_all_listed,
)
from grants.services.platform.tenancy import EVERY, reaching
from grants.workbook_format.personal import PersonalTable

UNKNOWN_PERSON = "Cet agent n'existe pas, ou n'est pas de cette structure."
UNKNOWN_ACCOUNT = "Ce compte n'existe pas, ou n'a pas de rôle dans cette structure."
# How a row that is pointed at is called in a readable file.
_NAMES = {"conventions": "number", "posts": "code", "organisations": "name", "persons": "code"}
# Of what somebody did with another's data: when and what, nothing of the other.
_OF_ACTORS = frozenset({"id", "month", "step", "happened_at", "day", "signed_by_manager_at"})
_UNREADABLE = frozenset({"import_id", "source_row"})

Ids = dict[str, set[int]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody whose data may be taken out: an agent or an account, and how people call them."""

    id: int
    name: str
    detail: str


def list_subjects(session: Session, organisation_id: int) -> tuple[list[Subject], list[Subject]]:
    """Agents and accounts of an organisation, by name."""
    persons = session.scalars(
        select(Person)
        .where(Person.organisation_id == organisation_id)
        .order_by(Person.last_name, Person.first_name, Person.code)
    )
    accounts = session.scalars(
        select(User).where(_is_account_of(organisation_id)).order_by(User.name, User.id)
    )
    return (
        [Subject(one.id, f"{one.last_name} {one.first_name}", one.code) for one in persons],
        [Subject(one.id, one.name, one.email) for one in accounts],
    )


def export_person(
    session: Session, *, organisation_id: int, person_id: int, deed: Deed
) -> PersonalFile:
    """What is held about an agent of an organisation. Tells the trail; flushes, never commits.

    Raises: NotFound: no such agent there.
    """
    row = session.get(Person, person_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound(UNKNOWN_PERSON)
    events = _events_about(AuditObject.PERSON, row.code, organisation_id)
    with reaching(session, EVERY):
        sheets = [*_sheets(session, {"persons": {row.id}}, None), *_trail(session, events)]
    found = PersonalFile(f"{row.last_name} {row.first_name} ({row.code})", tuple(sheets))
    _tell(session, organisation_id, AuditObject.PERSON, row.code, found, deed)
    return found


def export_account(
    session: Session, *, organisation_id: int, user_id: int, deed: Deed
) -> PersonalFile:
    """What is held about an account, as far as an organisation may know it: its own roles and its
    own trail. Tells the trail; flushes, never commits.

    Raises: NotFound: no such account there.
    """
    query = select(User).where(User.id == user_id, _is_account_of(organisation_id))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(UNKNOWN_ACCOUNT)
    found = _account_file(session, row, {organisation_id})
    _tell(session, organisation_id, AuditObject.USER, str(row.id), found, deed)
    return found


def export_own_data(session: Session, *, user_id: int, deed: Deed) -> PersonalFile:
    """What is held about oneself, in every organisation, as an agent too. Tells the trail; flushes,
    never commits.

    Raises: NotFound: no such account.
    """
    row = session.get(User, user_id)
    if row is None:
        raise NotFound(UNKNOWN_ACCOUNT)
    found = _account_file(session, row, None)
    with reaching(session, EVERY):
        _tell(session, row.organisation_id, AuditObject.USER, str(row.id), found, deed)
    return found


def _is_account_of(organisation_id: int) -> ColumnElement[bool]:
    member = select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    return or_(User.organisation_id == organisation_id, User.id.in_(member))


def _account_file(
    session: Session, row: User, organisations: Collection[int] | None
) -> PersonalFile:
    events: ColumnElement[bool] = or_(
        AuditEvent.actor_id == row.id,
        _events_about(AuditObject.USER, str(row.id), None),
    )
    if organisations is not None:
        events = and_(events, AuditEvent.chain.in_({0, *organisations}))
    with reaching(session, EVERY):
        persons = set() if organisations is not None else _persons_of(session, row.id)
        seeds: Ids = {"users": {row.id}, "persons": persons}
        sheets = [
            *_sheets(session, seeds, organisations),
            *_trail(session, events),
            *_by_address(session, row.email),
        ]
    return PersonalFile(row.name, tuple(sheets))


def _persons_of(session: Session, user_id: int) -> set[int]:
    query = select(Membership.person_id).where(
        Membership.user_id == user_id, Membership.person_id.is_not(None)
    )
    return {one for one in session.scalars(query) if one is not None}


def _sheets(
    session: Session, seeds: Ids, organisations: Collection[int] | None
) -> Iterator[PersonalSheet]:
    """A sheet for each table that holds something, what others point at first."""
    require_all_listed()
    found: Ids = {name: set(ids) for name, ids in seeds.items()}
    for table in Base.metadata.sorted_tables:
        entry = TABLES.get(table.name)
        if entry is None:
            continue
        own = _rows(session, table, _leads(table, entry.subjects, found), organisations)
        if "id" in table.c:
            found.setdefault(table.name, set()).update(row.id for row in own)
        if own:
            yield _sheet(session, table, entry.wording, own, None)
        acts = _rows(session, table, _leads(table, entry.actors, found), organisations)
        if acts and _says_when(table, entry):
            yield _sheet(session, table, f"{entry.wording} (actes)"[:31], acts, _OF_ACTORS)


def _says_when(table: Table, entry: PersonalTable) -> bool:
    return bool(entry.actors) and bool(_OF_ACTORS & set(table.c.keys()) - {"id"})


def _leads(table: Table, columns: tuple[str, ...], found: Ids) -> list[ColumnElement[bool]]:
    """Conditions under which a row of a table leads to what was found so far."""
    conditions: list[ColumnElement[bool]] = []
    for name in columns:
        column = table.c[name]
        target = next((key.column.table.name for key in column.foreign_keys), table.name)
        if ids := found.get(target):
            conditions.append(column.in_(sorted(ids)))
    return conditions


def _rows(
    session: Session,
    table: Table,
    conditions: list[ColumnElement[bool]],
    organisations: Collection[int] | None,
) -> list[Any]:
    if not conditions:
        return []
    query = select(table).where(or_(*conditions)).order_by(*table.primary_key.columns)
    if organisations is not None and "organisation_id" in table.c and table.name != "users":
        query = query.where(table.c.organisation_id.in_(organisations))
    return list(session.execute(query))


def _sheet(
    session: Session, table: Table, title: str, rows: list[Any], only: Collection[str] | None
) -> PersonalSheet:
    names = [
        column.name
        for column in table.columns
        if column.name not in SECRETS | _UNREADABLE and (only is None or column.name in only)
    ]
    called = {name: _called(session, table, name, rows) for name in names}
    return PersonalSheet(
        table.name if only is None else f"{table.name}_acts",
        title,
        tuple(names),
        tuple(_head(name) for name in names),
        [tuple(_plain(name, getattr(row, name), called[name]) for name in names) for row in rows],
    )


def _called(session: Session, table: Table, name: str, rows: list[Any]) -> dict[int, str]:
    """Names of the rows that a column points at."""
    target = next((key.column.table for key in table.c[name].foreign_keys), None)
    if target is None or target.name not in _NAMES:
        return {}
    ids = {getattr(row, name) for row in rows} - {None}
    query = select(target.c.id, target.c[_NAMES[target.name]]).where(target.c.id.in_(ids))
    return dict(session.execute(query).all())


def _head(name: str) -> str:
    return FIELDS[name][0] if name in FIELDS else name


def _plain(name: str, value: Any, called: dict[int, str]) -> Plain:
    if value is None or isinstance(value, bool):
        return value
    if value in called:
        return called[value]
    if name == "month" and isinstance(value, int):
        return f"{month_of_index(value):%Y-%m}"
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case int() | str():
            return value
        case _:
            return str(value)


def _events_about(kind: AuditObject, key: str, organisation_id: int | None) -> ColumnElement[bool]:
    event = AuditEvent
    parts = event.object_key.startswith(f"{key}{PART_OF}", autoescape=True)
    kinds = [one.value for one in PARTS[kind]]
    about = or_(
        and_(event.object_kind == kind.value, event.object_key == key),
        and_(event.object_kind.in_(kinds), parts),
    )
    return about if organisation_id is None else and_(about, event.chain == organisation_id)


def _trail(session: Session, condition: ColumnElement[bool]) -> Iterator[PersonalSheet]:
    event = AuditEvent
    columns = (event.at, event.actor_label, event.action, event.object_kind, event.object_key,
               event.before, event.after, event.reason, event.origin)  # fmt: skip
    rows = session.execute(select(*columns).where(condition).order_by(event.id)).all()
    if rows:
        names = tuple(column.key for column in columns)
        heads = ("Quand", "Qui", "Action", "Objet", "Référence", "Avant", "Après", "Motif",
                 "Origine")  # fmt: skip
        cells = [tuple(_plain("", value, {}) for value in row) for row in rows]
        yield PersonalSheet("audit_events", "Piste d'audit", names, heads, cells)


def _by_address(session: Session, email: str) -> Iterator[PersonalSheet]:
    """What is kept under an e-mail address rather than an account."""
    mail, failure, invited = OutgoingMail, LoginFailure, Invitation
    mails = select(mail.recipient, mail.subject, mail.created_at, mail.sent_at)
    refused = select(failure.address, failure.failed_at)
    asked = select(invited.email, invited.name, invited.role, invited.created_at)
    wanted = (
        ("outgoing_mails", "Courriels", mails.where(mail.recipient == email).order_by(mail.id)),
        ("login_failures", "Connexions refusées",
         refused.where(failure.email_hash == fingerprint(email)).order_by(failure.id)),
        ("invitations_received", "Invitations reçues",
         asked.where(invited.email == email).order_by(invited.id)),
    )  # fmt: skip
    for name, title, query in wanted:
        rows = session.execute(query).all()
        if rows:
            names = tuple(str(column.key) for column in query.selected_columns)
            cells = [tuple(_plain("", value, {}) for value in row) for row in rows]
            yield PersonalSheet(name, title, names, tuple(map(_head, names)), cells)


def _tell(
    session: Session,
    organisation_id: int | None,
    kind: AuditObject,
    key: str,
    found: PersonalFile,
    deed: Deed,
) -> None:
    record(
        session, deed=deed, organisation_id=organisation_id,
        action=AuditAction.PERSONAL_DATA_EXPORTED, object_kind=kind, object_key=key,
        after={"rows": found.rows},
    )  # fmt: skip

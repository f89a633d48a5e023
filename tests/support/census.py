"""Two organisations that look alike, and what stands for each part of an address in either.

Whoever adds a route whose address names something new adds one line to ``SAMPLES`` (a row of an
organisation) or to ``WORDS`` (a closed word, a month, a file name): the census then tries the route
with every role, on the visitor's own row, on the other organisation's and on none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from grants.enums import AbsenceKind, Activity, LetterNature, PieceKind, RequestKind, Role
from grants.extensions import db
from grants.models.accounts import User, UserIdentity, UserSession
from grants.models.base import Base
from grants.models.conventions import Convention
from grants.models.evidence import Piece
from grants.models.people import Absence, Employment, MissionLetter
from grants.models.posts import Holding, Post
from grants.models.roles import Delegation, Invitation, Membership, RoleRequest
from grants.models.timesheets import TimeEntry, TimeSheet
from grants.periods import Period
from grants.services.accounts.sessions import open_session
from grants.services.accounts.users import add_user
from grants.services.roles.memberships import give_role
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder, add_payment
from tests.support.database import NOW
from tests.support.visitors import PASSWORD

# What must exist for nobody: the number of no row.
NOWHERE = 987_654
NUMBER, POST, PERSON, PIECE = "2024-1", "P1", "DUPONT", "F-1"

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class Tenant:
    """Ids of one organisation's rows, by the name that addresses give them."""

    ids: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.ids[name]


# Name of an address' part → how its row is made. Order matters: a row may rest on those before.
SAMPLES: dict[str, Callable[[Session, dict[str, int]], int]] = {}
# Name of an address' part → what stands there; by endpoint where it differs.
WORDS: dict[str, str | date | Mapping[str, str]] = {
    "path": {"claims.figure": "grant/due", "coverage.coverage_figure": "total/approved"},
    "name": {"claims.claim_list": "agents", "claims.claim_file": "claim.json"},
    "kind": "csv",
    "filename": "theme.css",
    "file_kind": "embleme",
    "month": date(2024, 10, 1),
    "year": "2024",
    "day": date(2024, 10, 15),
    "token": "no-such-token",
    "sha256": "0" * 64,
}
# Endpoint → what its address asks for behind the question mark.
QUERIES: dict[str, Mapping[str, str]] = {
    "audit.object_history": {"kind": "person", "key": PERSON},
}

Maker = Callable[[Session, dict[str, int]], Base]


def sample(*names: str) -> Callable[[Maker], Maker]:
    """Make a row for parts of addresses of these names."""

    def register(make: Maker) -> Maker:
        def number(session: Session, ids: dict[str, int]) -> int:
            row: Any = make(session, ids)
            session.add(row)
            session.flush()
            return int(row.id)

        for name in names:
            SAMPLES[name] = number if name == names[0] else lambda _s, ids: ids[names[0]]
        return make

    return register


@sample("post_id")
def _post(session: Session, ids: dict[str, int]) -> Base:
    convention = session.get_one(Convention, ids["convention_id"])
    add_payment(session, convention, "1000.00")
    post = add_funded_post(session, convention, code=f"{POST}-{ids['organisation_id']}")
    post.code = POST
    return post


@sample("person_id")
def _person(session: Session, ids: dict[str, int]) -> Base:
    post = session.get_one(Post, ids["post_id"])
    person = add_holder(session, post, PERSON, Period.year(2024))
    person.code = PERSON
    owned = {"organisation_id": ids["organisation_id"], "person_id": person.id}
    days = {"start_on": date(2024, 1, 1), "end_on": date(2025, 1, 1)}
    session.add(Employment(**owned, **days, fte=Decimal(1), weekly_minutes=2100))
    session.add(
        TimeEntry(
            **owned,
            convention_id=ids["convention_id"],
            work_on=date(2024, 10, 15),
            minutes=420,
            activity=Activity.RAISE_AWARENESS.value,
        )
    )
    return person


@sample("holding_id")
def _holding(session: Session, ids: dict[str, int]) -> Base:
    return session.scalars(select(Holding).filter_by(person_id=ids["person_id"])).one()


@sample("employment_id")
def _employment(session: Session, ids: dict[str, int]) -> Base:
    return session.scalars(select(Employment).filter_by(person_id=ids["person_id"])).one()


@sample("letter_id", "mission_letter_id")
def _letter(session: Session, ids: dict[str, int]) -> Base:
    del session
    return MissionLetter(
        organisation_id=ids["organisation_id"],
        person_id=ids["person_id"],
        convention_id=ids["convention_id"],
        nature=LetterNature.FULL_TIME.value,
        start_on=date(2024, 1, 1),
        end_on=date(2025, 1, 1),
    )


@sample("sheet_id")
def _sheet(session: Session, ids: dict[str, int]) -> Base:
    del session
    # Signed, for auditors read no other.
    return TimeSheet(
        organisation_id=ids["organisation_id"],
        person_id=ids["person_id"],
        month=2024 * 12 + 9,
        signed_by_person_on=date(2024, 11, 4),
        signed_by_manager_on=date(2024, 11, 5),
        manager="Dominique",
    )


@sample("absence_id")
def _absence(session: Session, ids: dict[str, int]) -> Base:
    del session
    return Absence(
        organisation_id=ids["organisation_id"],
        person_id=ids["person_id"],
        kind=AbsenceKind.PAID_LEAVE.value,
        start_on=date(2024, 10, 21),
        end_on=date(2024, 10, 26),
    )


@sample("holding_id")
def _holding(session: Session, ids: dict[str, int]) -> Base:
    return session.scalars(select(Holding).filter_by(person_id=ids["person_id"])).one()


@sample("piece_id")
def _piece(session: Session, ids: dict[str, int]) -> Base:
    del session
    return Piece(
        organisation_id=ids["organisation_id"],
        person_id=ids["person_id"],
        reference=PIECE,
        kind=PieceKind.PAYSLIP.value,
        file_name="fiche.pdf",
    )


@sample("user_id")
def _colleague(session: Session, ids: dict[str, int]) -> Base:
    email = f"collegue-{ids['organisation_id']}@exemple.test"
    account = add_user(session, email=email, name="Dominique", password=PASSWORD, at=NOW)
    return session.get_one(User, account.id)


@sample("membership_id", "role_id")
def _membership(session: Session, ids: dict[str, int]) -> Base:
    owner = {"user_id": ids["user_id"], "organisation_id": ids["organisation_id"]}
    given = give_role(session, **owner, role=Role.FINANCE, start_on=NOW.date())
    return session.get_one(Membership, given)


@sample("session_id")
def _session(session: Session, ids: dict[str, int]) -> Base:
    open_session(session, user_id=ids["user_id"], address="192.0.2.1", device="Firefox", at=NOW)
    return session.scalars(select(UserSession).filter_by(user_id=ids["user_id"])).one()


@sample("identity_id")
def _identity(session: Session, ids: dict[str, int]) -> Base:
    del session
    return UserIdentity(
        user_id=ids["user_id"],
        issuer="https://idp.exemple.test",
        subject=f"s-{ids['user_id']}",
        linked_at=NOW,
    )


@sample("delegation_id")
def _delegation(session: Session, ids: dict[str, int]) -> Base:
    email = f"remplacant-{ids['organisation_id']}@exemple.test"
    account = add_user(session, email=email, name="Sacha", password=PASSWORD, at=NOW)
    give_role(
        session,
        user_id=account.id,
        organisation_id=ids["organisation_id"],
        role=Role.FACILITATOR,
        start_on=NOW.date(),
    )
    return Delegation(
        organisation_id=ids["organisation_id"],
        from_user_id=ids["user_id"],
        to_user_id=account.id,
        role=Role.FINANCE.value,
        start_on=NOW.date(),
        end_on=NOW.date() + timedelta(days=10),
    )


@sample("request_id")
def _request(session: Session, ids: dict[str, int]) -> Base:
    email = f"demandeur-{ids['organisation_id']}@exemple.test"
    account = add_user(session, email=email, name="Charlie", password=PASSWORD, at=NOW)
    owner = {"user_id": account.id, "organisation_id": ids["organisation_id"]}
    give_role(session, **owner, role=Role.ADMINISTRATOR, start_on=NOW.date())
    wanted = {
        "start_on": "2025-01-15", "last_on": None, "person_id": None, "conventions": [],
        "team": None,
    }  # fmt: skip
    return RoleRequest(
        organisation_id=ids["organisation_id"],
        asked_by_id=account.id,
        kind=RequestKind.ROLE.value,
        role=Role.FINANCE.value,
        wanted=json.dumps(wanted),
        created_at=NOW,
        expires_at=NOW + timedelta(days=14),
    )


@sample("invitation_id")
def _invitation(session: Session, ids: dict[str, int]) -> Base:
    del session
    return Invitation(
        organisation_id=ids["organisation_id"],
        email=f"invite-{ids['organisation_id']}@exemple.test",
        name="Alix",
        role=Role.FINANCE.value,
        invited_by="Dominique",
        token_hash=f"{ids['organisation_id']:064d}",
        created_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )


def furnish(session: Session, organisation: str) -> Tenant:
    """An organisation with one row of every kind, numbered and named as any other's."""
    convention = add_convention(session, NUMBER, organisation=organisation)
    ids = {"convention_id": convention.id, "organisation_id": convention.organisation_id}
    for name, make in SAMPLES.items():
        ids[name] = make(session, ids)
    session.commit()
    return Tenant(ids)


def is_id(name: str) -> bool:
    """Whether a part of an address is the number of a row."""
    return name.endswith("_id")


def address(rule: Rule, tenant: Tenant, wrong: Mapping[str, int] | None = None) -> str:
    """Address of a route on a tenant's rows, but for the ``wrong`` ones.

    Raises: LookupError: nobody said what stands for a part of it.
    """
    values: dict[str, object] = {name: _part(rule, name, tenant) for name in rule.arguments}
    values.update(wrong or {})
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    asked = "&".join(f"{key}={value}" for key, value in QUERIES.get(rule.endpoint, {}).items())
    return f"{built[1]}?{asked}" if asked else built[1]


def _part(rule: Rule, name: str, tenant: Tenant) -> int | str | date:
    if is_id(name) and name in tenant.ids:
        return tenant[name]
    if name not in WORDS:
        raise LookupError(f"{rule} names « {name} »: add it to tests/support/census.py")
    word = WORDS[name]
    return word[rule.endpoint] if isinstance(word, Mapping) else word


def wrong_ids(rule: Rule, ids: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Ways to put somebody else's rows into an address: all at once, then each alone."""
    names = sorted(name for name in rule.arguments if is_id(name))
    if names:
        yield {name: ids.get(name, NOWHERE) for name in names}
    if len(names) > 1:
        yield from ({name: ids.get(name, NOWHERE)} for name in names)


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Take back what a visit wrote, so that the next one finds the same rows."""
    with app.app_context():
        connection = db.engine
    assert isinstance(connection, Connection), "for tests inside the outer transaction"
    point = connection.begin_nested()
    try:
        yield
    finally:
        point.rollback()

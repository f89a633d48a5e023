"""People lent to the structure: what proves it, beside the holdings of posts.

A seconded person needs an agreement in their name; without it a funder refuses the cost
(docs/rules.md#staff-cost). The holding's days and share come with the post, here stands the proof
only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from grants.enums import AuditAction, AuditObject
from grants.errors import Conflict, NotFound
from grants.french import folded
from grants.models.base import AnySession
from grants.models.people import Person
from grants.models.posts import Holding, Post
from grants.periods import Period
from grants.rules.audit.chain import Value
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.facts.rows import period_of

UNKNOWN = "Cette affectation n'existe pas, ou plus : revenez à la liste."


@dataclass(frozen=True, slots=True)
class SecondmentRow:
    """One holding of the list; ``lacks`` says in French what a controller would miss."""

    id: int
    person_id: int
    person_code: str
    person_name: str
    post_code: str
    post_title: str
    period: Period
    share: Decimal
    is_secondment: bool
    agreement_on: date | None
    piece: str
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedSecondment:
    """Whether a holding is a secondment, and what proves it."""

    is_secondment: bool
    agreement_on: date | None
    piece: str


def list_holdings(session: AnySession) -> Sequence[SecondmentRow]:
    """Holdings within the scope, by name and day. One query."""
    query = (
        select(Holding, Person, Post)
        .join(Person, Holding.person_id == Person.id)
        .join(Post, Holding.post_id == Post.id)
    )
    rows = [_row(holding, person, post) for holding, person, post in session.execute(query)]
    return sorted(rows, key=lambda row: (folded(row.person_name), row.period))


def get_holding(session: AnySession, holding_id: int) -> SecondmentRow:
    """One holding within the scope.

    Raises: NotFound: none, or somebody else's.
    """
    row, person, post = _get_parts(session, holding_id)
    return _row(row, person, post)


def change_secondment(
    session: AnySession, *, holding_id: int, wanted: WantedSecondment, deed: Deed
) -> None:
    """Say whether a holding is a secondment, and what proves it. Flushes.

    Raises: NotFound: gone. Conflict: an agreement without a secondment.
    """
    row, person, post = _get_parts(session, holding_id)
    if wanted.agreement_on is not None and not wanted.is_secondment:
        raise Conflict(
            "Une convention nominative n'a de sens que pour une mise à disposition : cochez-la, ou "
            "videz la date.",
            field="agreement_on",
        )
    before = _document(row)
    row.is_secondment = wanted.is_secondment
    row.agreement_on, row.piece = wanted.agreement_on, wanted.piece.strip()
    session.flush()
    if _document(row) != before:
        record(
            session,
            organisation_id=row.organisation_id,
            deed=deed,
            action=AuditAction.CHANGED,
            object_kind=AuditObject.HOLDING,
            object_key=f"{person.code} › {post.code} › {row.start_on}",
            before=before,
            after=_document(row),
        )


def _get_parts(session: AnySession, holding_id: int) -> tuple[Holding, Person, Post]:
    query = (
        select(Holding, Person, Post)
        .join(Person, Holding.person_id == Person.id)
        .join(Post, Holding.post_id == Post.id)
        .where(Holding.id == holding_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound(UNKNOWN)
    return found[0], found[1], found[2]


def _row(holding: Holding, person: Person, post: Post) -> SecondmentRow:
    return SecondmentRow(
        holding.id,
        person.id,
        person.code,
        f"{person.last_name} {person.first_name}",
        post.code,
        post.title,
        period_of(holding),
        holding.share,
        holding.is_secondment,
        holding.agreement_on,
        holding.piece,
        tuple(_lacks(holding)),
    )


def _lacks(holding: Holding) -> Iterable[str]:
    if holding.is_secondment and holding.agreement_on is None:
        yield "sans convention nominative"
    elif holding.agreement_on is not None and holding.agreement_on > holding.start_on:
        yield "convention signée après le premier jour"
    if holding.is_secondment and not holding.piece:
        yield "sans pièce"


def _document(row: Holding) -> dict[str, Value]:
    names = ("is_secondment", "agreement_on", "piece")
    return {name: getattr(row, name) for name in names}

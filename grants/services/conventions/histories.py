"""Histories that somebody may read who reads one convention only: it, its posts, its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.enums import AuditObject
from grants.errors import NotFound
from grants.models.conventions import Convention
from grants.models.people import Person
from grants.models.posts import Post, PostFunding
from grants.services.audit.reading import PART_OF, TrailEvent, object_history
from grants.services.facts.ledger import persons_of
from grants.workbook_format.conventions import CONVENTIONS, POSTES
from grants.workbook_format.sheets import SHEET_OF_KIND, named_sheets

UNKNOWN = "Cet objet n'appartient pas à la convention, ou n'existe pas : revenez à la convention."
# Sheets whose rows a convention's reader may see of that convention only.
_LINKED = {CONVENTIONS.name, POSTES.name}


@dataclass(frozen=True, slots=True)
class HistoryObject:
    """Something that has a history: its key in the trail, and how people call it."""

    kind: AuditObject
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ConventionObjects:
    """A convention, its posts and its people, as the trail names them."""

    organisation_id: int
    number: str
    posts: tuple[HistoryObject, ...]
    persons: tuple[HistoryObject, ...]

    @property
    def all(self) -> tuple[HistoryObject, ...]:
        """All of them, the convention first."""
        own = HistoryObject(AuditObject.CONVENTION, self.number, self.number)
        return (own, *self.posts, *self.persons)


def get_convention_objects(session: Session, convention_id: int) -> ConventionObjects:
    """What of a convention has a history.

    Raises: NotFound: no such convention.
    """
    convention = session.get(Convention, convention_id)
    if convention is None:
        raise NotFound("Cette convention n'existe pas.")
    posts = session.execute(
        select(Post.code, Post.title)
        .where(
            Post.id.in_(
                select(PostFunding.post_id).where(PostFunding.convention_id == convention_id)
            )
        )
        .order_by(Post.code)
    )
    persons = session.execute(
        select(Person.code, Person.last_name, Person.first_name)
        .where(Person.id.in_(persons_of(session, [convention_id])))
        .order_by(Person.last_name, Person.first_name, Person.code)
    )
    return ConventionObjects(
        convention.organisation_id,
        convention.number,
        tuple(HistoryObject(AuditObject.POST, code, title) for code, title in posts),
        tuple(
            HistoryObject(AuditObject.PERSON, code, f"{last} {first}")
            for code, last, first in persons
        ),
    )


def get_history_within(
    session: Session, objects: ConventionObjects, *, kind: AuditObject, key: str, limit: int
) -> Sequence[TrailEvent]:
    """History of one of a convention's objects, without what tells of other conventions or posts.

    Raises: NotFound: it is none of them.
    """
    if not any((one.kind, one.key) == (kind, key) for one in objects.all):
        raise NotFound(UNKNOWN)
    found = object_history(
        session, organisation_id=objects.organisation_id, kind=kind, key=key, limit=limit
    )
    known = {objects.number, *(post.key for post in objects.posts)}
    return [event for event in found if _is_within(event, kind, known)]


def _is_within(event: TrailEvent, kind: AuditObject, known: set[str]) -> bool:
    """Whether an event tells of the convention read, or of its posts.

    The key of a link names both ends: « agent › poste › jour », « convention › poste › jour ».
    """
    sheet = SHEET_OF_KIND.get(event.kind)
    if sheet is None or kind is AuditObject.CONVENTION:
        return True
    parts = zip(event.key.split(PART_OF), named_sheets(sheet), strict=False)
    return all(code in known for code, named in parts if named in _LINKED)

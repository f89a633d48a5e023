"""What a purge would take away, what stays and why: shown before anything is done.

Nothing goes that a claim within its clock rests on. Who is gone entirely keeps a row without a
name, for past figures of occupied posts must stay.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from grants.enums import PurgeFate
from grants.models.evidence import Piece
from grants.models.people import Person
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.people import grouped
from grants.rules.evidence.retention_clock import RetentionClock, linked, removable_before
from grants.services.facts.posts import load_fundings, load_holdings
from grants.services.platform.personal_tables import TABLES, require_all_listed
from grants.services.privacy.clocks import clock_wording, retention_clocks
from grants.services.privacy.rows import (
    SHOWS_PERSONS,
    dated_models,
    goes,
    has_no_day,
    hiding_models,
    models_by_table,
    named_by_staying_rows,
    persons_by_cut,
    piece_is_over,
)
from grants.workbook_format.sheets import SHEETS

ERASED_CODE = "EFFACE-"
NO_CONVENTION = "Aucune convention terminée n'est rattachée à cette personne."
STILL_HERE = "Un contrat, un poste ou des données plus récentes la concernent encore."


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """What becomes of one person's data. ``before`` is the day before which rows go."""

    id: int
    code: str
    name: str
    fate: PurgeFate
    before: date | None
    going: Mapping[str, int]
    staying: Mapping[str, int]
    reason: str

    @property
    def gone(self) -> int:
        """Rows that go."""
        return sum(self.going.values())

    @property
    def stays(self) -> int:
        """Rows that stay."""
        return sum(self.staying.values())


@dataclass(frozen=True, slots=True)
class PiecePlan:
    """A piece that goes with its file."""

    id: int
    reference: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """All of it, for one organisation on one day.

    ``participants`` counts, by table and convention, the rows whose pseudonym is replaced.
    """

    organisation_id: int
    as_of: date
    clocks: tuple[RetentionClock, ...]
    persons: tuple[PersonPlan, ...]
    pieces: tuple[PiecePlan, ...]
    participants: Mapping[str, Mapping[int, int]]
    purged_conventions: frozenset[int]

    @property
    def cuts(self) -> dict[int, date]:
        """Day before which rows of each person go."""
        return {one.id: one.before for one in self.persons if one.before and one.gone}

    @property
    def erased(self) -> tuple[PersonPlan, ...]:
        """Persons whose name goes."""
        return tuple(one for one in self.persons if one.fate is PurgeFate.ERASED)

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Rows that go and that stay, by table."""
        names = {name for one in self.persons for name in (*one.going, *one.staying)}
        found = {
            name: (
                sum(one.going.get(name, 0) for one in self.persons),
                sum(one.staying.get(name, 0) for one in self.persons),
            )
            for name in TABLES
            if name in names
        }
        stay = sum(one.staying.get("pieces", 0) for one in self.persons)
        return {
            **found,
            "pieces": (len(self.pieces), stay),
            "persons": (len(self.erased), len(self.persons) - len(self.erased)),
            **{name: (sum(rows.values()), 0) for name, rows in self.participants.items()},
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing would go."""
        return not any(going for going, _ in self.counts.values())

    @property
    def fingerprint(self) -> str:
        """Hash of what would be done: a purge is confirmed for exactly this."""
        told = [
            self.organisation_id,
            [(one.id, one.fate.value, str(one.before), dict(one.going)) for one in self.persons],
            [one.id for one in self.pieces],
            [(name, sorted(rows.items())) for name, rows in self.participants.items()],
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def plan_purge(
    session: Session, *, organisation_id: int, as_of: date, holds: Collection[str] = ()
) -> PurgePlan:
    """What may go on a day. Writes nothing.

    Args: holds: numbers of conventions to keep all the same, for a control or a lawsuit.
    Raises: LookupError: a table with personal data is not listed (a fault of the program).
    """
    require_all_listed()
    found = {
        one.facts.convention_id: one
        for one in retention_clocks(session, organisation_id, as_of, holds)
    }
    holdings = load_holdings(session, organisation_id=organisation_id)
    links = _links(session, organisation_id, found, holdings)
    clocks = tuple(linked(one, _running_beside(one, found, links)) for one in found.values())
    by_id = {one.facts.convention_id: one for one in clocks}
    persons = _persons(session, organisation_id)
    cuts = {
        row.id: before
        for row in persons
        if (before := removable_before(by_id[one] for one in links[row.id])) is not None
    }
    going, staying = _counted(session, organisation_id, cuts)
    holders = _holders_after(holdings, cuts)
    pieces = _pieces(session, organisation_id, cuts, by_id)
    _count_pieces(session, organisation_id, pieces, going, staying)
    plans = tuple(
        _person_plan(row, cuts.get(row.id), going[row.id], staying[row.id],
                     [by_id[one] for one in links[row.id]], is_still_here=row.id in holders)
        for row in persons
    )  # fmt: skip
    touched = {one.id for one in plans if one.gone}
    over = {one.facts.convention_id for one in clocks if one.is_over}
    return PurgePlan(
        organisation_id,
        as_of,
        clocks,
        plans,
        tuple(PiecePlan(row.id, row.reference, row.sha256) for row in pieces),
        _participants(session, over),
        frozenset(one for person in touched for one in links[person] & over),
    )


def _links(
    session: Session,
    organisation_id: int,
    clocks: Mapping[int, RetentionClock],
    holdings: Iterable[Holding],
) -> dict[int, set[int]]:
    """Conventions that may charge each person: by posts held, letters, hours and pieces."""
    found: dict[int, set[int]] = defaultdict(set)
    fundings = load_fundings(session, organisation_id=organisation_id)
    by_post = grouped(fundings, lambda one: one.post_id)
    for holding in holdings:
        for funding in by_post[holding.post_id]:
            # An amendment that extends a convention extends what it pays for.
            end = max(funding.period.end, clocks[funding.convention_id].facts.period.end)
            if holding.period.start < end and funding.period.start < holding.period.end:
                found[holding.person_id].add(funding.convention_id)
    for model in _models_of_both():
        query = (
            select(model.person_id, model.convention_id)
            .where(
                model.organisation_id == organisation_id,
                model.convention_id.is_not(None),
                model.person_id.is_not(None),
            )
            .distinct()
        )
        for person_id, convention_id in session.execute(query):
            found[person_id or 0].add(convention_id or 0)
    return found


def _models_of_both() -> Iterator[Any]:
    """Classes whose rows name a person and a convention."""
    models = models_by_table()
    for sheet in SHEETS:
        if {"person_id", "convention_id"} <= set(sheet.targets.values()):
            yield models[sheet.table]


def _running_beside(
    clock: RetentionClock, clocks: Mapping[int, RetentionClock], links: Mapping[int, set[int]]
) -> list[RetentionClock]:
    """Clocks that run of the conventions that charge one of the same people."""
    own = clock.facts.convention_id
    beside = {one for charged in links.values() if own in charged for one in charged}
    return [clocks[one] for one in sorted(beside) if not clocks[one].is_over]


def _persons(session: Session, organisation_id: int) -> list[Person]:
    query = select(Person).where(
        Person.organisation_id == organisation_id,
        ~Person.code.startswith(ERASED_CODE, autoescape=True),
    )
    return list(session.scalars(query.order_by(Person.last_name, Person.first_name, Person.code)))


Counts = dict[int, dict[str, int]]


def _counted(
    session: Session, organisation_id: int, cuts: dict[int, date]
) -> tuple[Counts, Counts]:
    """Rows of each person and table that go, and that stay."""
    going: Counts = defaultdict(dict)
    staying: Counts = defaultdict(dict)
    for name, model in dated_models():
        is_going = _is_going(model, cuts)
        query = (
            select(model.person_id, func.count(), func.sum(case((is_going, 1), else_=0)))
            .where(model.organisation_id == organisation_id)
            .group_by(model.person_id)
        )
        for person_id, total, gone in session.execute(query):
            _note(going, person_id, name, gone)
            _note(staying, person_id, name, total - gone)
    return going, staying


def _is_going(model: Any, cuts: dict[int, date]) -> Any:
    parts = [
        and_(model.person_id.in_(persons), goes(model, before))
        for before, persons in persons_by_cut(cuts).items()
    ]
    return or_(*parts) if parts else model.id.is_(None)


def _note(counts: Counts, person_id: int, name: str, number: int) -> None:
    if number:
        counts[person_id][name] = number


def _pieces(
    session: Session,
    organisation_id: int,
    cuts: dict[int, date],
    clocks: Mapping[int, RetentionClock],
) -> list[Piece]:
    """Pieces that go: over with their person or convention, and named by no row that stays."""
    over = [one for one, clock in clocks.items() if clock.is_over]
    of_nobody = and_(
        Piece.person_id.is_(None),
        Piece.convention_id.in_(over),
        Piece.kind.in_([kind.value for kind in SHOWS_PERSONS]),
    )
    is_free = or_(Piece.convention_id.is_(None), Piece.convention_id.in_(over))
    of_persons = [
        and_(
            Piece.person_id.in_(persons),
            is_free,
            or_(piece_is_over(before), and_(has_no_day(), Piece.convention_id.in_(over))),
        )
        for before, persons in persons_by_cut(cuts).items()
    ]
    query = select(Piece).where(
        Piece.organisation_id == organisation_id, or_(of_nobody, *of_persons)
    )
    named = named_by_staying_rows(session, cuts, organisation_id)
    return [row for row in session.scalars(query.order_by(Piece.id)) if row.reference not in named]


def _count_pieces(
    session: Session,
    organisation_id: int,
    pieces: Iterable[Piece],
    going: Counts,
    staying: Counts,
) -> None:
    query = (
        select(Piece.person_id, func.count())
        .where(Piece.organisation_id == organisation_id, Piece.person_id.is_not(None))
        .group_by(Piece.person_id)
    )
    totals = dict(session.execute(query).all())
    gone: dict[int, int] = defaultdict(int)
    for piece in pieces:
        gone[piece.person_id or 0] += 1
    for person_id, total in totals.items():
        _note(going, person_id or 0, "pieces", gone[person_id or 0])
        _note(staying, person_id or 0, "pieces", total - gone[person_id or 0])


def _holders_after(holdings: Iterable[Holding], cuts: Mapping[int, date]) -> set[int]:
    """Persons who hold a post, or are replaced on one, from the day of their cut on."""
    return {
        person_id
        for one in holdings
        for person_id in (one.person_id, one.replaces_id)
        if person_id is not None and one.period.end > cuts.get(person_id, date.min)
    }


def _person_plan(
    row: Person,
    before: date | None,
    going: dict[str, int],
    staying: dict[str, int],
    clocks: list[RetentionClock],
    *,
    is_still_here: bool,
) -> PersonPlan:
    is_erased = before is not None and not staying and not is_still_here
    fate = PurgeFate.ERASED if is_erased else PurgeFate.CUT if going else PurgeFate.KEPT
    reason = "" if is_erased else _reason(clocks)
    name = f"{row.last_name} {row.first_name}"
    return PersonPlan(row.id, row.code, name, fate, before, going, staying, reason)


def _reason(clocks: list[RetentionClock]) -> str:
    """Why data of a person stays: the conventions that need it."""
    running = [one for one in clocks if not one.is_over]
    if not running:
        return STILL_HERE if clocks else NO_CONVENTION
    return "Conservé pour " + " ; ".join(
        f"{one.facts.number} ({clock_wording(one)})" for one in running
    )


def _participants(session: Session, over: Collection[int]) -> dict[str, dict[int, int]]:
    """Rows of participants whose pseudonym is replaced, by table and convention."""
    found: dict[str, dict[int, int]] = {}
    for name, model, pseudonym in hiding_models():
        query = (
            select(model.convention_id, func.count())
            .where(
                model.convention_id.in_(over), ~pseudonym.startswith(ERASED_CODE, autoescape=True)
            )
            .group_by(model.convention_id)
        )
        found[name] = dict(session.execute(query).all())
    return found

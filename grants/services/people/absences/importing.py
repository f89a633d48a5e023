"""A file of absences: what it would change, line by line, then the change itself.

The same file read twice changes nothing. Nobody's absence is taken away because a file does not
list it: calendars are seldom complete.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from grants.enums import AbsenceKind
from grants.errors import Conflict
from grants.french import folded
from grants.labels import label
from grants.models.base import AnySession
from grants.models.people import Absence, Person
from grants.services.audit.deed import Deed
from grants.services.people.absences.closed_days import ClosedMonths, closed_months
from grants.services.people.absences.reading import ReadAbsence, ReadFile
from grants.services.people.absences.writing import (
    Part,
    WantedAbsence,
    add_absence,
    require_minutes,
)

# What calendars add to a name: a service between brackets; commas, dashes, apostrophes.
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]")
_NOT_OF_A_NAME = re.compile(r"[,;.'\u2019\u02bc`\-\u2010-\u2015]+")


class Outcome(StrEnum):
    """What becomes of a line of the file."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedAbsence:
    """One line: what it says, whose it is, what becomes of it and why not.

    ``message`` is French and empty unless the line is refused.
    """

    read: ReadAbsence
    person_id: int | None
    person_name: str
    outcome: Outcome
    message: str = ""

    @property
    def wanted(self) -> WantedAbsence | None:
        """Absence to write; None when a person or a kind is missing."""
        if self.person_id is None or self.read.kind is None:
            return None
        return wanted_of(self.read, self.person_id, self.read.kind)


@dataclass(frozen=True, slots=True)
class AbsencePlan:
    """What a file would change."""

    file: ReadFile
    lines: tuple[PlannedAbsence, ...]

    def count(self, outcome: Outcome) -> int:
        """Lines with that outcome; unreadable ones count as refused."""
        refused = len(self.file.problems) if outcome is Outcome.REFUSED else 0
        return sum(line.outcome is outcome for line in self.lines) + refused


def plan_import(
    session: AnySession,
    *,
    file: ReadFile,
    person_ids: Collection[int] | None,
    as_of: date,
    person_id: int | None = None,
    kinds: Mapping[str, AbsenceKind] | None = None,
) -> AbsencePlan:
    """What a file would change for some persons (None: everybody in scope).

    Args: person_id: whose the file is where it names nobody, as a person's own calendar does.
    kinds: what words that nobody knows mean, by the words as they stand in the file.
    """
    people = _People(session, person_ids)
    closed = closed_months(session, person_ids=people.ids, as_of=as_of)
    lines: list[PlannedAbsence] = []
    planned: list[WantedAbsence] = []
    for read in file.absences:
        given = read if read.kind else replace(read, kind=(kinds or {}).get(read.words))
        line = _planned(session, given, people, person_id, closed, as_of)
        wanted = line.wanted
        if line.outcome is Outcome.NEW and wanted is not None:
            line = _against_file(line, wanted, planned)
        lines.append(line)
    return AbsencePlan(file, tuple(lines))


def run_import(session: AnySession, *, plan: AbsencePlan, deed: Deed) -> int:
    """Write the new absences of a plan. Flushes.

    Returns: how many. Raises: Conflict: something changed since the plan was made; nothing is to be
    kept then.
    """
    wanted = [line.wanted for line in plan.lines if line.outcome is Outcome.NEW]
    for one in wanted:
        if one is not None:
            add_absence(session, wanted=one, deed=deed)
    return len(wanted)


def unknown_words(file: ReadFile) -> Sequence[str]:
    """Words of a file that nobody knows the kind of, each once, in order."""
    return list(dict.fromkeys(one.words for one in file.absences if one.kind is None))


def wanted_of(absence: ReadAbsence, person_id: int, kind: AbsenceKind) -> WantedAbsence:
    """Absence that a line asks for. Sick pay is expected where the kind may bring it, unless the
    file says otherwise.
    """
    part = (
        Part.HALF if absence.is_half_day else Part.WHOLE if absence.minutes is None else Part.HOURS
    )
    sick = kind is AbsenceKind.SICKNESS if absence.expects_ijss is None else absence.expects_ijss
    return WantedAbsence(person_id, kind, absence.period, part, absence.minutes, sick)


class _People:
    """Persons by what files call them: code, « NOM Prénom » or « Prénom NOM »."""

    def __init__(self, session: AnySession, person_ids: Collection[int] | None) -> None:
        query = select(Person).order_by(Person.id)
        if person_ids is not None:
            query = query.where(Person.id.in_(person_ids))
        self.by_id = {row.id: row for row in session.scalars(query)}
        self.named: dict[str, set[int]] = {}
        for row in self.by_id.values():
            for name in _names(row):
                self.named.setdefault(name, set()).add(row.id)

    @property
    def ids(self) -> Collection[int]:
        return self.by_id.keys()

    def match(self, who: str, otherwise: int | None) -> tuple[int | None, str]:
        """Person of a name, or why there is none."""
        if not who:
            if otherwise in self.by_id:
                return otherwise, ""
            return None, "le fichier ne dit pas de qui il s'agit : choisissez l'agent"
        found = self.named.get(_key(who), set())
        if len(found) == 1:
            return next(iter(found)), ""
        if found:
            return None, f"plusieurs agents s'appellent « {who} » : donnez le matricule"
        return None, f"aucun agent « {who} » : attendu un matricule, ou un nom et un prénom"


def _names(row: Person) -> Iterator[str]:
    yield _key(row.code)
    yield _key(f"{row.last_name} {row.first_name}")
    yield _key(f"{row.first_name} {row.last_name}")


def _key(text: str) -> str:
    """A name by its letters alone: « MODÈLE, Luc (Service) » is « modele luc »."""
    bare = _NOT_OF_A_NAME.sub(" ", folded(_ASIDE.sub(" ", text)))
    return " ".join(bare.split())


def _planned(
    session: AnySession,
    read: ReadAbsence,
    people: _People,
    otherwise: int | None,
    closed: ClosedMonths,
    as_of: date,
) -> PlannedAbsence:
    person_id, message = people.match(read.who, otherwise)
    if person_id is None:
        return PlannedAbsence(read, None, read.who, Outcome.REFUSED, message)
    row = people.by_id[person_id]
    line = PlannedAbsence(read, person_id, f"{row.last_name} {row.first_name}", Outcome.NEW)
    wanted = line.wanted
    if wanted is None:
        message = f"motif « {read.words} » inconnu : dites quelle absence c'est"
        return replace(line, outcome=Outcome.REFUSED, message=message)
    if _is_known(session, wanted):
        return replace(line, outcome=Outcome.KNOWN)
    try:
        require_minutes(session, wanted=wanted, as_of=as_of, months=closed)
    except Conflict as refusal:
        if refusal.field == "minutes" and read.minutes:
            # An event from nine to five is a day off, however the contract counts its hours.
            whole = replace(read, minutes=None)
            return _planned(session, whole, people, otherwise, closed, as_of)
        return replace(line, outcome=Outcome.REFUSED, message=str(refusal))
    return line


def _is_known(session: AnySession, wanted: WantedAbsence) -> bool:
    """Whether the same days are kept already for the same reason."""
    query = select(Absence.id).where(
        Absence.person_id == wanted.person_id,
        Absence.kind == wanted.kind.value,
        Absence.start_on == wanted.period.start,
        Absence.end_on == wanted.period.end,
        Absence.minutes.is_(None)
        if wanted.part is Part.WHOLE
        else Absence.minutes == wanted.minutes
        if wanted.part is Part.HOURS
        else Absence.minutes.is_not(None),
    )
    return session.scalars(query.limit(1)).first() is not None


def _against_file(
    line: PlannedAbsence, wanted: WantedAbsence, planned: list[WantedAbsence]
) -> PlannedAbsence:
    """The line, unless a line above it says the same or takes its days."""
    for other in planned:
        if other == wanted:
            return replace(line, outcome=Outcome.KNOWN)
        shares = other.person_id == wanted.person_id and other.period.overlaps(wanted.period)
        if shares and Part.WHOLE in (other.part, wanted.part):
            message = f"ces jours recouvrent une ligne précédente, « {label(other.kind)} »"
            return replace(line, outcome=Outcome.REFUSED, message=message)
    planned.append(wanted)
    return line

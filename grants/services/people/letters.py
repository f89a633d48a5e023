"""Mission letters: what fixes a person's time on an operation, written and put right.

Law: décret n° 2022-608, annex: a letter with missions, share and period stands in for time sheets
when it fixes the whole time or a share that the funder accepted. What a locked sheet rests on is
never changed; dates of signature and acceptance may be added at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from grants.enums import AuditAction, AuditObject, LetterNature
from grants.errors import Conflict, NotFound
from grants.french import day_fr, folded, percent, span_fr
from grants.labels import label
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import MissionLetter, Person
from grants.models.timesheets import TimeSheet
from grants.money import ZERO
from grants.periods import FOREVER, Period, month_index
from grants.rules.audit.chain import Value
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.facts.rows import period_of

UNKNOWN = "Cette lettre de mission n'existe pas, ou plus : revenez à la liste."
WHOLE = Decimal(1)
# What may be written down at any time: it changes no hour and no share.
PAPERS = ("dated_on", "signed_by_person_on", "signed_by_manager_on", "accepted_on", "piece")


@dataclass(frozen=True, slots=True)
class WantedLetter:
    """Letter as somebody wants it; ``share`` is for a fixed share only."""

    person_id: int
    convention_id: int
    nature: LetterNature
    period: Period
    share: Decimal | None = None
    dated_on: date | None = None
    signed_by_person_on: date | None = None
    signed_by_manager_on: date | None = None
    accepted_on: date | None = None
    piece: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of the list; ``lacks`` says in French what a controller would miss."""

    id: int
    organisation_id: int
    person_id: int
    person_code: str
    person_name: str
    convention_id: int
    number: str
    nature: LetterNature
    share: Decimal | None
    period: Period
    dated_on: date | None
    signed_by_person_on: date | None
    signed_by_manager_on: date | None
    accepted_on: date | None
    piece: str
    lacks: tuple[str, ...]

    @property
    def needs_sheet(self) -> bool:
        """Whether hours prove the time: the letter alone does not."""
        return self.nature is LetterNature.VARIABLE


def list_letters(session: AnySession, *, person_ids: Collection[int] | None) -> Sequence[LetterRow]:
    """Letters of some persons (None: of everybody in scope), by name and day. One query."""
    query = (
        select(MissionLetter, Person, Convention.number)
        .join(Person, MissionLetter.person_id == Person.id)
        .join(Convention, MissionLetter.convention_id == Convention.id)
    )
    if person_ids is not None:
        query = query.where(MissionLetter.person_id.in_(person_ids))
    rows = [_row(letter, person, number) for letter, person, number in session.execute(query)]
    return sorted(rows, key=lambda row: (folded(row.person_name), row.period))


def _row(letter: MissionLetter, person: Person, number: str) -> LetterRow:
    period = period_of(letter)
    return LetterRow(
        letter.id,
        letter.organisation_id,
        person.id,
        person.code,
        f"{person.last_name} {person.first_name}",
        letter.convention_id,
        number,
        LetterNature(letter.nature),
        letter.share,
        period,
        letter.dated_on,
        letter.signed_by_person_on,
        letter.signed_by_manager_on,
        letter.accepted_on,
        letter.piece,
        tuple(_lacks(letter, period)),
    )


def _lacks(letter: MissionLetter, period: Period) -> Iterable[str]:
    if letter.dated_on is None:
        yield "sans date"
    elif letter.dated_on > period.start:
        yield f"datée du {day_fr(letter.dated_on)}, après son premier jour"
    if letter.signed_by_person_on is None:
        yield "non signée par l'agent"
    if letter.signed_by_manager_on is None:
        yield "non signée par le responsable"
    if letter.nature == LetterNature.FIXED_SHARE and letter.accepted_on is None:
        yield "part non acceptée par le financeur"
    if not letter.piece:
        yield "sans pièce"


def get_letter(session: AnySession, letter_id: int) -> MissionLetter:
    """Letter within the session's scope.

    Raises: NotFound: none, or somebody else's.
    """
    query = select(MissionLetter).where(MissionLetter.id == letter_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(UNKNOWN)
    return row


def add_letter(session: AnySession, *, wanted: WantedLetter, deed: Deed) -> int:
    """Write a letter down. Flushes.

    Returns: its id.
    Raises: NotFound: no such person or convention. Conflict: ``field`` says what is wrong.
    """
    person, convention = _get_parties(session, wanted)
    _check(session, wanted, convention, None)
    _refuse_locked(session, person.id, wanted.period)
    row = MissionLetter(organisation_id=person.organisation_id, person_id=person.id)
    _fill(row, wanted)
    session.add(row)
    session.flush()
    _tell(session, person, convention, AuditAction.CREATED, None, _document(row), deed)
    return row.id


def change_letter(session: AnySession, *, letter_id: int, wanted: WantedLetter, deed: Deed) -> None:
    """Put a letter right; its person and its operation stay. Flushes.

    Raises: NotFound: gone. Conflict: also when hours of a locked sheet rest on what would change.
    """
    row = get_letter(session, letter_id)
    person, convention = _get_parties(session, wanted)
    if (row.person_id, row.convention_id) != (person.id, convention.id):
        raise Conflict(
            "Une lettre reste celle de son agent et de son opération.", field="person_id"
        )
    _check(session, wanted, convention, row.id)
    for days in _changed_days(row, wanted):
        _refuse_locked(session, person.id, days)
    before = _document(row)
    _fill(row, wanted)
    session.flush()
    after = _document(row)
    if after != before:
        _tell(session, person, convention, AuditAction.CHANGED, before, after, deed)


def remove_letter(session: AnySession, *, letter_id: int, deed: Deed) -> None:
    """Take away a letter that was written by mistake. Flushes.

    Raises: NotFound: gone already. Conflict: hours of a locked sheet rest on it.
    """
    row = get_letter(session, letter_id)
    person = session.get_one(Person, row.person_id)
    convention = session.get_one(Convention, row.convention_id)
    _refuse_locked(session, person.id, period_of(row))
    _tell(session, person, convention, AuditAction.DELETED, _document(row), None, deed)
    session.delete(row)
    session.flush()


def _get_parties(session: AnySession, wanted: WantedLetter) -> tuple[Person, Convention]:
    person = session.scalars(select(Person).where(Person.id == wanted.person_id)).one_or_none()
    query = select(Convention).where(Convention.id == wanted.convention_id)
    convention = session.scalars(query).one_or_none()
    if person is None or convention is None:
        raise NotFound("Cet agent ou cette convention n'existe pas : revenez à la liste.")
    if person.organisation_id != convention.organisation_id:
        raise Conflict(
            "L'agent et la convention ne sont pas de la même structure : choisissez une convention "
            "de la sienne.",
            field="convention_id",
        )
    return person, convention


def _check(
    session: AnySession, wanted: WantedLetter, convention: Convention, instead_of: int | None
) -> None:
    _check_share(wanted)
    agreed = Period(convention.start_on, convention.end_on or FOREVER)
    if not agreed.overlaps(wanted.period):
        raise Conflict(
            f"La convention {convention.number} court "
            f"{span_fr(agreed)} : donnez des dates qui la touchent.",
            field="first",
        )
    others = _others(session, wanted, instead_of)
    for other in others:
        if other.convention_id == wanted.convention_id:
            known = period_of(other)
            raise Conflict(
                f"Une lettre couvre déjà ces jours, {span_fr(known)} : "
                "terminez-la la veille, ou changez-la.",
                field="first",
            )
    _check_whole(wanted, others)


def _check_share(wanted: WantedLetter) -> None:
    is_fixed = wanted.nature is LetterNature.FIXED_SHARE
    if is_fixed and (wanted.share is None or not ZERO < wanted.share < WHOLE):
        found = "vide" if wanted.share is None else percent(wanted.share)
        raise Conflict(
            f"Part : {found} ; une part fixe est attendue au-dessus de 0 et sous 100 %. Pour tout "
            "le temps, choisissez « temps plein ».",
            field="share",
        )
    if not is_fixed and wanted.share is not None:
        raise Conflict(
            f"Part : {percent(wanted.share)} ; « {label(wanted.nature)} » n'en fixe aucune. "
            "Videz-la, ou choisissez une part fixe.",
            field="share",
        )


def _others(
    session: AnySession, wanted: WantedLetter, instead_of: int | None
) -> Sequence[MissionLetter]:
    letter = aliased(MissionLetter)
    query = select(letter).where(
        letter.person_id == wanted.person_id,
        letter.start_on < wanted.period.end,
        or_(letter.end_on.is_(None), letter.end_on > wanted.period.start),
    )
    return [row for row in session.scalars(query) if row.id != instead_of]


def _check_whole(wanted: WantedLetter, others: Sequence[MissionLetter]) -> None:
    """Shares that letters fix for a person never pass the whole on any day.

    Law: ledger invariant 2: operations together take at most 100 % of somebody's time.
    """
    cuts = [start for row in others for start in (row.start_on, row.end_on) if start is not None]
    for part in wanted.period.cut(cuts):
        held = [row for row in others if period_of(row).overlaps(part)]
        fixed = sum((_fixed(LetterNature(row.nature), row.share) for row in held), ZERO)
        total = fixed + _fixed(wanted.nature, wanted.share)
        if total > WHOLE:
            raise Conflict(
                f"À partir du {day_fr(part.start)}, les lettres de cet agent fixent "
                f"{percent(total)} de son temps, attendu 100 % au plus : "
                f"{percent(WHOLE - fixed)} sont libres.",
                field="share",
            )


def _fixed(nature: LetterNature, share: Decimal | None) -> Decimal:
    if nature is LetterNature.FULL_TIME:
        return WHOLE
    return share or ZERO if nature is LetterNature.FIXED_SHARE else ZERO


def _changed_days(row: MissionLetter, wanted: WantedLetter) -> Sequence[Period]:
    """Days for which the letter would say something else than before."""
    old, new = period_of(row), wanted.period
    if (row.nature, row.share) != (wanted.nature.value, wanted.share):
        return [old, new]
    bounds = sorted({old.start, new.start}), sorted({old.end, new.end})
    return [Period(*pair) for pair in bounds if len(pair) > 1]


def _refuse_locked(session: AnySession, person_id: int, period: Period) -> None:
    query = select(TimeSheet.locked_for).where(
        TimeSheet.person_id == person_id,
        TimeSheet.locked_at.is_not(None),
        TimeSheet.month >= month_index(period.start),
        TimeSheet.month <= month_index(period.last),
    )
    locked = session.scalars(query.limit(1)).first()
    if locked is not None:
        because = f" pour {locked}" if locked else ""
        raise Conflict(
            f"Des feuilles de temps de ces jours sont verrouillées{because} : faites-les d'abord "
            "déverrouiller, ou changez la lettre à partir d'un jour suivant.",
            field="first",
        )


def _fill(row: MissionLetter, wanted: WantedLetter) -> None:
    row.convention_id = wanted.convention_id
    row.nature, row.share = wanted.nature.value, wanted.share
    row.start_on = wanted.period.start
    row.end_on = None if wanted.period.is_open else wanted.period.end
    for name in PAPERS:
        setattr(row, name, getattr(wanted, name))


def _document(row: MissionLetter) -> dict[str, Value]:
    names = ("nature", "share", "start_on", "end_on", *PAPERS)
    return {name: getattr(row, name) for name in names}


def _tell(
    session: AnySession,
    person: Person,
    convention: Convention,
    action: AuditAction,
    before: dict[str, Value] | None,
    after: dict[str, Value] | None,
    deed: Deed,
) -> None:
    start = (after or before or {})["start_on"]
    record(
        session,
        organisation_id=person.organisation_id,
        deed=deed,
        action=action,
        object_kind=AuditObject.MISSION_LETTER,
        object_key=f"{person.code} › {convention.number} › {start}",
        before=before,
        after=after,
    )

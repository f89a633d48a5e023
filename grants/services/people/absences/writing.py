"""Leave as it is kept: typed, changed, taken away; never against a sheet that is signed or locked.

Hours declared on such days are no reason to refuse: leave often comes to be known later. They are
shown beside it, and the sheet's owner corrects them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from grants.enums import AbsenceKind, AuditAction, AuditObject
from grants.errors import Conflict, NotFound
from grants.french import day_fr
from grants.french import minutes as hours_text
from grants.labels import label
from grants.models.base import AnySession
from grants.models.people import Absence, Person
from grants.periods import Period
from grants.rules.audit.chain import Value
from grants.rules.pay.paid_time import daily_minutes
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.facts.people import load_employments
from grants.services.facts.rows import period_of, touching
from grants.services.people.absences.closed_days import ClosedMonths, closed_months

MOST_DAYS = 3 * 366
UNKNOWN = "Cette absence n'existe pas, ou plus : revenez à la liste."


class Part(StrEnum):
    """How much of its days an absence takes."""

    WHOLE = "whole"
    HALF = "half"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class WantedAbsence:
    """Absence as somebody wants it; ``minutes`` is for part of one day by hours."""

    person_id: int
    kind: AbsenceKind
    period: Period
    part: Part = Part.WHOLE
    minutes: int | None = None
    expects_ijss: bool = False


def add_absence(session: AnySession, *, wanted: WantedAbsence, deed: Deed) -> int:
    """Write an absence down. Flushes.

    Returns: its id.
    Raises: NotFound: no such person. Conflict: it overlaps another, a sheet is signed or locked, no
    contract, more hours than the day has; ``field`` says where.
    """
    person = _get_person(session, wanted.person_id)
    minutes = require_minutes(session, wanted=wanted, as_of=deed.as_of)
    row = Absence(
        organisation_id=person.organisation_id,
        person_id=person.id,
        kind=wanted.kind.value,
        start_on=wanted.period.start,
        end_on=wanted.period.end,
        minutes=minutes,
        expects_ijss=wanted.expects_ijss,
    )
    session.add(row)
    session.flush()
    _tell(session, person, row, AuditAction.CREATED, None, _document(row), deed)
    return row.id


def change_absence(
    session: AnySession, *, absence_id: int, wanted: WantedAbsence, deed: Deed
) -> None:
    """Put an absence right; its person stays. Flushes.

    Raises: NotFound: gone. Conflict: see ``add_absence``; also when its old days are closed.
    """
    row = get_absence(session, absence_id)
    person = _get_person(session, row.person_id)
    if wanted.person_id != row.person_id:
        raise Conflict("Une absence reste celle de son agent.", field="person_id")
    closed = closed_months(session, person_ids=[person.id], as_of=deed.as_of)
    _refuse_closed(closed, person.id, period_of(row))
    minutes = require_minutes(session, wanted=wanted, as_of=deed.as_of, instead_of=row.id)
    before = _document(row)
    row.kind = wanted.kind.value
    row.start_on, row.end_on = wanted.period.start, wanted.period.end
    row.minutes, row.expects_ijss = minutes, wanted.expects_ijss
    session.flush()
    if _document(row) != before:
        _tell(session, person, row, AuditAction.CHANGED, before, _document(row), deed)


def remove_absence(session: AnySession, *, absence_id: int, deed: Deed) -> None:
    """Take an absence away. Flushes.

    Raises: NotFound: gone already. Conflict: its days are signed or locked.
    """
    row = get_absence(session, absence_id)
    person = _get_person(session, row.person_id)
    closed = closed_months(session, person_ids=[person.id], as_of=deed.as_of)
    _refuse_closed(closed, person.id, period_of(row))
    _tell(session, person, row, AuditAction.DELETED, _document(row), None, deed)
    session.delete(row)
    session.flush()


def get_absence(session: AnySession, absence_id: int) -> Absence:
    """Absence within the session's scope.

    Raises: NotFound: none, or somebody else's.
    """
    row = session.scalars(select(Absence).where(Absence.id == absence_id)).one_or_none()
    if row is None:
        raise NotFound(UNKNOWN)
    return row


def require_minutes(
    session: AnySession,
    *,
    wanted: WantedAbsence,
    as_of: date,
    instead_of: int | None = None,
    months: ClosedMonths | None = None,
) -> int | None:
    """Minutes to keep, None for whole days, once everything about an absence was checked.

    Args: instead_of: absence that this one takes the place of. months: known already, for a file.
    Raises: Conflict: see ``add_absence``.
    """
    person_id, period = wanted.person_id, wanted.period
    if period.days > MOST_DAYS:
        raise Conflict(
            f"{period.days} jours d'absence : attendu {MOST_DAYS} au plus. Vérifiez les années.",
            field="last",
        )
    if months is None:
        months = closed_months(session, person_ids=[person_id], as_of=as_of)
    _refuse_closed(months, person_id, period)
    day_minutes = _require_contract_day(session, person_id, period)
    minutes = _require_minutes_of_day(wanted, day_minutes)
    _refuse_overlap(session, wanted, minutes, day_minutes, instead_of)
    if wanted.expects_ijss and not wanted.kind.brings_ijss:
        raise Conflict(
            f"« {label(wanted.kind)} » n'ouvre pas droit aux indemnités journalières : décochez "
            "les IJSS ou changez le motif.",
            field="expects_ijss",
        )
    return minutes


def _refuse_closed(months: ClosedMonths, person_id: int, period: Period) -> None:
    if reason := months.reason(person_id, period):
        raise Conflict(f"Rien n'est enregistré : {reason}.", field="first")


def _require_contract_day(session: AnySession, person_id: int, period: Period) -> int:
    """Minutes of the contract's day at the start of the absence."""
    under = load_employments(session, person_ids=[person_id], period=period)
    if not under:
        raise Conflict(
            f"Aucun contrat de travail ne couvre le {day_fr(period.start)} : vérifiez les dates, "
            "ou le contrat de l'agent.",
            field="first",
        )
    return max(daily_minutes(one) for one in under)


def _require_minutes_of_day(wanted: WantedAbsence, day_minutes: int) -> int | None:
    if wanted.part is Part.WHOLE:
        return None
    if wanted.period.days != 1:
        raise Conflict(
            f"Une partie de journée tient sur un seul jour, il y en a {wanted.period.days} : "
            "saisissez ce jour seul, et les jours entiers à part.",
            field="last",
        )
    if wanted.part is Part.HALF:
        return max(day_minutes // 2, 1)
    if not wanted.minutes or not 0 < wanted.minutes < day_minutes:
        found = hours_text(wanted.minutes or 0)
        raise Conflict(
            f"{found} d'absence : attendu plus de 0 et moins de {hours_text(day_minutes)}, la "
            "journée du contrat. Pour la journée, choisissez « Journées entières ».",
            field="minutes",
        )
    return wanted.minutes


def _refuse_overlap(
    session: AnySession,
    wanted: WantedAbsence,
    minutes: int | None,
    day_minutes: int,
    instead_of: int | None,
) -> None:
    """Two whole absences never share a day; parts of a day do while they fit into it."""
    others = [
        row
        for row in session.scalars(
            select(Absence)
            .where(Absence.person_id == wanted.person_id)
            .where(touching(Absence, wanted.period))
            .order_by(Absence.start_on)
        )
        if row.id != instead_of
    ]
    parts = sum(row.minutes for row in others if row.minutes)
    whole = [row for row in others if row.minutes is None or minutes is None]
    same = [
        row for row in others if row.kind == wanted.kind and row.start_on == wanted.period.start
    ]
    if whole or same or parts + (minutes or 0) > day_minutes:
        met = (whole or same or others)[0]
        raise Conflict(f"Ces jours recouvrent une autre absence : {text_of(met)}. Changez l'une "
                       "des deux.", field="first")  # fmt: skip


def text_of(row: Absence) -> str:
    """Absence in words, for messages.

    Example: « Congés payés, du 03/02/2025 au 07/02/2025 ».
    """
    period = period_of(row)
    days = f"le {day_fr(period.start)}"
    if period.is_open:
        days = f"à partir du {day_fr(period.start)}"
    elif period.days > 1:
        days = f"du {day_fr(period.start)} au {day_fr(period.last)}"
    part = "" if row.minutes is None else f", {hours_text(row.minutes)}"
    return f"« {label(AbsenceKind(row.kind))} », {days}{part}"


def _get_person(session: AnySession, person_id: int) -> Person:
    row = session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("Cet agent n'existe pas, ou vous n'y avez pas accès : revenez à la liste.")
    return row


def _document(row: Absence) -> dict[str, Value]:
    # Why somebody was away may be their health, and the trail cannot be purged: not the kind.
    return {"start_on": row.start_on, "end_on": row.end_on, "minutes": row.minutes}


def _tell(
    session: AnySession,
    person: Person,
    row: Absence,
    action: AuditAction,
    before: dict[str, Value] | None,
    after: dict[str, Value] | None,
    deed: Deed,
) -> None:
    record(
        session,
        organisation_id=person.organisation_id,
        deed=deed,
        action=action,
        object_kind=AuditObject.ABSENCE,
        object_key=f"{person.code} › {day_fr(row.start_on)}",
        before=before,
        after=after,
    )

"""When an organisation's months of time sheets are due, and when they close by themselves.

Two people may change it at once: whoever saves says what they saw, and is told when that is no
longer what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.enums import AuditAction, AuditObject
from grants.errors import Conflict, NotFound
from grants.models.organisations import Organisation
from grants.rules.timesheets.lock_rule import LockRule, read_lock
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record

UNKNOWN = "Cette structure n'existe pas, ou vous n'y avez pas accès."
WORDS_LENGTH = 200
MOST_GRACE_DAYS = 60
MOST_DUE_DAYS = 90


@dataclass(frozen=True, slots=True)
class LockSettings:
    """What an organisation says of its months: the rule in its words, the days of grace after it
    for managers and finance officers, the days after its end until which a month is to be signed.
    """

    sheet_lock: str
    sheet_grace_days: int
    sheet_due_days: int

    @property
    def rule(self) -> LockRule | None:
        """The rule as it is understood; None locks nothing."""
        return read_lock(self.sheet_lock)

    @property
    def fingerprint(self) -> str:
        """The same for equal settings, another one for others."""
        return f"{self.sheet_grace_days}-{self.sheet_due_days}-{self.sheet_lock}"


@dataclass(frozen=True, slots=True)
class OrganisationLocks:
    """An organisation and its settings."""

    id: int
    code: str
    name: str
    settings: LockSettings


class LocksChangedMeanwhile(Conflict):
    """Somebody else saved first; ``stored`` is what they left."""

    def __init__(self, stored: LockSettings) -> None:
        super().__init__(
            "quelqu'un a modifié ces réglages pendant votre saisie : les siens sont rappelés "
            "ci-dessous, les vôtres sont gardés dans le formulaire. Vérifiez, puis enregistrez"
        )
        self.stored = stored


def list_locks(session: Session, *, within: Collection[int] | None) -> Sequence[OrganisationLocks]:
    """Settings of the organisations that somebody reaches, None for all of them, by name."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    if within is not None:
        query = query.where(Organisation.id.in_(within))
    return [_read(row) for row in session.scalars(query)]


def get_locks(session: Session, organisation_id: int) -> OrganisationLocks:
    """Settings of one organisation.

    Raises: NotFound: there is none of that number.
    """
    return _read(_get_row(session, organisation_id))


def require_sound(settings: LockSettings) -> LockSettings:
    """Settings that may be kept, with one space between the rule's words.

    Raises: Conflict: one of them cannot be; ``field`` says which, the text what is expected.
    Example:
    >>> require_sound(LockSettings(" le mois précédent,  10 jours après ", 0, 5)).sheet_lock
    'le mois précédent, 10 jours après'
    """
    words = " ".join(settings.sheet_lock.split())
    _require_days("sheet_grace_days", settings.sheet_grace_days, MOST_GRACE_DAYS)
    _require_days("sheet_due_days", settings.sheet_due_days, MOST_DUE_DAYS)
    if len(words) > WORDS_LENGTH:
        raise Conflict(f"{WORDS_LENGTH} caractères au plus", field="sheet_lock")
    if read_lock(words) is None:
        words = ""
    return LockSettings(words, settings.sheet_grace_days, settings.sheet_due_days)


def change_locks(
    session: Session,
    *,
    organisation_id: int,
    settings: LockSettings,
    seen: str,
    deed: Deed,
) -> LockSettings:
    """Change the settings and tell the trail what differs. Flushes, never commits.

    Args: seen: fingerprint of the settings that the change was typed over.
    Raises: LocksChangedMeanwhile: it is no longer that one. Conflict: a value cannot be; ``field``
    says which. NotFound: no such organisation.
    """
    wanted = require_sound(settings)
    _hold(session, organisation_id)
    row = _get_row(session, organisation_id)
    stored = _read(row).settings
    if stored.fingerprint != seen and stored != wanted:
        raise LocksChangedMeanwhile(stored)
    before, after = _different(stored, wanted)
    if not after:
        return stored
    row.sheet_lock = wanted.sheet_lock
    row.sheet_grace_days = wanted.sheet_grace_days
    row.sheet_due_days = wanted.sheet_due_days
    session.flush()
    record(
        session, deed=deed, organisation_id=row.id, action=AuditAction.CHANGED,
        object_kind=AuditObject.ORGANISATION, object_key=row.code, before=before, after=after,
    )  # fmt: skip
    return wanted


def _require_days(field: str, days: int, most: int) -> None:
    if not 0 <= days <= most:
        raise Conflict(
            f"« {days} » : un nombre de jours entre 0 et {most} est attendu", field=field
        )


def _hold(session: Session, organisation_id: int) -> None:
    """Take the row before it is read: a second writer waits, then sees what the first one left."""
    session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(code=Organisation.code)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _get_row(session: Session, organisation_id: int) -> Organisation:
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound(UNKNOWN)
    return row


def _read(row: Organisation) -> OrganisationLocks:
    settings = LockSettings(row.sheet_lock, row.sheet_grace_days, row.sheet_due_days)
    return OrganisationLocks(row.id, row.code, row.name, settings)


def _different(
    old: LockSettings, new: LockSettings
) -> tuple[Mapping[str, str | int], Mapping[str, str | int]]:
    before, after = asdict(old), asdict(new)
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}

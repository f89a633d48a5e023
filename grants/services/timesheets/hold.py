"""A sheet that is held while a step happens to it: taken first, asked, told at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from grants.enums import SheetState, SheetStepKind
from grants.errors import Conflict
from grants.french import month_number
from grants.models.base import AnySession
from grants.models.timesheets import TimeSheet
from grants.rules.audit.chain import Document, canonical, utc_text
from grants.rules.timesheets.document import sha256_of
from grants.rules.timesheets.sheet import Sheet
from grants.rules.timesheets.state import SheetEvent, require_allowed, signed_state
from grants.services.audit.deed import Deed
from grants.services.timesheets.loading import load_sheet
from grants.services.timesheets.readers import record_fact
from grants.services.timesheets.store import add_step, take_sheet, tell, write_days

SHORTEST_REASON = 10
LONGEST_REASON = 500


def require_reason(reason: str) -> str:
    """A reason as it is kept.

    Raises: Conflict: fewer than ten characters, or too long to be kept; field ``reason``.
    Example:
    >>> require_reason(" une erreur de saisie ")
    'une erreur de saisie'
    """
    kept = " ".join(reason.split())
    if not SHORTEST_REASON <= len(kept) <= LONGEST_REASON:
        raise Conflict(
            f"Le motif compte {len(kept)} caractères : écrivez-en de {SHORTEST_REASON} à "
            f"{LONGEST_REASON}, ils resteront lisibles.",
            field="reason",
        )
    return kept


@dataclass(frozen=True, slots=True)
class SheetHold:
    """A sheet that is held while something happens to it."""

    session: AnySession
    row: TimeSheet
    sheet: Sheet
    deed: Deed
    before: Document

    @property
    def is_signed(self) -> bool:
        """Whether the person, at least, has signed."""
        return signed_state(self.sheet.record) is not SheetState.DRAFT

    def clear_signatures(self) -> None:
        """Ask for both signatures anew; the steps keep the old ones."""
        row = self.row
        row.signed_by_person_on = row.signed_by_manager_on = None
        row.signed_by_person_at = row.signed_by_manager_at = None
        row.signer_id = row.approver_id = None
        row.signer = row.manager = row.piece = ""
        row.content_sha256 = row.hours_sha256 = ""

    def close_days(self) -> None:
        """End what was opened of single days: the next reopening names its own."""
        opened = [one.day for one in self.sheet.days if one.is_reopened]
        write_days(self.session, self.row, {day: {"is_reopened": False} for day in opened})
        self.row.is_partly_open = False

    def closed_by(
        self,
        kind: SheetStepKind,
        *,
        name: str = "",
        reason: str = "",
        day: date | None = None,
        reload: bool = True,
    ) -> Sheet:
        """Write the step and the trail; gives the sheet as it stands then."""
        row, deed = self.row, replace(self.deed, reason=reason)
        row.version += 1
        self.session.flush()
        add_step(
            self.session,
            row,
            kind,
            deed,
            name=name,
            day=day,
            minutes=self.sheet.total_minutes,
            content_sha256=row.content_sha256,
        )
        after = {"step": kind.value, **_told(row), **_proof(row)}
        if day is not None:
            after["day"] = day.isoformat()
        tell(self.session, self.sheet, deed, before=self.before, after=after)
        return self._now() if reload else self.sheet

    def _now(self) -> Sheet:
        return load_sheet(
            self.session,
            person_id=self.row.person_id,
            month=self.sheet.month.start,
            as_of=self.deed.as_of,
        )


def _told(row: TimeSheet) -> dict[str, str]:
    """What the trail keeps of a sheet's state: days, no names."""
    days = {
        "signed_by_person_on": row.signed_by_person_on,
        "signed_by_manager_on": row.signed_by_manager_on,
    }
    found = {name: day.isoformat() for name, day in days.items() if day is not None}
    return found | ({"locked_for": row.locked_for} if row.locked_for else {})


def _proof(row: TimeSheet) -> dict[str, str]:
    """Hashes of what is signed and of who signed it when; the trail is chained, so that nobody
    changes them there unseen.
    """
    if not row.content_sha256:
        return {}
    return {"content_sha256": row.content_sha256, "signatures_sha256": signatures_hash(row)}


def signatures_hash(row: TimeSheet) -> str:
    """Hash of both signatures under a sheet as they are stored: names, days, moments, the copy."""
    told = {
        "person": row.signer,
        "person_on": row.signed_by_person_on,
        "person_at": row.signed_by_person_at and utc_text(row.signed_by_person_at),
        "manager": row.manager,
        "manager_on": row.signed_by_manager_on,
        "manager_at": row.signed_by_manager_at and utc_text(row.signed_by_manager_at),
        "piece": row.piece,
    }
    return sha256_of(canonical(told))


def hold(
    session: AnySession,
    person_id: int,
    month: date,
    deed: Deed,
    event: SheetEvent,
    may_override: bool = False,
) -> SheetHold:
    """Take a sheet for an event that its state allows.

    Raises: NotFound: no such person. TransitionRefused: the event may not happen now.
    """
    row = take_sheet(session, person_id=person_id, month=month)
    sheet = load_sheet(
        session, person_id=person_id, month=month, as_of=deed.as_of, may_override=may_override
    )
    require_allowed(record_fact(row), event, sheet_name(sheet))
    return SheetHold(session, row, sheet, deed, _told(row))


def sheet_name(sheet: Sheet) -> str:
    """Whose sheet of which month, as messages begin."""
    return f"{sheet.person.name}, {month_number(sheet.month.start)}"

"""Tables of time sheets, each read with one query whatever the number of persons.

Hours of the months asked for come day by day, those of a whole operation summed by the database
through the covering index of ``time_entries``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from grants.enums import Activity, SheetStepKind
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.models.timesheets import SheetDay, SheetDocument, SheetStep, TimeEntry, TimeSheet
from grants.periods import Period, add_months, month_index
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Absence, Employment, Letter, Person
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.basis.people import grouped
from grants.rules.timesheets.inputs import (
    Assignment,
    DayRecord,
    Entry,
    SheetRules,
    StoredDocument,
)
from grants.rules.timesheets.lock_rule import read_lock
from grants.rules.timesheets.sheet import SheetStepFacts
from grants.rules.timesheets.state import SheetRecord
from grants.services.facts.people import (
    load_absences,
    load_employments,
    load_letters,
    persons_with_owners,
)
from grants.services.facts.posts import following_fundings, load_fundings, load_holdings
from grants.services.facts.rows import MONTHS_OF_A_YEAR
from grants.services.facts.signatures import load_edits
from grants.services.facts.terms import organisation_fact
from grants.services.platform.tenancy import BY_KEY


@dataclass(frozen=True, slots=True)
class PersonOf:
    """A person, and what the structure says of its sheets."""

    person: Person
    rules: SheetRules


class SheetReader:
    """Reads the tables of some persons over some months; each method is one query a table."""

    def __init__(self, session: AnySession, person_ids: Sequence[int], span: Period) -> None:
        self.session = session
        self.ids = person_ids
        self.span = span

    def persons(self) -> dict[int, PersonOf]:
        """Persons within the scope by id, in the order of their names."""
        return {
            person.id: PersonOf(person, _rules(owner))
            for person, owner in persons_with_owners(self.session, person_ids=self.ids)
        }

    def employments(self) -> tuple[Employment, ...]:
        """Segments of contracts that touch the months."""
        return load_employments(self.session, person_ids=self.ids, period=self.span)

    def absences(self) -> tuple[Absence, ...]:
        """Absences that touch the months."""
        return load_absences(self.session, person_ids=self.ids, period=self.span)

    def letters(self) -> tuple[Letter, ...]:
        """All mission letters: they say on which days an operation counts."""
        return load_letters(self.session, person_ids=self.ids)

    def posts(self) -> list[tuple[Holding, PostFunding]]:
        """Posts that the persons hold, each with what pays it. Two queries."""
        holdings = load_holdings(self.session, person_ids=self.ids, period=self.span)
        ids = {one.post_id for one in holdings}
        fundings = load_fundings(self.session, post_ids=ids) if ids else ()
        by_post = grouped(fundings, lambda one: one.post_id)
        return [(holding, one) for holding in holdings for one in by_post[holding.post_id]]

    def assignments(
        self,
        posts: Sequence[tuple[Holding, PostFunding]],
        conventions: Mapping[int, Convention],
    ) -> dict[int, list[Assignment]]:
        """Days of each person on the conventions that pay the post, amended ends followed."""
        lasting = following_fundings((one for _, one in posts), conventions)
        found: dict[int, list[Assignment]] = defaultdict(list)
        for (holding, _), funding in zip(posts, lasting, strict=True):
            period = holding.period.intersect(funding.period)
            period = period and period.intersect(self.span)
            if period is not None:
                found[holding.person_id].append(Assignment(funding.convention_id, period))
        return found

    def entries(self) -> dict[tuple[int, int], list[Entry]]:
        """Hours by person and month, of the month before the first one too."""
        entry = TimeEntry
        query = (
            select(
                entry.person_id,
                entry.work_on,
                entry.convention_id,
                entry.activity,
                entry.minutes,
                entry.market,
                entry.comment,
            )
            .where(entry.person_id.in_(self.ids))
            .where(entry.work_on >= add_months(self.span.start, -1), entry.work_on < self.span.end)
            .order_by(entry.work_on, entry.id)
        )
        activities = {activity.value: activity for activity in Activity}
        found: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        for (
            person_id,
            day,
            convention_id,
            activity,
            minutes,
            market,
            comment,
        ) in self.session.execute(query, execution_options=BY_KEY):
            found[person_id, month_index(day)].append(
                Entry(day, convention_id, activities[activity], minutes, market, comment)
            )
        return found

    def records(self) -> dict[int, dict[int, SheetRecord]]:
        """Signatures and locks by person and month, of the year around the months."""
        sheet = TimeSheet
        first, last = month_index(self.span.start), month_index(self.span.last)
        columns = (getattr(sheet, name) for name in SheetRecord.__slots__)
        query = select(sheet.person_id, sheet.month, *columns).where(
            sheet.person_id.in_(self.ids),
            sheet.month.between(first - MONTHS_OF_A_YEAR + 1, last + MONTHS_OF_A_YEAR - 1),
        )
        found: dict[int, dict[int, SheetRecord]] = defaultdict(dict)
        for person_id, month, *stored in self.session.execute(query, execution_options=BY_KEY):
            found[person_id][month] = SheetRecord(*stored)
        return found

    def documents(self) -> dict[tuple[int, int], StoredDocument]:
        """Document of each signed month, by person and month."""
        kept, sheet = SheetDocument, TimeSheet
        is_last = and_(
            sheet.person_id == kept.person_id,
            sheet.month == kept.month,
            sheet.content_sha256 == kept.sha256,
        )
        query = (
            select(kept.person_id, kept.month, kept.sha256, kept.document)
            .join(sheet, is_last)
            .where(kept.person_id.in_(self.ids))
            .where(kept.month.between(month_index(self.span.start), month_index(self.span.last)))
        )
        return {
            (person_id, month): StoredDocument(sha256, text)
            for person_id, month, sha256, text in self.session.execute(
                query, execution_options=BY_KEY
            )
        }

    def days(self) -> dict[int, dict[date, DayRecord]]:
        """What is stored of the days beside their hours."""
        day = SheetDay
        query = select(
            day.person_id,
            day.work_on,
            day.is_confirmed,
            day.is_edited,
            day.is_reopened,
            day.comment,
        ).where(
            day.person_id.in_(self.ids),
            day.work_on >= self.span.start,
            day.work_on < self.span.end,
        )
        found: dict[int, dict[date, DayRecord]] = defaultdict(dict)
        for person_id, work_on, confirmed, edited, reopened, comment in self.session.execute(
            query, execution_options=BY_KEY
        ):
            found[person_id][work_on] = DayRecord(confirmed, edited, reopened, comment)
        return found

    def steps(self) -> dict[tuple[int, int], list[SheetStepFacts]]:
        """Steps by person and month, the oldest first."""
        step = SheetStep
        query = (
            select(step)
            .where(step.person_id.in_(self.ids))
            .where(step.month.between(month_index(self.span.start), month_index(self.span.last)))
            .order_by(step.happened_at, step.id)
        )
        found: dict[tuple[int, int], list[SheetStepFacts]] = defaultdict(list)
        for row in self.session.scalars(query, execution_options=BY_KEY):
            found[row.person_id, row.month].append(
                SheetStepFacts(
                    SheetStepKind(row.step),
                    row.happened_at,
                    row.name,
                    row.reason,
                    row.day,
                    row.minutes,
                    row.content_sha256,
                )
            )
        return found

    def edits(self) -> dict[int, dict[int, bool]]:
        """Months with confirmed days of the year around the months, and whether one of their days
        was corrected.
        """
        year = Period(add_months(self.span.start, 1 - MONTHS_OF_A_YEAR), self.span.end)
        found: dict[int, dict[int, bool]] = defaultdict(dict)
        edits = load_edits(self.session, period=year, person_ids=self.ids)
        for (person_id, month), edited in edits.items():
            found[person_id][month] = edited
        return found


def _rules(row: Organisation) -> SheetRules:
    return SheetRules(
        organisation_fact(row), read_lock(row.sheet_lock), row.sheet_grace_days, row.sheet_due_days
    )


def record_fact(row: TimeSheet) -> SheetRecord:
    """What is stored of a month, as the rules see it."""
    return SheetRecord(**{name: getattr(row, name) for name in SheetRecord.__slots__})

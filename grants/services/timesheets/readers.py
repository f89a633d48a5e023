"""Tables of time sheets, each read with one query whatever the number of persons.

Hours of the months asked for come day by day, those of a whole operation summed by the database
through the covering index of ``time_entries``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, and_, cast, extract, func, or_, select

from grants.enums import AbsenceKind, Activity, HolidayCalendar, LetterNature, SheetStepKind
from grants.models.base import AnySession, Dated
from grants.models.organisations import Organisation
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.posts import Holding, PostFunding
from grants.models.timesheets import SheetDay, SheetStep, TimeEntry, TimeSheet
from grants.periods import Period, add_months, month_index
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Absence as AbsenceFact
from grants.rules.basis.facts.people import Employment as EmploymentFact
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.facts.people import Person as PersonFact
from grants.rules.basis.facts.posts import PostFunding as PostFundingFact
from grants.rules.timesheets.inputs import Assignment, DayRecord, Entry, SheetRules
from grants.rules.timesheets.lock_rule import read_lock
from grants.rules.timesheets.sheet import SheetStepFacts
from grants.rules.timesheets.state import SheetRecord
from grants.services.facts.ledger import following_fundings, period_of
from grants.services.facts.terms import organisation_fact
from grants.services.platform.tenancy import BY_KEY

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class PersonOf:
    """A person, and what the structure says of its sheets."""

    person: PersonFact
    rules: SheetRules


class SheetReader:
    """Reads the tables of some persons over some months; each method is one query."""

    def __init__(self, session: AnySession, person_ids: Sequence[int], span: Period) -> None:
        self.session = session
        self.ids = person_ids
        self.span = span

    def persons(self) -> dict[int, PersonOf]:
        """Persons within the scope by id, in the order of their names."""
        query = (
            select(Person, Organisation)
            .join(Organisation, Person.organisation_id == Organisation.id)
            .where(Person.id.in_(self.ids))
            .order_by(Person.last_name, Person.first_name, Person.code)
        )
        return {
            person.id: PersonOf(_person(person, owner), _rules(owner))
            for person, owner in self.session.execute(query, execution_options=BY_KEY)
        }

    def employments(self) -> list[EmploymentFact]:
        """Segments of contracts that touch the months."""
        query = select(Employment).where(
            Employment.person_id.in_(self.ids), self._overlaps(Employment)
        )
        return [
            EmploymentFact(
                person_id=row.person_id,
                period=period_of(row),
                fte=row.fte,
                weekly_minutes=row.weekly_minutes,
                row=row.source_row or 0,
                piece=row.piece,
            )
            for row in self.session.scalars(
                query.order_by(Employment.start_on), execution_options=BY_KEY
            )
        ]

    def absences(self) -> list[AbsenceFact]:
        """Absences that touch the months."""
        query = select(Absence).where(Absence.person_id.in_(self.ids), self._overlaps(Absence))
        return [
            AbsenceFact(
                person_id=row.person_id,
                kind=AbsenceKind(row.kind),
                period=period_of(row),
                minutes=row.minutes,
                expects_ijss=row.expects_ijss,
                row=row.source_row or 0,
            )
            for row in self.session.scalars(
                query.order_by(Absence.start_on, Absence.kind), execution_options=BY_KEY
            )
        ]

    def letters(self) -> list[Letter]:
        """All mission letters: they say on which days an operation counts."""
        query = select(MissionLetter).where(MissionLetter.person_id.in_(self.ids))
        return [
            letter_fact(row)
            for row in self.session.scalars(
                query.order_by(MissionLetter.start_on, MissionLetter.id),
                execution_options=BY_KEY,
            )
        ]

    def posts(self) -> list[tuple[Holding, PostFunding]]:
        """Posts that the persons hold, each with what pays it."""
        query = (
            select(Holding, PostFunding)
            .join(PostFunding, PostFunding.post_id == Holding.post_id)
            .where(Holding.person_id.in_(self.ids), self._overlaps(Holding))
            .order_by(Holding.start_on, PostFunding.start_on, PostFunding.id)
        )
        return [
            (holding, funding)
            for holding, funding in self.session.execute(query, execution_options=BY_KEY)
        ]

    def assignments(
        self,
        posts: Sequence[tuple[Holding, PostFunding]],
        conventions: Mapping[int, Convention],
    ) -> dict[int, list[Assignment]]:
        """Days of each person on the conventions that pay the post, amended ends followed."""
        fundings = tuple(
            PostFundingFact(
                post_id=row.post_id,
                convention_id=row.convention_id,
                fte=row.fte,
                period=period_of(row),
                row=0,
            )
            for _, row in posts
        )
        found: dict[int, list[Assignment]] = defaultdict(list)
        if fundings:
            lasting = following_fundings(self.session, fundings, conventions)
            for (holding, _), funding in zip(posts, lasting, strict=True):
                period = period_of(holding).intersect(funding.period)
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
        """Months with confirmed days, and whether one of their days was corrected."""
        day = SheetDay
        year, month = extract("year", day.work_on), extract("month", day.work_on)
        index = (year * MONTHS_OF_A_YEAR + month - 1).label("month")
        first = add_months(self.span.start, 1 - MONTHS_OF_A_YEAR)
        query = (
            select(day.person_id, index, func.max(cast(day.is_edited, Integer)))
            .where(day.person_id.in_(self.ids), day.is_confirmed)
            .where(day.work_on >= first, day.work_on < self.span.end)
            .group_by(day.person_id, index)
        )
        found: dict[int, dict[int, bool]] = defaultdict(dict)
        for person_id, number, edited in self.session.execute(query, execution_options=BY_KEY):
            found[person_id][int(number)] = bool(edited)
        return found

    def _overlaps(self, table: type[Dated]) -> ColumnElement[bool]:
        is_open = or_(table.end_on.is_(None), table.end_on > self.span.start)
        return and_(table.start_on < self.span.end, is_open)


def _person(row: Person, owner: Organisation) -> PersonFact:
    return PersonFact(
        id=row.id,
        code=row.code,
        last_name=row.last_name,
        first_name=row.first_name,
        job_title=row.job_title,
        calendar=HolidayCalendar(owner.holiday_calendar),
        has_payroll_tax_abatement=owner.has_payroll_tax_abatement,
    )


def _rules(row: Organisation) -> SheetRules:
    return SheetRules(
        organisation_fact(row), read_lock(row.sheet_lock), row.sheet_grace_days, row.sheet_due_days
    )


def letter_fact(row: MissionLetter) -> Letter:
    """Mission letter as the rules see it."""
    return Letter(
        person_id=row.person_id,
        convention_id=row.convention_id,
        period=period_of(row),
        nature=LetterNature(row.nature),
        share=row.share,
        dated_on=row.dated_on,
        signed_by_person_on=row.signed_by_person_on,
        signed_by_manager_on=row.signed_by_manager_on,
        accepted_on=row.accepted_on,
        row=row.source_row or 0,
        piece=row.piece,
    )


def record_fact(row: TimeSheet) -> SheetRecord:
    """What is stored of a month, as the rules see it."""
    return SheetRecord(**{name: getattr(row, name) for name in SheetRecord.__slots__})

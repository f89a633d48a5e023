"""Facts for the rules, read with one query a table whatever the number of posts.

Hours are summed by the database between the cut points of each person, never day by day in Python.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from grants.enums import AbsenceKind, HolidayCalendar, LetterNature, PayItemKind
from grants.models.base import AnySession, Dated
from grants.models.conventions import Convention
from grants.models.coverage import Territory
from grants.models.organisations import Organisation
from grants.models.pay import PayItem
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.posts import Holding, Post, PostFunding
from grants.models.timesheets import TimeEntry
from grants.periods import FOREVER, Period, add_months, month_index, month_of_index, next_month
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.pay import PayItem as PayItemFact
from grants.rules.basis.facts.people import Absence as AbsenceFact
from grants.rules.basis.facts.people import Employment as EmploymentFact
from grants.rules.basis.facts.people import Letter
from grants.rules.basis.facts.people import Person as PersonFact
from grants.rules.basis.facts.posts import Holding as HoldingFact
from grants.rules.basis.facts.posts import Post as PostFact
from grants.rules.basis.facts.posts import PostFunding as PostFundingFact
from grants.rules.ledger.facts import LedgerFacts
from grants.rules.ledger.segments import cut_months, links_of
from grants.services.facts.signatures import load_signatures
from grants.services.facts.terms import load_conventions
from grants.services.facts.times import load_odd_days, load_times
from grants.services.platform.tenancy import BY_KEY

EARLIER_PAY_MONTHS = 12


def period_of(row: Dated) -> Period:
    """Days of a dated row."""
    return Period(row.start_on, row.end_on or FOREVER)


def whole_months(period: Period) -> Period:
    """Period widened to the months it touches: a payslip is a month's."""
    last = next_month(period.last) if not period.is_open else period.end
    return Period(period.start.replace(day=1), last)


def load_ledger_facts(
    session: AnySession,
    *,
    period: Period,
    person_ids: Sequence[int] | None,
    extra_cuts: Iterable[date] = (),
    convention_ids: Collection[int] = (),
) -> LedgerFacts:
    """Everything about some persons over the months of a period; about everybody when no ids are
    given.

    Pay reaches twelve months further back, for the annual hourly cost.
    Args: convention_ids: conventions whose posts are read even while nobody holds them.
    """
    loader = _Loader(session, whole_months(period), person_ids, convention_ids)
    facts = loader.facts()
    links = links_of(facts, frozenset(extra_cuts))
    segments = [
        (person_id, part)
        for (person_id, _), parts in cut_months(facts, links).items()
        for part in parts
    ]
    return replace(
        facts,
        times=load_times(session, segments),
        odd_days=load_odd_days(session, facts.period, person_ids),
    )


class _Loader:
    """Reads the tables of some persons over some months."""

    def __init__(
        self,
        session: AnySession,
        period: Period,
        person_ids: Sequence[int] | None,
        convention_ids: Collection[int],
    ) -> None:
        self.session = session
        self.period = period
        self.person_ids = person_ids
        self.convention_ids = convention_ids

    def facts(self) -> LedgerFacts:
        persons = self._persons()
        holdings = self._holdings()
        post_ids = {holding.post_id for holding in holdings}
        fundings = self._fundings(post_ids)
        letters = self._letters()
        time_links = self._time_links()
        wanted = {funding.convention_id for funding in fundings}
        wanted |= {letter.convention_id for letter in letters}
        wanted |= {convention_id for _, convention_id in time_links}
        conventions = load_conventions(self.session, wanted)
        return LedgerFacts(
            period=self.period,
            conventions=conventions,
            persons=persons,
            posts=self._posts(post_ids | {funding.post_id for funding in fundings}),
            employments=self._employments(),
            holdings=holdings,
            fundings=following_fundings(self.session, fundings, conventions),
            letters=letters,
            pay_items=self._pay_items(),
            absences=self._absences(),
            times=(),
            time_links=frozenset(time_links),
            signatures=load_signatures(self.session, self.period, self.person_ids),
        )

    def _who(self, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Rows of the persons asked for."""
        return true() if self.person_ids is None else column.in_(self.person_ids)

    def _when(self, table: type[Dated]) -> ColumnElement[bool]:
        """Rows that share a day with the period."""
        is_open = table.end_on.is_(None) | (table.end_on > self.period.start)
        return and_(table.start_on < self.period.end, is_open)

    def _persons(self) -> Mapping[int, PersonFact]:
        query = (
            select(Person, Organisation)
            .join(Organisation, Person.organisation_id == Organisation.id)
            .order_by(Person.last_name, Person.first_name, Person.code)
        )
        rows = self.session.execute(query.where(self._who(Person.id)))
        return {
            person.id: PersonFact(
                id=person.id,
                code=person.code,
                last_name=person.last_name,
                first_name=person.first_name,
                job_title=person.job_title,
                calendar=HolidayCalendar(organisation.holiday_calendar),
                has_payroll_tax_abatement=organisation.has_payroll_tax_abatement,
            )
            for person, organisation in rows
        }

    def _posts(self, ids: set[int]) -> Mapping[int, PostFact]:
        query = select(Post, Territory.name).join(Territory, Post.territory_id == Territory.id)
        rows = self.session.execute(query.where(Post.id.in_(ids)).order_by(Post.code))
        return {
            post.id: PostFact(
                id=post.id,
                code=post.code,
                title=post.title,
                territory=territory,
                fte=post.fte,
                period=period_of(post),
                row=post.source_row or 0,
            )
            for post, territory in rows
        }

    def _employments(self) -> tuple[EmploymentFact, ...]:
        query = select(Employment).where(self._who(Employment.person_id))
        # The hourly rate looks at the contracts of the twelve earlier months too: no lower bound.
        rows = self.session.scalars(query.order_by(Employment.person_id, Employment.start_on))
        return tuple(
            EmploymentFact(
                person_id=row.person_id,
                period=period_of(row),
                fte=row.fte,
                weekly_minutes=row.weekly_minutes,
                row=row.source_row or 0,
                piece=row.piece,
            )
            for row in rows
        )

    def _holdings(self) -> tuple[HoldingFact, ...]:
        query = select(Holding).where(self._when(Holding), self._who(Holding.person_id))
        order = (Holding.person_id, Holding.start_on, Holding.source_row, Holding.post_id)
        rows = self.session.scalars(query.order_by(*order))
        return tuple(holding_fact(row) for row in rows)

    def _fundings(self, post_ids: set[int]) -> tuple[PostFundingFact, ...]:
        is_wanted = or_(
            PostFunding.post_id.in_(post_ids),
            PostFunding.convention_id.in_(self.convention_ids),
        )
        query = select(PostFunding).where(self._when(PostFunding), is_wanted)
        rows = self.session.scalars(query.order_by(PostFunding.post_id, PostFunding.start_on))
        return tuple(
            PostFundingFact(
                post_id=row.post_id,
                convention_id=row.convention_id,
                fte=row.fte,
                period=period_of(row),
                row=row.source_row or 0,
            )
            for row in rows
        )

    def _letters(self) -> tuple[Letter, ...]:
        query = select(MissionLetter).where(
            self._when(MissionLetter), self._who(MissionLetter.person_id)
        )
        order = (MissionLetter.person_id, MissionLetter.start_on, MissionLetter.id)
        return tuple(
            Letter(
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
            for row in self.session.scalars(query.order_by(*order))
        )

    def _pay_items(self) -> tuple[PayItemFact, ...]:
        item = PayItem
        first = month_index(add_months(self.period.start, -EARLIER_PAY_MONTHS))
        query = select(
            item.person_id,
            item.month,
            item.kind,
            item.label,
            item.amount,
            item.paid_on,
            item.voucher,
            item.piece,
            item.existed_before,
            item.is_tied,
            item.is_founded,
            item.source_row,
        ).where(item.month >= first, item.month < month_index(self.period.end))
        rows = self.session.execute(query.where(self._who(item.person_id)))
        kinds = {kind.value: kind for kind in PayItemKind}
        return tuple(
            PayItemFact(
                person_id=row.person_id,
                month=month_of_index(row.month),
                kind=kinds[row.kind],
                label=row.label,
                amount=row.amount,
                paid_on=row.paid_on,
                voucher=row.voucher,
                piece=row.piece,
                existed_before=row.existed_before,
                is_tied=row.is_tied,
                is_founded=row.is_founded,
                row=row.source_row or 0,
            )
            for row in rows
        )

    def _absences(self) -> tuple[AbsenceFact, ...]:
        query = select(Absence).where(self._when(Absence), self._who(Absence.person_id))
        rows = self.session.scalars(
            query.order_by(Absence.person_id, Absence.start_on, Absence.kind)
        )
        return tuple(
            AbsenceFact(
                person_id=row.person_id,
                kind=AbsenceKind(row.kind),
                period=period_of(row),
                minutes=row.minutes,
                expects_ijss=row.expects_ijss,
                row=row.source_row or 0,
            )
            for row in rows
        )

    def _time_links(self) -> set[tuple[int, int]]:
        entry = TimeEntry
        query = (
            select(entry.person_id, entry.convention_id)
            .where(entry.work_on >= self.period.start, entry.work_on < self.period.end)
            .where(entry.convention_id.is_not(None))
            .group_by(entry.person_id, entry.convention_id)
        )
        rows = self.session.execute(query.where(self._who(entry.person_id)))
        return {(person_id, convention_id) for person_id, convention_id in rows if convention_id}


def holding_fact(row: Holding) -> HoldingFact:
    """Holding as the rules see it."""
    return HoldingFact(
        person_id=row.person_id,
        post_id=row.post_id,
        period=period_of(row),
        share=row.share,
        is_secondment=row.is_secondment,
        agreement_on=row.agreement_on,
        replaces_id=row.replaces_id,
        row=row.source_row or 0,
        piece=row.piece,
    )


def following_fundings(
    session: AnySession,
    fundings: tuple[PostFundingFact, ...],
    conventions: Mapping[int, ConventionFact],
) -> tuple[PostFundingFact, ...]:
    """Fundings up to the convention's end, as an amendment moved it.

    A row that ends with the convention as it was first signed means « till its end »: the import
    fills an empty last day so. An amendment that extends the convention extends it too.
    """
    query = select(Convention.id, Convention.end_on).where(Convention.id.in_(list(conventions)))
    first_ends = {row.id: row.end_on for row in session.execute(query)}
    return tuple(
        replace(one, period=Period(one.period.start, conventions[one.convention_id].period.end))
        if one.period.end == first_ends[one.convention_id]
        and one.period.end < conventions[one.convention_id].period.end
        else one
        for one in fundings
    )


def persons_of(session: AnySession, convention_ids: Collection[int]) -> set[int]:
    """People that conventions may charge: holders of their posts, or with a letter or hours."""
    ids = list(convention_ids)
    holders = (
        select(Holding.person_id)
        .join(PostFunding, PostFunding.post_id == Holding.post_id)
        .where(PostFunding.convention_id.in_(ids))
    )
    letters = select(MissionLetter.person_id).where(MissionLetter.convention_id.in_(ids))
    worked = _hours(TimeEntry.convention_id.in_(ids), TimeEntry.person_id == Person.id)
    times = select(Person.id).where(worked)
    return set(session.scalars(holders.union(letters, times), execution_options=BY_KEY))


def conventions_of(session: AnySession, person_ids: Collection[int]) -> set[int]:
    """Conventions that may charge some persons: by their posts, letters or hours."""
    ids = list(person_ids)
    fundings = (
        select(PostFunding.convention_id)
        .join(Holding, PostFunding.post_id == Holding.post_id)
        .where(Holding.person_id.in_(ids))
    )
    letters = select(MissionLetter.convention_id).where(MissionLetter.person_id.in_(ids))
    worked = _hours(TimeEntry.convention_id == Convention.id, TimeEntry.person_id.in_(ids))
    times = select(Convention.id).where(worked)
    return set(session.scalars(fundings.union(letters, times), execution_options=BY_KEY))


def _hours(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is an hour of that kind: an index finds the first one, and no other is read."""
    return select(literal_column("1")).select_from(TimeEntry).where(*conditions).exists()

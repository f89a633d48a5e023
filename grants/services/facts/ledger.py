"""Facts for the rules, read with one query a table whatever the number of posts.

Hours are summed by the database between the cut points of each person, never day by day in Python.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import ColumnElement, literal_column, select

from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.people import MissionLetter, Person
from grants.models.posts import Holding, PostFunding
from grants.models.timesheets import TimeEntry
from grants.periods import Period, add_months, next_month
from grants.rules.basis.facts.time import TimeSum
from grants.rules.ledger.facts import LedgerFacts
from grants.rules.ledger.segments import cut_months, links_of
from grants.services.facts.pay import load_pay_items
from grants.services.facts.people import (
    load_absences,
    load_employments,
    load_letters,
    load_persons,
)
from grants.services.facts.posts import (
    following_fundings,
    load_fundings,
    load_holdings,
    load_posts,
)
from grants.services.facts.signatures import load_signatures
from grants.services.facts.terms import load_conventions
from grants.services.facts.times import load_month_times, load_odd_days, load_times
from grants.services.platform.tenancy import BY_KEY

EARLIER_PAY_MONTHS = 12


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
    months = whole_months(period)
    times = load_month_times(session, period=months, person_ids=person_ids)
    facts = _without_cut_hours(session, months, person_ids, convention_ids, times)
    links = links_of(facts, frozenset(extra_cuts))
    segments = [
        (person_id, part)
        for (person_id, _), parts in cut_months(facts, links).items()
        for part in parts
    ]
    return replace(
        facts,
        times=load_times(session, segments, times),
        odd_days=load_odd_days(session, period=facts.period, person_ids=person_ids),
    )


def _without_cut_hours(
    session: AnySession,
    period: Period,
    person_ids: Sequence[int] | None,
    convention_ids: Collection[int],
    times: Iterable[TimeSum],
) -> LedgerFacts:
    holdings = load_holdings(session, person_ids=person_ids, period=period)
    post_ids = {holding.post_id for holding in holdings}
    fundings = load_fundings(
        session, post_ids=post_ids, convention_ids=convention_ids, period=period
    )
    letters = load_letters(session, person_ids=person_ids, period=period)
    time_links = {
        (time.person_id, time.convention_id) for time in times if time.convention_id is not None
    }
    wanted = {funding.convention_id for funding in fundings}
    wanted |= {letter.convention_id for letter in letters}
    wanted |= {convention_id for _, convention_id in time_links}
    conventions = load_conventions(session, wanted)
    return LedgerFacts(
        period=period,
        conventions=conventions,
        persons=load_persons(session, person_ids=person_ids),
        posts=load_posts(session, post_ids=post_ids | {one.post_id for one in fundings}),
        # The hourly rate looks at the contracts of the twelve earlier months too: all of them.
        employments=load_employments(session, person_ids=person_ids),
        holdings=holdings,
        fundings=following_fundings(fundings, conventions),
        letters=letters,
        pay_items=load_pay_items(session, period=_with_earlier_pay(period), person_ids=person_ids),
        absences=load_absences(session, person_ids=person_ids, period=period),
        times=(),
        time_links=frozenset(time_links),
        signatures=load_signatures(session, period=period, person_ids=person_ids),
    )


def _with_earlier_pay(period: Period) -> Period:
    return Period(add_months(period.start, -EARLIER_PAY_MONTHS), period.end)


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

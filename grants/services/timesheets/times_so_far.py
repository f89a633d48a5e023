"""Time on operations so far, as their claims count it, summed by the database.

A claim tests the minimum share over the operation's period, and where mission letters say when the
person works for the operation, over their days alone (``rules/claims/lines``). Paid hours count
where the convention says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Date, Integer, Select, and_, case, column, func, select, values

from grants.enums import AbsencePolicy
from grants.models.base import AnySession
from grants.models.timesheets import TimeEntry
from grants.periods import Period, united
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Letter, Person
from grants.rules.basis.people import People, grouped
from grants.rules.pay.paid_time import paid_absence_minutes
from grants.rules.timesheets.inputs import TimeSoFar
from grants.services.facts.people import load_absences, load_employments
from grants.services.platform.tenancy import BY_KEY

Link = tuple[int, int]
Spans = Mapping[Link, Sequence[Period]]


def load_times_so_far(
    session: AnySession,
    links: Collection[Link],
    conventions: Mapping[int, Convention],
    *,
    letters: Sequence[Letter],
    persons: Mapping[int, Person],
    until: date,
) -> dict[int, dict[int, TimeSoFar]]:
    """Minutes of persons on the operations that pay for time, by person and convention.

    Args: links: persons and their conventions. letters: all those of the persons. until: paid
    absences count up to this day.
    """
    spans = _spans(links, conventions, letters)
    found: dict[int, dict[int, TimeSoFar]] = defaultdict(dict)
    if not spans:
        return found
    paid = {link: periods for link, periods in spans.items() if _counts_paid(conventions, link)}
    away = _paid_minutes(session, paid, persons, until) if paid else {}
    for person_id, number, on_it, in_all in session.execute(_sums(spans), execution_options=BY_KEY):
        whole = int(in_all) + away.get((person_id, number), 0)
        found[person_id][number] = TimeSoFar(number, int(on_it), whole)
    return found


def _spans(
    links: Collection[Link],
    conventions: Mapping[int, Convention],
    letters: Sequence[Letter],
) -> Spans:
    """Days that count, by person and convention: those of the letters, else all."""
    said = grouped(letters, lambda one: (one.person_id, one.convention_id))
    found: dict[Link, Sequence[Period]] = {}
    for link in sorted(links):
        convention = conventions.get(link[1])
        if convention is not None and convention.pays_time:
            whole = convention.period
            inside = (one.period.intersect(whole) for one in said[link])
            found[link] = united(period for period in inside if period is not None) or [whole]
    return found


def _sums(spans: Spans) -> Select[int, int, int, int]:
    entry = TimeEntry
    columns = (
        column("person_id", Integer),
        column("convention_id", Integer),
        column("start_on", Date),
        column("end_on", Date),
    )
    asked = [(*link, one.start, one.end) for link, periods in spans.items() for one in periods]
    span = values(*columns, name="span").data(asked).cte("span")
    own = case((entry.convention_id == span.c.convention_id, entry.minutes), else_=0)
    return (
        select(span.c.person_id, span.c.convention_id, func.sum(own), func.sum(entry.minutes))
        .select_from(span)
        .join(
            entry,
            and_(
                entry.person_id == span.c.person_id,
                entry.work_on >= span.c.start_on,
                entry.work_on < span.c.end_on,
            ),
        )
        .group_by(span.c.person_id, span.c.convention_id)
    )


def _counts_paid(conventions: Mapping[int, Convention], link: Link) -> bool:
    terms = conventions[link[1]].terms[-1]
    return terms.settings.absence_policy is AbsencePolicy.PAID_HOURS


def _paid_minutes(
    session: AnySession, spans: Spans, persons: Mapping[int, Person], until: date
) -> dict[Link, int]:
    """Minutes paid and not worked over the spans, up to a day."""
    people = _people(session, {person_id for person_id, _ in spans}, persons)
    return {
        link: sum(
            paid_absence_minutes(people, persons[link[0]], Period(one.start, min(one.end, until)))
            for one in periods
            if one.start < until
        )
        for link, periods in spans.items()
        if link[0] in persons
    }


def _people(session: AnySession, ids: Collection[int], persons: Mapping[int, Person]) -> People:
    """Contracts and absences of persons, all of them; nothing else is asked here."""
    contracts = load_employments(session, person_ids=ids)
    leave = load_absences(session, person_ids=ids)
    return People(
        persons,
        grouped(contracts, lambda one: one.person_id),
        {},
        {},
        grouped(leave, lambda one: one.person_id),
        {},
        {},
    )

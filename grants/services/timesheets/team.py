"""A team's months as the roles of a visitor open them, and what they may do with each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from grants.enums import Role
from grants.errors import Conflict, NotFound
from grants.french import folded, month_number
from grants.models.base import AnySession
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.people import Employment, Person
from grants.periods import DAY, Period, next_month
from grants.rules.basis.facts.people import Person as PersonFact
from grants.rules.timesheets.attention import TeamLine, situation_of
from grants.rules.timesheets.summary import SheetSummary, summary_of
from grants.services.platform.collector import collector_paused
from grants.services.roles.memberships import Grant
from grants.services.timesheets.access import SheetRight, rights_over
from grants.services.timesheets.loading import load_sheets, load_team

# Roles that read a team; facilitators read their own sheet on its page, auditors signed ones.
TEAM_ROLES = frozenset({Role.MANAGER, Role.FINANCE, Role.DIRECTOR, Role.OPERATOR})
OVERRIDING = frozenset({Role.MANAGER, Role.FINANCE})
UNKNOWN = "Cet agent n'existe pas, n'a pas de contrat ce mois-là, ou n'est pas de votre équipe."


@dataclass(frozen=True, slots=True)
class TeamMonth:
    """Lines of a month in no order, and names by id of what they mention."""

    month: Period
    lines: tuple[TeamLine, ...]
    conventions: Mapping[int, str]
    organisations: Mapping[int, str]

    def get_line(self, person_id: int) -> TeamLine:
        """Line of one person.

        Raises: NotFound: the person is not of the team, or not under contract in the month.
        """
        found = next((one for one in self.lines if one.summary.person.id == person_id), None)
        if found is None:
            raise NotFound(UNKNOWN)
        return found

    def get_approver_line(self, person_id: int) -> TeamLine:
        """Line of somebody whose sheets the visitor signs.

        Raises: NotFound: see ``get_line``, or somebody else signs them.
        """
        found = self.get_line(person_id)
        if not found.may_approve:
            raise NotFound(UNKNOWN)
        return found


@dataclass(frozen=True, slots=True)
class PersonYear:
    """Months of a person; None where nobody expects a sheet and nothing stands."""

    person: PersonFact
    organisation_id: int
    months: tuple[TeamLine | None, ...]

    @property
    def total_minutes(self) -> int:
        """Minutes declared in the months shown."""
        return sum(one.summary.total_minutes for one in self.months if one is not None)


@collector_paused()
def team_month(
    session: AnySession, *, grants: Iterable[Grant], month: date, as_of: date
) -> TeamMonth:
    """Month of everybody whom the roles reach and who is under contract in it, or worked in it."""
    every = tuple(grants)
    held = team_grants(every)
    summaries = load_team(
        session,
        person_ids=_reached_people(session, held),
        month=month,
        as_of=as_of,
        may_override=_overrides(held),
    )
    lines = tuple(_line(every, summary) for summary in summaries)
    return TeamMonth(
        Period.month(month),
        lines,
        _convention_numbers(session, summaries),
        _organisation_names(session, {one.organisation_id for one in summaries}),
    )


def get_month_of_everybody(
    session: AnySession, *, month: date, as_of: date, codes: Collection[str] = ()
) -> tuple[TeamLine, ...]:
    """Month of everybody within the session's scope, or of the people with these codes.

    Raises: NotFound: a code is nobody's who is under contract in the month, or worked in it.
    """
    found = load_team(session, month=month, as_of=as_of)
    unknown = set(codes) - {one.person.code for one in found}
    if unknown:
        raise NotFound(
            f"aucun agent de matricule « {min(unknown)} » n'a de contrat ni d'heures en "
            f"{month_number(month)} : « grants sheets status » montre les agents du mois"
        )
    return tuple(
        TeamLine(one, situation_of(one)) for one in found if not codes or one.person.code in codes
    )


def team_of_year(
    session: AnySession, *, grants: Iterable[Grant], year: int, as_of: date, words: str = ""
) -> list[int]:
    """People whose year the team's page shows, by name: under contract in a month that has begun.

    Args: words: parts that their name or matricule holds, in any order, case and accents aside.
    """
    period = Period.year(year)
    begun = Period(period.start, min(period.end, max(next_month(as_of), period.start + DAY)))
    people = _employed(session, _reached_people(session, team_grants(grants)), begun)
    person = Person
    query = (
        select(person.id, person.last_name, person.first_name, person.code)
        .where(person.id.in_(people))
        .order_by(person.last_name, person.first_name, person.code)
    )
    asked = folded(words).split()
    found = [
        (folded(f"{last} {first}"), number)
        for number, last, first, code in session.execute(query)
        if all(word in folded(f"{last} {first} {code}") for word in asked)
    ]
    return [number for _, number in sorted(found, key=lambda pair: pair[0])]


@collector_paused()
def team_year(
    session: AnySession,
    *,
    grants: Iterable[Grant],
    year: int,
    as_of: date,
    person_ids: Sequence[int],
) -> tuple[PersonYear, ...]:
    """Twelve months of some people of the team, by name; months to come are empty.

    Left out is who neither owes a sheet nor has an hour in the months that have begun.
    """
    every = tuple(grants)
    held = team_grants(every)
    months = Period.year(year).months()
    begun = [month for month in months if month <= as_of]
    sheets = load_sheets(
        session, person_ids=person_ids, months=begun, as_of=as_of, may_override=_overrides(held)
    )
    found: dict[int, dict[date, TeamLine]] = defaultdict(dict)
    for sheet in sheets:
        if sheet.contract_minutes or sheet.total_minutes or sheet.proposed_days:
            line = _line(every, summary_of(sheet, as_of))
            found[sheet.person.id][sheet.month.start] = line
    rows = [_person_year(lines, months) for lines in found.values()]
    return tuple(sorted(rows, key=lambda row: folded(row.person.name)))


def require_shown(line: TeamLine, version: str) -> None:
    """Stop who acts on a sheet that is no longer the one they read.

    Raises: Conflict: its version is another; field ``version``.
    """
    if version != str(line.summary.version):
        raise Conflict(
            "la feuille a changé pendant que vous la lisiez : relisez-la, puis recommencez",
            field="version",
        )


def team_grants(grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Roles that read a team."""
    return tuple(grant for grant in grants if grant.role in TEAM_ROLES)


def _person_year(lines: Mapping[date, TeamLine], months: Sequence[date]) -> PersonYear:
    first = next(iter(lines.values())).summary
    return PersonYear(
        first.person, first.organisation_id, tuple(lines.get(month) for month in months)
    )


def _overrides(grants: Iterable[Grant]) -> bool:
    return any(grant.role in OVERRIDING for grant in grants)


def _line(grants: Sequence[Grant], summary: SheetSummary) -> TeamLine:
    """Args: grants: all of the visitor's, since a facilitator's tells whose own sheet this is."""
    rights = rights_over(
        grants, organisation_id=summary.organisation_id, person_id=summary.person.id
    )
    return TeamLine(
        summary,
        situation_of(summary),
        may_read=rights.may(SheetRight.READ),
        may_approve=rights.may(SheetRight.APPROVE),
        may_reopen=rights.may(SheetRight.REOPEN),
        may_lock=rights.may(SheetRight.LOCK),
        acting_for=rights.on_behalf_of,
    )


def _reached_people(session: AnySession, grants: Sequence[Grant]) -> list[int] | None:
    """People whom the roles reach; None for everybody within the scope."""
    if any(grant.organisation_id is None for grant in grants):
        return None
    whole = {g.organisation_id for g in grants if g.role is not Role.MANAGER or g.team is None}
    named = {number for g in grants if g.role is Role.MANAGER for number in g.team or ()}
    person = Person
    query = select(person.id).where(or_(person.organisation_id.in_(whole), person.id.in_(named)))
    return list(session.scalars(query))


def _employed(session: AnySession, people: Collection[int] | None, period: Period) -> list[int]:
    contract = Employment
    query = select(contract.person_id).where(
        contract.start_on < period.end,
        or_(contract.end_on.is_(None), contract.end_on > period.start),
    )
    if people is not None:
        query = query.where(contract.person_id.in_(people))
    return sorted(set(session.scalars(query)))


def _convention_numbers(
    session: AnySession, summaries: Iterable[SheetSummary]
) -> Mapping[int, str]:
    ids = {number for one in summaries for number in one.minutes_by_convention if number}
    if not ids:
        return {}
    query = select(Convention.id, Convention.number).where(Convention.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _organisation_names(session: AnySession, ids: Collection[int]) -> Mapping[int, str]:
    if not ids:
        return {}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}

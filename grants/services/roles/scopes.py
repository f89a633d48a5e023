"""What limits memberships: the conventions of an auditor, the agents of a manager, and through them
the conventions that pay or time the team.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, and_, or_, select

from grants.enums import Role
from grants.models.base import AnySession
from grants.models.people import MissionLetter
from grants.models.posts import Holding, PostFunding
from grants.models.roles import AuditedConvention, ManagedPerson, Membership
from grants.models.timesheets import TimeEntry
from grants.services.platform.tenancy import Scope, reaching


@dataclass(frozen=True, slots=True)
class Scopes:
    """What limits memberships, by their ids: an auditor's conventions, a manager's agents."""

    conventions: Mapping[int, frozenset[int]]
    persons: Mapping[int, frozenset[int]]
    paying: Mapping[int, frozenset[int]]
    """Conventions that pay or time a person."""

    def known(self, row: Membership) -> frozenset[int]:
        """Conventions that a membership knows by name or by its team."""
        team = self.persons.get(row.id, frozenset())
        of_team = (self.paying.get(person_id, frozenset()) for person_id in team)
        return self.conventions.get(row.id, frozenset()).union(*of_team)


def scopes_of(session: AnySession, rows: Iterable[Membership]) -> Scopes:
    """What limits some memberships."""
    held = list(rows)
    auditors = [row.id for row in held if row.role == Role.AUDITOR.value]
    managers = [row.id for row in held if not row.has_whole_team]
    conventions = select(AuditedConvention.membership_id, AuditedConvention.convention_id)
    persons = select(ManagedPerson.membership_id, ManagedPerson.person_id)
    teams = (
        _grouped(session, persons.where(ManagedPerson.membership_id.in_(managers)))
        if managers
        else {}
    )
    return Scopes(
        _grouped(session, conventions.where(AuditedConvention.membership_id.in_(auditors)))
        if auditors
        else {},
        teams,
        _conventions_of_teams(
            session,
            frozenset().union(*teams.values()),
            {row.organisation_id for row in held if row.organisation_id is not None},
        ),
    )


def _grouped(session: AnySession, query: Select[int, int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for membership_id, number in session.execute(query):
        found.setdefault(membership_id, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in found.items()}


def _conventions_of_teams(
    session: AnySession, person_ids: Collection[int], organisation_ids: Collection[int]
) -> Mapping[int, frozenset[int]]:
    """Conventions by person: they pay a post while the person holds it, or a letter or declared
    hours give it the person's time. Roles are read before a scope is known: theirs are named.
    """
    if not person_ids:
        return {}
    same_days = and_(
        or_(Holding.end_on.is_(None), Holding.end_on > PostFunding.start_on),
        or_(PostFunding.end_on.is_(None), PostFunding.end_on > Holding.start_on),
    )
    paid = (
        select(Holding.person_id, PostFunding.convention_id)
        .join(PostFunding, and_(PostFunding.post_id == Holding.post_id, same_days))
        .where(Holding.person_id.in_(person_ids))
    )
    letters = select(MissionLetter.person_id, MissionLetter.convention_id).where(
        MissionLetter.person_id.in_(person_ids)
    )
    hours = (
        select(TimeEntry.person_id, TimeEntry.convention_id)
        .where(TimeEntry.person_id.in_(person_ids), TimeEntry.convention_id.is_not(None))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    with reaching(session, Scope(frozenset(organisation_ids))):
        for query in (paid, letters, hours):
            for person_id, convention_id in session.execute(query):
                if convention_id is not None:
                    found.setdefault(person_id, set()).add(convention_id)
    return {person_id: frozenset(numbers) for person_id, numbers in found.items()}

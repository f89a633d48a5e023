"""Small territories, posts and holders for the tests of coverage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from grants.enums import FunderKind, TerritoryKind
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.people import Employment
from grants.rules.basis.facts.posts import Holding, PostFunding
from grants.rules.coverage.facts import CoverageFacts, HoursFact, PostFact, TerritoryFact
from tests.factories.conventions.convention import sample_convention

ONE = Decimal(1)
ALWAYS = Period(date(2000, 1, 1), date(2100, 1, 1))


@dataclass
class Place:
    """Collects facts; each method adds one and gives its number back."""

    territories: list[TerritoryFact] = field(default_factory=list)
    posts: list[PostFact] = field(default_factory=list)
    fundings: list[PostFunding] = field(default_factory=list)
    conventions: dict[int, Convention] = field(default_factory=dict)
    holdings: list[Holding] = field(default_factory=list)
    employments: list[Employment] = field(default_factory=list)
    hours: list[HoursFact] = field(default_factory=list)

    def territory(
        self,
        name: str = "Territoire",
        *,
        parent: int | None = None,
        population: int | None = None,
        target: Decimal | None = None,
    ) -> int:
        """Add a territory."""
        number = len(self.territories) + 1
        self.territories.append(
            TerritoryFact(
                number,
                f"T{number}",
                name,
                TerritoryKind.EPCI,
                parent,
                population,
                2023,
                "Insee",
                target,
                number,
            )
        )
        return number

    def post(self, territory: int, fte: Decimal = ONE, period: Period = ALWAYS) -> int:
        """Add a post."""
        number = len(self.posts) + 1
        self.posts.append(
            PostFact(
                number, f"P{number}", "Facilitateur", "Structure", territory, fte, period, number
            )
        )
        return number

    def funding(
        self,
        post: int,
        period: Period,
        fte: Decimal = ONE,
        *,
        number: str = "C1",
        funder: str = "DREETS",
        kind: FunderKind = FunderKind.STATE,
    ) -> None:
        """Add what a convention pays of a post; a new number is a new convention."""
        ident = next((c.id for c in self.conventions.values() if c.number == number), 0)
        if not ident:
            ident = len(self.conventions) + 1
            self.conventions[ident] = replace(
                sample_convention("state", period, 1),
                id=ident,
                number=number,
                funder_name=funder,
                funder_kind=kind,
            )
        self.fundings.append(
            PostFunding(
                post_id=post,
                convention_id=ident,
                fte=fte,
                period=period,
                row=len(self.fundings) + 2,
            )
        )

    def holder(
        self,
        person: int,
        post: int,
        period: Period = ALWAYS,
        *,
        share: Decimal = ONE,
        fte: Decimal = ONE,
        contract: Period | None = None,
        replaces: int | None = None,
    ) -> None:
        """Add a person under contract on a post."""
        self.holdings.append(
            Holding(
                person_id=person,
                post_id=post,
                period=period,
                share=share,
                is_secondment=False,
                agreement_on=None,
                replaces_id=replaces,
                row=len(self.holdings) + 2,
            )
        )
        self.employments.append(
            Employment(
                person_id=person,
                period=contract or period,
                fte=fte,
                weekly_minutes=2100,
                row=len(self.employments) + 2,
            )
        )

    def stated_hours(self, territory: int, hours: int, period: Period) -> None:
        """Add hours stated for a territory."""
        self.hours.append(HoursFact(territory, "Heures", Decimal(hours), period, "Méthode", 2))

    def facts(self) -> CoverageFacts:
        """Everything added so far."""
        return CoverageFacts(
            tuple(self.territories),
            tuple(self.posts),
            tuple(self.fundings),
            self.conventions,
            tuple(self.holdings),
            tuple(self.employments),
            {person: f"Agent {person}" for person in {h.person_id for h in self.holdings}},
            tuple(self.hours),
        )

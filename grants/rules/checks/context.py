"""What a check may look at: the claim, its facts, the ledger, and the other claims on the same
people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from grants.enums import ClaimKind
from grants.frozen import frozen
from grants.rules.basis.facts.conventions import Convention, Terms
from grants.rules.basis.facts.people import Person
from grants.rules.basis.facts.time import Signature
from grants.rules.basis.findings import Finding
from grants.rules.basis.people import grouped
from grants.rules.claims.claim import Claim, ClaimLine
from grants.rules.claims.facts import ClaimFacts
from grants.rules.claims.funding import FundedSegment, funded_segments, key_of
from grants.rules.claims.lines import charges_in_order
from grants.rules.ledger.charges import Charge, Ledger
from grants.rules.ledger.segments import Segment


@frozen
class ChargedLine:
    """A line of the claim with the charge that it prints, and what is signed under its month."""

    line: ClaimLine
    charge: Charge
    sheet: Signature | None


@dataclass(frozen=True)
class Checked:
    """One claim under control.

    ``claim`` has no findings yet. ``others`` are the claims of every other convention that charges
    the same people, each over its whole period, and computed on the same ledger. What several
    checks look up is made once.
    """

    claim: Claim
    facts: ClaimFacts
    ledger: Ledger
    others: tuple[Claim, ...]

    @property
    def convention(self) -> Convention:
        """Convention of the claim."""
        return self.claim.convention

    @property
    def number(self) -> str:
        """Number of the convention."""
        return self.claim.convention.number

    @property
    def is_final(self) -> bool:
        """Whether no later claim can mend this one."""
        return self.claim.kind is ClaimKind.FINAL

    @property
    def is_eu_money(self) -> bool:
        """Whether the claim asks for European money."""
        return self.convention.funder_kind.is_eu_money

    @property
    def deducts_resources(self) -> bool:
        """Whether the grant shrinks by what other funders give."""
        return self.terms.settings.grant_formula.deducts_resources

    @cached_property
    def terms(self) -> Terms:
        """Terms at the end of the period, those that the grant is reckoned by."""
        return self.convention.terms_for(self.claim.period)

    @cached_property
    def charged(self) -> tuple[ChargedLine, ...]:
        """Lines in their order, each with its charge."""
        charges = charges_in_order(self.convention, self.ledger, self.claim.period)
        sheets = self.ledger.people.signatures
        return tuple(
            ChargedLine(line, charge, sheets.get((line.person_id, line.month)))
            for line, charge in zip(self.claim.lines, charges, strict=True)
        )

    @cached_property
    def by_person(self) -> Mapping[int, list[ChargedLine]]:
        """Lines of each person; persons in the order of the claim."""
        return dict(grouped(self.charged, lambda one: one.line.person_id))

    @cached_property
    def segments(self) -> Mapping[tuple[int, object], Segment]:
        """Segments that the claim charges, by person and first day."""
        return {key_of(s): s for one in self.charged for s in one.charge.segments}

    @cached_property
    def segments_of_person(self) -> Mapping[int, list[Segment]]:
        """Every segment of the ledger, by person; a person without any has an empty list."""
        return grouped(self.ledger.segments, lambda segment: segment.person_id)

    @cached_property
    def funded(self) -> tuple[FundedSegment, ...]:
        """Segments that the claim charges, with the grants of all claims on them."""
        claims = (self.claim, *self.others)
        mine = self.segments
        return tuple(
            funded
            for funded in funded_segments(self.ledger, claims)
            if key_of(funded.segment) in mine
        )

    def person(self, person_id: int) -> Person:
        """Person of the ledger."""
        return self.ledger.facts.persons[person_id]


Check = Callable[[Checked], list[Finding]]

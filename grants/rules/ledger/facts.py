"""What the ledger cuts: everything about some persons over a period, and an index by person."""

from __future__ import annotations

from collections.abc import Mapping

from grants.frozen import frozen
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.facts.people import Absence, Employment, Letter, Person
from grants.rules.basis.facts.posts import Holding, Post, PostFunding
from grants.rules.basis.facts.time import DayTime, Signature, TimeSum
from grants.rules.basis.people import People, grouped


@frozen(kw_only=True)
class LedgerFacts:
    """Everything about some persons over a period: what the ledger cuts and every convention
    charges.
    """

    period: Period
    conventions: Mapping[int, Convention]
    persons: Mapping[int, Person]
    posts: Mapping[int, Post]
    employments: tuple[Employment, ...]
    holdings: tuple[Holding, ...]
    fundings: tuple[PostFunding, ...]
    letters: tuple[Letter, ...]
    pay_items: tuple[PayItem, ...]
    absences: tuple[Absence, ...]
    times: tuple[TimeSum, ...]
    time_links: frozenset[tuple[int, int]] = frozenset()
    signatures: tuple[Signature, ...] = ()
    odd_days: tuple[DayTime, ...] = ()


def people_of(facts: LedgerFacts) -> People:
    """Index the facts once, each person's in the order of their days: the order of a workbook's
    rows never decides anything.
    """
    employments = sorted(facts.employments, key=lambda fact: fact.period)
    holdings = sorted(facts.holdings, key=lambda fact: (fact.period, _code(facts, fact)))
    letters = sorted(facts.letters, key=lambda fact: fact.period)
    return People(
        facts.persons,
        grouped(employments, lambda fact: fact.person_id),
        grouped(holdings, lambda fact: fact.person_id),
        grouped(letters, lambda fact: (fact.person_id, fact.convention_id)),
        grouped(facts.absences, lambda fact: fact.person_id),
        {(fact.person_id, fact.month): fact for fact in facts.signatures},
        grouped(facts.fundings, lambda fact: fact.convention_id),
    )


def _code(facts: LedgerFacts, holding: Holding) -> str:
    """Code of the post held, which its users chose; a number of ours tells the order of import."""
    post = facts.posts.get(holding.post_id)
    return post.code if post else ""

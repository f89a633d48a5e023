"""Claims that pages open again and again, reckoned once.

Every change to what a claim rests on is an event of the trail (the tests' client and terminal hold
every write to it). The ends of the organisation's chain and of the platform's therefore name all
rows that a claim can read: while both stand, so does the claim (ADR 16). A row that somebody
changes in the database by hand is told nowhere: restart the site.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlalchemy import select

from grants.enums import ClaimKind
from grants.models.audit import PLATFORM, AuditHead
from grants.periods import Period
from grants.rules.checks.claim_timesheets import ClaimSheets
from grants.rules.claims.claim import Claim
from grants.rules.privacy.claims import without_pay
from grants.services.claims.computing import compute_claim
from grants.services.claims.timesheets import claim_sheets
from grants.services.platform.keeping import Keeper
from grants.services.platform.tenancy import Scope, scope_of

if TYPE_CHECKING:
    from grants.models.base import AnySession

# Lines, persons, pieces, findings and sheets that are kept in one process: about two claims of a
# thousand posts over a year. Rows bound the memory; nobody has measured a row's bytes.
ROWS_KEPT = 60_000
Heads = tuple[tuple[int, int, str], ...]


class _Memory:
    """What is kept of one database."""

    def __init__(self) -> None:
        self.claims: Keeper[Claim] = Keeper(ROWS_KEPT // 2, _rows_of_claim)
        self.sheets: Keeper[ClaimSheets] = Keeper(ROWS_KEPT // 2, lambda kept: len(kept.sheets))


_memories: WeakKeyDictionary[object, _Memory] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ClaimName:
    """All that a claim depends on."""

    heads: Heads
    organisation_id: int
    number: str
    period: Period | None
    kind: ClaimKind | None
    as_of: date


def kept_claim(
    session: AnySession,
    *,
    number: str,
    period: Period | None = None,
    kind: ClaimKind | None = None,
    as_of: date,
    organisation_id: int,
    sees_pay: bool = True,
) -> Claim:
    """Claim of a convention with its findings, as ``compute_claim`` gives it; without pay for those
    who must not read it.

    For requests that only read: what a transaction has written itself is no place in the trail yet.
    Raises: NotFound, Conflict: see ``compute_claim``.
    """

    def whole() -> Claim:
        return compute_claim(
            session,
            number=number,
            period=period,
            kind=kind,
            as_of=as_of,
            organisation_id=organisation_id,
        )

    name = _name(session, organisation_id, number, period, kind, as_of)
    if name is None:
        return whole() if sees_pay else without_pay(whole())

    def is_true() -> bool:
        return heads_of(session, organisation_id) == name.heads

    def with_pay() -> Claim:
        return claims.get(name, whole, is_true=is_true)

    claims = _memory(session).claims
    if sees_pay:
        return with_pay()
    return claims.get((name, "no pay"), lambda: without_pay(with_pay()), is_true=is_true)


def kept_sheets(session: AnySession, claim: Claim) -> ClaimSheets:
    """Time sheets that a claim's lines rest on, as ``claim_sheets`` gives them."""
    owner = claim.convention.organisation.id
    name = _name(session, owner, claim.convention.number, claim.period, claim.kind, claim.as_of)
    if name is None or not claim.lines:
        return claim_sheets(session, claim)
    return _memory(session).sheets.get(
        name,
        lambda: claim_sheets(session, claim),
        is_true=lambda: heads_of(session, owner) == name.heads,
    )


def heads_of(session: AnySession, organisation_id: int) -> Heads:
    """Last changes in the two chains that tell what claims rest on: chain, number and hash."""
    head = AuditHead
    query = (
        select(head.chain, head.change_count, head.change_hash)
        .where(head.chain.in_((PLATFORM, organisation_id)), head.change_count > 0)
        .order_by(head.chain)
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(query))


def _name(
    session: AnySession,
    organisation_id: int,
    number: str,
    period: Period | None,
    kind: ClaimKind | None,
    as_of: date,
) -> ClaimName | None:
    """Name of a claim; None where there is none: no event told anything yet, or the session reaches
    other organisations' rows too.
    """
    if scope_of(session) != Scope(frozenset({organisation_id})):
        return None
    heads = heads_of(session, organisation_id)
    if all(chain != organisation_id for chain, _, _ in heads):
        return None
    return ClaimName(heads, organisation_id, number, period, kind, as_of)


def _memory(session: AnySession) -> _Memory:
    """Memory of the session's database: numbers and names mean nothing in another one."""
    return _memories.setdefault(session.get_bind(), _Memory())


def _rows_of_claim(claim: Claim) -> int:
    parts = (claim.lines, claim.persons, claim.pieces, claim.findings)
    return sum(len(part) for part in parts)

"""Claims in order, ready for the checks: a test changes one thing and looks at what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.facts.conventions import Convention, Resource
from grants.rules.basis.facts.evidence import Piece
from grants.rules.basis.facts.indicators import ClauseJob
from grants.rules.basis.findings import Finding
from grants.rules.checks import findings_of
from grants.rules.checks.context import Checked
from grants.rules.claims.engine import claim_of
from grants.rules.ledger.charges import ledger_of
from grants.rules.ledger.facts import LedgerFacts
from tests.factories.ledger import ledger as make

YEAR = Period.year(2024)
OWN = ("resources", "payments", "budget", "indicators", "clause_jobs", "pieces")


def checked_claim(
    convention: Convention,
    ledger_facts: LedgerFacts,
    *,
    kind: enums.ClaimKind = enums.ClaimKind.FINAL,
    period: Period | None = None,
    as_of: date | None = None,
    **own: Any,
) -> Checked:
    """Claim of a convention over some facts, with the claims of every other convention there."""
    period = period or convention.period
    as_of = as_of or period.end + timedelta(days=10)
    ledger = ledger_of(ledger_facts, {period.start, period.end})

    def claim(one: Convention, days: Period, of_kind: enums.ClaimKind, **more: Any) -> Any:
        own_facts = make.claim_facts(one, ledger_facts, **more)
        return own_facts, claim_of(own_facts, ledger, period=days, kind=of_kind, as_of=as_of)

    others = [
        claim(other, other.period, enums.ClaimKind.FINAL)[1]
        for other in ledger_facts.conventions.values()
        if other.id != convention.id
    ]
    own_facts, computed = claim(convention, period, kind, **own)
    return Checked(computed, own_facts, ledger, tuple(others))


def an_operation(**terms: Any) -> Convention:
    """FSE+ operation of 2024 with the 15 % flat rate."""
    defaults = {"flat_rate_profile": enums.FlatRateProfile.STAFF_15, "min_time_share": None}
    return make.a_convention("fse_plus", YEAR.start, YEAR.end, **{**defaults, **terms})


def operation_case(
    convention: Convention | None = None, *, others: Sequence[Convention] = (), **changes: Any
) -> Checked:
    """A full-time person, five hours a day on the operation and two on other things, with letter,
    signed sheets, contract and payslips for 2024.
    """
    convention = convention or an_operation()
    claim = {key: changes.pop(key) for key in (*OWN, "kind", "period", "as_of") if key in changes}
    start = date(2020, 1, 1)
    defaults = {
        "employments": [make.an_employment(start)],
        "letters": [make.a_letter(convention)],
        "pay": make.payslips(YEAR),
        "time": make.workdays(YEAR, {convention.id: "5", None: "2"}),
        "signed": make.signatures(YEAR),
        "extra_cuts": _bounds(claim.get("period")),
    }
    claim.setdefault("pieces", european_pieces())
    claim.setdefault("clause_jobs", (a_clause_job(),))
    ledger = make.ledger_facts([convention, *others], **{**defaults, **changes})
    return checked_claim(convention, ledger, **claim)


def a_post_grant(**terms: Any) -> Convention:
    """State convention of 15 December 2023 to 14 December 2024: 70 %, 40 000 € per FTE."""
    defaults = {"rate": "0.70", "ceiling_per_fte": money("40000")}
    start, end = date(2023, 12, 15), date(2024, 12, 15)
    return make.a_convention("state", start, end, **{**defaults, **terms})


def post_case(
    convention: Convention | None = None, *, others: Sequence[Convention] = (), **changes: Any
) -> Checked:
    """A full-time person on one post, with contract and payslips for the convention's months."""
    convention = convention or a_post_grant()
    claim = {key: changes.pop(key) for key in (*OWN, "kind", "period", "as_of") if key in changes}
    start = date(2020, 1, 1)
    defaults = {
        "employments": [make.an_employment(start)],
        "holdings": [make.a_holding(start)],
        "fundings": [make.a_funding(convention)],
        "pay": make.payslips(convention.period),
        "extra_cuts": _bounds(claim.get("period")),
    }
    claim.setdefault("pieces", state_pieces())
    ledger = make.ledger_facts([convention, *others], **{**defaults, **changes})
    return checked_claim(convention, ledger, **claim)


def european_pieces() -> tuple[Piece, ...]:
    """Papers that go with a European claim of staff and a flat rate."""
    return (
        a_piece("CONV-1", enums.PieceKind.CONVENTION),
        a_piece("PUB-1", enums.PieceKind.PUBLICITY),
    )


def state_pieces() -> tuple[Piece, ...]:
    """Papers that go with a claim to the State."""
    return (
        a_piece("CONV-1", enums.PieceKind.CONVENTION),
        a_piece("ETAT-1", enums.PieceKind.EXPENSE_STATEMENT),
    )


def a_clause_job() -> ClauseJob:
    """A month's work of one employee of a clause."""
    return ClauseJob(
        market="M1",
        participant="P-001",
        employer="Entreprise fictive",
        period=Period.month(date(2024, 3, 1)),
        minutes=7_000,
        row=2,
    )


def _bounds(period: Period | None) -> set[date]:
    return {period.start, period.end} if period else set()


def a_piece(reference: str, kind: enums.PieceKind, **changes: Any) -> Piece:
    """Recorded document with its file."""
    sha = "0" * 64
    made = Piece(
        reference=reference,
        kind=kind,
        title="",
        person_id=None,
        period=None,
        amount=None,
        dated_on=None,
        file_name=f"{reference}.pdf",
        sha256=sha,
        size=10,
        row=2,
    )
    return replace(made, **changes)


def a_resource(convention: Convention, amount: str, **changes: Any) -> Resource:
    """Money of a Region for the operation, received in full."""
    made = Resource(
        code="R1",
        convention_id=convention.id,
        funder_name="Région fictive",
        funder_kind=enums.FunderKind.REGION,
        from_convention_id=None,
        from_convention_number="",
        label="",
        amount=money(amount),
        grant_base=None,
        operation_base=None,
        received=money(amount),
        last_received_on=convention.period.last,
        piece="DEC-R1",
        row=2,
    )
    return replace(made, **changes)


def resource_from(convention: Convention, other: Convention, amount: str) -> Resource:
    """The grant of another convention, declared as a resource."""
    return a_resource(
        convention,
        amount,
        funder_name=other.funder_name,
        funder_kind=other.funder_kind,
        from_convention_id=other.id,
        from_convention_number=other.number,
    )


def found(checked: Checked, *ignored: str) -> list[Finding]:
    """Findings but those of missing piece files, which these facts do not have."""
    skipped = {"piece_unrecorded", "piece_without_file", *ignored}
    return [finding for finding in findings_of(checked) if finding.code not in skipped]


def codes(checked: Checked, *ignored: str) -> list[str]:
    """Codes of the findings, most euros at risk first."""
    return [finding.code for finding in found(checked, *ignored)]


def the(checked: Checked, code: str) -> Finding:
    """The one finding of a code."""
    own = [finding for finding in findings_of(checked) if finding.code == code]
    assert len(own) == 1, [finding.code for finding in findings_of(checked)]
    return own[0]


def has(checked: Checked, code: str) -> bool:
    """Whether a code is found."""
    return any(finding.code == code for finding in findings_of(checked))


def without(items: Iterable[Any], month: date) -> list[Any]:
    """Facts of every month but one."""
    return [item for item in items if item.month != month]

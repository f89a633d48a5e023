"""Which sums of a claim are told, on both sides of each threshold; what its findings keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.enums import LimitedBy, Role, Severity
from grants.errors import Forbidden
from grants.periods import Period
from grants.rules.basis.explained import Explained
from grants.rules.basis.findings import Finding
from grants.rules.claims.claim import Claim
from grants.rules.privacy.claims import NOT_SHOWN, without_pay
from grants.rules.privacy.readers import READERS, Days, Sums
from grants.rules.privacy.told import check_days, own_periods, told_of
from tests.factories.claims.claim import Kind, sample_claim
from tests.factories.conventions.convention import sample_convention

OVER, RUNNING = date(2026, 1, 15), date(2024, 6, 30)


def claim_of(kind: Kind, agents: int, months: int, as_of: date = OVER) -> Claim:
    """A claim of some agents over some months, all of them charged."""
    return replace(sample_claim(kind, agents, months, findings=False), as_of=as_of)


@pytest.mark.parametrize(
    ("agents", "months", "as_of", "told"),
    [
        (1, 12, OVER, True),
        (2, 12, RUNNING, False),
        (3, 12, RUNNING, True),
        (1, 2, OVER, False),
        (3, 1, OVER, True),
    ],
)
def test_a_cost_is_told_of_three_agents_or_of_three_months_that_are_over(
    agents: int, months: int, as_of: date, told: bool
) -> None:
    claim = claim_of("fse", agents, months, as_of)

    assert told_of(claim).costs is told
    assert (without_pay(claim).eligible_cost.formula == NOT_SHOWN) is not told


def test_headings_of_the_cost_are_told_of_three_agents() -> None:
    claim = claim_of("fse", 3, 12)
    own = replace(claim, lines=tuple(replace(one, is_service=False) for one in claim.lines))
    one_lent = replace(
        claim,
        lines=tuple(replace(one, is_service=one.person_id == 1) for one in claim.lines),
    )

    assert without_pay(own).staff.formula != NOT_SHOWN
    assert without_pay(own).plan[0].label == "Dépenses directes de personnel"
    assert without_pay(one_lent).staff.formula == NOT_SHOWN
    assert without_pay(one_lent).plan[0].label == "Dépenses de l'opération"
    assert without_pay(one_lent).eligible_cost.value == claim.eligible_cost.value


def test_the_accounts_of_staff_are_told_in_one_line_whoever_is_charged() -> None:
    claim = claim_of("state", 5, 12)

    charges = [line for line in without_pay(claim).table if line.line.startswith(("63", "64"))]

    parts = [line for line in claim.table if line.line in ("641", "645", "648", "631")]
    assert len(parts) > 1
    assert [line.line for line in charges] == ["64"]
    assert charges[0].realised.value == sum(line.realised.value for line in parts)
    assert charges[0].planned == sum(line.planned for line in parts)


@pytest.mark.parametrize("limit", LimitedBy)
def test_a_grant_that_pay_does_not_decide_is_always_told(limit: LimitedBy) -> None:
    claim = claim_of("state", 1, 1)
    bare = without_pay(replace(claim, grant=replace(claim.grant, limited_by=limit)))

    is_told = limit not in (LimitedBy.RATE, LimitedBy.RESOURCES)
    assert (bare.grant.due.formula != NOT_SHOWN) is is_told
    assert bare.grant.already_paid.formula != NOT_SHOWN


@given(agents=st.integers(1, 4), months=st.integers(1, 12), over=st.booleans())
def test_nothing_that_is_left_rests_on_a_line(agents: int, months: int, over: bool) -> None:
    claim = claim_of("state", agents, months, OVER if over else RUNNING)

    bare = without_pay(claim)

    figures: list[Explained[Decimal]] = [
        bare.staff, bare.services, bare.flat, bare.eligible_cost, bare.retained_cost,
        bare.grant.due, bare.grant.to_pay, *(line.realised for line in bare.table),
    ]  # fmt: skip
    assert not any(figure.inputs for figure in figures)
    assert (bare.lines, bare.persons, bare.clause_jobs) == ((), (), ())
    assert all(figure.value == 0 for figure in figures if figure.formula == NOT_SHOWN)


@pytest.mark.parametrize(
    ("message", "is_kept"),
    [
        ("Aucune preuve de publicité ; ajoutez sa photo.", True),
        ("L'aide peut baisser de 3 %, soit 1 582,91 €.", False),
        ("Il reste 4 012,37 euros à expliquer.", False),
    ],
)
def test_a_finding_keeps_its_words_where_each_amount_in_them_is_told(
    message: str, is_kept: bool
) -> None:
    found = Finding("publicity_missing", Severity.WARNING, message, amount=Decimal("1582.91"))
    claim = replace(claim_of("state", 3, 12), findings=(found,))

    (bare,) = without_pay(claim).findings

    assert (bare.message == message) is is_kept
    assert bare.amount == 0


def test_days_that_are_no_claim_of_the_convention_are_refused() -> None:
    convention = sample_convention("state", Period.year(2024), 1)
    whole = convention.period
    month = Period(whole.start, whole.start.replace(day=28))

    check_days(convention, None, None, OVER)
    for own in own_periods(convention, OVER):
        check_days(convention, own.period, own.kind, OVER)
    for asked in (month, Period(month.end, whole.end)):
        with pytest.raises(Forbidden, match="chargé de gestion"):
            check_days(convention, asked, None, OVER)


@pytest.mark.parametrize("role", Role)
def test_whoever_reads_every_sum_asks_for_any_days_and_nobody_else_does(role: Role) -> None:
    reader = READERS[role]

    assert (reader.sums is Sums.PERSONAL) == (reader.days is Days.ANY)
    assert (reader.sums is Sums.NONE) == (reader.days is Days.NONE)

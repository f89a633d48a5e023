"""What the database itself refuses, whoever writes to it: every UNIQUE and CHECK of every table.

Both are walked from the models: a new CHECK without its two sides here fails the census below, a
new UNIQUE is tried by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from tests.support.every_table import MOMENT, TABLES, Rows, Values

pytestmark = pytest.mark.both_databases

START = date(2025, 3, 1)
SAME_DAY: Values = {"start_on": START, "end_on": START}
NEXT_DAY: Values = {"start_on": START, "end_on": START + timedelta(days=1)}
PERIOD = ((NEXT_DAY, {"start_on": START, "end_on": None}), (SAME_DAY,))
TINY, WHOLE = Decimal("0.000001"), Decimal(1)
SHARE_ABOVE_NOTHING = (TINY, WHOLE), (Decimal(0), WHOLE + TINY)
SHARE = (Decimal(0), WHOLE), (-TINY, WHOLE + TINY)
DAY = (1, 1440), (0, 1441)

# CHECK → what stands just inside it, and what stands just outside.
CHECKS: dict[str, tuple[tuple[Values, ...], tuple[Values, ...]]] = {
    **{f"ck_{table}_period": PERIOD for table in (
        "posts", "absences", "conventions", "employments", "holdings", "memberships",
        "mission_letters", "post_fundings",
    )},
    "ck_delegations_period": ((NEXT_DAY,), (SAME_DAY,)),
}  # fmt: skip


def limits(name: str, column: str, sides: tuple[tuple[object, ...], tuple[object, ...]]) -> None:
    """Note both sides of a limit of one column."""
    inside, outside = sides
    CHECKS[name] = (
        tuple({column: value} for value in inside),
        tuple({column: value} for value in outside),
    )


limits("ck_audit_heads_count", "count", ((0,), (-1,)))
limits("ck_outgoing_mails_attempts", "attempts", ((0,), (-1,)))
limits("ck_periodic_runs_lease", "lease", ((0,), (-1,)))
limits("ck_periodic_runs_failures", "failures", ((0,), (-1,)))
limits("ck_territories_population", "population", ((0, None), (-1,)))
limits("ck_audit_events_sequence", "sequence", ((1,), (0,)))
limits("ck_organisation_files_size", "size", ((1,), (0,)))
limits("ck_posts_fte", "fte", ((TINY, Decimal(2)), (Decimal(0),)))
limits("ck_post_fundings_fte", "fte", ((TINY, Decimal(2)), (Decimal(0),)))
limits("ck_absences_minutes", "minutes", ((*DAY[0], None), DAY[1]))
limits("ck_time_entries_minutes", "minutes", DAY)
limits("ck_sheet_steps_minutes", "minutes", ((0,), (-1,)))
limits("ck_conventions_rate", "rate", SHARE)
limits("ck_conventions_maximum", "maximum", ((Decimal(0),), (Decimal("-0.01"),)))
limits("ck_employments_weekly_minutes", "weekly_minutes", ((1,), (0,)))
limits("ck_employments_fte", "fte", SHARE_ABOVE_NOTHING)
limits("ck_holdings_share", "share", SHARE_ABOVE_NOTHING)
limits("ck_mission_letters_share", "share", SHARE)
limits("ck_resources_amount", "amount", ((Decimal(0),), (Decimal("-0.01"),)))
limits("ck_schemes_envelope", "envelope", ((Decimal(0), None), (Decimal("-0.01"),)))
limits("ck_resources_grant_base", "grant_base", ((Decimal("0.01"), None), (Decimal(0),)))
limits("ck_delegations_role", "role", (("manager", "finance", "director"), ("operator", "", "x")))

LAST = {"end_on": date(2025, 12, 31)}
CHECKS |= {
    "ck_memberships_operator": (
        ({"role": "operator", "organisation_id": None}, {"role": "finance"}),
        ({"role": "operator"}, {"role": "finance", "organisation_id": None}),
    ),
    "ck_memberships_auditor_ends": (
        ({"role": "auditor"} | LAST, {"role": "finance", "end_on": None}),
        ({"role": "auditor", "end_on": None},),
    ),
    "ck_invitations_operator": (
        ({"role": "operator", "organisation_id": None}, {"role": "finance"}),
        ({"role": "operator"}, {"role": "finance", "organisation_id": None}),
    ),
    "ck_invitations_one_end": (
        ({"accepted_at": None, "revoked_at": None}, {"accepted_at": MOMENT, "revoked_at": None}),
        ({"accepted_at": MOMENT, "revoked_at": MOMENT},),
    ),
    "ck_role_requests_decided": (
        (
            {"decided_at": None, "is_accepted": False, "decided_by_id": None},
            {"decided_at": MOMENT, "is_accepted": True, "decided_by_id": None},
        ),
        ({"decided_at": None, "is_accepted": True, "decided_by_id": None},),
    ),
    "ck_indicator_values_subject": (
        ({"convention_id": None}, {"territory_id": None}),
        ({"convention_id": None, "territory_id": None},),
    ),
}
# Those that compare a row with rows of the test: below, each in a test of its own.
OF_THEIR_OWN = {
    "ck_delegations_somebody_else", "ck_role_requests_somebody_else", "ck_audit_events_chain",
}  # fmt: skip


def checks() -> Iterator[tuple[str, str]]:
    """Every CHECK of the models with its table."""
    for name, table in TABLES.items():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                yield name, str(constraint.name)


def uniques() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every UNIQUE of the models, partial ones included, with its table and columns."""
    for name, table in TABLES.items():
        found: list[UniqueConstraint | Index] = [index for index in table.indexes if index.unique]
        found += [item for item in table.constraints if isinstance(item, UniqueConstraint)]
        for item in found:
            yield name, str(item.name), tuple(column.name for column in item.columns)


def same(row: Values, columns: set[str]) -> Values:
    """Values of a row, with what must follow them: a chain is that of its organisation."""
    following = {"organisation_id"} if "chain" in columns else set()
    return {column: row[column] for column in columns | following}


# Partial ones hold among these rows only.
AMONG: dict[str, Values] = {"uq_invitations_open": {"accepted_at": None, "revoked_at": None}}


@pytest.fixture
def rows(session: scoped_session[Session]) -> Rows:
    return Rows(session.connection())


def add_beside(rows: Rows, table: str, values: Values) -> None:
    """Add a row, and take it back: the next one starts from the same rows."""
    nested = rows.connection.begin_nested()
    try:
        rows.add(table, values)
    finally:
        nested.rollback()


def test_every_check_is_tried_here() -> None:
    names = [name for _table, name in checks()]

    assert sorted(names) == sorted({*CHECKS, *OF_THEIR_OWN})


@pytest.mark.parametrize(("table", "name"), sorted(item for item in checks() if item[1] in CHECKS))
def test_a_check_takes_what_stands_inside_and_refuses_what_stands_outside(
    rows: Rows, table: str, name: str
) -> None:
    usual = rows.values(table, 1)
    inside, outside = CHECKS[name]

    for values in inside:
        add_beside(rows, table, usual | values)
    for values in outside:
        with pytest.raises(IntegrityError, match=name):
            add_beside(rows, table, usual | values)


@pytest.mark.parametrize(
    ("table", "name", "columns"), sorted(uniques()), ids=lambda item: str(item)
)
def test_a_unique_refuses_the_second_row_and_takes_another_one(
    rows: Rows, table: str, name: str, columns: tuple[str, ...]
) -> None:
    first = rows.values(table, 1) | AMONG.get(name, {})
    other = rows.values(table, 2) | AMONG.get(name, {})
    rows.add(table, first)

    add_beside(rows, table, other)
    for kept in columns:
        others = same(first, set(columns) - {kept})
        add_beside(rows, table, other | others)
    named = f"{name}|UNIQUE.*" + ", ".join(f"{table}.{column}" for column in columns)
    with pytest.raises(IntegrityError, match=named):
        add_beside(rows, table, other | same(first, set(columns)))


def test_an_invitation_that_ended_makes_room_for_the_next_one(rows: Rows) -> None:
    ended = rows.values("invitations", 1)
    rows.add("invitations", ended)

    add_beside(rows, "invitations", ended | {"token_hash": "x", "accepted_at": None})


def test_nobody_stands_in_for_themselves(rows: Rows) -> None:
    values = rows.values("delegations", 1)

    with pytest.raises(IntegrityError, match="ck_delegations_somebody_else"):
        add_beside(rows, "delegations", values | {"to_user_id": values["from_user_id"]})


def test_nobody_accepts_what_they_asked_for(rows: Rows) -> None:
    values = rows.values("role_requests", 1) | {"decided_at": MOMENT, "is_accepted": True}

    with pytest.raises(IntegrityError, match="ck_role_requests_somebody_else"):
        add_beside(rows, "role_requests", values | {"decided_by_id": values["asked_by_id"]})


def test_an_event_stands_in_its_organisations_chain(rows: Rows) -> None:
    values = rows.values("audit_events", 1)

    add_beside(rows, "audit_events", values | {"organisation_id": None, "chain": 0})
    for chain in (0, values["chain"] + 1):
        with pytest.raises(IntegrityError, match="ck_audit_events_chain"):
            add_beside(rows, "audit_events", values | {"chain": chain})


def test_a_moment_keeps_its_microseconds(rows: Rows) -> None:
    made = rows.made("sheet_steps", 1)
    step = TABLES["sheet_steps"]

    found: datetime | None = rows.connection.scalar(
        step.select().with_only_columns(step.c.happened_at).where(step.c.id == made["id"])
    )

    assert found is not None
    assert found.replace(tzinfo=None) == made["happened_at"].replace(tzinfo=None)

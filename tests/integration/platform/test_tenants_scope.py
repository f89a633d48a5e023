"""Two organisations with the same numbers, codes and names in one database never meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Executable, Table, delete, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased, scoped_session

from grants.enums import Role
from grants.errors import NotFound
from grants.models.base import Base, OfOrganisation
from grants.models.conventions import Convention, Funder, Payment, Resource
from grants.models.people import Person
from grants.periods import Period
from grants.services.claims.computing import compute_claim
from grants.services.conventions.listing import list_conventions
from grants.services.coverage.report import coverage_report
from grants.services.facts.ledger import load_ledger_facts
from grants.services.platform.tenancy import (
    EVERY,
    KEY,
    NARROWED,
    Scope,
    ScopeMissing,
    ScopeViolated,
    only_of,
    scope_of,
    set_scope,
    touches_tenants,
)
from tests.factories.platform.rows import add_convention, add_funded_post, add_holder, add_payment
from tests.support.visitors import log_in, open_account

pytestmark = pytest.mark.both_databases

TODAY = date(2025, 1, 15)
NUMBER = "2024-1"
TENANTS = [
    mapper.class_
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    if issubclass(mapper.class_, OfOrganisation)
]
CONVENTION = cast(Table, Convention.__table__)
Pair = tuple[Convention, Convention]


@pytest.fixture
def pair(session: scoped_session[Session]) -> Pair:
    """The same convention, post code and agent in two organisations; paid 10 € and 20 €."""
    made = []
    for name, amount in (("Première", "10.00"), ("Seconde", "20.00")):
        row = add_convention(session(), NUMBER, organisation=name)
        add_payment(session(), row, amount)
        post = add_funded_post(session(), row, code=f"P-{name}")
        post.code = "P1"
        add_holder(session(), post, "DUPONT", Period.year(2024))
        made.append(row)
    session.commit()
    return made[0], made[1]


def narrowed(session: scoped_session[Session], *rows: Convention) -> Session:
    """The session, reaching only the organisations of these conventions."""
    ids = frozenset(row.organisation_id for row in rows)
    session.expunge_all()
    set_scope(session, Scope(ids))
    return session()


STATEMENTS: dict[str, Callable[[], Executable]] = {
    "rows": lambda: select(Convention),
    "columns": lambda: select(Convention.number),
    "sum": lambda: select(func.sum(Payment.amount)),
    "count": lambda: select(func.count()).select_from(Convention),
    "alias": lambda: select(aliased(Convention)),
    "subquery": lambda: select(select(Convention.id).subquery()),
    "join": lambda: select(Funder).join(Resource),
    "table": lambda: select(CONVENTION),
    "column of table": lambda: select(CONVENTION.c.id),
    "alias of table": lambda: select(CONVENTION.alias().c.id),
    "text": lambda: text("SELECT number FROM conventions"),
    "update": lambda: update(Convention).values(title=""),
    "delete": lambda: delete(Payment),
    "insert": lambda: insert(Payment),
    "insert into table": lambda: insert(CONVENTION),
}
# What a scope cannot be added to.
OPAQUE = {
    "table", "column of table", "alias of table", "text", "insert", "insert into table",
}  # fmt: skip


@pytest.mark.parametrize("kind", STATEMENTS)
def test_without_scope_no_statement_reaches_rows_of_organisations(
    session: scoped_session[Session], kind: str
) -> None:
    session.info.pop(KEY)

    with pytest.raises(ScopeMissing):
        session.execute(STATEMENTS[kind]())


@pytest.mark.parametrize("kind", sorted(OPAQUE))
def test_a_statement_that_cannot_be_narrowed_is_refused_within_a_scope(
    session: scoped_session[Session], kind: str
) -> None:
    set_scope(session, Scope(frozenset({1})))

    with pytest.raises(ScopeMissing):
        session.execute(STATEMENTS[kind]())


def test_shared_rows_need_no_scope(session: scoped_session[Session]) -> None:
    session.info.pop(KEY)

    assert session.scalars(select(Funder)).all() == []
    assert not touches_tenants(text("SELECT 1"))


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_every_table_of_organisations_is_narrowed(
    session: scoped_session[Session], model: type[Any]
) -> None:
    session.info.pop(KEY)
    with pytest.raises(ScopeMissing):
        session.scalars(select(model.id)).all()

    set_scope(session, Scope(frozenset()))
    assert session.scalars(select(model.id)).all() == []


def test_the_same_number_means_each_organisations_own_convention(
    session: scoped_session[Session], pair: Pair
) -> None:
    ids = [(row.id, row.organisation_id) for row in pair]
    for row, (row_id, organisation_id) in zip(pair, ids, strict=True):
        del row
        session.expunge_all()
        set_scope(session, Scope(frozenset({organisation_id})))

        claim = compute_claim(session, number=NUMBER, as_of=TODAY)
        listed = list_conventions(session(), as_of=TODAY)

        assert claim.convention.id == row_id
        assert [one.convention.id for one in listed] == [row_id]
        assert claim.grant.already_paid.value == listed[0].paid
        assert {person.person_id for person in claim.persons} <= set(
            session.scalars(select(Person.id))
        )


def test_ledger_and_coverage_hold_one_organisation_alone(
    session: scoped_session[Session], pair: Pair
) -> None:
    narrow = narrowed(session, pair[0])

    facts = load_ledger_facts(narrow, period=Period.year(2024), person_ids=None)
    report = coverage_report(narrow, period=Period.year(2024), as_of=TODAY)

    assert len(facts.persons) == len(facts.conventions) == len(facts.posts) == 1
    assert sum(row.figures.posts for row in report.territories if row.figures.posts) == 1


def test_a_row_of_another_organisation_is_not_found_changed_or_removed(
    session: scoped_session[Session], pair: Pair
) -> None:
    foreign_id = pair[1].id
    narrow = narrowed(session, pair[0])

    assert narrow.get(Convention, foreign_id) is None
    assert narrow.scalars(select(aliased(Convention))).one().id != foreign_id
    narrow.execute(update(Convention).values(title="changé"))
    narrow.execute(delete(Payment))
    set_scope(session, EVERY)
    session.expunge_all()
    titles = session.scalars(select(Convention.title).order_by(Convention.id)).all()
    assert titles[0] == "changé" != titles[1]
    assert session.scalar(select(func.count()).select_from(Payment)) == 1


def test_a_row_is_never_written_into_another_organisation(
    session: scoped_session[Session], pair: Pair
) -> None:
    own, foreign = (row.organisation_id for row in pair)
    narrow = narrowed(session, pair[0])

    narrow.add(Person(organisation_id=own, code="N", last_name="N", first_name="N"))
    narrow.flush()
    narrow.add(Person(organisation_id=foreign, code="X", last_name="X", first_name="X"))
    with pytest.raises(ScopeViolated):
        narrow.flush()
    narrow.rollback()


def test_a_number_that_only_the_other_organisation_has_is_unknown(
    session: scoped_session[Session], pair: Pair
) -> None:
    add_convention(session(), "AUTRE", organisation="Seconde")
    session.commit()

    with pytest.raises(NotFound):
        compute_claim(narrowed(session, pair[0]), number="AUTRE", as_of=TODAY)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.DIRECTOR])
def test_pages_show_one_organisation_alone(
    client: FlaskClient, session: scoped_session[Session], pair: Pair, role: Role
) -> None:
    own, foreign = pair
    add_convention(session(), "SEULEMENT-SECONDE", organisation="Seconde")
    open_account(session(), role=role, organisation_id=own.organisation_id)
    log_in(client)

    for url in (
        "/",
        "/couverture",
        f"/conventions/{own.id}",
        "/couverture.csv",
    ):
        page = client.get(url).get_data(as_text=True)
        assert "Seconde" not in page
        assert "SECONDE" not in page
        assert "P-Seconde" not in page
    for url in (f"/conventions/{foreign.id}", f"/conventions/{foreign.id}/bilan"):
        assert client.get(url).status_code == 404


def test_a_statement_over_tables_is_narrowed_by_hand(
    session: scoped_session[Session], pair: Pair
) -> None:
    own = pair[0].organisation_id
    narrow = narrowed(session, pair[0])
    query = select(CONVENTION.c.organisation_id).where(only_of(scope_of(narrow), CONVENTION))

    assert narrow.scalars(query.execution_options(**NARROWED)).all() == [own]
    with pytest.raises(ScopeMissing):
        narrow.scalars(query)

    session.info.pop(KEY)
    with pytest.raises(ScopeMissing):
        session.scalars(query.execution_options(**NARROWED))


def test_a_table_without_organisation_cannot_be_narrowed() -> None:
    with pytest.raises(KeyError):
        only_of(EVERY, cast(Table, Funder.__table__))

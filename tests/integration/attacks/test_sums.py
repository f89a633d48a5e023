"""What sums and their differences tell: nobody without the right to pay learns somebody's month.

Every page and file that a role opens is asked for on every row, with every trick of an address that
we know of; what it says is held against each person's pay, and so are the differences of any two
figures, and what a rate or a flat rate makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session
from werkzeug.routing import Rule

from exports.imports.filled_workbook import filled_workbook
from grants.enums import Role
from grants.models.conventions import Convention
from grants.models.organisations import Organisation
from grants.models.people import Person
from grants.money import round_half_up
from grants.rules.privacy.readers import SEES_SUMS
from grants.views.edge.permissions import ENDPOINTS, Opening
from tests.factories.claims.paid_people import (
    CHARGED,
    ONE,
    PERIODS,
    RUN,
    THREE,
    TWO,
    charges_of,
    gross_of,
    paid_months,
    paid_people,
)
from tests.support.amounts import amounts_of
from tests.support.census import NOWHERE, WORDS, Tenant, address, is_id, undone
from tests.support.terminal import Terminal
from tests.support.visitors import log_in, open_account

JOINT = [Role.DIRECTOR, Role.MANAGER]
# What a figure may have gone through: the State's rate, the FSE's, a flat rate on top, both.
FACTORS = [Decimal(one) for one in ("1", "0.7", "0.5", "1.4", "1.15", "0.2")]
# Pages that take a claim's days, asked for in every way that could tell a month.
OF_CLAIM = "convention_id"
# Parts of addresses that have several words.
OTHER_WORDS = {"kind": ("csv", "xlsx", "json", "svg"), "year": ("2024", "2025")}


@dataclass(frozen=True, slots=True)
class House:
    """The rows of the made-up house, by what they are called."""

    organisation_id: int
    conventions: dict[str, int]
    persons: dict[str, int]


@pytest.fixture
def house(cli: Terminal, session: scoped_session[Session], tmp_path: Path) -> House:
    book = tmp_path / "maison.xlsx"
    book.write_bytes(filled_workbook(paid_people()))
    cli("import", book)
    session.expire_all()
    conventions = {one.number: one.id for one in session.scalars(select(Convention))}
    persons = {one.code.removeprefix("M-"): one.id for one in session.scalars(select(Person))}
    return House(session.scalars(select(Organisation.id)).one(), conventions, persons)


def enter(
    client: FlaskClient, session: scoped_session[Session], house: House, role: Role,
    team: list[str] | None = None,
) -> None:  # fmt: skip
    """Log in somebody of the house."""
    named = None if team is None else [house.persons[code] for code in team]
    open_account(
        session(), f"{role.value}@exemple.test", role=role, organisation_id=house.organisation_id,
        team=named,
    )  # fmt: skip
    log_in(client, f"{role.value}@exemple.test")


def pages(app: Flask, role: Role) -> Iterator[Rule]:
    """Routes by GET that a role, or whoever is logged in, opens."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        entry = ENDPOINTS[rule.endpoint]
        opens = entry is Opening.LOGGED_IN or (not isinstance(entry, Opening) and role in entry)
        if opens and "GET" in (rule.methods or ()):
            yield rule


def addresses(rule: Rule, house: House) -> Iterator[str]:
    """A route on each convention or each person of the house, with each of its words."""
    ids = {name: NOWHERE for name in rule.arguments if is_id(name)}
    rows = [ids]
    if "convention_id" in ids:
        rows = [{**ids, "convention_id": one} for one in house.conventions.values()]
    elif "person_id" in ids:
        rows = [{**ids, "person_id": one} for one in house.persons.values()]
    elif "organisation_id" in ids:
        rows = [{**ids, "organisation_id": house.organisation_id}]
    for row in rows:
        url = address(rule, Tenant(row))
        yield url
        for name, words in OTHER_WORDS.items():
            known = WORDS[name]
            if name in rule.arguments and isinstance(known, str):
                yield from (url.replace(known, word) for word in words)


def queries() -> Iterator[str]:
    """Days that leave a month, or all but a month; kinds; words of a search."""
    month = date(2024, 2, 1), date(2024, 2, 29)
    spans = [month, (month[0], month[0]), (date(2024, 1, 1), date(2024, 1, 31))]
    for days in PERIODS.values():
        short = timedelta(days=31)
        spans += [(days.start, days.last - short), (days.start + short, days.last)]
        spans += [(days.start, days.start), (days.last, days.last)]
    for first, last in spans:
        yield f"from={first.isoformat()}&to={last.isoformat()}"
        yield f"from={first.isoformat()}&to={last.isoformat()}&kind=interim"
    for code in ("A", "E", "G"):
        yield f"person=M-{code}&q=01/2024&show=out&sort=-base"
    yield from ("kind=final", "kind=interim", "from=2023-01-01&to=2023-12-31&kind=interim")


def seen(app: Flask, client: FlaskClient, role: Role, house: House) -> dict[str, set[Decimal]]:
    """Figures by address, of everything that the role is answered."""
    found: dict[str, set[Decimal]] = {}
    for rule in pages(app, role):
        asked = list(queries()) if OF_CLAIM in rule.arguments else []
        for url in addresses(rule, house):
            for query in ("", *asked):
                whole = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
                with undone(app):
                    answer = client.get(whole)
                if answer.status_code < 400:
                    found[whole] = amounts_of(answer)
    return found


def secrets() -> set[Decimal]:
    """What nobody may learn: each payslip's parts and their sum, and each agent's year by part."""
    found: set[Decimal] = set()
    for code in {code for people in CHARGED.values() for code in people}:
        months = list(paid_months(code))
        for month in months:
            gross, charges = gross_of(code, month), charges_of(code, month)
            found |= {gross, charges, gross + charges}
        found.add(sum((gross_of(code, month) for month in months), Decimal(0)))
        found.add(sum((charges_of(code, month) for month in months), Decimal(0)))
    return found


def told(figures: set[Decimal]) -> set[Decimal]:
    """Secrets that the figures, or the difference of two of them, say; through any rate."""
    hidden = {round_half_up(one * factor) for one in secrets() for factor in FACTORS}
    differences = {abs(one - other) for one, other in combinations(figures, 2)}
    return (figures | differences) & hidden


@pytest.mark.parametrize("role", JOINT)
def test_no_page_and_no_difference_of_two_says_what_somebody_earns(
    app: Flask,
    client: FlaskClient,
    session: scoped_session[Session],
    house: House,
    role: Role,
) -> None:
    enter(client, session, house, role)

    found = seen(app, client, role, house)

    assert f"/conventions/{house.conventions[THREE]}/bilan" in found
    assert not told(set().union(*found.values()))


def test_the_same_walk_finds_everybodys_pay_for_whoever_may_read_it(
    app: Flask, client: FlaskClient, session: scoped_session[Session], house: House
) -> None:
    enter(client, session, house, Role.FINANCE)
    url = f"/conventions/{house.conventions[ONE]}/bilan"

    whole, month = client.get(url), client.get(f"{url}?from=2024-02-01&to=2024-02-29")

    february = date(2024, 2, 1)
    cost = gross_of("A", february) + charges_of("A", february)
    assert cost in told(amounts_of(whole))
    assert gross_of("A", february) in amounts_of(month)


@pytest.mark.parametrize("role", JOINT)
@pytest.mark.parametrize(
    "query",
    ["from=2024-02-01&to=2024-02-29", "from=2024-01-01&to=2024-12-30", "kind=interim",
     "from=2024-02-05&to=2024-02-05"],
)  # fmt: skip
def test_other_days_than_the_conventions_claims_are_refused_and_said(
    client: FlaskClient,
    session: scoped_session[Session],
    house: House,
    role: Role,
    query: str,
) -> None:
    enter(client, session, house, role)
    url = f"/conventions/{house.conventions[ONE]}/bilan"

    answers = [client.get(f"{url}{page}?{query}") for page in ("", "/constats")]

    assert [one.status_code for one in answers] == [403, 403]
    assert "du 01/01/2024 au 31/12/2024" in answers[0].text


def test_sums_of_three_agents_are_told_in_one_line_of_staff(
    client: FlaskClient, session: scoped_session[Session], house: House
) -> None:
    enter(client, session, house, Role.DIRECTOR)

    page = client.get(f"/conventions/{house.conventions[THREE]}/bilan").text

    assert "Personnel et taxes sur rémunération" in page
    assert "Rémunération des personnels" not in page
    assert "Charges sociales" not in page
    assert page.count("non montré") == 0


def test_the_running_claim_of_one_agent_and_a_year_with_a_month_of_somebody_say_no_cost(
    client: FlaskClient, session: scoped_session[Session], house: House
) -> None:
    enter(client, session, house, Role.DIRECTOR)

    running, two = (
        client.get(f"/conventions/{house.conventions[number]}/bilan").text for number in (RUN, TWO)
    )

    assert running.count("non montré") >= 3
    assert two.count("non montré") >= 3


def test_a_manager_knows_of_the_conventions_of_the_team_alone(
    app: Flask, client: FlaskClient, session: scoped_session[Session], house: House
) -> None:
    enter(client, session, house, Role.MANAGER, team=["A", "E"])
    statuses = {
        number: client.get(f"/conventions/{identity}").status_code
        for number, identity in house.conventions.items()
    }
    lists = [client.get(url).text for url in ("/", "/conventions.csv", "/couverture")]

    assert statuses == {ONE: 200, TWO: 200, THREE: 404, RUN: 404}
    assert all(number not in page for page in lists for number in (THREE, RUN))
    coverage = client.get("/couverture.json").get_json()
    assert coverage["total"]["posts"] == 1, "the post that ETAT-1 pays"


def test_claims_and_conventions_open_to_roles_that_read_sums_alone() -> None:
    for endpoint, rule in ENDPOINTS.items():
        if endpoint.startswith(("claims.", "conventions.")):
            assert isinstance(rule, frozenset), endpoint
            assert rule <= SEES_SUMS, endpoint


def test_each_row_that_an_address_names_is_walked_or_shows_no_money(app: Flask) -> None:
    """A new part of an address fails here: walk it in ``addresses``, or say why it tells no pay."""
    walked = {"convention_id", "person_id", "organisation_id"}
    of_one_row = {
        "absence_id": "days of leave",
        "delegation_id": "who lends a role",
        "holding_id": "days on a post",
        "identity_id": "one's own account",
        "request_id": "a right that waits for a second person's word",
        "session_id": "one's own account",
    }
    known = {name for role in JOINT for rule in pages(app, role) for name in rule.arguments}

    assert {name for name in known if is_id(name)} <= walked | of_one_row.keys()

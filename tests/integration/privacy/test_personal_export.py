"""The export of one person's data: whole, nobody else's, and told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Table, insert, select
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.base import Base, Cents, Millionths
from grants.models.coverage import Territory
from grants.models.people import Person
from grants.models.roles import Membership
from grants.services.platform.personal_tables import PROCESSINGS, SECRETS, TABLES
from grants.views.edge.permissions import ENDPOINTS
from grants.views.privacy.recipients import SHOWN_BY, recipients
from tests.factories.platform.rows import add_convention
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account

SOMEBODY = "concernee@exemple.test"
# What a column must hold for its row's checks, where the type alone does not say.
VALUES: dict[str, Any] = {
    "role": Role.FACILITATOR.value,
    "end_on": date(2025, 1, 1),
    "expires_at": NOW,
    "minutes": 60,
}


class World:
    """One person, one account of theirs, and a row about them in every table of the list."""

    def __init__(self, session: Session) -> None:
        self.session = session
        convention = add_convention(session, "2024-1")
        self.organisation_id = convention.organisation_id
        account = open_account(session, SOMEBODY, name="Dominique Concernée", role=None)
        stranger = open_account(session, "tiers@exemple.test", name="Tiers Étranger", role=None)
        self.ids: dict[str, int] = {
            "organisations": self.organisation_id,
            "conventions": convention.id,
            "users": account.id,
        }
        self.stranger = stranger.id
        self.filled = list(self._fill())
        session.commit()

    def _fill(self) -> Iterator[str]:
        for table in Base.metadata.sorted_tables:
            if table.name == "posts":
                self.ids["posts"] = self._add(table)
            if table.name in TABLES and table.name != "users" and TABLES[table.name].subjects:
                self.ids[table.name] = self._add(table)
                yield table.name

    def _add(self, table: Table) -> int:
        values = {column.name: self._value(table, column) for column in table.columns}
        kept = {name: value for name, value in values.items() if value is not None}
        result = self.session.execute(insert(table).values(kept))
        key = result.inserted_primary_key
        assert key is not None
        return int(key[0])

    def _value(self, table: Table, column: Column[Any]) -> Any:
        target = next((key.column.table.name for key in column.foreign_keys), "")
        of_delegations = {"to_user_id": self.stranger, "role": Role.FINANCE.value}
        if table.name == "delegations" and column.name in of_delegations:
            return of_delegations[column.name]
        if target == "territories":
            return self._territory()
        if target:
            return self.ids.get(target)
        if column.name == "id":
            return None
        if isinstance(column.type, Boolean):
            return column.name == "has_whole_team"  # the team of a manager alone is a part
        if column.name in VALUES:
            return VALUES[column.name]
        return self._plain(column)

    def _territory(self) -> int:
        row = Territory(code="T", name="Territoire", kind="epci")
        self.session.add(row)
        self.session.flush()
        return row.id

    def _plain(self, column: Column[Any]) -> Any:
        if column.nullable and column.name not in {"person_id", "user_id"}:
            return None
        match column.type:
            case Cents() | Millionths():
                return Decimal(1)
            case DateTime():
                return NOW
            case Date():
                return date(2024, 1, 1)
            case Integer():
                return 24_300
            case _:
                kind = getattr(column.type, "impl", column.type)
                text = f"{column.name[:10]}-valeur"[: getattr(kind, "length", None)]
                return NOW if isinstance(kind, DateTime) else text


@pytest.fixture
def world(session: scoped_session[Session]) -> World:
    return World(session())


def opened(data: bytes) -> tuple[dict[str, Any], openpyxl.Workbook, str]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    found = json.loads(archive.read("donnees.json"))
    book = openpyxl.load_workbook(io.BytesIO(archive.read("donnees.xlsx")))
    return found, book, archive.read("donnees.json").decode()


def log_in_as(
    client: FlaskClient, session: scoped_session[Session], world: World, role: Role
) -> str:
    open_account(session(), role=role, organisation_id=world.organisation_id)
    log_in(client)
    return f"/structures/{world.organisation_id}"


def leads(table: str, root: str) -> bool:
    """Whether rows of a table lead to a person or an account, at once or through another table."""
    entry, columns = TABLES[table], Base.metadata.tables[table].c
    targets = [
        key.column.table.name for name in entry.subjects for key in columns[name].foreign_keys
    ]
    return root in targets or any(
        leads(one, root) for one in targets if one in TABLES and one != table
    )


def test_every_table_about_a_person_is_in_their_export(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    url = log_in_as(client, session, world, Role.FINANCE)

    answer = client.post(f"{url}/agents/{world.ids['persons']}/exporter")

    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    found, book, _ = opened(answer.data)
    expected = {name for name in world.filled if leads(name, "persons")} | {"persons"}
    assert expected
    assert expected <= found["tables"].keys()
    assert all(found["tables"][name] for name in expected)
    assert TABLES["pay_items"].wording in book.sheetnames


def test_every_table_about_an_account_is_in_its_owners_export(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    log_in(client, SOMEBODY)

    found, _, text = opened(client.post("/compte/donnees").data)

    expected = {name for name in world.filled if leads(name, "users")} | {"users", "persons"}
    assert expected <= found["tables"].keys()
    assert SOMEBODY in text


def test_what_opens_an_account_is_told_to_nobody(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    log_in(client, SOMEBODY)

    found, _, text = opened(client.post("/compte/donnees").data)

    columns = {name for rows in found["tables"].values() for row in rows for name in row}
    assert not columns & SECRETS
    assert "argon2" not in text


def test_an_export_holds_nobody_else(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    url = log_in_as(client, session, world, Role.FINANCE)
    session.add(Person(organisation_id=world.organisation_id, code="AUTRE", last_name="Voisin",
                         first_name="Alex"))  # fmt: skip
    session.commit()

    _, _, person = opened(client.post(f"{url}/agents/{world.ids['persons']}/exporter").data)

    assert "Voisin" not in person
    assert "Tiers" not in person


def test_an_export_is_told_with_its_size_and_not_its_content(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    url = log_in_as(client, session, world, Role.FINANCE)

    client.post(f"{url}/agents/{world.ids['persons']}/exporter")

    query = select(AuditEvent).where(AuditEvent.action == "personal_data_exported")
    event = session.scalars(query).one()
    assert event.object_key == session.get_one(Person, world.ids["persons"]).code
    assert set(json.loads(event.after or "")) == {"rows"}


def test_an_administrator_reaches_their_own_structure_only(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    other = add_convention(session(), "X", organisation="Une autre structure")
    far = open_account(session(), "loin@exemple.test", name="Compte Loin", role=Role.FINANCE,
                       organisation_id=other.organisation_id)  # fmt: skip
    session.commit()
    url = log_in_as(client, session, world, Role.ADMINISTRATOR)

    assert client.post(f"{url}/comptes/{far.id}/exporter").status_code == 404
    page = client.get(f"{url}/donnees-personnelles").text
    assert "Loin" not in page


def test_an_account_of_two_structures_is_told_by_each_for_its_own_part(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    other = add_convention(session(), "X", organisation="Une autre structure")
    account = open_account(session(), "deux@exemple.test", name="Deux", role=Role.FINANCE,
                           organisation_id=world.organisation_id)  # fmt: skip
    session.add(Membership(user_id=account.id, organisation_id=other.organisation_id,
                             role=Role.DIRECTOR.value, start_on=date(2024, 1, 1)))  # fmt: skip
    session.commit()
    url = log_in_as(client, session, world, Role.ADMINISTRATOR)

    found, _, _ = opened(client.post(f"{url}/comptes/{account.id}/exporter").data)

    assert [row["role"] for row in found["tables"]["memberships"]] == ["finance"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DIRECTOR, Role.MANAGER])
def test_whoever_may_see_no_pay_takes_no_agents_file(
    client: FlaskClient, session: scoped_session[Session], world: World, role: Role
) -> None:
    url = log_in_as(client, session, world, role)

    assert client.post(f"{url}/agents/{world.ids['persons']}/exporter").status_code == 403


def test_a_finance_officer_sees_agents_to_export_and_no_switch(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    foreign = Person(
        organisation_id=add_convention(session(), "X", organisation="Autre").organisation_id,
        code="F", last_name="Loin", first_name="Alex",
    )  # fmt: skip
    session.add(foreign)
    session.commit()
    url = log_in_as(client, session, world, Role.FINANCE)

    page = client.get(f"{url}/donnees-personnelles").text

    assert f"/agents/{world.ids['persons']}/exporter" in page
    assert "/comptes/" not in page
    assert "Motifs d'éligibilité" not in page
    assert client.post(f"{url}/agents/{foreign.id}/exporter").status_code == 404


def test_the_register_has_an_entry_for_each_table_and_its_readers(
    client: FlaskClient, session: scoped_session[Session], world: World
) -> None:
    url = log_in_as(client, session, world, Role.ADMINISTRATOR)

    page = client.get(f"{url}/registre").text

    assert {entry.processing for entry in TABLES.values()} <= {one.code for one in PROCESSINGS}
    assert all(entry.wording in page.replace("&#39;", "'") for entry in TABLES.values())
    assert recipients()["pay"] == {Role.FINANCE, Role.AUDITOR, Role.OPERATOR}
    with client.get(f"{url}/registre.pdf") as printed:
        assert printed.data.startswith(b"%PDF")
    assert "Finalité" in client.get(f"{url}/registre.csv").data.decode("utf-8-sig")


def test_readers_are_named_by_pages_that_exist() -> None:
    assert SHOWN_BY.keys() == {one.code for one in PROCESSINGS}
    for starts in SHOWN_BY.values():
        for start in starts:
            assert any(one == start or one.startswith(start) for one in ENDPOINTS), start

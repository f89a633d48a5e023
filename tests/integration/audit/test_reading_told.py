"""Whoever reads pay or takes a file away is told in the trail; nothing is reckoned anew for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.clock import FixedClock
from grants.enums import Role
from grants.models.audit import AuditEvent
from grants.models.conventions import Convention
from grants.services.audit.writing import verify_trail
from grants.services.claims.keeping import heads_of
from tests.factories.platform.rows import add_convention, add_funded_post, add_payment
from tests.support.database import NOW
from tests.support.visitors import log_in, open_account


@pytest.fixture
def convention(session: scoped_session[Session]) -> Convention:
    row = add_convention(session(), "2024-1")
    add_payment(session(), row, "1000.00")
    add_funded_post(session(), row)
    session.commit()
    return row


def told(session: scoped_session[Session]) -> list[tuple[str, str, str]]:
    query = (
        select(AuditEvent)
        .where(AuditEvent.action.in_(("read", "downloaded")))
        .order_by(AuditEvent.id)
    )
    return [(row.action, row.object_key, row.actor_label) for row in session.scalars(query)]


def test_reading_a_claim_with_pay_is_told_once_a_day(
    app: Flask, client: FlaskClient, session: scoped_session[Session], convention: Convention,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    owner = convention.organisation_id
    open_account(session(), "f@exemple.test", "Fanny", Role.FINANCE, organisation_id=owner)
    log_in(client, "f@exemple.test")
    address = f"/conventions/{convention.id}/bilan"

    assert client.get(address).status_code == 200
    client.get(address)
    client.get(f"{address}/agents")
    monkeypatch.setitem(app.config, "CLOCK", FixedClock(NOW + timedelta(days=1)))
    log_in(client, "f@exemple.test")
    client.get(address)

    assert told(session) == [("read", "2024-1", "Fanny")] * 2
    assert not any(chain.report.broken for chain in verify_trail(session()))


def test_each_file_that_is_taken_is_told_by_its_name(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    open_account(session())
    log_in(client)
    address = f"/conventions/{convention.id}/bilan/fichiers"

    for name in ("claim.json", "dossier.zip", "dossier.zip"):
        with client.get(f"{address}/{name}") as answer:
            assert answer.status_code == 200, name
    assert client.get(f"{address}/nothing.pdf").status_code == 404

    assert [(action, key) for action, key, _ in told(session)] == [
        ("downloaded", "2024-1 › claim.json"),
        ("downloaded", "2024-1 › dossier.zip"),
        ("downloaded", "2024-1 › dossier.zip"),
    ]


def test_who_sees_no_pay_reads_untold(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    owner = convention.organisation_id
    open_account(session(), "d@exemple.test", "Dora", Role.DIRECTOR, organisation_id=owner)
    log_in(client, "d@exemple.test")

    assert client.get(f"/conventions/{convention.id}/bilan").status_code == 200
    assert told(session) == []


def test_reading_and_logging_in_let_no_claim_be_reckoned_anew(
    client: FlaskClient, session: scoped_session[Session], convention: Convention
) -> None:
    open_account(session())
    before = heads_of(session(), convention.organisation_id)

    log_in(client)
    client.get(f"/conventions/{convention.id}/bilan")

    assert told(session)
    assert heads_of(session(), convention.organisation_id) == before

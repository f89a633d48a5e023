"""Pay: who reads sums alone finds nobody's amount on any page."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from exports.kit.quantities import quantity
from grants.enums import Role
from grants.french import euros
from grants.rules.privacy.claims import without_pay
from grants.rules.privacy.readers import SEES_PAY
from grants.views.edge.permissions import ENDPOINTS
from tests.factories.claims.claim import Kind, sample_claim
from tests.factories.platform.rows import add_convention
from tests.integration.conftest import Shown
from tests.support.visitors import log_in, open_account

OTHER = "autre@exemple.test"
# Pages that show or hand out lines, agents or breakdowns.
WITH_PAY = {"claims.claim_file", "claims.claim_list", "claims.figure"}


def page_for(role: Role, client: FlaskClient, session: scoped_session[Session], url: str) -> str:
    """Page of the sample claim as somebody of the role reads it."""
    organisation_id = add_convention(session(), "AUTRE").organisation_id
    client.post("/deconnexion")
    open_account(session(), OTHER, role=role, organisation_id=organisation_id)
    log_in(client, OTHER)
    return client.get(url).get_data(as_text=True)


@pytest.mark.parametrize("kind", ["state", "fse"])
def test_a_director_reads_the_sums_and_nobodys_pay(
    client: FlaskClient, session: scoped_session[Session], shown: Shown, kind: Kind
) -> None:
    claim = sample_claim(kind)

    page = page_for(Role.DIRECTOR, client, session, shown(claim))

    assert quantity(claim.eligible_cost.value, claim.eligible_cost.unit) in page
    assert "pas la paie des personnes" in page
    assert "/calcul/" not in page
    assert "/fichiers/" not in page
    for line in claim.lines:
        assert line.last_name not in page
        assert f">{euros(line.gross)}<" not in page
    for person in claim.persons:
        assert person.person_code not in page


def test_a_finance_officer_reads_the_lines(
    client: FlaskClient, session: scoped_session[Session], shown: Shown
) -> None:
    claim = sample_claim("state")

    page = page_for(Role.FINANCE, client, session, shown(claim))

    assert all(line.last_name in page for line in claim.lines)
    assert "/calcul/" in page


def test_pages_of_pay_open_to_nobody_without_the_right() -> None:
    for endpoint in WITH_PAY:
        rule = ENDPOINTS[endpoint]
        assert isinstance(rule, frozenset), endpoint
        assert rule <= SEES_PAY, endpoint


def test_a_finding_about_somebody_keeps_its_title_and_still_blocks() -> None:
    claim = sample_claim("fse")

    bare = without_pay(claim)

    assert bare.is_blocked == claim.is_blocked
    assert sorted(one.code for one in bare.findings) == sorted(one.code for one in claim.findings)
    assert not any(one.where.person for one in bare.findings)
    assert (bare.lines, bare.persons) == ((), ())
    assert bare.grant.due.value == claim.grant.due.value
    assert bare.grant.due.inputs == ()

"""What stands behind the question mark never breaks a page, whatever it is called."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from grants.enums import Role
from tests.support.census import address, furnish
from tests.support.visitors import log_in, open_account

# Names that ``url_for`` takes for its own, those of parts of our paths, values that no form sends.
QUERY = "&".join(
    (
        "_method=POST", "_external=1", "_anchor=x", "_scheme=ftp", "endpoint=x", "values=x",
        "kind=zzz", "month=1", "year=abc", "name=x", "path=x", "convention_id=x", "convention=x",
        "organisation=%00", "sort=%0B", "page=99999999999999999999", "from=0000-00-00", "to=x",
        "q=%00", "who=%00", "key=%00", "person=%00", "show=x", "p=99999999999999999999", "jour=x",
        "held=%00", "next=%00", "token=%00", "role=x",
    )
)  # fmt: skip
# Files of the installation, and a machine's question that is answered « not yet » here.
NO_PAGES = {"static", "bootstrap.static", "assets", "health.ready"}
ALONE = (
    "_method=POST", "_external=1", "_anchor=x", "_scheme=ftp", "endpoint=x", "kind=zzz", "kind=csv",
    "sort=%0B", "sort=%00", "page=99999999999999999999", "page=-1", "page=x", "q=%00",
)  # fmt: skip


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.FACILITATOR, Role.MANAGER])
def test_no_page_breaks_on_a_query_that_it_does_not_know(
    app: Flask, client: FlaskClient, session: scoped_session[Session], role: Role
) -> None:
    own = furnish(session(), "Métropole fictive")
    open_account(
        session(),
        role=role,
        organisation_id=None if role is Role.OPERATOR else own["organisation_id"],
        person_id=own["person_id"] if role is Role.FACILITATOR else None,
    )
    log_in(client)
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)

    for rule in rules:
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
            continue
        url = address(rule, own).partition("?")[0]
        for query in (QUERY, *(ALONE if role is Role.OPERATOR else ())):
            answer = client.get(f"{url}?{query}")
            assert answer.status_code < 500, (rule, query)
            answer.close()

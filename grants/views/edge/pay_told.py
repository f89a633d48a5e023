"""Pages that show pay, and files that hold it: told in the trail, once they were shown.

A GET that writes: the one event that says it was read, in a transaction of its own.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import make_response, request

from grants.errors import Unavailable
from grants.extensions import db, writing
from grants.services.claims.reading_told import record_download, record_pay_read
from grants.services.roles.memberships import convention_owner
from grants.views.edge.deed import visitor_deed
from grants.views.edge.permissions import access

if TYPE_CHECKING:
    from flask import Flask, Response

READS = frozenset({"claims.claim", "claims.claim_list", "claims.figure", "claims.findings"})
TAKES = frozenset({"claims.claim_file"})


def register(app: Flask) -> None:
    """Tell after each answer."""
    app.after_request(tell)


def tell(response: Response) -> Response:
    """The answer; another one where it could not be told, for then it is not given."""
    endpoint = request.endpoint or ""
    is_whole = response.status_code == HTTPStatus.OK and request.method == "GET"
    if not is_whole or endpoint not in READS | TAKES:
        return response
    convention_id = (request.view_args or {})["convention_id"]
    if not _is_pay(convention_id):
        return response
    from grants.views.edge.errors import answer_unavailable

    try:
        _record(endpoint, convention_id)
    except Unavailable as error:
        return make_response(answer_unavailable(error))
    return response


def _is_pay(convention_id: int) -> bool:
    owner = convention_owner(db.session(), convention_id)
    return owner is not None and access().sees_pay(owner)


def _record(endpoint: str, convention_id: int) -> None:
    session, deed = db.session(), visitor_deed()
    session.rollback()  # what was read so far; the write waits for its turn from its beginning
    with writing():
        if endpoint in TAKES:
            file = str((request.view_args or {})["name"])
            record_download(session, convention_id=convention_id, file=file, deed=deed)
        elif not record_pay_read(session, convention_id=convention_id, deed=deed):
            session.rollback()
            return
        session.commit()

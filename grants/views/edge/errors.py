"""Errors as HTTP: the only place that knows both the domain's errors and status codes.

A page for readers, and for programs the envelope of every API answer:
``{data, errors: [{field, code, message, source}], message}``.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, SecurityError

from grants.errors import (
    Busy,
    Conflict,
    Forbidden,
    GrantsError,
    InvalidInput,
    NotFound,
    RuleRefused,
    Unavailable,
)
from grants.extensions import stop_writing
from grants.version import program
from grants.views.edge.request_log import request_id

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

# What each domain error is over HTTP; the first class that fits decides.
STATUSES: tuple[tuple[type[GrantsError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (GrantsError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
TITLES = {
    HTTPStatus.BAD_REQUEST: "Demande incomplète",
    HTTPStatus.UNAUTHORIZED: "Connexion nécessaire",
    HTTPStatus.FORBIDDEN: "Accès refusé",
    HTTPStatus.NOT_FOUND: "Page introuvable",
    HTTPStatus.METHOD_NOT_ALLOWED: "Action impossible ici",
    HTTPStatus.CONFLICT: "Modification impossible",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Fichier trop lourd",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Demande refusée",
    HTTPStatus.TOO_MANY_REQUESTS: "Trop de tentatives",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Erreur du programme",
    HTTPStatus.SERVICE_UNAVAILABLE: "Base de données occupée",
}
ADVICE = {
    HTTPStatus.BAD_REQUEST: "Le formulaire a expiré ou est incomplet : revenez à la page "
    "précédente, rechargez-la et recommencez.",
    HTTPStatus.UNAUTHORIZED: "Connectez-vous, puis revenez à cette page.",
    HTTPStatus.FORBIDDEN: "Votre compte n'a pas accès à cette page.",
    HTTPStatus.NOT_FOUND: "Cette page n'existe pas, ou plus. Vérifiez l'adresse.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Revenez à la page précédente et utilisez ses boutons.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Le fichier dépasse 64 Mo : découpez-le.",
    HTTPStatus.TOO_MANY_REQUESTS: "Attendez quelques minutes avant de recommencer.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "L'erreur est consignée et rien n'a été modifié. "
    "Recommencez ; si elle revient, prévenez votre administrateur.",
}

SEND_AGAIN = "Actualiser cette page envoie de nouveau ce que vous aviez saisi."
RETRY_AFTER = "60"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


def register(app: Flask) -> None:
    """Answer every error of the app here; each page, of an error too, says which program it is."""
    app.jinja_env.globals["program"] = program
    app.register_error_handler(GrantsError, answer_domain_error)
    app.register_error_handler(Unavailable, answer_unavailable)
    app.register_error_handler(SecurityError, answer_wrong_host)
    app.register_error_handler(HTTPException, answer_http_error)


def answer_domain_error(error: GrantsError) -> ResponseReturnValue:
    """A domain error: its own French text, which says what to do."""
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return _answer(status, str(error), _details(error))


def answer_wrong_host(_error: SecurityError) -> ResponseReturnValue:
    """A request by a name that is not the site's; plain, as no address can be built under it."""
    from flask import current_app

    site = current_app.config["SITE_URL"]
    return f"Ce site ne répond pas à cette adresse : ouvrez {site}\n", HTTPStatus.BAD_REQUEST, TEXT


def answer_unavailable(error: Unavailable) -> ResponseReturnValue:
    """A database that somebody else holds, or that cannot be used. Loading the answer again sends
    the form again.
    """
    stop_writing()
    status, title = HTTPStatus.SERVICE_UNAVAILABLE, ""
    text = str(error)
    if not isinstance(error, Busy):
        title, text = "Base de données indisponible", f"{text[0].upper()}{text[1:]}."
    response = _answer(status, f"{text} {SEND_AGAIN}", _details(error), title)
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """An error of HTTP itself, or an unforeseen one, which Flask hands over as a 500."""
    if error.response is not None:
        return error.get_response()
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    message = ADVICE.get(status, status.phrase)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR and request_id():
        message += f" Référence à donner : {request_id()}."
    response = _answer(status, message, [])
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def wants_json() -> bool:
    """Whether a program asks: by the address, or because it says that it reads JSON, not pages."""
    from flask import request

    offered = ["text/html", "application/json"]
    is_program = request.accept_mimetypes.best_match(offered, default=offered[0]) == offered[1]
    return request.path.startswith("/api/") or is_program


def _answer(
    status: HTTPStatus, message: str, details: list[dict[str, str]], title: str = ""
) -> Response:
    from flask import jsonify, make_response, render_template

    if wants_json():
        response = jsonify(data=None, errors=details, message=message)
    else:
        title = title or TITLES.get(status, "Demande refusée")
        page = render_template("errors/error.html", title=title, message=message, details=details)
        response = make_response(page)
    response.status_code = status
    return response


def _details(error: GrantsError) -> list[dict[str, str]]:
    if isinstance(error, InvalidInput):
        return [
            {"field": item.column, "code": "invalid", "message": str(item), "source": item.place}
            for item in error.problems
        ]
    field = error.field if isinstance(error, Conflict) else ""
    code = error.code if isinstance(error, RuleRefused) else type(error).__name__.lower()
    return [{"field": field, "code": code, "message": str(error), "source": ""}]

"""Asking an identity provider over the wire: encrypted, no redirect, a limit of size and of time.

Whatever goes wrong becomes ``ProviderDown`` or ``ProviderAnswered``: a log-in page never waits long
and never breaks because somebody else's server does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from time import monotonic
from typing import IO, Any, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from grants.config_openid import is_safe_address
from grants.errors import GrantsError

# For each wait on the wire, and for a whole answer: a page stands behind it.
TIMEOUT_SECONDS = 5
DEADLINE_SECONDS = 10
LIMIT_BYTES = 512 * 1024
PIECE_BYTES = 16 * 1024


class ProviderDown(GrantsError):
    """The provider does not answer, or answers what nobody can read."""

    def __init__(self) -> None:
        super().__init__(
            "Le fournisseur d'identité ne répond pas pour l'instant. Réessayez dans quelques "
            "minutes, ou connectez-vous avec votre mot de passe."
        )


class ProviderAnswered(Exception):  # caught inside the services, never shown
    """The provider answered with an error; ``code`` is its own word for it, or empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with the kind that it says it is."""

    kind: str
    body: bytes

    def json(self) -> dict[str, Any]:
        """The object of a JSON answer.

        Raises: ProviderDown: it is none.
        """
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ProviderDown from error
        if not isinstance(found, dict):
            raise ProviderDown
        return found


def ask(url: str, *, headers: Mapping[str, str] | None = None, form: str | None = None) -> Answer:
    """Answer of an address: to a GET, or to a POST of ``form``.

    Raises: ProviderDown. ProviderAnswered: the status is an error of ours (4xx).
    """
    if not is_safe_address(url):
        raise ProviderDown
    body = None if form is None else form.encode("ascii")
    # The scheme was checked above; redirects are not followed.
    request = Request(url, data=body, headers={"Accept": "application/json", **(headers or {})})  # noqa: S310
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as response:
            return Answer(response.headers.get_content_type(), _read(response))
    except HTTPError as error:
        with error:
            raise _told(error) from error
    except (OSError, HTTPException, ValueError) as error:
        raise ProviderDown from error


class _Readable(Protocol):
    def read1(self, amount: int, /) -> bytes: ...


class _NoRedirect(HTTPRedirectHandler):
    """A redirect becomes an error: secrets and tokens go to the address that was checked."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Go nowhere."""


def _read(response: _Readable) -> bytes:
    # By pieces: who sends one byte every four seconds must not hold a page for ever.
    deadline, found = monotonic() + DEADLINE_SECONDS, bytearray()
    while piece := response.read1(PIECE_BYTES):
        found += piece
        if len(found) > LIMIT_BYTES or monotonic() > deadline:
            raise ProviderDown
    return bytes(found)


def _told(error: HTTPError) -> Exception:
    if error.code // 100 != 4:  # a redirect, or a fault of the provider's own
        return ProviderDown()
    try:
        told = json.loads(error.read(PIECE_BYTES))
    except (ValueError, OSError, HTTPException, RecursionError):
        told = {}
    code = told.get("error") if isinstance(told, dict) else None
    return ProviderAnswered(code if isinstance(code, str) else "")

"""What a view writes is kept when it answers, and taken back when a service refuses it.

Decorators stand in one order: route, who may enter (``public``), ``commits``. A view between them
reads: load, form, one service call within ``giving_back``, answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import request, session

from grants.errors import Conflict
from grants.extensions import db

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

P = ParamSpec("P")
READING = frozenset({"GET", "HEAD", "OPTIONS"})
FLASHES = "_flashes"


class GivenBack(Exception):
    """A form on its way back to whoever typed it; nothing of the request is kept."""

    def __init__(self, page: ResponseReturnValue) -> None:
        super().__init__()
        self.page = page


def commits(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Keep what the view wrote, once, when it returns; nothing of it when it raises.

    A request that only reads commits nothing. Raises: Busy: somebody else holds the database; what
    the view meant to say of its success is not said then.
    """

    @wraps(view)
    def committing(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        said = list(session.get(FLASHES, []))
        try:
            answer = view(*args, **kwargs)
            if request.method not in READING:
                db.session.commit()
        except GivenBack as refused:
            return refused.page
        except Exception:
            db.session.rollback()
            if FLASHES in session:
                session[FLASHES] = said
            raise
        return answer

    committing.commits = True  # type: ignore[attr-defined] # a census reads it
    return committing


@contextmanager
def giving_back(page: Callable[[Conflict], ResponseReturnValue]) -> Iterator[None]:
    """Answer a refusal of the services called within by the form as it was typed, with its errors.

    ``page`` is asked once everything was rolled back: it shows what stands then.
    """
    try:
        yield
    except Conflict as refusal:
        db.session.rollback()
        raise GivenBack(page(refusal)) from refusal


def end_reading() -> None:
    """Let go of what was read so far, before a service takes the rows that it writes: a long
    reading must not hold others up, and what is written must rest on what stands.
    """
    db.session.commit()


def keep_now() -> None:
    """Keep what was written so far, before something follows that no rollback takes back."""
    db.session.commit()

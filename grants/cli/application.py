"""The app behind a command: made from the environment, or the one that a test hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from grants.cli.options import ORGANISATION
from grants.errors import GrantsError

if TYPE_CHECKING:
    from flask import Flask

P = ParamSpec("P")
R = TypeVar("R")


def application(*, pages: bool = False) -> Flask:
    """App of this command line, made once, with the site's pages where a command serves them.

    Tests give theirs as the root context's ``obj``, so that commands see the test's database.
    """
    from flask import Flask

    from grants import create_app

    root = click.get_current_context().find_root()
    if not isinstance(root.obj, Flask):
        root.obj = create_app(pages=pages)
    return root.obj


@contextmanager
def transaction() -> Iterator[None]:
    """Commit once, when the command ends well or with findings (exit 0 or 1); else nothing stays.

    Closing the app's context rolls back what was not committed.
    """
    from grants.extensions import db
    from grants.services.platform.health import has_tables
    from grants.services.platform.tenancy import EVERY, Scope, set_scope
    from grants.services.roles.codes import get_organisation_id

    with application().app_context():
        if not has_tables(db.session()):
            raise GrantsError(
                "la base de données n'existe pas encore : lancez « grants db upgrade »"
            )
        # Whoever has the terminal has the whole installation, and may ask for less.
        set_scope(db.session(), EVERY)
        code = click.get_current_context().meta.get(ORGANISATION)
        if code is not None:
            owner = get_organisation_id(db.session(), code)
            set_scope(db.session(), Scope(frozenset({owner})))
        try:
            yield
        except click.exceptions.Exit as end:
            if end.exit_code <= 1:
                db.session.commit()
            raise
        db.session.commit()


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the app and one transaction; put it below ``@click.command``."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return command(*args, **kwargs)

    return wrapped

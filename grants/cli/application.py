"""The app behind a command: made from the environment, or the one that a test hands in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from grants.cli.options import ORGANISATION
from grants.errors import GrantsError

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

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


@dataclass(frozen=True, slots=True)
class Program:
    """What a command works with that needs no site: one session, and the settings."""

    session: Session
    settings: Mapping[str, Any]


@contextmanager
def _on_the_app() -> Iterator[Program]:
    """Program of the app; closing its context rolls back what was not committed."""
    from grants.extensions import db

    with application().app_context() as running:
        yield Program(db.session(), running.app.config)


@contextmanager
def _by_itself() -> Iterator[Program]:
    """Program without an app: Flask and what it brings took a fifth of a claim's time."""
    from grants import config
    from grants.clock import told_by
    from grants.connections import session_on
    from grants.services.platform import tenancy

    tenancy.install()
    settings = config.settings(os.environ)
    with (
        told_by(settings["CLOCK"]),
        session_on(settings["SQLALCHEMY_DATABASE_URI"]) as session,
    ):
        yield Program(session, settings)


@contextmanager
def transaction(program: AbstractContextManager[Program] | None = None) -> Iterator[Program]:
    """Commit once, when the command ends well or with findings (exit 0 or 1); else nothing stays.

    Args: program: what the command works with; the app's when left out.
    """
    from grants.services.platform.health import has_tables
    from grants.services.platform.tenancy import EVERY, Scope, set_scope

    with program or _on_the_app() as running:
        session = running.session
        if not has_tables(session):
            raise GrantsError(
                "la base de données n'existe pas encore : lancez « grants db upgrade »"
            )
        # Whoever has the terminal has the whole installation, and may ask for less.
        set_scope(session, EVERY)
        code = click.get_current_context().meta.get(ORGANISATION)
        if code is not None:
            from grants.services.roles.codes import get_organisation_id

            owner = get_organisation_id(session, code)
            set_scope(session, Scope(frozenset({owner})))
        try:
            yield running
        except click.exceptions.Exit as end:
            if end.exit_code <= 1:
                session.commit()
            raise
        session.commit()


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the app and one transaction; put it below ``@click.command``."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return command(*args, **kwargs)

    return wrapped


def with_program(command: Callable[Concatenate[Program, P], R]) -> Callable[P, R]:
    """Run a command inside one transaction and without any app, unless somebody hands one in; it
    takes its ``Program`` first. ``db`` and ``current_app`` are for the other commands.
    """

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        is_alone = click.get_current_context().find_root().obj is None
        with transaction(_by_itself() if is_alone else _on_the_app()) as program:
            return command(program, *args, **kwargs)

    return wrapped

"""``grants serve``: the site on this machine, by Waitress: no other server is needed."""

from __future__ import annotations

import gc
import os
import signal
import socket
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

import click

from grants.cli.application import application
from grants.errors import GrantsError
from grants.french.failures import failure_fr

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from flask import Flask

THREADS = 4
OBJECTS_A_COLLECTION_OF_A_SITE = 700  # Python's own: a site must not keep what it is done with


@click.command(help="Servir le site sur cette machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=lambda: os.environ.get("PORT", "8000"),
    show_default="PORT, sinon 8000",
    help="Port d'écoute.",
)
@click.option(
    "--periodic/--no-periodic",
    default=True,
    show_default=True,
    help="Envoyer aussi les courriels et faire les tâches du jour ; sinon « grants periodic ».",
)
def serve(host: str, port: int, periodic: bool) -> None:
    """Serve until the terminal or the system stops it."""
    from waitress import create_server

    app = application(pages=True)
    listener = listen(host, port)
    server = create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        ident=None,
        # Waitress drops what proxies say unless told; which of them to believe the app decides.
        clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
    )
    show_warnings(app)
    show_first_steps(app, f"http://{host}:{port}")
    beside: AbstractContextManager[None] = working_beside(app) if periodic else nullcontext()
    signal.signal(signal.SIGTERM, _leave)
    gc.freeze()  # what is loaded by now stays, and needs no look
    gc.set_threshold(OBJECTS_A_COLLECTION_OF_A_SITE)
    with beside:
        try:
            server.run()
        finally:
            server.close()


@contextmanager
def working_beside(app: Flask) -> Iterator[None]:
    """Do the periodic work while the site is served; what is begun is finished."""
    from grants.cli.background import Background

    background = Background(app)
    background.start()
    try:
        yield
    finally:
        background.stop()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Waitress finishes the requests that run, as after Ctrl+C.
    raise SystemExit(0)


def show_warnings(app: Flask) -> None:
    """What is set in a way that will hurt; ``/ready`` says it too."""
    from grants.config_site import warnings

    over_https, proxies = app.config["SESSION_COOKIE_SECURE"], app.config["TRUSTED_PROXIES"]
    for warning in warnings(over_https=over_https, proxies=proxies):
        click.echo(f"Avertissement : {warning}", err=True)


def show_first_steps(app: Flask, address: str) -> None:
    """Where the site answers, or why it cannot yet; and where to begin while nobody has an account:
    that token is shown nowhere else.
    """
    from grants.extensions import db
    from grants.services.platform.health import database_reason
    from grants.services.roles.first_run import is_first_run, setup_token

    setup = f"{address}/premiere-ouverture?token={setup_token(app.config['SECRET_KEY'])}"
    with app.app_context():
        reason = database_reason(db.session())
        if reason:
            click.echo(
                f"Le site écoute sur {address} mais ne peut pas travailler : {reason}. Dans un "
                f"autre terminal, lancez « grants db upgrade » ; pour une première installation, "
                f"ouvrez ensuite {setup}"
            )
            return
        click.echo(f"Le site répond sur {address} (Ctrl+C pour arrêter).")
        if is_first_run(db.session()):
            click.echo(f"Première utilisation : {setup}")


def listen(host: str, port: int) -> socket.socket:
    """Socket bound to the address.

    Raises: GrantsError: the port is taken or refused; the text says how to choose another.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise GrantsError(
            f"impossible d'écouter sur {host}:{port} ({failure_fr(error)}) : un autre programme "
            f"tient sans doute ce port ; choisissez-en un autre, par exemple PORT={port + 1} "
            "make run, ou --port"
        ) from error
    return listener

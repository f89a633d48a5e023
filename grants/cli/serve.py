"""``grants serve``: the site on this machine, by Waitress: no other server is needed."""

from __future__ import annotations

import os
import socket

import click

from grants.cli.application import application
from grants.errors import GrantsError

THREADS = 4


@click.command(help="Servir le site sur cette machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=lambda: os.environ.get("PORT", "8000"),
    show_default="PORT, sinon 8000",
    help="Port d'écoute.",
)
def serve(host: str, port: int) -> None:
    """Serve until the terminal stops it."""
    from waitress import create_server

    listener = listen(host, port)
    server = create_server(application(pages=True), sockets=[listener], threads=THREADS, ident=None)
    click.echo(f"Le site répond sur http://{host}:{port} (Ctrl+C pour arrêter).")
    show_first_steps(f"http://{host}:{port}")
    try:
        server.run()
    finally:
        server.close()


def show_first_steps(address: str) -> None:
    """Where to begin while nobody has an account; its token is shown nowhere else."""
    from grants.extensions import db
    from grants.services.first_run import is_first_run, setup_token
    from grants.services.health import has_tables

    app = application()
    with app.app_context():
        if has_tables(db.session()) and is_first_run(db.session()):
            token = setup_token(app.config["SECRET_KEY"])
            click.echo(f"Première utilisation : {address}/setup?token={token}")


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
            f"impossible d'écouter sur {host}:{port} ({error.strerror}) : un autre programme "
            f"tient sans doute ce port ; choisissez-en un autre, par exemple PORT={port + 1} "
            "make run, ou --port"
        ) from error
    return listener

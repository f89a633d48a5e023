"""``grants serve``: a free port serves, a taken one is explained."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from flask import Flask

from grants.cli.serve import listen
from grants.extensions import db
from grants.services.platform.mail import queue_mail
from tests.support.database import NOW
from tests.support.mail_server import mail_server
from tests.support.terminal import Terminal

PATIENCE_SECONDS = 30


def _taken() -> socket.socket:
    listener = listen("127.0.0.1", 0)
    listener.listen()
    return listener


def test_a_taken_port_is_named_with_the_way_to_choose_another(fresh_cli: Terminal) -> None:
    with _taken() as taken:
        port = taken.getsockname()[1]

        answer = fresh_cli("serve", "--port", port, exit_code=2)

    assert f"127.0.0.1:{port}" in answer.stderr
    assert f"PORT={port + 1} make run" in answer.stderr


def test_a_port_that_is_none_is_refused_before_anything_starts(fresh_cli: Terminal) -> None:
    answer = fresh_cli("serve", "--port", "99999", exit_code=2)

    assert "99999" in answer.stderr


def test_the_server_prints_its_address_and_answers_there(
    fresh_database: Flask, tmp_path: Path
) -> None:
    with _taken() as probe:
        port = probe.getsockname()[1]

    with _served(fresh_database, tmp_path, port) as (_, address):
        assert address == f"http://127.0.0.1:{port}"
        with pytest.raises(HTTPError, match="404") as refusal, urlopen(f"{address}/static/none"):  # noqa: S310 # our own address
            pass

    refusal.value.close()
    assert "Server" not in refusal.value.headers


@contextmanager
def _served(
    app: Flask, folder: Path, port: int, more: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environ = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "GRANTS_DATA_DIR": str(folder),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        **(more or {}),
    }
    command = [sys.executable, "-c", "from grants.cli import main; main()", "serve"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield server, next(word for word in line.split() if word.startswith("http"))
        finally:
            server.terminate()


def test_the_served_site_sends_mail_by_itself_and_leaves_when_asked(
    fresh_database: Flask, tmp_path: Path
) -> None:
    with _taken() as probe:
        port = probe.getsockname()[1]
    with fresh_database.app_context():
        queue_mail(
            db.session, to="a@exemple.test", subject="Essai", template="test",
            context={"at": NOW}, key="essai", at=NOW,
        )  # fmt: skip
        db.session.commit()

    with mail_server() as mailbox:
        smtp = {
            "GRANTS_SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}",
            "GRANTS_MAIL_FROM": "grants@exemple.test",
        }
        with _served(fresh_database, tmp_path, port, smtp) as (server, _):
            deadline = monotonic() + PATIENCE_SECONDS
            while not mailbox.messages and monotonic() < deadline:
                sleep(1 / 20)
            server.terminate()
            code = server.wait(PATIENCE_SECONDS)

    assert [message["Subject"] for message in mailbox.messages] == ["Essai"]
    assert code == 0

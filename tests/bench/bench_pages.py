"""How long pages take when 16 people ask at once: log-in page and list of 50 conventions, beside an
empty page of the same server (``/health``), in the same run.

The server is ``grants serve`` in a process of its own, on SQLite or wherever DATABASE_URL points.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from statistics import quantiles
from time import perf_counter, sleep
from urllib.parse import urlencode

from flask import Flask

from grants import create_app
from tests.support.database import empty_database, on_postgresql

CONNECTIONS, EACH, ROWS = 16, 40, 50
EMPTY = "/health"
PAGES = {"empty page": EMPTY, "log-in page": "/connexion", f"list of {ROWS}": "/"}
FORM = "application/x-www-form-urlencoded"
PATIENCE_S = 30
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def run() -> None:
    """Print p50 and p95 of each page, and how many empty pages it costs."""
    with (
        tempfile.TemporaryDirectory() as name,
        empty_database(Path(name), "bench_pages") as url,
        _served(Path(name), url) as port,
    ):
        cookie = _log_in(port)
        kind = "PostgreSQL" if on_postgresql() else "SQLite"
        print(f"{CONNECTIONS} connections, {EACH} requests each, on {kind}")
        floor = 0.0
        for title, address in PAGES.items():
            middle, late = _measure(port, address, cookie if address == "/" else "")
            floor = floor or late
            print(
                f"{title:12} p50 {middle * 1000:6.1f} ms, p95 {late * 1000:6.1f} ms, "
                f"{late / floor:4.1f} × the empty page's p95",
                flush=True,
            )


@contextmanager
def _served(folder: Path, url: str) -> Iterator[int]:
    """Port of a filled site."""
    environment = {**os.environ, "DATABASE_URL": url, "GRANTS_DATA_DIR": str(folder)}
    _fill(create_app({"DATA_DIR": folder, "SQLALCHEMY_DATABASE_URI": url}, pages=False))
    port = _free_port()
    command = [sys.executable, "-c", "from grants.cli import main; main()", "serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--no-periodic"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # a line for each request
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _fill(app: Flask) -> None:
    from grants.extensions import db
    from grants.services.platform.database import upgrade_database
    from grants.services.platform.tenancy import EVERY, set_scope
    from tests.factories.platform.rows import add_convention, add_payment
    from tests.support.visitors import open_account

    with app.app_context():
        upgrade_database()
        set_scope(db.session(), EVERY)
        for number in range(ROWS):
            add_payment(db.session(), add_convention(db.session(), f"N-{number:03}"), "1000.00")
        open_account(db.session())
        db.session.commit()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    end = perf_counter() + PATIENCE_S
    while perf_counter() < end:
        try:
            _get(HTTPConnection("127.0.0.1", port), EMPTY, "")
        except OSError:
            sleep(0.1)
        else:
            return
    sys.exit("the server does not answer")


def _log_in(port: int) -> str:
    """Cookie of somebody who is logged in."""
    from tests.support.visitors import EMAIL, PASSWORD

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/connexion")
    answer = connection.getresponse()
    found = TOKEN.search(answer.read().decode())
    assert found, "the log-in form has no token"
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": found[1]}
    headers = {"Content-Type": FORM, "Cookie": _cookie(answer.getheader("Set-Cookie"))}
    connection.request("POST", "/connexion", urlencode(fields), headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return _cookie(answer.getheader("Set-Cookie"))


def _cookie(header: str | None) -> str:
    return "; ".join(f"{name}={part.value}" for name, part in SimpleCookie(header or "").items())


def _measure(port: int, address: str, cookie: str) -> tuple[float, float]:
    """Median and 95th percentile of the seconds that requests take, all connections at once."""
    seconds: list[float] = []
    failed: list[BaseException] = []
    start = threading.Barrier(CONNECTIONS)

    def ask() -> None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            _get(connection, address, cookie)
            start.wait()
            for _ in range(EACH):
                began = perf_counter()
                _get(connection, address, cookie)
                seconds.append(perf_counter() - began)
        except BaseException as error:
            start.abort()
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    parts = quantiles(seconds, n=100)
    return parts[49], parts[94]


def _get(connection: HTTPConnection, address: str, cookie: str) -> None:
    connection.request("GET", address, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (address, answer.status)

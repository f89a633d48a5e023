"""What a driver says of a database that cannot be used, in French and with what to do."""

from __future__ import annotations

import errno
import sqlite3

import psycopg
import pytest

from grants.database_failures import unavailable
from grants.errors import Busy
from grants.french.failures import failure_fr


def sqlite_error(code: int, text: str = "disk I/O error") -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (8, "en lecture seule"),
        (8 | (4 << 8), "en lecture seule"),
        (10, "ne répond pas correctement"),
        (11, "abîmé"),
        (13, "plein"),
        (14, "ne s'ouvre pas"),
        (26, "n'est pas une base de données"),
    ],
)
def test_sqlite_says_what_is_wrong_with_its_file(code: int, said: str) -> None:
    assert said in str(unavailable(sqlite_error(code)))


@pytest.mark.parametrize("code", [5, 6, 5 | (2 << 8)])
def test_a_database_that_is_held_is_busy(code: int) -> None:
    assert isinstance(unavailable(sqlite_error(code)), Busy)


def test_another_version_is_no_fault_of_the_program_but_a_wrong_statement_is() -> None:
    assert "grants db upgrade" in str(unavailable(sqlite_error(1, "no such table: calls")))
    assert "grants db upgrade" in str(unavailable(sqlite_error(1, "no such column: x.y")))
    assert unavailable(sqlite_error(1, 'near "SELEC": syntax error')) is None
    assert unavailable(sqlite_error(19, "UNIQUE constraint failed: users.email")) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (psycopg.errors.AdminShutdown(), "ne répond pas"),
        (psycopg.errors.ConnectionFailure(), "ne répond pas"),
        (psycopg.OperationalError("connection refused"), "ne répond pas"),
        (psycopg.errors.DiskFull(), "plein"),
        (psycopg.errors.TooManyConnections(), "n'accepte plus de connexion"),
        (psycopg.errors.ReadOnlySqlTransaction(), "en lecture seule"),
        (psycopg.errors.InvalidPassword(), "refuse le compte"),
        (psycopg.errors.InvalidCatalogName(), "n'existe pas sur le serveur"),
        (psycopg.errors.UndefinedTable(), "grants db upgrade"),
        (psycopg.errors.UndefinedColumn(), "grants db upgrade"),
    ],
)
def test_postgresql_says_what_is_wrong_with_its_server(error: Exception, said: str) -> None:
    assert said in str(unavailable(error))


@pytest.mark.parametrize(
    "error", [psycopg.errors.UniqueViolation(), psycopg.errors.SyntaxError(), ValueError("x"), None]
)
def test_another_error_stays_what_it_is(error: Exception | None) -> None:
    assert unavailable(error) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "le disque est plein"),
        (errno.EROFS, "le disque est en lecture seule"),
        (errno.EACCES, "l'accès est refusé à ce compte du système"),
    ],
)
def test_the_systems_refusals_are_french(number: int, said: str) -> None:
    assert failure_fr(OSError(number, "Some English")) == said

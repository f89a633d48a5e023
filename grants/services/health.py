"""Whether the program can work at all: what a balancer or a supervisor asks every few seconds."""

from __future__ import annotations

from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session


def database_answers(session: Session) -> bool:
    """Whether the database can be reached."""
    try:
        return session.scalar(select(1)) == 1
    except SQLAlchemyError:
        return False


def has_tables(session: Session) -> bool:
    """Whether the database was ever created; an empty one would fail at the first query."""
    return inspect(session.connection()).has_table("organisations")

"""What a view writes is kept when it answers, and only then."""

from __future__ import annotations

import pytest
from flask import Flask, flash, get_flashed_messages
from sqlalchemy import func, select

from grants.errors import Busy, Conflict, NotFound
from grants.extensions import db
from grants.models.conventions import Funder
from grants.services.platform.tenancy import EVERY, set_scope
from grants.views.edge.commits import READING, commits, giving_back

# Endpoint → why it writes without the decorator, or nothing at all.
WITHOUT = {
    "accounts.login": "a refused try counts, whatever is answered",
    "accounts.code": "a refused try counts, whatever is answered",
    "accounts.logout": "the door's events have a transaction of their own",
}


def add_funder(code: str) -> None:
    db.session.add(Funder(code=code, name=code, kind="region"))
    db.session.flush()


def funders() -> int:
    return db.session.scalar(select(func.count(Funder.id))) or 0


def test_every_route_that_may_write_keeps_it_by_the_decorator(app: Flask) -> None:
    writing = {
        rule.endpoint for rule in app.url_map.iter_rules() if (rule.methods or set()) - READING
    }

    bare = {name for name in writing if not hasattr(app.view_functions[name], "commits")}

    assert bare == WITHOUT.keys()


def test_what_was_written_is_kept(app: Flask) -> None:
    @commits
    def view() -> str:
        add_funder("F1")
        return "écrit"

    with app.test_request_context(method="POST"):
        set_scope(db.session(), EVERY)
        answer = view()
        db.session.rollback()

        assert (answer, funders()) == ("écrit", 1)


def test_a_refusal_gives_the_form_back_and_keeps_nothing(app: Flask) -> None:
    @commits
    def view() -> str:
        with giving_back(lambda refusal: f"{refusal} : {funders()}"):
            add_funder("F1")
            raise Conflict("déjà là")

    with app.test_request_context(method="POST"):
        set_scope(db.session(), EVERY)

        assert view() == "déjà là : 0"


def test_any_other_error_keeps_nothing_and_goes_on(app: Flask) -> None:
    @commits
    def view() -> str:
        add_funder("F1")
        raise NotFound("rien")

    with app.test_request_context(method="POST"):
        set_scope(db.session(), EVERY)
        with pytest.raises(NotFound):
            view()

        assert funders() == 0


def test_success_is_not_told_when_the_commit_fails(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> None:
        raise Busy

    @commits
    def view() -> str:
        flash("Enregistré.")
        monkeypatch.setattr(db.session, "commit", busy)
        return "écrit"

    with app.test_request_context(method="POST"):
        with pytest.raises(Busy):
            view()

        assert get_flashed_messages() == []

"""What the program does by itself: each day once, whatever restarts, fails or runs beside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.cli.background import Background, run_once
from grants.clock import FixedClock
from grants.config import SmtpSettings
from grants.extensions import db
from grants.models import LoginFailure, OutgoingMail, PeriodicRun, UserSession
from grants.periods import DAY
from grants.services.accounts.sessions import open_session
from grants.services.daily import periodic
from grants.services.daily.periodic import DAILY, DailyTask, TaskReport, run_daily_tasks
from grants.services.platform.mail import queue_mail
from tests.support.database import NOW
from tests.support.mail_server import mail_server
from tests.support.terminal import Terminal
from tests.support.visitors import EMAIL, open_account

pytestmark = pytest.mark.both_databases

TODAY = NOW.date()
Run = Callable[..., list[TaskReport]]


class Diary:
    """A task that writes down its days in the outbox, and fails when it is told to."""

    def __init__(self) -> None:
        self.fails = False

    def __call__(self, session: Session, *, day: date, at: datetime, site_url: str) -> int:
        key = f"diary {day}"
        # No check for the key: a day done twice breaks the outbox's uniqueness.
        session.add(OutgoingMail(
            key=key, recipient=EMAIL, subject=key, body=site_url, created_at=at, send_after=at,
        ))  # fmt: skip
        session.flush()
        if self.fails:
            raise OSError("the task's own trouble")
        return 0


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def run(fresh_database: Flask, diary: Diary) -> Run:
    """One round at a moment, ``NOW`` unless told otherwise."""

    def once(at: datetime = NOW, *, catches_up: bool = False) -> list[TaskReport]:
        with fresh_database.app_context():
            task = DailyTask("diary", diary, catches_up=catches_up)
            return run_daily_tasks(
                db.engine, now=lambda: at, today=at.date(), site_url="x", tasks=[task]
            )

    return once


def days(app: Flask) -> list[str]:
    with app.app_context():
        keys = db.session.scalars(select(OutgoingMail.key).order_by(OutgoingMail.key)).all()
    return [key.removeprefix("diary ") for key in keys]


def test_a_day_to_come_is_put_right_and_told(fresh_database: Flask, run: Run) -> None:
    far = NOW.replace(year=NOW.year + 10)
    run(far)

    (report,) = run()

    assert (report.day, report.wrong_day) == (TODAY, far.date())
    assert run() == []


def test_a_task_runs_once_a_day_however_often_it_is_asked(fresh_database: Flask, run: Run) -> None:
    rounds = [run(), run(NOW + timedelta(hours=3)), run(NOW + DAY)]

    assert [len(reports) for reports in rounds] == [1, 0, 1]
    assert days(fresh_database) == ["2025-01-15", "2025-01-16"]


def test_missed_days_are_caught_up_by_tasks_that_want_it(fresh_database: Flask, run: Run) -> None:
    run(catches_up=True)
    run(NOW + 3 * DAY, catches_up=True)

    assert days(fresh_database) == ["2025-01-15", "2025-01-16", "2025-01-17", "2025-01-18"]


def test_other_tasks_take_up_with_today(fresh_database: Flask, run: Run) -> None:
    run()
    run(NOW + 3 * DAY)

    assert days(fresh_database) == ["2025-01-15", "2025-01-18"]


def test_a_site_that_stood_still_for_long_catches_up_a_month(
    fresh_database: Flask, run: Run
) -> None:
    run(catches_up=True)
    run(NOW + 90 * DAY, catches_up=True)

    assert len(days(fresh_database)) == 1 + 31


def test_a_failure_leaves_nothing_and_is_tried_again_later_each_time(
    fresh_database: Flask, run: Run, diary: Diary
) -> None:
    diary.fails = True
    [report] = run()
    assert isinstance(report.error, OSError)
    assert days(fresh_database) == []
    assert run(NOW + timedelta(minutes=4)) == []
    assert len(run(NOW + timedelta(minutes=5))) == 1
    assert run(NOW + timedelta(minutes=14)) == []
    diary.fails = False

    [report] = run(NOW + timedelta(minutes=15))

    assert report.error is None
    assert days(fresh_database) == ["2025-01-15"]


def test_a_task_that_was_killed_runs_again_after_its_lease(fresh_database: Flask, run: Run) -> None:
    with fresh_database.app_context():
        db.session.add(PeriodicRun(name="diary", lease=1, leased_until=NOW + timedelta(minutes=9)))
        db.session.commit()

    assert run() == []
    assert len(run(NOW + timedelta(minutes=9))) == 1


def test_whoever_was_overtaken_leaves_nothing(
    fresh_database: Flask, run: Run, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(session: Session, *, day: date, at: datetime, site_url: str) -> int:
        session.execute(text("UPDATE periodic_runs SET lease = lease + 1"))
        return Diary.__call__(diary, session, day=day, at=at, site_url=site_url)

    with fresh_database.app_context():
        reports = run_daily_tasks(
            db.engine, now=lambda: NOW, today=TODAY, site_url="x",
            tasks=[DailyTask("diary", overtaken)],
        )  # fmt: skip

    assert reports == []
    assert days(fresh_database) == []


def test_of_many_at_once_one_does_the_day(fresh_database: Flask, run: Run) -> None:
    reports: list[TaskReport] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        reports.extend(run())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [report.error for report in reports] == [None]
    assert days(fresh_database) == ["2025-01-15"]


def test_the_table_names_each_task_once_and_documents_it() -> None:
    from tests.support.sources import ROOT

    names = [task.name for task in DAILY]
    page = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")

    assert len(set(names)) == len(names)
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_what_is_over_is_forgotten(fresh_database: Flask) -> None:
    with fresh_database.app_context():
        account = open_account(db.session())
        for at in (NOW - DAY, NOW):
            open_session(db.session(), user_id=account.id, address="", device="", at=at)
            db.session.add(LoginFailure(email_hash="x", address="", failed_at=at - timedelta(1)))
        db.session.commit()

    run_once(fresh_database)

    with fresh_database.app_context():
        assert len(db.session.scalars(select(UserSession)).all()) == 1
        assert len(db.session.scalars(select(LoginFailure)).all()) == 1


def test_an_altered_trail_is_told_to_the_operators_once_a_day(
    fresh_cli: Terminal, fresh_database: Flask
) -> None:
    with fresh_database.app_context():
        open_account(db.session())
    assert "check_trail (15/01/2025) : fait" in fresh_cli("periodic").output
    fresh_cli(
        "user",
        "add",
        "x@exemple.test",
        "--name",
        "X",
        "--password-stdin",
        stdin="correct-horse-battery",
    )
    with fresh_database.app_context():
        unlocked(db.session())
        db.session.execute(text("UPDATE audit_events SET origin = 'nowhere'"))
        db.session.commit()
    fresh_database.config["CLOCK"] = FixedClock(NOW + DAY)

    answer = fresh_cli("periodic", exit_code=1)
    again = fresh_cli("periodic")

    assert "check_trail (16/01/2025) : 1 constat à examiner" in answer.output
    assert "Aucune tâche n'est due" in again.output
    with fresh_database.app_context():
        told = select(OutgoingMail).where(OutgoingMail.key.like("trail:%"))
        mails = db.session.scalars(told.order_by(OutgoingMail.id)).all()
        # The terminal makes operators.
        assert [mail.recipient for mail in mails] == [EMAIL, "x@exemple.test"]
        assert "plateforme" in mails[0].body


def unlocked(session: Session) -> None:
    """Take the guards of the trail away, as somebody with all rights can."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        return
    triggers = session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_events'")
    ).all()
    for name in triggers:
        session.execute(text(f"DROP TRIGGER {name}"))


def test_the_thread_beside_the_site_sends_mail_and_stops_when_told(
    fresh_database: Flask,
) -> None:
    with mail_server() as mailbox:
        fresh_database.config["SMTP"] = SmtpSettings(
            host="127.0.0.1", port=mailbox.port, user="", password="", is_tls_from_the_start=False,
            sender="grants@exemple.test",
        )  # fmt: skip
        with fresh_database.app_context():
            queue_mail(
                db.session, to=EMAIL, subject="Essai", template="test", context={"at": NOW},
                key="essai", at=NOW,
            )  # fmt: skip
            db.session.commit()
        background = Background(fresh_database)
        background.start()
        background.stop()

        assert not background.is_alive()
        assert [message["Subject"] for message in mailbox.messages] == ["Essai"]


def test_a_round_that_fails_is_told_and_the_next_one_comes(
    fresh_database: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    came_back = threading.Event()
    rounds = iter([OSError("somebody@exemple.test"), None])

    def trouble(*_: object, **__: object) -> list[TaskReport]:
        error = next(rounds, None)
        if error is not None:
            raise error
        came_back.set()
        return []

    monkeypatch.setattr(periodic, "run_daily_tasks", trouble)
    background = Background(fresh_database, every=0)
    background.start()
    came_back.wait(10)
    background.stop()

    said = capsys.readouterr().err
    assert 'event="background round failed"' in said
    assert "error=OSError" in said
    assert "exemple.test" not in said


def test_without_tables_the_thread_waits_for_them(fresh_database: Flask) -> None:
    with fresh_database.app_context():
        db.drop_all()

    assert run_once(fresh_database).is_well


@pytest.mark.parametrize("field", ["failures", "lease"])
def test_counts_of_a_task_are_never_negative(fresh_database: Flask, field: str) -> None:
    with fresh_database.app_context():
        db.session.add(PeriodicRun(name="x", **{field: -1}))

        with pytest.raises(IntegrityError, match=f"ck_periodic_runs_{field}"):
            db.session.flush()


def test_the_day_is_that_of_france(fresh_database: Flask, diary: Diary) -> None:
    fresh_database.config["CLOCK"] = FixedClock(datetime(2025, 1, 15, 23, 30, tzinfo=UTC))

    done = run_once(fresh_database)

    assert {report.day for report in done.tasks} == {date(2025, 1, 16)}

"""What the program does by itself once a day, each day once.

``DAILY`` is the table: a line makes a task. ``run_daily_tasks`` may be called every minute by as
many processes as there are: a task is leased before it runs, and what it writes is committed
together with the note that its day is done. Whoever dies in between leaves nothing, and the task
runs again once its lease is over. A task that fails is tried again, later each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.models.platform import PeriodicRun
from grants.periods import DAY
from grants.services.daily.housekeeping import forget_expired
from grants.services.daily.trail_alarm import check_trail
from grants.services.platform.tenancy import EVERY, set_scope
from grants.services.timesheets.reminders import remind

LEASE = timedelta(minutes=30)
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)
MOST_FAILURES_COUNTED = 10
# A site that stood still for longer takes up the last days only.
MOST_DAYS = 31
# A day noted further ahead was written under a wrong clock: it is put right, not waited for.
CLOCKS_DIFFER = DAY


class Work(Protocol):
    """What a task does, in a session of its own that reaches every organisation."""

    def __call__(self, session: Session, *, day: date, at: datetime, site_url: str) -> int:
        """Do it for ``day``; flush, never commit. ``site_url`` is for links in mails. Who reads
        long before the first write ends the reading by a rollback: SQLite would refuse the write.

        Returns: how many things were found that somebody should look at; 0 is all well.
        """


@dataclass(frozen=True, slots=True)
class DailyTask:
    """A line of the table. ``name`` is kept in the database: never rename it.

    ``catches_up``: run for each day that was missed, oldest first; else only for today.
    """

    name: str
    work: Work
    catches_up: bool = False


DAILY: tuple[DailyTask, ...] = (
    DailyTask("forget_expired", forget_expired),
    DailyTask("check_trail", check_trail),
    DailyTask("sheet_reminders", remind),
)


@dataclass(frozen=True, slots=True)
class TaskReport:
    """How a task went on one day; ``error`` is what stopped it."""

    name: str
    day: date
    found: int = 0
    error: Exception | None = None
    wrong_day: date | None = None
    """Day to come that the task was noted as done on, under a wrong clock."""


class _LeaseLost(Exception):
    """Somebody else took the task up meanwhile: nothing of ours may stay."""


def run_daily_tasks(
    engine: Engine,
    *,
    now: Callable[[], datetime],
    today: date,
    site_url: str,
    tasks: Sequence[DailyTask] = DAILY,
) -> list[TaskReport]:
    """Run what is due; commits after each day of each task. Nothing due gives an empty list.

    Args: now: the clock, asked for each lease. today: the day in France.
    """
    reports = []
    for task in tasks:
        lease = _leased(engine, task.name, today, now())
        if lease is not None:
            reports += _run(engine, task, lease, today, now, site_url)
    return reports


def missed_days(done_on: date | None, today: date, *, catches_up: bool) -> tuple[date, ...]:
    """Days that a task is to run for, oldest first.

    Example:
    >>> missed_days(date(2025, 1, 12), date(2025, 1, 14), catches_up=True)
    (datetime.date(2025, 1, 13), datetime.date(2025, 1, 14))
    >>> missed_days(None, date(2025, 1, 14), catches_up=True)
    (datetime.date(2025, 1, 14),)
    """
    if done_on is None or done_on > today or not catches_up:
        return (today,)
    first = max(done_on + DAY, today - DAY * (MOST_DAYS - 1))
    return tuple(first + DAY * number for number in range((today - first).days + 1))


def task_delay(failures: int) -> timedelta:
    """How long to wait after so many failures in a row.

    Example:
    >>> [str(task_delay(failures)) for failures in (1, 2, 3, 50)]
    ['0:05:00', '0:10:00', '0:20:00', '6:00:00']
    """
    doubled: timedelta = FIRST_DELAY * (1 << (min(failures, MOST_FAILURES_COUNTED) - 1))
    return min(doubled, LONGEST_DELAY)


@dataclass(frozen=True, slots=True)
class _Lease:
    number: int
    done_on: date | None


def _leased(engine: Engine, name: str, today: date, at: datetime) -> _Lease | None:
    """A task that is due and that nobody holds; one statement, so that one of two gets it."""
    due = (
        PeriodicRun.name == name,
        or_(
            PeriodicRun.done_on.is_(None),
            PeriodicRun.done_on < today,
            PeriodicRun.done_on > today + CLOCKS_DIFFER,
        ),
        or_(
            PeriodicRun.leased_until.is_(None),
            PeriodicRun.leased_until <= at,
            PeriodicRun.leased_until > at + LONGEST_DELAY + CLOCKS_DIFFER,
        ),
    )
    with Session(engine) as session:
        _know(session, name)
        # Read first: SQLite has one writer, and most minutes have nothing due.
        if session.scalar(select(PeriodicRun.name).where(*due)) is None:
            return None
        session.rollback()
        row = session.execute(
            update(PeriodicRun)
            .where(*due)
            .values(lease=PeriodicRun.lease + 1, leased_until=at + LEASE)
            .returning(PeriodicRun.lease, PeriodicRun.done_on)
        ).one_or_none()
        session.commit()
        return None if row is None else _Lease(*row)


def _know(session: Session, name: str) -> None:
    if session.get(PeriodicRun, name) is not None:
        return
    session.rollback()
    session.add(PeriodicRun(name=name))
    try:
        session.commit()
    except IntegrityError:  # another process met the task at the same moment
        session.rollback()


def _run(
    engine: Engine,
    task: DailyTask,
    lease: _Lease,
    today: date,
    now: Callable[[], datetime],
    site_url: str,
) -> list[TaskReport]:
    reports: list[TaskReport] = []
    is_ahead = lease.done_on is not None and lease.done_on > today
    wrong = lease.done_on if is_ahead else None
    for day in missed_days(lease.done_on, today, catches_up=task.catches_up):
        try:
            found = _done(engine, task, lease, day, now(), site_url, is_last=day == today)
        except _LeaseLost:
            break
        except Exception as error:  # whatever it is must not stop the other tasks
            _record_failure(engine, task, lease, now())
            reports.append(TaskReport(task.name, day, error=error, wrong_day=wrong))
            break
        reports.append(TaskReport(task.name, day, found, wrong_day=wrong))
    return reports


def _done(
    engine: Engine, task: DailyTask, lease: _Lease, day: date, at: datetime, site_url: str, *,
    is_last: bool,
) -> int:  # fmt: skip
    with Session(engine) as session:
        set_scope(session, EVERY)
        found = task.work(session, day=day, at=at, site_url=site_url)
        session.flush()
        mine = session.execute(
            update(PeriodicRun)
            .where(PeriodicRun.name == task.name, PeriodicRun.lease == lease.number)
            .values(done_on=day, failures=0, leased_until=None if is_last else at + LEASE)
            .returning(PeriodicRun.name)
        ).one_or_none()
        if mine is None:
            raise _LeaseLost
        session.commit()
        return found


def _record_failure(engine: Engine, task: DailyTask, lease: _Lease, at: datetime) -> None:
    with Session(engine) as session:
        mine = (PeriodicRun.name == task.name, PeriodicRun.lease == lease.number)
        failures = (session.scalar(select(PeriodicRun.failures).where(*mine)) or 0) + 1
        session.rollback()
        session.execute(
            update(PeriodicRun)
            .where(*mine)
            .values(failures=failures, leased_until=at + task_delay(failures))
        )
        session.commit()

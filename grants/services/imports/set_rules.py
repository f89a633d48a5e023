"""What rows owe each other: keys that stand once, days of 24 hours, persons of 100 %."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from grants import french
from grants.french import day_fr, month_number, percent
from grants.models.base import AnySession
from grants.models.coverage import Territory
from grants.models.people import Employment
from grants.models.posts import Holding
from grants.periods import FOREVER, Period, month_of_index
from grants.services.imports.checking import CheckedFile, CheckedRow
from grants.services.imports.fund_rules import check_funds
from grants.services.imports.register import Register
from grants.services.imports.tables import table_of
from grants.workbook_format.columns import CellKind
from grants.workbook_format.conventions import POSTES
from grants.workbook_format.framework import TERRITOIRES
from grants.workbook_format.people import AFFECTATIONS, AGENTS, CONTRATS
from grants.workbook_format.sheet import Sheet
from grants.workbook_format.time_and_pay import FEUILLES_TEMPS

DAY_MINUTES = 24 * 60
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a person taken over days. ``row`` is 0 for what is stored already."""

    period: Period
    part: Decimal
    row: int


def apply_set_rules(file: CheckedFile, register: Register, session: AnySession) -> None:
    """Check each sheet as a whole, with what is stored where the file completes it."""
    for checked in file.sheets.values():
        _check_keys(file, checked.sheet, checked.rows)
    _check_days(file)
    for sheet, column, model in (
        (CONTRATS.name, "quotite", Employment),
        (AFFECTATIONS.name, "part", Holding),
    ):
        stored = _stored_shares(session, register, model, file.rows(sheet))
        _check_shares(file, sheet, column, stored)
    _check_territories(file, session)
    check_funds(file, session)


def _check_keys(file: CheckedFile, sheet: Sheet, rows: Iterable[CheckedRow]) -> None:
    """Two rows of one key would overwrite each other."""
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        if not row.values.keys() >= {name for name in sheet.key if sheet.column(name).required}:
            continue
        key = tuple(row.values.get(name) or None for name in sheet.key)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            column = next(n for n in sheet.key if row.values.get(n) is not None)
            same = ", ".join(sheet.key)
            expected = f"une clé ({same}) qui n'est pas déjà celle de la ligne {first}"
            file.refuse(sheet.name, row.number, column, _key_text(sheet, row), expected)


def _key_text(sheet: Sheet, row: CheckedRow) -> str:
    parts = []
    for name in sheet.key:
        value = row.values.get(name)
        if sheet.column(name).kind is CellKind.MONTH and isinstance(value, int):
            parts.append(month_number(month_of_index(value)))
        elif isinstance(value, date):
            parts.append(day_fr(value))
        elif value not in (None, ""):
            parts.append(str(value))
    return ", ".join(parts)


def _check_days(file: CheckedFile) -> None:
    """The rows of an agent and a day make the whole day: 24 hours at most."""
    minutes: dict[tuple[object, date], int] = defaultdict(int)
    for row in file.rows(FEUILLES_TEMPS.name):
        worked, day = row.values.get("heures"), row.values.get("date")
        if isinstance(worked, int) and isinstance(day, date):
            agent_day = (row.values.get("agent"), day)
            before = minutes[agent_day]
            minutes[agent_day] = total = before + worked
            if before <= DAY_MINUTES < total and agent_day[0] is not None:
                found = french.minutes(total)
                expected = f"24 h au plus pour l'agent {agent_day[0]} le {day_fr(day)}"
                file.refuse(FEUILLES_TEMPS.name, row.number, "heures", found, expected)


def _stored_shares(
    session: AnySession,
    register: Register,
    model: type[Employment] | type[Holding],
    rows: Sequence[CheckedRow],
) -> dict[str, list[Share]]:
    """Stored shares of the file's agents, without those that the file replaces."""
    codes = {
        entry.id: code
        for code in {str(row.values["agent"]) for row in rows if "agent" in row.values}
        if (entry := register.entry(AGENTS.name, code)) is not None
    }
    if not codes:
        return {}
    replaced = {(str(row.values.get("agent")), *_place(register, row)) for row in rows}
    table = table_of(model)
    part = table.c["fte"] if model is Employment else table.c["share"]
    post = table.c["id"] if model is Employment else table.c["post_id"]
    found: dict[str, list[Share]] = defaultdict(list)
    query = select(table.c.person_id, post, table.c.start_on, table.c.end_on, part)
    for person, post_id, start, end, share in session.execute(query):
        held = (start,) if model is Employment else (start, post_id)
        if person in codes and (codes[person], *held) not in replaced:
            period = Period(start, end or FOREVER)
            found[codes[person]].append(Share(period, share, 0))
    return found


def _place(register: Register, row: CheckedRow) -> tuple[object, ...]:
    """What identifies a stored row beside its agent: its first day, and the post held."""
    if "poste" not in row.values:
        return (row.values.get("debut"),)
    post = register.entry(POSTES.name, str(row.values["poste"]))
    return row.values.get("debut"), None if post is None else post.id


def _check_shares(
    file: CheckedFile, sheet: str, column: str, stored: Mapping[str, Sequence[Share]]
) -> None:
    by_agent: dict[str, list[Share]] = defaultdict(list)
    for row in file.rows(sheet):
        share = _share(row, column)
        if share is not None:
            by_agent[str(row.values["agent"])].append(share)
    for agent, shares in by_agent.items():
        for share, others, day in _overcommitted([*stored.get(agent, ()), *shares]):
            total = share.part + sum(other.part for other in others)
            places = ", ".join(f"ligne {o.row}" if o.row else "déjà enregistré" for o in others)
            found = percent(total, 4)
            expected = (
                f"100 % au plus pour l'agent {agent} au {day_fr(day)}, avec {places} : datez la "
                "fin de l'un ou réduisez la part"
            )
            file.refuse(sheet, share.row, column, found, expected)


def _share(row: CheckedRow, column: str) -> Share | None:
    agent, first, part = (row.values.get(name) for name in ("agent", "debut", column))
    last = row.values.get("fin")
    part = WHOLE if part is None and column == "part" else part
    if agent is None or not isinstance(first, date) or not isinstance(part, Decimal | int):
        return None
    if isinstance(last, date) and last < first:
        return None
    period = Period.inclusive(first, last if isinstance(last, date) else None)
    return Share(period, Decimal(part), row.number)


def _overcommitted(shares: Sequence[Share]) -> list[tuple[Share, list[Share], date]]:
    """Each row of the file at whose start, or during which, the parts pass the whole; once a row.

    The latest row of the file is the one reported, with the others that hold on that day.
    """
    reported: dict[int, tuple[Share, list[Share], date]] = {}
    for day in sorted({share.period.start for share in shares}):
        held = [share for share in shares if share.period.contains(day)]
        if sum(share.part for share in held) > WHOLE:
            latest = max(held, key=lambda share: share.row)
            if latest.row:
                others = [share for share in held if share is not latest]
                reported.setdefault(latest.row, (latest, others, day))
    return list(reported.values())


def _check_territories(file: CheckedFile, session: AnySession) -> None:
    """A territory contained in itself would make every sum over territories endless."""
    rows = {str(row.values.get("code")): row for row in file.rows(TERRITOIRES.name)}
    if not rows:
        return
    parents = _stored_parents(session)
    for code, row in rows.items():
        if "parent" in row.values:
            parents[code] = row.values["parent"]
    for code, row in rows.items():
        path = [code]
        while (parent := parents.get(path[-1])) is not None and parent not in path:
            path.append(str(parent))
        if parent == code:
            chain = " → ".join([*path, code])
            expected = f"un territoire qui n'est pas contenu dans celui-ci ({chain})"
            file.refuse(TERRITOIRES.name, row.number, "parent", row.values["parent"], expected)


def _stored_parents(session: AnySession) -> dict[str, object]:
    table = table_of(Territory)
    parent = table.alias("parent")
    query = select(table.c.code, parent.c.code).join(parent, table.c.parent_id == parent.c.id)
    return {row[0]: row[1] for row in session.execute(query)}

"""A signed sheet as the controller of one operation reads it: that operation, and the rest as one.

Law: décret n° 2022-608, annex: a controller needs the hours on the operation and the whole of the
hours worked; which other operations took them is no part of the proof.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from grants.enums import Activity
from grants.periods import Period
from grants.rules.timesheets.rows import OTHER_TITLE, row_key
from grants.rules.timesheets.sheet import Place, Sheet, SheetDayFacts, SheetRow

FOLDED_NOTE = (
    "Édition pour le contrôle : les heures des autres opérations sont regroupées sous « Autre "
    "activité » ; l'empreinte est celle de la feuille entière, telle qu'elle a été signée."
)
LOCKED = "Cette feuille est signée : elle se lit sans se modifier."
OTHER_KEY = row_key(None, Activity.OTHER)
_OTHER = SheetRow(OTHER_KEY, None, "", OTHER_TITLE, Activity.OTHER, is_open=False)


def for_control(sheet: Sheet, named: Mapping[int, Period]) -> Sheet | None:
    """The sheet as an auditor of the ``named`` conventions reads it; None where it is not theirs:
    without both signatures, or of a month in which none of them runs.
    """
    running = {number for number, days in named.items() if days.overlaps(sheet.month)}
    if not running or sheet.signed_by_manager is None:
        return None
    kept = tuple(row for row in sheet.rows if row.convention_id in running)
    keys = {row.key for row in kept}
    minutes = _folded(sheet.minutes, keys)
    has_others = any(row.key not in keys for row in sheet.rows)
    rows = (*kept, _OTHER) if has_others else kept
    totals = {row.key: _total(minutes, row.key) for row in rows}
    timed = {day for (key, day), spent in sheet.minutes.items() if spent and key in keys}
    return replace(
        sheet,
        rows=rows,
        days=tuple(_day(one, is_timed=one.day in timed) for one in sheet.days),
        locked_for=_said(sheet.locked_for, kept),
        minutes=minutes,
        proposed={},
        comments={place: text for place, text in sheet.comments.items() if place[0] in keys},
        steps=tuple(replace(step, reason="") for step in sheet.steps),
        returned_because="",
        progress=tuple(one for one in sheet.progress if one.convention_id in running),
        oddities=(),
        row_totals=totals,
        open_conventions=(),
        operations=tuple(one for one in sheet.operations if one.convention_id in running),
        changes=(),
        is_folded=has_others,
    )


def _said(locked_for: str, kept: tuple[SheetRow, ...]) -> str:
    """The claim that a sheet is locked for, where it is one of the operations shown."""
    return locked_for if any(row.number in locked_for for row in kept) else ""


def _folded(minutes: Mapping[Place, int], kept: set[str]) -> dict[Place, int]:
    found: dict[Place, int] = defaultdict(int)
    for (key, day), spent in minutes.items():
        found[key if key in kept else OTHER_KEY, day] += spent
    return dict(found)


def _total(minutes: Mapping[Place, int], key: str) -> int:
    return sum(spent for (own, _), spent in minutes.items() if own == key)


def _day(facts: SheetDayFacts, *, is_timed: bool) -> SheetDayFacts:
    """A day's remark may name another operation: it stays where the named one took hours."""
    because = LOCKED if facts.locked_because else ""
    return replace(facts, comment=facts.comment if is_timed else "", locked_because=because)

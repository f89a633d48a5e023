"""Who signs: the visitor, or the visitor for an absent colleague whose role they exercise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask_login import current_user

from grants.extensions import db
from grants.services.accounts.telling import actor_of
from grants.services.accounts.users import account_name
from grants.views.edge.deed import account_deed

if TYPE_CHECKING:
    from grants.rules.timesheets.attention import TeamLine
    from grants.services.audit.deed import Actor, Deed


def acting(line: TeamLine) -> tuple[Actor, str]:
    """Actor for the trail and name under the sheet: « X », or « X, pour Y »."""
    mine = actor_of(current_user.account)
    if line.acting_for is None:
        return mine, mine.label
    absent = account_name(db.session(), line.acting_for)
    return replace(mine, label=f"{mine.label} pour {absent}"), f"{mine.label}, pour {absent}"


def signing(line: TeamLine, reason: str = "") -> tuple[Deed, str]:
    """What the visitor does to a sheet, and their name under it."""
    actor, name = acting(line)
    return replace(account_deed(current_user.account, reason), actor=actor), name


def stands_in_for(lines: list[TeamLine]) -> list[str]:
    """Names of the absent colleagues for whom some lines would be signed, each once."""
    absent = {line.acting_for for line in lines if line.acting_for is not None and line.may_approve}
    return sorted(account_name(db.session(), number) for number in absent)

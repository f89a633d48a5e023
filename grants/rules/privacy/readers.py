"""Which conventions, days, sums and time sheets each role reads: the one table.

Law: règlement (UE) 2016/679, article 5.1 c) and f): data limited to what each purpose needs, and
kept from everybody else. Pay is read by whoever prepares or controls a claim, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from grants.enums import Role


class Conventions(StrEnum):
    """Which conventions exist for a role."""

    ALL = "all"
    TEAM = "those that pay or time the team"
    NAMED = "those named"
    NONE = "none"


class Days(StrEnum):
    """For which days a claim is shown."""

    ANY = "any"
    OWN = "claim periods"
    NONE = "none"


class Sums(StrEnum):
    """What is shown of the money of a claim."""

    PERSONAL = "every person"
    JOINT = "joint sums"
    NONE = "none"


class Sheets(StrEnum):
    """Which time sheets are read, one's own aside."""

    ALL = "all"
    TEAM = "team"
    STATES = "states and totals"
    CHARGED = "signed, of the convention's days"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reader:
    """What a role reads where it is held."""

    conventions: Conventions
    days: Days
    sums: Sums
    sheets: Sheets

    @property
    def sees_pay(self) -> bool:
        """Whether lines, persons, payslips, breakdowns and files of a claim are shown."""
        return self.sums is Sums.PERSONAL


_NOTHING = Reader(Conventions.NONE, Days.NONE, Sums.NONE, Sheets.NONE)
READERS: Mapping[Role, Reader] = {
    # Operations are chosen by their numbers on one's own sheet: that they exist is no secret.
    Role.FACILITATOR: replace(_NOTHING, conventions=Conventions.ALL),
    Role.MANAGER: Reader(Conventions.TEAM, Days.OWN, Sums.JOINT, Sheets.TEAM),
    Role.FINANCE: Reader(Conventions.ALL, Days.ANY, Sums.PERSONAL, Sheets.ALL),
    Role.DIRECTOR: Reader(Conventions.ALL, Days.OWN, Sums.JOINT, Sheets.STATES),
    Role.AUDITOR: Reader(Conventions.NAMED, Days.ANY, Sums.PERSONAL, Sheets.CHARGED),
    Role.ADMINISTRATOR: _NOTHING,
    Role.OPERATOR: Reader(Conventions.ALL, Days.ANY, Sums.PERSONAL, Sheets.ALL),
}


def roles_reading(*sums: Sums) -> frozenset[Role]:
    """Roles that read some of these sums.

    Example:
    >>> sorted(role.value for role in roles_reading(Sums.JOINT))
    ['director', 'manager']
    """
    return frozenset(role for role, reader in READERS.items() if reader.sums in sums)


SEES_PAY = roles_reading(Sums.PERSONAL)
SEES_SUMS = roles_reading(Sums.PERSONAL, Sums.JOINT)

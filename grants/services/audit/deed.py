"""Who does something, by which door, from where, when and why: what every write hands down.

A view or a command builds one ``Deed`` (``views/edge/deed``, ``cli/deed``) and gives it to one
service; the service hands it on, down to the trail. Where the service knows better (the account
that a log-in opened, a reason in its final wording), it hands on a ``dataclasses.replace`` of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from grants.enums import AuditVia

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: the account's id, None for no account; how the trail shows them; role.

    Never an e-mail address: the trail cannot be purged.
    """

    id: int | None
    label: str
    role: str = ""


# What the program does by itself, and whoever is not logged in.
PROGRAM = Actor(None, "Programme")
STRANGER = Actor(None, "Visiteur non connecté")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody does. ``at`` is the moment, aware; ``origin`` the address or machine
    that the order came from; ``reason`` why, in their words, empty where nobody asked.
    """

    actor: Actor
    at: datetime
    via: AuditVia
    origin: str = ""
    reason: str = ""

    @property
    def as_of(self) -> date:
        """The day in France at that moment.

        Example:
        >>> Deed(PROGRAM, datetime.fromisoformat("2025-01-31T23:30+00:00"), AuditVia.CLI).as_of
        datetime.date(2025, 2, 1)
        """
        return self.at.astimezone(PARIS).date()

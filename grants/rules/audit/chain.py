"""The trail as a chain: what is hashed of an event, and how a broken chain is found.

Each event carries the SHA-256 of its own canonical form, which holds the hash of the event before.
Whoever changes, removes, adds or moves one would have to rewrite all that follow and the head that
is kept apart. Nothing here knows a database: a copy of the rows is enough to check them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal

from grants.frozen import frozen

GENESIS = "0" * 64
FORMAT = "grants-audit-1"

Value = None | bool | int | str | Decimal | date | tuple["Value", ...] | Mapping[str, "Value"]
Document = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as it is hashed: times and documents already in their one spelling.

    ``at`` is ``utc_text`` of the moment; ``before`` and ``after`` are ``canonical`` documents.
    """

    organisation_id: int | None
    sequence: int
    at: str
    actor_id: int | None
    actor_label: str
    actor_role: str
    via: str
    action: str
    object_kind: str
    object_key: str
    before: str | None
    after: str | None
    reason: str
    origin: str
    previous_hash: str
    hash: str = ""


# Everything but the hash itself.
HASHED = tuple(item.name for item in fields(ChainedEvent) if item.name != "hash")


@frozen
class ChainHead:
    """What is kept beside a chain: how many events it has, and the hash of the last."""

    count: int
    last_hash: str


@frozen
class ChainBreak:
    """First place where a chain does not hold; ``sequence`` is the number of that event."""

    sequence: int
    code: str
    message: str


@frozen
class ChainReport:
    """A chain that was walked: its sound events from the first on, and where it breaks."""

    count: int
    last_hash: str
    broken: ChainBreak | None = None


def canonical(document: Document) -> str:
    """The one spelling of a document: sorted keys, no spaces, ASCII; decimals and days as text.

    Raises: TypeError: for a float, whose decimals are already lost, and for anything else odd.
    Example:
    >>> canonical({"taux": Decimal("0.60"), "fin": date(2025, 1, 1), "actif": True})
    '{"actif":true,"fin":"2025-01-01","taux":"0.60"}'
    """
    return json.dumps(_plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case tuple():
            return [_plain(part) for part in value]
        case _:
            raise TypeError(f"{type(value).__name__} in an audit event")


def utc_text(moment: datetime) -> str:
    """A moment as it is hashed: UTC, to the microsecond.

    Raises: ValueError: a moment without a zone says no time.
    Example:
    >>> utc_text(datetime(2025, 1, 15, 9, tzinfo=UTC))
    '2025-01-15T09:00:00.000000+00:00'
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def event_hash(event: ChainedEvent) -> str:
    """SHA-256 of everything in the event but its own hash, as 64 hexadecimal digits."""
    content = {name: getattr(event, name) for name in HASHED}
    return hashlib.sha256(canonical({"format": FORMAT, **content}).encode()).hexdigest()


def verify_chain(
    events: Iterable[ChainedEvent],
    head: ChainHead | None,
    anchors: Mapping[int, str] | None = None,
) -> ChainReport:
    """Walk one chain in the order of its numbers and tell the first break.

    ``head`` is what was kept beside the chain, None when nothing was. ``anchors`` are hashes by
    number that somebody noted elsewhere: without one, cutting off the end of the chain together
    with its head leaves no trace.
    """
    noted = dict(anchors or {})
    count, last = 0, GENESIS
    for event in events:
        broken = _event_break(event, count + 1, last, noted.pop(count + 1, None))
        if broken is not None:
            return ChainReport(count, last, broken)
        count, last = count + 1, event.hash
    return ChainReport(count, last, _end_break(count, last, head, noted))


def _event_break(
    event: ChainedEvent, expected: int, previous: str, noted: str | None
) -> ChainBreak | None:
    if event.sequence != expected:
        return ChainBreak(
            expected,
            "gap",
            f"l'événement n° {expected} manque : on trouve le n° {event.sequence} à sa place",
        )
    if event.hash != event_hash(event):
        return ChainBreak(
            expected,
            "altered",
            f"l'événement n° {expected} a été modifié : son contenu ne donne plus son empreinte",
        )
    if event.previous_hash != previous:
        return ChainBreak(
            expected,
            "unlinked",
            f"l'événement n° {expected} ne suit pas celui qui le précède : l'un des deux a été "
            "remplacé, ajouté ou déplacé",
        )
    if noted is not None and noted != event.hash:
        return ChainBreak(
            expected,
            "anchor",
            f"l'événement n° {expected} n'est plus celui dont l'empreinte a été notée : la suite a "
            "été réécrite à partir de là ou plus tôt",
        )
    return None


def _end_break(
    count: int, last: str, head: ChainHead | None, noted: Mapping[int, str]
) -> ChainBreak | None:
    kept = head or ChainHead(0, GENESIS)
    if kept.count > count:
        return ChainBreak(
            count + 1,
            "truncated",
            f"l'événement n° {count + 1} manque : {kept.count} ont été écrits, il en reste {count}",
        )
    if kept.count < count:
        return ChainBreak(
            kept.count + 1,
            "forged",
            f"l'événement n° {kept.count + 1} a été ajouté hors du programme : {kept.count} ont "
            f"été écrits, on en trouve {count}",
        )
    if kept.last_hash != last:
        return ChainBreak(
            count,
            "head",
            f"la tête de chaîne ne porte pas l'empreinte de l'événement n° {count} : la chaîne ou "
            "sa tête a été réécrite",
        )
    if noted:
        first = min(noted)
        return ChainBreak(
            count + 1,
            "anchor",
            f"l'événement n° {first} dont l'empreinte a été notée manque : il n'en reste que "
            f"{count}, la fin de la chaîne a été coupée avec sa tête",
        )
    return None

"""The document that a signature fixes: everything that the sheet printed on that day, in one
spelling whose SHA-256 is the hash of the content signed.

Facts, not texts: the print is made from them, and today's facts are compared with them. A line
keeps the key by which pages name it. What the same people sign twice is two documents, for each
holds the moment of its first signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from grants.enums import AbsenceKind, Activity, DayClosure, FunderKind
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.audit.chain import Document, canonical, utc_text

FORMAT = "grants-sheet-2"


class DocumentState(StrEnum):
    """Whether the document of a signed sheet is there and answers to its hash."""

    NONE = "none"  # nobody signed here
    KEPT = "kept"
    MISSING = "missing"  # signed before documents were kept
    ALTERED = "altered"


@frozen
class SheetEmployer:
    """Structure as a sheet prints it."""

    name: str
    siret: str
    address: str


@frozen
class SheetOperation:
    """Operation as its convention names it."""

    convention_id: int
    number: str
    operation_number: str
    title: str
    funder_name: str
    funder_kind: FunderKind


@frozen
class SheetPerson:
    """Agent as a sheet prints them."""

    code: str
    last_name: str
    first_name: str
    job_title: str


@frozen
class SheetContract:
    """Days of the month under one contract: its share of full time, its weekly hours."""

    period: Period
    fte: Decimal
    weekly_minutes: int


@frozen
class SheetAbsence:
    """Days of the month away from work."""

    kind: AbsenceKind
    period: Period
    minutes: int | None


@frozen
class SheetDay:
    """A day: why it is closed, what the contract expects of it, what was noted."""

    day: date
    closure: DayClosure | None
    closed_because: str
    expected: int
    absence: int
    comment: str


@frozen
class SheetLine:
    """A line of the grid with its minutes and comments by day."""

    key: str
    number: str
    title: str
    activity: Activity
    market: str
    minutes: Mapping[date, int]
    comments: Mapping[date, str]


@frozen
class SheetContent:
    """What a sheet says of a month, whoever signs it."""

    person: SheetPerson
    employer: SheetEmployer
    month: Period
    contracts: tuple[SheetContract, ...]
    days: tuple[SheetDay, ...]
    lines: tuple[SheetLine, ...]
    absences: tuple[SheetAbsence, ...]
    operations: tuple[SheetOperation, ...]

    @property
    def expected(self) -> int:
        """Minutes that the contract expected of the month."""
        return sum(one.expected for one in self.days)


@frozen
class FirstSignature:
    """The signature that made the document; on paper both stand there, with the copy's reference.

    ``at`` is known where it was given here.
    """

    name: str
    on: date
    at: datetime | None = None
    manager: str = ""
    manager_on: date | None = None
    piece: str = ""


@frozen
class SheetDocument:
    """A kept document. ``hours_sha256`` is the hash of hours and leave alone (``content``)."""

    content: SheetContent
    signature: FirstSignature
    hours_sha256: str
    engine_version: str
    emblem_sha256: str = ""
    emblem_extension: str = ""


def written(document: SheetDocument) -> str:
    """Canonical JSON of a document: what is hashed and kept."""
    signature = document.signature
    return canonical(
        {
            "format": FORMAT,
            **_content_plain(document.content),
            "signed": {
                "name": signature.name,
                "on": signature.on,
                "at": None if signature.at is None else utc_text(signature.at),
                "manager": signature.manager,
                "manager_on": signature.manager_on,
                "piece": signature.piece,
            },
            "hours_sha256": document.hours_sha256,
            "engine": document.engine_version,
            "emblem": {"sha256": document.emblem_sha256, "type": document.emblem_extension},
        }
    )


def sha256_of(text: str) -> str:
    """Hash of a written document, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_document(text: str, sha256: str) -> SheetDocument | None:
    """A kept document; None where it no longer answers to its hash, or is none."""
    if sha256_of(text) != sha256:
        return None
    try:
        return _document(json.loads(text))
    except (KeyError, TypeError, ValueError):
        return None


def _content_plain(content: SheetContent) -> Document:
    return {
        "person": _plain(content.person),
        "employer": _plain(content.employer),
        "month": f"{content.month.start:%Y-%m}",
        "contracts": tuple(map(_plain, content.contracts)),
        "days": tuple(map(_plain, content.days)),
        "lines": tuple(map(_plain, content.lines)),
        "absences": tuple(map(_plain, content.absences)),
        "operations": tuple(map(_plain, content.operations)),
    }


def _plain(part: Any) -> dict[str, Any]:
    """Fields of a part by name; a period by its first and last day, days of a mapping as text."""
    found: dict[str, Any] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        match value:
            case Period():
                found["first"], found["last"] = value.start, value.last
            case Mapping():
                found[one.name] = {day.isoformat(): told for day, told in value.items()}
            case _:
                found[one.name] = value
    return found


def _document(told: Mapping[str, Any]) -> SheetDocument:
    if told["format"] != FORMAT:
        raise ValueError(told["format"])
    signed, emblem = told["signed"], told["emblem"]
    return SheetDocument(
        _content(told),
        FirstSignature(
            signed["name"],
            date.fromisoformat(signed["on"]),
            _moment(signed["at"]),
            signed["manager"],
            _day(signed["manager_on"]),
            signed["piece"],
        ),
        told["hours_sha256"],
        told["engine"],
        emblem["sha256"],
        emblem["type"],
    )


def _content(told: Mapping[str, Any]) -> SheetContent:
    return SheetContent(
        SheetPerson(**told["person"]),
        SheetEmployer(**told["employer"]),
        Period.month(date.fromisoformat(f"{told['month']}-01")),
        tuple(
            SheetContract(_period(one), Decimal(one["fte"]), one["weekly_minutes"])
            for one in told["contracts"]
        ),
        tuple(_read_day(one) for one in told["days"]),
        tuple(_read_line(one) for one in told["lines"]),
        tuple(
            SheetAbsence(AbsenceKind(one["kind"]), _period(one), one["minutes"])
            for one in told["absences"]
        ),
        tuple(
            SheetOperation(**{**one, "funder_kind": FunderKind(one["funder_kind"])})
            for one in told["operations"]
        ),
    )


def _read_day(told: Mapping[str, Any]) -> SheetDay:
    closure = told["closure"]
    return SheetDay(
        date.fromisoformat(told["day"]),
        DayClosure(closure) if closure else None,
        told["closed_because"],
        told["expected"],
        told["absence"],
        told["comment"],
    )


def _read_line(told: Mapping[str, Any]) -> SheetLine:
    return SheetLine(
        told["key"],
        told["number"],
        told["title"],
        Activity(told["activity"]),
        told["market"],
        {date.fromisoformat(day): minutes for day, minutes in told["minutes"].items()},
        {date.fromisoformat(day): text for day, text in told["comments"].items()},
    )


def _period(told: Mapping[str, Any]) -> Period:
    return Period.inclusive(date.fromisoformat(told["first"]), date.fromisoformat(told["last"]))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)

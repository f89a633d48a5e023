"""Writing the trail, and proving that it is whole.

Whoever changes something records it in the same transaction: both stay or neither does. The head
row of a chain is the lock: a second writer waits for the first one's commit, so that numbers have
no gap and every event follows the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import cast

from sqlalchemy import String, Table, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from grants.enums import AuditAction, AuditObject
from grants.errors import NotFound
from grants.models.audit import KEY_LENGTH, PLATFORM, AuditEvent, AuditHead
from grants.models.base import AnySession
from grants.models.organisations import Organisation
from grants.rules.audit.chain import (
    GENESIS,
    ChainedEvent,
    ChainHead,
    ChainReport,
    Document,
    canonical,
    event_hash,
    utc_text,
    verify_chain,
)
from grants.services.audit.deed import Deed
from grants.services.platform.tenancy import EVERY, reaching, reaching_one

LABEL_LENGTH = 200
ORIGIN_LENGTH = 255
ROWS_AT_ONCE = 1_000
# What somebody saw or tried; what rests on the facts stands all the same.
CHANGES_NOTHING = frozenset(
    {
        AuditAction.READ, AuditAction.DOWNLOADED, AuditAction.LOGGED_IN, AuditAction.LOGGED_OUT,
        AuditAction.LOGIN_REFUSED, AuditAction.CODE_REFUSED,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded of one object."""

    action: AuditAction
    object_kind: AuditObject
    object_key: str
    before: Document | None = None
    after: Document | None = None


@dataclass(frozen=True, slots=True)
class VerifiedChain:
    """A chain that was checked: its organisation's code and name, « plateforme » for none."""

    code: str
    name: str
    report: ChainReport


PLATFORM_CODE = "plateforme"
PLATFORM_NAME = "Plateforme"


def record(
    session: AnySession,
    *,
    deed: Deed,
    organisation_id: int | None,
    action: AuditAction,
    object_kind: AuditObject,
    object_key: str,
    before: Document | None = None,
    after: Document | None = None,
) -> AuditEvent:
    """Add one event to an organisation's chain, or to the platform's. Flushes, never commits.

    Args: before, after: what the object was and is, or only what differs; decimals, days and texts,
    never floats.
    Raises: ValueError: the deed's moment has no zone. TypeError: a document holds a float.
    """
    entry = Entry(action, object_kind, object_key, before, after)
    return record_all(session, [entry], deed=deed, organisation_id=organisation_id)[0]


def record_all(
    session: AnySession, entries: Sequence[Entry], *, deed: Deed, organisation_id: int | None
) -> list[AuditEvent]:
    """Add several events of one organisation, in this order. Flushes, never commits.

    A transaction that writes to several chains takes them by ascending organisation, the platform
    first: two of them then never wait for each other.
    """
    if not entries:
        return []
    chain = organisation_id or PLATFORM
    head = _locked_head(session, chain)
    actor = deed.actor
    base = ChainedEvent(
        organisation_id, head.count, utc_text(deed.at), actor.id, actor.label[:LABEL_LENGTH],
        actor.role, deed.via.value, "", "", "", None, None, deed.reason,
        deed.origin[:ORIGIN_LENGTH], "", head.last_hash,
    )  # fmt: skip
    rows = []
    for entry in entries:
        base = _following(base, entry)
        rows.append(_row(chain, base, deed.at))
    # What is done to somebody's account is told by pages that have no scope yet.
    with reaching_one(session, organisation_id):
        session.add_all(rows)
    session.execute(
        update(_HEADS)
        .where(_HEADS.c.chain == chain)
        .values(count=base.sequence, last_hash=base.hash, **_changed(base, entries))
    )
    return rows


def _changed(last: ChainedEvent, entries: Sequence[Entry]) -> dict[str, int | str]:
    """What the head keeps of the last event that changed something."""
    if all(entry.action in CHANGES_NOTHING for entry in entries):
        return {}
    return {"change_count": last.sequence, "change_hash": last.hash}


_HEADS = cast(Table, AuditHead.__table__)


def _locked_head(session: AnySession, chain: int) -> ChainHead:
    """End of a chain, held until the transaction ends; a chain that does not exist yet is begun."""
    # Changes nothing, but takes PostgreSQL's row lock and SQLite's only write lock before the head
    # is read; on PostgreSQL the row comes back as the writer before us committed it.
    taken = (
        update(_HEADS)
        .where(_HEADS.c.chain == chain)
        .values(count=_HEADS.c.count)
        .returning(_HEADS.c.count, _HEADS.c.last_hash)
    )
    found = session.execute(taken).one_or_none()
    if found is None:
        try:
            with session.begin_nested():
                session.execute(insert(_HEADS).values(chain=chain, count=0, last_hash=GENESIS))
        except IntegrityError:
            pass  # somebody began it at the same moment: theirs is taken below
        found = session.execute(taken).one()
    return ChainHead(found[0], found[1])  # a row's own « count » is a method of tuples


def _following(last: ChainedEvent, entry: Entry) -> ChainedEvent:
    unsealed = replace(
        last,
        sequence=last.sequence + 1,
        action=entry.action.value,
        object_kind=entry.object_kind.value,
        object_key=entry.object_key[:KEY_LENGTH],
        before=None if entry.before is None else canonical(entry.before),
        after=None if entry.after is None else canonical(entry.after),
        previous_hash=last.hash,
    )
    return replace(unsealed, hash=event_hash(unsealed))


def _row(chain: int, event: ChainedEvent, at: datetime) -> AuditEvent:
    values = {name: getattr(event, name) for name in ChainedEvent.__slots__ if name != "at"}
    return AuditEvent(chain=chain, at=at, **values)


def verify_trail(
    session: AnySession, *, anchors: Mapping[str, Mapping[int, str]] | None = None
) -> list[VerifiedChain]:
    """Check every chain, row by row, as the database holds them.

    ``anchors`` are hashes noted elsewhere: by the organisation's code, then by number. A chain
    that an anchor names and that has no row at all is checked too, and found missing.
    Raises: NotFound: an anchor names an unknown organisation.
    """
    with reaching(session, EVERY):
        return _verify_chains(session, dict(anchors or {}))


def _verify_chains(session: AnySession, noted: dict[str, Mapping[int, str]]) -> list[VerifiedChain]:
    names = _names(session)
    stored = session.execute(select(_HEADS.c.chain, _HEADS.c.count, _HEADS.c.last_hash))
    heads = {chain: ChainHead(count, last_hash) for chain, count, last_hash in stored}
    unknown = noted.keys() - {code for code, _ in names.values()}
    if unknown:
        raise NotFound(f"aucune structure n'a le code « {min(unknown)} »")

    def verified(chain: int, events: Iterable[ChainedEvent]) -> VerifiedChain:
        code, name = names.get(chain, (str(chain), f"Structure n° {chain}"))
        report = verify_chain(events, heads.pop(chain, None), noted.pop(code, None))
        return VerifiedChain(code, name, report)

    chains = groupby(_stored(session), lambda pair: pair[0])
    found = [verified(chain, (event for _, event in pairs)) for chain, pairs in chains]
    empty = heads.keys() | {chain for chain, (code, _) in names.items() if code in noted}
    return found + [verified(chain, ()) for chain in sorted(empty)]


def _names(session: AnySession) -> dict[int, tuple[str, str]]:
    """Code and name by chain."""
    rows = session.execute(select(Organisation.id, Organisation.code, Organisation.name))
    return {PLATFORM: (PLATFORM_CODE, PLATFORM_NAME)} | {row[0]: (row[1], row[2]) for row in rows}


def _stored(session: AnySession) -> Iterator[tuple[int, ChainedEvent]]:
    """Every row as it stands, chain after chain: a value that is no longer readable must be found
    by its hash, not stop the walk.
    """
    hashed = [name for name in ChainedEvent.__slots__ if name != "at"]
    columns = [getattr(AuditEvent, name) for name in hashed]
    query = (
        select(AuditEvent.chain, type_coerce(AuditEvent.at, String).label("moment"), *columns)
        .order_by(AuditEvent.chain, AuditEvent.sequence, AuditEvent.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in session.execute(query).mappings():
        values = {name: row[name] for name in hashed}
        yield row["chain"], ChainedEvent(at=_as_hashed(row["moment"]), **values)


def _as_hashed(moment: object) -> str:
    """Moment as the driver gave it, in the spelling that was hashed; else as it is, to be refused.

    SQLite keeps UTC without saying so.
    """
    try:
        found = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
        return utc_text(found if found.tzinfo else found.replace(tzinfo=UTC))
    except ValueError:
        return str(moment)

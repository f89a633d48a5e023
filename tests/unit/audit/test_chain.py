"""The chain of the trail without a database: its spelling, its hashes, every way to break it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.rules.audit.chain import (
    GENESIS,
    ChainedEvent,
    ChainHead,
    canonical,
    event_hash,
    utc_text,
    verify_chain,
)

Chain = list[ChainedEvent]


def sealed(event: ChainedEvent, previous: str) -> ChainedEvent:
    linked = replace(event, previous_hash=previous)
    return replace(linked, hash=event_hash(linked))


def chain_of(length: int) -> Chain:
    events: Chain = []
    for number in range(1, length + 1):
        event = ChainedEvent(
            organisation_id=1,
            sequence=number,
            at=f"2025-01-{number:02d}T09:00:00.000000+00:00",
            actor_id=7,
            actor_label="Camille Exemple",
            actor_role="finance",
            via="web",
            action="changed",
            object_kind="convention",
            object_key="FSE-1",
            before='{"rate":"0.5"}',
            after=f'{{"rate":"0.{number}"}}',
            reason="",
            origin="192.0.2.1",
            previous_hash="",
        )
        events.append(sealed(event, events[-1].hash if events else GENESIS))
    return events


def head_of(events: Sequence[ChainedEvent]) -> ChainHead:
    return ChainHead(len(events), events[-1].hash if events else GENESIS)


def test_an_untouched_chain_holds() -> None:
    events = chain_of(5)

    report = verify_chain(events, head_of(events), {2: events[1].hash, 5: events[4].hash})

    assert report.broken is None
    assert (report.count, report.last_hash) == (5, events[-1].hash)


def test_no_event_and_no_head_is_a_chain_that_holds() -> None:
    assert verify_chain([], None).broken is None


def test_the_hash_is_the_sha256_of_a_document_that_others_can_write() -> None:
    event = chain_of(1)[0]
    document = (
        '{"action":"changed","actor_id":7,"actor_label":"Camille Exemple","actor_role":"finance",'
        '"after":"{\\"rate\\":\\"0.1\\"}","at":"2025-01-01T09:00:00.000000+00:00",'
        '"before":"{\\"rate\\":\\"0.5\\"}","format":"grants-audit-1","object_key":"FSE-1",'
        '"object_kind":"convention","organisation_id":1,"origin":"192.0.2.1","previous_hash":"'
        + GENESIS
        + '","reason":"","sequence":1,"via":"web"}'
    )

    assert event.hash == hashlib.sha256(document.encode()).hexdigest()


@given(
    place=st.integers(0, 4),
    field=st.sampled_from([name for name in ChainedEvent.__slots__ if name != "hash"]),
    text=st.text(min_size=1),
    number=st.integers(-5, 99),
)
def test_any_changed_field_is_found_at_its_event(
    place: int, field: str, text: str, number: int
) -> None:
    events = chain_of(5)
    value = number if field in ("sequence", "actor_id", "organisation_id") else text
    changed = replace(events[place], **{field: value})  # type: ignore[arg-type] # odd on purpose
    untouched = changed == events[place]
    events[place] = changed

    broken = verify_chain(events, head_of(chain_of(5))).broken

    assert untouched or (broken is not None and broken.sequence == place + 1)


@given(order=st.permutations(range(5)))
def test_any_other_order_is_found_at_the_first_event_out_of_place(order: list[int]) -> None:
    events = chain_of(5)

    broken = verify_chain([events[n] for n in order], head_of(events)).broken

    first = next((n for n in range(5) if order[n] != n), None)
    assert (broken.sequence - 1 if broken else None) == first


@given(kept=st.sets(st.integers(0, 4)))
def test_any_missing_event_is_found(kept: set[int]) -> None:
    events = chain_of(5)

    broken = verify_chain([events[n] for n in sorted(kept)], head_of(events)).broken

    first = next((n for n in range(5) if n not in kept), None)
    assert (broken.sequence - 1 if broken else None) == first


def _resealed(events: Chain, place: int, **values: str) -> Chain:
    """The event changed and everything after it hashed anew, as a careful forger would."""
    found = events[:place]
    for event in [replace(events[place], **values), *events[place + 1 :]]:  # type: ignore[arg-type] # texts only
        found.append(sealed(event, found[-1].hash if found else GENESIS))
    return found


@pytest.mark.parametrize(
    ("forge", "code", "sequence"),
    [
        (lambda events: _resealed(events, 1, reason="autre"), "head", 5),
        (lambda events: [*events, sealed(replace(events[4], sequence=6), "x" * 64)], "unlinked", 6),
        (
            lambda events: [*events, sealed(replace(events[4], sequence=6), events[4].hash)],
            "forged",
            6,
        ),
        (lambda events: [*events[:2], sealed(events[2], "x" * 64), *events[3:]], "unlinked", 3),
    ],
)
def test_a_forger_who_hashes_anew_is_found_by_the_links_or_the_head(
    forge: Callable[[Chain], Chain], code: str, sequence: int
) -> None:
    events = chain_of(5)

    broken = verify_chain(forge(events), head_of(events)).broken

    assert broken is not None
    assert (broken.code, broken.sequence) == (code, sequence)


def test_who_rewrites_the_head_too_is_found_by_a_hash_noted_elsewhere() -> None:
    events = chain_of(5)
    rewritten, cut = _resealed(events, 1, reason="autre"), events[:3]
    noted = {4: events[3].hash}

    assert verify_chain(rewritten, head_of(rewritten)).broken is None
    for forged, sequence in ((rewritten, 4), (cut, 4)):
        broken = verify_chain(forged, head_of(forged), noted).broken
        assert broken is not None
        assert (broken.code, broken.sequence) == ("anchor", sequence)


def test_the_first_break_is_said_in_words() -> None:
    events = chain_of(5)
    del events[2]

    broken = verify_chain(events, head_of(chain_of(5))).broken

    assert broken is not None
    assert broken.message == "l'événement n° 3 manque : on trouve le n° 4 à sa place"


def test_a_document_has_one_spelling() -> None:
    day = date(2025, 1, 1)

    assert canonical({"b": Decimal("1.50"), "a": {"y": day, "x": None}, "c": "é"}) == (
        '{"a":{"x":null,"y":"2025-01-01"},"b":"1.50","c":"\\u00e9"}'
    )


@pytest.mark.parametrize("value", [1.5, object(), b"x"])
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"a": value})  # type: ignore[dict-item] # wrong on purpose


def test_a_moment_reads_the_same_in_every_zone_and_none_without() -> None:
    moment = datetime(2025, 1, 15, 9, tzinfo=UTC)

    assert utc_text(moment.astimezone(timezone(timedelta(hours=5)))) == utc_text(moment)
    with pytest.raises(ValueError, match="no time zone"):
        utc_text(moment.replace(tzinfo=None))

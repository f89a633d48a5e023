"""Numbered list of the pieces that a claim rests on, in the order in which its lines call them."""

from __future__ import annotations

from collections.abc import Sequence

from grants.periods import Period
from grants.rules.basis.facts.evidence import Piece
from grants.rules.claims.claim import ClaimLine, PieceLine, ResourceLine
from grants.rules.claims.facts import ClaimFacts


def pieces_of(
    facts: ClaimFacts,
    lines: Sequence[ClaimLine],
    resources: Sequence[ResourceLine],
    period: Period,
) -> tuple[PieceLine, ...]:
    """Every piece that a line, a resource, a payment or the convention names, each once; then the
    recorded ones of the claim's own people and days.

    A reference without record is listed all the same, without hash: it is missing from the pack,
    and a finding says so. Papers of people whom only another convention pays are none of this
    funder's business.
    """
    called: dict[str, list[int]] = {}
    for line in lines:
        for reference in (*line.accounting_pieces, *line.other_pieces):
            called.setdefault(reference, []).append(line.number)
    others = [resource.piece for resource in resources]
    others += [payment.piece for payment in facts.payments]
    others += [item.piece for item in facts.budget]
    for reference in others:
        called.setdefault(reference, [])
    known = {piece.reference: piece for piece in facts.pieces}
    people = {None, *(line.person_id for line in lines)}
    for piece in facts.pieces:
        if piece.person_id in people and (piece.period is None or piece.period.overlaps(period)):
            called.setdefault(piece.reference, [])
    called.pop("", None)
    return tuple(
        _line(facts, number, reference, known.get(reference), tuple(used))
        for number, (reference, used) in enumerate(called.items(), 1)
    )


def _line(
    facts: ClaimFacts, number: int, reference: str, piece: Piece | None, used: tuple[int, ...]
) -> PieceLine:
    if piece is None:
        return PieceLine(number, reference, None, "", "", None, None, None, "", "", used)
    person = facts.ledger.persons.get(piece.person_id or 0)
    return PieceLine(
        number=number,
        reference=reference,
        kind=piece.kind,
        title=piece.title,
        person=person.name if person else "",
        period=piece.period,
        amount=piece.amount,
        dated_on=piece.dated_on,
        sha256=piece.sha256,
        file_name=piece.file_name,
        lines=used,
    )

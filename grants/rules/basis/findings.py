"""What a check tells: one fault, its weight, the euros at risk, the text behind it and where to
mend it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from grants.enums import Severity
from grants.money import ZERO
from grants.rules.basis.explained import Citation, Source


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is mended: a person, a month, a convention, a post; empty parts do not apply.

    ``month`` is the first day of the month as ISO text, so that a link can carry it.
    """

    convention: str = ""
    person: str = ""
    month: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check.

    ``message`` is French and gives what stands, what was expected, the difference, and what to do.
    ``amount`` is the euros at
    risk, zero when the fault costs nothing by itself.
    """

    code: str
    severity: Severity
    message: str
    where: Place = Place()
    amount: Decimal = ZERO
    source: Citation | None = None
    rows: tuple[Source, ...] = field(default=())


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as users read them: most euros at risk first, then blocking before warning, then by
    place.

    Example:
    >>> by_weight([])
    ()
    """
    return tuple(
        sorted(
            findings,
            key=lambda f: (
                -f.amount,
                f.severity is not Severity.BLOCKING,
                f.code,
                f.where.person,
                f.where.month,
                f.where.convention,
                f.where.post,
                f.message,
            ),
        )
    )


def is_blocked(findings: Iterable[Finding]) -> bool:
    """Whether one finding forbids filing."""
    return any(finding.severity is Severity.BLOCKING for finding in findings)

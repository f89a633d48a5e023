"""What a check tells: one fault, its weight, the euros at risk, the text behind it and where to
mend it; and the kinds of faults there are, each declared beside the check that finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from grants.enums import Severity
from grants.frozen import frozen
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


@frozen
class Finding:
    """One result of a check, made by its kind.

    ``message`` is French and gives what stands, what was expected, the difference, and what to do.
    ``amount`` is the euros at risk, zero when the fault costs nothing by itself.
    """

    code: str
    severity: Severity
    message: str
    where: Place = Place()
    amount: Decimal = ZERO
    source: Citation | None = None
    rows: tuple[Source, ...] = ()


class Chapter(Enum):
    """Chapters under which the guide explains the kinds, in its order."""

    CLAIM = "Le bilan et sa convention"
    THRESHOLDS = "Les seuils"
    FUNDING = "Aucun euro deux fois"
    TIME = "Le temps"
    LETTERS = "Les lettres de mission et les feuilles de temps"
    PAY = "La paie"
    POSTS = "Les postes"
    PIECES = "Les pièces"
    PROOFS = "Les preuves de `grants verify`"


@frozen
class FindingKind:
    """Kind of fault that a check finds.

    ``title`` is what a list shows before the message is opened, ``remedy`` what the guide says to
    do, in Markdown. ``severity`` is None where it depends on the case; the remedy then says on
    what.
    """

    code: str
    chapter: Chapter
    severity: Severity | None
    title: str
    remedy: str

    def finding(
        self,
        message: str,
        where: Place = Place(),
        *,
        amount: Decimal = ZERO,
        source: Citation | None = None,
        rows: Sequence[Source] = (),
        blocks: bool | None = None,
    ) -> Finding:
        """One fault of this kind; ``blocks`` decides where the kind leaves the severity open.

        Raises: ValueError: the severity is decided twice or not at all.
        """
        if (self.severity is None) == (blocks is None):
            raise ValueError(self.code)
        severity = self.severity or (Severity.BLOCKING if blocks else Severity.WARNING)
        return Finding(self.code, severity, message, where, amount, source, tuple(rows))


KINDS: dict[str, FindingKind] = {}
"""Kinds by code, as the modules that declare them are imported: ``rules.checks`` imports all."""


def finding_kind(
    code: str, chapter: Chapter, *, severity: Severity | None, title: str, remedy: str
) -> FindingKind:
    """Declare a kind of fault; its code is kept in files that were handed in: never rename one.

    Raises: ValueError: another kind has this code.
    """
    if code in KINDS:
        raise ValueError(code)
    kind = FindingKind(code, chapter, severity, title, remedy)
    KINDS[code] = kind
    return kind


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

"""What a file says of absences, before anything is known of the people it names."""

from __future__ import annotations

from dataclasses import dataclass

from grants.enums import AbsenceKind
from grants.errors import InputProblem, Unreadable
from grants.french import folded
from grants.periods import Period

SIZE_LIMIT = 5 * 1024 * 1024


ABSENCE_LIMIT = 5_000


# Words of payroll programs and calendars, folded; the first that stands in the text decides.
KIND_WORDS: tuple[tuple[str, AbsenceKind], ...] = (
    ("accident", AbsenceKind.WORK_ACCIDENT),
    ("maternite", AbsenceKind.PARENTAL),
    ("paternite", AbsenceKind.PARENTAL),
    ("parental", AbsenceKind.PARENTAL),
    ("enfant malade", AbsenceKind.OTHER),
    ("malad", AbsenceKind.SICKNESS),
    ("arret", AbsenceKind.SICKNESS),
    ("sans solde", AbsenceKind.UNPAID),
    ("non paye", AbsenceKind.UNPAID),
    ("rtt", AbsenceKind.RTT),
    ("formation", AbsenceKind.TRAINING),
    ("stage", AbsenceKind.TRAINING),
    ("conge", AbsenceKind.PAID_LEAVE),
    ("vacances", AbsenceKind.PAID_LEAVE),
    ("cp", AbsenceKind.PAID_LEAVE),
    ("ca", AbsenceKind.PAID_LEAVE),
    ("absen", AbsenceKind.OTHER),
)


@dataclass(frozen=True, slots=True)
class ReadAbsence:
    """One absence of a file.

    ``who`` is a code or a name, empty where the file does not say. ``kind`` is None where the
    words are not known: somebody has to say. ``minutes`` is part of one day, ``is_half_day`` half
    of the contract's.
    """

    place: str
    line: int
    who: str
    words: str
    kind: AbsenceKind | None
    period: Period
    minutes: int | None = None
    is_half_day: bool = False
    expects_ijss: bool | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Absences of a file in its order, and every line that could not be read."""

    name: str
    absences: tuple[ReadAbsence, ...]
    problems: tuple[InputProblem, ...]


def kind_of(words: str) -> AbsenceKind | None:
    """Kind of absence that some words mean; None when nobody can tell.

    Example:
    >>> kind_of("Congés payés").value, kind_of("R.T.T.").value, kind_of("Réunion") is None
    ('paid_leave', 'rtt', True)
    """
    text = " ".join(folded(words.replace(".", "")).split())
    tokens = text.split()
    for word, kind in KIND_WORDS:
        # Two letters are a word of their own or nothing: « cp » stands in no other word.
        if word in (tokens if len(word) <= len("rtt") else text):
            return kind
    return None


def too_many(name: str) -> Unreadable:
    """A file with more absences than a structure has."""
    return Unreadable(
        f"« {name} » contient plus de {ABSENCE_LIMIT} absences : découpez-le par année"
    )

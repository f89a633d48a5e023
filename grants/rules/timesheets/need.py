"""Whether a month needs a time sheet at all.

Law: décret n° 2022-608, annex; arrêté du 22 mars 2019: full time on the operation, or a fixed share
that the funder accepted, is proven by the mission letter; no time sheet is asked for. A grant for a
post pays for its holder and asks for none either (docs/rules.md#staff-cost).
"""

from __future__ import annotations

from collections.abc import Sequence

from grants.enums import LetterNature
from grants.periods import Period, united
from grants.rules.basis.facts.people import Employment, Letter
from grants.rules.timesheets.inputs import SheetInputs


def no_sheet_because(inputs: SheetInputs) -> str:
    """What removes the need of a sheet for the whole month, in French: the letters, or a post that
    nobody pays by the hour. Empty while one day of the contract needs it.
    """
    return _posts_alone(inputs) or _letters_enough(inputs)


def _posts_alone(inputs: SheetInputs) -> str:
    """Nobody pays for the person's time this month, somebody for the post, and no hour stands
    there: hours that were declared keep their sheet.
    """
    held = [one.convention_id for one in inputs.assignments if one.period.overlaps(inputs.month)]
    said = [one.convention_id for one in inputs.letters if one.period.overlaps(inputs.month)]
    if not held or inputs.entries or any(_pays_time(inputs, one) for one in (*held, *said)):
        return ""
    numbers = ", ".join(dict.fromkeys(inputs.conventions[one].number for one in held))
    return (
        f"Pas de feuille à remplir ce mois-ci : {numbers} finance le poste et non les heures, et "
        "n'en demande pas."
    )


def _pays_time(inputs: SheetInputs, convention_id: int) -> bool:
    convention = inputs.conventions.get(convention_id)
    return convention is None or convention.pays_time


def _letters_enough(inputs: SheetInputs) -> str:
    month = inputs.month
    letters = [one for one in inputs.letters if one.period.overlaps(month)]
    proving = [one for one in letters if _proves(one)]
    if not proving or any(one.nature is LetterNature.VARIABLE for one in letters):
        return ""
    days = _days_under_contract(month, inputs.employments)
    covered = united(one.period for one in proving)
    if not days or not all(any(span.covers(days_) for span in covered) for days_ in days):
        return ""
    said = ", ".join(dict.fromkeys(_wording(one, inputs) for one in proving))
    return f"Pas de feuille à remplir ce mois-ci : {said}."


def _proves(letter: Letter) -> bool:
    """Whether a letter stands for the hours: signed by both, and a fixed share accepted."""
    signed = letter.signed_by_person_on is not None and letter.signed_by_manager_on is not None
    if letter.nature is LetterNature.FIXED_SHARE:
        return signed and letter.accepted_on is not None
    return signed and letter.nature is LetterNature.FULL_TIME


def _days_under_contract(month: Period, employments: Sequence[Employment]) -> list[Period]:
    inside = (one.period.intersect(month) for one in employments)
    return united(period for period in inside if period is not None)


def _wording(letter: Letter, inputs: SheetInputs) -> str:
    convention = inputs.conventions.get(letter.convention_id)
    number = convention.number if convention else "l'opération"
    if letter.nature is LetterNature.FULL_TIME:
        return f"la lettre de mission place à temps plein sur {number}"
    return f"la lettre de mission fixe la part de temps sur {number}"

"""What stands out in a month before it is signed: each with what stood there, what was expected and
what to do.

``blocks`` marks what a manager does not sign: hours that contract or leave contradict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal

from grants.enums import DayClosure, SheetOddity, SheetState
from grants.french import count, day_fr, folded, hours, listed, percent, plural
from grants.labels import label
from grants.parameters.loader import figure
from grants.rules.timesheets.inputs import SheetInputs
from grants.rules.timesheets.progress import progress_text
from grants.rules.timesheets.sheet import Oddity, Sheet, SheetDayFacts
from grants.rules.timesheets.state import signed_state

MINUTES = Decimal(60)
MANY_SHEETS = 3
MONTHS_UNEDITED = 12

Look = Callable[[Sheet, SheetInputs], Iterator[Oddity]]


def oddities_of(sheet: Sheet, inputs: SheetInputs) -> tuple[Oddity, ...]:
    """Everything odd about a sheet, in the order of ``SheetOddity``."""
    found = [oddity for look in LOOKS for oddity in look(sheet, inputs)]
    order = {kind: place for place, kind in enumerate(SheetOddity)}
    return tuple(sorted(found, key=lambda oddity: order[oddity.kind]))


def _not_confirmed(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    days = sheet.proposed_days
    if days:
        message = (
            f"{count(len(days), 'jour proposé', 'jours proposés')} et pas encore "
            f"{plural(len(days), 'confirmé')} ({_days(days)}) : confirmez ou "
            f"corrigez, une proposition ne compte pas"
        )
        yield Oddity(SheetOddity.DAYS_NOT_CONFIRMED, message, days)


def _empty(sheet: Sheet, inputs: SheetInputs) -> Iterator[Oddity]:
    proposed = set(sheet.proposed_days)
    days = tuple(
        one.day
        for one in sheet.days
        if sheet.needs_sheet
        and one.contract_minutes
        and one.day <= inputs.as_of
        and not sheet.day_totals.get(one.day)
        and one.day not in proposed
    )
    if days:
        message = (
            f"{count(len(days), 'jour ouvré', 'jours ouvrés')} sans heures ({_days(days)}) : "
            f"saisissez-les, ou déclarez l'absence"
        )
        yield Oddity(SheetOddity.DAYS_EMPTY, message, days)


def _contradicts_leave(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    faults = [one for one in sheet.days if _is_over_leave(one, sheet.day_totals.get(one.day, 0))]
    if faults:
        texts = listed(
            f"{day_fr(one.day)}, {one.closed_because.lower()} "
            f"({_hours(sheet.day_totals[one.day])} déclarées)"
            for one in faults
        )
        message = f"heures pendant une absence : {texts} ; retirez les heures ou l'absence"
        days = tuple(one.day for one in faults)
        yield Oddity(SheetOddity.CONTRADICTS_LEAVE, message, days, blocks=True)


def _is_over_leave(day: SheetDayFacts, declared: int) -> bool:
    if day.closure is DayClosure.ABSENCE:
        return declared > 0
    return day.absence_minutes > 0 and declared > day.contract_minutes


def _closed_day(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    closed = [
        one
        for one in sheet.days
        if one.closure is not None
        and one.closure is not DayClosure.ABSENCE
        and sheet.day_totals.get(one.day)
    ]
    if closed:
        texts = listed(f"{day_fr(one.day)} ({label(_closure(one)).lower()})" for one in closed)
        outside = any(one.closure is DayClosure.OUTSIDE_CONTRACT for one in closed)
        message = f"heures un jour fermé : {texts} ; vérifiez le jour, ou expliquez-le"
        days = tuple(one.day for one in closed)
        yield Oddity(SheetOddity.CLOSED_DAY_WORKED, message, days, blocks=outside)


def _closure(day: SheetDayFacts) -> DayClosure:
    return day.closure or DayClosure.WEEKEND


def _against_contract(sheet: Sheet, inputs: SheetInputs) -> Iterator[Oddity]:
    done, due = sheet.total_minutes, sheet.contract_minutes
    stands = f"{_hours(done)} déclarées, {_hours(due)} au contrat"
    if done > due:
        message = (
            f"{stands} : {_hours(done - due)} de trop ; vérifiez la saisie, ou joignez l'accord "
            f"pour les heures supplémentaires"
        )
        yield Oddity(SheetOddity.OVER_CONTRACT, message)
    is_over = inputs.as_of >= sheet.month.end
    is_signed = signed_state(inputs.record) is not SheetState.DRAFT
    if done < due and sheet.needs_sheet and (is_over or is_signed):
        message = f"{stands} : il manque {_hours(due - done)} ; complétez, ou déclarez les absences"
        yield Oddity(SheetOddity.UNDER_CONTRACT, message)


def _long_days(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    limit = figure("daily_hours_maximum", sheet.month.last)
    most = limit.value * MINUTES
    days = tuple(day for day, done in sorted(sheet.day_totals.items()) if done > most)
    if days:
        texts = listed(f"{day_fr(day)} ({_hours(sheet.day_totals[day])})" for day in days)
        message = (
            f"plus de {hours(limit.value)} dans la journée : {texts} ; c'est la durée maximale du "
            f"travail ({limit.title}), vérifiez la saisie"
        )
        yield Oddity(SheetOddity.OVER_DAILY_MAXIMUM, message, days)


def _low_share(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    low = [one for one in sheet.progress if one.missing_minutes and sheet.needs_sheet]
    if low:
        texts = "; ".join(
            f"{one.number}, {progress_text(one)} pour atteindre {percent(one.minimum or Decimal())}"
            for one in low
        )
        yield Oddity(SheetOddity.SHARE_BELOW_MINIMUM, texts)


def _signed_together(_sheet: Sheet, inputs: SheetInputs) -> Iterator[Oddity]:
    record = inputs.record
    signed = list(inputs.signed.values())
    own = Counter(one.signed_by_person_on for one in signed)
    managers = Counter(one.signed_by_manager_on for one in signed)
    for day, many, who in (
        (record.signed_by_person_on, own[record.signed_by_person_on], "l'agent"),
        (record.signed_by_manager_on, managers[record.signed_by_manager_on], "le responsable"),
    ):
        if day is not None and many >= MANY_SHEETS:
            message = (
                f"{many} mois signés le même jour, le {day_fr(day)}, par {who} ; attendu une "
                f"signature chaque mois : un contrôleur demandera comment les heures ont été tenues"
            )
            yield Oddity(SheetOddity.SIGNED_TOGETHER, message)


def _same_signer(sheet: Sheet, inputs: SheetInputs) -> Iterator[Oddity]:
    record, person = inputs.record, sheet.person
    if record.signed_by_manager_on is None:
        return
    names = {
        folded(f"{person.last_name} {person.first_name}"),
        folded(f"{person.first_name} {person.last_name}"),
    }
    is_same = record.approver_id is not None and record.approver_id == record.signer_id
    if is_same or folded(record.manager) in names:
        message = (
            "l'agent a aussi signé comme responsable ; attendu une autre personne : rouvrez la "
            "feuille et faites-la valider par un supérieur"
        )
        yield Oddity(SheetOddity.APPROVER_IS_SIGNER, message, blocks=True)


def _never_edited(_sheet: Sheet, inputs: SheetInputs) -> Iterator[Oddity]:
    months, was_edited = inputs.edits
    if months >= MONTHS_UNEDITED and not was_edited:
        message = (
            f"{months} mois confirmés sans une seule correction : vérifiez que la feuille décrit "
            f"le travail fait, et non ce qui était proposé"
        )
        yield Oddity(SheetOddity.NEVER_EDITED, message)


def _left(sheet: Sheet, _inputs: SheetInputs) -> Iterator[Oddity]:
    ends = [one.period.last for one in sheet.employments if sheet.month.contains(one.period.last)]
    last = max(ends, default=None)
    goes_on = last is not None and any(
        one.period.end > sheet.month.end or one.period.last > last for one in sheet.employments
    )
    if last is not None and last != sheet.month.last and not goes_on:
        message = (
            f"dernier jour de contrat le {day_fr(last)} : les jours suivants sont fermés, faites "
            f"signer la feuille avant le départ"
        )
        yield Oddity(SheetOddity.LEFT_DURING_MONTH, message, (last,))


LOOKS: tuple[Look, ...] = (
    _not_confirmed,
    _empty,
    _contradicts_leave,
    _closed_day,
    _against_contract,
    _long_days,
    _low_share,
    _signed_together,
    _same_signer,
    _never_edited,
    _left,
)


def _days(days: Iterable[date]) -> str:
    return listed((day_fr(day) for day in days), 5)


def _hours(minutes: int) -> str:
    return hours(minutes / MINUTES)

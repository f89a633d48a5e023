"""Texts of a printed time sheet, ready to be set: what the Typst template receives as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from exports.timesheets.prints import (
    MANAGER_ATTESTS,
    PERSON_ATTESTS,
    PrintedSheet,
    fund_mentions,
    is_exact,
    minutes_by_convention,
    printed_hours,
    share_of,
)
from grants.enums import AbsenceKind, DayClosure, SheetStepKind
from grants.french import (
    FIXED,
    NOTHING,
    day_fr,
    fte_fr,
    moment_fr,
    month_fr,
    percent,
    period_fr,
    siret_fr,
)
from grants.labels import label
from grants.rules.basis.facts.people import Absence
from grants.rules.privacy.sheets import FOLDED_NOTE
from grants.rules.timesheets.document import DocumentState
from grants.rules.timesheets.sheet import (
    SheetDayFacts,
    SheetRow,
    SheetSignatureFacts,
    SheetStepFacts,
)

Texts = dict[str, Any]

WEEKDAYS = "LMMJVSD"
UNSIGNED = "EXEMPLAIRE NON SIGNÉ"
ALTERED = "DOCUMENT SIGNÉ ALTÉRÉ : VOICI LES DONNÉES D'AUJOURD'HUI"
NOT_KEPT = (
    "Document non conservé : feuille signée avant que le logiciel garde ce qui est signé. "
    "L'empreinte tient pour les heures et les absences ; nom, fonction, employeur, contrat et "
    "intitulés sont ceux du jour de l'impression."
)
CHANGED = "MODIFIÉE DEPUIS LA SIGNATURE"
HALF_SIGNED = "EXEMPLAIRE NON SIGNÉ PAR LE RESPONSABLE"
CLOSURE_CODES = {
    DayClosure.OUTSIDE_CONTRACT: "HC",
    DayClosure.PUBLIC_HOLIDAY: "F",
    DayClosure.WEEKEND: "WE",
}
ABSENCE_CODES = {
    AbsenceKind.PAID_LEAVE: "CP",
    AbsenceKind.RTT: "RTT",
    AbsenceKind.SICKNESS: "MAL",
    AbsenceKind.WORK_ACCIDENT: "AT",
    AbsenceKind.PARENTAL: "PAR",
    AbsenceKind.TRAINING: "FOR",
    AbsenceKind.UNPAID: "SS",
    AbsenceKind.OTHER: "AUT",
}
_LONG_WORD = re.compile(r"\S{20,}")
_BREAK = "\u200b"
_WORD_PART = 10
# The whole hash stands under the signatures.
_HASH_SHOWN = 16
# Letters of a label that stand on one line even when all are broad.
_ONE_LINE = 36


def sheet_texts(page: PrintedSheet, logo: str) -> Texts:
    """Everything that one sheet prints. Args: logo: file name of the emblem, empty for none."""
    sheet, texts = page.sheet, _SheetTexts(page)
    rows, others = list(texts.rows()), list(texts.other_rows())
    return {
        "title": f"Feuille de temps – {month_fr(sheet.month.start)} – {sheet.person.name}",
        "mark": texts.mark(),
        "logo": logo,
        "is-european": any(item.funder_kind.is_eu_money for item in page.operations),
        "mentions": fund_mentions(page.operations),
        "person": texts.person(),
        "employer": texts.employer(),
        "month": texts.month(),
        "days": [texts.day(facts) for facts in sheet.days],
        "rows": rows,
        "weeks": texts.weeks(),
        "month-total": texts.hours(sheet.total_minutes),
        "others": others,
        "heights": [*map(_is_low, rows), True, *map(_is_low, others)],
        "legend": texts.legend(),
        "operations": list(texts.operations()),
        "total": ["Total", "", "", "", texts.hours(sheet.total_minutes), ""],
        "comments": list(texts.comments()),
        "signatures": texts.signatures(),
        "sha256": sheet.content_sha256,
        "not-kept": NOT_KEPT if sheet.document_state is DocumentState.MISSING else "",
        "steps": list(texts.steps()),
        "footer": texts.footer(),
    }


def breakable(text: str) -> str:
    """Text whose longest words may be broken, so that none runs out of its column.

    Example:
    >>> breakable("A" * 30).count("\u200b")
    2
    """
    return _LONG_WORD.sub(lambda word: _split(word[0]), text)


def _split(word: str) -> str:
    parts = (word[start : start + _WORD_PART] for start in range(0, len(word), _WORD_PART))
    return _BREAK.join(parts)


class _SheetTexts:
    """Parts of one sheet; every figure of it is written the same way."""

    def __init__(self, page: PrintedSheet) -> None:
        self.printed = page
        self.sheet = page.sheet
        self.exact = is_exact(page.sheet)

    def hours(self, minutes: int) -> str:
        return printed_hours(minutes, exact=self.exact)

    def cell(self, minutes: int) -> str:
        return self.hours(minutes) if minutes else ""

    def mark(self) -> str:
        if self.sheet.document_state is DocumentState.ALTERED:
            return ALTERED
        if self.sheet.signed_by_person is None:
            return UNSIGNED
        if self.sheet.document is None and self.sheet.has_changed_since_signed:
            return CHANGED
        return HALF_SIGNED if self.sheet.signed_by_manager is None else ""

    def person(self) -> list[tuple[str, str]]:
        person = self.sheet.person
        return [
            ("Agent", person.name),
            ("Matricule", person.code),
            ("Fonction", person.job_title or NOTHING),
        ]

    def employer(self) -> list[tuple[str, str]]:
        found = [
            ("Employeur", self.sheet.organisation_name),
            ("SIRET", siret_fr(self.printed.siret) or NOTHING),
        ]
        return [*found, ("Adresse", self.printed.address)] if self.printed.address else found

    def month(self) -> list[tuple[str, str]]:
        sheet = self.sheet
        contracts = [
            f"{fte_fr(item.fte)}{FIXED}ETP, {self.hours(item.weekly_minutes)}{FIXED}h par semaine"
            + (f" ({period_fr(held)})" if len(sheet.employments) > 1 else "")
            for item in sheet.employments
            if (held := item.period.intersect(sheet.month)) is not None
        ]
        return [
            ("Période", period_fr(sheet.month)),
            ("Contrat", " ; ".join(contracts) or NOTHING),
            ("Heures attendues", f"{self.hours(sheet.contract_minutes)}{FIXED}h"),
            ("Heures déclarées", f"{self.hours(sheet.total_minutes)}{FIXED}h"),
        ]

    def day(self, facts: SheetDayFacts) -> Texts:
        return {
            "weekday": WEEKDAYS[facts.day.weekday()],
            "number": str(facts.day.day),
            "code": CLOSURE_CODES.get(facts.closure, "") if facts.closure else "",
            "is-closed": facts.closure is not None,
        }

    def rows(self) -> Iterator[Texts]:
        """Each line, the sum of an operation that has several, and the sum of the day."""
        for _, found in groupby(self.sheet.rows, key=lambda row: row.convention_id):
            lines = list(found)
            for line in lines:
                yield self._row(_row_label(line), self._minutes([line]))
            if len(lines) > 1:
                name = lines[0].number or "autres activités"
                yield self._row(f"Sous-total {name}", self._minutes(lines), is_sum=True)
        yield self._row("Total par jour", self._minutes(self.sheet.rows), is_sum=True)

    def _minutes(self, lines: Iterable[SheetRow]) -> list[int]:
        keys = [line.key for line in lines]
        days = [facts.day for facts in self.sheet.days]
        return [sum(self.sheet.minutes.get((key, on), 0) for key in keys) for on in days]

    def _row(self, name: str, minutes: list[int], *, is_sum: bool = False) -> Texts:
        total = sum(minutes)
        return {
            "label": breakable(name),
            "cells": [self.cell(count) for count in minutes],
            "total": self.hours(total),
            "share": percent(share_of(total, self.sheet.total_minutes)),
            "is-sum": is_sum,
        }

    def weeks(self) -> list[Texts]:
        """Sum of each week, over the days that the month has of it."""
        found = []
        for week, days in groupby(self.sheet.days, key=lambda facts: facts.day.isocalendar().week):
            held = [facts.day for facts in days]
            total = sum(count for (_, on), count in self.sheet.minutes.items() if on in held)
            name = f"S{week} : " if len(held) > 1 else ""
            found.append({"days": len(held), "text": f"{name}{self.hours(total)}"})
        return found

    def other_rows(self) -> Iterator[Texts]:
        """Lines that are no declared hours: what the contract expects, leave, closed days."""
        days, days_away = self.sheet.days, self._absences()
        expected = [facts.contract_minutes for facts in days]
        yield self._plain(
            "Heures attendues", [self.cell(count) for count in expected], self.hours(sum(expected))
        )
        if days_away:
            minutes = [facts.absence_minutes for facts in days]
            cells = [self._away(days_away.get(facts.day, []), facts) for facts in days]
            yield self._plain("Absences", cells, self.hours(sum(minutes)))

    def _away(self, found: list[Absence], facts: SheetDayFacts) -> str:
        """Kind and hours of a day's leave; a closed day within it takes no hours."""
        hours = self.cell(facts.absence_minutes)
        return f"{'/'.join(_codes(found))}\n{hours}" if found and hours else ""

    @staticmethod
    def _plain(name: str, cells: list[str], total: str) -> Texts:
        return {"label": name, "cells": cells, "total": total, "share": "", "is-sum": False}

    def _absences(self) -> dict[date, list[Absence]]:
        return {
            facts.day: found
            for facts in self.sheet.days
            if (found := [item for item in self.sheet.absences if item.period.contains(facts.day)])
        }

    def legend(self) -> str:
        kinds = dict.fromkeys(item.kind for found in self._absences().values() for item in found)
        closures = dict.fromkeys(facts.closure for facts in self.sheet.days)
        said = [
            f"{code} : {label(closure).lower()}"
            for closure, code in CLOSURE_CODES.items()
            if closure in closures
        ]
        said += [f"{ABSENCE_CODES[kind]} : {label(kind)}" for kind in kinds]
        if self.sheet.proposed_days:
            waiting = ", ".join(f"{on.day}" for on in self.sheet.proposed_days)
            said.append(f"jours que l'agent n'a pas encore confirmés, sans heures ici : {waiting}")
        if self.sheet.is_folded:
            said.append(FOLDED_NOTE)
        unit = "décimales" if self.exact else "et minutes"
        return f"Heures {unit}. " + " · ".join(said)

    def operations(self) -> Iterator[list[str]]:
        sums = minutes_by_convention(self.sheet)
        known = {item.convention_id: item for item in self.printed.operations}
        for convention_id, minutes in sums.items():
            share = percent(share_of(minutes, self.sheet.total_minutes))
            found = known.get(convention_id) if convention_id is not None else None
            names = (
                [found.number, found.operation_number or NOTHING, found.title,
                 f"{found.funder_name} ({label(found.funder_kind)})"]
                if found else ["–", "", "Autres activités, hors opération", ""]
            )  # fmt: skip
            yield [*map(breakable, names), self.hours(minutes), share]

    def comments(self) -> Iterator[str]:
        for facts in self.sheet.days:
            if facts.comment:
                yield breakable(f"{day_fr(facts.day)} : {facts.comment}")
        names = {row.key: _row_label(row) for row in self.sheet.rows}
        for (key, on), text in sorted(self.sheet.comments.items(), key=lambda item: item[0][::-1]):
            yield breakable(f"{day_fr(on)}, {names.get(key, '')} : {text}")

    def signatures(self) -> list[Texts]:
        sheet = self.sheet
        return [
            self._signature("L'agent", PERSON_ATTESTS, sheet.signed_by_person, sheet.person.name),
            self._signature("Le responsable", MANAGER_ATTESTS, sheet.signed_by_manager, ""),
        ]

    def _signature(
        self, who: str, attests: str, signed: SheetSignatureFacts | None, name: str
    ) -> Texts:
        lines = []
        if signed is not None:
            lines = [f"Nom : {signed.name or name or NOTHING}", self._signed(signed)]
        return {
            "who": who,
            "attests": attests,
            "is-signed": bool(lines),
            "name": name,
            "lines": lines,
        }

    def _signed(self, signed: SheetSignatureFacts) -> str:
        if signed.at is not None:
            return f"Signé dans le logiciel le {moment_fr(signed.at)} (heure de Paris)"
        piece = f", exemplaire déposé : {self.sheet.piece}" if self.sheet.piece else ""
        return f"Signé sur papier le {day_fr(signed.on)}{piece}"

    def steps(self) -> Iterator[list[str]]:
        """All steps once the sheet was opened again; else both signatures say everything."""
        again = {SheetStepKind.REOPENED, SheetStepKind.RETURNED}
        steps = self._steps_signed()
        if again.isdisjoint(step.kind for step in steps):
            return
        yield from map(self._step, steps)

    def _steps_signed(self) -> Sequence[SheetStepFacts]:
        """Steps up to the last signature: what comes after it is not part of what was signed."""
        signing = {SheetStepKind.SIGNED, SheetStepKind.APPROVED, SheetStepKind.SCANNED}
        last = max(
            (place for place, one in enumerate(self.sheet.steps, 1) if one.kind in signing),
            default=0,
        )
        is_signed = self.sheet.document is not None
        return self.sheet.steps[:last] if is_signed else self.sheet.steps

    def _step(self, step: SheetStepFacts) -> list[str]:
        what = label(step.kind) + (f" (jour du {day_fr(step.day)})" if step.day else "")
        hash_shown = f"{step.content_sha256[:_HASH_SHOWN]}…" if step.content_sha256 else ""
        return [
            moment_fr(step.at),
            what,
            breakable(step.name),
            self.cell(step.minutes),
            breakable(step.reason),
            hash_shown,
        ]

    def footer(self) -> str:
        said = [
            self.mark(),
            self.printed.reference,
            self.sheet.organisation_name,
            f"moteur {self.printed.engine_version}",
        ]
        if self.sheet.content_sha256:
            said.append(f"empreinte {self.sheet.content_sha256[:_HASH_SHOWN]}…")
        return " · ".join(part for part in said if part)


def _is_low(row: Texts) -> bool:
    """Whether one line of text surely holds the row: its height need not be measured."""
    return len(row["label"]) <= _ONE_LINE and not any("\n" in text for text in row["cells"])


def _row_label(row: SheetRow) -> str:
    parts = (row.number or row.title, label(row.activity), row.market)
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _codes(absences: Iterable[Absence]) -> list[str]:
    return list(dict.fromkeys(ABSENCE_CODES[item.kind] for item in absences))

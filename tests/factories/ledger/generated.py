"""Large databases and workbooks for the bench and for proofs over thousands of payslip months.

Seeded: the same numbers give the same rows. Nobody is told apart from a number, nothing is real.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, insert

from exports.imports.filled_workbook import ImportRows
from grants.enums import (
    Activity,
    FunderKind,
    HolidayCalendar,
    LegalForm,
    LetterNature,
    PayItemKind,
    TerritoryKind,
)
from grants.models.base import Base
from grants.models.conventions import Convention, Funder, Scheme
from grants.models.coverage import Territory
from grants.models.organisations import Organisation
from grants.models.pay import PayItem
from grants.models.people import Employment, MissionLetter, Person
from grants.models.posts import Holding, Post, PostFunding
from grants.models.row_security import tell_scope
from grants.models.timesheets import TimeEntry, TimeSheet
from grants.money import from_cents
from grants.periods import DAY, Period, add_months, month_index, next_month

Kind = Literal["state", "fse"]
STATE_NUMBER, FSE_NUMBER = "GEN-ETAT", "GEN-FSE"
DAY_MINUTES = 420
CHUNK = 50_000
SATURDAY = 5
CALL = {
    "cost_basis": "Temps sur l'opération",
    "max_rate": "50 %",
    "min_time_share": "40 %",
    "flat_rate_profile": "15 % du personnel",
}


def fill_database(
    connection: Connection, *, posts: int, year: int = 2024, kind: Kind = "fse", years: int = 1
) -> str:
    """Fill an empty migrated database with one convention a year; gives the number of the last.

    Every post has one holder under contract, a payslip of two items each month, one time row each
    weekday (about 260 a year), a variable mission letter a year and both signatures under each
    month: 1 000 posts make about 260 000 time rows a year. The State's conventions run from
    15 December. ``year`` is the last one; those before it bear their year in their number.
    """
    periods = [_convention_period(kind, year - earlier) for earlier in reversed(range(years))]
    whole = Period(periods[0].start, periods[-1].end)
    tell_scope(connection, None)
    _insert(connection, Organisation, [_organisation()])
    _insert(connection, Territory, [_territory()])
    _insert(connection, Funder, [_funder(kind)])
    _insert(connection, Scheme, [_scheme(kind)])
    people = range(1, posts + 1)
    ends: dict[str, Any] = {"start_on": whole.start, "end_on": whole.end, "organisation_id": 1}
    _insert(connection, Person, (_person(n) for n in people))
    _insert(connection, Post, (_post(n, ends) for n in people))
    _insert(connection, Employment, (_employment(n, ends) for n in people))
    _insert(
        connection,
        Holding,
        ({"person_id": n, "post_id": n, "share": Decimal(1), **ends} for n in people),
    )
    number = ""
    for convention_id, period in enumerate(periods, 1):
        number = _number(kind, period, is_last=period == periods[-1])
        row = _convention(kind, period, posts)
        _insert(connection, Convention, [{**row, "id": convention_id, "number": number}])
        _fill_year(connection, people, period, convention_id)
    _insert(connection, PayItem, _pay_items(people, whole))
    _insert(connection, TimeSheet, _signatures(people, whole))
    return number


def _number(kind: Kind, period: Period, *, is_last: bool) -> str:
    number = FSE_NUMBER if kind == "fse" else STATE_NUMBER
    return number if is_last else f"{number}-{period.last.year}"


def _fill_year(connection: Connection, people: range, period: Period, convention_id: int) -> None:
    ends: dict[str, Any] = {"start_on": period.start, "end_on": period.end, "organisation_id": 1}
    paid_by = {"convention_id": convention_id}
    _insert(
        connection,
        PostFunding,
        ({"post_id": n, "fte": Decimal(1), **ends, **paid_by} for n in people),
    )
    _insert(connection, MissionLetter, ({**_letter(n, ends), **paid_by} for n in people))
    _insert(connection, TimeEntry, _time_entries(people, period, convention_id))


def generated_workbook_rows(posts: int, months: int, seed: int) -> ImportRows:
    """Rows of an import workbook: random pay over so many months from December 2023.

    Two State conventions meet on 15 December 2024 and an FSE operation covers 2024, so that months
    are cut; contracts begin and end inside months.
    """
    rng = random.Random(seed)  # noqa: S311 # reproducible figures, no secret
    rows = ImportRows()
    _add_terms(rows)
    for number in range(1, posts + 1):
        _add_generated_post(rows, rng, f"G{number:05d}", months)
    return rows


def _insert(connection: Connection, model: type[Base], rows: Any) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            connection.execute(insert(model), chunk)
            chunk = []
    if chunk:
        connection.execute(insert(model), chunk)


def _convention_period(kind: Kind, year: int) -> Period:
    if kind == "fse":
        return Period.year(year)
    return Period(date(year - 1, 12, 15), date(year, 12, 15))


def _organisation() -> dict[str, Any]:
    return {
        "id": 1,
        "code": "GEN",
        "name": "Structure engendrée",
        "legal_form": LegalForm.ASSOCIATION.value,
        "holiday_calendar": HolidayCalendar.METROPOLE.value,
    }


def _territory() -> dict[str, Any]:
    kind = TerritoryKind.EPCI.value
    return {"id": 1, "code": "GEN", "name": "Territoire", "kind": kind, "population": 100_000}


def _funder(kind: Kind) -> dict[str, Any]:
    funder = FunderKind.FSE if kind == "fse" else FunderKind.STATE
    return {"id": 1, "code": "GEN", "name": "Financeur", "kind": funder.value}


def _scheme(kind: Kind) -> dict[str, Any]:
    settings = CALL if kind == "fse" else {"ceiling_per_fte": "40 000,00", "max_rate": "70 %"}
    return {"id": 1, "code": "GEN", "name": "Dispositif", "funder_id": 1, "settings": settings}


def _convention(kind: Kind, period: Period, posts: int) -> dict[str, Any]:
    return {
        "id": 1,
        "organisation_id": 1,
        "number": FSE_NUMBER if kind == "fse" else STATE_NUMBER,
        "title": "Convention engendrée",
        "scheme_id": 1,
        "signed_on": period.start - DAY,
        "rate": Decimal("0.5") if kind == "fse" else Decimal("0.7"),
        "maximum": Decimal(40_000 * posts),
        "total_cost": Decimal(60_000 * posts),
        "fte": Decimal(posts),
        "start_on": period.start,
        "end_on": period.end,
        "settings": {},
    }


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "organisation_id": 1,
        "code": f"G{number:05d}",
        "last_name": f"FICTIF{number:05d}",
        "first_name": "Agent",
        "job_title": "Facilitateur",
    }


def _post(number: int, ends: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"P{number:05d}",
        "title": "Facilitateur",
        "territory_id": 1,
        "fte": Decimal(1),
        **ends,
    }


def _employment(number: int, ends: dict[str, Any]) -> dict[str, Any]:
    return {
        "person_id": number,
        "kind": "CDI",
        "fte": Decimal(1),
        "weekly_minutes": 2100,
        **ends,
        "end_on": None,
    }


def _letter(number: int, ends: dict[str, Any]) -> dict[str, Any]:
    signed = ends["start_on"] - timedelta(days=10)
    return {
        "person_id": number,
        "nature": LetterNature.VARIABLE.value,
        "dated_on": signed,
        "signed_by_person_on": signed,
        "signed_by_manager_on": signed,
        **ends,
    }


def _pay_items(people: range, period: Period) -> Iterator[dict[str, Any]]:
    for number in people:
        for month in period.months():
            gross = 230_000 + number * 37 % 90_000
            parts = ((PayItemKind.GROSS, gross), (PayItemKind.EMPLOYER_CHARGES, gross * 42 // 100))
            for kind, cents in parts:
                yield {
                    "organisation_id": 1,
                    "person_id": number,
                    "month": month_index(month),
                    "kind": kind.value,
                    "amount": from_cents(cents),
                    "paid_on": month.replace(day=27),
                    "voucher": f"{month:%Y%m}-{number}",
                }


def _time_entries(people: range, period: Period, convention_id: int) -> Iterator[dict[str, Any]]:
    days = [day for day in period.iter_days() if day.weekday() < SATURDAY]
    for number in people:
        for position, day in enumerate(days):
            # One day in five goes to something else, on another weekday for each person.
            is_other = (position + number) % 5 == 0
            yield {
                "organisation_id": 1,
                "person_id": number,
                "work_on": day,
                "convention_id": None if is_other else convention_id,
                "minutes": DAY_MINUTES,
                "activity": (Activity.OTHER if is_other else Activity.SUPPORT_BUYERS).value,
            }


def _signatures(people: range, period: Period) -> Iterator[dict[str, Any]]:
    for number in people:
        for month in period.months():
            signed = next_month(month) + timedelta(days=2)
            yield {
                "organisation_id": 1,
                "person_id": number,
                "month": month_index(month),
                "signed_by_person_on": signed,
                "signed_by_manager_on": signed + timedelta(days=2),
                "manager": "Responsable",
            }


def _add_terms(rows: ImportRows) -> None:
    rows.add("structures", code="GEN", nom="Structure", forme_juridique=LegalForm.ASSOCIATION)
    rows.add("territoires", code="GEN", nom="Territoire", type=TerritoryKind.EPCI)
    rows.add("financeurs", code="ETAT", nom="DREETS", type=FunderKind.STATE)
    rows.add("financeurs", code="FSE", nom="FSE", type=FunderKind.FSE_PLUS)
    rows.add("dispositifs", code="ETAT", nom="Aide au poste", financeur="ETAT")
    rows.add("dispositifs", code="FSE", nom="Appel", financeur="FSE", forfait="15 % du personnel")
    for number, scheme, first, last in (
        ("E1", "ETAT", date(2023, 12, 15), date(2024, 12, 14)),
        ("E2", "ETAT", date(2024, 12, 15), date(2025, 12, 14)),
        ("F1", "FSE", date(2024, 1, 1), date(2024, 12, 31)),
    ):
        rows.add(
            "conventions",
            numero=number,
            intitule=number,
            structure="GEN",
            dispositif=scheme,
            debut=first,
            fin=last,
            signee_le=first - DAY,
            taux=Decimal("0.5"),
            etp=Decimal(1),
        )


def _add_generated_post(rows: ImportRows, rng: random.Random, code: str, months: int) -> None:
    first = date(2023, 12, 1) + timedelta(days=rng.randrange(31))
    last = add_months(date(2023, 12, 1), months) - timedelta(days=1 + rng.randrange(28))
    fte = Decimal(rng.choice(("1", "0.8", "0.5")))
    rows.add("agents", matricule=code, nom=code, prenom="Agent", structure="GEN")
    rows.add("contrats", agent=code, debut=first, fin=last, quotite=fte, heures_hebdo=35 * fte)
    rows.add(
        "postes",
        code=code,
        intitule="Poste",
        structure="GEN",
        territoire="GEN",
        etp=Decimal(1),
        debut=date(2023, 12, 1),
    )
    rows.add("affectations", agent=code, poste=code, debut=first, fin=last)
    for convention in ("E1", "E2"):
        rows.add("postes_conventions", poste=code, convention=convention, etp=Decimal("0.5"))
    for month in Period(first, last + DAY).months():
        gross = rng.randrange(80_000, 420_000)
        for kind, cents in (
            (PayItemKind.GROSS, gross),
            (PayItemKind.EMPLOYER_CHARGES, gross * rng.randrange(380, 460) // 1000),
        ):
            rows.add(
                "bulletins",
                agent=code,
                mois=month,
                rubrique=kind,
                montant=from_cents(cents),
                paye_le=month.replace(day=27),
            )

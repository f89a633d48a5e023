"""Claims from database to figures: by hand, a second time, in parts, in another order of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from exports.claims.json_file import dump_claim
from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import ClaimKind, LegalForm
from grants.money import money, round_half_up
from grants.periods import Period
from grants.rules.claims.claim import Claim
from grants.rules.claims.periods import claim_periods
from grants.services.claims.computing import compute_claim, get_convention
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.factories.ledger.generated import generated_workbook_rows
from tests.support.recomputing import faults_of

pytestmark = pytest.mark.both_databases

FSE, STATE_2017 = "FSE-79-2018", "DIRECCTE-79-2017-004"
SAINT_ETIENNE = ("DREETS-42-2023-017", "DREETS-42-2024-017", "DREETS-42-2025-017")
AS_OF = date(2026, 11, 20)
# What the import may hold back and bring later, without breaking a reference.
LEAVES = (
    "postes_conventions", "contrats", "affectations", "lettres_mission", "feuilles_temps",
    "signatures", "absences", "bulletins", "encaissements", "versements", "budgets", "valeurs",
)  # fmt: skip

Import = Callable[[ImportRows], None]


@pytest.fixture
def load(app: Flask, session: scoped_session[Session], tmp_path: Path) -> Import:
    def import_rows(rows: ImportRows) -> None:
        path = tmp_path / "rows.xlsx"
        path.write_bytes(filled_workbook(rows))
        storage = FileStorage(tmp_path / "kept" / "pieces")
        import_file(
            session=session(),
            path=path,
            deed=program_deed(app.config["CLOCK"].now()),
            storage=storage,
        )

    return import_rows


def demonstration() -> ImportRows:
    rows = demonstration_rows()
    rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
    return rows


def claim_of(session: scoped_session[Session], number: str, **more: Any) -> Claim:
    return compute_claim(session(), number=number, **{"as_of": AS_OF, **more})


def retained(claim: Claim) -> dict[str, Decimal]:
    return {person.person_code: person.retained for person in claim.persons}


def test_the_fse_claim_comes_to_its_hand_calculation(
    session: scoped_session[Session], load: Import
) -> None:
    rows = demonstration()
    load(rows)

    claim = claim_of(session, FSE)

    assert retained(claim) == {
        "79-A1": money("39682.55"),  # 12 × 3 521,60 less 780,50 + 1 210,75 + 585,40 of IJSS
        "79-A2": money("40725.60"),  # 12 × 3 393,80; the bonus of 500 € has no ground
        "79-A3": real_share_of(rows, "79-A3", Decimal("3751.00")),
        "79-A4": money("0.00"),  # 38,71 % of the time: under 40 %
        "79-A5": money("21470.40"),  # 12 × 3 578,40 × 50 %
        "79-A6": money("6976.93"),  # 2 290,93 + 3 124,00 + 1 562,00
    }
    staff = sum(retained(claim).values())
    flat = round_half_up(staff * Decimal("0.15"))
    assert (claim.staff.value, claim.flat.value) == (staff, flat)
    assert claim.grant.due.value == round_half_up((staff + flat) / 2)
    # State 15 000 × 33 750 ÷ 45 000 = 11 250, Region 20 000 promised, fees 6 200
    assert claim.other_resources.value == money("37450.00")


def real_share_of(rows: ImportRows, agent: str, month_cost: Decimal) -> Decimal:
    """Σ of the months: cost × hours on the operation ÷ hours in all, each to the cent."""
    operation: dict[int, Decimal] = defaultdict(Decimal)
    total: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows["feuilles_temps"]:
        day, hours = row["date"], row["heures"]
        if row["agent"] == agent and isinstance(day, date) and isinstance(hours, Decimal | int):
            total[day.month] += hours
            operation[day.month] += hours if row.get("convention", row.get("operation")) else 0
    months = (round_half_up(month_cost * operation[month] / total[month]) for month in total)
    return sum(months, Decimal(0))


def test_the_states_claim_cuts_both_decembers_by_their_days(
    session: scoped_session[Session], load: Import
) -> None:
    load(demonstration())

    claim = claim_of(session, STATE_2017)

    # 2 057,00 from 15 December 2017, hired that day; 11 × 3 751; 3 751 × 14 ÷ 31 = 1 694
    bases = [line.base.value for line in claim.lines]
    assert (bases[0], bases[-1]) == (money("2057.00"), money("1694.00"))
    assert claim.eligible_cost.value == money("45012.00")
    assert claim.grant.due.value == money("15000.00")


@pytest.mark.parametrize("number", [FSE, STATE_2017, *SAINT_ETIENNE])
def test_no_figure_is_shown_that_does_not_follow_from_what_stands_beside_it(
    session: scoped_session[Session], load: Import, number: str
) -> None:
    load(demonstration())

    claim = claim_of(session, number)

    assert faults_of(claim) == []
    assert claim.staff.value == sum(line.retained for line in claim.lines)
    paid = sum(line.realised.value for line in claim.table if line.line in {"641", "645", "648"})
    assert not claim.table or paid == claim.staff.value


def test_the_figures_of_an_interim_claim_follow_too(
    session: scoped_session[Session], load: Import
) -> None:
    load(demonstration())
    start = Period(date(2018, 1, 1), date(2018, 7, 12))

    claim = claim_of(session, FSE, period=start, kind=ClaimKind.INTERIM)

    assert faults_of(claim) == []


@pytest.mark.parametrize("number", [STATE_2017, SAINT_ETIENNE[0]])
@pytest.mark.parametrize("cut", [(6, 1), (7, 12)])
def test_two_claims_that_follow_each_other_make_the_claim_of_the_year(
    session: scoped_session[Session], load: Import, number: str, cut: tuple[int, int]
) -> None:
    load(demonstration())
    whole = claim_of(session, number)
    year = whole.period.last.year

    parts = [
        claim_of(session, number, period=part) for part in whole.period.cut([date(year, *cut)])
    ]

    assert sum(part.eligible_cost.value for part in parts) == whole.eligible_cost.value
    assert {part.kind for part in parts} == {ClaimKind.INTERIM}


def test_rows_that_came_in_another_order_give_the_same_bytes(
    session: scoped_session[Session], load: Import, tmp_path: Path
) -> None:
    """The second half of each sheet is imported first; row numbers stay those of the workbook."""
    rows, late = demonstration(), demonstration()
    for name in LEAVES:
        if name in late.by_sheet:
            half = len(late[name]) // 2
            late.by_sheet[name] = [*[{} for _ in range(half)], *late[name][half:]]
    outer = session().begin_nested()
    load(rows)
    before = documents(session)
    outer.rollback()
    session().expire_all()

    load(late)
    assert documents(session) != before
    load(rows)

    assert documents(session) == before


def documents(session: scoped_session[Session]) -> list[bytes]:
    numbers: Sequence[str] = (FSE, STATE_2017, *SAINT_ETIENNE)
    return [dump_claim(claim_of(session, number)) for number in numbers]


def test_posts_follow_a_convention_that_an_amendment_extends(
    session: scoped_session[Session], load: Import
) -> None:
    """E1 ends on 14/12/2024 and is extended to the 31st: that month's pay is then all its own."""
    rows = generated_workbook_rows(posts=1, months=14, seed=3)
    load(rows)
    before = claim_of(session, "E1").lines[-1]
    rows.add(
        "avenants",
        convention="E1",
        numero="1",
        date_effet=date(2024, 12, 1),
        signe_le=date(2024, 11, 20),
        champ="fin",
        valeur="31/12/2024",
    )
    load(rows)

    after = claim_of(session, "E1").lines[-1]

    assert (before.period.last, after.period.last) == (date(2024, 12, 14), date(2024, 12, 31))
    assert after.base.formula == "payslip"
    assert after.base.value == after.gross + after.charges > before.base.value


def test_the_balance_of_an_operation_of_two_years_rests_on_both(
    session: scoped_session[Session], load: Import
) -> None:
    rows = ImportRows()
    rows.add("structures", code="A", nom="Association", forme_juridique=LegalForm.ASSOCIATION)
    rows.add("financeurs", code="F", nom="FSE", type="FSE")
    rows.add("dispositifs", code="D", nom="Appel", financeur="F")
    rows.add(
        "conventions",
        numero="F2",
        intitule="Deux ans",
        structure="A",
        dispositif="D",
        debut=date(2018, 1, 1),
        fin=date(2019, 12, 31),
        taux=Decimal("0.5"),
        etp=Decimal(1),
    )
    load(rows)
    convention = get_convention(session(), "F2")
    first = Period.year(2018)

    running = claim_periods(convention, date(2019, 12, 31))
    over = claim_periods(convention, date(2020, 1, 1))

    assert [(one.period, one.kind) for one in running] == [
        (first, ClaimKind.INTERIM),
        (Period.year(2019), ClaimKind.INTERIM),
    ]
    assert [(one.period, one.kind) for one in over] == [
        (first, ClaimKind.INTERIM),
        (convention.period, ClaimKind.FINAL),
    ]

"""The import as a whole: what it writes, what it leaves alone, what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from grants import models
from grants.errors import InputProblem, InvalidInput
from grants.models import Organisation, PayItem
from grants.services.imports import ImportReport, import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed
from tests.support.database import NOW

Sheets = Mapping[str, list[list[object]]]
Bring = Callable[..., ImportReport]

STRUCTURES: list[list[object]] = [["code", "nom", "forme_juridique"], ["S", "Structure", "autre"]]
BASE: dict[str, list[list[object]]] = {
    "structures": STRUCTURES,
    "territoires": [["code", "nom", "type", "code_insee", "population", "population_annee"],
                    ["T", "Territoire", "EPCI", "244200770", None, None]],
    "financeurs": [["code", "nom", "type"], ["F", "Financeur", "État"]],
    "dispositifs": [["code", "nom", "financeur", "taux_max"], ["D", "Dispositif", "F", "70 %"]],
    "conventions": [
        ["numero", "intitule", "structure", "dispositif", "debut", "fin", "taux", "etp",
         "montant_maximum"],
        ["C1", "Une", "S", "D", "15/12/2023", "14/12/2024", "70 %", 1, "40 000,00"],
    ],
    "postes": [["code", "intitule", "structure", "territoire", "etp", "debut"],
               ["P", "Poste", "S", "T", 1, date(2023, 12, 15)]],
    "agents": [["matricule", "nom", "prenom", "structure"], ["A1", "MARTIN", "Zoé", "S"],
               ["A2", "PETIT", "Léo", "S"]],
}  # fmt: skip
HOURS_HEAD: list[object] = ["date", "agent", "operation", "heures", "activite", "commentaire"]


@pytest.fixture
def bring(session: scoped_session[Session], tmp_path: Path) -> Bring:
    """Import sheets given as lists of lines."""

    def bring(sheets: Sheets, *, dry_run: bool = False) -> ImportReport:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, lines in sheets.items():
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
        path = tmp_path / "classeur.xlsx"
        book.save(path)
        deed, kept = program_deed(NOW), FileStorage(tmp_path / "kept")
        return import_file(session=session, path=path, deed=deed, storage=kept, dry_run=dry_run)

    return bring


def _faults(bring: Bring, sheets: Sheets) -> tuple[InputProblem, ...]:
    with pytest.raises(InvalidInput) as refused:
        bring(sheets)
    return tuple(refused.value.problems)


def _hours(*lines: list[object]) -> Sheets:
    return {"feuilles_temps": [HOURS_HEAD, *lines]}


def _stored_hours(session: scoped_session[Session]) -> list[tuple[date, int, str]]:
    query = select(models.TimeEntry.work_on, models.TimeEntry.minutes, models.TimeEntry.activity)
    return sorted((row[0], row[1], row[2]) for row in session.execute(query))


def test_each_cell_lands_in_its_column(bring: Bring, session: scoped_session[Session]) -> None:
    bring(BASE)

    convention = session.scalars(select(models.Convention)).one()
    assert (convention.number, convention.rate) == ("C1", Decimal("0.7"))
    assert (convention.start_on, convention.end_on) == (date(2023, 12, 15), date(2024, 12, 15))
    assert convention.maximum == Decimal(40000)
    assert convention.total_cost is None
    organisation = session.scalars(select(Organisation)).one()
    assert convention.organisation_id == organisation.id
    assert organisation.holiday_calendar == "metropole"
    assert session.scalars(select(models.Scheme)).one().settings == {"max_rate": "70 %"}


def test_every_row_says_which_file_and_line_it_came_from(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(BASE)

    origin = session.scalars(select(models.Import)).one()
    people = session.scalars(select(models.Person).order_by(models.Person.code)).all()
    assert origin.file_name == "classeur.xlsx"
    assert len(origin.sha256) == 64
    assert [(row.import_id, row.source_row) for row in people] == [(origin.id, 2), (origin.id, 3)]


def test_an_empty_population_is_the_official_one(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(BASE)

    territory = session.scalars(select(models.Territory)).one()
    assert territory.population is not None
    assert territory.population > 400_000
    assert territory.population_year is not None


def test_importing_twice_changes_nothing(bring: Bring, session: scoped_session[Session]) -> None:
    bring(BASE | _hours(["02/01/2024", "A1", "C1", "7h30", "Sensibiliser", "x"]))

    again = bring(BASE | _hours(["02/01/2024", "A1", "C1", "7h30", "Sensibiliser", "x"]))

    assert not again.wrote
    assert sum(sheet.identical for sheet in again.sheets) == 9
    assert session.scalar(select(func.count(models.Import.id))) == 1


def test_a_changed_row_is_updated_and_says_where_it_comes_from_now(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(BASE)
    head = BASE["agents"][0]

    report = bring({"agents": [head, ["A2", "PETIT", "Léo", "S"], ["A1", "MARTIN", "Zoë", "S"]],
                    "structures": STRUCTURES})  # fmt: skip

    counts = {sheet.sheet: (sheet.added, sheet.changed, sheet.identical) for sheet in report.sheets}
    person = session.scalars(select(models.Person).where(models.Person.code == "A1")).one()
    session.refresh(person)
    assert counts == {"structures": (0, 0, 1), "agents": (0, 1, 1)}
    assert (person.first_name, person.source_row) == ("Zoë", 3)


def test_a_column_left_out_keeps_what_is_stored_and_an_empty_cell_clears_it(
    bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["code", "nom", "financeur", "taux_max", "subvention_min", "texte"]
    bring(BASE | {"dispositifs": [head, ["D", "Dispositif", "F", "70 %", "10 000", "Appel"]]})

    bring({"dispositifs": [head[:4], ["D", "Dispositif", "F", None]]})

    scheme = session.scalars(select(models.Scheme)).one()
    session.refresh(scheme)
    assert scheme.settings == {"min_grant": "10 000"}
    assert scheme.reference == "Appel"


def test_rows_that_the_file_does_not_mention_stay(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(BASE)

    bring({"agents": [BASE["agents"][0], ["A3", "ROUX", "Ida", "S"]]})

    assert set(session.scalars(select(models.Person.code))) == {"A1", "A2", "A3"}


def test_the_hours_of_a_day_replace_the_whole_day_and_no_other(
    bring: Bring, session: scoped_session[Session]
) -> None:
    bring(BASE | _hours(
        ["02/01/2024", "A1", "C1", 4, None, None],
        ["02/01/2024", "A1", None, 3, "Administration", None],
        ["03/01/2024", "A1", "C1", 7, None, None],
        ["02/01/2024", "A2", "C1", 7, None, None],
    ))  # fmt: skip

    report = bring(_hours(["02/01/2024", "A1", "C1", "7:00", None, None]))

    counts = report.sheets[0]
    assert (counts.added, counts.changed, counts.identical, counts.removed) == (0, 1, 0, 1)
    assert _stored_hours(session) == [
        (date(2024, 1, 2), 420, "other"),
        (date(2024, 1, 2), 420, "other"),
        (date(2024, 1, 3), 420, "other"),
    ]


def test_zero_hours_clear_a_day(bring: Bring, session: scoped_session[Session]) -> None:
    bring(BASE | _hours(["02/01/2024", "A1", "C1", 4, None, None]))

    report = bring(_hours(["02/01/2024", "A1", None, 0, None, None]))

    assert report.sheets[0].removed == 1
    assert _stored_hours(session) == []


def test_a_dry_run_says_what_would_change_and_writes_nothing(
    bring: Bring, session: scoped_session[Session]
) -> None:
    report = bring(BASE, dry_run=True)

    assert report.wrote
    assert "rien n'est écrit" in str(report)
    assert session.scalar(select(func.count(Organisation.id))) == 0
    assert session.scalar(select(func.count(models.Import.id))) == 0


def test_days_left_empty_in_a_posts_funding_are_the_conventions(
    bring: Bring, session: scoped_session[Session]
) -> None:
    lines: list[list[object]] = [["poste", "convention", "etp"], ["P", "C1", "0,5"]]
    head: list[object] = ["poste", "convention", "etp", "debut", "fin"]
    bring(BASE | {"postes_conventions": [head, ["P", "C1", "0,5", None, None]]})

    funding = session.scalars(select(models.PostFunding)).one()
    assert (funding.start_on, funding.end_on) == (date(2023, 12, 15), date(2024, 12, 15))
    assert not bring({"postes_conventions": [head, ["P", "C1", 0.5, None, None]]}).wrote
    assert not bring({"postes_conventions": lines}).wrote


def test_an_amendment_is_stored_under_its_term_or_setting(
    bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["convention", "numero", "date_effet", "signe_le", "champ", "valeur"]
    rows: list[list[object]] = [
        ["C1", "1", "01/07/2024", "25/06/2024", "montant_maximum", "42 000,00"],
        ["C1", "1", "01/07/2024", "25/06/2024", "fin", date(2025, 6, 30)],
        ["C1", "1", "01/07/2024", "25/06/2024", "taux", "65 %"],
        ["C1", "2", "01/07/2024", None, "coupe_du_mois", "Heures travaillées"],
    ]
    bring(BASE | {"avenants": [head, *rows]})

    stored = session.execute(select(models.Amendment.field, models.Amendment.value))
    assert {row[0]: row[1] for row in stored} == {
        "montant_maximum": "42000.00",
        "fin": "2025-06-30",
        "taux": "0.65",
        "month_split": "Heures travaillées",
    }


def test_every_fault_is_told_at_once_with_its_place(bring: Bring) -> None:
    faults = _faults(bring, {
        "agents": [["matricule", "nom", "prenom", "structure", "prenon"],
                   ["A1", None, "Zoé", "S", None],
                   ["A1", "X", "Y", "INCONNUE", None]],
        "structures": [["code", "nom", "forme_juridique", "siret"],
                       ["S", "X", "Entreprise", "123"]],
        "bulletin": [["agent"], ["A1"]],
        "absences": [["agent", "debut", "fin"], ["A1", "10/02/2024", "09/02/2024"]],
    })  # fmt: skip

    assert [(f.place, f.row, f.column, f.found) for f in faults] == [
        ("bulletin", 0, "", "bulletin"),
        ("structures", 2, "siret", "123"),
        ("structures", 2, "forme_juridique", "Entreprise"),
        ("agents", 1, "prenon", "prenon"),
        ("agents", 2, "nom", "(vide)"),
        ("agents", 3, "matricule", "A1"),
        ("agents", 3, "structure", "INCONNUE"),
        ("absences", 0, "type", "(vide)"),
        ("absences", 2, "fin", "09/02/2024"),
    ]
    assert "vouliez-vous dire « bulletins »" in faults[0].expected
    assert "vouliez-vous dire « prenom »" in faults[3].expected
    assert "ligne 2" in faults[5].expected


def test_a_file_with_one_fault_writes_nothing(
    bring: Bring, session: scoped_session[Session]
) -> None:
    _faults(bring, BASE | _hours(["02/01/2024", "A9", None, 4, None, None]))

    assert session.scalar(select(func.count(Organisation.id))) == 0


def test_hours_of_an_agents_day_stay_within_24(bring: Bring) -> None:
    faults = _faults(bring, BASE | _hours(
        ["02/01/2024", "A1", "C1", 20, None, None],
        ["02/01/2024", "A1", None, 4, None, None],
        ["03/01/2024", "A1", "C1", 20, None, None],
        ["03/01/2024", "A1", None, "4:01", None, None],
    ))  # fmt: skip

    assert [(f.row, f.found) for f in faults] == [(5, "24,02\u00a0h")]


CONTRACTS: list[object] = ["agent", "debut", "fin", "quotite", "heures_hebdo"]


def test_contracts_that_together_pass_full_time_are_refused(bring: Bring) -> None:
    faults = _faults(bring, BASE | {"contrats": [
        CONTRACTS,
        ["A1", "01/01/2024", "30/06/2024", "60 %", 21],
        ["A1", "30/06/2024", None, "50 %", 17.5],
        ["A2", "01/01/2024", "30/06/2024", "100 %", 35],
        ["A2", "01/07/2024", None, "100 %", 35],
    ]})  # fmt: skip

    assert [(f.row, f.column, f.found) for f in faults] == [(3, "quotite", "110\u202f%")]
    assert "30/06/2024" in faults[0].expected
    assert "ligne 2" in faults[0].expected


def test_contracts_are_added_up_with_those_that_are_stored(bring: Bring) -> None:
    bring(BASE | {"contrats": [CONTRACTS, ["A1", "01/01/2024", None, "100 %", 35]]})

    faults = _faults(bring, {"contrats": [CONTRACTS, ["A1", "01/06/2024", None, "50 %", 17.5]]})

    assert "déjà enregistré" in faults[0].expected
    closed: list[object] = ["A1", "01/01/2024", "31/05/2024", "100 %", 35]
    opened: list[object] = ["A1", "01/06/2024", None, "50 %", 17.5]
    assert bring({"contrats": [CONTRACTS, closed, opened]}).wrote


def test_holdings_that_together_take_more_than_a_person_are_refused(bring: Bring) -> None:
    head: list[object] = ["agent", "poste", "debut", "fin", "part"]
    posts = [*BASE["postes"], ["P2", "Poste", "S", "T", 1, "01/01/2024"]]
    faults = _faults(bring, BASE | {"postes": posts, "affectations": [
        head, ["A1", "P", "01/01/2024", None, "60 %"], ["A1", "P2", "01/02/2024", None, "50 %"],
    ]})  # fmt: skip

    assert [(f.place, f.row) for f in faults] == [("affectations", 3)]


def test_territories_may_come_in_any_order_but_not_contain_themselves(
    bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["code", "nom", "type", "parent"]
    bring({"territoires": [head, ["C", "C", "EPCI", "B"], ["B", "B", "Département", "A"],
                           ["A", "A", "Région", None]]})  # fmt: skip

    faults = _faults(bring, {"territoires": [head, ["A", "A", "Région", "C"]]})

    assert session.scalar(select(func.count(models.Territory.parent_id))) == 2
    assert "A → C → B → A" in faults[0].expected


def test_a_code_of_two_structures_must_be_told_apart(
    bring: Bring, session: scoped_session[Session]
) -> None:
    agents = BASE["agents"][0]
    bring(BASE)
    bring({"structures": [STRUCTURES[0], ["S2", "Autre", "autre"]],
           "agents": [agents, ["A1", "AUTRE", "Personne", "S2"]]})  # fmt: skip
    hours = _hours(["02/01/2024", "A1", None, 7, None, None])

    faults = _faults(bring, hours)
    report = bring({"structures": [STRUCTURES[0], ["S2", "Autre", "autre"]]} | dict(hours))

    owner = session.scalars(select(Organisation).where(Organisation.code == "S2")).one()
    assert "2 structures ont ce code" in faults[0].expected
    assert report.wrote
    assert session.scalars(select(models.TimeEntry.organisation_id)).one() == owner.id


def test_the_value_of_a_setting_and_of_an_amendment_is_checked(bring: Bring) -> None:
    head: list[object] = ["convention", "numero", "date_effet", "champ", "valeur"]
    faults = _faults(bring, BASE | {
        "dispositifs": [["code", "nom", "financeur", "taux_max"], ["D", "Disp", "F", "170 %"]],
        "avenants": [head, ["C1", "1", "01/07/2024", "etp", "zéro"],
                     ["C1", "1", "01/07/2024", "plafond_par_et", "1"],
                     ["C1", "1", "01/07/2024", "taux", "130 %"]],
    })  # fmt: skip

    assert [(f.place, f.row, f.column) for f in faults] == [
        ("dispositifs", 2, "taux_max"),
        ("avenants", 2, "valeur"),
        ("avenants", 3, "champ"),
        ("avenants", 4, "valeur"),
    ]
    assert "plafond_par_etp" in faults[2].expected


def test_a_budget_line_must_be_one_of_the_form(bring: Bring) -> None:
    head: list[object] = ["convention", "cote", "ligne", "prevision"]
    faults = _faults(bring, BASE | {"budgets": [head, ["C1", "Charges", "641", 1],
                                                ["C1", "Produits", "641", 1]]})  # fmt: skip

    assert [(f.row, f.column) for f in faults] == [(3, "ligne")]


def test_many_rows_are_stored_as_exactly_as_few(
    bring: Bring, session: scoped_session[Session]
) -> None:
    head: list[object] = ["agent", "mois", "rubrique", "libelle", "montant", "paye_le"]
    rows: list[list[object]] = [
        ["A1", "12/2023", "Salaire brut", f"n° {n}\t\\N", f"{n},{n % 100:02d}", "28/12/2023"]
        for n in range(5_100)
    ]
    sheets = BASE | {"bulletins": [head, *rows]}

    first, again = bring(sheets), bring(sheets)

    items = session.execute(select(PayItem.label, PayItem.amount, PayItem.voucher))
    assert first.sheets[-1].added == 5_100
    assert not again.wrote
    assert {tuple(item) for item in items} == {
        (f"n° {n}\t\\N", Decimal(n * 100 + n % 100).scaleb(-2), "") for n in range(5_100)
    }

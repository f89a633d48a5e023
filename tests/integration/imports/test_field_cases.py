"""Small files as people have them, by the doors that read them: ``../shared/cases/field``.

What each must give is said in its EXPECTED.md; where that folder is absent these are skipped.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from grants.models.evidence import Piece
from grants.models.organisations import Organisation
from grants.models.people import Employment, Person
from grants.models.timesheets import TimeEntry
from grants.periods import Period
from grants.services.claims.computing import compute_claim
from tests.support.sources import ROOT
from tests.support.terminal import Terminal

FIELD = ROOT.parent / "shared" / "cases" / "field"
pytestmark = pytest.mark.skipif(not FIELD.is_dir(), reason="../shared/cases/field is absent")
DAYS = re.compile(
    r"à ajouter, (?P<who>[^,]+), (?P<kind>[^,]+), (?P<first>\S+) au (?P<last>[0-9/]+)"
)


@pytest.fixture
def base(cli: Terminal) -> Terminal:
    """The terminal, on the two conventions that the cases rest on."""
    cli("import", FIELD / "_base")
    return cli


def absences(cli: Terminal, name: str, exit_code: int = 0) -> list[tuple[str, str]]:
    """First and last day of each absence that a file would add."""
    said = cli("absences", "import", FIELD / name, exit_code=exit_code).output
    return [(found["first"], found["last"]) for found in DAYS.finditer(said)]


def test_the_sign_of_a_reimbursement_is_the_users(
    cli: Terminal, session: scoped_session[Session]
) -> None:
    cli("import", FIELD / "ijss_regul")

    staff = [
        compute_claim(
            session, number="DREETS-2024", period=days, as_of=date(2025, 1, 15)
        ).staff.value
        for days in (Period.month(date(2024, 2, 1)), Period.month(date(2024, 1, 1)))
    ]

    assert staff == [Decimal("3050.00"), Decimal("2350.00")]


def test_a_separator_that_can_mean_thousands_is_never_guessed(base: Terminal) -> None:
    said = base("import", FIELD / "amount_thousands", exit_code=1).output

    assert "ligne 2, montant : trouvé « 2.850 »" in said
    assert "2850,00 ou 2,85" in said


def test_hours_in_hundredths_are_those_of_the_months_page(
    base: Terminal, session: scoped_session[Session]
) -> None:
    base("import", FIELD / "hours_hundredths")

    query = select(TimeEntry.minutes).where(TimeEntry.work_on >= date(2024, 2, 5))
    assert session.scalars(query.order_by(TimeEntry.work_on)).all() == [440, 425, 450]


def test_a_fraction_of_a_spreadsheet_is_a_share_of_time(
    base: Terminal, session: scoped_session[Session]
) -> None:
    base("import", FIELD / "quotite_35emes")

    assert Decimal("0.685714") in session.scalars(select(Employment.fte)).all()


def test_a_siret_in_groups_is_cleaned_then_measured(
    base: Terminal, session: scoped_session[Session]
) -> None:
    base("import", FIELD / "siret_spaces")

    assert "24420077000018" in session.scalars(select(Organisation.siret)).all()


@pytest.mark.parametrize("folder", ["apple_double", "tab_and_sep"])
def test_doubles_and_separators_of_other_programs_give_one_agent(
    base: Terminal, session: scoped_session[Session], folder: str
) -> None:
    before = len(session.scalars(select(Person)).all())

    base("import", FIELD / folder)

    session.expire_all()
    assert len(session.scalars(select(Person)).all()) == before + 1


def test_a_piece_is_found_however_a_mac_spells_its_name(
    base: Terminal, session: scoped_session[Session]
) -> None:
    base("import", FIELD / "nfd_piece")

    assert all(session.scalars(select(Piece.sha256)).all())


@pytest.mark.parametrize(
    ("name", "said"),
    [("xlsx_charges_formula.xlsx", "207,55"), ("xlsx_date_as_number.xlsx", "05/02/2024")],
)
def test_a_cell_that_cannot_be_taken_says_what_it_may_mean(
    base: Terminal, name: str, said: str
) -> None:
    assert said in base("import", FIELD / name, exit_code=1).output


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("absences_ampm_columns.csv", [("15/03/2024",) * 2, ("18/03/2024",) * 2]),
        ("ics_recurrence_id.ics", [(f"{day}/03/2024",) * 2 for day in ("01", "15", "07")]),
        ("ics_method_cancel.ics", []),
        ("ics_rdate.ics", [(f"{day}/03/2024",) * 2 for day in ("08", "15", "01")]),
        ("ics_date_with_time_value_2024.ics", [("18/03/2024", "22/03/2024")]),
        ("ics_range_over_weekend_hours.ics", [("15/03/2024",) * 2, ("18/03/2024",) * 2]),
        ("ics_name_last_first.ics", [("18/03/2024",) * 2]),
        ("ics_two_calendars.ics", [("18/03/2024",) * 2, ("25/03/2024",) * 2]),
        ("ics_old_window.ics", []),
    ],
)
def test_a_file_of_absences_gives_the_days_that_are_left_of_it(
    base: Terminal, name: str, days: list[tuple[str, str]]
) -> None:
    assert absences(base, name) == days


def test_what_lies_outside_the_period_read_is_counted(base: Terminal) -> None:
    said = base("absences", "import", FIELD / "ics_old_window.ics").output

    assert re.search(r"1 événement hors de la période lue, du \d\d/\d\d/\d{4} au", said)


def test_a_bare_duration_is_never_taken_for_minutes(base: Terminal) -> None:
    said = base("absences", "import", FIELD / "absences_duree_jours.csv", exit_code=1).output

    assert said.count("« Durée (jours) » ou « Durée (heures) »") == 2


def test_names_fold_their_letters_apostrophes_and_commas(base: Terminal, tmp_path: Path) -> None:
    (tmp_path / "agents.csv").write_text(
        "matricule;nom;prenom;structure\nN1;N’GUESSAN;Marie-Ange;MOI\n"
        "N2;LE BŒUF d’Estaing;Jean-François;MOI\n",
        encoding="utf-8",
    )
    (tmp_path / "contrats.csv").write_text(
        "agent;debut;quotite;heures_hebdo\nN1;01/01/2023;1;35\nN2;01/01/2023;1;35\n",
        encoding="utf-8",
    )
    base("import", tmp_path)

    assert absences(base, "absences_apostrophe.csv") == [("18/03/2024", "19/03/2024")] * 3


@pytest.mark.parametrize(
    ("name", "added"),
    [("ics_bad_dtstart_beside_good.ics", 1), ("ics_exdate_empty.ics", 0),
     ("ics_rrule_space.ics", 0)],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_refused_by_itself(
    base: Terminal, name: str, added: int
) -> None:
    said = base("absences", "import", FIELD / name, exit_code=1).output

    assert len(DAYS.findall(said)) == added
    assert "attendu un événement lisible" in said


def test_a_word_inside_another_says_nothing(base: Terminal) -> None:
    said = base("absences", "import", FIELD / "ics_formation_word.ics", exit_code=1).output

    assert "dites quelle absence c'est" in said
    assert "Formation" not in said

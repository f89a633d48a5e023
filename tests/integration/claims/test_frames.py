"""A figure that one convention lacks stops that convention alone, and no claim quotes the texts of
another fund.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from exports.claims.files import write_workbook
from exports.imports.filled_workbook import ImportRows, filled_workbook
from grants.enums import FlatRateProfile, FunderKind
from grants.errors import InvalidInput
from grants.rules.claims.claim import Claim
from grants.services.claims.computing import compute_claim
from grants.services.claims.verifying import verify_all
from grants.services.demo import demonstration_rows
from grants.services.imports import import_file
from grants.services.platform.storage import FileStorage
from tests.factories.deeds import program_deed

pytestmark = pytest.mark.both_databases

STATE, OPERATION, POST = "DIRECCTE-79-2017-004", "FSE-79-2018", "DREETS-42-2023-017"
DAY = date(2026, 11, 28)
EUROPEAN = ("Règlement (UE)", "FSE", "Décret n° 2022-608", "Arrêté du 8 mars 2016", "Centre-Val")
MARKS = ("lu", "à confirmer", "aucun texte trouvé")
Load = Callable[[ImportRows], None]


@pytest.fixture
def load(app: Flask, session: scoped_session[Session], tmp_path: Path) -> Load:
    def load(rows: ImportRows) -> None:
        path = tmp_path / "rows.xlsx"
        rows.by_sheet["pieces"] = [{**row, "fichier": ""} for row in rows["pieces"]]
        path.write_bytes(filled_workbook(rows))
        import_file(
            session=session(),
            path=path,
            deed=program_deed(app.config["CLOCK"].now()),
            storage=FileStorage(tmp_path / "kept" / "pieces"),
        )

    return load


def of_operation(profile: FlatRateProfile) -> ImportRows:
    """The demonstration, whose operation of FSE 2014-2020 has that flat rate."""
    rows = demonstration_rows()
    call = next(row for row in rows["dispositifs"] if row["code"] == "FSE-6A-2018")
    call["forfait"] = profile
    return rows


def of_kind(kind: FunderKind) -> ImportRows:
    """The demonstration, whose operation of 2018 is paid by a funder of that kind."""
    rows = demonstration_rows()
    funder = next(row for row in rows["financeurs"] if row["code"] == "CD-79")
    funder["type"] = kind
    return rows


def claim(session: scoped_session[Session], number: str) -> Claim:
    return compute_claim(session(), number=number, as_of=DAY)


def test_7_percent_of_2014_2020_add_nothing_and_stop_that_claim_alone(
    session: scoped_session[Session], load: Load
) -> None:
    load(of_operation(FlatRateProfile.DIRECT_7))

    operation, post = claim(session, OPERATION), claim(session, STATE)
    proofs = verify_all(session(), as_of=DAY)

    finding = next(one for one in operation.findings if one.code == "flat_rate_unknown")
    assert operation.is_blocked
    assert operation.flat.value == 0
    # 15 % of 142 556,02 € of staff
    assert "aucun texte du FSE" in finding.message
    assert "21\u202f383,40\u00a0€" in finding.message
    assert post.grant.due.value == Decimal("15000.00")
    assert "flat_rate_unknown" not in {one.code for one in post.findings}
    assert all(proof.holds for proof in proofs)


def test_an_operation_of_fse_plus_before_2021_is_refused_with_its_cause(load: Load) -> None:
    with pytest.raises(InvalidInput) as refused:
        load(of_kind(FunderKind.FSE_PLUS))

    told = [problem for problem in refused.value.problems if problem.column == "debut"]
    assert [problem.place for problem in told] == ["conventions"]
    assert "depuis le 01/01/2021" in told[0].expected
    assert "FSE+ n'existe pas avant" in told[0].expected


def test_a_funder_of_stored_conventions_does_not_become_a_fund_that_came_later(
    load: Load,
) -> None:
    load(demonstration_rows())
    rows = ImportRows()
    rows.add("financeurs", code="CD-79", nom="Département", type=FunderKind.FSE_PLUS)

    with pytest.raises(InvalidInput) as refused:
        load(rows)

    assert [problem.column for problem in refused.value.problems] == ["type"]
    assert OPERATION in refused.value.problems[0].expected


@pytest.fixture
def demonstration(load: Load) -> None:
    load(demonstration_rows())


def printed(found: Claim) -> list[tuple[str, object, str, str]]:
    """What a claim quotes: name, value, text, mark."""
    used = [(one.wording, one.value, one.citation) for one in found.settings]
    cited = [(one.name, one.value, one) for one in found.citations]
    return [(name, value, text.text, text.reading) for name, value, text in (*used, *cited)]


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("number", [STATE, POST])
def test_a_state_claim_quotes_no_european_text(
    session: scoped_session[Session], number: str
) -> None:
    texts = {text for _, _, text, _ in printed(claim(session, number))}

    assert texts
    assert not [text for text in texts for words in EUROPEAN if words in text]


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("number", [STATE, OPERATION, POST])
def test_nothing_is_printed_as_in_force_before_its_fund_or_its_text(
    session: scoped_session[Session], number: str
) -> None:
    found = claim(session, number)
    quoted = [*found.citations, *(one.citation for one in found.settings)]

    dated = [one for one in quoted if one.since is not None]
    assert dated
    # The oldest text that a claim may rest on is the Code du travail of 2008.
    assert all(one.since != date(2014, 1, 1) for one in dated)
    assert all(one.text != "Pratique" for one in dated)


@pytest.mark.usefixtures("demonstration")
@pytest.mark.parametrize("number", [STATE, OPERATION])
def test_the_workbook_marks_each_text_as_read_to_confirm_or_not_found(
    session: scoped_session[Session], tmp_path: Path, number: str
) -> None:
    path = tmp_path / "claim.xlsx"

    write_workbook(claim(session, number), path)

    sheet = openpyxl.load_workbook(path)["Sources"]
    marks = [row[4] for row in sheet.iter_rows(values_only=True) if row[3] and row[4]]
    heads = {"Lecture"}
    assert len(marks) > 10
    assert all(str(mark).startswith(MARKS) for mark in marks if mark not in heads)


@pytest.mark.usefixtures("demonstration")
def test_a_setting_of_a_scheme_has_a_text_of_its_own(session: scoped_session[Session]) -> None:
    origins = {one.key: one.citation for one in claim(session, POST).settings}

    assert origins["max_rate"].text == (
        "Délibération n° 2024.00010 de Saint-Étienne Métropole, « à hauteur de 70 % » ; "
        "« maximum » est notre lecture"
    )
    assert origins["max_rate"].since == date(2024, 1, 24)
    # The délibération says nothing of reports, and the convention has its own day.
    assert "report_due_months" not in origins


def national(territory: str, programme: str) -> ImportRows:
    """An FSE+ operation of 2023 at 50 % on a post of a territory."""
    rows = demonstration_rows()
    rows.add("financeurs", code="FSEP", nom="FSE+", type=FunderKind.FSE_PLUS)
    rows.add(
        "dispositifs", code="PN", nom="Appel FSE+", financeur="FSEP", programme=programme or None
    )
    rows.add(
        "conventions",
        numero="PN-1",
        intitule="Facilitateur",
        structure="SEM",
        dispositif="PN",
        debut=date(2023, 1, 1),
        fin=date(2023, 12, 31),
        signee_le=date(2023, 1, 2),
        taux=Decimal("0.50"),
        etp=Decimal(1),
    )
    rows.add(
        "postes",
        code="PN-P",
        intitule="Facilitateur",
        structure="SEM",
        territoire=territory,
        etp=Decimal(1),
        debut=date(2023, 1, 1),
    )
    rows.add("postes_conventions", poste="PN-P", convention="PN-1", etp=Decimal(1))
    return rows


@pytest.mark.parametrize(
    ("territory", "programme", "most"),
    [
        ("244200770", "Programme national FSE+", Decimal("0.40")),
        ("DEP-79", "Programme national FSE+", Decimal("0.60")),
        ("DEP-79", "Programme Centre-Val de Loire", Decimal("0.60")),
        ("244200770", "Autre programme", None),
        ("244200770", "", None),
    ],
)
def test_the_territory_gives_the_highest_rate_of_the_programme(
    session: scoped_session[Session],
    load: Load,
    territory: str,
    programme: str,
    most: Decimal | None,
) -> None:
    load(national(territory, programme))

    found = claim(session, "PN-1")

    assert found.convention.terms[0].settings.max_rate == most
    # 50 % is too much in Saint-Étienne alone.
    told = "rate_above_maximum" in {one.code for one in found.findings}
    assert told is (most is not None and most < Decimal("0.50"))

"""Printed time sheets: all that a funder asks for, archival, and the same figures as the sheet."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from exports.timesheets.pdf import SHEETS_PER_FILE, time_sheets_pdf
from exports.timesheets.pdf_data import ABSENCE_CODES, CLOSURE_CODES, sheet_texts
from exports.timesheets.prints import Emblem, PrintedSheet, fund_mentions, sheet_reference
from grants.enums import AbsenceKind, DayClosure, FunderKind
from grants.french import NARROW
from grants.rules.timesheets.sheet import SheetSignatureFacts
from tests.factories.timesheets.printed import (
    HASH,
    JANUARY,
    OPERATIONS,
    leave,
    make_rows,
    make_sheet,
    printed,
    signed,
)

PIXEL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)


def text_of(sheets: Sequence[PrintedSheet], folder: Path) -> str:
    """What a reader gets from the file when copying its text."""
    path = folder / "sheet.pdf"
    path.write_bytes(time_sheets_pdf(sheets))
    found = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    return found.replace("\xa0", " ").replace(NARROW, " ")


def test_the_file_is_archival_tagged_french_and_titled() -> None:
    with pikepdf.open(io.BytesIO(time_sheets_pdf([printed(make_sheet())]))) as pdf:
        meta = pdf.open_metadata()

        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == "Feuille de temps – janvier\xa02025 – Martin-1 Camille"
        assert str(pdf.Root.Lang) == "fr-FR"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert pdf.Root.StructTreeRoot.K is not None
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert all(tuple(page.mediabox[2:4]) == pytest.approx((842, 595), abs=1)
                   for page in pdf.pages)  # fmt: skip


def test_a_sheet_says_who_where_on_what_and_how_long(tmp_path: Path) -> None:
    sheet = make_sheet(absences=[leave(date(2025, 1, 20), 5)], comments={JANUARY: "Rien ce jour."})

    text = text_of([printed(sheet)], tmp_path)

    for expected in (
        "Martin-1 Camille", "A01", "Facilitatrice de la clause sociale",
        "Maison de l'emploi du Bocage", "130 025 265 00013", "1 rue des Tilleuls",
        "FSE-79-2024", "202401234", "Clause sociale Deux-Sèvres", "Fonds social européen plus",
        "Autres activités, hors opération", "CP : Congés payés", "F : jour férié",
        "Heures attendues : 119 h", "Heures déclarées : 119 h", "01/01/2025 : Rien ce jour.",
        "FT-A01-2025-01", "page 1/1",
    ):  # fmt: skip
        assert expected in text, expected


def test_an_unsigned_sheet_says_so_and_leaves_room_for_two_signatures(tmp_path: Path) -> None:
    text = text_of([printed(make_sheet())], tmp_path)

    assert text.count("EXEMPLAIRE NON SIGNÉ") == 2
    assert text.count("À signer") == 2


def test_a_sheet_that_waits_for_the_manager_says_so(tmp_path: Path) -> None:
    sheet = replace(signed(make_sheet()), signed_by_manager=None)

    text = text_of([printed(sheet)], tmp_path)

    assert "NON SIGNÉ PAR LE RESPONSABLE" in text
    assert text.count("À signer") == 1


def test_a_signed_sheet_shows_both_moments_in_paris_and_the_hash(tmp_path: Path) -> None:
    text = text_of([printed(signed(make_sheet()))], tmp_path)

    assert "NON SIGNÉ" not in text
    assert "le 03/02/2025 14:05:09 (heure de Paris)" in text
    assert "le 04/02/2025 09:05:09 (heure de Paris)" in text
    assert "Nom : Durand Alix" in text
    assert HASH in text
    assert "Étapes et signatures précédentes" not in text


def test_a_paper_signature_shows_its_day_and_where_the_scan_is(tmp_path: Path) -> None:
    paper = SheetSignatureFacts("", date(2025, 2, 3))
    sheet = replace(make_sheet(), signed_by_person=paper, signed_by_manager=paper, piece="FT-9")

    text = text_of([printed(sheet)], tmp_path)

    assert text.count("Signé sur papier le 03/02/2025, exemplaire déposé : FT-9") == 2
    assert "NON SIGNÉ" not in text


def test_a_sheet_that_changed_under_its_signatures_says_so(tmp_path: Path) -> None:
    sheet = replace(signed(make_sheet()), has_changed_since_signed=True)

    assert "MODIFIÉE DEPUIS LA SIGNATURE" in text_of([printed(sheet)], tmp_path)


def test_signatures_before_a_reopening_stay_readable(tmp_path: Path) -> None:
    text = text_of([printed(signed(make_sheet(), again=True))], tmp_path)

    assert "Étapes et signatures précédentes" in text
    assert "Il manque une heure le 6 janvier." in text
    assert "01/02/2025 10:05:09" in text
    assert "abababababababab…" in text


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert time_sheets_pdf([printed(make_sheet())]) == time_sheets_pdf([printed(make_sheet())])


def test_a_team_goes_into_one_file_and_each_sheet_counts_its_own_pages(tmp_path: Path) -> None:
    sheets = [printed(make_sheet(number=number)) for number in (1, 2, 3)]

    text = text_of(sheets, tmp_path)

    assert text.count("page 1/1") == 3
    assert all(f"FT-A0{number}-2025-01" in text for number in (1, 2, 3))


def test_long_texts_stay_on_the_page_and_are_all_there(tmp_path: Path) -> None:
    title = "Clause sociale d'insertion dans les marchés publics du bassin de Bressuire"
    operations = (replace(OPERATIONS[0], title=title, number="N" * 60), OPERATIONS[1])
    rows = [replace(row, market=f"Marché {'M' * 90}") for row in make_rows(15)]
    comments = {date(2025, 1, day): "Observation " * 40 for day in range(1, 32)}
    sheet = make_sheet(rows=rows, comments=comments)

    text = text_of([printed(sheet, operations)], tmp_path)

    assert title in text
    assert text.count("Observation") == 31 * 40 + len(["Observations"])
    assert text.count("M") > 90
    assert "page 2/" in text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="measures with poppler")
def test_no_word_leaves_the_page(tmp_path: Path) -> None:
    rows = [replace(row, number="N" * 40, market="M" * 90) for row in make_rows(15)]
    operations = (replace(OPERATIONS[0], number="N" * 60, operation_number="W" * 60),)
    text_of([printed(make_sheet(rows=rows), operations)], tmp_path)

    assert not _outside(tmp_path / "sheet.pdf")


def _outside(path: Path) -> list[str]:
    """Words that leave the page's margins."""
    command = ["pdftotext", "-bbox", str(path), "-"]
    found = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    lines = [line for line in found.splitlines() if "<word" in line]
    return [line for line in lines if float(line.split('xMax="')[1].split('"')[0]) > 842 - 24]


@pytest.mark.parametrize("odd", ["\x00", "\x07", "😀", "中", "\ue000", "#set page(width: 1pt)"])
def test_any_character_prints_and_none_runs(odd: str, tmp_path: Path) -> None:
    sheet = make_sheet(comments={JANUARY: f"avant {odd} après"})

    text = text_of([printed(sheet)], tmp_path)

    assert "avant" in text
    assert "après" in text
    assert "page 1/1" in text


def test_thirds_of_an_hour_print_as_hours_and_minutes_so_that_lines_add_up(tmp_path: Path) -> None:
    rows = make_rows(2)
    places = {(rows[0].key, date(2025, 1, day)): 20 for day in (6, 7, 8)}

    text = text_of([printed(make_sheet(rows=rows, minutes=places))], tmp_path)

    assert "0:20" in text
    assert "Heures déclarées : 1:00 h" in text


def test_the_emblem_of_the_structure_has_a_text_for_those_who_cannot_see_it() -> None:
    with_logo = replace(printed(make_sheet()), emblem=Emblem(PIXEL, "svg"))

    content = time_sheets_pdf([with_logo])

    with pikepdf.open(io.BytesIO(content)) as pdf:
        alts = {str(item.Alt) for item in pdf.objects
                if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}  # fmt: skip
    assert alts == {"Emblème de l'Union européenne", "Emblème de la structure"}


def test_only_the_union_asks_for_its_emblem_and_each_fund_for_its_words() -> None:
    state_only = printed(make_sheet(), OPERATIONS[1:])

    assert sheet_texts(state_only, "")["is-european"] is False
    assert fund_mentions(OPERATIONS[1:]) == ("Poste soutenu par l'État.",)
    assert "FSE+" in fund_mentions(OPERATIONS)[0]
    older = replace(OPERATIONS[0], funder_kind=FunderKind.FSE)
    assert "2014-2020" in fund_mentions([older])[0]


def test_every_absence_and_every_other_closure_has_a_code() -> None:
    assert set(ABSENCE_CODES) == set(AbsenceKind)
    assert set(CLOSURE_CODES) == set(DayClosure) - {DayClosure.ABSENCE}
    assert len(set(ABSENCE_CODES.values())) == len(ABSENCE_CODES)


@pytest.mark.parametrize("count", [0, SHEETS_PER_FILE + 1])
def test_a_file_takes_neither_no_sheet_nor_more_than_memory_holds(count: int) -> None:
    with pytest.raises(ValueError, match="sheets go into a file"):
        time_sheets_pdf([printed(make_sheet())] * count)


def test_a_scan_is_named_after_person_and_month() -> None:
    assert sheet_reference("A01", date(2024, 12, 1)) == "FT-A01-2024-12"


@given(counts=st.lists(st.integers(0, 288), min_size=4, max_size=40))
@settings(max_examples=50)
def test_totals_are_the_sums_of_the_lines_as_printed(counts: list[int]) -> None:
    rows = make_rows(4)
    places = {
        (rows[place % 4].key, date(2025, 1, 1 + place % 31)): count * 5
        for place, count in enumerate(counts)
        if count
    }
    texts = sheet_texts(printed(make_sheet(rows=rows, minutes=places)), "")

    lines = [row for row in texts["rows"] if not row["is-sum"]]
    assert sum(map(_minutes, (row["total"] for row in lines))) == sum(places.values())
    for row in texts["rows"]:
        assert sum(map(_minutes, row["cells"])) == _minutes(row["total"])
    assert sum(_minutes(week["text"].split(": ")[-1]) for week in texts["weeks"]) == _minutes(
        texts["month-total"]
    )
    assert sum(_minutes(line[4]) for line in texts["operations"]) == sum(places.values())


def _minutes(text: str) -> int:
    if ":" in text:
        hours, minutes = text.split(":")
        return int(hours) * 60 + int(minutes)
    return int(Decimal(text.replace(",", ".") or 0) * 60)

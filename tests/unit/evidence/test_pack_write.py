"""What a pack holds and how it reads: pages without script, harmless names, same bytes twice."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.evidence.pack_names import ascii_name, line_path, piece_path, root_name
from exports.evidence.pack_pages import PackPages
from grants.errors import Unreadable
from grants.rules.basis.explained import Citation
from grants.rules.claims.claim import Claim
from tests.factories.claims.claim import Kind, sample_claim
from tests.factories.evidence.packs import Shelf, packed, sample_pack, shelved
from tests.support.html import html_problems

LONG = sample_claim("fse", 1, 1)


@pytest.fixture(params=["state", "fse"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return "state" if request.param == "state" else "fse"


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def pack_of(claim: Claim, folder: Path, *, all_stand: bool = True) -> dict[str, bytes]:
    packed(*shelved(claim, all_stand=all_stand), folder / "pack.zip")
    return files_of(folder / "pack.zip")


def test_the_same_claim_gives_the_same_bytes(tmp_path: Path, kind: Kind) -> None:
    contents = []
    for name in ("one.zip", "two.zip"):
        sample_pack(tmp_path / name, kind)
        contents.append((tmp_path / name).read_bytes())

    assert contents[0] == contents[1]


def test_a_pack_is_one_folder_named_by_convention_and_year(tmp_path: Path) -> None:
    written = sample_pack(tmp_path / "pack.zip", "state", months=12)
    names = zipfile.ZipFile(tmp_path / "pack.zip").namelist()

    assert re.fullmatch(r"[A-Za-z0-9-]+_bilan_2024_v1", written.root)
    assert {name.split("/")[0] for name in names} == {written.root}
    assert written.files == len(names)


def test_a_pack_holds_a_page_for_each_line_and_the_file_of_each_piece(tmp_path: Path) -> None:
    claim = sample_claim("fse", 2, 3)
    files = pack_of(claim, tmp_path)

    assert {line_path(line) for line in claim.lines} <= set(files)
    assert "lines/0001-AUBRAC-2024-01.html" in files
    assert files["pieces/0001-bulletin-AUBRAC-Ines-2024-01.pdf"] == b"%PDF-1.4 BUL-00001"
    assert {"index.html", "figures.html", "style.css", "claim.json", "claim.xlsx"} <= set(files)


def test_every_page_is_sound_html_without_script(tmp_path: Path, kind: Kind) -> None:
    files = pack_of(sample_claim(kind, 2, 3), tmp_path, all_stand=False)
    pages = {name: body.decode() for name, body in files.items() if name.endswith(".html")}

    assert {name: html_problems(page) for name, page in pages.items() if html_problems(page)} == {}
    assert not any("<script" in page for page in pages.values())


def test_every_link_of_a_page_leads_somewhere(tmp_path: Path, kind: Kind) -> None:
    files = pack_of(sample_claim(kind, 2, 3), tmp_path, all_stand=False)
    ids = {
        name: set(re.findall(r'id="([^"]+)"', body.decode()))
        for name, body in files.items()
        if name.endswith(".html")
    }
    for name in ids:
        for href in re.findall(r'href="([^"]+)"', files[name].decode()):
            if href.startswith("http"):
                continue
            target, _, anchor = unquote(href).partition("#")
            path = str(PurePosixPath(name).parent / target).replace("lines/../", "")
            path = path if target else name
            assert path in files, f"{name} → {href}"
            assert not anchor or anchor in ids[path], f"{name} → {href}"


def test_every_amount_of_the_first_page_leads_to_its_proof(tmp_path: Path) -> None:
    index = pack_of(sample_claim("fse", 2, 3), tmp_path)["index.html"].decode()
    totals = index.partition('id="totals"')[2].partition("</section>")[0]

    assert re.findall(r'<td class="figure">(?!<a href="figures\.html#)', totals) == []


def test_a_line_shows_formula_inputs_text_and_rows(tmp_path: Path) -> None:
    files = pack_of(sample_claim("fse", 1, 3), tmp_path)
    page = files["lines/0001-AUBRAC-2024-01.html"].decode()

    assert "coût du mois × heures sur l&#39;opération ÷ heures de l&#39;activité totale" in page
    assert "https://www.legifrance.gouv.fr/eli/decret/2022/4/21/2022-608/jo/texte" in page
    assert "feuille feuilles_temps, lignes 20-39" in page
    assert "../pieces/0001-bulletin-AUBRAC-Ines-2024-01.pdf" in page
    assert 'rel="next" href="../lines/0002-AUBRAC-2024-02.html"' in page


def test_a_total_that_rests_on_another_leads_to_it(tmp_path: Path) -> None:
    page = pack_of(sample_claim("fse", 2, 3), tmp_path)["figures.html"].decode()
    flat = page.partition('id="flat"')[2].partition("</section>")[0]

    assert '<a href="#staff">' in flat
    assert "Règlement (UE) 2021/1060, article 54, point b)" in flat


def test_a_blocked_claim_says_so_on_each_page(tmp_path: Path) -> None:
    files = pack_of(sample_claim("state", 1, 2), tmp_path)

    pages = [body.decode() for name, body in files.items() if name.endswith(".html")]
    assert all("PROJET — NE PAS DÉPOSER" in page for page in pages)


def test_a_sound_claim_bears_no_draft_mark(tmp_path: Path) -> None:
    files = pack_of(sample_claim("state", 1, 2, findings=False), tmp_path)

    assert not any(b"PROJET" in body for name, body in files.items() if name.endswith(".html"))


def test_pieces_known_by_their_reference_alone_are_listed_as_missing(tmp_path: Path) -> None:
    files = pack_of(sample_claim("fse", 1, 4), tmp_path, all_stand=False)
    rows = list(csv.reader(io.StringIO(files["missing.csv"].decode("utf-8-sig")), delimiter=";"))

    assert [row[1] for row in rows] == ["reference", "BUL-00002", "BUL-00004"]
    assert "4, dont 2 absentes" in files["index.html"].decode()
    assert not any("0002-" in name for name in files if name.startswith("pieces/"))


def test_the_journal_tells_who_did_what_and_the_workbook_that_facts_came_from(
    tmp_path: Path,
) -> None:
    journal = pack_of(sample_claim("fse", 1, 1), tmp_path)["journal.csv"].decode("utf-8-sig")

    assert journal.splitlines() == [
        "numero;quand_utc;qui;evenement;objet;changement;motif;fichier;sha256;empreinte",
        "1;2025-03-01T08:30:00+00:00;Camille Exemple;Import;Import de classeur classeur.xlsx;"
        '"Feuille agents : 2 ajoutées ; Feuille postes : 1 ajoutée";'
        f"'=1+1;classeur.xlsx;{'a' * 64};{'b' * 64}",
    ]


def test_a_kept_piece_that_changed_is_refused(tmp_path: Path) -> None:
    claim, shelf = shelved(sample_claim("fse", 1, 1))
    shelf.files[claim.pieces[0].sha256] = b"other"

    with pytest.raises(Unreadable, match="BUL-00001 conservée a changé"):
        packed(claim, shelf, tmp_path / "pack.zip")


def test_what_people_typed_is_shown_and_never_executed(tmp_path: Path) -> None:
    claim = sample_claim("fse", 1, 1)
    evil = '<script>alert("x")</script>'
    line = replace(claim.lines[0], last_name=evil, first_name="=cmd|'/C calc'!A0")
    citation = Citation("Taux", "50 %", None, "Convention", "javascript:alert(1)")
    setting = replace(claim.settings[0], citation=citation)
    piece = replace(claim.pieces[0], person=evil, title="=1+1", kind=None)
    changed = replace(claim, lines=(line,), settings=(setting,), pieces=(piece,))
    packed(changed, Shelf(), tmp_path / "pack.zip", journal=())
    files = files_of(tmp_path / "pack.zip")

    pages = "".join(body.decode() for name, body in files.items() if name.endswith(".html"))
    assert "<script" not in pages
    assert "&lt;script&gt;" in pages
    assert 'href="javascript' not in pages
    assert ";'=1+1;" in files["missing.csv"].decode("utf-8-sig")
    assert "lines/0001-script-alert-x-script-2024-01.html" in files


@given(st.text(max_size=400))
def test_any_name_becomes_a_short_plain_one(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", ascii_name(text))


@given(st.text(min_size=1, max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_paths_stay_ascii_and_short_whatever_people_are_called(
    number: str, name: str, file_name: str
) -> None:
    claim = LONG
    convention = replace(claim.convention, number=number)
    line = replace(claim.lines[0], last_name=name, number=99_999_999)
    piece = replace(claim.pieces[0], person=name, file_name=file_name, number=99_999_999)
    root = root_name(replace(claim, convention=convention))
    for path in (line_path(line), piece_path(piece)):
        full = f"{root}/{path}"
        assert len(full) <= 180
        assert re.fullmatch(r"[A-Za-z0-9_-]+/(lines|pieces)/[A-Za-z0-9-]+\.[a-z0-9]{1,5}", full)


def test_homonyms_keep_their_own_files(tmp_path: Path) -> None:
    claim = sample_claim("fse", 5, 2)
    lines = tuple(replace(line, last_name="DUPONT") for line in claim.lines)
    pieces = tuple(replace(piece, person="DUPONT Zoé") for piece in claim.pieces)
    files = pack_of(replace(claim, lines=lines, pieces=pieces), tmp_path)

    folded = [name.casefold() for name in files]
    assert len(set(folded)) == len(folded)
    assert sum(name.startswith("lines/") for name in files) == len(lines)


def test_pseudonyms_of_participants_stay_out_of_file_names_and_pages(tmp_path: Path) -> None:
    claim = sample_claim("fse", 1, 1)
    jobs = tuple(replace(job, participant="MARTIN Lucie") for job in claim.clause_jobs)
    files = pack_of(replace(claim, clause_jobs=jobs), tmp_path)

    assert not any("MARTIN" in name for name in files)
    assert not any(b"MARTIN" in body for name, body in files.items() if name.endswith(".html"))


def test_a_finding_leads_to_the_lines_that_it_is_about() -> None:
    claim = sample_claim("fse", 2, 2)
    pages = PackPages(claim, set(), 0)

    assert [line.number for line in pages.lines_of(claim.findings[0])] == [2]

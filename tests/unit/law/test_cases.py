"""Case files are read strictly: every fault with its line, and no file breaks the command."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grants.cli.law import law
from grants.errors import InvalidInput, Unreadable
from grants.rules.law.cases import differences, equal
from grants.schemas.cases import MOST_BYTES, read_cases

GOOD = """\
[[case]]
name = "the grant is the difference"
source = "guide"
rule = "fse_balance"
as_of = 2024-12-31
given = { eligible_cost = "50000", other_resources = "30000", rate = "0.50", maximum = "30000" }
expect = { due = "20000.00", limited_by = "resources" }
"""


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        read_cases(text.encode(), place="f.toml")
    return [str(problem) for problem in refused.value.problems]


def test_a_good_case_holds() -> None:
    (case,) = read_cases(GOOD.encode(), place="f.toml")

    assert differences(case, as_of=date(2024, 12, 31)) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("rate = ", "taux = ", 6, "given.taux : trouvé « taux », attendu une clé connue"),
        ("limited_by", "limite", 7, "expect.limite"),
        ("source =", "sources =", 3, "vouliez-vous « source » ?"),
        ("fse_balance", "fse_balanc", 4, "vouliez-vous « fse_balance » ?"),
        ('"fse_balance"', "7", 4, "rule : trouvé 7"),
        (', maximum = "30000"', "", 6, "attendu la clé « maximum »"),
        ('name = "the grant is the difference"\n', "", 1, "attendu la clé « name »"),
        ('"50000"', '"50 000"', 6, "given.eligible_cost : trouvé « 50 000 », attendu un nombre"),
        ('"50000"', '"50000,00"', 6, "attendu un nombre, par exemple « 1234.50 »"),
        ('"50000"', "true", 6, "trouvé « true », attendu un nombre"),
        ('"50000"', "nan", 6, "attendu un nombre"),
        ('"50000"', '"1e3"', 6, "attendu un nombre"),
        ('"50000"', '"50000000000000"', 6, "attendu moins de 10 000 milliards"),
        ("2024-12-31", '"2024-12-31"', 5, "as_of : trouvé « 2024-12-31 », attendu une date"),
        ("2024-12-31", "2024-12-31T08:00:00", 5, "attendu une date sans guillemets"),
        ("2024-12-31", "0001-01-01", 5, "attendu une date entre 1900 et 2999"),
        ('"resources"', '"ressources"', 7, "attendu l'un de : rate, ceiling"),
        ('due = "20000.00", limited_by = "resources"', "", 7, "une valeur au moins"),
        ("due =", 'refused = "x", due =', 7, "« refused » seul"),
        ('{ due = "20000.00", limited_by = "resources" }', "3", 7, "attendu une table"),
        ("[[case]]", "[[cases]]", 1, "des tables [[case]] seulement"),
    ],
)
def test_a_fault_is_shown_with_its_line(old: str, new: str, line: int, said: str) -> None:
    shown = faults(GOOD.replace(old, new, 1))

    assert any(said.replace("trouvé 7", "trouvé « 7 »") in fault for fault in shown), shown
    assert all(fault.startswith(f"f.toml, ligne {line}") for fault in shown), shown


def test_all_faults_are_shown_at_once_each_with_its_own_line() -> None:
    second = GOOD.replace("the grant", "again the grant").replace("due =", "dues =")
    third = GOOD.replace("rate = ", "taux = ")

    shown = faults(GOOD + second + third)

    assert [fault.split(",")[1] for fault in shown] == [" ligne 14", " ligne 20", " ligne 20"]


def test_a_key_named_in_a_text_or_a_comment_is_not_taken_for_the_key() -> None:
    text = GOOD.replace('"guide"', '"rates = 3" # dues = 4').replace("due =", "dues =")

    assert faults(text)[0].startswith("f.toml, ligne 7, expect.dues")


def test_tables_may_be_written_out() -> None:
    text = '[[case]]\nname = "r"\nrule = "round_half_up"\n[case.given]\namount = "1.005"\n'

    (case,) = read_cases(f'{text}[case.expect]\nrounded = "1.01"\n'.encode(), place="f.toml")
    assert differences(case, as_of=date(2024, 1, 1)) == ()
    shown = faults(f'{text}[case.expect]\nrounds = "1.01"\n')
    assert shown[0].startswith("f.toml, ligne 7, expect.rounds")


def test_two_cases_of_one_name_are_refused() -> None:
    assert faults(GOOD + GOOD) == [
        "f.toml, ligne 9, name : trouvé « the grant is the difference »,"
        " attendu un nom unique ; ligne 1, un cas le porte déjà"
    ]


@pytest.mark.parametrize(
    ("given_text", "said"),
    [
        ('{ amount = "1", weights = "1" }', "attendu une liste entre crochets"),
        ('{ amount = "1", weights = ["1", "un"] }', "élément 2 : un"),
    ],
)
def test_a_fault_in_a_list_names_its_element(given_text: str, said: str) -> None:
    text = f'[[case]]\nname = "a"\nrule = "split_amount"\ngiven = {given_text}\n'

    assert said in faults(text + 'expect = { parts = ["1"] }')[0]


def test_a_fault_in_a_table_of_a_list_names_its_key() -> None:
    text = '[[case]]\nname = "a"\nrule = "rate_for"\nexpect = { value = 1 }\n'

    shown = faults(text + 'given = { on = 2024-01-01, rates = [{ from = 2024, value = "1" }] }')

    assert "élément 1 : from : 2024" in shown[0]
    shown = faults(text + 'given = { on = 2024-01-01, rates = [{ since = 2024, value = "1" }] }')
    assert "attendu une table avec : from, value" in shown[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "aucun cas"),
        (b"# rien\n", "aucun cas"),
        (b"case = 3", "doit s'écrire"),
        (b"case = []", "aucun cas"),
        (b"[[case]\n", "TOML illisible"),
        (b'[[case]]\nname = "a"\nname = "b"\n', "line 3"),
        ("nom = « é »".encode("cp1252"), "UTF-8"),
        (b"case = " + b"[" * 50_000, "TOML illisible"),
        (b"[[case]]\nname = " + b"9" * 6_000, "TOML illisible"),
        (b" " * (MOST_BYTES + 1), "découper le fichier"),
    ],
)
def test_a_file_that_is_no_case_file_is_unreadable(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_cases(content, place="f.toml")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    assert len(read_cases(content, place="f.toml")) == 1


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with pytest.raises((Unreadable, InvalidInput)):
        read_cases(content, place="f.toml")


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (Decimal("0.67"), Decimal(2) / 3, True),
        (Decimal("0.6667"), Decimal(2) / 3, True),
        (Decimal("0.66"), Decimal(2) / 3, False),
        (Decimal("1"), Decimal("0.5"), True),
        (Decimal("-1"), Decimal("-0.5"), True),
        (Decimal("7.0"), 7, True),
        (Decimal("1"), True, False),
        (True, True, True),
        (True, 1, False),
        ((Decimal("1"),), (Decimal("1"), Decimal("0")), False),
        (date(2024, 1, 1), date(2024, 1, 1), True),
        (Decimal("1"), None, False),
    ],
)
def test_numbers_compare_at_the_decimals_that_the_expectation_writes(
    expected: object, actual: object, same: bool
) -> None:
    assert equal(expected, actual) is same


def run(tmp_path: Path, *texts: str) -> tuple[int, str]:
    files = []
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        files.append(str(path))
    result = CliRunner().invoke(law, ["run", *files])
    return result.exit_code, result.output


def test_cases_that_all_hold_exit_0(tmp_path: Path) -> None:
    code, output = run(tmp_path, GOOD)

    assert code == 0
    assert output == "1 cas : 1 tenu, 0 non tenu\n"


def test_a_case_that_fails_exits_1_with_expected_actual_and_difference(tmp_path: Path) -> None:
    code, output = run(
        tmp_path, GOOD.replace("20000.00", "20000.01").replace('"resources"', '"rate"')
    )

    assert code == 1
    assert "ligne 1 : the grant is the difference (fse_balance)" in output
    assert "due : attendu 20000.01, obtenu 20000.00, écart -0.01" in output
    assert "limited_by : attendu rate, obtenu resources" in output
    assert "source : guide" in output


def test_a_refusal_nobody_expected_exits_1_and_says_why(tmp_path: Path) -> None:
    code, output = run(tmp_path, GOOD.replace('"0.50"', '"50"'))

    assert code == 1
    assert "obtenu rate_out_of_range (« rate » vaut 50" in output


def test_an_answer_where_a_refusal_was_expected_exits_1(tmp_path: Path) -> None:
    wanted = GOOD.replace('due = "20000.00", limited_by = "resources"', 'refused = "no_rate"')

    code, output = run(tmp_path, wanted)

    assert code == 1
    assert "refused : attendu no_rate, obtenu due = 20000.00" in output


def test_an_unreadable_file_exits_2_and_the_others_are_still_run(tmp_path: Path) -> None:
    code, output = run(tmp_path, "", GOOD)

    assert code == 2
    assert "aucun cas" in output
    assert "1 cas : 1 tenu" in output


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_is_not_there_exits_2(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(law, ["run", str(tmp_path / name)])

    assert result.exit_code == 2
    assert "Erreur : " in result.output


def test_the_date_of_the_texts_is_the_cases_own_or_the_commands(tmp_path: Path) -> None:
    path = tmp_path / "seven.toml"
    path.write_text(
        '[[case]]\nname = "7 %"\nrule = "indirect_costs"\n'
        'given = { profile = "7", staff = "100" }\nexpect = { flat = "7.00" }\n'
    )

    after = CliRunner().invoke(law, ["run", "--as-of", "2021-01-01", str(path)])
    before = CliRunner().invoke(law, ["run", "--as-of", "2020-12-31", str(path)])

    assert (after.exit_code, before.exit_code) == (0, 1)


def test_the_list_shows_keys_with_their_defaults_and_outputs() -> None:
    result = CliRunner().invoke(law, ["list", "--as-of", "2024-01-01"])

    assert result.exit_code == 0
    assert "  given : annual_cost, [fte = 1], [annual_hours = 1720]\n" in result.output
    assert '[basis = "calendar_days" | "working_days" | "hours"]' in result.output
    assert "  expect : due, to_pay, limited_by\n" in result.output

"""What the program prints, every door reads back; the rest is refused in a sentence."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import click
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.exceptions import ValidationError
from stdnum.fr import siret as siret_number
from werkzeug.datastructures import MultiDict
from wtforms import Form

from forms.claims import DayField
from forms.people.fields import HoursField, ShareField
from grants import french
from grants.cli.options import FrenchDay, FrenchMonth
from grants.french import Misread
from grants.money import from_cents
from grants.periods import month_index
from grants.rules.conventions.settings import SPEC_BY_KEY
from grants.rules.timesheets.hours import parse_hours
from grants.services.imports.cells import read_cell
from grants.services.organisations.settings import require_siret
from grants.services.people.absences.files import read_absences
from grants.workbook_format.columns import CellKind, Column, Sign

MOST = Decimal(10_000_000_000)
AMOUNT = Column("brut", CellKind.AMOUNT, "")
HOURS = Column("heures", CellKind.HOURS, "", sign=Sign.NOT_NEGATIVE)
SHARE = Column("taux", CellKind.FRACTION, "", sign=Sign.NOT_NEGATIVE)
FIGURE = Column("etp", CellKind.DECIMAL, "")
DAY = Column("debut", CellKind.DATE, "")
MONTH = Column("mois", CellKind.MONTH, "")
SIRET = Column("siret", CellKind.SIRET, "")
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
MINUTES = st.integers(0, 1440)
SHARES = st.integers(0, 1_000_000).map(lambda parts: Decimal(parts).scaleb(-6))


class Fields(Form):  # type: ignore[misc] # wtforms ships no types
    """One field of each kind that the forms have."""

    day = DayField()
    minutes = HoursField()
    share = ShareField()


def typed(name: str, text: str) -> Fields:
    form = Fields(MultiDict({name: text}))
    assert form.validate(), form.errors
    return form


def absence(**cells: str) -> object:
    names, values = ";".join(cells), ";".join(cells.values())
    content = f"agent;type;{names}\nA1;RTT;{values}\n".encode()
    found = read_absences("a.csv", content, since=date(1990, 1, 1), until=date(2101, 1, 1))
    assert not found.problems
    return found.absences[0]


DAY_DOORS: tuple[Callable[[str], date], ...] = (
    french.read_day,
    lambda text: read_cell(DAY, text),  # type: ignore[return-value] # a day's column holds days
    lambda text: typed("day", text).day.data,  # type: ignore[return-value] # asserted by validate
    lambda text: FrenchDay().convert(text, None, None),
    lambda text: absence(debut=text).period.start,  # type: ignore[attr-defined] # ReadAbsence
)
MONTH_DOORS: tuple[Callable[[str], date], ...] = (
    french.read_month,
    lambda text: FrenchMonth().convert(text, None, None),
)
MINUTE_DOORS: tuple[Callable[[str], int | None], ...] = (
    parse_hours,
    lambda text: french.whole_minutes(french.read_minutes(text)),
    lambda text: read_cell(HOURS, text),  # type: ignore[return-value] # hours come in minutes
    lambda text: typed("minutes", text).minutes.minutes or 0,
)
SHARE_DOORS: tuple[Callable[[str], Decimal | None], ...] = (
    french.read_share,
    lambda text: read_cell(SHARE, text),  # type: ignore[return-value] # a share's column
    lambda text: typed("share", text).share.share,
    SPEC_BY_KEY["max_rate"].parse,
)
AMOUNT_DOORS: tuple[Callable[[str], Decimal], ...] = (
    french.read_amount,
    lambda text: read_cell(AMOUNT, text),  # type: ignore[return-value] # an amount's column
)
SIRET_DOORS: tuple[Callable[[str], str], ...] = (
    french.read_siret,
    require_siret,
    lambda text: read_cell(SIRET, text),  # type: ignore[return-value] # fourteen digits
)


@pytest.mark.parametrize("door", range(len(DAY_DOORS)))
@given(day=DAYS)
def test_every_door_reads_the_days_that_are_printed(door: int, day: date) -> None:
    for text in (
        french.day_fr(day),
        f"{french.spoken_day(day)} {day.year}",
        day.isoformat(),
        french.day_fr(day).replace("/", "."),
    ):
        assert DAY_DOORS[door](text) == day


@pytest.mark.parametrize("door", range(len(MONTH_DOORS)))
@given(day=DAYS)
def test_every_door_reads_the_months_that_are_printed(door: int, day: date) -> None:
    first = day.replace(day=1)

    for text in (french.month_fr(day), french.month_number(day), f"{day:%Y-%m}"):
        assert MONTH_DOORS[door](text) == first
        assert read_cell(MONTH, text) == month_index(first)


@pytest.mark.parametrize("door", range(len(MINUTE_DOORS)))
@given(minutes=MINUTES)
def test_every_door_reads_the_hours_that_are_printed(door: int, minutes: int) -> None:
    for text in (french.minutes(minutes), french.bare_hours(minutes), french.clock_hours(minutes)):
        assert MINUTE_DOORS[door](text) == minutes


@given(minutes=st.integers(1, 1439))
def test_a_file_of_absences_reads_the_hours_that_are_printed(minutes: int) -> None:
    read = absence(debut="07/01/2025", heures=french.minutes(minutes))

    assert read.minutes == minutes  # type: ignore[attr-defined] # ReadAbsence


@pytest.mark.parametrize("door", range(len(SHARE_DOORS)))
@given(share=SHARES)
def test_every_door_reads_the_shares_that_are_printed(door: int, share: Decimal) -> None:
    assert SHARE_DOORS[door](french.percent(share, french.EXACT)) == share


@pytest.mark.parametrize("door", range(len(AMOUNT_DOORS)))
@given(cents=st.integers(-(10**12), 10**12))
def test_every_door_reads_the_amounts_that_are_printed(door: int, cents: int) -> None:
    amount = from_cents(cents)

    assert AMOUNT_DOORS[door](french.euros(amount)) == amount
    assert AMOUNT_DOORS[door](french.plain_figure(amount)) == amount


@given(st.integers(-(10**14), 10**14))
def test_plain_figures_and_fte_that_are_printed_are_read(millionths: int) -> None:
    figure = Decimal(millionths).scaleb(-6)

    assert read_cell(FIGURE, french.number(figure)) == figure
    assert read_cell(FIGURE, french.fte_fr(figure)) == round(figure, 2) or figure % 1


@pytest.mark.parametrize("door", range(len(SIRET_DOORS)))
@given(st.integers(0, 10**9))
def test_every_door_reads_the_siret_that_is_printed(door: int, number: int) -> None:
    digits = sound_siret(number)

    assert SIRET_DOORS[door](french.siret_fr(digits)) == digits


@given(st.from_regex(r"[0-9]{14}|35600000[0-9]{6}", fullmatch=True))
def test_the_keys_of_a_siret_are_those_that_stdnum_checks(digits: str) -> None:
    try:
        expected = siret_number.validate(digits)
    except ValidationError:
        expected = ""
    try:
        found = french.read_siret(digits)
    except Misread:
        found = ""

    assert found == expected


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (french.read_day, "31/02/2024", "« 31/02/2024 » n'est pas un jour : attendu une date comme "
                                        "15/12/2023"),
        (french.read_day, "15/12/23", "n'est pas un jour"),
        (french.read_day, "3 jui 2024", "n'est pas un jour"),
        (french.read_month, "13/2023", "« 13/2023 » n'est pas un mois : attendu un mois comme"),
        (french.read_minutes, "7:75", "« 7:75 » n'est pas une durée : attendu des heures"),
        (french.read_minutes, "7 €", "n'est pas une durée"),
        (french.read_amount, "1.234,56", "« 1.234,56 » n'est pas un montant : attendu un montant"),
        (french.read_share, "130 %", "« 130 % » n'est pas une part entre 0 et 100 %"),
        (french.read_share, "beaucoup", "attendu un pourcentage comme 60 %"),
        (french.read_siret, "123", "« 123 » a 3 chiffres, un SIRET en a 14 : recopiez-le"),
        (french.read_siret, "inconnu", "« inconnu » n'est pas un SIRET : 14 chiffres sont"),
        (french.read_siret, "73282932000075", "un de ses chiffres est faux"),
        (french.read_yes_no, "peut-être", "« peut-être » n'est pas oui ou non"),
        (french.read_day, "x" * 200, "« " + "x" * 30 + "… »"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_stood_there_and_what_was_expected(
    read: Callable[[str], object], text: str, sentence: str
) -> None:
    with pytest.raises(Misread) as refused:
        read(text)

    assert sentence in str(refused.value)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    readers = (
        french.read_day, french.read_month, french.read_minutes, french.read_amount,
        french.read_share, french.read_siret, french.read_yes_no,
    )  # fmt: skip
    for read in readers:
        assert refusal_of(read, text).startswith(("« ", "none"))


def refusal_of(read: Callable[[str], object], text: str) -> str:
    try:
        read(text)
    except Misread as refusal:
        return str(refusal)
    return "none"


def test_the_terminal_refuses_with_the_same_sentence() -> None:
    with pytest.raises(click.BadParameter, match="« hier » n'est pas un jour : attendu une date"):
        FrenchDay().convert("hier", None, None)


@pytest.mark.parametrize(
    ("raw", "minutes"), [(time(7, 30), 450), (timedelta(hours=24), 1440), (22 / 3, 440), (0.33, 20)]
)
def test_a_spreadsheets_own_hours_are_settled_like_typed_ones(raw: object, minutes: int) -> None:
    assert read_cell(HOURS, raw) == minutes


def test_hours_too_fine_for_a_minute_are_refused() -> None:
    with pytest.raises(Misread, match="0,3125 heure n'est pas un nombre entier de minutes"):
        french.whole_minutes(Decimal("0.3125") * 60)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_csv_is_read_whatever_wrote_it(coding: str, mark: str) -> None:
    rows = [["matricule", "prénom"], ["A1", "Zoé, « née à Noël » ; ça"], ["A2", "Œdipe"]]
    rows[2][1] = "Loïc" if coding in ("cp1252", "mac_roman") else rows[2][1]
    out = io.StringIO()

    csv.writer(out, delimiter=mark).writerows(rows)

    text = french.csv_text(out.getvalue().encode(coding))

    assert [cells for _, cells in french.csv_lines(text, {"matricule"}.__contains__)] == rows


@given(
    st.text("abcdeéèêàçùîôœ «»’€", min_size=1, max_size=30), st.sampled_from(["cp1252", "utf-8"])
)
def test_french_of_windows_is_never_taken_for_a_macs(text: str, coding: str) -> None:
    assume(coding == "utf-8" or not is_utf8(text.encode(coding)))

    assert french.csv_text(text.encode(coding)) == text


def is_utf8(content: bytes) -> bool:
    """Whether letters of Windows happen to make sound UTF-8, as « çœœ » does."""
    return content.decode(errors="ignore").encode() == content and not content.isascii()


def sound_siret(number: int) -> str:
    """A number with both keys right."""
    siren = next(
        code for last in range(10) if (code := f"{number % 10**8:08d}{last}") and luhn(code) == 0
    )
    return next(
        code for last in range(10) if luhn(code := f"{siren}{number % 10**4:04d}{last}") == 0
    )


def luhn(digits: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10

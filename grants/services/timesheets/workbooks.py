"""Reading a workbook of time sheets back: what stands in each cell, and where.

Nothing is judged here but the file: whose month a sheet is, which day a column and which line a row
means is read from what the download wrote into it, wherever somebody moved them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook

from exports.timesheets.workbook import COMMENT_KEY, DATE_ROW, IDENTITY_ROW, KEY_COLUMN, MARK
from grants.errors import NotFound, Unreadable
from grants.french import HOURS_EXPECTED, Misread, day_fr, number, plain_figure, whole_minutes
from grants.rules.timesheets.hours import MINUTES_OF_A_DAY, MINUTES_OF_AN_HOUR
from grants.rules.timesheets.rows import parse_row_key
from grants.rules.timesheets.sheet import Place
from grants.services.spreadsheets.limits import MEGABYTE, file_kind
from grants.services.spreadsheets.raw import is_blank
from grants.services.spreadsheets.scanning import SheetScan, column_letters, scan_workbook

SIZE_LIMIT = 5 * MEGABYTE
ROW_LIMIT, COLUMN_LIMIT, SHEET_LIMIT = 500, 60, 40
SECONDS_OF_A_MINUTE = 60
WHAT_TO_DO = "téléchargez de nouveau le classeur du mois et recopiez-y vos heures"


@dataclass(frozen=True, slots=True)
class ReadCell:
    """What stood in a cell: its address as « Janvier!F7 », hours as typed or minutes.

    ``fault`` says in French why it is no duration at all.
    """

    address: str
    typed: str | int
    fault: str = ""


@dataclass(slots=True)
class ReadMonth:
    """A month of the file. ``faults`` are addresses with what is wrong there."""

    name: str
    person_code: str
    month: date
    version: int
    cells: dict[Place, ReadCell] = field(default_factory=dict)
    comments: dict[date, ReadCell] = field(default_factory=dict)
    faults: list[ReadCell] = field(default_factory=list)


def read_sheets_workbook(path: Path) -> tuple[ReadMonth, ...]:
    """Months of a workbook, .xlsx, .ods or .xls, in the file's order.

    Raises: Unreadable: too large, no workbook, damaged, made to swell, formulas never computed, or
    no month of ours in it, or one month twice.
    """
    size = path.stat().st_size
    if size > SIZE_LIMIT:
        raise Unreadable(
            f"« {path.name} » pèse {number(Decimal(size) / MEGABYTE, 1)} Mo, "
            f"{SIZE_LIMIT // MEGABYTE} Mo "
            f"au plus sont lus : {WHAT_TO_DO}".replace(".", ",", 1)
        )
    scans = scan_workbook(path, file_kind(path))
    months = [
        month
        for name, lines in _loaded(path, scans)
        if (month := _read_month(name, lines)) is not None
    ]
    if not months:
        raise Unreadable(f"« {path.name} » ne contient aucun mois de feuille de temps : les lignes "
                         f"et colonnes masquées en sont absentes ; {WHAT_TO_DO}")  # fmt: skip
    _refuse_twins(months)
    return tuple(months)


def _refuse_twins(months: Sequence[ReadMonth]) -> None:
    seen: dict[date, str] = {}
    for month in months:
        if month.month in seen:
            raise Unreadable(
                f"Les feuilles « {seen[month.month]} » et « {month.name} » sont le même mois : "
                f"supprimez l'une des deux"
            )
        seen[month.month] = month.name


def _loaded(path: Path, scans: Mapping[str, SheetScan]) -> Iterator[tuple[str, list[list[object]]]]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names[:SHEET_LIMIT]:
                scan = scans.get(name)
                if scan is not None:
                    _check_scan(scan)
                sheet = book.get_sheet_by_name(name)
                _check_extent(name, sheet.total_height, sheet.total_width)
                lines = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
                yield name, lines
    except BaseException as error:
        # On some damaged files the library's Rust code panics, which is no Exception.
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":
            raise Unreadable(f"« {path.name} » est abîmé ou protégé : {WHAT_TO_DO}") from error
        raise


def _check_scan(scan: SheetScan) -> None:
    _check_extent(scan.name, scan.last_row, scan.last_column)
    for row, column in scan.uncomputed:
        raise Unreadable(
            f"{scan.name}!{column_letters(column)}{row} est une formule sans résultat enregistré : "
            "ouvrez le classeur dans un tableur, enregistrez-le, puis redonnez-le"
        )


def _check_extent(name: str, rows: int, columns: int) -> None:
    if rows > ROW_LIMIT or columns > COLUMN_LIMIT:
        raise Unreadable(
            f"La feuille « {name} » s'étend jusqu'à la cellule {column_letters(columns)}{rows} : "
            f"une feuille de temps n'est pas si grande, {WHAT_TO_DO}"
        )


def _read_month(name: str, lines: Sequence[Sequence[object]]) -> ReadMonth | None:
    """The month of a sheet, None where the sheet is none of ours."""
    if len(lines) <= DATE_ROW or not lines[IDENTITY_ROW] or lines[IDENTITY_ROW][0] != MARK:
        return None
    try:
        _, code, month, version, *_ = (_text(cell) for cell in lines[IDENTITY_ROW])
        found = ReadMonth(name, code, date.fromisoformat(f"{month}-01"), int(version))
    except ValueError:
        raise Unreadable(
            f"La première ligne, masquée, de la feuille « {name} » a été modifiée : {WHAT_TO_DO}"
        ) from None
    days = _days(name, lines[DATE_ROW])
    for row, line in enumerate(lines[DATE_ROW + 1 :], DATE_ROW + 2):
        if line and not is_blank(line[KEY_COLUMN]):
            _read_line(found, _text(line[KEY_COLUMN]), row, line, days)
    return found


def _days(name: str, line: Sequence[object]) -> dict[int, date]:
    days = {}
    for column, cell in enumerate(line):
        if is_blank(cell):
            continue
        try:
            days[column] = date.fromisoformat(_text(cell))
        except ValueError:
            raise Unreadable(
                f"{name}!{column_letters(column + 1)}{DATE_ROW + 1}, masquée, a été modifiée : "
                f"{WHAT_TO_DO}"
            ) from None
    return days


def _read_line(
    found: ReadMonth, key: str, number: int, line: Sequence[object], days: Mapping[int, date]
) -> None:
    for column, day in days.items():
        raw = line[column] if column < len(line) else None
        address = f"{found.name}!{column_letters(column + 1)}{number}"
        if key == COMMENT_KEY:
            found.comments[day] = ReadCell(address, "" if is_blank(raw) else _text(raw))
            continue
        cell = _cell(address, raw)
        if not _is_line(key) or (key, day) in found.cells:
            if cell.typed or cell.fault:
                found.faults.append(ReadCell(address, cell.typed, _stray(key, day, found)))
        else:
            found.cells[key, day] = cell


def _is_line(key: str) -> bool:
    try:
        parse_row_key(key)
    except NotFound:
        return False
    return True


def _stray(key: str, day: date, found: ReadMonth) -> str:
    if (key, day) in found.cells:
        first = found.cells[key, day].address
        return (
            f"cette ligne est une copie de celle de {first} : gardez-en une, ou ajoutez la "
            "nouvelle ligne dans le logiciel puis téléchargez de nouveau"
        )
    return "cette ligne n'est pas de la feuille : ajoutez-la dans le logiciel d'abord"


def _cell(address: str, raw: object) -> ReadCell:
    """Hours of a cell: as typed where it is text, in minutes where it is a number or a time."""
    match raw:
        case bool():
            return ReadCell(address, "vrai" if raw else "faux",
                            f"ce n'est pas une durée : {HOURS_EXPECTED}")  # fmt: skip
        case str() | None:
            return ReadCell(address, "" if is_blank(raw) else str(raw).strip())
        case datetime() | date():
            return ReadCell(address, day_fr(raw), f"c'est une date : {HOURS_EXPECTED}")
        case time():
            return _of_seconds(address, raw.hour * 3600 + raw.minute * 60 + raw.second)
        case timedelta():
            return _of_seconds(address, raw.days * 86_400 + raw.seconds)
        case _:
            return _of_number(address, Decimal(repr(raw)))


def _of_seconds(address: str, seconds: int) -> ReadCell:
    minutes, rest = divmod(seconds, SECONDS_OF_A_MINUTE)
    minutes += 1 if rest * 2 >= SECONDS_OF_A_MINUTE else 0
    return ReadCell(address, minutes)


def _of_number(address: str, hours: Decimal) -> ReadCell:
    """A number is hours, as ``whole_minutes`` settles them."""
    shown = plain_figure(hours.normalize())
    try:
        minutes = whole_minutes(hours * MINUTES_OF_AN_HOUR)
    except Misread as refusal:
        return ReadCell(address, shown, str(refusal))
    if minutes < 0 or minutes > MINUTES_OF_A_DAY:
        return ReadCell(address, shown, f"hors des 24 h d'une journée : {HOURS_EXPECTED}")
    return ReadCell(address, minutes)


def _text(cell: object) -> str:
    """A cell that should be text; spreadsheets turn some into numbers or days."""
    match cell:
        case datetime() | date():
            return cell.isoformat()[:10]
        case None:
            return ""
        case str():
            return cell.strip()
        case _:
            return f"{Decimal(repr(cell)).normalize():f}"

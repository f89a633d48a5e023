"""First look at a workbook's XML, before a library loads it.

It finds what the loaded cells no longer tell: formulas whose result was never computed, error
values, and cells so far out that filling the rectangle up to them would exhaust the memory. The
parser is a streaming one and refuses document types, hence every entity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from grants.errors import Unreadable
from grants.services.spreadsheets.limits import FileKind, opened_archive

SHARED_TEXTS = "xl/sharedStrings.xml"
_CHUNK = 1 << 18
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LETTERS = 26

Attributes = Mapping[str, str]
Cell = tuple[int, int]


@dataclass(slots=True)
class SheetScan:
    """What the XML of one sheet shows. Rows and columns count from 1; ``letters`` is the length of
    the shared texts that its cells point to, each as often as a cell does.
    """

    name: str
    last_row: int = 0
    last_column: int = 0
    letters: int = 0
    uncomputed: list[Cell] = field(default_factory=list)
    errors: list[Cell] = field(default_factory=list)

    def holds(self, row: int, column: int) -> None:
        """Note a cell that holds something."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)


class Scanner(Protocol):
    """What listens to the parser."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element opens."""

    def end(self, name: str) -> None:
        """An element closes."""

    def text(self, text: str) -> None:
        """Text inside the element."""


def column_letters(column: int) -> str:
    """Letters of a column as the spreadsheet shows them.

    Example:
    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def scan_workbook(path: Path, kind: FileKind) -> dict[str, SheetScan]:
    """Every sheet by its name; nothing for the old binary format, which holds no XML.

    Raises: Unreadable: the XML is broken or declares a document type.
    """
    if kind is FileKind.XLS:
        return {}
    with opened_archive(path) as archive:
        try:
            return _scan_ods(archive) if kind is FileKind.ODS else _scan_xlsx(archive)
        except (ExpatError, KeyError) as error:
            raise Unreadable(f"« {path.name} » est abîmé : {error}") from error


def _scan_ods(archive: ZipFile) -> dict[str, SheetScan]:
    scanner = _OdsScanner()
    with archive.open("content.xml") as stream:
        _parse(stream, scanner)
    return scanner.sheets


def _scan_xlsx(archive: ZipFile) -> dict[str, SheetScan]:
    workbook, relations = _Workbook(), _Relations()
    with archive.open("xl/workbook.xml") as stream:
        _parse(stream, workbook)
    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        _parse(stream, relations)
    present = set(archive.namelist())
    texts = _SharedTexts()
    if SHARED_TEXTS in present:
        with archive.open(SHARED_TEXTS) as stream:
            _parse(stream, texts)
    scans = {}
    for name, relation in workbook.sheets.items():
        part = relations.parts.get(relation, "")
        scans[name] = scan = SheetScan(name)
        if part in present:
            with archive.open(part) as stream:
                _parse(stream, _XlsxScanner(scan, texts.lengths))
    return scans


def _parse(stream: IO[bytes], scanner: Scanner) -> None:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("le classeur déclare un type de document XML : il n'est pas ouvert")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Quiet:
    """Listens to nothing; the scanners override what they need."""

    def start(self, name: str, attributes: Attributes) -> None:
        """Ignore."""

    def end(self, name: str) -> None:
        """Ignore."""

    def text(self, text: str) -> None:
        """Ignore."""


class _Workbook(_Quiet):
    """Names of the sheets and the relation that leads to each."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Note a sheet."""
        if _local(name) == "sheet":
            relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets[attributes.get("name", "")] = relation


class _Relations(_Quiet):
    """Which part of the archive a relation leads to."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """Note a relation; targets are absolute or relative to ``xl/``."""
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            self.parts[attributes.get("Id", "")] = part


class _SharedTexts(_Quiet):
    """Length of each text that cells may point to."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """A text begins."""
        if _local(name) == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        """Measure it."""
        if self.lengths:
            self.lengths[-1] += len(text)


class _XlsxScanner(_Quiet):
    """Cells of one worksheet. An empty styled cell counts for nothing."""

    def __init__(self, scan: SheetScan, lengths: Sequence[int]) -> None:
        self.scan = scan
        self.lengths = lengths
        self.value = ""
        self.row = 0
        self.column = 0
        self.type = ""
        self.is_formula = False
        self.in_value = False
        self.has_value = False

    def start(self, name: str, attributes: Attributes) -> None:
        """Follow rows, cells, formulas and values."""
        match _local(name):
            case "c":
                self._cell(attributes)
            case "v" | "is":
                self.in_value = True
            case "f":
                self.is_formula = True
            case "row":
                self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
                self.column = 0

    def _cell(self, attributes: Attributes) -> None:
        self.type = attributes.get("t", "")
        self.is_formula = self.in_value = self.has_value = False
        self.value = ""
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        if reference is None:
            self.column += 1
            return
        self.column = 0
        for letter in reference[1]:
            self.column = self.column * _LETTERS + ord(letter) - ord("A") + 1
        self.row = int(reference[2])

    def text(self, text: str) -> None:
        """Remember that a value is there."""
        if self.in_value:
            self.has_value = True
            if self.type == "s":
                self.value += text

    def end(self, name: str) -> None:
        """Judge a cell when it closes."""
        local = _local(name)
        if local in {"v", "is"}:
            self.in_value = False
        if local != "c" or not (self.has_value or self.is_formula):
            return
        self.scan.holds(self.row, self.column)
        if self.value.isdecimal() and int(self.value) < len(self.lengths):
            self.scan.letters += self.lengths[int(self.value)]
        if self.type == "e":
            self.scan.errors.append((self.row, self.column))
        elif self.is_formula and not self.has_value and self.type != "str":
            # A formula may well give an empty text: then the type says « str ».
            self.scan.uncomputed.append((self.row, self.column))


class _OdsScanner(_Quiet):
    """Cells of every table of an OpenDocument spreadsheet, repetitions counted."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetScan] = {}
        self.scan = SheetScan("")
        self.row = self.repeated = self.column = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """Follow tables, rows and cells."""
        match _local(name):
            case "table-cell" | "covered-table-cell":
                self._cell(attributes)
            case "table-row":
                self.row += self.repeated
                self.repeated = int(attributes.get("table:number-rows-repeated", "1"))
                self.column = 0
            case "table":
                self.scan = SheetScan(attributes.get("table:name", ""))
                self.sheets[self.scan.name] = self.scan
                self.row = self.repeated = self.column = 0

    def _cell(self, attributes: Attributes) -> None:
        first = self.column + 1
        self.column += int(attributes.get("table:number-columns-repeated", "1"))
        if "office:value-type" in attributes:
            self.scan.holds(self.row + self.repeated, self.column)
        elif "table:formula" in attributes:
            self.scan.uncomputed.append((self.row + 1, first))

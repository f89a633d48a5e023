"""Each sheet of the import workbook is declared whole: nothing of it can be forgotten."""

from __future__ import annotations

import re

import pytest

from grants.models import Base
from grants.workbook_format.sheet import OWNERS, Sheet
from grants.workbook_format.sheets import SHEET_BY_NAME, SHEET_OF_KIND, SHEETS, named_sheets

each_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
PIECES = {"piece", "voucher"}


def test_names_tables_and_kinds_of_events_belong_to_one_sheet_each() -> None:
    told = [sheet for sheet in SHEETS if sheet.trail is not None]

    assert len(SHEET_BY_NAME) == len(SHEETS) == len({sheet.table for sheet in SHEETS})
    assert list(SHEET_OF_KIND.values()) == told


@each_sheet
def test_key_window_owners_and_trail_are_columns_of_the_sheet(sheet: Sheet) -> None:
    names = {column.name for column in sheet.columns}
    trail = () if sheet.trail is None else sheet.trail.columns

    assert len(names) == len(sheet.columns)
    assert {*sheet.key, *sheet.owners, *filter(None, [sheet.window])} <= names
    assert {path.partition(".")[0] for path in trail} <= names
    assert len(named_sheets(sheet)) == len(trail)


@each_sheet
def test_an_owner_is_a_structure_or_belongs_to_one(sheet: Sheet) -> None:
    referred = {sheet.column(name).refers_to for name in sheet.owners}

    assert all(name == OWNERS or SHEET_BY_NAME[name].has_owner for name in referred)
    assert sheet.has_owner is ("organisation_id" in Base.metadata.tables[sheet.table].c)


@each_sheet
def test_what_a_row_holds_of_persons_is_declared_in_columns_that_exist(sheet: Sheet) -> None:
    columns = set(Base.metadata.tables[sheet.table].c.keys())
    entry = sheet.personal

    assert entry is not None or "person_id" not in columns
    if entry is not None:
        stated = {*entry.subjects, *entry.actors, *entry.cleared, entry.used_on, entry.pseudonym}
        assert stated - {""} <= columns


def test_every_stored_reference_of_a_piece_is_declared_as_one() -> None:
    declared = {(sheet.table, name) for sheet in SHEETS for name in sheet.piece_columns}
    stored = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if column.name in PIECES
    }

    assert declared == stored
    assert all(sheet.has_owner for sheet in SHEETS if sheet.piece_columns)


@each_sheet
def test_a_tab_has_a_colour(sheet: Sheet) -> None:
    assert re.fullmatch(r"#[0-9A-F]{6}", sheet.colour)

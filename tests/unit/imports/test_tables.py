"""Every column of the workbook has a place in the database that can hold it."""

from __future__ import annotations

import pytest

from grants.services.imports.report import ImportReport, SheetReport
from grants.services.imports.tables import DESTINATION_OF, Destination
from grants.workbook_format.columns import CellKind
from grants.workbook_format.sheets import SHEETS

OWN = {"id", "import_id", "source_row", "organisation_id", "settings"}
# What the program keeps by itself: an import neither states nor touches it.
KEPT = {
    "structures": {"certifier", "sheet_lock", "sheet_grace_days", "sheet_due_days"},
    "conventions": {"purged_on"},
    "signatures": {
        "signed_by_person_at", "signed_by_manager_at", "signer_id", "signer", "approver_id",
        "content_sha256", "hours_sha256", "returned_reason", "is_partly_open", "locked_at",
        "locked_for", "unlocked_until", "version",
    },
}  # fmt: skip


def test_sheets_are_written_in_the_order_in_which_they_refer_to_each_other() -> None:
    written: set[str] = set()
    for sheet in SHEETS:
        written.add(sheet.name)
        assert {column.refers_to for column in sheet.columns} - {""} <= written


@pytest.mark.parametrize("destination", DESTINATION_OF.values(), ids=lambda found: found.sheet.name)
def test_every_column_is_stored_and_every_stored_column_is_filled(destination: Destination) -> None:
    stated = {
        column.name for column in destination.sheet.columns if column.kind is not CellKind.SETTING
    }
    filled = set(destination.columns.values())

    assert stated <= destination.columns.keys()
    kept = KEPT.get(destination.sheet.name, set())
    assert filled | set(destination.extra) | OWN | kept >= set(destination.table.c.keys())
    assert filled | set(destination.key) <= set(destination.table.c.keys())


def test_no_text_is_longer_than_its_table_column() -> None:
    for destination in DESTINATION_OF.values():
        for column in destination.sheet.columns:
            target = destination.columns.get(column.name)
            if target is not None and column.kind is CellKind.TEXT:
                length = getattr(destination.table.c[target].type, "length", None)
                assert length is None or column.maximum <= length, column.name


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (SheetReport("agents"), "aucune ligne à importer"),
        (SheetReport("agents", identical=1), "tout y était déjà"),
        (SheetReport("agents", changed=1), "importé : 1 ligne écrite"),
        (SheetReport("feuilles_temps", removed=2), "importé : 2 lignes écrites"),
    ],
)
def test_the_report_ends_with_what_happened(sheet: SheetReport, said: str) -> None:
    assert said in str(ImportReport("f.xlsx", "0" * 64, False, [sheet])).splitlines()[-1]

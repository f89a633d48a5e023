"""What a sheet of the import workbook is: its columns, and all that is done with its rows."""

from __future__ import annotations

from typing import Final

from grants.enums import AuditObject
from grants.frozen import frozen
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.personal import PersonalTable

# Column of the tables that says whose a row is.
ORGANISATION = "organisation_id"
# The sheet whose rows own all others.
OWNERS = "structures"


@frozen
class Trail:
    """Rows that the trail tells one by one: what they are, and the columns that name one.

    The first column names what the row is part of, so that its history is found from there.
    « a.b » is the column b of the row that the column a refers to.
    """

    kind: AuditObject
    columns: tuple[str, ...]


# Of the rows of a sheet the trail tells how many; of persons they hold nothing.
COUNTED: Final = None
NOBODY: Final = None


@frozen(kw_only=True)
class Sheet:
    """One sheet, declared once.

    ``name`` is stable: users keep their files for years. ``table`` is the table that its rows fill
    and ``key`` the columns that identify a row. ``owners`` are the references whose row gives the
    structure, the first filled one wins; none, and the rows are everybody's. ``window`` is the
    column by which few stored rows are compared instead of all. ``trail`` says how the trail tells
    the rows, ``personal`` what they hold of persons and when they go; both are said for every
    sheet, so that none is forgotten. ``colour`` is that of the tab, ``note`` what docs/import.md
    adds below the columns.
    """

    name: str
    purpose: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    trail: Trail | None
    personal: PersonalTable | None
    colour: str
    owners: tuple[str, ...] = ()
    window: str = ""
    note: str = ""

    def column(self, name: str) -> Column:
        """Column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def targets(self) -> dict[str, str]:
        """Column of the table by column of the sheet; settings have none of their own."""
        return {column.name: column.target for column in self.columns if column.target}

    @property
    def has_owner(self) -> bool:
        """Whether rows belong to a structure."""
        return bool(self.owners)

    @property
    def has_settings(self) -> bool:
        """Whether the sheet carries settings, kept together in one column of the table."""
        return any(column.kind is CellKind.SETTING for column in self.columns)

    @property
    def stored_key(self) -> tuple[str, ...]:
        """Columns of the table that identify a row.

        A key that does not lead to the owner is unique within the structure only.
        """
        targets = self.targets
        own = tuple(targets[name] for name in self.key)
        if not self.owners or set(self.owners) & set(self.key):
            return own
        return (ORGANISATION, *own)

    @property
    def piece_columns(self) -> tuple[str, ...]:
        """Columns of the table whose texts are references of pieces."""
        return tuple(column.target for column in self.columns if column.names_piece)

    @property
    def file_column(self) -> Column | None:
        """Column that names a file beside the workbook."""
        return next((column for column in self.columns if column.names_file), None)

    def referring_to(self, sheet: str) -> tuple[Column, ...]:
        """Columns whose cells name a row of another sheet."""
        return tuple(column for column in self.columns if column.refers_to == sheet)

"""Who a code means: the rows of the file first, then what is stored already.

Codes of agents, posts, conventions and resources belong to one structure, so that the same code may
live in several. The structures that the file names decide which one is meant; where that leaves
more than one, the reference is refused rather than guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Table, select, true

from grants.models.base import AnySession
from grants.services.imports.checking import CheckedFile, CheckedRow
from grants.services.imports.sheet_names import suggestion
from grants.services.imports.tables import DESTINATION_OF
from grants.workbook_format.columns import CellKind
from grants.workbook_format.sheet import ORGANISATION, OWNERS
from grants.workbook_format.sheets import KEYED, SHEET_BY_NAME, SHEETS


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored row that a code may mean."""

    id: int
    organisation_id: int | None
    start_on: date | None
    end_on: date | None


class Register:
    """Codes of the file and of the database."""

    def __init__(
        self, session: AnySession, file: CheckedFile, within: Collection[int] | None = None
    ) -> None:
        self._session = session
        self._within = within
        self._file = file
        self._stored: dict[str, dict[str, list[Entry]]] = {}
        self._outcomes: dict[tuple[str, str], str] = {}
        self.in_file = {sheet: self._codes(sheet) for sheet in KEYED}
        self._named = self._organisations_named()

    def _codes(self, sheet: str) -> dict[str, CheckedRow]:
        if sheet not in self._file.sheets:
            return {}
        key = self._file.sheets[sheet].sheet.key[0]
        return {str(row.values[key]): row for row in self._file.rows(sheet) if key in row.values}

    def _organisations_named(self) -> set[str]:
        named = set(self.in_file[OWNERS])
        for sheet in SHEETS:
            for column in sheet.referring_to(OWNERS):
                codes = {row.values.get(column.name) for row in self._file.rows(sheet.name)}
                named |= {str(code) for code in codes if code is not None}
        return named

    def reload(self, sheet: str) -> None:
        """Forget what was stored of a sheet: it was just written."""
        self._stored.pop(sheet, None)

    def stored(self, sheet: str) -> dict[str, list[Entry]]:
        """Stored rows of a sheet by code."""
        if sheet not in self._stored:
            destination = DESTINATION_OF[sheet]
            table, code = destination.table, destination.columns[destination.sheet.key[0]]
            names = ("organisation_id", "start_on", "end_on")
            columns = [table.c[name] for name in names if name in table.c]
            found: dict[str, list[Entry]] = defaultdict(list)
            query = select(table.c.id, table.c[code], *columns)
            for row in self._session.execute(query.where(self._may_be_known(sheet, table))):
                extra = [getattr(row, name, None) for name in names]
                found[row[1]].append(Entry(row[0], *extra))
            self._stored[sheet] = dict(found)
        return self._stored[sheet]

    @property
    def is_narrowed(self) -> bool:
        """Whether some structures alone may be read and written."""
        return self._within is not None

    def _may_be_known(self, sheet: str, table: Table) -> ColumnElement[bool]:
        """Rows of other structures do not exist for whoever keeps some of them only."""
        if self._within is None:
            return true()
        if sheet == OWNERS:
            return table.c.id.in_(sorted(self._within))
        owned = ORGANISATION in table.c
        return table.c[ORGANISATION].in_(sorted(self._within)) if owned else true()

    def candidates(self, sheet: str, code: str) -> list[Entry]:
        """Stored rows that a code may mean, given the structures that the file names."""
        entries = self.stored(sheet).get(code, [])
        if not entries or entries[0].organisation_id is None:
            return entries
        owner = self.owner_code(sheet, code)
        named = self._named if owner is None else {owner}
        ids = {entry.id for name in named for entry in self.stored(OWNERS).get(name, [])}
        return [entry for entry in entries if not named or entry.organisation_id in ids]

    def owner_code(self, sheet: str, code: str) -> str | None:
        """Structure of a row of the file, when the file says it."""
        row = self.in_file[sheet].get(code)
        if row is None:
            return None
        declared = SHEET_BY_NAME[sheet]
        for name in declared.owners:
            if (named := row.values.get(name)) is not None:
                other = declared.column(name).refers_to
                return str(named) if other == OWNERS else self.owner_code(other, str(named))
        return None

    def entry(self, sheet: str, code: str) -> Entry | None:
        """The one stored row that a code means, or None."""
        found = self.candidates(sheet, code)
        return found[0] if len(found) == 1 else None

    def one_organisation(self) -> Entry | None:
        """The structure of rows that name none: the file's only one, else the only one stored."""
        stored = self.stored(OWNERS)
        codes = self._named or set(stored)
        return self.entry(OWNERS, next(iter(codes))) if len(codes) == 1 else None

    def has_one_organisation(self) -> bool:
        """Whether ``one_organisation`` will have an answer once the file is written."""
        return len(self._named or set(self.stored(OWNERS))) == 1

    def refusal(self, sheet: str, code: str) -> str:
        """What is wrong with a reference, empty when it means one row."""
        if (sheet, code) not in self._outcomes:
            self._outcomes[sheet, code] = self._refusal(sheet, code)
        return self._outcomes[sheet, code]

    def _refusal(self, sheet: str, code: str) -> str:
        held = self._file.sheets.get(sheet)
        if code in self.in_file[sheet] or (held is not None and not held.has_key):
            return ""
        match len(self.candidates(sheet, code)):
            case 1:
                return ""
            case 0:
                known = [*self.in_file[sheet], *self.stored(sheet)]
                return f"un code de la feuille {sheet} ou déjà enregistré" + suggestion(code, known)
            case count:
                return (
                    f"un code qui désigne une seule ligne : {count} structures ont ce code dans "
                    f"« {sheet} » ; nommez la structure dans la feuille structures"
                )


def check_references(file: CheckedFile, register: Register) -> None:
    """Refuse each reference that means no row, or more than one."""
    for name, checked in file.sheets.items():
        columns = [one for one in checked.columns if one.kind is CellKind.REFERENCE]
        for row in checked.rows:
            for column in columns:
                code = row.values.get(column.name)
                if code is None:
                    continue
                if refusal := register.refusal(column.refers_to, str(code)):
                    file.refuse(name, row.number, column.name, code, refusal)


def organisation_ids(entries: Iterable[Entry | None]) -> set[int]:
    """Structures of these rows."""
    return {
        entry.organisation_id
        for entry in entries
        if entry is not None and entry.organisation_id is not None
    }

"""The files that the sheet of pieces names, taken from the declared folder and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from grants.errors import Conflict, InputProblem
from grants.services.imports.checking import CheckedFile
from grants.services.imports.piece_files import PieceFolder, PieceMissing, PieceRefused
from grants.services.platform.storage import PIECE_LIMIT, Storage, StoredFile, TooLarge, measured
from grants.workbook_format.indicators import PIECES

MEGABYTE = 1024 * 1024
FILE = PIECES.column("fichier")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that an import takes: the row that names it, its name there, its size in bytes."""

    row: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files found, by the row that names them, and a warning for each that is not there."""

    folder: PieceFolder
    names: dict[int, str]
    measured: dict[int, StoredFile]
    warnings: tuple[InputProblem, ...]

    @property
    def taken(self) -> list[Taken]:
        """What is taken, in the order of the rows."""
        return [Taken(row, name, self.measured[row].size) for row, name in self.names.items()]

    def keep(self, storage: Storage) -> None:
        """Store the files that are not kept yet.

        A file left behind by an import that fails later is harmless: nothing refers to it.
        Raises: Conflict: a file is no longer what was checked.
        """
        for row, name in self.names.items():
            if not storage.exists(self.measured[row].sha256):
                self._put(storage, row, name)

    def _put(self, storage: Storage, row: int, name: str) -> None:
        changed = f"« {name} » a changé pendant l'import : rien n'est écrit, recommencez"
        try:
            with self.folder.opened(name) as source:
                stored = storage.put(source)
        except (PieceRefused, PieceMissing) as error:
            raise Conflict(changed) from error
        if stored != self.measured[row]:
            storage.delete(stored.sha256)
            raise Conflict(changed)


def match_attachments(file: CheckedFile, folder: PieceFolder) -> Attachments:
    """Look for each named file and measure it.

    What may not be taken is a problem of the file; a file that is not there is a warning.
    """
    found = Attachments(folder, {}, {}, ())
    warnings = []
    for row in file.rows(PIECES.name):
        name = str(row.values.get(FILE.name) or "")
        if not name:
            continue
        try:
            with folder.opened(name) as source:
                found.measured[row.number] = measured(source)
            found.names[row.number] = name
        except PieceMissing as error:
            place = file.sheets[PIECES.name].place
            warnings.append(InputProblem(place, row.number, FILE.name, name, str(error)))
        except TooLarge:
            expected = f"un fichier de {PIECE_LIMIT // MEGABYTE} Mo au plus"
            file.refuse(PIECES.name, row.number, FILE.name, name, expected)
        except (PieceRefused, OSError) as error:
            expected = str(error) if isinstance(error, PieceRefused) else "un fichier lisible"
            file.refuse(PIECES.name, row.number, FILE.name, name, expected)
    return Attachments(folder, found.names, found.measured, tuple(warnings))

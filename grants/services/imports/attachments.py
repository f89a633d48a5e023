"""The files that the sheet of pieces names, looked for beside the workbook and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from grants.errors import InputProblem
from grants.services.imports.checking import CheckedFile
from grants.services.platform.storage import PIECE_LIMIT, Storage, StoredFile, TooLarge, measured

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files found, by the row that names them, and a warning for each that is not there."""

    paths: dict[int, Path]
    measured: dict[int, StoredFile]
    warnings: tuple[InputProblem, ...]

    def keep(self, storage: Storage) -> None:
        """Store the files that are not kept yet.

        A file left behind by an import that fails later is harmless: nothing refers to it.
        """
        for number, path in self.paths.items():
            if not storage.exists(self.measured[number].sha256):
                with path.open("rb") as source:
                    storage.put(source)


def match_attachments(file: CheckedFile, folder: Path) -> Attachments:
    """Look for each named file and measure it.

    A path that leaves the folder is a problem of the file; a file that is not there is a warning.
    """
    found = Attachments({}, {}, ())
    warnings = []
    for row in file.rows("pieces"):
        name = str(row.values.get("fichier") or "")
        if not name:
            continue
        try:
            path = _inside(folder, name)
        except ValueError:
            expected = "un chemin relatif, à l'intérieur du dossier du classeur"
            file.refuse("pieces", row.number, "fichier", name, expected)
            continue
        if not path.is_file():
            place, expected = file.sheets["pieces"].place, f"un fichier présent dans {folder.name}"
            warnings.append(InputProblem(place, row.number, "fichier", name, expected))
        else:
            _measure(file, found, row.number, name, path)
    return Attachments(found.paths, found.measured, tuple(warnings))


def _measure(file: CheckedFile, found: Attachments, number: int, name: str, path: Path) -> None:
    try:
        with path.open("rb") as source:
            found.measured[number] = measured(source)
        found.paths[number] = path
    except TooLarge:
        expected = f"un fichier de {PIECE_LIMIT // MEGABYTE} Mo au plus"
        file.refuse("pieces", number, "fichier", name, expected)
    except OSError as error:
        expected = f"un fichier lisible ({error.strerror})"
        file.refuse("pieces", number, "fichier", name, expected)


def _inside(folder: Path, name: str) -> Path:
    """Path of a named file, links followed; ValueError when it leaves the folder."""
    plain = name.replace("\\", "/")
    parts = PurePosixPath(plain).parts
    if "\0" in name or ".." in parts or plain.startswith("/") or PureWindowsPath(name).drive:
        raise ValueError(name)
    path = (folder / plain).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(name)
    return path

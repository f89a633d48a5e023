"""Workbooks that come in through the site: laid down, tried, taken or thrown away.

A deposit waits in a folder of its own outside the data folder, readable by the program alone, under
the account that brought it and the hash of what it brought; after a day it goes. What is tried and
what is taken are the same import: only its last step differs.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from grants.errors import NotFound, Unreadable
from grants.french import count, shortened
from grants.models.base import AnySession
from grants.services.audit.deed import Deed
from grants.services.imports.gone import StoredRow
from grants.services.imports.importing import import_file
from grants.services.imports.piece_files import FOLDER
from grants.services.imports.report import ImportReport
from grants.services.platform.storage import Storage
from grants.services.platform.tenancy import EVERY, reaching
from grants.services.spreadsheets.limits import (
    ENTRY_LIMIT,
    FILE_LIMIT,
    MEGABYTE,
    UNPACKED_LIMIT,
    opened_archive,
)

KEPT_FOR = timedelta(days=1)
CSV = ".csv"
WORKBOOKS = frozenset({".xlsx", ".ods", ".xls"})
_TOKEN = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
GONE = "Ce classeur n'est plus là : il attend un jour au plus. Déposez-le de nouveau."


class Upload(Protocol):
    """A file as the browser sent it."""

    filename: str | None
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Deposit:
    """Files of one upload. ``token`` names them; ``path`` is the workbook, or the folder of csv."""

    token: str
    path: Path

    @property
    def name(self) -> str:
        """What the visitor called it."""
        return self.path.name


def lay_down(user_id: int, files: Iterable[Upload], *, at: datetime) -> Deposit:
    """Keep what somebody brought until they have looked at it.

    One workbook, one zip of a workbook or csv files with their folder ``pieces``, or several files.
    Raises: Unreadable: nothing, too much, two workbooks, or a damaged zip.
    """
    sweep(at)
    home = _home(user_id)
    draft = Path(tempfile.mkdtemp(dir=home, prefix="new-"))
    try:
        digest = hashlib.sha256()
        for file in files:
            _take(draft, _plain_name(file.filename), file.stream, digest)
        _unpack(draft)
        path = _main_file(draft)
        token = digest.hexdigest()
        target = home / token
        shutil.rmtree(target, ignore_errors=True)
        draft.replace(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Deposit(token, target / path.relative_to(draft))


def get_deposit(user_id: int, token: str) -> Deposit:
    """What somebody laid down.

    Raises: NotFound: it is another's, too old, or was taken.
    """
    folder = _home(user_id) / token
    if _TOKEN.fullmatch(token) is None or not folder.is_dir():
        raise NotFound(GONE)
    return Deposit(token, _main_file(folder))


def run_deposit(
    session: AnySession,
    deposit: Deposit,
    *,
    within: Collection[int],
    deed: Deed,
    storage: Storage,
    dry_run: bool,
    remove: Collection[StoredRow] = (),
) -> ImportReport:
    """Import it into some structures, or say what that would do. Flushes.

    Raises: what ``import_file`` raises.
    """
    with reaching(session, EVERY):
        return import_file(
            session=session,
            path=deposit.path,
            deed=deed,
            storage=storage,
            dry_run=dry_run,
            within=within,
            remove=remove,
        )


def throw_away(user_id: int, token: str) -> None:
    """Forget what somebody laid down; nothing happens when it is gone already."""
    if _TOKEN.fullmatch(token):
        shutil.rmtree(_home(user_id) / token, ignore_errors=True)


def sweep(at: datetime) -> None:
    """Remove what nobody took within a day."""
    for folder in _root().glob("*/*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < (at - KEPT_FOR).timestamp():
                shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root = Path(tempfile.gettempdir()) / f"grants-deposits-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    if root.is_symlink() or root.stat().st_uid != os.getuid():
        raise Unreadable(f"« {root} » appartient à quelqu'un d'autre : rien n'y est déposé")
    return root


def _home(user_id: int) -> Path:
    home = _root() / str(user_id)
    home.mkdir(mode=0o700, exist_ok=True)
    return home


def _plain_name(name: str | None) -> str:
    """Last part of a name, without what no file of ours begins with or holds."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip().lstrip(".")
    return last[-120:] or "classeur"


def _take(folder: Path, name: str, stream: BinaryIO, digest: hashlib._Hash) -> None:
    is_data = Path(name).suffix.casefold() in WORKBOOKS | {CSV, ".zip"}
    place = folder if is_data else folder / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    if (place / name).exists():
        raise Unreadable(f"« {name} » est là deux fois : déposez chaque fichier une seule fois")
    digest.update(f"{name}\0".encode())
    size = 0
    with (place / name).open("xb") as out:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            digest.update(chunk)
            out.write(chunk)
    if not size:
        raise Unreadable(f"« {name} » est vide : choisissez un classeur rempli")


def _unpack(folder: Path) -> None:
    """Put the files of a zip in its place: tables at the top, all others under ``pieces``."""
    for path in [one for one in folder.iterdir() if one.suffix.casefold() == ".zip"]:
        with opened_archive(path) as archive:
            entries = [one for one in archive.infolist() if _is_wanted(one)]
            if len(entries) > ENTRY_LIMIT:
                raise Unreadable(
                    f"« {path.name} » contient plus de {count(ENTRY_LIMIT, 'fichier')} : "
                    "déposez-le en plusieurs fois"
                )
            left = UNPACKED_LIMIT
            for entry in entries:
                left -= _extract(archive, entry, folder, left, path.name)
        path.unlink()


def _is_wanted(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file that a person put there: no folder, none of macOS' doubles."""
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(parts) and not entry.is_dir() and not hidden and ".." not in parts


def _extract(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int, name: str
) -> int:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    inner = parts[parts.index(FOLDER) + 1 :] if FOLDER in parts else parts[-1:]
    is_data = Path(parts[-1]).suffix.casefold() in WORKBOOKS | {CSV} and FOLDER not in parts
    target = folder / parts[-1] if is_data else folder.joinpath(FOLDER, *inner)
    size = 0
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > left:
                    raise Unreadable(
                        f"« {name} » dépasse {UNPACKED_LIMIT // MEGABYTE} Mo une fois "
                        "décompressé : déposez-le en plusieurs fois"
                    )
                out.write(chunk)
    except FileExistsError as error:
        raise Unreadable(f"« {name} » contient « {parts[-1]} » deux fois") from error
    except OSError as error:  # a name that no folder takes, a disk that is full
        shown = shortened(parts[-1])
        raise Unreadable(f"« {shown} », dans « {name} » : {error.strerror}") from error
    except RuntimeError as error:  # encrypted
        raise Unreadable(f"« {name} » est protégé par un mot de passe") from error
    return size


def _main_file(folder: Path) -> Path:
    """The workbook, or the folder itself where csv files lie.

    Raises: Unreadable: neither, or more than one workbook.
    """
    files = [one for one in folder.iterdir() if one.is_file()]
    books = [one for one in files if one.suffix.casefold() in WORKBOOKS]
    tables = [one for one in files if one.suffix.casefold() == CSV]
    if len(books) == 1 and not tables:
        return books[0]
    if tables and not books:
        return folder
    if books:
        raise Unreadable(
            "Un seul classeur à la fois : ou un classeur .xlsx ou .ods, ou des fichiers .csv"
        )
    raise Unreadable(
        "Aucun classeur : choisissez un fichier .xlsx, .ods ou .csv, ou un .zip qui en contient un "
        f"avec ses pièces (au plus {FILE_LIMIT // MEGABYTE} Mo par classeur)"
    )

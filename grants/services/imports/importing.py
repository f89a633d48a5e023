"""The import itself: read, check everything, then write, all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import false, text, update
from sqlalchemy.exc import IntegrityError

from grants.enums import AuditVia
from grants.errors import Busy, Conflict, InputProblem, InvalidInput
from grants.models.base import AnySession
from grants.models.platform import Import
from grants.services.audit.deed import Deed
from grants.services.imports.attachments import Attachments, match_attachments
from grants.services.imports.checking import CheckedFile, check_cells
from grants.services.imports.closed_months import refuse_closed_sheets, reopen_signed_sheets
from grants.services.imports.gone import StoredRow
from grants.services.imports.job import Job
from grants.services.imports.piece_files import PieceFolder
from grants.services.imports.reading import read_workbook
from grants.services.imports.register import Register, check_references
from grants.services.imports.removing import settle_gone
from grants.services.imports.report import ImportReport, Progress, SheetReport, no_progress
from grants.services.imports.row_rules import apply_row_rules
from grants.services.imports.set_rules import apply_set_rules
from grants.services.imports.sharing import refuse_foreign, refuse_shared
from grants.services.imports.tables import DESTINATION_OF, table_of
from grants.services.imports.telling import record_import
from grants.services.imports.writing import write_sheet
from grants.services.imports.writing_time import write_hours
from grants.services.platform.storage import FileStorage, Storage
from grants.services.spreadsheets.raw import RawWorkbook
from grants.workbook_format.sheets import SHEETS
from grants.workbook_format.time_and_pay import FEUILLES_TEMPS

LOCK_WAIT = "10s"


def import_file(
    *,
    session: AnySession,
    path: Path,
    deed: Deed,
    storage: Storage,
    pieces: Path | None = None,
    dry_run: bool = False,
    within: Collection[int] | None = None,
    remove: Collection[StoredRow] | None = (),
    progress: Progress = no_progress,
) -> ImportReport:
    """Bring a workbook or a folder of csv files into the database.

    Flushes inside a savepoint; the caller commits. With ``dry_run`` everything is done and then
    undone, so that the report is exactly what the real import would say.
    Args: deed: who imports, from where and when, for the trail. storage: where pieces are kept.
    pieces: folder that their files come from; by default ``pieces`` beside the workbook. within:
    structures whose rows may be read and written, None for all. remove: stored rows that go, of
    those that the workbook no longer has; None for all of them that may go.
    Raises: Unreadable: the file as a whole. InvalidInput: every fault found; nothing is written.
    Conflict: another import is under way, or the database refuses the result.
    """
    progress("lecture", 0, 1)
    workbook = read_workbook(path)
    progress("contrôle", 0, 1)
    file = check_cells(workbook)
    with _take_turn(session):
        register = Register(session, file, within)
        folder = _piece_folder(path, workbook, pieces, storage)
        attachments = check(session, file, register, folder, deed.as_of)
        job = Job(
            session=session,
            register=register,
            attachments=attachments,
            file_name=workbook.file_name,
            sha256=workbook.sha256,
            deed=replace(deed, via=AuditVia.IMPORT),
            progress=progress,
            within=None if within is None else frozenset(within),
        )
        report = ImportReport(workbook.file_name, workbook.sha256, dry_run)
        with _undone_if(dry_run, session):
            _carry_out(job, file, report, remove)
        if not dry_run:
            attachments.keep(storage)
    return report


def _carry_out(
    job: Job, file: CheckedFile, report: ImportReport, remove: Collection[StoredRow] | None
) -> None:
    """Write, take back, tell; the report says all of it.

    Raises: InvalidInput: a row is not the importer's to change. Conflict: one may not go.
    """
    attachments = job.attachments
    report.pieces = attachments.taken
    report.sheets = list(_write(job, file))
    report.warnings = tuple(one for one in attachments.warnings if one.row not in job.kept_files)
    if job.within is not None:
        refuse_shared(job, job.within)
    settle_gone(job, report, remove)
    report.differences, report.unlisted = job.differences, job.unlisted
    record_import(job)
    report.warnings += reopen_signed_sheets(job)


def check(
    session: AnySession,
    file: CheckedFile,
    register: Register,
    folder: PieceFolder,
    as_of: date,
) -> Attachments:
    """Everything that a file may get wrong beyond its single cells.

    Returns: the files of the pieces.
    Raises: InvalidInput: with the faults of the cells and all others, in the file's order.
    """
    if register.is_narrowed:
        refuse_foreign(file, register)
    apply_row_rules(file, register)
    check_references(file, register)
    apply_set_rules(file, register, session)
    refuse_closed_sheets(file, register, session, as_of)
    attachments = match_attachments(file, folder)
    if file.problems:
        raise InvalidInput(_in_file_order(file))
    return attachments


def _piece_folder(
    path: Path, workbook: RawWorkbook, declared: Path | None, storage: Storage
) -> PieceFolder:
    store = storage.root.parent if isinstance(storage, FileStorage) else None
    return PieceFolder(workbook.folder, path.is_dir(), declared, store)


def _in_file_order(file: CheckedFile) -> list[InputProblem]:
    places = {checked.place: number for number, checked in enumerate(file.sheets.values())}
    columns = {
        (checked.place, column.name): number
        for checked in file.sheets.values()
        for number, column in enumerate(checked.columns)
    }
    return sorted(
        dict.fromkeys(file.problems),
        key=lambda problem: (
            places.get(problem.place, -1),
            problem.row,
            columns.get((problem.place, problem.column), -1),
        ),
    )


def _write(job: Job, file: CheckedFile) -> Iterator[SheetReport]:
    for sheet in SHEETS:
        checked = file.sheets.get(sheet.name)
        if checked is not None:
            job.progress(sheet.name, 0, len(checked.rows))
            write = write_hours if sheet is FEUILLES_TEMPS else write_sheet
            yield write(job, DESTINATION_OF[sheet.name], checked)
            job.progress(sheet.name, len(checked.rows), len(checked.rows))


@contextmanager
def _undone_if(dry_run: bool, session: AnySession) -> Iterator[None]:
    """A savepoint, so that a failure leaves nothing even when the caller commits later."""
    savepoint = session.begin_nested()
    try:
        yield
    except BaseException:
        savepoint.rollback()
        raise
    if dry_run:
        savepoint.rollback()
    else:
        savepoint.commit()


@contextmanager
def _take_turn(session: AnySession) -> Iterator[None]:
    """Take the right to import before anything is compared; a second import waits, then is told."""
    try:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WAIT}'"))
            session.execute(text("LOCK TABLE imports IN SHARE ROW EXCLUSIVE MODE"))
        else:
            # Changes no row, but SQLite takes the only write lock for it, waiting its usual time.
            session.execute(update(table_of(Import)).where(false()).values(sha256=""))
        yield
    except IntegrityError as error:
        raise Conflict(f"La base refuse l'import, rien n'est écrit : {error.orig}") from error
    except Busy as error:
        raise Conflict(
            "Une autre importation est en cours : rien n'est écrit, réessayez dans une minute"
        ) from error

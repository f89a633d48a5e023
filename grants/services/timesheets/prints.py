"""Time sheets as files: what each print needs besides the sheet, and files for a whole team."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from exports.timesheets.prints import Emblem, PrintedSheet
from grants.errors import NotFound
from grants.french import month_fr
from grants.models.base import AnySession
from grants.models.people import Person
from grants.periods import Period
from grants.rules.claims.claim import ENGINE_VERSION
from grants.rules.timesheets.document import SheetDocument
from grants.rules.timesheets.sheet import Sheet
from grants.services.organisations.files import find_logo
from grants.services.platform.storage import Storage
from grants.services.timesheets.documents import EXTENSIONS
from grants.services.timesheets.loading import load_sheets, load_team

NOTHING = "Aucune feuille de temps à imprimer : choisissez un autre mois."


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """One PDF and the name that it is given."""

    name: str
    content: bytes


def printed_sheets(
    session: Session, *, sheets: Sequence[Sheet], storage: Storage, as_of: date
) -> tuple[PrintedSheet, ...]:
    """Sheets with employer, emblem and operations: of a signed one, those of its document.

    Args: as_of: day of printing; it dates the sheets that wait for a signature.
    Raises: NotFound: the storage has lost the emblem of a signed sheet.
    """
    owners = {sheet.organisation_id for sheet in sheets if sheet.document is None}
    emblems = {owner: _emblem(session, owner, storage) for owner in owners}
    return tuple(
        PrintedSheet(
            sheet=sheet,
            siret=sheet.employer.siret,
            address=sheet.employer.address,
            operations=sheet.operations,
            made_on=_made_on(sheet, as_of),
            emblem=emblems[sheet.organisation_id]
            if sheet.document is None
            else _signed_emblem(sheet.document, storage),
            engine_version=ENGINE_VERSION
            if sheet.document is None
            else sheet.document.engine_version,
        )
        for sheet in sheets
    )


def _signed_emblem(document: SheetDocument, storage: Storage) -> Emblem | None:
    if not document.emblem_sha256:
        return None
    with storage.open(document.emblem_sha256) as source:
        return Emblem(source.read(), document.emblem_extension)


def _emblem(session: Session, organisation_id: int, storage: Storage) -> Emblem | None:
    found = find_logo(session, organisation_id=organisation_id, storage=storage)
    return Emblem(found[1], EXTENSIONS[found[0]]) if found else None


def _made_on(sheet: Sheet, as_of: date) -> date:
    """Day of the last signature that a kept document has; else the day of printing, until both
    have signed.
    """
    given = [one.on for one in (sheet.signed_by_person, sheet.signed_by_manager) if one is not None]
    is_whole = sheet.document is not None or sheet.signed_by_manager is not None
    return max(given) if given and is_whole else as_of


def write_sheets_pdf(
    session: Session, *, sheets: Sequence[Sheet], storage: Storage, as_of: date, title: str = ""
) -> bytes:
    """One PDF of a few sheets, in their order; those that nobody need fill and that hold no hours
    are left out.

    Raises: NotFound: nothing is left to print.
    """
    from exports.timesheets.pdf import time_sheets_pdf

    kept = printable(sheets)
    if not kept:
        raise NotFound(NOTHING)
    printed = printed_sheets(session, sheets=kept, storage=storage, as_of=as_of)
    return time_sheets_pdf(printed, title=title if len(kept) > 1 else "")


def printable(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Sheets that have something to show: a contract in the month, or hours."""
    return [one for one in sheets if one.minutes or (one.employments and one.needs_sheet)]


def iter_team_pdfs(
    session: Session,
    *,
    person_ids: Collection[int],
    month: date,
    storage: Storage,
    as_of: date,
) -> Iterator[PrintedFile]:
    """The month of each person in as few files as memory allows, by name: a file at a time."""
    from exports.timesheets.pdf import SHEETS_PER_FILE

    people = _by_name(session, person_ids)
    starts = range(0, len(people), SHEETS_PER_FILE)
    chunks = [people[start : start + SHEETS_PER_FILE] for start in starts]
    for number, some in enumerate(chunks, 1):
        sheets = load_sheets(session, person_ids=some, months=[month], as_of=as_of)
        if printable(sheets):
            title = f"Feuilles de temps – {month_fr(month)}"
            content = write_sheets_pdf(
                session, sheets=sheets, storage=storage, as_of=as_of, title=title
            )
            part = f"-{number:02d}" if len(chunks) > 1 else ""
            yield PrintedFile(f"feuilles-{month:%Y-%m}{part}.pdf", content)


def iter_person_pdfs(
    session: Session,
    *,
    person_ids: Collection[int],
    month: date,
    storage: Storage,
    as_of: date,
) -> Iterator[PrintedFile]:
    """The month of each person in a file of its own, by name: a few sheets in memory at a time."""
    from exports.timesheets.pdf import SHEETS_PER_FILE, time_sheets_pdf

    people = _by_name(session, person_ids)
    for start in range(0, len(people), SHEETS_PER_FILE):
        some = people[start : start + SHEETS_PER_FILE]
        kept = printable(load_sheets(session, person_ids=some, months=[month], as_of=as_of))
        for one in printed_sheets(session, sheets=kept, storage=storage, as_of=as_of):
            yield PrintedFile(f"{one.reference}.pdf", time_sheets_pdf([one]))


def get_person_ids(
    session: Session, *, month: date, codes: Collection[str] = (), as_of: date
) -> list[int]:
    """Persons within the scope who have a sheet in a month; only those of some codes, if any.

    Raises: NotFound: nobody has one of the codes.
    """
    chosen = select(Person.id).where(Person.code.in_(codes))
    ids = list(session.scalars(chosen)) if codes else None
    if ids == []:
        raise NotFound(f"Aucun agent de matricule {', '.join(codes)}")
    team = load_team(session, person_ids=ids, month=month, as_of=as_of)
    return [one.person.id for one in team]


def _by_name(session: AnySession, person_ids: Collection[int]) -> list[int]:
    query = select(Person.id).where(Person.id.in_(person_ids))
    return list(session.scalars(query.order_by(Person.last_name, Person.first_name, Person.id)))


def write_team_files(files: Iterator[PrintedFile], folder: Path, *, made_on: date) -> Path:
    """The team's PDF, or an archive where it takes several; same files, same bytes.

    Raises: NotFound: nothing to print.
    """
    first = next(files, None)
    if first is None:
        raise NotFound(NOTHING)
    second = next(files, None)
    if second is None:
        path = folder / first.name
        path.write_bytes(first.content)
        return path
    path = folder / f"{first.name.removesuffix('-01.pdf')}.zip"
    with closing(ZipFile(path, "w", ZIP_STORED)) as archive:
        for file in chain((first, second), files):
            moment = (made_on.year, made_on.month, made_on.day, 0, 0, 0)
            archive.writestr(ZipInfo(file.name, moment), file.content)
    return path


def get_year_sheets(
    session: AnySession, *, person_id: int, year: int, as_of: date, may_override: bool = False
) -> tuple[Sheet, ...]:
    """Months of a person's year in which there is a contract or hours.

    Raises: NotFound: none.
    """
    months = Period.year(year).months()
    sheets = printable(load_sheets(session, person_ids=[person_id], months=months, as_of=as_of,
                                   may_override=may_override))  # fmt: skip
    if not sheets:
        raise NotFound("Cette année n'a aucune feuille de temps : choisissez une autre année.")
    return tuple(sheets)

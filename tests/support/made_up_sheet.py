"""One more sheet of the import workbook, made up, and what becomes of its rows.

``python -m tests.support.made_up_sheet DATABASE FOLDER`` declares the sheet « visites » and its
table before the program is loaded, as whoever adds one would, then fills it in, imports, reads the
trail, purges, and prints what it saw. It runs in a process of its own: other tests must not find
its table.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grants.enums import AuditObject, AuditVia, FunderKind, LegalForm, PaymentKind, PieceKind
from grants.workbook_format import indicators
from grants.workbook_format.columns import PIECE, agent, amount, convention, first_day, last_day
from grants.workbook_format.personal import PersonalTable, Retention
from grants.workbook_format.sheet import Sheet, Trail

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

VISITS = Sheet(
    name="visites",
    purpose="Visites d'entreprises",
    table="visits",
    columns=(
        agent("Agent", "A001"),
        convention("Opération", "FSE-79-2018"),
        first_day("Premier jour", "01/01/2018", required=True),
        last_day("Dernier jour inclus", "31/12/2018", required=True),
        amount("frais", "expenses", "Frais de route ; vide : aucun", "12,50"),
        PIECE,
    ),
    key=("agent", "convention", "debut"),
    owners=("agent",),
    # A real sheet would have a kind of its own: one more member of the enum.
    trail=Trail(AuditObject.ABSENCE, ("agent", "convention", "debut")),
    personal=PersonalTable("staff", "Visites", Retention.PERIOD),
    colour="#123456",
)
AFTER_THE_CLOCK = date(2022, 1, 1)


def declare() -> Any:
    """Put the sheet among the others, then make its table, before anything reads the list.

    Not when this module is imported: whoever collects tests imports it too.
    """
    indicators.SHEETS = (*indicators.SHEETS, VISITS)  # type: ignore[assignment] # one more

    from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
    from sqlalchemy.orm import mapped_column

    from grants.models.base import Base, Cents, Dated, Identified, Imported, OfOrganisation

    class Visit(Identified, Imported, OfOrganisation, Dated, Base):
        """A visit to an enterprise."""

        __tablename__ = "visits"
        __table_args__ = (UniqueConstraint("person_id", "convention_id", "start_on"),)

        person_id = mapped_column(Integer, ForeignKey("persons.id"), nullable=False)
        convention_id = mapped_column(Integer, ForeignKey("conventions.id"), nullable=False)
        expenses = mapped_column(Cents)
        piece = mapped_column(String(80), default="", nullable=False)

    return Visit


def _rows(expenses: str) -> Any:
    """A convention of 2015 that is paid, one that runs, and who visited whom for each."""
    from exports.imports.filled_workbook import ImportRows

    rows = ImportRows()
    rows.add("structures", code="S", nom="Structure", forme_juridique=LegalForm.ASSOCIATION)
    rows.add("financeurs", code="F", nom="Financeur", type=FunderKind.STATE)
    rows.add("dispositifs", code="D", nom="Dispositif", financeur="F", conservation_annees="5")
    for number, year in (("OLD", 2015), ("NEW", 2021)):
        rows.add(
            "conventions", numero=number, intitule="Poste", structure="S", dispositif="D",
            debut=date(year, 1, 1), fin=date(year, 12, 31), taux=Decimal("0.7"), etp=1,
        )  # fmt: skip
    for code in ("OUT", "IN"):
        rows.add("agents", matricule=code, nom=f"NOM-{code}", prenom="P", structure="S")
    rows.add(
        "versements", convention="OLD", date=date(2016, 6, 15), nature=PaymentKind.BALANCE,
        montant=1000,
    )  # fmt: skip
    for reference in ("FREE", "NAMED"):
        rows.add(
            "pieces", reference=reference, type=PieceKind.OTHER, agent="OUT",
            debut=date(2015, 2, 1), fin=date(2015, 2, 1),
        )  # fmt: skip
    for who, where, year, piece in (("OUT", "OLD", 2015, "FREE"), ("IN", "NEW", 2021, "NAMED")):
        day = date(year, 2, 1)
        rows.add(
            "visites", agent=who, convention=where, debut=day, fin=day, frais=Decimal(expenses),
            piece=piece,
        )  # fmt: skip
    return rows


def _texts(folder: Path) -> dict[str, Any]:
    import openpyxl

    from exports.imports.docs import import_page
    from exports.imports.template import template_workbook

    book = openpyxl.load_workbook(BytesIO(template_workbook()))
    filled = openpyxl.load_workbook(folder / "first.xlsx")
    colour = book["visites"].sheet_properties.tabColor
    guide = book["Lisez-moi"].iter_rows(values_only=True)
    page = import_page()
    return {
        "template": [cell.value for cell in book["visites"][1]],
        "guide": [row[1] for row in guide if row[0] == "visites"],
        "colour": None if colour is None else colour.rgb,
        "filled": [[cell.value for cell in row] for row in filled["visites"].iter_rows(max_col=2)],
        "page": page.partition("### visites")[2].partition("\n## ")[0].splitlines(),
    }  # fmt: skip


def _deed() -> Any:
    from grants.services.audit.deed import Actor, Deed
    from tests.support.database import NOW

    return Deed(Actor(1, "Camille Exemple"), NOW, AuditVia.CLI, reason="Fin de conservation")


def _import(session: Session, folder: Path, name: str, expenses: str) -> list[int]:
    from exports.imports.filled_workbook import filled_workbook
    from grants.services.imports import import_file
    from grants.services.platform.storage import FileStorage

    path = folder / f"{name}.xlsx"
    path.write_bytes(filled_workbook(_rows(expenses)))
    report = import_file(
        session=session, path=path, deed=_deed(), storage=FileStorage(folder / "pieces")
    )
    session.commit()
    [visits] = [sheet for sheet in report.sheets if sheet.sheet == "visites"]
    return [visits.added, visits.changed, visits.identical]


def _told(session: Session) -> dict[str, Any]:
    from grants.services.audit.reading import TrailFilter, list_events, object_history

    events = list_events(session, TrailFilter(kind="absence"), organisations=None, sort="at")
    imports = list_events(session, TrailFilter(kind="import"), organisations=None, sort="at")
    history = object_history(session, organisation_id=1, kind=AuditObject.PERSON, key="OUT")
    return {
        "events": [[one.action, one.key, list(one.changes)] for one in events],
        "counts": [line for one in imports for line in one.changes if "visites" in line],
        "history": [one.key for one in history if one.kind is AuditObject.ABSENCE],
    }


def _purged(session: Session, visits: Any) -> dict[str, Any]:
    from grants.services.privacy.export import export_person
    from grants.services.privacy.plan import plan_purge
    from grants.services.privacy.purging import purge
    from grants.services.privacy.register import processing_register
    from grants.views.privacy.recipients import recipients

    early = plan_purge(session, organisation_id=1, as_of=date(2021, 12, 31))
    plan = plan_purge(session, organisation_id=1, as_of=AFTER_THE_CLOCK)
    register = processing_register(session, organisation_id=1, recipients=recipients())
    own = export_person(session, organisation_id=1, person_id=1, deed=_deed())
    purge(
        session, organisation_id=1, as_of=AFTER_THE_CLOCK, holds=(), seen=plan.fingerprint,
        deed=_deed(),
    )  # fmt: skip
    session.commit()
    return {
        "early": early.counts.get("visits"),
        "counts": plan.counts["visits"],
        "pieces": [one.reference for one in plan.pieces],
        "left": [row.piece for row in session.query(visits)],
        "export": [sheet.title for sheet in own.sheets],
        "register": [row.tables for row in register if "Visites" in row.tables],
    }


@contextmanager
def _session(url: str, folder: Path) -> Iterator[Session]:
    from grants.extensions import db
    from grants.services.platform.tenancy import EVERY, reaching
    from tests.support.database import app_on, create_tables

    create_tables(url)
    with app_on(url, folder) as app, app.app_context(), reaching(db.session(), EVERY):
        yield db.session()


def main(url: str, folder: Path) -> dict[str, Any]:
    """Everything that the program makes of the sheet."""
    visits = declare()
    from grants.services.platform.personal_tables import unlisted_columns

    with _session(url, folder) as session:
        reports = [
            _import(session, folder, "first", "12.50"),
            _import(session, folder, "again", "12.50"),
            _import(session, folder, "other", "13.00"),
        ]
        return {
            "reports": reports,
            "texts": _texts(folder),
            "trail": _told(session),
            "unlisted": unlisted_columns(),
            "purge": _purged(session, visits),
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2])), default=str))

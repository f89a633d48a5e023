"""``grants demo``: write the demonstration workbook and, on demand, load it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.application import application, transaction
from grants.cli.deed import terminal_deed

if TYPE_CHECKING:
    from grants.services.audit.deed import Deed
    from grants.services.imports import ImportReport


@click.command(help="Écrire le classeur de démonstration ; avec --import, le charger aussi.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--import", "load", is_flag=True, help="Importer le classeur et ouvrir les comptes.")
def demo(path: Path | None, load: bool) -> None:
    """Build the demonstration."""
    from grants.services.demo import WORKBOOK_NAME, write_demonstration

    target = path or Path("out", "demo", WORKBOOK_NAME)
    made = write_demonstration(target)
    click.echo(f"Classeur de démonstration : {target} ({len(made.pieces)} pièces à côté).")
    if load:
        _load(target)


def _load(path: Path) -> None:
    from grants.extensions import db
    from grants.services.demo import add_running_months, open_demonstration_accounts
    from grants.services.imports import import_file
    from grants.services.platform.storage import FileStorage

    with transaction():
        settings = application().config
        storage = FileStorage(Path(settings["DATA_DIR"]) / "pieces")
        deed = terminal_deed()
        report = import_file(session=db.session(), path=path, deed=deed, storage=storage)
        if report.wrote:
            _record(report, path.name, deed)
        logins = open_demonstration_accounts(
            db.session(), secret=str(settings["SECRET_KEY"]), deed=deed
        )
        add_running_months(db.session(), as_of=deed.as_of)
    sheets = report.sheets
    click.echo(
        f"Importé : {sum(s.added for s in sheets)} lignes ajoutées, "
        f"{sum(s.changed for s in sheets)} modifiées, "
        f"{sum(s.identical for s in sheets)} déjà là."
    )
    click.echo("Comptes de la démonstration :")
    for login in logins:
        click.echo(f"  {login.email}  mot de passe {login.password}  ({login.name})")


def _record(report: ImportReport, file_name: str, deed: Deed) -> None:
    """Tell the platform's trail that these data are a demonstration."""
    from grants.enums import AuditAction, AuditObject
    from grants.extensions import db
    from grants.services.audit.writing import record

    record(
        db.session(),
        organisation_id=None,
        deed=deed,
        action=AuditAction.DEMO_LOADED,
        object_kind=AuditObject.IMPORT,
        object_key=file_name,
        after={"file": file_name, "sha256": report.sha256},
    )

"""``grants demo``: write the demonstration workbook and, on demand, load it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.actor import terminal_actor, terminal_origin
from grants.cli.application import application, transaction

if TYPE_CHECKING:
    from grants.services.audit.writing import Actor
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
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.demo import add_running_months, open_demonstration_accounts
    from grants.services.imports import import_file
    from grants.services.platform.storage import FileStorage

    with transaction():
        settings = application().config
        storage = FileStorage(Path(settings["DATA_DIR"]) / "pieces")
        now = clock().now()
        by, origin = terminal_actor(), terminal_origin()
        report = import_file(
            session=db.session(), path=path, at=now, storage=storage, by=by, origin=origin
        )
        if report.wrote:
            _record(report, path.name, by, origin)
        logins = open_demonstration_accounts(
            db.session(), secret=str(settings["SECRET_KEY"]), at=now, by=by, origin=origin
        )
        add_running_months(db.session(), as_of=clock().today())
    sheets = report.sheets
    click.echo(
        f"Importé : {sum(s.added for s in sheets)} lignes ajoutées, "
        f"{sum(s.changed for s in sheets)} modifiées, "
        f"{sum(s.identical for s in sheets)} déjà là."
    )
    click.echo("Comptes de la démonstration :")
    for login in logins:
        click.echo(f"  {login.email}  mot de passe {login.password}  ({login.name})")


def _record(report: ImportReport, file_name: str, by: Actor, origin: str) -> None:
    """Tell the platform's trail that these data are a demonstration."""
    from grants.clock import clock
    from grants.enums import AuditAction, AuditObject, AuditVia
    from grants.extensions import db
    from grants.services.audit.writing import record

    record(
        db.session(),
        organisation_id=None,
        actor=by,
        action=AuditAction.DEMO_LOADED,
        object_kind=AuditObject.IMPORT,
        object_key=file_name,
        after={"file": file_name, "sha256": report.sha256},
        via=AuditVia.CLI,
        origin=origin,
        at=clock().now(),
    )

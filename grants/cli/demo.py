"""``grants demo``: write the demonstration workbook and, on demand, load it."""

from __future__ import annotations

from pathlib import Path

import click

from grants.cli.application import application, transaction


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
    from grants.services.demo import open_demonstration_accounts
    from grants.services.imports import import_file
    from grants.services.storage import FileStorage

    with transaction():
        settings = application().config
        storage = FileStorage(Path(settings["DATA_DIR"]) / "pieces")
        now = clock().now()
        report = import_file(session=db.session(), path=path, at=now, storage=storage)
        logins = open_demonstration_accounts(
            db.session(), secret=str(settings["SECRET_KEY"]), at=now
        )
    sheets = report.sheets
    click.echo(
        f"Importé : {sum(s.added for s in sheets)} lignes ajoutées, "
        f"{sum(s.changed for s in sheets)} modifiées, "
        f"{sum(s.identical for s in sheets)} déjà là."
    )
    click.echo("Comptes de la démonstration :")
    for login in logins:
        click.echo(f"  {login.email}  mot de passe {login.password}  ({login.name})")

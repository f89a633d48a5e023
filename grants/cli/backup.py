"""``grants backup`` and ``grants restore``: the whole installation in one file, and back.

Exit codes: 0 done, 1 saved but pieces were missing from the store, 2 nothing was written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grants.cli.application import application
from grants.cli.deed import terminal_deed
from grants.french import count

if TYPE_CHECKING:
    from grants.services.backup.format import Manifest
    from grants.services.backup.restoring import Restoration

SHOWN = 50
# On a terminal or not, one line for so many members.
TELL_EVERY = 2_000

file_argument = click.argument("path", metavar="FICHIER", type=click.Path(path_type=Path))


@click.command(help="Sauvegarder la base et les pièces dans un fichier, pendant le travail.")
@file_argument
@click.option("--force", is_flag=True, help="Remplacer le fichier s'il existe.")
def backup(path: Path, force: bool) -> None:
    """Back up."""
    from grants.clock import clock
    from grants.extensions import db
    from grants.services.backup.saving import make_backup
    from grants.services.platform.storage import piece_storage

    app = application()
    with app.app_context():
        made = make_backup(
            db.engine,
            path=path,
            storage=piece_storage(Path(app.config["DATA_DIR"])),
            at=clock().now(),
            secret_key=str(app.config["SECRET_KEY"]),
            replace=force,
            progress=_tell,
        )
    click.echo(
        f"Sauvegarde écrite et relue : {path} ({_content(made.manifest)}, {_size(made.size)})"
    )
    click.echo(f"SHA-256 : {made.sha256}")
    _warn_missing(made.manifest)
    if made.manifest.missing:
        click.get_current_context().exit(1)


@click.command(help="Restaurer une sauvegarde, tout ou rien ; arrêtez le site d'abord.")
@file_argument
@click.option(
    "--force",
    is_flag=True,
    help="Remplacer une base qui n'est pas vide ; prendre une sauvegarde d'ailleurs.",
)
def restore(path: Path, force: bool) -> None:
    """Restore."""
    from grants.extensions import db
    from grants.services.backup.restoring import restore_backup
    from grants.services.platform.storage import piece_storage

    app = application()
    with app.app_context():
        done = restore_backup(
            db.engine,
            path=path,
            storage=piece_storage(Path(app.config["DATA_DIR"])),
            keys=[str(app.config["SECRET_KEY"]), *app.config["SECRET_KEY_FALLBACKS"]],
            deed=terminal_deed(),
            replace=force,
            progress=_tell,
        )
    _tell_rights(done)
    if done.lost:
        click.echo(f"Lignes remplacées : {sum(done.lost.values())}.")
    click.echo(f"Sauvegarde du {done.manifest.created_at} restaurée ({_content(done.manifest)}).")
    _warn_missing(done.manifest)


def _tell_rights(done: Restoration) -> None:
    """Whose backup it was, and who runs the platform now."""
    if not done.is_ours:
        click.echo(
            f"Avertissement : sauvegarde d'une autre clé ({done.manifest.key or 'inconnue'}) ; les "
            "doubles authentifications qu'elle tient ne se lisent pas ici.",
            err=True,
        )
    click.echo(f"Exploitants : {', '.join(done.operators) or 'aucun'}.")


def _content(manifest: Manifest) -> str:
    return (
        f"{manifest.rows} lignes, {len(manifest.tables)} tables, {len(manifest.pieces)} pièces, "
        f"version {manifest.revision}"
    )


def _size(size: int) -> str:
    return f"{-(-size // 1024)} Kio"


def _warn_missing(manifest: Manifest) -> None:
    missing = manifest.missing
    if not missing:
        return
    click.echo(
        f"Pièces absentes ou altérées dans le dossier des pièces ({len(missing)}) :", err=True
    )
    for sha256 in missing[:SHOWN]:
        click.echo(f"  {sha256}", err=True)
    if len(missing) > SHOWN:
        click.echo(f"  … et {count(len(missing) - SHOWN, 'autre')}", err=True)


def _tell(done: int, total: int) -> None:
    if total >= TELL_EVERY and (done % TELL_EVERY == 0 or done == total):
        click.echo(f"Sauvegarde : {done} éléments sur {total}", err=True)

"""``grants key``: the installation's secret key, replaced without locking anybody out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grants.cli.application import application, with_database
from grants.cli.deed import terminal_deed
from grants.errors import Conflict
from grants.french import count


@click.group(help="Remplacer la clé secrète sans enfermer personne dehors.")
def key() -> None:
    """Group of commands."""


@key.command(help="Tirer une nouvelle clé et garder l'ancienne pour lire ; redémarrez le site.")
@with_database
def rotate() -> None:
    """Replace the key, and seal anew what it sealed."""
    from grants.config_site import rotate_key

    _require_own_file()
    settings = application().config
    former = [str(settings["SECRET_KEY"]), *settings["SECRET_KEY_FALLBACKS"]]
    new = rotate_key(Path(settings["DATA_DIR"]))
    click.echo("Nouvelle clé tirée ; l'ancienne reste dans « secret_key.old ».")
    _reseal(new, former)
    click.echo("Redémarrez le site, puis sauvegardez la clé à part : les sauvegardes la demandent.")


@key.command(help="Chiffrer à nouveau, par la clé présente, ce que les anciennes ont chiffré.")
@with_database
def reseal() -> None:
    """Seal anew by the present key."""
    settings = application().config
    _reseal(str(settings["SECRET_KEY"]), settings["SECRET_KEY_FALLBACKS"])


@key.command(help="Oublier les anciennes clés : leurs cookies et leurs sauvegardes ne valent plus.")
@with_database
def forget() -> None:
    """Let the former keys go, once nothing is sealed by them."""
    from grants.config_site import forget_former_keys

    settings = application().config
    _reseal(str(settings["SECRET_KEY"]), settings["SECRET_KEY_FALLBACKS"])
    forgotten = forget_former_keys(Path(settings["DATA_DIR"]))
    click.echo(f"{count(forgotten, 'ancienne clé oubliée', 'anciennes clés oubliées')}.")


def _require_own_file() -> None:
    if os.environ.get("SECRET_KEY"):
        raise Conflict(
            "la clé vient de la variable SECRET_KEY : donnez-lui une nouvelle valeur, mettez "
            "l'ancienne dans SECRET_KEY_OLD, redémarrez le site, puis lancez « grants key reseal »"
        )


def _reseal(present: str, former: list[str]) -> None:
    from grants.enums import AuditAction, AuditObject
    from grants.extensions import db
    from grants.services.accounts import second_factor
    from grants.services.audit.writing import record

    anew, lost = second_factor.reseal(db.session(), secret_key=present, former=former)
    record(
        db.session(), deed=terminal_deed(), organisation_id=None, action=AuditAction.CHANGED,
        object_kind=AuditObject.USER, object_key="", after={"secrets_resealed": anew},
    )  # fmt: skip
    click.echo(f"Secrets chiffrés à nouveau : {anew}.")
    if lost:
        what = count(lost, "secret illisible", "secrets illisibles")
        click.echo(
            f"{what} par aucune clé connue : ces personnes réactivent leur téléphone.", err=True
        )

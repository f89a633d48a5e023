"""``grants audit``: prove that the trail is whole, and read it.

Exit codes of ``verify``: 0 every chain holds, 1 one is broken (the first broken event is named), 2
it could not be checked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from grants.cli.application import with_database
from grants.cli.options import FrenchDay
from grants.errors import Conflict
from grants.french import count

if TYPE_CHECKING:
    from grants.services.audit.reading import TrailEvent
    from grants.services.audit.writing import VerifiedChain

ANCHOR_PARTS = 3
HASH_LENGTH = 64


@click.group(help="Contrôler et consulter la piste d'audit.")
def audit() -> None:
    """Commands about the trail."""


@audit.command(help="Contrôler toute la piste : code 0 intacte, 1 altérée.")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="STRUCTURE:NUMÉRO:EMPREINTE",
    help="Empreinte notée ailleurs lors d'un contrôle précédent ; l'option se répète.",
)
@with_database
def verify(anchors: Sequence[str]) -> None:
    """Check every chain."""
    from grants.extensions import db
    from grants.services.audit.writing import verify_trail

    chains = verify_trail(db.session, anchors=_read_anchors(anchors))
    for chain in chains:
        _print_chain(chain)
    broken = [chain for chain in chains if chain.report.broken]
    if broken:
        click.echo(f"Piste altérée : {count(len(broken), 'chaîne')} sur {len(chains)}.", err=True)
        click.get_current_context().exit(1)
    click.echo("Piste intacte. Notez ailleurs les empreintes ci-dessus : --anchor les contrôle.")


@audit.command("list", help="Lister les événements, les plus récents d'abord.")
@click.option("--from", "first", type=FrenchDay(), help="Premier jour.")
@click.option("--to", "last", type=FrenchDay(), help="Dernier jour inclus.")
@click.option("--who", default="", help="Partie du nom de l'auteur.")
@click.option("--object", "key", default="", help="Partie de la référence : numéro, code…")
@click.option("--json", "as_json", is_flag=True, help="Événements complets en JSON.")
@with_database
def list_trail(first: date | None, last: date | None, who: str, key: str, as_json: bool) -> None:
    """List events of every chain."""
    from grants.extensions import db
    from grants.services.audit.reading import TrailFilter, list_events

    wanted = TrailFilter(who=who, object_key=key, first=first, last=last)
    events = list_events(db.session, wanted, organisations=None)
    if as_json:
        found = [asdict(event) for event in events]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=_text))
        return
    for event in events:
        _print_event(event)
    if not events:
        click.echo("Aucun événement ne répond à cette recherche.")


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _read_anchors(texts: Sequence[str]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for text in texts:
        parts = text.rsplit(":", ANCHOR_PARTS - 1)
        if len(parts) != ANCHOR_PARTS or not parts[1].isdecimal() or len(parts[2]) != HASH_LENGTH:
            raise Conflict(
                f"« {text} » n'est pas une empreinte notée : attendu STRUCTURE:NUMÉRO:EMPREINTE, "
                "comme « grants audit verify » les écrit"
            )
        found.setdefault(parts[0], {})[int(parts[1])] = parts[2].lower()
    return found


def _print_chain(chain: VerifiedChain) -> None:
    report = chain.report
    if report.broken is None:
        click.echo(f"{chain.name} : {count(report.count, 'événement')}, aucun modifié ni manquant.")
        if report.count:
            click.echo(f"  {chain.code}:{report.count}:{report.last_hash}")
    else:
        click.echo(f"{chain.name} : {report.broken.message}.", err=True)
        click.echo(f"  Les {report.count} premiers événements sont intacts.", err=True)


def _print_event(event: TrailEvent) -> None:
    from grants.french import moment_fr
    from grants.labels import label

    head = (moment_fr(event.at), event.organisation, f"n° {event.sequence}", event.who)
    click.echo(f"{' · '.join(head)} · {label(event.action)} · {label(event.kind)} {event.key}")
    for line in (*event.changes, *([f"Motif : {event.reason}"] if event.reason else [])):
        click.echo(f"    {line}")

"""``grants law``: cases of law against the public rules, for whoever does not write Python."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click

from grants.clock import Clock
from grants.errors import GrantsError, InvalidInput, Unreadable
from grants.french import count
from grants.parameters.loader import european_frame, figure
from grants.rules.law.cases import Case, Difference, differences, shown
from grants.rules.law.catalogue import Key, rules
from grants.schemas.cases import MOST_BYTES, read_cases

_AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="AAAA-MM-JJ",
    help="Date des textes appliqués là où un cas n'en porte pas ; par défaut, aujourd'hui.",
)


@click.group(help="Vérifier des cas de droit contre les règles, ou lister les règles.")
def law() -> None:
    """Commands about the rules."""


@law.command(
    "run",
    help="Vérifier les cas de fichiers TOML. Code de sortie : 0 tous tenus, 1 un cas au moins ne"
    " l'est pas, 2 un fichier est illisible.",
)
@click.argument("files", metavar="FICHIER…", nargs=-1, required=True)
@click.option("-v", "--verbose", is_flag=True, help="Montrer aussi les cas tenus.")
@_AS_OF
@click.pass_context
def run_cases(
    ctx: click.Context, files: tuple[str, ...], verbose: bool, as_of: datetime | None
) -> None:
    """Run cases; every file is read, so that one run shows all there is to mend."""
    held = failed = unreadable = 0
    for name in files:
        try:
            cases = read_cases(_content(name), place=name)
        except GrantsError as error:
            unreadable += 1
            _show_error(error)
            continue
        wrong = _run_file(name, cases, as_of, verbose=verbose)
        failed += wrong
        held += len(cases) - wrong
    click.echo(
        f"{held + failed} cas : {count(held, 'tenu')}, {count(failed, 'non tenu', 'non tenus')}"
    )
    if unreadable:
        click.echo(f"{count(unreadable, 'fichier illisible')}", err=True)
    ctx.exit(2 if unreadable else 1 if failed else 0)


@law.command("list", help="Lister les règles, ce qu'elles demandent et ce qu'elles rendent.")
@_AS_OF
def list_rules(as_of: datetime | None) -> None:
    """List the rules with their keys."""
    for rule in rules().values():
        click.echo(rule.name)
        click.echo(f"  given : {', '.join(_key_text(key, as_of) for key in rule.keys)}")
        click.echo(f"  expect : {', '.join(rule.outputs)}")
    click.echo("\nEntre crochets : facultatif, avec sa valeur par défaut.")
    click.echo('Quand une règle refuse : expect = { refused = "code" }.')


def _content(name: str) -> bytes:
    path = Path(name)
    if path.is_dir():
        raise Unreadable(f"{name} : c'est un dossier ; donner des fichiers TOML")
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise Unreadable(f"{name} : fichier introuvable") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"{name} : fichier illisible ({error})") from error


def _show_error(error: GrantsError) -> None:
    click.echo(f"Erreur : {error}", err=True)
    for problem in error.problems if isinstance(error, InvalidInput) else ():
        click.echo(f"  {problem}", err=True)


def _run_file(name: str, cases: tuple[Case, ...], as_of: datetime | None, *, verbose: bool) -> int:
    """Number of cases that do not hold; each is shown with what differs."""
    day = as_of.date() if as_of else Clock().today()
    failed = 0
    for case in cases:
        found = differences(case, as_of=day)
        failed += bool(found)
        if found or verbose:
            mark = "✗" if found else "✓"
            click.echo(f"{mark} {name}, ligne {case.line} : {case.name} ({case.rule.name})")
        for difference in found:
            click.echo(f"    {_difference_text(difference)}")
        if found and case.source:
            click.echo(f"    source : {case.source}")
    return failed


def _difference_text(difference: Difference) -> str:
    gap = f", écart {difference.gap}" if difference.gap else ""
    return f"{difference.key} : attendu {difference.expected}, obtenu {difference.actual}{gap}"


def _key_text(key: Key, as_of: datetime | None) -> str:
    """Key as the catalogue writes it: optional in brackets, the default first among choices."""
    options = sorted(_options(key.type), key=lambda option: option != key.default)
    default = " | ".join(f'"{option}"' for option in options) or _default(key, as_of)
    text = f"{key.name} = {default}" if default else key.name
    return text if key.required else f"[{text}]"


def _options(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return tuple(str(option) for option in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return tuple(hint)
    return ()


def _default(key: Key, as_of: datetime | None) -> str:
    if key.figure:
        day = as_of.date() if as_of else Clock().today()
        return shown(figure(key.figure, day, european_frame(day)).value)
    if isinstance(key.default, Decimal):
        return f"{key.default.normalize():f}"
    return "" if key.default is None else shown(key.default)

"""The command line: the same services as the site, from a terminal.

``grants --help`` must answer at once, so each command lives in a module that is imported only when
it is called. The table below holds its short help too; a test compares both.
Exit codes: 0 all is well, 1 something was found, 2 the command could not be carried out.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from grants.errors import GrantsError, InvalidInput
from grants.french.failures import failure_fr

# Command → module and object that hold it, and the line that ``grants --help`` prints.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": (
        "grants.cli.demo:demo",
        "Écrire le classeur de démonstration ; avec --import, le charger aussi.",
    ),
    "claim": ("grants.cli.claims:claim", "Calculer un bilan et écrire les fichiers à déposer."),
    "pack": ("grants.cli.pack:pack", "Écrire ou contrôler le dossier justificatif d'un bilan."),
    "ledger": ("grants.cli.ledgers:ledger", "Montrer qui porte quoi du temps d'un agent."),
    "verify": ("grants.cli.ledgers:verify", "Prouver qu'aucun euro n'est payé deux fois."),
    "coverage": ("grants.cli.coverage:coverage", "Montrer les postes et les ETP par territoire."),
    "template": ("grants.cli.imports:template", "Écrire un classeur d'import vide."),
    "import": ("grants.cli.imports:import_command", "Importer un classeur, tout ou rien."),
    "absences": (
        "grants.cli.absences:absences",
        "Importer des absences d'un fichier .csv ou d'un agenda .ics.",
    ),
    "sheets": (
        "grants.cli.sheets:sheets",
        "Suivre, verrouiller et ouvrir les feuilles de temps.",
    ),
    "law": ("grants.cli.law:law", "Vérifier des cas de droit, lister les règles."),
    "audit": ("grants.cli.audit:audit", "Contrôler et consulter la piste d'audit."),
    "purge": (
        "grants.cli.purge:purge",
        "Montrer puis effacer ce dont la durée de conservation est finie.",
    ),
    "db": ("grants.cli.database:database", "Créer et faire évoluer la base de données."),
    "backup": ("grants.cli.backup:backup", "Sauvegarder la base et les pièces dans un fichier."),
    "restore": ("grants.cli.backup:restore", "Restaurer une sauvegarde, tout ou rien."),
    "mail": (
        "grants.cli.mail:mail",
        "Envoyer les courriels en attente, les lister, essayer le serveur.",
    ),
    "periodic": (
        "grants.cli.periodic:periodic",
        "Envoyer les courriels dus et faire les tâches du jour, une fois.",
    ),
    "init": (
        "grants.cli.first_run:init",
        "Créer la base, la première structure et son administrateur.",
    ),
    "user": ("grants.cli.users:user", "Gérer les comptes des utilisateurs."),
    "key": ("grants.cli.keys:key", "Remplacer la clé secrète sans enfermer personne dehors."),
    "serve": ("grants.cli.serve:serve", "Servir le site sur cette machine."),
}

# What a command imports and reads lives as long as the command: looking for cycles after each seven
# hundred objects, as Python does, took a tenth of its time. ``serve`` goes back to Python's own.
OBJECTS_A_COLLECTION = 100_000


class LazyGroup(click.Group):
    """A group that knows its commands' names and one-line help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the table's order: the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that is really called."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}:{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the table."""
        with formatter.section("Commandes"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what the user can mend is said in French, without a traceback."""
        usual = gc.get_threshold()
        gc.set_threshold(OBJECTS_A_COLLECTION)
        try:
            return super().invoke(ctx)
        except GrantsError as error:
            click.echo(_explanation(error), err=True)
            ctx.exit(2)
        except BrokenPipeError:
            raise  # whoever read has enough: click ends quietly
        except OSError as error:
            click.echo(f"Erreur : {_place(error)}{failure_fr(error)}.", err=True)
            ctx.exit(2)
        finally:
            gc.set_threshold(*usual)


def _place(error: OSError) -> str:
    return f"« {error.filename} » : " if error.filename else ""


def _explanation(error: GrantsError) -> str:
    problems: Sequence[object] = error.problems if isinstance(error, InvalidInput) else ()
    return "\n".join(["Erreur : " + str(error), *(f"  {problem}" for problem in problems)])


def _print_version(ctx: click.Context) -> None:
    from grants.version import program

    click.echo(program())
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _option, is_asked: _print_version(ctx) if is_asked else None,
    help="Montrer la version et le commit du programme.",
)
def main() -> None:
    """Subventions des postes de facilitateurs : du classeur aux dossiers DREETS et FSE."""
    # A terminal in the C locale must print « é » all the same.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def run() -> None:
    """Entry point of the ``grants`` script.

    A crash ends with 2: Python's own code for it is 1, which would read as « findings ».
    """
    try:
        main()
    except Exception:
        traceback.print_exc()
        sys.exit(2)

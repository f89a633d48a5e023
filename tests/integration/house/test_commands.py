"""The table of commands tells the truth about the commands that it stands for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from grants.cli import COMMANDS, main
from grants.version import program
from tests.support.database import app_on, empty_database
from tests.support.terminal import Terminal


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_exists_and_its_help_starts_with_the_tables_verb(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    verb = COMMANDS[name][1].split()[0]
    assert (command.help or "").startswith(verb)


def test_the_table_holds_one_short_sentence_a_command() -> None:
    assert all(text.endswith(".") and len(text) <= 72 for _, text in COMMANDS.values())


def test_the_program_says_its_version_and_commit(cli: Terminal) -> None:
    assert cli("--version").stdout == program() + "\n"


def test_a_command_before_the_database_exists_says_how_to_create_it(
    tmp_path: Path, worker_id: str
) -> None:
    with (
        empty_database(tmp_path, f"missing_{worker_id}") as url,
        app_on(url, tmp_path) as app,
    ):
        answer = Terminal(app)("verify", exit_code=2)

    assert "grants db upgrade" in answer.stderr


def test_a_crash_never_looks_like_findings() -> None:
    code = (
        "from grants import cli\n"
        "cli.COMMANDS['db'] = ('nowhere:nothing', 'Rien.')\n"
        "import sys; sys.argv = ['grants', 'db']\n"
        "cli.run()\n"
    )

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 2
    assert "ModuleNotFoundError" in answer.stderr

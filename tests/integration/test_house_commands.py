"""The table of commands tells the truth about the commands that it stands for."""

from __future__ import annotations

import click
import pytest

from grants.cli import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_exists_and_its_help_starts_with_the_tables_verb(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    verb = COMMANDS[name][1].split()[0]
    assert (command.help or "").startswith(verb)


def test_the_table_holds_one_short_sentence_a_command() -> None:
    assert all(text.endswith(".") and len(text) <= 72 for _, text in COMMANDS.values())

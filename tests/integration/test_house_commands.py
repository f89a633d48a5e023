"""The table of commands tells the truth about the commands that it stands for."""

from __future__ import annotations

import click
import pytest

from grants.cli import COMMANDS, main


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_exists_and_explains_itself_as_the_table_does(name: str) -> None:
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == COMMANDS[name][1]

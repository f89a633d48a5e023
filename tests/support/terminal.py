"""The command line inside the test's process, on the test's database."""

from __future__ import annotations

from dataclasses import dataclass

from click.testing import CliRunner, Result
from flask import Flask

from grants.cli import main
from grants.extensions import db
from tests.support.told import every_write_is_told


@dataclass(frozen=True)
class Terminal:
    """``cli("claim", "FSE-1", exit_code=1)`` runs ``grants claim FSE-1``, which must end with 1."""

    app: Flask

    def __call__(self, *args: object, exit_code: int = 0, stdin: str | None = None) -> Result:
        """Result with ``stdout``, ``stderr`` and ``output`` (both)."""
        words = [str(arg) for arg in args]
        with self.app.app_context():
            bind = db.engines[None]
        with every_write_is_told(bind, "grants " + " ".join(words)):
            result = CliRunner().invoke(main, words, input=stdin, obj=self.app)
        unforeseen = result.exception
        if unforeseen is not None and not isinstance(unforeseen, SystemExit):
            raise unforeseen
        command = "grants " + " ".join(words)
        assert result.exit_code == exit_code, (
            f"« {command} » ended with {result.exit_code}, expected {exit_code}:\n{result.output}"
        )
        return result

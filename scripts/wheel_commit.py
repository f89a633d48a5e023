"""Puts the commit that a wheel is built from into it, for ``grants --version``."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelCommit(BuildHookInterface[Any]):
    """Called by hatchling. An editable install asks its checkout: a file would soon be old."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file; without a repository there is none, and the program says « inconnu »."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from grants.version import checked_out

        commit = checked_out(Path(self.root))
        if commit:
            self.kept = Path(mkdtemp()) / "commit.txt"
            self.kept.write_text(commit + "\n", encoding="utf-8")
            build_data["force_include"][str(self.kept)] = "grants/_data/commit.txt"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the file that was copied."""
        kept: Path | None = getattr(self, "kept", None)
        if kept is not None:
            kept.unlink()
            kept.parent.rmdir()

"""Walls between tenants that a file could forget, found without a database."""

from __future__ import annotations

import re
from pathlib import Path

STEPS = Path(__file__).parents[2] / "migrations" / "versions"
FIRST_WALLS = "0013_protect_tenants"
CREATED = re.compile(r'create_table\(\s*"(\w+)"(.*?)^    \)', re.DOTALL | re.MULTILINE)


def unprotected(step: str) -> set[str]:
    """Tables with ``organisation_id`` that a migration makes and leaves without wall."""
    made = {name for name, body in CREATED.findall(step) if '"organisation_id"' in body}
    return {name for name in made if f'protect(op.get_bind(), "{name}")' not in step}


def test_a_migration_that_adds_a_table_of_organisations_protects_it() -> None:
    later = [path for path in sorted(STEPS.glob("0*.py")) if path.stem > FIRST_WALLS]

    found = {path.name: unprotected(path.read_text(encoding="utf-8")) for path in later}

    assert not any(found.values()), f"call protect (models/row_security.py): {found}"


def test_the_search_finds_a_table_without_wall() -> None:
    step = '    op.create_table(\n        "x",\n        sa.Column("organisation_id"),\n    )\n'

    assert unprotected(step) == {"x"}
    assert unprotected(step + '    protect(op.get_bind(), "x")\n') == set()
    assert unprotected((STEPS / "0005_add_memberships.py").read_text()) == {"memberships"}

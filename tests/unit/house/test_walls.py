"""Walls between tenants that a file could forget, found without a database."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
STEPS = ROOT / "migrations" / "versions"
# What reaches rows past the scope that the session adds to queries of models: tables and texts of
# SQL, the engine's own connections, and a wider scope.
WAYS = {
    "EVERY", "NARROWED", "__table__", "connection", "engine", "exec_driver_sql", "raw_connection",
    "reaching", "table_of", "tell_scope", "text",
}  # fmt: skip
# Module → why it may.
PAST_THE_WALL = {
    "cli/application.py": "whoever has the terminal has the whole installation",
    "cli/background.py": "the outbox: mails belong to no organisation",
    "cli/backup.py": "saves and restores everything",
    "cli/mail.py": "the outbox: mails belong to no organisation",
    "connections.py": "opens SQLite's transactions",
    "models/audit.py": "the guards of the trail's own tables",
    "models/roles.py": "a partial index",
    "models/row_security.py": "the second wall itself",
    "services/audit/writing.py": "heads of chains hold no tenant's data; all are verified",
    "services/backup/telling.py": "the trail of everything that was restored",
    "services/backup/saving.py": "saves everything",
    "services/backup/restoring.py": "restores everything",
    "services/backup/tables.py": "saves and restores everything",
    "services/platform/bulk.py": "adds rows that its callers made; PostgreSQL's wall judges them",
    "services/platform/database.py": "migrations",
    "services/platform/health.py": "reads the schema, no row",
    "services/imports/deposits.py": "the import of the site; the register keeps it inside",
    "services/imports/importing.py": "locks; the register knows the importer's rows only",
    "services/imports/job.py": "the register knows the importer's rows only",
    "services/imports/set_rules.py": "the register knows the importer's rows only",
    "services/imports/stored.py": "each statement is narrowed by only_of",
    "services/imports/tables.py": "the register knows the importer's rows only",
    "services/platform/mail.py": "the outbox: mails belong to no organisation",
    "services/daily/periodic.py": "tasks of the installation, nobody's request",
    "services/privacy/export.py": "one person's data, wherever it lies",
    "services/privacy/purging.py": "what no claim rests on, for one organisation by condition",
    "services/platform/tenancy.py": "the first wall itself",
    "services/roles/scopes.py": "roles are read before a scope is known; theirs are named",
}
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


def ways(source: str) -> set[str]:
    """Ways past the first wall that a module takes."""
    return {name for name in _names(ast.parse(source)) if name in WAYS}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr != "text":
            yield node.attr
        elif isinstance(node, ast.Name) and node.id != "text":
            yield node.id
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (alias.name for alias in node.names)


def test_only_listed_modules_reach_rows_past_the_sessions_scope() -> None:
    package = ROOT / "grants"
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if ways(path.read_text(encoding="utf-8"))
    }

    assert found == set(PAST_THE_WALL), (
        "narrow with only_of (services/platform/tenancy.py), or say why not"
    )


def test_the_search_finds_each_way() -> None:
    assert ways("from sqlalchemy import text\nsession.execute(text('x'))") == {"text"}
    assert ways("db.engine.connect()") == {"engine"}
    assert ways("with reaching(session, EVERY): pass") == {"reaching", "EVERY"}
    assert ways("form.text.data\ntext = 'x'") == set()

"""What lies in the repository: ours only, runnable anywhere, and told where a reader looks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT, project_files

BINARY = {".pdf", ".png", ".jpg", ".xlsx", ".ods", ".zip", ".ico", ".woff2"}
# Put together here, so that this very file does not name them.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("cdn", "jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare", "com"),
    )
)
MACHINE_PATH = re.compile(r"/(work|root|home/\w+)/")
LONGEST_LINE = 400

UNUSED_BY_A_CLAIM = {
    "alembic", "flask_babel", "flask_bootstrap", "flask_login", "flask_wtf", "marshmallow", "pypdf",
    "python_calamine", "typst", "vl_convert", "wtforms",
}  # fmt: skip


def test_no_file_names_a_package_registry() -> None:
    found = [
        f"{path}: {host}" for path, text in _texts() for host in REGISTRIES if host in text.lower()
    ]

    assert not found, "\n".join(found)


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = [f"{path}: {match[0]}" for path, text in _texts() for match in _paths(text)]

    assert not found, "\n".join(found)


def test_no_script_or_style_of_others_is_committed() -> None:
    found = [
        str(path)
        for path in project_files()
        if path.suffix in {".js", ".css", ".map"}
        and (
            ".min." in path.name
            or path.suffix == ".map"
            or any(len(line) > LONGEST_LINE for line in _text(path).splitlines())
        )
    ]

    assert not found, "\n".join(found)


# Alembic keeps the revision in 32 characters: PostgreSQL refuses more, SQLite lets them pass.
REVISION_LENGTH = 32


def test_each_migration_is_named_as_its_revision_and_follows_the_one_before() -> None:
    before = None
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        revision = re.search(r'^revision = "(.+)"$', text, re.MULTILINE)
        parent = re.search(r'^down_revision = (?:"(.+)"|None)$', text, re.MULTILINE)

        assert revision is not None, path.name
        assert revision[1] == path.stem
        assert re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)
        assert len(path.stem) <= REVISION_LENGTH, path.name
        assert parent is not None, path.name
        assert parent[1] == before
        before = path.stem


def test_the_readme_names_both_commands() -> None:
    readme = _text(Path("README.md"))

    assert "make run" in readme
    assert "make test" in readme


def test_the_administrators_table_lists_every_variable_that_the_program_reads() -> None:
    modules = ("config", "config_openid", "config_site", "logs", "cli/serve")
    reading = [f"grants/{module}.py" for module in modules]
    code = "".join(_text(Path(name)) for name in reading)
    variables = set(re.findall(r'environ(?:\.get\(|, )"([A-Z][A-Z0-9_]+)"', code))
    table = _text(Path("docs/admin.md"))

    assert len(variables) >= 5
    assert {name for name in variables if f"| `{name}` |" not in table} == set()


def test_help_loads_neither_the_web_framework_nor_the_database() -> None:
    heavy = {"flask", "sqlalchemy", "xlsxwriter", *UNUSED_BY_A_CLAIM}

    printed = _printed(
        "from grants.cli import main; main(['--help'], standalone_mode=False)", heavy
    )

    assert "Commandes:" in printed
    assert printed[-1] == "heavy: []"


def test_a_claim_loads_nothing_of_the_site_and_no_tool_that_it_does_not_use() -> None:
    used = (
        "import grants.connections, grants.services.platform.tenancy",
        "import exports.claims.files, exports.claims.json_file, grants.cli.claims",
        "import grants.services.claims.computing, grants.services.claims.telling",
        "import grants.services.organisations.files, grants.services.platform.health",
    )

    heavy = {"flask", "sqlalchemy.dialects.postgresql", *UNUSED_BY_A_CLAIM}

    assert _printed("; ".join(used), heavy)[-1] == "heavy: []"


def _printed(code: str, heavy: set[str]) -> list[str]:
    """Lines that a program prints, and last which of some packages it has loaded."""
    last = f"import sys; print('heavy:', sorted({heavy!r} & set(sys.modules)))"
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\n{last}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return answer.stdout.splitlines()


def _text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _texts() -> Iterator[tuple[Path, str]]:
    for path in project_files():
        if path.suffix not in BINARY:
            yield path, _text(path)


def _paths(text: str) -> Iterator[re.Match[str]]:
    return MACHINE_PATH.finditer(text)

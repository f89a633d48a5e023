"""What a name promises: a module is a word, ``get_`` and ``require_`` refuse, ``find_`` never."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from grants.workbook_format.sheets import SHEETS
from tests.support.sources import PRODUCT, Function, python_files, tree

IMPORTS = Path("grants/services/imports")
REFUSALS = {"NotFound", "Forbidden", "Conflict", "TransitionRefused"}
REFUSING = {"get", "require"}
# Use-cases refuse what they are asked to do; a function named after what it gives is none.
VERBS = {
    "accept", "add", "apply", "approve", "begin", "change", "check", "choose", "compare",
    "compute", "confirm", "delegate", "deposit", "drop", "end", "export", "lead", "list",
    "load", "lock", "make", "move", "narrow", "open", "parse", "preview", "print", "purge",
    "put", "read", "refuse", "remove", "reopen", "send", "switch", "take", "tell", "unlock",
    "verify", "write",
}  # fmt: skip
# A page and a command are named after what they show; the edge answers what they raise.
EDGE = ("blueprint.", "click.", "property")


def test_a_module_is_called_by_a_word_and_not_by_a_letter() -> None:
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in python_files(*PRODUCT, "tests", "scripts")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(one.asname is not None and len(one.asname) == 1 for one in node.names)
    ]

    assert not found, "\n".join(found)


def test_only_get_require_and_verbs_refuse() -> None:
    found = [
        f"{path}:{function.lineno} {function.name}: call it get_… or require_…, or after its deed"
        for path, function in _functions()
        if REFUSALS & set(_raised(function))
        and _first_word(function) not in REFUSING | VERBS
        and not ast.unparse(ast.Module(function.decorator_list, [])).startswith(EDGE)
    ]

    assert not found, "\n".join(found)
    # The walk sees what it looks for.
    assert sum(bool(REFUSALS & set(_raised(function))) for _, function in _functions()) > 50


def test_find_gives_none_where_there_is_nothing_and_get_never_does() -> None:
    wrong = [
        f"{path}:{function.lineno} {function.name} -> {_result(function)}"
        for path, function in _functions()
        if _first_word(function) in {"find", "get"}
        and not _is_anothers(function)
        and (_result(function).endswith("| None")) is not (_first_word(function) == "find")
    ]

    assert not wrong, "\n".join(wrong)


def test_the_import_takes_a_sheets_name_from_its_declaration() -> None:
    places = [path for path in python_files("grants") if path.is_relative_to(IMPORTS)]
    names = {sheet.name for sheet in SHEETS}
    # The folder of the pieces, which has its sheet's name by chance.
    places.remove(IMPORTS / "piece_files.py")
    found = [
        f"{path}:{node.lineno} {node.value!r}"
        for path in places
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and node.value in names
    ]

    assert places
    assert not found, "a declaration of grants.workbook_format names it:\n" + "\n".join(found)


def _functions() -> Iterator[tuple[Path, Function]]:
    for path in python_files(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, Function):
                yield path, node


def _first_word(function: Function) -> str:
    return function.name.lstrip("_").partition("_")[0]


def _result(function: Function) -> str:
    return "" if function.returns is None else ast.unparse(function.returns)


def _is_anothers(function: Function) -> bool:
    """Named by a library: click asks its groups by ``get_command``."""
    return function.name == "get_command"


def _raised(function: Function) -> Iterator[str]:
    """Errors that the function itself raises, not those inside it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            yield ast.unparse(error)
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))

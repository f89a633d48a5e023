"""Case files: TOML that a funder or a lawyer writes, read strictly, every fault with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from grants.errors import InputProblem, InvalidInput, Unreadable
from grants.rules.law.cases import REFUSED, Case, shown
from grants.rules.law.catalogue import Rule, rules
from grants.schemas.case_fields import Day, expectation_for, field_for, found_and_expected
from grants.schemas.fields import Text

MOST_BYTES = 5_000_000
_STRINGS_AND_COMMENTS = re.compile(
    r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
)
_CASE_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*case[ \t]*\]\]", re.MULTILINE)
# « key = » at a line's start, in a table or after a dot; or a header « [key] », « [case.key] ».
_KEY = r"(?:^|[{,.\[])[ \t\n]*(?P<key>KEY)[ \t]*[=.\]]"

_Fault = tuple[tuple[str, ...], str, str]  # path of keys, what stood there, what was expected


class _CaseSchema(Schema):
    """A case's own keys; what stands in ``given`` and ``expect`` depends on its rule."""

    class Meta:
        unknown = RAISE

    name = Text(required=True)
    source = Text()
    rule = Text(required=True)
    as_of = Day()
    given = fields.Raw(required=True)
    expect = fields.Raw(required=True)


def read_cases(content: bytes, *, place: str) -> tuple[Case, ...]:
    """Cases of a file.

    Raises: Unreadable: no TOML, not UTF-8, too large. InvalidInput: every fault, with its line.
    """
    text = _text(content, place)
    tables = _tables(text, place)
    lines = _Lines(text)
    faults: list[tuple[int, _Fault]] = []
    cases: list[Case] = []
    names: dict[str, int] = {}
    for number, table in enumerate(tables):
        case, wrong = _case(table, lines.of_case(number))
        faults += [(number, fault) for fault in wrong]
        if case is not None:
            faults += [(number, fault) for fault in _twice(case, names)]
            cases.append(case)
    if faults:
        raise InvalidInput([_problem(place, lines, number, fault) for number, fault in faults])
    return tuple(cases)


def _text(content: bytes, place: str) -> str:
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"{place} : {len(content)} octets, {MOST_BYTES} au plus ; découper le fichier"
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{place} : octet {error.start + 1} illisible ; enregistrer le fichier en UTF-8"
        ) from error


def _tables(text: str, place: str) -> list[dict[str, Any]]:
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Unreadable(f"{place} : TOML illisible : {error}") from error
    unknown = sorted(document.keys() - {"case"})
    if unknown:
        line = _Lines(text).of_key(None, (unknown[0],))
        problem = InputProblem(place, line, "", unknown[0], "des tables [[case]] seulement")
        raise InvalidInput([problem])
    tables = document.get("case", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Unreadable(f"{place} : « case » doit s'écrire [[case]]")
    if not tables:
        raise Unreadable(f"{place} : aucun cas ; un cas commence par [[case]]")
    return tables


def _case(table: dict[str, Any], line: int) -> tuple[Case | None, list[_Fault]]:
    faults = list(_schema_faults(_CaseSchema(), table, ()))
    rule = _rule(table.get("rule"))
    if rule is None:
        return None, faults + _unknown_rule(table)
    given, wrong_given = _loaded(_given_schema(rule), table, "given")
    expect, wrong_expect = _loaded(_expect_schema(rule), table, "expect")
    faults += wrong_given + wrong_expect + _empty_or_double(table.get("expect"))
    if faults:
        return None, faults
    case = Case(
        table["name"], table.get("source", ""), rule, table.get("as_of"), given, expect, line
    )
    return case, []


def _rule(name: object) -> Rule | None:
    return rules().get(name) if isinstance(name, str) else None


def _unknown_rule(table: dict[str, Any]) -> list[_Fault]:
    name = table.get("rule")
    if not isinstance(name, str):
        return []  # missing or no text: the case's own schema has said so
    return [(("rule",), name, _one_of("une règle du catalogue", name, rules()))]


def _loaded(
    schema: Schema, table: dict[str, Any], part: str
) -> tuple[dict[str, Any], list[_Fault]]:
    values = table.get(part)
    if part not in table:
        return {}, []
    if not isinstance(values, dict):
        return {}, [((part,), shown(values), "une table : { clé = valeur }")]
    faults = list(_schema_faults(schema, values, (part,)))
    return ({} if faults else schema.load(values)), faults


def _given_schema(rule: Rule) -> Schema:
    made = {key.name: field_for(key.type, required=key.required) for key in rule.keys}
    return Schema.from_dict(made, name=f"Given_{rule.name}")(unknown=RAISE)


def _expect_schema(rule: Rule) -> Schema:
    made = {name: expectation_for(hint) for name, hint in rule.outputs.items()}
    return Schema.from_dict({**made, REFUSED: Text()}, name=f"Expect_{rule.name}")(unknown=RAISE)


def _schema_faults(
    schema: Schema, values: dict[str, Any], path: tuple[str, ...]
) -> Iterator[_Fault]:
    for key in values:
        if key not in schema.fields:
            yield (*path, key), key, _one_of("une clé connue", key, schema.fields)
    try:
        schema.load({key: value for key, value in values.items() if key in schema.fields})
    except ValidationError as error:
        for key, messages in error.messages_dict.items():
            if key in values:
                yield (*path, key), *found_and_expected(messages)
            else:
                yield path, "rien", f"la clé « {key} »"


def _one_of(what: str, key: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(key, known, n=1)
    hint = f" (vouliez-vous « {close[0]} » ?)" if close else ""
    return f"{what} : {', '.join(known)}{hint}"


def _empty_or_double(expect: object) -> list[_Fault]:
    if not isinstance(expect, dict):
        return []
    if not expect:
        return [(("expect",), "une table vide", "une valeur au moins")]
    if REFUSED in expect and len(expect) > 1:
        return [(("expect",), ", ".join(expect), "« refused » seul, ou des valeurs")]
    return []


def _twice(case: Case, names: dict[str, int]) -> list[_Fault]:
    first = names.setdefault(case.name, case.line)
    if first == case.line:
        return []
    return [(("name",), case.name, f"un nom unique ; ligne {first}, un cas le porte déjà")]


def _problem(place: str, lines: _Lines, number: int, fault: _Fault) -> InputProblem:
    path, was, expected = fault
    return InputProblem(place, lines.of_key(number, path), ".".join(path), was, expected)


class _Lines:
    """Line of a case or a key in the text; TOML's reader keeps none.

    Strings and comments are blanked first, so that a key named in one is not taken for the key.
    """

    def __init__(self, text: str) -> None:
        blank = _STRINGS_AND_COMMENTS.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        self.text = blank
        self.starts = [match.start() for match in _CASE_HEADER.finditer(blank)]

    def of_case(self, number: int) -> int:
        """Line of the case's header; the file's first line when cases are written otherwise."""
        return self._line(self.starts[number] if number < len(self.starts) else 0)

    def of_key(self, number: int | None, path: tuple[str, ...]) -> int:
        """Line of the key at the end of the path; of its nearest parent when it is not found."""
        start, end = self._bounds(number)
        for key in path:
            pattern = re.compile(_KEY.replace("KEY", re.escape(key)), re.MULTILINE)
            match = pattern.search(self.text, start, end)
            if match is None:
                break
            start = match.start("key")
        return self._line(start)

    def _bounds(self, number: int | None) -> tuple[int, int]:
        if number is None or number >= len(self.starts):
            return 0, len(self.text)
        following = self.starts[number + 1 : number + 2]
        return self.starts[number], following[0] if following else len(self.text)

    def _line(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1

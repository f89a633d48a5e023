"""JSON Schema (2020-12) of a document, for readers who do not use Python.

``python -m grants.schemas.json_schema`` prints that of claim.json, kept as
``docs/claim.schema.json``; a test compares both. What a JSON Schema cannot say (the end of a period
lies after its start, one spelling per number) only our own check holds.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Equal, OneOf

from grants.schemas.claims import ClaimSchema
from grants.schemas.explained import Scalar
from grants.schemas.fields import Flag, Whole

Document = dict[str, Any]


def json_schema(schema: type[Schema], *, title: str) -> Document:
    """JSON Schema of a marshmallow schema and of every shape below it.

    Example:
    >>> sorted(json_schema(ClaimSchema, title="claim/1"))
    ['$defs', '$ref', '$schema', 'title']
    """
    shapes: dict[str, Document] = {}
    reference = _reference(schema, shapes)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return head | reference | {"$defs": dict(sorted(shapes.items()))}


def _reference(schema: type[Schema], shapes: dict[str, Document]) -> Document:
    name = schema.__name__.removesuffix("Schema")
    if name not in shapes:
        shapes[name] = {}  # a shape may hold itself
        members = schema().fields
        shapes[name] = {
            "type": "object",
            "description": (schema.__doc__ or "").strip(),
            "properties": {key: _typed(field, shapes) for key, field in members.items()},
            "required": [key for key, field in members.items() if field.required],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _typed(field: fields.Field[Any], shapes: dict[str, Document]) -> Document:
    typed = _of_kind(field, shapes)
    return {"anyOf": [typed, {"type": "null"}]} if field.allow_none else typed


def _of_kind(field: fields.Field[Any], shapes: dict[str, Document]) -> Document:
    if isinstance(field, fields.Nested):
        return _reference(type(field.schema), shapes)
    if isinstance(field, fields.List):
        return {"type": "array", "items": _typed(field.inner, shapes)}
    if isinstance(field, Scalar):
        return {"type": ["string", "integer", "boolean"]}
    if isinstance(field, Whole | Flag):
        return {"type": "integer" if isinstance(field, Whole) else "boolean"}
    return {"type": "string"} | _restricted(field)


def _restricted(field: fields.Field[Any]) -> Document:
    for validator in field.validators:
        if isinstance(validator, OneOf):
            return {"enum": list(validator.choices)}
        if isinstance(validator, Equal):
            return {"const": validator.comparable}
    pattern = getattr(field, "pattern", "")
    return {"pattern": f"^({pattern})$"} if pattern else {}


if __name__ == "__main__":
    document = json_schema(ClaimSchema, title="claim/1")
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")

"""Shapes that every document of ours shares: strict objects, days, citations, explained figures.

A document carries all of its fields and no other, so that what a later version wrote is refused
instead of being half understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from grants.enums import TextReading
from grants.schemas.fields import Day, Figure, Text, found

MESSAGES = {"required": "champ manquant", "null": "null n'est pas attendu ici"}


class Strict(Schema):
    """Every field required, none unknown, messages in French."""

    error_messages = {  # noqa: RUF012 # the library declares it as an instance's own
        "unknown": "champ inconnu",
        "type": "un objet JSON est attendu",
    }

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Make the field required unless it says otherwise."""
        field_obj.error_messages = {**field_obj.error_messages, **MESSAGES}
        field_obj.required = not field_obj.metadata.get("optional", False)


class Scalar(fields.Field[str | int | bool]):
    """Plain value of an input: text (a number, a day, words), a whole number, true or false."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str | int | bool:
        if not isinstance(value, str | int):
            raise ValidationError(
                f"trouvé {found(value)}, attendu un texte, un entier ou true/false"
            )
        return value


def one_of(kind: type[StrEnum], *, or_none: bool = False) -> Text:
    """Value of a closed list."""
    return Text(
        allow_none=or_none,
        validate=OneOf([member.value for member in kind], error="attendu l'un de : {choices}"),
    )


class PeriodSchema(Strict):
    """Half-open days."""

    start = Day()
    end = Day()

    @validates_schema
    def ends_after_it_starts(self, data: dict[str, Any], **kwargs: Any) -> None:
        """An empty period is no period."""
        if data["end"] <= data["start"]:
            raise ValidationError("la fin n'est pas après le début", "end")


class CitationSchema(Strict):
    """Figure of a text, as it was used."""

    name = Text()
    label = Text()
    value = Text()
    since = Day(allow_none=True)
    text = Text()
    href = Text()
    reading = one_of(TextReading)
    read_on = Day(allow_none=True)


class SourceSchema(Strict):
    """Rows of the imported workbook."""

    sheet = Text()
    rows = Text()
    piece = Text()


class InputSchema(Strict):
    """What went into a formula: a plain ``value``, or a figure that is ``explained`` in turn."""

    name = Text()
    label = Text()
    unit = Text()
    value = Scalar(metadata={"optional": True})
    explained = fields.Nested(lambda: ExplainedSchema(), metadata={"optional": True})

    @validates_schema
    def holds_one_value(self, data: dict[str, Any], **kwargs: Any) -> None:
        """One of both, never two nor none."""
        if ("value" in data) == ("explained" in data):
            raise ValidationError("attendu « value » ou « explained », et un seul des deux")


class ExplainedSchema(Strict):
    """Figure with the steps that led to it."""

    value = Figure()
    unit = Text()
    formula = Text()
    label = Text()
    note = Text()
    inputs = fields.List(fields.Nested(InputSchema))
    parameters = fields.List(fields.Nested(CitationSchema))
    sources = fields.List(fields.Nested(SourceSchema))


def problem_lines(messages: object, path: str = "") -> list[str]:
    """Messages of a validation error, one per line, each with the path of its field.

    Example:
    >>> problem_lines({"lines": {0: {"gross": ["champ manquant"]}}})
    ['lines.0.gross : champ manquant']
    """
    if isinstance(messages, Mapping):
        return [
            line
            for key, below in messages.items()
            for line in problem_lines(below, f"{path}.{key}" if path else str(key))
        ]
    texts = messages if isinstance(messages, list) else [messages]
    return [f"{path} : {text}" if path else str(text) for text in texts]

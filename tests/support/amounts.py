"""Amounts that an answer says, whatever it is: page, csv, workbook, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from werkzeug.test import TestResponse

_SPACES = "\u00a0\u202f "
_FIGURE = re.compile(
    rf"(?<![\w,.])\d{{1,3}}(?:[{_SPACES}]\d{{3}})*(?:[,.]\d{{1,2}})?(?![\w])|\d+[,.]\d{{2}}"
)
_TAG = re.compile(r"<[^>]*>")
SMALLEST = Decimal(100)


def amounts_of(answer: TestResponse) -> set[Decimal]:
    """Every figure of an answer that may be somebody's pay: of 100 at least.

    Example: « 2 635,00 € », ``2635.0`` in a workbook, ``"2635.00"`` in JSON.
    """
    kind = answer.mimetype
    if "spreadsheet" in kind:
        found = set(_of_workbook(answer.data))
    elif kind == "application/json":
        found = set(_of_json(json.loads(answer.data)))
    elif kind.startswith("text/") or kind.endswith("svg+xml"):
        found = set(_of_text(_TAG.sub(" ", answer.get_data(as_text=True))))
    else:
        found = set()
    return {one for one in found if one >= SMALLEST}


def _of_text(text: str) -> Iterator[Decimal]:
    for written in _FIGURE.findall(text):
        bare = re.sub(rf"[{_SPACES}]", "", written).replace(",", ".")
        yield Decimal(bare)


def _of_workbook(content: bytes) -> Iterator[Decimal]:
    for sheet in openpyxl.load_workbook(BytesIO(content), data_only=True):
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if isinstance(value, int | float) and not isinstance(value, bool):
                    yield Decimal(str(value)).quantize(Decimal("0.01"))
                elif isinstance(value, str):
                    yield from _of_text(value)


def _of_json(value: Any) -> Iterator[Decimal]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _of_json(one)
    elif isinstance(value, list):
        for one in value:
            yield from _of_json(one)
    elif isinstance(value, int | float | str) and not isinstance(value, bool):
        yield from _of_text(str(value))

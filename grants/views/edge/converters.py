"""Parts of addresses that stand for a time: ``<month:month>`` as ``2025-01``, ``<year:year>``.

What is no month, or none that anybody worked in, leads nowhere (404).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from werkzeug.routing import BaseConverter, ValidationError

from forms.lists import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from flask import Flask


class MonthConverter(BaseConverter):
    """First day of a month."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Month of an address."""
        year, month = value.split("-")
        return date(_known_year(year), int(month), 1)

    def to_url(self, value: date | str) -> str:
        """Address of the month of a day, or of a month as an address writes it."""
        return value if isinstance(value, str) else f"{value:%Y-%m}"


class YearConverter(BaseConverter):
    """Calendar year of four digits."""

    regex = r"\d{4}"

    def to_python(self, value: str) -> int:
        """Year of an address."""
        return _known_year(value)


def register(app: Flask) -> None:
    """Make both known, before the routes that use them."""
    app.url_map.converters.update(month=MonthConverter, year=YearConverter)


def _known_year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError
    return year

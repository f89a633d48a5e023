"""Fields of the documents that come in: one spelling each, and no float.

The library's own fields read « 12.5 », 12.5 and " 12.5" alike and take true for 1. An amount that
has passed through a binary float has lost its cents, so these refuse whatever is not written as our
own documents write it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from exports.kit.json_values import MONEY_PLACES, decimal_text, places_of

_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAX_LENGTH = 60


def found(value: object) -> str:
    """What stood there, short enough for a message."""
    text = repr(value)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"


class Number(fields.Field[Decimal]):
    """Decimal number in full, as text: no exponent, no needless zero, no negative zero."""

    places = 0
    expected = "un nombre décimal exact écrit en texte, par exemple « 0.5 »"
    pattern = _DECIMAL.pattern

    def _serialize(
        self, value: Decimal | None, attr: str | None, obj: object, **kwargs: Any
    ) -> str | None:
        return None if value is None else decimal_text(value, self.places)

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise self._refusal(value)
        number = Decimal(value)
        if decimal_text(number, self.places_in(data)) != value or not self.accepts(number):
            raise self._refusal(value)
        return number

    def places_in(self, data: Mapping[str, Any] | None) -> int:
        """Decimals that always show."""
        return self.places

    def accepts(self, number: Decimal) -> bool:
        """Whether the number lies where it may."""
        return True

    def _refusal(self, value: object) -> ValidationError:
        return ValidationError(f"trouvé {found(value)}, attendu {self.expected}")


class Money(Number):
    """Amount in euros to the cent, as text: ``"1234.50"``."""

    places = MONEY_PLACES
    expected = "un montant en euros écrit en texte avec deux décimales, par exemple « 1234.50 »"
    pattern = r"-?(0|[1-9]\d*)\.\d{2}"

    def accepts(self, number: Decimal) -> bool:
        """No finer than a cent."""
        return number.as_tuple().exponent == -MONEY_PLACES


class Hours(Number):
    """Hours as text, two decimals at least: ``"7.50"``."""

    places = MONEY_PLACES
    expected = "un nombre d'heures écrit en texte, par exemple « 7.50 »"
    pattern = r"-?(0|[1-9]\d*)\.\d{2,}"


class Share(Number):
    """Fraction of one as text: ``"0.4"`` for 40 %."""

    expected = "une fraction de un écrite en texte, par exemple « 0.4 » pour 40 %"
    pattern = r"1|0(\.\d+)?"

    def accepts(self, number: Decimal) -> bool:
        """From nothing to the whole."""
        return 0 <= number <= 1


class Figure(Number):
    """Value of an explained figure: the unit beside it says how many decimals always show."""

    expected = "un nombre décimal écrit en texte, avec deux décimales au moins pour € et h"

    def places_in(self, data: Mapping[str, Any] | None) -> int:
        """Two for amounts and hours."""
        return places_of(str((data or {}).get("unit", "")))


class Day(fields.Field[date]):
    """ISO day and nothing else: ``"2024-12-14"``."""

    pattern = _DAY.pattern

    def _serialize(
        self, value: date | None, attr: str | None, obj: object, **kwargs: Any
    ) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise ValidationError(
            f"trouvé {found(value)}, attendu une date, par exemple « 2024-12-14 »"
        )


class Whole(fields.Field[int]):
    """Whole number of JSON: minutes, rows, ranks; ``true`` and ``"1"`` are none."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(f"trouvé {found(value)}, attendu un nombre entier")
        return value


class Flag(fields.Field[bool]):
    """``true`` or ``false``; the library's own field also takes « yes » and 1."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"trouvé {found(value)}, attendu true ou false")
        return value


class Text(fields.Field[str]):
    """Text of JSON."""

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"trouvé {found(value)}, attendu un texte")
        return value


class Digest(Text):
    """SHA-256 in hexadecimal; empty while only the reference of a piece is known."""

    pattern = r"([0-9a-f]{64})?"

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(self.pattern, text):
            raise ValidationError(f"trouvé {found(text)}, attendu 64 chiffres hexadécimaux ou rien")
        return text

"""Lists of what lies between two days."""

from __future__ import annotations

from datetime import date

from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from forms.claims import DayField, backwards
from forms.lists import ListForm


class BetweenForm(ListForm):
    """First and last day, both inclusive and each optional."""

    first = DayField("Du", name="from", validators=[Optional()])
    last = DayField("Au (inclus)", name="to", validators=[Optional()])

    def validate_last(self, field: DateField) -> None:
        """In order."""
        first: date | None = self.first.data
        if field.data and first and field.data < first:
            raise ValidationError(backwards(first, field.data))

"""Which day or period the coverage page shows."""

from __future__ import annotations

from datetime import date

from wtforms import DateField
from wtforms.validators import Optional, ValidationError

from forms.claims import DayField, backwards
from forms.lists import GetForm
from grants.periods import Period


class CoverageForm(GetForm):
    """First and last day, inclusive; one of them alone is that single day; none is today."""

    first = DayField("Du", name="from", validators=[Optional()])
    last = DayField("Au (inclus)", name="to", validators=[Optional()])

    def validate_last(self, field: DateField) -> None:
        """In order."""
        if field.data and self.first.data and field.data < self.first.data:
            raise ValidationError(backwards(self.first.data, field.data))

    def period(self, today: date) -> Period:
        """Period asked for."""
        first = self.first.data or self.last.data or today
        return Period.inclusive(first, self.last.data or first)

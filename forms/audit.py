"""The search over the trail."""

from __future__ import annotations

from datetime import date

from wtforms import HiddenField, IntegerField, SearchField, SelectField
from wtforms.validators import AnyOf, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from forms.claims import DAY_FORMATS, DayField, backwards
from forms.lists import ALL, ALL_FEMININE, GetForm, member_choices
from grants.enums import AuditAction, AuditObject

SORTS = ("at", "who", "action", "object")
LONGEST = Length(max=200, message="200 caractères au plus.")
LONGEST_KEY = Length(max=400, message="400 caractères au plus.")


class TrailForm(GetForm):
    """Who, what, when (both days inclusive), and the order; a leading « - » turns it round."""

    who = SearchField("Qui", [LONGEST])
    q = SearchField("Référence de l'objet", [LONGEST])
    object = SelectField("Objet", choices=[ALL, *member_choices(AuditObject)], default="")
    action = SelectField("Action", choices=[ALL_FEMININE, *member_choices(AuditAction)], default="")
    first = DayField("Du", name="from", format=DAY_FORMATS, validators=[Optional()])
    last = DayField("Au (inclus)", name="to", format=DAY_FORMATS, validators=[Optional()])
    sort = HiddenField(
        default="-at", validators=[Optional(), AnyOf([*SORTS, *(f"-{key}" for key in SORTS)])]
    )

    def validate_last(self, field: DayField) -> None:
        """In order."""
        first: date | None = self.first.data
        if field.data and first and field.data < first:
            raise ValidationError(backwards(first, field.data))


class ObjectForm(GetForm):
    """Which object's history: its kind, its exact reference, and whose where several have one."""

    kind = SelectField(
        "Objet", choices=member_choices(AuditObject), default=AuditObject.CONVENTION.value
    )
    key = SearchField("Référence exacte", [LONGEST_KEY])
    organisation = IntegerField(widget=HiddenInput(), validators=[Optional()])

"""Fields that the forms about people share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from forms.asking import UNKNOWN
from forms.claims import DayField, backwards
from grants.french import Misread, read_share
from grants.rules.timesheets.hours import InvalidHours, parse_hours

PIECE_MAX = 80
ONLY = SelectChoice("1", "Seulement celles à regarder")


def day(title: str, *, complaint: str = "", hint: str = "") -> DayField:
    """A day; ``complaint`` says what to do where it is empty."""
    check = InputRequired(complaint) if complaint else Optional()
    return DayField(title, validators=[check], description=hint)


def agent() -> SelectField:
    """One agent among those that the form offers."""
    return SelectField(
        "Agent", [InputRequired("Choisissez l'agent.")], default="", invalid_choice_message=UNKNOWN
    )


class HoursField(StringField):  # type: ignore[misc] # wtforms ships no types
    """Hours as people type them; ``minutes`` holds what they mean."""

    minutes: int | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read what was typed."""
        try:
            self.minutes = parse_hours(self.data or "") or None
        except InvalidHours as refusal:
            raise ValidationError(f"{refusal}.") from refusal


class ShareField(StringField):  # type: ignore[misc] # wtforms ships no types
    """A share as people type it, « 60 % » or « 0,6 »; ``share`` is the fraction."""

    share: Decimal | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read what was typed."""
        text = (self.data or "").strip()
        try:
            self.share = read_share(text) if text else None
        except Misread as refusal:
            raise ValidationError(f"{refusal}.") from refusal


class DaysForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """First and last day, both inclusive; the last comes after the first."""

    first = day("Premier jour", complaint="Donnez le premier jour.")
    last = day("Dernier jour (inclus)", hint="Vide : le premier jour seul.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, then both days together."""
        is_sound: bool = super().validate(extra_validators)
        if is_sound and self.last.data and self.last.data < self._first():
            self.last.errors = [backwards(self._first(), self.last.data)]
            return False
        return is_sound

    def _first(self) -> date:
        if self.first.data is None:
            raise ValueError("the first day was not validated")
        return self.first.data


def chosen(field: SelectField) -> int | None:
    """Number that a list's choice stands for; None where nothing was chosen."""
    return int(field.data) if field.data else None

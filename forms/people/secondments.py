"""Secondments."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from forms.claims import DayField
from forms.lists import ListForm, words
from forms.people.fields import ONLY, PIECE_MAX, day


class SecondmentsForm(ListForm):
    """Text, day, and whether something is missing."""

    q = words("Agent ou poste")
    on = DayField("En cours le", validators=[Optional()])
    only = SelectField("À regarder", choices=[SelectChoice("", "Toutes"), ONLY], default="")


class SecondmentForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """What proves that a person is lent to the structure."""

    is_secondment = BooleanField("Mise à disposition")
    agreement_on = day(
        "Convention nominative signée le",
        hint="La mise à disposition demande une convention au nom de l'agent.",
    )
    piece = StringField(
        "Référence de la pièce", [Length(max=PIECE_MAX, message=f"{PIECE_MAX} caractères au plus.")]
    )

"""Secondments."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, SearchField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional

from forms.claims import DAY_FORMATS, DayField
from forms.lists import GetForm
from forms.people.fields import ONLY, PIECE_MAX, TOO_LONG, day, order

SECONDMENT_SORTS = ("person", "post", "start", "end", "agreement")


class SecondmentsForm(GetForm):
    """Text, day, and the order; a leading « - » turns it round."""

    q = SearchField("Agent ou poste", [TOO_LONG])
    on = DayField("En cours le", format=DAY_FORMATS, validators=[Optional()])
    only = SelectField("À regarder", choices=[SelectChoice("", "Toutes"), ONLY], default="")
    sort = order(SECONDMENT_SORTS, "person")


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

"""The search over the trail."""

from __future__ import annotations

from wtforms import IntegerField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from forms.between import BetweenForm
from forms.lists import ALL, ALL_FEMININE, GetForm, member_choices, words
from grants.enums import AuditAction, AuditObject

LONGEST_KEY = 400


class TrailForm(BetweenForm):
    """Who, what, when (both days inclusive)."""

    who = words("Qui", 200)
    q = words("Référence de l'objet", 200)
    object = SelectField("Objet", choices=[ALL, *member_choices(AuditObject)], default="")
    action = SelectField("Action", choices=[ALL_FEMININE, *member_choices(AuditAction)], default="")


class ObjectForm(GetForm):
    """Which object's history: its kind, its exact reference, and whose where several have one."""

    kind = SelectField(
        "Objet", choices=member_choices(AuditObject), default=AuditObject.CONVENTION.value
    )
    key = words("Référence exacte", LONGEST_KEY)
    organisation = IntegerField(widget=HiddenInput(), validators=[Optional()])

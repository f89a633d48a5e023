"""Invitations and delegations."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from forms.accounts import EMAIL_MAX_LENGTH
from forms.asking import NOBODY, TOO_LONG, UNKNOWN
from forms.claims import DayField
from forms.lists import ListForm, words
from forms.roles import Numbered, RoleForm

NAME_MAX_LENGTH = 200


class InvitationForm(RoleForm):
    """Who is invited, and to what."""

    email = EmailField(
        "Adresse e-mail",
        [InputRequired("Donnez l'adresse e-mail."), Length(max=EMAIL_MAX_LENGTH)],
        render_kw={"autocomplete": "off"},
    )
    name = StringField(
        "Prénom et nom",
        [InputRequired("Donnez le nom de la personne."), Length(max=NAME_MAX_LENGTH)],
        render_kw={"autocomplete": "off"},
    )


class InvitationsForm(ListForm):
    """Name or address."""

    q = words("Nom ou adresse")


class DelegationForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Which role, to whom, for how long."""

    role = SelectField("Rôle délégué", invalid_choice_message=UNKNOWN)
    substitute = SelectField(
        "Remplaçant",
        default="",
        description="Un collègue qui a un rôle dans la même structure.",
        invalid_choice_message=UNKNOWN,
    )
    first_on = DayField(
        "Premier jour",
        validators=[InputRequired("Donnez le premier jour de l'absence.")],
    )
    last_on = DayField(
        "Dernier jour (inclus)",
        validators=[InputRequired("Donnez le dernier jour de l'absence.")],
    )
    reason = StringField("Motif (facultatif)", [TOO_LONG])

    def offer(self, roles: Sequence[tuple[str, str]], substitutes: Numbered) -> None:
        """Fill both lists."""
        self.role.choices = [SelectChoice(key, name) for key, name in roles]
        known = [SelectChoice(str(number), name) for number, name in substitutes]
        self.substitute.choices = [NOBODY, *known]

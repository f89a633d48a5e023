"""The form of the first run: a structure and its administrator."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from forms.account import NewPasswordForm
from forms.auth import EMAIL_MAX_LENGTH
from forms.lists import member_choices
from grants.enums import HolidayCalendar, LegalForm

NAME_MAX_LENGTH = 200


class FirstRunForm(NewPasswordForm):
    """First organisation, first person; ``token`` comes from the terminal."""

    organisation = StringField(
        "Nom de la structure",
        [InputRequired("Donnez le nom de la structure."), Length(max=NAME_MAX_LENGTH)],
        render_kw={"autocomplete": "organization"},
    )
    siret = StringField(
        "SIRET",
        [InputRequired("Donnez le SIRET."), Length(max=20)],
        render_kw={"autocomplete": "off"},
    )
    legal_form = SelectField("Forme juridique", choices=member_choices(LegalForm))
    holiday_calendar = SelectField("Jours fériés", choices=member_choices(HolidayCalendar))
    name = StringField(
        "Votre nom",
        [InputRequired("Donnez votre nom."), Length(max=NAME_MAX_LENGTH)],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        "Votre adresse e-mail",
        [InputRequired("Donnez votre adresse e-mail."), Length(max=EMAIL_MAX_LENGTH)],
        render_kw={"autocomplete": "username"},
    )
    token = HiddenField()
    submit = SubmitField("Commencer")

"""Structures: the first run, settings, and the files that a structure gives for its documents."""

from __future__ import annotations

from contextlib import closing

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    SelectField,
    StringField,
    SubmitField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from forms.accounts import EMAIL_MAX_LENGTH, NewPasswordForm
from forms.lists import ALL_FEMININE, ListForm, member_choices, words
from grants.enums import Certifier, HolidayCalendar, LegalForm, OrganisationFileKind

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


NAME_MAX, ADDRESS_MAX, NUMBER_MAX = 200, 300, 30


class OrganisationsForm(ListForm):
    """Text, and legal form."""

    q = words("Structure")
    legal_form = SelectField(
        "Forme juridique", choices=[ALL_FEMININE, *member_choices(LegalForm)], default=""
    )


class OrganisationForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Identity and settings. ``seen`` is what the page was filled with, ``confirmed`` that the
    effects were read.
    """

    name = StringField(
        "Nom",
        [
            InputRequired("Donnez le nom de la structure."),
            Length(max=NAME_MAX, message=f"{NAME_MAX} caractères au plus."),
        ],
        render_kw={"autocomplete": "organization"},
    )
    address = StringField(
        "Adresse",
        [Length(max=ADDRESS_MAX, message=f"{ADDRESS_MAX} caractères au plus.")],
        description="Telle que les bilans l'impriment.",
        render_kw={"autocomplete": "street-address"},
    )
    siret = StringField(
        "SIRET",
        [Length(max=NUMBER_MAX, message=f"{NUMBER_MAX} caractères au plus.")],
        description="14 chiffres, espaces permis.",
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )
    rna = StringField(
        "Numéro RNA",
        [Length(max=NUMBER_MAX, message=f"{NUMBER_MAX} caractères au plus.")],
        description="Pour une association : W suivi de 9 chiffres.",
        render_kw={"autocomplete": "off"},
    )
    legal_form = SelectField("Forme juridique", choices=member_choices(LegalForm))
    certifier = SelectField(
        "Qui certifie les comptes",
        choices=[SelectChoice("", "Selon la forme juridique"), *member_choices(Certifier)],
        default="",
        description="Comptable public pour une collectivité ou un établissement public ; "
        "commissaire aux comptes ou expert-comptable pour les autres.",
    )
    holiday_calendar = SelectField("Jours fériés", choices=member_choices(HolidayCalendar))
    has_payroll_tax_abatement = BooleanField(
        "La structure a un abattement de taxe sur les salaires",
        description="La taxe n'est alors pas une dépense éligible.",
    )
    seen = HiddenField()


class OrganisationFileForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """One file: the State's form, or the emblem."""

    official_form = FileField(
        "Formulaire officiel (PDF)",
        description="Cerfa n° 15059*02, tel que l'État le publie, 20 Mo au plus.",
        render_kw={"accept": "application/pdf,.pdf"},
    )
    logo = FileField(
        "Emblème (PNG ou SVG)",
        description="1 Mo et 4 000 points de côté au plus.",
        render_kw={"accept": "image/png,image/svg+xml,.png,.svg"},
    )

    def content(self, kind: OrganisationFileKind) -> bytes:
        """Bytes that were sent, empty when no file was chosen."""
        sent = self[kind.value].data
        if not hasattr(sent, "read"):
            return b""
        with closing(sent):
            return bytes(sent.read())

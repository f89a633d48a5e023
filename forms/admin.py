"""Forms of those who administer users: the list's filter, invitations, roles, delegations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import (
    EmailField,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput

from forms.auth import EMAIL_MAX_LENGTH
from forms.claims import DAY_FORMATS, DayField
from forms.lists import ALL, ALL_FEMININE, GetForm, member_choices, name_choices
from grants.enums import AccountState, Role
from grants.labels import label

SORTS = ("name", "email", "role", "organisation", "state", "factor")
NAME_MAX_LENGTH = 200
REASON_MAX_LENGTH = 300
NOBODY = SelectChoice("", "Choisir…")
TOO_LONG = Length(
    max=REASON_MAX_LENGTH, message=f"{REASON_MAX_LENGTH} caractères au plus sont attendus."
)
UNKNOWN = "Ce choix n'est pas, ou plus, dans la liste : choisissez de nouveau."
Numbered = Sequence[tuple[int, str]]


class UsersForm(GetForm):
    """Text, structure, role, state, and the order; a leading « - » turns it round."""

    q = SearchField("Nom ou adresse", [Length(max=100, message="100 caractères au plus.")])
    organisation = SelectField("Structure", choices=[ALL_FEMININE], default="")
    role = SelectField("Rôle", choices=[ALL, *member_choices(Role)], default="")
    state = SelectField("État", choices=[ALL, *member_choices(AccountState)], default="")
    sort = HiddenField(
        default="name", validators=[Optional(), AnyOf([*SORTS, *(f"-{key}" for key in SORTS)])]
    )

    def offer(self, organisations: Iterable[str]) -> None:
        """Fill the list of structures."""
        self.organisation.choices = name_choices(organisations, ALL_FEMININE)


class RoleChoiceForm(GetForm):
    """First step: which role, and where."""

    organisation = SelectField(
        "Structure", coerce=int, invalid_choice_message=UNKNOWN, invalid_value_message=UNKNOWN
    )
    role = RadioField("Rôle", invalid_choice_message="Choisissez un rôle.")

    def offer(self, organisations: Numbered, roles: Iterable[Role]) -> None:
        """Fill both lists; one structure alone is chosen already."""
        self.organisation.choices = [SelectChoice(number, name) for number, name in organisations]
        self.role.choices = [SelectChoice(role.value, label(role)) for role in roles]


class BoxesField(SelectMultipleField):  # type: ignore[misc] # wtforms ships no types
    """Several things of a list, each with its box: the browser's own list hides what is chosen."""

    option_widget = CheckboxInput()


def given_day(field: DayField) -> date:
    """Day of a field that a valid form demands."""
    if field.data is None:
        raise ValueError(f"« {field.name} » was not validated")
    return field.data


def boxes(title: str, hint: str = "") -> BoxesField:
    """Field of numbered things."""
    return BoxesField(
        title, coerce=int, description=hint, invalid_choice_message=UNKNOWN,
        invalid_value_message=UNKNOWN,
    )  # fmt: skip


class RoleForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A role's days and limits; ``shape`` leaves what the role wants."""

    start_on = DayField(
        "Premier jour", format=DAY_FORMATS, validators=[InputRequired("Donnez le premier jour.")]
    )
    last_on = DayField(
        "Dernier jour (inclus)",
        format=DAY_FORMATS,
        validators=[Optional()],
        description="Laissez vide pour un rôle sans fin.",
    )
    person = SelectField(
        "Agent",
        default="",
        description="La personne saisit les feuilles de temps de cet agent.",
        invalid_choice_message=UNKNOWN,
    )
    team_kind = RadioField(
        "Équipe",
        choices=[
            SelectChoice("whole", "Tous les agents de la structure"),
            SelectChoice("named", "Les agents cochés ci-dessous"),
        ],
        default="whole",
        invalid_choice_message=UNKNOWN,
    )
    team = boxes("Agents de l'équipe")
    conventions = boxes("Conventions à lire", "Le contrôleur n'en voit aucune autre.")

    def shape(self, role: Role, *, persons: Numbered, conventions: Numbered) -> None:
        """Keep the fields of a role and fill their lists."""
        if role is Role.FACILITATOR:
            known = [SelectChoice(str(number), name) for number, name in persons]
            self.person.choices = [NOBODY, *known]
        else:
            del self.person
        if role is Role.MANAGER:
            self.team.choices = [SelectChoice(number, name) for number, name in persons]
        else:
            del self.team_kind, self.team
        if role is Role.AUDITOR:
            self.conventions.choices = [SelectChoice(key, name) for key, name in conventions]
            self.last_on.validators = [InputRequired("Donnez le dernier jour de la lecture.")]
            self.last_on.description = "La lecture s'arrête après ce jour."
        else:
            del self.conventions

    @property
    def person_id(self) -> int | None:
        """Agent that was chosen."""
        chosen = self.person.data if "person" in self else ""
        return int(chosen) if chosen else None

    @property
    def team_ids(self) -> tuple[int, ...] | None:
        """Agents that were ticked; None stands for everybody."""
        if "team" not in self or self.team_kind.data == "whole":
            return None
        return tuple(self.team.data or ())

    @property
    def convention_ids(self) -> tuple[int, ...]:
        """Conventions that were ticked."""
        return tuple(self.conventions.data or ()) if "conventions" in self else ()


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


class ConfirmationForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Yes, once it was said what it does."""


class ReasonForm(ConfirmationForm):
    """Yes, and why."""

    reason = TextAreaField(
        "Motif",
        [InputRequired("Dites pourquoi : le motif reste dans l'historique."), TOO_LONG],
        render_kw={"rows": 2},
    )


class RoleEndForm(ReasonForm):
    """A role's new last day."""

    last_on = DayField(
        "Dernier jour (inclus)",
        format=DAY_FORMATS,
        validators=[Optional()],
        description="Vide : sans fin. La date d'hier met fin au rôle tout de suite.",
    )


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
        format=DAY_FORMATS,
        validators=[InputRequired("Donnez le premier jour de l'absence.")],
    )
    last_on = DayField(
        "Dernier jour (inclus)",
        format=DAY_FORMATS,
        validators=[InputRequired("Donnez le dernier jour de l'absence.")],
    )
    reason = StringField("Motif (facultatif)", [TOO_LONG])

    def offer(self, roles: Sequence[tuple[str, str]], substitutes: Numbered) -> None:
        """Fill both lists."""
        self.role.choices = [SelectChoice(key, name) for key, name in roles]
        known = [SelectChoice(str(number), name) for number, name in substitutes]
        self.substitute.choices = [NOBODY, *known]

"""Forms of those who administer users: the list's filter, roles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput

from forms.asking import NOBODY, UNKNOWN
from forms.claims import DayField
from forms.lists import (
    ALL,
    ALL_FEMININE,
    GetForm,
    ListForm,
    member_choices,
    name_choices,
    words,
)
from grants.enums import AccountState, Role
from grants.labels import label

Numbered = Sequence[tuple[int, str]]


class UsersForm(ListForm):
    """Text, structure, role and state."""

    q = words("Nom ou adresse")
    organisation = SelectField("Structure", choices=[ALL_FEMININE], default="")
    role = SelectField("Rôle", choices=[ALL, *member_choices(Role)], default="")
    state = SelectField("État", choices=[ALL, *member_choices(AccountState)], default="")

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

    start_on = DayField("Premier jour", validators=[InputRequired("Donnez le premier jour.")])
    last_on = DayField(
        "Dernier jour (inclus)",
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

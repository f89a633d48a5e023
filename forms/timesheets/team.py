"""Forms of the manager's pages: what is shown, why a month opens again, when months close."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from forms.asking import SheetReasonForm
from forms.claims import DayField
from forms.lists import ALL, ALL_FEMININE, GetForm, ListForm, OrderField, member_choices, words
from grants.enums import SheetOddity, SheetSituation

SORTS = ("attention", "name", "hours", "gap", "share", "oddities")
WORDS_MAX, GRACE_MAX, DUE_MAX = 200, 60, 90
NUMERIC = {"inputmode": "numeric", "size": 4}


def _days(most: int) -> list[Any]:
    message = f"Un nombre entier de jours entre 0 et {most} est attendu."
    return [InputRequired(message), NumberRange(0, most, message=message)]


class TeamForm(GetForm):
    """Name, structure, situation, what stands out, the order; a leading « - » turns it round."""

    q = words("Agent")
    organisation = SelectField("Structure", choices=[ALL_FEMININE], default="")
    situation = SelectField(
        "Situation", choices=[ALL_FEMININE, *member_choices(SheetSituation)], default=""
    )
    oddity = SelectField(
        "À regarder",
        choices=[
            ALL,
            SelectChoice("odd", "Avec une anomalie"),
            SelectChoice("blocked", "Avec une anomalie bloquante"),
            SelectChoice("even", "Sans anomalie"),
            *member_choices(SheetOddity),
        ],
        default="",
    )
    sort = OrderField(keys=SORTS, default="attention")

    def offer(self, organisations: Iterable[tuple[int, str]]) -> None:
        """Fill the list of structures."""
        known = [SelectChoice(str(number), name) for number, name in organisations]
        self.organisation.choices = [ALL_FEMININE, *known]


class YearForm(ListForm):
    """Name."""

    q = words("Agent")


class LocksForm(ListForm):
    """Text."""

    q = words("Structure")


class ChosenForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Sheets to be signed at once, each as ``agent:version`` as the page showed it."""

    def choices(self, values: Sequence[str]) -> list[tuple[int, int]]:
        """Agents and versions; what is neither is dropped: a page of ours never sends it."""
        found = []
        for value in values:
            person, _, version = value.partition(":")
            if person.isascii() and person.isdigit() and version.isascii() and version.isdigit():
                found.append((int(person[:9]), int(version[:9])))
        return list(dict.fromkeys(found))


class ReopenForm(SheetReasonForm):
    """Why a sheet is opened again, for the month or for one day of it."""

    day = DayField(
        "Un seul jour",
        validators=[Optional()],
        description="Laissez vide pour rouvrir tout le mois.",
    )


class DaysField(IntegerField):  # type: ignore[misc] # wtforms ships no types
    """A whole number of days; what is none is refused in French."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Number that was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(
                f"« {valuelist[0]} » n'est pas un nombre entier de jours : écrivez par exemple 5."
            ) from None


class LockForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """When months close and are due. ``seen`` is what the page was filled with."""

    sheet_lock = StringField(
        "Verrouiller",
        [Length(max=WORDS_MAX, message=f"{WORDS_MAX} caractères au plus.")],
        description="Par exemple « le mois précédent, dix jours après sa fin ». Vide : aucun "
        "verrouillage par date.",
        render_kw={"autocomplete": "off"},
    )
    sheet_grace_days = DaysField(
        "Jours de grâce",
        _days(GRACE_MAX),
        widget=TextInput(),
        description="Après le verrouillage, responsables et chargés de gestion peuvent encore "
        "corriger et rouvrir pendant ce nombre de jours.",
        render_kw=NUMERIC,
    )
    sheet_due_days = DaysField(
        "Jours pour signer",
        _days(DUE_MAX),
        widget=TextInput(),
        description="Une feuille non signée ce nombre de jours après la fin du mois est en retard.",
        render_kw=NUMERIC,
    )
    seen = HiddenField()

"""Absences: one, the list, a file of them."""

from __future__ import annotations

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice

from forms.asking import NOBODY, UNKNOWN
from forms.between import BetweenForm
from forms.lists import ALL, member_choices, words
from forms.people.fields import DaysForm, HoursField, agent
from forms.roles import Numbered
from grants.enums import AbsenceKind
from grants.periods import Period

PARTS = (
    SelectChoice("whole", "Journées entières"),
    SelectChoice("half", "Une demi-journée"),
    SelectChoice("hours", "Quelques heures"),
)


class AbsenceForm(DaysForm):
    """One absence."""

    person = agent()
    kind = SelectField("Motif", choices=member_choices(AbsenceKind), invalid_choice_message=UNKNOWN)
    part = RadioField("Durée", choices=PARTS, default="whole", invalid_choice_message=UNKNOWN)
    minutes = HoursField(
        "Heures d'absence",
        description="Pour quelques heures seulement : 3,5, 3:30 ou 3h30.",
        render_kw={"inputmode": "text", "size": 8},
    )
    expects_ijss = BooleanField(
        "L'employeur percevra des indemnités journalières (IJSS)",
        description="Maladie, accident du travail, congé parental : elles seront déduites du coût.",
    )

    def offer(self, persons: Numbered) -> None:
        """Fill the list of agents; the only one is chosen already."""
        known = [SelectChoice(str(number), name) for number, name in persons]
        self.person.choices = known if len(known) == 1 else [NOBODY, *known]

    @property
    def period(self) -> Period:
        """Days of a valid form."""
        return Period.inclusive(self._first(), self.last.data or self._first())


class AbsencesForm(BetweenForm):
    """Text, kind, days, hours declared meanwhile."""

    q = words("Agent ou motif")
    kind = SelectField("Motif", choices=[ALL, *member_choices(AbsenceKind)], default="")
    only = SelectField(
        "Heures déclarées",
        choices=[SelectChoice("", "Toutes"), SelectChoice("1", "Pendant l'absence")],
        default="",
    )


class AbsenceFileForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A file of absences, and whose it is where it does not say."""

    file = FileField("Fichier .csv ou .ics")
    person = SelectField(
        "Agent, si le fichier ne le dit pas",
        default="",
        description="L'agenda d'une personne ne nomme souvent personne.",
        invalid_choice_message=UNKNOWN,
    )
    kept = HiddenField()
    name = HiddenField()

    def offer(self, persons: Numbered) -> None:
        """Fill the list of agents."""
        known = [SelectChoice(str(number), name) for number, name in persons]
        self.person.choices = known if len(known) == 1 else [NOBODY, *known]

"""Mission letters."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from forms.asking import NOBODY, UNKNOWN
from forms.claims import DayField
from forms.lists import ALL_FEMININE, ListForm, member_choices, words
from forms.people.fields import ONLY, PIECE_MAX, DaysForm, ShareField, agent, day
from forms.roles import Numbered
from grants.enums import LetterNature
from grants.periods import Period


class LettersForm(ListForm):
    """Text, nature, day, and whether something is missing."""

    q = words("Agent ou convention")
    nature = SelectField(
        "Nature", choices=[ALL_FEMININE, *member_choices(LetterNature)], default=""
    )
    on = DayField("En cours le", validators=[Optional()])
    only = SelectField("À regarder", choices=[SelectChoice("", "Toutes"), ONLY], default="")


class LetterForm(DaysForm):
    """One mission letter."""

    last = day("Dernier jour (inclus)", hint="Vide : sans fin.")
    person = agent()
    convention = SelectField(
        "Opération",
        [InputRequired("Choisissez l'opération.")],
        default="",
        invalid_choice_message=UNKNOWN,
    )
    nature = RadioField(
        "Ce que la lettre fixe", choices=member_choices(LetterNature), default="variable",
        invalid_choice_message=UNKNOWN,
    )  # fmt: skip
    share = ShareField(
        "Part du temps", description="Pour une part fixe seulement, par exemple 60 %.",
        render_kw={"inputmode": "text", "size": 8},
    )  # fmt: skip
    dated_on = day("Datée du", hint="Au plus tard le premier jour qu'elle couvre.")
    signed_by_person_on = day("Signée par l'agent le")
    signed_by_manager_on = day("Signée par le responsable le")
    accepted_on = day(
        "Acceptée par le financeur le", hint="Pour une part fixe : le financeur l'accepte."
    )
    piece = StringField(
        "Référence de la pièce", [Length(max=PIECE_MAX, message=f"{PIECE_MAX} caractères au plus.")]
    )

    def offer(self, persons: Numbered, conventions: Numbered) -> None:
        """Fill both lists."""
        self.person.choices = [NOBODY, *(SelectChoice(str(n), name) for n, name in persons)]
        known = (SelectChoice(str(n), name) for n, name in conventions)
        self.convention.choices = [NOBODY, *known]

    @property
    def period(self) -> Period:
        """Days of a valid form."""
        return Period.inclusive(self._first(), self.last.data)

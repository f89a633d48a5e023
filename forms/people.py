"""Forms about people's leave, mission letters and secondments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from forms.admin import NOBODY, UNKNOWN, Numbered
from forms.claims import DAY_FORMATS, DayField, backwards
from forms.lists import ALL, ALL_FEMININE, GetForm, member_choices
from grants.enums import AbsenceKind, LetterNature
from grants.periods import Period
from grants.rules.conventions.settings import fraction
from grants.rules.timesheets.hours import InvalidHours, parse_hours

ABSENCE_SORTS = ("person", "kind", "start", "end", "days", "contradicted")
LETTER_SORTS = ("person", "convention", "nature", "start", "end", "share", "lacks")
SECONDMENT_SORTS = ("person", "post", "start", "end", "agreement")
PIECE_MAX, REASON_MAX = 80, 300
TOO_LONG = Length(max=100, message="100 caractères au plus.")
ONLY = SelectChoice("1", "Seulement celles à regarder")
PARTS = (
    SelectChoice("whole", "Journées entières"),
    SelectChoice("half", "Une demi-journée"),
    SelectChoice("hours", "Quelques heures"),
)


def _order(keys: Sequence[str], default: str) -> HiddenField:
    return HiddenField(
        default=default, validators=[Optional(), AnyOf([*keys, *(f"-{key}" for key in keys)])]
    )


def _day(title: str, *, needed: str = "", hint: str = "") -> DayField:
    check = InputRequired(needed) if needed else Optional()
    return DayField(title, format=DAY_FORMATS, validators=[check], description=hint)


def _person() -> SelectField:
    return SelectField(
        "Agent", [InputRequired("Choisissez l'agent.")], default="", invalid_choice_message=UNKNOWN
    )


class HoursField(StringField):  # type: ignore[misc] # wtforms ships no types
    """Hours as people type them; ``minutes`` holds what they mean."""

    minutes: int | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read what was typed."""
        try:
            self.minutes = parse_hours(self.data or "") or None
        except InvalidHours as refusal:
            raise ValidationError(f"{refusal}.") from refusal


class ShareField(StringField):  # type: ignore[misc] # wtforms ships no types
    """A share as people type it, « 60 % » or « 0,6 »; ``share`` is the fraction."""

    share: Decimal | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Read what was typed."""
        text = (self.data or "").strip()
        try:
            self.share = fraction(text) if text else None
        except (ValueError, ArithmeticError) as error:
            raise ValidationError(
                f"« {text[:30]} » n'est pas une part : attendu un pourcentage comme 60 %."
            ) from error


class DaysForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """First and last day, both inclusive; the last comes after the first."""

    first = _day("Premier jour", needed="Donnez le premier jour.")
    last = _day("Dernier jour (inclus)", hint="Vide : le premier jour seul.")

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, then both days together."""
        is_sound: bool = super().validate(extra_validators)
        if is_sound and self.last.data and self.last.data < self._first():
            self.last.errors = [backwards(self._first(), self.last.data)]
            return False
        return is_sound

    def _first(self) -> date:
        if self.first.data is None:
            raise ValueError("the first day was not validated")
        return self.first.data


class AbsenceForm(DaysForm):
    """One absence."""

    person = _person()
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


class AbsencesForm(GetForm):
    """Text, kind, days, and the order; a leading « - » turns it round."""

    q = SearchField("Agent ou motif", [TOO_LONG])
    kind = SelectField("Motif", choices=[ALL, *member_choices(AbsenceKind)], default="")
    first = DayField("Du", name="from", format=DAY_FORMATS, validators=[Optional()])
    last = DayField("Au (inclus)", name="to", format=DAY_FORMATS, validators=[Optional()])
    only = SelectField(
        "Heures déclarées",
        choices=[SelectChoice("", "Toutes"), SelectChoice("1", "Pendant l'absence")],
        default="",
    )
    sort = _order(ABSENCE_SORTS, "-start")

    @property
    def period(self) -> Period | None:
        """Days asked for; None when they are not, or end before they start."""
        first, last = self.first.data, self.last.data
        if first is None and last is None:
            return None
        start = first or date(1990, 1, 1)
        return None if last is not None and last < start else Period.inclusive(start, last)


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


class LettersForm(GetForm):
    """Text, nature, day, and the order; a leading « - » turns it round."""

    q = SearchField("Agent ou convention", [TOO_LONG])
    nature = SelectField(
        "Nature", choices=[ALL_FEMININE, *member_choices(LetterNature)], default=""
    )
    on = DayField("En cours le", format=DAY_FORMATS, validators=[Optional()])
    only = SelectField("À regarder", choices=[SelectChoice("", "Toutes"), ONLY], default="")
    sort = _order(LETTER_SORTS, "person")


class LetterForm(DaysForm):
    """One mission letter."""

    last = _day("Dernier jour (inclus)", hint="Vide : sans fin.")
    person = _person()
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
    dated_on = _day("Datée du", hint="Au plus tard le premier jour qu'elle couvre.")
    signed_by_person_on = _day("Signée par l'agent le")
    signed_by_manager_on = _day("Signée par le responsable le")
    accepted_on = _day(
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


class SecondmentsForm(GetForm):
    """Text, day, and the order; a leading « - » turns it round."""

    q = SearchField("Agent ou poste", [TOO_LONG])
    on = DayField("En cours le", format=DAY_FORMATS, validators=[Optional()])
    only = SelectField("À regarder", choices=[SelectChoice("", "Toutes"), ONLY], default="")
    sort = _order(SECONDMENT_SORTS, "person")


class SecondmentForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """What proves that a person is lent to the structure."""

    is_secondment = BooleanField("Mise à disposition")
    agreement_on = _day(
        "Convention nominative signée le",
        hint="La mise à disposition demande une convention au nom de l'agent.",
    )
    piece = StringField(
        "Référence de la pièce", [Length(max=PIECE_MAX, message=f"{PIECE_MAX} caractères au plus.")]
    )


class RemovalForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Yes, and why."""

    reason = TextAreaField(
        "Motif",
        [
            InputRequired("Dites pourquoi : le motif reste dans l'historique."),
            Length(max=REASON_MAX, message=f"{REASON_MAX} caractères au plus."),
        ],
        render_kw={"rows": 2},
    )


def chosen(field: SelectField) -> int | None:
    """Number that a list's choice stands for; None where nothing was chosen."""
    return int(field.data) if field.data else None

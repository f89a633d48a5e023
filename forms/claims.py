"""Which period of a convention to claim, and which of its lines to look at."""

from __future__ import annotations

from datetime import date
from typing import Any

from markupsafe import Markup, escape
from wtforms import DateField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import Select

from forms.lists import ALL, FIRST_YEAR, LAST_YEAR, GetForm, OrderField, member_choices, words
from grants.enums import ClaimKind
from grants.french import DAY_EXPECTED, Misread, day_fr, read_day, shortened
from grants.periods import Period
from grants.rules.claims.claim import Claim

LINE_SORTS = ("person", "month", "base", "amount", "retained")


class DayField(DateField):  # type: ignore[misc] # wtforms ships no types
    """A day, as browsers send it or typed the French way; says in French what it expects."""

    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        if not valuelist:
            return
        text = " ".join(valuelist)
        try:
            self.data = read_day(text) if text.strip() else None
        except Misread as refusal:
            self.data = None
            raise ValueError(f"{refusal}.") from refusal
        if self.data is not None and not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(
                f"« {shortened(text)} » n'est pas entre {FIRST_YEAR} et {LAST_YEAR} : "
                f"{DAY_EXPECTED}."
            )


def backwards(first: date, last: date) -> str:
    """What is wrong with a period that ends before it starts."""
    return f"Le dernier jour, {day_fr(last)}, vient avant le premier, {day_fr(first)}."


class LongSelect(Select):  # type: ignore[misc] # wtforms ships no types
    """A choice among thousands: an option has a value and a wording, and nothing to look up."""

    @classmethod
    def render_option(cls, choice: SelectChoice, **_: object) -> Markup:
        """One option."""
        mark = " selected" if choice.selected else ""
        value, wording = escape(choice.value), escape(choice.label)
        return Markup(f'<option{mark} value="{value}">{wording}</option>')  # noqa: S704 # nosec B704 # escaped above


class PeriodForm(GetForm):
    """Period (both days inclusive) and kind of a claim; empty means the convention's own."""

    first = DayField("Du", name="from", validators=[Optional()])
    last = DayField("Au (inclus)", name="to", validators=[Optional()])
    kind = SelectField(
        "Nature",
        choices=[SelectChoice("", "Selon la période"), *member_choices(ClaimKind)],
        default="",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field, then both days together: both or none, in order."""
        is_sound: bool = super().validate(extra_validators)
        problem = self._pair_problem() if is_sound else ""
        if problem:
            self.last.errors = [*self.last.errors, problem]
        return is_sound and not problem

    def _pair_problem(self) -> str:
        first, last = self.first.data, self.last.data
        if first is None or last is None:
            return "" if first is last else "Donnez les deux dates, ou aucune."
        return backwards(first, last) if last < first else ""

    @property
    def period(self) -> Period | None:
        """Period asked for."""
        if self.first.data is None or self.last.data is None:
            return None
        return Period.inclusive(self.first.data, self.last.data)

    @property
    def claim_kind(self) -> ClaimKind | None:
        """Kind asked for."""
        return ClaimKind(self.kind.data) if self.kind.data else None

    def period_given(self) -> dict[str, str]:
        """What was sent of the period and kind alone, as addresses hold it."""
        names = {self.first.name, self.last.name, self.kind.name}
        return {name: text for name, text in self.given().items() if name in names}


class ClaimForm(PeriodForm):
    """Which claim, and which of its lines to look at."""

    person = SelectField(
        "Agent", choices=[ALL], default="", validate_choice=False, widget=LongSelect()
    )
    q = words("Rechercher")
    show = SelectField(
        "Lignes",
        choices=[SelectChoice("", "Toutes"), SelectChoice("out", "Écartées ou réduites")],
        default="",
    )
    sort = OrderField(keys=LINE_SORTS, default="person")

    def show_claim(self, claim: Claim) -> None:
        """Show the period that was computed, and offer its persons."""
        if self.first.data is None:
            self.first.data, self.last.data = claim.period.start, claim.period.last
        self.person.choices = [
            ALL,
            *(SelectChoice(person.person_code, person.name) for person in claim.persons),
        ]

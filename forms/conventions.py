"""The filter above the list of conventions."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField, IntegerField, SearchField, SelectField
from wtforms.validators import AnyOf, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from forms.lists import (
    ALL,
    ALL_FEMININE,
    FIRST_YEAR,
    LAST_YEAR,
    GetForm,
    member_choices,
    name_choices,
)
from grants.enums import ConventionState

SORTS = (
    "urgency", "number", "organisation", "funder", "start", "rate", "maximum", "paid", "left",
)  # fmt: skip


class ConventionsForm(GetForm):
    """Text, structure, funder, state, year, and the order; a leading « - » turns it round."""

    q = SearchField("Recherche", [Length(max=100, message="100 caractères au plus.")])
    organisation = SelectField("Structure", choices=[ALL_FEMININE], default="")
    funder = SelectField("Financeur", choices=[ALL], default="")
    state = SelectField("État", choices=[ALL, *member_choices(ConventionState)], default="")
    year = IntegerField(
        "Année",
        [
            Optional(),
            NumberRange(FIRST_YEAR, LAST_YEAR, message="Une année à quatre chiffres, comme 2024."),
        ],
        widget=TextInput(),
        render_kw={"inputmode": "numeric", "size": 5},
    )
    sort = HiddenField(
        default="urgency", validators=[Optional(), AnyOf([*SORTS, *(f"-{key}" for key in SORTS)])]
    )

    def offer(self, organisations: Iterable[str], funders: Iterable[str]) -> None:
        """Fill the lists with what there is."""
        self.organisation.choices = name_choices(organisations, ALL_FEMININE)
        self.funder.choices = name_choices(funders)

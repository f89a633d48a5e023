"""The filter above the list of conventions."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import TextInput

from forms.lists import (
    ALL,
    ALL_FEMININE,
    FIRST_YEAR,
    LAST_YEAR,
    ListForm,
    member_choices,
    name_choices,
    words,
)
from grants.enums import ConventionState


class ConventionsForm(ListForm):
    """Text, structure, funder, state and year."""

    q = words("Recherche")
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

    def offer(self, organisations: Iterable[str], funders: Iterable[str]) -> None:
        """Fill the lists with what there is."""
        self.organisation.choices = name_choices(organisations, ALL_FEMININE)
        self.funder.choices = name_choices(funders)

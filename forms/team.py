"""Forms of the manager's pages: what is shown, reasons, when months close."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import TextInput

WORDS_MAX, GRACE_MAX, DUE_MAX = 200, 60, 90
NUMERIC = {"inputmode": "numeric", "size": 4}


def _days(most: int) -> list[object]:
    message = f"Un nombre entier de jours entre 0 et {most} est attendu."
    return [InputRequired(message), NumberRange(0, most, message=message)]


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

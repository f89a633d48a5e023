"""Asking before an act: to confirm, and with a reason."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from forms.claims import DayField

REASON_MAX_LENGTH = 300
SHEET_REASON = (10, 500)
NOBODY = SelectChoice("", "Choisir…")
UNKNOWN = "Ce choix n'est pas, ou plus, dans la liste : choisissez de nouveau."
TOO_LONG = Length(
    max=REASON_MAX_LENGTH, message=f"{REASON_MAX_LENGTH} caractères au plus sont attendus."
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


class SheetReasonForm(ReasonForm):
    """The same, for what happens to a month's sheet: its people read the reason on it.

    ``version`` is what the page showed.
    """

    reason = TextAreaField(
        "Motif",
        [
            InputRequired("Donnez un motif."),
            Length(
                *SHEET_REASON,
                message=f"Entre {SHEET_REASON[0]} et {SHEET_REASON[1]} caractères sont attendus : "
                "dites pourquoi.",
            ),
        ],
        description=f"{SHEET_REASON[0]} caractères au moins. Il reste lisible dans l'historique de "
        "la feuille.",
        render_kw={"rows": 3},
    )
    version = HiddenField()


class AnswerForm(ConfirmationForm):
    """Yes or no, and why if one wants to."""

    reason = StringField("Motif (facultatif)", [TOO_LONG])
    answer = StringField(validators=[AnyOf(("yes", "no"), message="Répondez par un des boutons.")])

    @property
    def is_yes(self) -> bool:
        """Which button it was."""
        return bool(self.answer.data == "yes")


class RoleEndForm(ReasonForm):
    """A role's new last day."""

    last_on = DayField(
        "Dernier jour (inclus)",
        validators=[Optional()],
        description="Vide : sans fin. La date d'hier met fin au rôle tout de suite.",
    )

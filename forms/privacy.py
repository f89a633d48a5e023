"""The purge of personal data: what is kept all the same, and why it is done."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

REASON_MAX = 500


class PurgeForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Confirmation of a purge. ``seen`` is the plan that was shown."""

    reason = StringField(
        "Motif",
        [
            InputRequired("Donnez le motif de la purge : il reste dans la piste d'audit."),
            Length(max=REASON_MAX, message=f"{REASON_MAX} caractères au plus."),
        ],
        description="Par exemple : fin de la durée de conservation, décision du 12 janvier.",
    )
    understood = BooleanField(
        "J'ai lu l'aperçu : ce qui est effacé ne se récupère que dans une sauvegarde.",
        [InputRequired("Cochez cette case après avoir lu l'aperçu.")],
    )
    seen = HiddenField()

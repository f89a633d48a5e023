"""Pages that ask before something is done, and a service's refusal put where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from grants.views.edge.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from flask_wtf import FlaskForm

    from forms.asking import ConfirmationForm
    from grants.errors import Conflict

# What services call a field, and forms another way.
FIELDS = {
    "to": "email",
    "organisation": "role",
    "person_id": "person",
    "convention_id": "convention",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a page says before something is done: each consequence in a sentence."""

    title: str
    consequences: Sequence[str]
    button: str
    back: str


def ask(
    question: Question, form: ConfirmationForm, *, section: str, message: str = ""
) -> ResponseReturnValue:
    """Page that says what will happen, and does it by its button."""
    page = render_template(
        "_macros/ask.html", question=question, form=form, message=message, section=section
    )
    return page, 422 if form.is_submitted() else 200


def refuse(form: FlaskForm, refusal: Conflict) -> str:
    """Put a refusal beside its field, or give it as a message when the form has no such field."""
    name = FIELDS.get(refusal.field, refusal.field)
    if name not in form:
        return sentence(refusal)
    form[name].errors = [sentence(refusal)]
    return ""

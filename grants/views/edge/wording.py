"""A service's refusal as a sentence beside the field that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask_wtf import FlaskForm

    from grants.errors import Conflict, GrantsError


def put_error(form: FlaskForm, refusal: Conflict) -> None:
    """Show a refusal beside its field."""
    form[refusal.field].errors = [sentence(refusal)]


def sentence(refusal: GrantsError) -> str:
    """Text of a refusal with a capital and a full stop."""
    text = str(refusal).removesuffix(".")
    return f"{text[0].upper()}{text[1:]}."

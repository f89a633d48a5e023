"""The forms that open the door."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

EMAIL_MAX_LENGTH = 254
PASSWORD_MAX_LENGTH = 128
CODE_MAX_LENGTH = 40


class LoginForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """E-mail and password; ``next`` is the page that was asked for."""

    email = EmailField(
        "Adresse e-mail",
        [InputRequired("Donnez votre adresse e-mail."), Length(max=EMAIL_MAX_LENGTH)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        "Mot de passe",
        [InputRequired("Donnez votre mot de passe."), Length(max=PASSWORD_MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    submit = SubmitField("Se connecter")


class CodeForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Code of the second factor, or a recovery code."""

    code = StringField(
        "Code",
        [InputRequired("Donnez le code."), Length(max=CODE_MAX_LENGTH)],
        render_kw={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"},
    )
    next = HiddenField()
    submit = SubmitField("Continuer")

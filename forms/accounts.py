"""Logging in, and one's own account: passwords, second factor, invitation accepted."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import EqualTo, InputRequired, Length

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


TOO_LONG = Length(
    max=PASSWORD_MAX_LENGTH, message=f"{PASSWORD_MAX_LENGTH} caractères au plus sont attendus."
)


class NewPasswordForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """A password chosen anew, typed twice."""

    password = PasswordField(
        "Nouveau mot de passe",
        [InputRequired("Donnez le nouveau mot de passe."), TOO_LONG],
        description="12 caractères au moins : une phrase de quelques mots sans lien convient.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "Le même, encore une fois",
        [EqualTo("password", "Les deux saisies diffèrent : tapez deux fois le même.")],
        render_kw={"autocomplete": "new-password"},
    )


class PasswordForm(NewPasswordForm):
    """One's own password, changed by whoever knows the current one."""

    current = PasswordField(
        "Mot de passe actuel",
        [InputRequired("Donnez votre mot de passe actuel."), TOO_LONG],
        render_kw={"autocomplete": "current-password"},
    )
    submit = SubmitField("Changer le mot de passe")


class ConfirmForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """One's password once more, before something serious."""

    current = PasswordField(
        "Votre mot de passe",
        [InputRequired("Donnez votre mot de passe."), TOO_LONG],
        render_kw={"autocomplete": "current-password"},
    )


class FirstCodeForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """First code of a telephone: it proves that the secret arrived there."""

    code = StringField(
        "Code affiché par l'application",
        [InputRequired("Donnez le code."), Length(max=CODE_MAX_LENGTH)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ForgottenForm(FlaskForm):  # type: ignore[misc] # flask-wtf ships no types
    """Where to send the link."""

    email = EmailField(
        "Adresse e-mail",
        [InputRequired("Donnez votre adresse e-mail."), Length(max=EMAIL_MAX_LENGTH)],
        render_kw={"autocomplete": "username"},
    )
    submit = SubmitField("Envoyer le lien")


class ChosenPasswordForm(NewPasswordForm):
    """A password chosen by a link."""

    submit = SubmitField("Choisir ce mot de passe")


class InvitedForm(NewPasswordForm):
    """A password chosen by somebody who was invited."""

    submit = SubmitField("Ouvrir mon compte")

"""What touches an account as a whole: closing it, its second factor, its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from forms.asking import ConfirmationForm, ReasonForm
from grants.extensions import db
from grants.french import count
from grants.services.roles import users as service
from grants.services.roles.stewardship import get_whole_user
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.commits import commits, giving_back
from grants.views.roles.blueprint import blueprint
from grants.views.roles.steward import SECTION, current_steward

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/utilisateurs/<int:user_id>/desactiver", methods=["GET", "POST"])
@commits
def deactivate(user_id: int) -> ResponseReturnValue:
    """Close the account."""
    name, form = _name(user_id), ReasonForm()
    question = _question(
        user_id, f"Désactiver le compte de {name}", "Désactiver le compte",
        f"{name} ne pourra plus se connecter, et ses sessions s'arrêtent tout de suite.",
        "Ses rôles restent inscrits mais n'ouvrent plus rien ; ses délégations s'arrêtent.",
        "Ce qui a été saisi ou signé reste. Un courriel prévient la personne.",
    )  # fmt: skip
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    with giving_back(
        lambda refusal: ask(question, form, section=SECTION, message=refuse(form, refusal))
    ):
        service.deactivate(db.session(), steward=current_steward(form.reason.data), user_id=user_id)
    return _done(user_id, f"Le compte de {name} est désactivé.")


@blueprint.route("/utilisateurs/<int:user_id>/reactiver", methods=["GET", "POST"])
@commits
def reactivate(user_id: int) -> ResponseReturnValue:
    """Open the account again."""
    name, form = _name(user_id), ReasonForm()
    question = _question(
        user_id, f"Réactiver le compte de {name}", "Réactiver le compte",
        f"{name} pourra de nouveau se connecter, avec son mot de passe d'avant.",
        "Ses rôles en cours ouvrent de nouveau leurs pages. Un courriel prévient la personne.",
    )  # fmt: skip
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    service.reactivate(db.session(), steward=current_steward(form.reason.data), user_id=user_id)
    return _done(user_id, f"Le compte de {name} est de nouveau actif.")


@blueprint.route("/utilisateurs/<int:user_id>/second-facteur", methods=["GET", "POST"])
@commits
def second_factor(user_id: int) -> ResponseReturnValue:
    """Take the second factor away."""
    name, form = _name(user_id), ReasonForm()
    question = _question(
        user_id, f"Retirer la double authentification de {name}",
        "Retirer la double authentification",
        "Le mot de passe suffira pour se connecter, jusqu'à une nouvelle activation.",
        "Les codes de secours ne vaudront plus, et les sessions s'arrêtent tout de suite.",
        "Assurez-vous de parler à la bonne personne : qui vole un compte demande d'abord cela.",
        "Un courriel prévient la personne.",
    )  # fmt: skip
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    had_one = service.take_second_factor(
        db.session(), steward=current_steward(form.reason.data), user_id=user_id
    )
    told = "est retirée" if had_one else "n'était pas active"
    return _done(user_id, f"La double authentification de {name} {told} ; sessions terminées.")


@blueprint.route("/utilisateurs/<int:user_id>/sessions/terminer", methods=["GET", "POST"])
@commits
def end_sessions(user_id: int) -> ResponseReturnValue:
    """End every session."""
    name, form = _name(user_id), ConfirmationForm()
    question = _question(
        user_id, f"Terminer les sessions de {name}", "Terminer toutes les sessions",
        f"{name} devra se connecter de nouveau, sur chaque appareil.",
        "Ce qui est en cours de saisie et n'est pas enregistré est perdu.",
    )  # fmt: skip
    if not form.validate_on_submit():
        return ask(question, form, section=SECTION)
    ended = service.end_user_sessions(db.session(), steward=current_steward(), user_id=user_id)
    return _done(user_id, f"{count(ended, 'session terminée')}.")


@blueprint.post("/utilisateurs/<int:user_id>/sessions/<int:session_id>/terminer")
@commits
def end_session(user_id: int, session_id: int) -> ResponseReturnValue:
    """End one session."""
    service.end_user_sessions(
        db.session(), steward=current_steward(), user_id=user_id, session_id=session_id
    )
    return _done(user_id, "La session est terminée.")


def _name(user_id: int) -> str:
    """Name of an account that may be changed as a whole; refused before anything is asked."""
    return get_whole_user(db.session(), steward=current_steward(), user_id=user_id).name


def _question(user_id: int, title: str, button: str, *consequences: str) -> Question:
    return Question(title, consequences, button, url_for("roles.user", user_id=user_id))


def _done(user_id: int, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("roles.user", user_id=user_id), 303)

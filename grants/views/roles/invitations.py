"""Inviting somebody: which role, for whom; and the invitations that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.asking import ConfirmationForm
from forms.invitations import InvitationForm, InvitationsForm
from forms.roles import RoleChoiceForm
from grants.clock import clock
from grants.enums import Role
from grants.extensions import db
from grants.labels import label
from grants.services.roles import invitations as service
from grants.services.roles.stewardship import stewarded_organisations
from grants.views.edge.asking import Question, ask, refuse
from grants.views.edge.cells import has_words
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.listing import (
    Column,
    Listing,
    ListView,
    Step,
    answer_file,
    answer_page,
    show,
)
from grants.views.roles.blueprint import blueprint
from grants.views.roles.steward import (
    MEANINGS,
    SECTION,
    current_steward,
    invitation_link,
    roles_to_give,
    shape_form,
    wanted_role,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


GOOD, EXPIRED = "valable", "expiré"
LISTING: Listing[service.Pending] = Listing(
    title="Invitations en attente",
    what="invitations",
    nothing="Aucune invitation",
    endpoint="roles.invitations",
    columns=(
        Column("name", "Personne", lambda row: row.name, width=28),
        Column("email", "Adresse e-mail", lambda row: row.email, width=34, below=True),
        Column("role", "Rôle", lambda row: row.role, "member", 24),
        Column("last", "Jusqu'au", lambda row: row.last_on, "day", below=True),
        Column("organisation", "Structure", lambda row: row.organisation, width=28),
        Column("by", "Invitée par", lambda row: row.invited_by, width=28),
        Column("at", "Le", lambda row: row.created_at, "moment", 20, below=True),
        Column("link", "Lien", lambda row: EXPIRED if row.is_expired(clock().now()) else GOOD),
        Column("until", "Valable jusqu'au", lambda row: row.expires_at, "moment", 20, below=True),
    ),
    filters={"q": lambda row, text: has_words(text, row.name, row.email)},
    order="name",
    empty="Aucune invitation n'attend de réponse.",
    section=SECTION,
    template="roles/invitations.html",
    steps=(Step("roles.new_invitation", "Inviter quelqu'un"),),
)  # fmt: skip


@blueprint.get("/invitations")
def invitations() -> ResponseReturnValue:
    """Those that wait for an answer."""
    return answer_page(_shown())


@blueprint.get("/invitations.<any(csv, xlsx):kind>")
def invitations_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    return answer_file(_shown(), kind)


@blueprint.route("/invitations/nouvelle", methods=["GET", "POST"])
@commits
def new_invitation() -> ResponseReturnValue:
    """Choose the role, then say for whom: the second page asks what the role needs."""
    steward = current_steward()
    choice = role_choice()
    if choice is None:
        return choice_page("Inviter quelqu'un")
    role, organisation_id = choice
    form = InvitationForm()
    del form.start_on
    shape_form(form, steward, role, organisation_id)
    if not form.validate_on_submit():
        return _page(form, role, organisation_id)
    with giving_back(lambda refusal: _page(form, role, organisation_id, refuse(form, refusal))):
        service.invite(
            db.session(),
            steward=steward,
            guest=service.Guest(form.email.data, form.name.data),
            wanted=wanted_role(form, role, organisation_id),
            link=invitation_link,
        )
    flash(f"L'invitation part par courriel à {form.email.data} ; son lien vaut sept jours.")
    return redirect(url_for("roles.invitations"), 303)


@blueprint.post("/invitations/<int:invitation_id>/renvoyer")
@commits
def resend_invitation(invitation_id: int) -> ResponseReturnValue:
    """Send a new link in place of the former one."""
    found = service.get_pending(
        db.session(), steward=current_steward(), invitation_id=invitation_id
    )
    service.resend(
        db.session(), steward=current_steward(), invitation_id=invitation_id, link=invitation_link
    )
    flash(f"Un nouveau lien part à {found.email} ; l'ancien ne vaut plus.")
    return redirect(url_for("roles.invitations"), 303)


@blueprint.route("/invitations/<int:invitation_id>/retirer", methods=["GET", "POST"])
@commits
def revoke_invitation(invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    steward = current_steward()
    found = service.get_pending(db.session(), steward=steward, invitation_id=invitation_id)
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return ask(_revoking(found), form, section=SECTION)
    service.revoke(db.session(), steward=steward, invitation_id=invitation_id)
    flash(f"L'invitation de {found.email} est retirée.")
    return redirect(url_for("roles.invitations"), 303)


def _shown() -> ListView[service.Pending]:
    pending = service.list_pending(db.session(), steward=current_steward())
    return show(LISTING, InvitationsForm(request.args), pending)


def _revoking(invitation: service.Pending) -> Question:
    return Question(
        "Retirer l'invitation",
        (
            f"Le lien envoyé à {invitation.email} n'ouvrira plus rien.",
            f"{invitation.name} n'aura pas le rôle « {label(invitation.role)} » "
            f"({invitation.organisation}).",
            "Aucun courriel ne l'en prévient.",
        ),
        "Retirer l'invitation",
        url_for("roles.invitations"),
    )


def role_choice() -> tuple[Role, int | None] | None:
    """Role and organisation that the address asks for; None until both are chosen."""
    form = _choice_form()
    is_platform = form.role.data == Role.OPERATOR.value
    if is_platform:
        del form.organisation
    if "role" not in request.args or not form.validate():
        return None
    return Role(form.role.data), None if is_platform else form.organisation.data


def choice_page(title: str) -> ResponseReturnValue:
    """First step: the roles, each with what it opens."""
    form = _choice_form()
    is_sound = "role" not in request.args or form.validate()
    page = render_template(
        "roles/role_choice.html", form=form, title=title, section=SECTION,
        meanings={role.value: text for role, text in MEANINGS.items()},
    )  # fmt: skip
    return page, 200 if is_sound else 422


def _choice_form() -> RoleChoiceForm:
    steward = current_steward()
    form = RoleChoiceForm(request.args)
    form.offer(stewarded_organisations(db.session(), steward=steward), roles_to_give(steward))
    return form


def _page(
    form: InvitationForm, role: Role, organisation_id: int | None, message: str = ""
) -> ResponseReturnValue:
    names = dict(stewarded_organisations(db.session(), steward=current_steward()))
    page = render_template(
        "roles/invite.html",
        form=form,
        role=role,
        meaning=MEANINGS[role],
        organisation=names.get(organisation_id or 0, service.PLATFORM),
        message=message,
        section=SECTION,
    )
    return page, 422 if form.is_submitted() else 200

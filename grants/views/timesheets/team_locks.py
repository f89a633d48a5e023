"""When an organisation's months of time sheets close and are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from forms.timesheets.team import LockForm, LocksForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.rules.timesheets.lock_rule import EXAMPLES, lock_words, preview
from grants.services.timesheets import lock_settings as service
from grants.services.timesheets.lock_settings import LockSettings, OrganisationLocks
from grants.views.edge.cells import has_words
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.listing import Column, Listing, answer_file, answer_page, show
from grants.views.edge.permissions import access
from grants.views.edge.wording import put_error, sentence
from grants.views.timesheets.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

SECTION = "team"


LISTING: Listing[OrganisationLocks] = Listing(
    title="Verrouillage des feuilles de temps",
    what="structures",
    nothing="Aucune structure",
    endpoint="timesheets.locks",
    columns=(
        Column("name", "Structure", lambda row: row.name, width=36, link=lambda row: _url(row.id)),
        Column("rule", "Règle", lambda row: row.settings.sheet_lock or "aucune", width=40),
        Column("grace", "Jours de grâce", lambda row: row.settings.sheet_grace_days, "number", 10),
        Column("due", "Jours pour signer", lambda row: row.settings.sheet_due_days, "number", 10),
        Column("effect", "Aujourd'hui", lambda row: preview(row.settings.rule, clock().today()),
               width=60),
    ),
    filters={"q": lambda row, text: has_words(text, row.code, row.name)},
    order="name",
    empty="Aucune structure : elles viennent de « grants init » ou du classeur, avec "
    "« grants import classeur.xlsx ».",
    section=SECTION,
)  # fmt: skip


@blueprint.get("/equipe/verrouillage")
def locks() -> ResponseReturnValue:
    """The organisations within reach; the only one opens at once."""
    found = service.list_locks(db.session(), within=access().organisations)
    if len(found) == 1:
        return redirect(_url(found[0].id), 303)
    return answer_page(show(LISTING, LocksForm(request.args), found))


@blueprint.get("/equipe/verrouillage.<any(csv, xlsx):kind>")
def locks_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    found = service.list_locks(db.session(), within=access().organisations)
    return answer_file(show(LISTING, LocksForm(request.args), found), kind)


def _url(organisation_id: int) -> str:
    return url_for("timesheets.lock", organisation_id=organisation_id)


@blueprint.get("/equipe/verrouillage/<int:organisation_id>")
def lock(organisation_id: int) -> ResponseReturnValue:
    """Settings of one organisation."""
    settings = service.get_locks(db.session(), organisation_id).settings
    form = LockForm(formdata=None, obj=settings)
    form.seen.data = settings.fingerprint
    return _page(organisation_id, form, settings)


@blueprint.post("/equipe/verrouillage/<int:organisation_id>")
@commits
def save_lock(organisation_id: int) -> ResponseReturnValue:
    """Show what the settings would do, or keep them."""
    form = LockForm()
    if not form.validate_on_submit():
        return _page(organisation_id, form, None, 422)
    with giving_back(lambda refusal: _refused(organisation_id, form, refusal)):
        given = service.require_sound(_given(form))
        if "preview" in request.form:
            return _page(organisation_id, form, given)
        _save(organisation_id, form, given)
    flash("Les réglages des feuilles de temps sont enregistrés.")
    return redirect(url_for("timesheets.lock", organisation_id=organisation_id), 303)


def _save(organisation_id: int, form: LockForm, settings: LockSettings) -> None:
    service.change_locks(
        db.session(), organisation_id=organisation_id, settings=settings, seen=form.seen.data or "",
        deed=visitor_deed(),
    )  # fmt: skip


def _given(form: LockForm) -> LockSettings:
    return LockSettings(
        form.sheet_lock.data or "", form.sheet_grace_days.data, form.sheet_due_days.data
    )


def _refused(organisation_id: int, form: LockForm, refusal: Conflict) -> ResponseReturnValue:
    if isinstance(refusal, service.LocksChangedMeanwhile):
        form.seen.data = refusal.stored.fingerprint
        return _page(
            organisation_id, form, None, 409, meanwhile=refusal.stored, message=sentence(refusal)
        )
    put_error(form, refusal)
    return _page(organisation_id, form, None, 422)


def _page(
    organisation_id: int,
    form: LockForm,
    settings: LockSettings | None,
    status: int = 200,
    **told: object,
) -> ResponseReturnValue:
    found = service.get_locks(db.session(), organisation_id)
    rule = settings.rule if settings else None
    page = render_template(
        "timesheets/team/lock.html",
        organisation=found,
        form=form,
        shown=settings,
        understood=lock_words(rule),
        effect=preview(rule, clock().today()),
        is_saved=settings == found.settings,
        examples=EXAMPLES,
        section=SECTION,
        **told,
    )
    return page, status

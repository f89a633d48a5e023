"""First run: the page that makes the first account, and is not there once one exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, render_template, request, url_for

from forms.organisations import FirstRunForm
from grants.enums import HolidayCalendar, LegalForm
from grants.errors import Conflict, NotFound
from grants.extensions import db
from grants.services.roles.first_run import (
    FirstOrganisation,
    FirstPerson,
    begin,
    is_first_run,
    is_setup_token,
)
from grants.views.edge.access import open_session, public
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import stranger_deed
from grants.views.edge.wording import sentence
from grants.views.organisations.blueprint import blueprint

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.services.accounts.users import Account

NO_SUCH_PAGE = "Cette page n'existe pas, ou plus. Vérifiez l'adresse."
# What the service calls a field, and the form another way.
FIELDS = {"name": "organisation"}


@blueprint.route("/premiere-ouverture", methods=["GET", "POST"])
@public
@commits
def first_run() -> ResponseReturnValue:
    """Make the first organisation and its administrator, who is then logged in."""
    form = FirstRunForm(token=request.args.get("token", ""))
    # One answer for a wrong token and for an installation that is in use.
    allowed = is_setup_token(current_app.config["SECRET_KEY"], form.token.data or "")
    if not allowed or not is_first_run(db.session()):
        raise NotFound(NO_SUCH_PAGE)
    if not form.validate_on_submit():
        return _page(form, 422 if form.is_submitted() else 200)
    with giving_back(lambda refusal: _refused(form, refusal)):
        account = _begin(form)
    open_session(account, tells_device=False)
    return redirect(url_for("accounts.home"), 303)


def _begin(form: FirstRunForm) -> Account:
    return begin(
        db.session(),
        organisation=FirstOrganisation(
            form.organisation.data,
            form.siret.data,
            LegalForm(form.legal_form.data),
            HolidayCalendar(form.holiday_calendar.data),
        ),
        person=FirstPerson(form.email.data, form.name.data, form.password.data),
        deed=stranger_deed(),
    )


def _refused(form: FirstRunForm, refusal: Conflict) -> ResponseReturnValue:
    form[FIELDS.get(refusal.field, refusal.field)].errors = [sentence(refusal)]
    return _page(form, 422)


def _page(form: FirstRunForm, status: int) -> ResponseReturnValue:
    return render_template("organisations/first_run.html", form=form), status

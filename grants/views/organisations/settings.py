"""An organisation's settings: identity, certifier, calendar, the files of its documents."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import current_app, flash, redirect, render_template, request, send_file, url_for

from forms.organisations import OrganisationFileForm, OrganisationForm, OrganisationsForm
from grants.enums import Certifier, HolidayCalendar, LegalForm, OrganisationFileKind
from grants.errors import Conflict, NotFound
from grants.extensions import db
from grants.rules.organisations.certifying import certifiers_of
from grants.services.organisations import files
from grants.services.organisations import settings as service
from grants.services.organisations.settings import OrganisationProfile, Profile
from grants.views.edge.cells import has_words
from grants.views.edge.commits import commits, giving_back
from grants.views.edge.deed import visitor_deed
from grants.views.edge.listing import Column, Listing, answer_file, answer_page, show
from grants.views.edge.permissions import access, may_in
from grants.views.edge.wording import put_error, sentence
from grants.views.organisations.blueprint import blueprint
from grants.views.privacy.files import storage

# A file's name in addresses.
FILE_KINDS = {
    "formulaire": OrganisationFileKind.OFFICIAL_FORM,
    "embleme": OrganisationFileKind.LOGO,
}

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


LISTING: Listing[OrganisationProfile] = Listing(
    title="Structures",
    what="structures",
    nothing="Aucune structure",
    endpoint="organisations.organisations",
    columns=(
        Column("name", "Structure", lambda row: row.profile.name, width=36,
               link=lambda row: organisation_url(row.id)),
        Column("code", "Code", lambda row: row.code),
        Column("siret", "SIRET", lambda row: row.profile.siret, "siret", 20),
        Column("rna", "RNA", lambda row: row.profile.rna, below=True),
        Column("legal_form", "Forme juridique", lambda row: row.profile.legal_form, "member", 22),
        Column("address", "Adresse", lambda row: row.profile.address, width=40),
    ),
    filters={
        "q": lambda row, text: has_words(text, row.code, row.profile.name, row.profile.siret),
        "legal_form": lambda row, value: row.profile.legal_form == value,
    },
    order="name",
    empty="Aucune structure : elles viennent de « grants init » ou du classeur, avec "
    "« grants import classeur.xlsx ».",
    section="organisation",
)  # fmt: skip


@blueprint.get("/structures")
def organisations() -> ResponseReturnValue:
    """The organisations within reach; the only one opens at once."""
    found = service.list_organisations(db.session(), within=access().organisations)
    if len(found) == 1:
        return redirect(organisation_url(found[0].id), 303)
    return answer_page(show(LISTING, OrganisationsForm(request.args), found))


@blueprint.get("/structures.<any(csv, xlsx):kind>")
def organisations_file(kind: str) -> ResponseReturnValue:
    """The same list, as a file."""
    found = service.list_organisations(db.session(), within=access().organisations)
    return answer_file(show(LISTING, OrganisationsForm(request.args), found), kind)


def organisation_url(organisation_id: int) -> str:
    """Where an organisation's settings stand."""
    return url_for("organisations.organisation", organisation_id=organisation_id)


@blueprint.get("/structures/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """One organisation's settings."""
    found = service.get_organisation(db.session(), organisation_id)
    return _page(organisation_id, _filled(found.profile))


@blueprint.post("/structures/<int:organisation_id>")
@commits
def save_organisation(organisation_id: int) -> ResponseReturnValue:
    """Change the settings, once whoever changes them knows what that alters."""
    form = OrganisationForm()
    if not form.validate_on_submit():
        return _page(organisation_id, form, 422)
    with giving_back(lambda refusal: _refused(organisation_id, form, refusal)):
        given = service.require_sound(_given(form))
        effects = _unread_effects(organisation_id, given)
        if effects:
            return _page(organisation_id, form, effects=effects, token=given.fingerprint)
        service.change_organisation(
            db.session(),
            organisation_id=organisation_id,
            profile=given,
            seen=form.seen.data or "",
            deed=visitor_deed(),
        )
    flash("Les réglages de la structure sont enregistrés.")
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)


@blueprint.post("/structures/<int:organisation_id>/fichiers/<any(formulaire, embleme):file_kind>")
@commits
def save_organisation_file(organisation_id: int, file_kind: str) -> ResponseReturnValue:
    """Use a file on the organisation's documents."""
    wanted, form = FILE_KINDS[file_kind], OrganisationFileForm()
    if not form.validate_on_submit():
        return _page(organisation_id, None, 422, file_form=form)
    with giving_back(lambda refusal: _refused_file(organisation_id, form, refusal)):
        files.put_file(
            db.session(),
            organisation_id=organisation_id,
            kind=wanted,
            content=form.content(wanted),
            storage=storage(),
            deed=visitor_deed(),
        )
    flash("Le fichier est enregistré : les prochains documents l'utilisent.")
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)


@blueprint.post(
    "/structures/<int:organisation_id>/fichiers/<any(formulaire, embleme):file_kind>/retirer"
)
@commits
def remove_organisation_file(organisation_id: int, file_kind: str) -> ResponseReturnValue:
    """Stop using a file."""
    wanted = FILE_KINDS[file_kind]
    files.remove_file(
        db.session(), organisation_id=organisation_id, kind=wanted, deed=visitor_deed()
    )
    flash("Le fichier n'est plus utilisé.")
    return redirect(url_for("organisations.organisation", organisation_id=organisation_id), 303)


@blueprint.get("/structures/<int:organisation_id>/fichiers/<any(formulaire, embleme):file_kind>")
def organisation_file(organisation_id: int, file_kind: str) -> ResponseReturnValue:
    """A file in use, as it was given."""
    kept = files.list_files(db.session(), organisation_id).get(FILE_KINDS[file_kind])
    if kept is None:
        raise NotFound("Cette structure n'a pas donné ce fichier.")
    with storage().open(kept.sha256) as source:
        content = BytesIO(source.read())
    return send_file(content, kept.media_type, max_age=0)


def _filled(profile: Profile) -> OrganisationForm:
    form = OrganisationForm(
        formdata=None,
        name=profile.name,
        address=profile.address,
        siret=profile.siret,
        rna=profile.rna,
        legal_form=profile.legal_form.value,
        certifier=profile.certifier.value if profile.certifier else "",
        holiday_calendar=profile.holiday_calendar.value,
        has_payroll_tax_abatement=profile.has_payroll_tax_abatement,
    )
    form.seen.data = profile.fingerprint
    return form


def _given(form: OrganisationForm) -> Profile:
    return Profile(
        form.name.data or "",
        form.address.data or "",
        form.siret.data or "",
        form.rna.data or "",
        LegalForm(form.legal_form.data),
        Certifier(form.certifier.data) if form.certifier.data else None,
        HolidayCalendar(form.holiday_calendar.data),
        bool(form.has_payroll_tax_abatement.data),
    )


def _unread_effects(organisation_id: int, profile: Profile) -> list[str]:
    """What the change will alter, until the visitor says that it is understood."""
    if request.form.get("confirmed") == profile.fingerprint:
        return []
    stored = service.get_organisation(db.session(), organisation_id).profile
    return service.effects_of(db.session(), organisation_id, stored, profile)


def _refused_file(
    organisation_id: int, form: OrganisationFileForm, refusal: Conflict
) -> ResponseReturnValue:
    put_error(form, refusal)
    return _page(organisation_id, None, 422, file_form=form)


def _refused(
    organisation_id: int, form: OrganisationForm, refusal: Conflict
) -> ResponseReturnValue:
    if isinstance(refusal, service.ChangedMeanwhile):
        form.seen.data = refusal.stored.fingerprint
        return _page(
            organisation_id, form, 409, meanwhile=refusal.stored, message=sentence(refusal)
        )
    put_error(form, refusal)
    return _page(organisation_id, form, 422)


def _page(
    organisation_id: int,
    form: OrganisationForm | None,
    status: int = 200,
    *,
    file_form: OrganisationFileForm | None = None,
    **told: object,
) -> ResponseReturnValue:
    found = service.get_organisation(db.session(), organisation_id)
    page = render_template(
        "organisations/organisation.html",
        organisation=found,
        profile=found.profile,
        certifiers=certifiers_of(found.profile.legal_form, found.profile.certifier),
        form=form or _filled(found.profile),
        file_form=file_form or OrganisationFileForm(formdata=None),
        file_kinds=FILE_KINDS,
        files=files.list_files(db.session(), organisation_id),
        has_fallback=bool(current_app.config["CERFA_15059_PDF"]),
        may_change=may_in("organisations.save_organisation", organisation_id),
        may_open_personal_data=may_in("privacy.personal_data", organisation_id),
        **told,
        section="organisation",
    )
    return page, status

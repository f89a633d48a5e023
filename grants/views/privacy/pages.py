"""Personal data: the register, the export of one person's data, the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from exports.kit.tables import Table
from exports.kit.workbook import Column
from exports.privacy.register_pdf import RegisterDocument, RegisterEntry, register_pdf
from forms.privacy import PurgeForm
from grants.clock import clock
from grants.errors import Conflict
from grants.extensions import db
from grants.french import day_fr, siret_fr
from grants.services.organisations.eligibility_right import list_rights, switch_right
from grants.services.organisations.files import find_logo
from grants.services.organisations.settings import get_organisation
from grants.services.platform.personal_tables import TABLES
from grants.services.privacy import export as personal_export
from grants.services.privacy.clocks import clock_wording
from grants.services.privacy.plan import plan_purge
from grants.services.privacy.purging import purge, remove_purged_files
from grants.services.privacy.register import RegisterRow, processing_register
from grants.views.edge.commits import commits, giving_back, keep_now
from grants.views.edge.deed import visitor_deed
from grants.views.edge.downloads import send_bytes, send_table
from grants.views.edge.permissions import may_in
from grants.views.edge.wording import put_error, sentence
from grants.views.privacy.blueprint import blueprint
from grants.views.privacy.files import send_personal, storage
from grants.views.privacy.recipients import recipients

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

SECTION = "organisation"
INTRO = "Registre des activités de traitement (règlement (UE) 2016/679, article 30)."


@blueprint.get("/structures/<int:organisation_id>/donnees-personnelles")
def personal_data(organisation_id: int) -> ResponseReturnValue:
    """What may be done with personal data, and whose data may be taken out."""
    persons, accounts = personal_export.list_subjects(db.session(), organisation_id)
    return render_template(
        "privacy/page.html",
        organisation=get_organisation(db.session(), organisation_id),
        persons=persons,
        accounts=accounts,
        rights=list_rights(db.session(), organisation_id=organisation_id, as_of=clock().today()),
        may_settle=may_in("privacy.switch_eligibility", organisation_id),
        may_take_persons=may_in("privacy.export_person", organisation_id),
        section=SECTION,
    )


@blueprint.post("/structures/<int:organisation_id>/roles/<int:role_id>/eligibilite")
@commits
def switch_eligibility(organisation_id: int, role_id: int) -> ResponseReturnValue:
    """Let a role read why participants are eligible, or not any more."""
    switch_right(
        db.session(),
        organisation_id=organisation_id,
        membership_id=role_id,
        sees=request.form.get("sees") == "1",
        deed=visitor_deed(),
    )
    flash("Le droit de lire les motifs d'éligibilité est changé.")
    return redirect(url_for("privacy.personal_data", organisation_id=organisation_id), 303)


@blueprint.post("/structures/<int:organisation_id>/agents/<int:person_id>/exporter")
@commits
def export_person(organisation_id: int, person_id: int) -> ResponseReturnValue:
    """Everything about an agent, as a file."""
    found = personal_export.export_person(
        db.session(), organisation_id=organisation_id, person_id=person_id, deed=visitor_deed()
    )
    return send_personal(found)


@blueprint.post("/structures/<int:organisation_id>/comptes/<int:user_id>/exporter")
@commits
def export_account(organisation_id: int, user_id: int) -> ResponseReturnValue:
    """Everything about an account, as a file."""
    found = personal_export.export_account(
        db.session(), organisation_id=organisation_id, user_id=user_id, deed=visitor_deed()
    )
    return send_personal(found)


@blueprint.get("/structures/<int:organisation_id>/registre")
def register(organisation_id: int) -> ResponseReturnValue:
    """The register of processing."""
    return render_template(
        "privacy/register.html",
        organisation=get_organisation(db.session(), organisation_id),
        rows=_register(organisation_id),
        section=SECTION,
    )


@blueprint.get("/structures/<int:organisation_id>/registre.<any(csv, xlsx, pdf):kind>")
def register_file(organisation_id: int, kind: str) -> ResponseReturnValue:
    """The register, to keep or to print."""
    rows = _register(organisation_id)
    if kind == "pdf":
        return send_bytes(_printed(organisation_id, rows), "registre-des-traitements.pdf")
    heads = [name for name, _ in rows[0].pairs]
    columns = (Column("Traitement", 28), *(Column(head, 40) for head in heads))
    cells = [(row.processing.title, *(text for _, text in row.pairs)) for row in rows]
    return send_table(
        Table("Registre des traitements", columns, cells), kind, created=clock().today()
    )


@blueprint.get("/structures/<int:organisation_id>/purge")
def purge_preview(organisation_id: int) -> ResponseReturnValue:
    """What a purge would take away today."""
    return _preview(organisation_id, PurgeForm(formdata=None), request.args.getlist("held"))


@blueprint.post("/structures/<int:organisation_id>/purge")
@commits
def confirm_purge(organisation_id: int) -> ResponseReturnValue:
    """Do what the preview showed; files go once the rows are gone for good."""
    form, held = PurgeForm(), request.form.getlist("held")
    if not form.validate_on_submit():
        return _preview(organisation_id, form, held, 422)
    with giving_back(lambda refusal: _refused(organisation_id, form, held, refusal)):
        purge(
            db.session(),
            organisation_id=organisation_id,
            as_of=clock().today(),
            holds=held,
            seen=form.seen.data or "",
            deed=visitor_deed(form.reason.data),
        )
    keep_now()  # files go once nothing can bring back the rows that named them
    remove_purged_files(db.session(), organisation_id=organisation_id, storage=storage())
    flash("La purge est faite ; la piste d'audit en garde les nombres et le motif.")
    return redirect(url_for("privacy.personal_data", organisation_id=organisation_id), 303)


def _refused(
    organisation_id: int, form: PurgeForm, holds: list[str], refusal: Conflict
) -> ResponseReturnValue:
    if refusal.field == "reason":
        put_error(form, refusal)
        return _preview(organisation_id, form, holds, 422)
    form.understood.data = False
    return _preview(organisation_id, form, holds, 409, message=sentence(refusal))


def _preview(
    organisation_id: int, form: PurgeForm, holds: list[str], status: int = 200, message: str = ""
) -> ResponseReturnValue:
    plan = plan_purge(
        db.session(), organisation_id=organisation_id, as_of=clock().today(), holds=holds
    )
    form.seen.data = plan.fingerprint
    page = render_template(
        "privacy/purge.html",
        organisation=get_organisation(db.session(), organisation_id),
        plan=plan,
        wordings={name: entry.wording for name, entry in TABLES.items()},
        clock_wording=clock_wording,
        form=form,
        message=message,
        section=SECTION,
    )
    return page, status


def _register(organisation_id: int) -> Sequence[RegisterRow]:
    return processing_register(
        db.session(), organisation_id=organisation_id, recipients=recipients()
    )


def _printed(organisation_id: int, rows: Sequence[RegisterRow]) -> bytes:
    organisation = get_organisation(db.session(), organisation_id).profile
    siret = f", SIRET {siret_fr(organisation.siret)}" if organisation.siret else ""
    return register_pdf(
        RegisterDocument(
            f"Registre des traitements – {organisation.name}",
            f"{INTRO} Responsable du traitement : {organisation.name}{siret}. Établi le "
            f"{day_fr(clock().today())}.",
            [RegisterEntry(row.processing.title, row.pairs) for row in rows],
            find_logo(db.session(), organisation_id=organisation_id, storage=storage()),
            f"Emblème de {organisation.name}",
        )
    )

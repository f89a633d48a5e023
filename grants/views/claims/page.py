"""A claim on screen, the breakdown of each of its figures, and its files."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import render_template, request

from forms.claims import ClaimForm, PeriodForm
from grants.clock import clock
from grants.errors import Conflict, RuleRefused
from grants.extensions import db
from grants.rules.privacy.told import check_days, own_periods
from grants.services.claims.figures import figure_at
from grants.services.claims.keeping import kept_claim, kept_sheets
from grants.services.conventions.page import get_convention
from grants.views.claims.blueprint import blueprint
from grants.views.claims.files import claim_file_names, send_claim_file
from grants.views.claims.lines import shown_lines
from grants.views.claims.links import claim_links, lines_url
from grants.views.edge.paging import asked_page, paginate
from grants.views.edge.permissions import access, may

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from grants.rules.basis.facts.conventions import Convention
    from grants.rules.claims.claim import Claim

ROWS_PER_PAGE = 200
ROWS_ON_CLAIM = 50  # of persons, pieces and findings; the rest stands on pages of its own
AT = "/conventions/<int:convention_id>/bilan"


@blueprint.get(AT)
def claim(convention_id: int) -> ResponseReturnValue:
    """Claim of a convention, for its last period due or the one asked for."""
    convention, form = get_convention(db.session(), convention_id), ClaimForm(request.args)
    if not form.validate():
        return _refused(convention, form)
    try:
        found = _compute(convention, form)
    except (Conflict, RuleRefused) as refusal:
        return _refused(convention, form, str(refusal))
    return render_template("claims/page.html", **_parts(convention, form, found))


@blueprint.get(f"{AT}/calcul/<path:path>")
def figure(convention_id: int, path: str) -> ResponseReturnValue:
    """Breakdown of one figure."""
    found, form = asked_claim(convention_id)
    opened = figure_at(found, path)
    return render_template(
        "claims/figure.html",
        claim=found,
        figure=opened,
        page=paginate(opened.explained.inputs, asked_page(), ROWS_PER_PAGE),
        summed=paginate(opened.summed, asked_page(), ROWS_PER_PAGE),
        **claim_links(found.convention, form, "figure", path=path),
    )


@blueprint.get(f"{AT}/<any(agents, pieces):name>")
def claim_list(convention_id: int, name: str) -> ResponseReturnValue:
    """A list of the claim that is too long for its page: its persons or its pieces."""
    found, form = asked_claim(convention_id)
    rows = found.persons if name == "agents" else found.pieces
    return render_template(
        "claims/list.html",
        claim=found,
        name=name,
        page=paginate(rows, asked_page(), ROWS_PER_PAGE),
        **claim_links(found.convention, form, "claim_list", name=name),
    )


@blueprint.get(f"{AT}/constats")
def findings(convention_id: int) -> ResponseReturnValue:
    """All findings of the claim."""
    found, form = asked_claim(convention_id)
    return render_template(
        "claims/findings.html",
        claim=found,
        findings=paginate(found.findings, asked_page(), ROWS_PER_PAGE),
        **claim_links(found.convention, form, "findings"),
    )


@blueprint.get(f"{AT}/fichiers/<name>")
def claim_file(convention_id: int, name: str) -> ResponseReturnValue:
    """One of the claim's files."""
    found, _ = asked_claim(convention_id)
    return send_claim_file(found, name)


def asked_claim(convention_id: int) -> tuple[Claim, PeriodForm]:
    """Claim that an address asks for, and how; a period that cannot be read is the convention's."""
    convention, form = get_convention(db.session(), convention_id), PeriodForm(request.args)
    sound = form if form.validate() else PeriodForm()
    return _compute(convention, sound), sound


def _parts(convention: Convention, form: ClaimForm, claim: Claim) -> dict[str, object]:
    form.show_claim(claim)
    return {
        "claim": claim,
        "form": form,
        "periods": own_periods(convention, claim.as_of),
        "shown": shown_lines(claim, form, asked_page()),
        "files": claim_file_names(claim) if may("claims.claim_file") else [],
        "findings": paginate(claim.findings, 1, ROWS_ON_CLAIM),
        "persons": paginate(claim.persons, 1, ROWS_ON_CLAIM),
        "pieces": paginate(claim.pieces, 1, ROWS_ON_CLAIM),
        "sheets": kept_sheets(db.session(), claim),
        "lines_url": partial(lines_url, convention, form),
        "lines_page_url": lambda number: lines_url(convention, form, page=number),
        **claim_links(convention, form),
    }


def _refused(convention: Convention, form: ClaimForm, why: str = "") -> ResponseReturnValue:
    if why:
        form.last.errors = [*form.last.errors, why]
    page = "claims/period.html"
    return render_template(page, convention=convention, form=form), 422


def _compute(convention: Convention, form: PeriodForm) -> Claim:
    owner, today = convention.organisation.id, clock().today()
    sees_pay = access().sees_pay(owner)
    if not sees_pay:
        check_days(convention, form.period, form.claim_kind, today)
    if form.period is None and convention.period.is_open:
        raise Conflict("la convention n'a pas de date de fin : donnez les dates du bilan")
    return kept_claim(
        db.session(),
        number=convention.number,
        period=form.period,
        kind=form.claim_kind,
        as_of=today,
        organisation_id=owner,
        sees_pay=sees_pay,
    )

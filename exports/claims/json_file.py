"""claim.json: the claim for machines, every figure with the tree that explains it.

Canonical: keys sorted, no spaces, UTF-8, one newline at the end; amounts, hours and shares are
text, so that no reader turns them into binary floats. The same claim gives the same bytes on every
machine, whatever its database numbered its rows. Each field is described in
``docs/claim-json.md``; ``grants.schemas.claims`` checks a document on its way in.
"""

from __future__ import annotations

from collections.abc import Iterator

from exports.kit.json_values import (
    ExplainedWriter,
    Json,
    citation_json,
    day_text,
    decimal_text,
    encoded,
    explained_json,
    money_text,
    or_null,
    period_json,
    source_json,
)
from grants.labels import term_label
from grants.rules.basis.facts.conventions import Amendment, Convention, Terms
from grants.rules.basis.facts.indicators import ClauseJob
from grants.rules.basis.facts.organisations import Organisation
from grants.rules.basis.findings import Finding
from grants.rules.claims.claim import (
    AppliedSetting,
    Claim,
    ClaimLine,
    GrantDue,
    IndicatorLine,
    PersonTotal,
    PieceLine,
    PlanLine,
    ResourceLine,
    TableLine,
)

SCHEMA = "claim/1"


def iter_claim(claim: Claim) -> Iterator[bytes]:
    """claim.json piece by piece: one line of the claim in memory at a time.

    Raises: KeyError: a formula or a term has no French wording in ``grants.labels``.
    """
    members = sorted({**_heads(claim), **_figures(claim), **_lists(claim)}.items())
    for position, (key, value) in enumerate(members):
        yield (b"," if position else b"{") + encoded(key) + b":"
        if isinstance(value, Iterator):
            yield from _array(value)
        else:
            yield encoded(value)
    yield b"}\n"


def dump_claim(claim: Claim) -> bytes:
    """claim.json as a whole; see ``iter_claim``."""
    return b"".join(iter_claim(claim))


def _array(items: Iterator[Json]) -> Iterator[bytes]:
    mark = b"["
    for item in items:
        yield mark + encoded(item)
        mark = b","
    yield b"[]" if mark == b"[" else b"]"


def _heads(claim: Claim) -> dict[str, Json | Iterator[Json]]:
    return {
        "schema": SCHEMA,
        "engine_version": claim.engine_version,
        "reference": claim.reference,
        "kind": claim.kind.value,
        "as_of": claim.as_of.isoformat(),
        "period": period_json(claim.period),
        "is_blocked": claim.is_blocked,
        "convention": _convention(claim.convention),
    }


def _figures(claim: Claim) -> dict[str, Json | Iterator[Json]]:
    return {
        "staff": explained_json(claim.staff),
        "services": explained_json(claim.services),
        "other_direct": explained_json(claim.other_direct),
        "flat": explained_json(claim.flat),
        "eligible_cost": explained_json(claim.eligible_cost),
        "retained_cost": explained_json(claim.retained_cost),
        "other_resources": explained_json(claim.other_resources),
        "grant": _grant(claim.grant),
    }


def _lists(claim: Claim) -> dict[str, Json | Iterator[Json]]:
    return {
        "settings": map(_setting, claim.settings),
        "lines": map(_line, claim.lines),
        "persons": map(_person, claim.persons),
        "resources": map(_resource, claim.resources),
        "table": map(_table_line, claim.table),
        "plan": map(_plan_line, claim.plan),
        "indicators": map(_indicator, claim.indicators),
        "clause_jobs": map(_clause_job, claim.clause_jobs),
        "pieces": map(_piece, claim.pieces),
        "findings": map(_finding, claim.findings),
        "citations": map(citation_json, claim.citations),
    }


def _convention(convention: Convention) -> Json:
    return {
        "number": convention.number,
        "title": convention.title,
        "operation_number": convention.operation_number,
        "description": convention.description,
        "organisation": _organisation(convention.organisation),
        "funder_name": convention.funder_name,
        "funder_kind": convention.funder_kind.value,
        "scheme_code": convention.scheme_code,
        "scheme_name": convention.scheme_name,
        "programme": convention.programme,
        "authority": convention.authority,
        "retention_from": day_text(convention.retention_from),
        "period": period_json(convention.period),
        "signed_on": day_text(convention.signed_on),
        "report_due_on": day_text(convention.report_due_on),
        "terms": [_terms(item) for item in convention.terms],
        "amendments": [_amendment(item) for item in convention.amendments],
        "row": convention.row,
    }


def _organisation(organisation: Organisation) -> Json:
    return {
        "name": organisation.name,
        "siret": organisation.siret,
        "rna": organisation.rna,
        "legal_form": organisation.legal_form.value,
        "address": organisation.address,
    }


def _terms(terms: Terms) -> Json:
    return {
        "since": terms.since.isoformat(),
        "rate": decimal_text(terms.rate),
        "maximum": or_null(terms.maximum, money_text),
        "total_cost": or_null(terms.total_cost, money_text),
        "fte": decimal_text(terms.fte),
    }


def _amendment(amendment: Amendment) -> Json:
    return {
        "number": amendment.number,
        "field": amendment.field,
        "value": amendment.value,
        "effective_on": amendment.effective_on.isoformat(),
        "signed_on": day_text(amendment.signed_on),
        "row": amendment.row,
    }


def _setting(setting: AppliedSetting) -> Json:
    return {
        "key": setting.key,
        "wording": setting.wording,
        "value": setting.value,
        "citation": citation_json(setting.citation),
    }


def _line(line: ClaimLine) -> Json:
    explained = ExplainedWriter().json
    return {
        "number": line.number,
        "person_code": line.person_code,
        "last_name": line.last_name,
        "first_name": line.first_name,
        "job_title": line.job_title,
        "post": line.post,
        "month": line.month.isoformat(),
        "period": period_json(line.period),
        "method": line.method.value,
        "is_service": line.is_service,
        "gross": money_text(line.gross),
        "charges": money_text(line.charges),
        "other_items": money_text(line.other_items),
        "base": explained(line.base),
        "total_minutes": line.total_minutes,
        "operation_minutes": line.operation_minutes,
        "share": or_null(line.share, explained),
        "hourly_rate": or_null(line.hourly_rate, explained),
        "amount": explained(line.amount),
        "retained": money_text(line.retained),
        "ceded": money_text(line.ceded),
        "reason": line.reason,
        "paid_on": [day_text(day) for day in line.paid_on],
        "vouchers": list(line.vouchers),
        "accounting_pieces": list(line.accounting_pieces),
        "other_pieces": list(line.other_pieces),
    }


def _person(person: PersonTotal) -> Json:
    return {
        "person_code": person.person_code,
        "name": person.name,
        "total_minutes": person.total_minutes,
        "operation_minutes": person.operation_minutes,
        "share": or_null(person.share, explained_json),
        "minimum": or_null(person.minimum, decimal_text),
        "accepted": person.accepted,
        "missing_hours": money_text(person.missing_hours),
        "amount": money_text(person.amount),
        "retained": money_text(person.retained),
    }


def _resource(resource: ResourceLine) -> Json:
    return {
        "code": resource.code,
        "funder": resource.funder,
        "kind": resource.kind.value,
        "label": resource.label,
        "from_convention": resource.from_convention,
        "conventioned": money_text(resource.conventioned),
        "grant_base": or_null(resource.grant_base, money_text),
        "operation_base": or_null(resource.operation_base, money_text),
        "received": money_text(resource.received),
        "received_on": day_text(resource.received_on),
        "counted": explained_json(resource.counted),
        "assigned": explained_json(resource.assigned),
        "piece": resource.piece,
    }


def _grant(grant: GrantDue) -> Json:
    return {
        "due": explained_json(grant.due),
        "limited_by": grant.limited_by.value,
        "limits": [
            {"name": name, "label": term_label(name), "amount": or_null(amount, explained_json)}
            for name, amount in grant.limits
        ],
        "already_paid": explained_json(grant.already_paid),
        "to_pay": explained_json(grant.to_pay),
    }


def _table_line(line: TableLine) -> Json:
    return {
        "side": line.side.value,
        "line": line.line,
        "label": line.label,
        "planned": money_text(line.planned),
        "realised": explained_json(line.realised),
    }


def _plan_line(line: PlanLine) -> Json:
    return {
        "section": line.section.value,
        "label": line.label,
        "conventioned": or_null(line.conventioned, money_text),
        "realised": explained_json(line.realised),
    }


def _indicator(line: IndicatorLine) -> Json:
    return {
        "code": line.code,
        "name": line.name,
        "unit": line.unit,
        "breakdown": line.breakdown,
        "target": or_null(line.target, decimal_text),
        "realised": or_null(line.realised, decimal_text),
        "percent": or_null(line.percent, decimal_text),
        "method": line.method,
        "sources": [source_json(item) for item in line.sources],
    }


def _clause_job(job: ClauseJob) -> Json:
    return {
        "market": job.market,
        "participant": job.participant,
        "employer": job.employer,
        "period": period_json(job.period),
        "minutes": job.minutes,
        "row": job.row,
    }


def _piece(piece: PieceLine) -> Json:
    return {
        "number": piece.number,
        "reference": piece.reference,
        "kind": None if piece.kind is None else piece.kind.value,
        "title": piece.title,
        "person": piece.person,
        "period": or_null(piece.period, period_json),
        "amount": or_null(piece.amount, money_text),
        "dated_on": day_text(piece.dated_on),
        "sha256": piece.sha256,
        "file_name": piece.file_name,
        "lines": list(piece.lines),
    }


def _finding(finding: Finding) -> Json:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "amount": money_text(finding.amount),
        "where": {
            "convention": finding.where.convention,
            "person": finding.where.person,
            "month": finding.where.month,
            "post": finding.where.post,
        },
        "source": or_null(finding.source, citation_json),
        "rows": [source_json(item) for item in finding.rows],
    }

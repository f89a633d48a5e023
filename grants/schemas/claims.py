"""Shape of claim.json, version ``claim/1``: what a reader may rely on, field by field.

The document is written by ``exports.claims.json_file`` and described in ``docs/claim-json.md``;
here it is checked on its way in. Every key always stands, none is added: a document that a later
version wrote is refused instead of being half understood.
"""

from __future__ import annotations

import json
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Equal

from exports.claims.json_file import SCHEMA, dump_claim, iter_claim
from exports.kit.json_values import canonical
from grants import enums
from grants.schemas.explained import (
    CitationSchema,
    ExplainedSchema,
    PeriodSchema,
    SourceSchema,
    Strict,
    one_of,
    problem_lines,
)
from grants.schemas.fields import Day, Digest, Flag, Hours, Money, Number, Share, Text, Whole

__all__ = [
    "ClaimSchema",
    "canonical",
    "dump_claim",
    "iter_claim",
    "load_claim_document",
    "problem_lines",
]


class OrganisationSchema(Strict):
    """Structure porteuse."""

    name = Text()
    siret = Text()
    rna = Text()
    legal_form = one_of(enums.LegalForm)
    address = Text()


class TermsSchema(Strict):
    """What the convention says from ``since`` on."""

    since = Day()
    rate = Share()
    maximum = Money(allow_none=True)
    total_cost = Money(allow_none=True)
    fte = Number()


class AmendmentSchema(Strict):
    """Dated change, as signed."""

    number = Text()
    field = Text()
    value = Text()
    effective_on = Day()
    signed_on = Day(allow_none=True)
    row = Whole()


class ConventionSchema(Strict):
    """Signed agreement that the claim is made under."""

    number = Text()
    title = Text()
    operation_number = Text()
    description = Text()
    organisation = fields.Nested(OrganisationSchema)
    funder_name = Text()
    funder_kind = one_of(enums.FunderKind)
    scheme_code = Text()
    scheme_name = Text()
    programme = Text()
    authority = Text()
    retention_from = Day(allow_none=True)
    period = fields.Nested(PeriodSchema)
    signed_on = Day(allow_none=True)
    report_due_on = Day(allow_none=True)
    terms = fields.List(fields.Nested(TermsSchema))
    amendments = fields.List(fields.Nested(AmendmentSchema))
    row = Whole()


class SettingSchema(Strict):
    """Setting in force at the end of the period."""

    key = Text()
    wording = Text()
    value = Text()
    citation = fields.Nested(CitationSchema)


class LineSchema(Strict):
    """Ligne de dépense."""

    number = Whole()
    person_code = Text()
    last_name = Text()
    first_name = Text()
    job_title = Text()
    post = Text()
    month = Day()
    period = fields.Nested(PeriodSchema)
    method = one_of(enums.Method)
    is_service = Flag()
    gross = Money()
    charges = Money()
    other_items = Money()
    base = fields.Nested(ExplainedSchema)
    total_minutes = Whole(allow_none=True)
    operation_minutes = Whole(allow_none=True)
    share = fields.Nested(ExplainedSchema, allow_none=True)
    hourly_rate = fields.Nested(ExplainedSchema, allow_none=True)
    amount = fields.Nested(ExplainedSchema)
    retained = Money()
    ceded = Money()
    reason = Text()
    paid_on = fields.List(Day())
    vouchers = fields.List(Text())
    accounting_pieces = fields.List(Text())
    other_pieces = fields.List(Text())


class PersonSchema(Strict):
    """A person over the claim's period."""

    person_code = Text()
    name = Text()
    total_minutes = Whole(allow_none=True)
    operation_minutes = Whole(allow_none=True)
    share = fields.Nested(ExplainedSchema, allow_none=True)
    minimum = Share(allow_none=True)
    accepted = Flag()
    missing_hours = Hours()
    amount = Money()
    retained = Money()


class ResourceSchema(Strict):
    """Money of another funder."""

    code = Text()
    funder = Text()
    kind = one_of(enums.FunderKind)
    label = Text()
    from_convention = Text()
    conventioned = Money()
    grant_base = Money(allow_none=True)
    operation_base = Money(allow_none=True)
    received = Money()
    received_on = Day(allow_none=True)
    counted = fields.Nested(ExplainedSchema)
    assigned = fields.Nested(ExplainedSchema)
    piece = Text()


class LimitSchema(Strict):
    """Candidate of the grant's formula; ``amount`` is null where no limit is set."""

    name = Text()
    label = Text()
    amount = fields.Nested(ExplainedSchema, allow_none=True)


class GrantSchema(Strict):
    """What the funder owes."""

    due = fields.Nested(ExplainedSchema)
    limited_by = one_of(enums.LimitedBy)
    limits = fields.List(fields.Nested(LimitSchema))
    already_paid = fields.Nested(ExplainedSchema)
    to_pay = fields.Nested(ExplainedSchema)


class TableLineSchema(Strict):
    """Line of the State's summary table."""

    side = one_of(enums.BudgetSide)
    line = Text()
    label = Text()
    planned = Money()
    realised = fields.Nested(ExplainedSchema)


class PlanLineSchema(Strict):
    """Line of the FSE's financing plan."""

    section = one_of(enums.BudgetSide)
    label = Text()
    conventioned = Money(allow_none=True)
    realised = fields.Nested(ExplainedSchema)


class IndicatorSchema(Strict):
    """Indicator against its target."""

    code = Text()
    name = Text()
    unit = Text()
    breakdown = Text()
    target = Number(allow_none=True)
    realised = Number(allow_none=True)
    percent = Number(allow_none=True)
    method = Text()
    sources = fields.List(fields.Nested(SourceSchema))


class ClauseJobSchema(Strict):
    """Work of a participant, by pseudonym."""

    market = Text()
    participant = Text()
    employer = Text()
    period = fields.Nested(PeriodSchema)
    minutes = Whole()
    row = Whole()


class PieceSchema(Strict):
    """Numbered piece of the list."""

    number = Whole()
    reference = Text()
    kind = one_of(enums.PieceKind, or_none=True)
    title = Text()
    person = Text()
    period = fields.Nested(PeriodSchema, allow_none=True)
    amount = Money(allow_none=True)
    dated_on = Day(allow_none=True)
    sha256 = Digest()
    file_name = Text()
    lines = fields.List(Whole())


class PlaceSchema(Strict):
    """Where a finding is mended; empty parts do not apply."""

    convention = Text()
    person = Text()
    month = Text()
    post = Text()


class FindingSchema(Strict):
    """Result of a check."""

    code = Text()
    severity = one_of(enums.Severity)
    message = Text()
    amount = Money()
    where = fields.Nested(PlaceSchema)
    source = fields.Nested(CitationSchema, allow_none=True)
    rows = fields.List(fields.Nested(SourceSchema))


class ClaimSchema(Strict):
    """claim.json as a whole."""

    schema = Text(validate=Equal(SCHEMA, error="version inconnue, attendu {other}"))
    engine_version = Text()
    reference = Text()
    kind = one_of(enums.ClaimKind)
    as_of = Day()
    period = fields.Nested(PeriodSchema)
    is_blocked = Flag()
    convention = fields.Nested(ConventionSchema)
    settings = fields.List(fields.Nested(SettingSchema))
    lines = fields.List(fields.Nested(LineSchema))
    persons = fields.List(fields.Nested(PersonSchema))
    staff = fields.Nested(ExplainedSchema)
    services = fields.Nested(ExplainedSchema)
    other_direct = fields.Nested(ExplainedSchema)
    flat = fields.Nested(ExplainedSchema)
    eligible_cost = fields.Nested(ExplainedSchema)
    retained_cost = fields.Nested(ExplainedSchema)
    resources = fields.List(fields.Nested(ResourceSchema))
    other_resources = fields.Nested(ExplainedSchema)
    grant = fields.Nested(GrantSchema)
    table = fields.List(fields.Nested(TableLineSchema))
    plan = fields.List(fields.Nested(PlanLineSchema))
    indicators = fields.List(fields.Nested(IndicatorSchema))
    clause_jobs = fields.List(fields.Nested(ClauseJobSchema))
    pieces = fields.List(fields.Nested(PieceSchema))
    findings = fields.List(fields.Nested(FindingSchema))
    citations = fields.List(fields.Nested(CitationSchema))


def load_claim_document(content: bytes) -> dict[str, Any]:
    """Checked claim.json, as it stands: amounts and days are still text.

    Raises: marshmallow.ValidationError: no JSON, a float, a key twice, or any departure from
    ``ClaimSchema``; its messages follow the document down to the field.
    """
    try:
        document = json.loads(
            content.decode("utf-8"),
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
            object_pairs_hook=_unique_keys,
        )
    except (ValueError, RecursionError) as error:
        raise ValidationError(f"JSON illisible : {error}") from error
    if not isinstance(document, dict):
        raise ValidationError("un objet JSON est attendu")
    if problems := ClaimSchema().validate(document):
        raise ValidationError(problems)
    return document


def _refuse_float(text: str) -> None:
    raise ValueError(f"nombre à virgule {text} : les montants sont des textes")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("une clé figure deux fois dans un objet")
    return document

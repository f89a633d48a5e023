"""claim.json: what is written is what the schema and the documentation say, and nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields

from exports.kit.json_values import decimal_text
from grants.formula_labels import FORMULAS
from grants.rules.basis import explained, findings
from grants.rules.basis.facts.conventions import Amendment, Convention
from grants.rules.basis.facts.indicators import ClauseJob
from grants.rules.claims import claim as results
from grants.schemas import claims as schemas
from grants.schemas import explained as shared
from grants.schemas.claims import (
    ClaimSchema,
    canonical,
    dump_claim,
    iter_claim,
    load_claim_document,
    problem_lines,
)
from grants.schemas.fields import Hours, Money, Share
from grants.schemas.json_schema import json_schema
from tests.factories.claims.claim import Kind, sample_claim

DOCS = Path(__file__).parents[3] / "docs"
SECTIONS: dict[str, type[Schema]] = {
    "claim": ClaimSchema,
    "explained": shared.ExplainedSchema,
    "input": shared.InputSchema,
    "citation": shared.CitationSchema,
    "source": shared.SourceSchema,
    "period": shared.PeriodSchema,
    "convention": schemas.ConventionSchema,
    "organisation": schemas.OrganisationSchema,
    "terms": schemas.TermsSchema,
    "amendment": schemas.AmendmentSchema,
    "setting": schemas.SettingSchema,
    "line": schemas.LineSchema,
    "person": schemas.PersonSchema,
    "resource": schemas.ResourceSchema,
    "grant": schemas.GrantSchema,
    "limit": schemas.LimitSchema,
    "table line": schemas.TableLineSchema,
    "plan line": schemas.PlanLineSchema,
    "indicator": schemas.IndicatorSchema,
    "clause job": schemas.ClauseJobSchema,
    "piece": schemas.PieceSchema,
    "finding": schemas.FindingSchema,
    "place": schemas.PlaceSchema,
}

SHAPES: dict[type, type[Schema]] = {
    results.Claim: ClaimSchema,
    results.ClaimLine: schemas.LineSchema,
    results.PersonTotal: schemas.PersonSchema,
    results.ResourceLine: schemas.ResourceSchema,
    results.TableLine: schemas.TableLineSchema,
    results.PlanLine: schemas.PlanLineSchema,
    results.IndicatorLine: schemas.IndicatorSchema,
    results.PieceLine: schemas.PieceSchema,
    results.AppliedSetting: schemas.SettingSchema,
    results.GrantDue: schemas.GrantSchema,
    explained.Explained: shared.ExplainedSchema,
    explained.Citation: shared.CitationSchema,
    explained.Source: shared.SourceSchema,
    findings.Finding: schemas.FindingSchema,
    findings.Place: schemas.PlaceSchema,
    Amendment: schemas.AmendmentSchema,
    ClauseJob: schemas.ClauseJobSchema,
    Convention: schemas.ConventionSchema,
}


@pytest.fixture(params=["state", "fse"])
def kind(request: pytest.FixtureRequest) -> Kind:
    return "state" if request.param == "state" else "fse"


def document(kind: Kind = "fse") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(dump_claim(sample_claim(kind)))
    return loaded


def refusal(change: Callable[[dict[str, Any]], object], kind: Kind = "fse") -> str:
    changed = document(kind)
    change(changed)
    with pytest.raises(ValidationError) as caught:
        load_claim_document(json.dumps(changed).encode())
    return "\n".join(problem_lines(caught.value.messages))


def test_what_is_written_is_read_back_unchanged(kind: Kind) -> None:
    content = dump_claim(sample_claim(kind))

    assert canonical(load_claim_document(content)) == content


def test_the_same_claim_gives_the_same_bytes(kind: Kind) -> None:
    digests = {hashlib.sha256(dump_claim(sample_claim(kind))).hexdigest() for _ in range(2)}

    assert len(digests) == 1


def test_the_document_is_made_piece_by_piece() -> None:
    claim = sample_claim("fse", persons=20)

    assert max(map(len, iter_claim(claim))) < len(dump_claim(claim)) / 50


def test_no_number_of_the_document_has_a_decimal_point(kind: Kind) -> None:
    def refuse(text: str) -> None:
        pytest.fail(f"float {text}")

    json.loads(dump_claim(sample_claim(kind)), parse_float=refuse)


def test_database_numbers_stay_out_of_the_document(kind: Kind) -> None:
    keys = set(re.findall(r'"(\w+)":', dump_claim(sample_claim(kind)).decode()))

    assert not {key for key in keys if key == "id" or key.endswith("_id")}


def test_accents_are_written_as_they_are() -> None:
    assert "CHAMPÉROUX".encode() in dump_claim(sample_claim("fse", persons=3))


def test_every_figure_says_its_formula_in_french(kind: Kind) -> None:
    base = document(kind)["lines"][0]["base"]

    assert base["label"] == "salaire brut + charges patronales + autres rubriques éligibles"
    assert base["inputs"][0]["label"] == "salaire brut"
    assert base["sources"] == [{"sheet": "bulletins", "rows": "3-5", "piece": ""}]


def test_a_formula_without_wording_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(FORMULAS, "staff_base")

    with pytest.raises(KeyError, match="staff_base"):
        dump_claim(sample_claim("state"))


def test_an_unknown_field_is_refused_with_its_path() -> None:
    assert refusal(lambda d: d["lines"][3].update(bonus="1.00")) == "lines.3.bonus : champ inconnu"


def test_a_missing_field_is_refused_with_its_path() -> None:
    assert refusal(lambda d: d["grant"].pop("due")) == "grant.due : champ manquant"


def test_another_version_is_refused() -> None:
    assert refusal(lambda d: d.update(schema="claim/2")) == (
        "schema : version inconnue, attendu claim/1"
    )


@pytest.mark.parametrize("wrong", ["12.5", "12,50", " 12.50", "1e2", "-0.00", "012.50", 12, None])
def test_an_amount_written_otherwise_is_refused(wrong: object) -> None:
    assert refusal(lambda d: d["lines"][0].update(gross=wrong)).startswith("lines.0.gross : ")


def test_a_float_is_refused_wherever_it_stands() -> None:
    message = refusal(lambda d: d["lines"][0]["base"]["inputs"][0].update(value=0.5))

    assert "nombre à virgule 0.5" in message


def test_true_is_no_number_of_minutes() -> None:
    message = refusal(lambda d: d["lines"][0].update(total_minutes=True))

    assert message == "lines.0.total_minutes : trouvé True, attendu un nombre entier"


def test_a_key_that_stands_twice_is_refused() -> None:
    content = dump_claim(sample_claim("fse")).replace(b'{"as_of"', b'{"as_of":"2020-01-01","as_of"')

    with pytest.raises(ValidationError, match="deux fois"):
        load_claim_document(content)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"NaN", b"{}"])
def test_what_is_no_claim_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        load_claim_document(content)


def test_an_input_holds_one_value_and_not_two() -> None:
    def both(d: dict[str, Any]) -> None:
        part = d["lines"][0]["amount"]["inputs"][0]
        part["value"] = "1.00"

    assert "un seul des deux" in refusal(both)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    message = refusal(lambda d: d["period"].update(end="2020-01-01"))

    assert message == "period.end : la fin n'est pas après le début"


def test_a_value_outside_a_closed_list_is_refused() -> None:
    assert refusal(lambda d: d.update(kind="yearly")).startswith("kind : attendu l'un de :")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_an_amount_survives_the_way_through_the_document(amount: Decimal) -> None:
    text = decimal_text(amount, 2)

    assert Money().deserialize(text) == amount
    assert Money().serialize("a", {"a": amount}) == text


def test_shares_stay_between_nothing_and_the_whole() -> None:
    assert Share().deserialize("1") == 1
    with pytest.raises(ValidationError, match=r"attendu une fraction de un"):
        Share().deserialize("1.01")


def test_hours_may_be_finer_than_a_hundredth() -> None:
    assert Hours().deserialize("7.3333") == Decimal("7.3333")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_no_field_of_the_claim_is_forgotten_in_the_document(shape: type) -> None:
    computed = {field.name for field in dataclasses.fields(shape)}
    derived = {"schema", "reference", "is_blocked", "label"} - computed

    written = set(SHAPES[shape]().fields) - derived

    # A purged convention gives no claim, so that no claim tells the day of a purge.
    # The end as first signed is told by the amendment that moved it; the call's limits by findings.
    assert written == computed - {"id", "person_id", "purged_on", "first_end", "call"}


def test_each_field_is_described_in_the_documentation() -> None:
    described = _documented_fields((DOCS / "claim-json.md").read_text(encoding="utf-8"))

    assert described == {name: list(schema().fields) for name, schema in SECTIONS.items()}


def _documented_fields(text: str) -> dict[str, list[str]]:
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {
        re.split(r"[:\n]", section)[0].strip(): re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
        for section in sections
    }


def test_every_shape_of_the_document_has_its_section() -> None:
    reached: set[type[Schema]] = set()

    def walk(schema: type[Schema]) -> None:
        if schema in reached:
            return
        reached.add(schema)
        for field in schema().fields.values():
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Nested):
                walk(type(inner.schema))

    walk(ClaimSchema)

    assert reached == set(SECTIONS.values())


def test_the_json_schema_beside_the_documentation_is_up_to_date() -> None:
    written = json.loads((DOCS / "claim.schema.json").read_text(encoding="utf-8"))

    assert written == json_schema(ClaimSchema, title="claim/1")

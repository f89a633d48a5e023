"""Second addition of a claim, from its document alone: printed lines must give the printed totals.

Nothing of the rules is used, so that a fault there cannot hide itself. Amounts are text to the
cent; sums are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from grants.french import euros

Document = Mapping[str, Any]
# With the 40 % flat rate, bought services are inside the flat rate and count for nothing beside it.
COVERED = "covered_by_flat_rate"
COST_PARTS = ("staff", "services", "other_direct", "flat")


def addition_faults(document: Document) -> list[str]:
    """Totals of claim.json that its own parts do not give, each a French sentence.

    Example:
    >>> addition_faults({"lines": [], "persons": [], "resources": [], **{
    ...     key: {"value": "0.00", "formula": ""} for key in
    ...     ("staff", "services", "other_direct", "flat", "eligible_cost", "other_resources")},
    ...     "grant": {key: {"value": "0.00"} for key in ("due", "already_paid", "to_pay")}})
    []
    """
    checks = (*_line_sums(document), *_person_sums(document), *_totals(document))
    return [
        f"{name} : {euros(printed)} imprimés, {euros(added)} en additionnant, "
        f"écart {euros(printed - added)}"
        for name, printed, added in checks
        if printed != added
    ]


Sum = tuple[str, Decimal, Decimal]


def _line_sums(document: Document) -> Iterator[Sum]:
    for line in document["lines"]:
        parts = _sum(line[key] for key in ("gross", "charges", "other_items"))
        yield f"base de la ligne {line['number']}", _value(line["base"]), parts
    staff = _sum(line["retained"] for line in document["lines"] if not line["is_service"])
    yield "dépenses de personnel", _value(document["staff"]), staff
    if document["services"]["formula"] != COVERED:
        services = _sum(line["retained"] for line in document["lines"] if line["is_service"])
        yield "prestations", _value(document["services"]), services


def _person_sums(document: Document) -> Iterator[Sum]:
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    retained: dict[str, Decimal] = defaultdict(Decimal)
    for line in document["lines"]:
        amounts[line["person_code"]] += _value(line["amount"])
        retained[line["person_code"]] += Decimal(line["retained"])
    for person in document["persons"]:
        code = person["person_code"]
        yield f"montant de l'agent {code}", Decimal(person["amount"]), amounts[code]
        yield f"montant retenu de l'agent {code}", Decimal(person["retained"]), retained[code]


def _totals(document: Document) -> Iterator[Sum]:
    cost = sum((_value(document[key]) for key in COST_PARTS), Decimal())
    yield "dépenses éligibles", _value(document["eligible_cost"]), cost
    assigned = sum((_value(item["assigned"]) for item in document["resources"]), Decimal())
    yield "autres ressources", _value(document["other_resources"]), assigned
    grant = document["grant"]
    left = _value(grant["due"]) - _value(grant["already_paid"])
    yield "reste à verser", _value(grant["to_pay"]), left


def _value(figure: Document) -> Decimal:
    return Decimal(figure["value"])


def _sum(texts: Iterable[str]) -> Decimal:
    return sum(map(Decimal, texts), Decimal())

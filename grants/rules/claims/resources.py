"""Resources of a claim: what counts of each co-funder's money, and what of it belongs to the
operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from grants.enums import CofunderBasis, FunderKind
from grants.money import ZERO
from grants.rules.basis.explained import Explained, Input, Source, rest_on
from grants.rules.basis.facts.conventions import Resource, Terms
from grants.rules.claims.claim import ResourceLine
from grants.rules.claims.cofunding import assigned_cofunding


def resources_of(
    terms: Terms, resources: Sequence[Resource], eligible_cost: Decimal
) -> tuple[ResourceLine, ...]:
    """Each declared resource, counted then assigned.

    Law: guide Centre-Val de Loire FEDER-FSE+ v1.1: the amount received, or the conventioned amount
    in full while not all of it is received; a grant given on a wider base is assigned pro rata of
    the operation's share of that base.
    Args: terms: those in force at the end of the claim's period (ADR 0009).
    """
    basis = terms.settings.cofunder_basis
    return tuple(_line(resource, basis, eligible_cost) for resource in resources)


def _line(resource: Resource, basis: CofunderBasis, eligible_cost: Decimal) -> ResourceLine:
    counted = _counted(resource, basis)
    operation_base = resource.operation_base
    if resource.grant_base is not None and operation_base is None:
        operation_base = max(eligible_cost, ZERO)
    assigned = counted
    if resource.grant_base is not None and operation_base is not None:
        result = assigned_cofunding(
            grant=counted.value, grant_base=resource.grant_base, operation_base=operation_base
        )
        assigned = rest_on(result.explained["assigned"], grant=counted)
    return ResourceLine(
        code=resource.code,
        funder=resource.funder_name,
        kind=resource.funder_kind,
        label=resource.label,
        from_convention=resource.from_convention_number,
        conventioned=resource.amount,
        grant_base=resource.grant_base,
        operation_base=operation_base if resource.grant_base is not None else None,
        received=resource.received,
        received_on=resource.last_received_on,
        counted=counted,
        assigned=assigned,
        piece=resource.piece,
    )


def _counted(resource: Resource, basis: CofunderBasis) -> Explained[Decimal]:
    sources = (
        Source("ressources", str(resource.row), resource.piece),
        *(Source("encaissements", str(one.row), one.piece) for one in resource.receipts),
    )
    inputs = (
        Input("conventioned", resource.amount, "€"),
        Input("received", resource.received, "€"),
    )
    is_complete = resource.received >= resource.amount
    if basis is CofunderBasis.RECEIVED or is_complete:
        return Explained(resource.received, "resource_received", inputs, (), sources)
    return Explained(resource.amount, "resource_conventioned", inputs, (), sources)


def other_resources(lines: Sequence[ResourceLine]) -> Explained[Decimal]:
    """Other people's money for the operation: every resource but the structure's own funds."""
    counted = [line for line in lines if line.kind is not FunderKind.OWN_FUNDS]
    total = sum((line.assigned.value for line in counted), ZERO)
    inputs = tuple(Input("resource", line.assigned, "€") for line in counted)
    return Explained(total, "sum_of_resources", inputs)

"""Every figure of a claim has an address, and every address opens its breakdown.

``lines/12/amount`` is the amount of line 12, ``lines/12/amount/1`` the first thing that went into
it, and so on down to the payslip's row. The screen links with it; so may the pack and the API.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from grants.errors import NotFound
from grants.labels import TERMS
from grants.rules.basis.explained import Explained
from grants.rules.claims.claim import Claim, ClaimLine

T = TypeVar("T")

TOTALS = {
    "staff": "Dépenses directes de personnel",
    "services": "Prestations de services",
    "other_direct": "Autres dépenses directes",
    "flat": "Coûts indirects forfaitaires",
    "eligible_cost": "Dépenses éligibles",
    "retained_cost": "Dépenses retenues",
    "other_resources": "Autres ressources",
}
OF_GRANT = {
    "due": "Subvention due",
    "already_paid": "Déjà versé",
    "to_pay": "Reste à verser",
}
OF_LINE = {
    "base": "Coût éligible du mois",
    "share": "Part sur l'opération",
    "hourly_rate": "Taux horaire",
    "amount": "Montant",
}
OF_RESOURCE = {"counted": "Montant compté", "assigned": "Montant affecté à l'opération"}
OF_PERSON = {"share": "Part du temps sur l'opération"}
SUMS_OF_STAFF = "retained_6"  # gross, charges, payroll tax and other items of the State's table
LIST_LENGTH = {"lines": 3, "resources": 3, "persons": 3, "table": 2, "plan": 2}


@dataclass(frozen=True, slots=True)
class Step:
    """One figure on the way down: what it is called and where it stands."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the way that leads to it.

    ``line`` is the claim line that it belongs to, if any; ``summed`` are the lines that it adds up:
    a sum over thousands of lines does not carry them among its inputs.
    """

    title: str
    path: str
    explained: Explained[Decimal]
    above: tuple[Step, ...]
    line: ClaimLine | None
    summed: tuple[ClaimLine, ...]


def figure_at(claim: Claim, path: str) -> Figure:
    """Figure of a claim by its address.

    Raises: NotFound: no figure stands there.
    """
    parts = path.split("/")
    length = _root_length(parts)
    root, rest = parts[:length], parts[length:]
    title, top = _root(claim, root)
    explained, steps = walk_down(top, Step(title, "/".join(root)), rest)
    line = _line(claim, root[1]) if root[0] == "lines" else None
    summed = _summed(claim, explained)
    return Figure(steps[-1].title, path, explained, steps[:-1], line, summed)


def walk_down(
    top: Explained[Decimal], first: Step, numbers: Sequence[str]
) -> tuple[Explained[Decimal], tuple[Step, ...]]:
    """Figure below another, by the places of its inputs, and the steps that lead there.

    Raises: NotFound: no explained figure stands at one of the places.
    """
    explained, steps = top, [first]
    for number in numbers:
        explained, title = _below(explained, number)
        steps.append(Step(title, f"{steps[-1].path}/{number}"))
    return explained, tuple(steps)


def _summed(claim: Claim, explained: Explained[Decimal]) -> tuple[ClaimLine, ...]:
    if explained is claim.services:
        return tuple(line for line in claim.lines if line.is_service)
    if explained is claim.staff or explained.formula.startswith(SUMS_OF_STAFF):
        return tuple(line for line in claim.lines if not line.is_service)
    return ()


def _root_length(parts: Sequence[str]) -> int:
    if parts[0] == "grant":
        return 3 if parts[1:2] == ["limits"] else 2
    return LIST_LENGTH.get(parts[0], 1)


def _root(claim: Claim, root: Sequence[str]) -> tuple[str, Explained[Decimal]]:
    match root:
        case [name] if name in TOTALS:
            return TOTALS[name], getattr(claim, name)
        case ["grant", "limits", name]:
            found = dict(claim.grant.limits).get(name)
            return f"Limite : {_term(name)}", present(found)
        case ["grant", name] if name in OF_GRANT:
            return OF_GRANT[name], getattr(claim.grant, name)
    return _listed(claim, root)


def _listed(claim: Claim, root: Sequence[str]) -> tuple[str, Explained[Decimal]]:
    match root:
        case ["lines", number, name] if name in OF_LINE:
            line = _line(claim, number)
            return f"{OF_LINE[name]}, ligne {line.number}", present(getattr(line, name))
        case ["resources", number, name] if name in OF_RESOURCE:
            resource = item_at(claim.resources, number)
            return f"{OF_RESOURCE[name]}, {resource.funder}", getattr(resource, name)
        case ["persons", number, name] if name in OF_PERSON:
            person = item_at(claim.persons, number)
            return f"{OF_PERSON[name]}, {person.name}", present(person.share)
        case ["table", number]:
            row = item_at(claim.table, number)
            return f"{row.line} {row.label}, réalisation", row.realised
        case ["plan", number]:
            planned = item_at(claim.plan, number)
            return f"{planned.label}, réalisé", planned.realised
    raise _unknown()


def _below(explained: Explained[Decimal], number: str) -> tuple[Explained[Decimal], str]:
    item = item_at(explained.inputs, number)
    if not isinstance(item.value, Explained):
        raise _unknown()
    return item.value, _term(item.name)


def _line(claim: Claim, number: str) -> ClaimLine:
    found = next((line for line in claim.lines if str(line.number) == number), None)
    if found is None:
        raise _unknown()
    return found


def item_at(items: Sequence[T], number: str) -> T:
    """Item of that rank, counted from one, as an address names it.

    Raises: NotFound: no such rank.
    """
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= len(items)):
        raise _unknown()
    return items[int(number) - 1]


def present(explained: Explained[Decimal] | None) -> Explained[Decimal]:
    """The figure itself.

    Raises: NotFound: there is none.
    """
    if explained is None:
        raise _unknown()
    return explained


def _term(name: str) -> str:
    return TERMS.get(name, name)


def _unknown() -> NotFound:
    return NotFound("Ce chiffre n'existe pas ici : revenez à la page et rouvrez-le.")

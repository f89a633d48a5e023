"""How a rule writes down what went into its result, in the fewest words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grants.parameters.loader import Figure, Setting
from grants.rules.explained import Citation, Explained, Input

Steps = dict[str, Explained[Decimal]]


def euros(name: str, value: Decimal | Explained[Decimal]) -> Input:
    """Input in euros."""
    return Input(name, value, "€")


def hours(name: str, value: Decimal | Explained[Decimal]) -> Input:
    """Input in hours."""
    return Input(name, value, "h")


def fraction(name: str, value: Decimal | Explained[Decimal]) -> Input:
    """Input that is a rate or a share, a fraction of one shown as a percentage."""
    return Input(name, value, "%")


def citation(figure: Figure | Setting) -> Citation:
    """Legal figure as a claim prints it: value, since when, text and address."""
    value = "|".join(figure.value) if isinstance(figure.value, tuple) else str(figure.value)
    return Citation(figure.name, value, figure.since, figure.title, figure.href)


def rest_on(result: Explained[Decimal], **known: Explained[Decimal]) -> Explained[Decimal]:
    """The same result, resting on inputs that are explained themselves, at any depth.

    Raises: ValueError: when an explained input has another value than the one that was used: the
    page would show a sum that does not follow from its parts.
    Example:
    >>> staff = Explained(Decimal(100), "sum_of_lines")
    >>> flat = Explained(Decimal(15), "flat_rate_15", (euros("staff", Decimal(100)),))
    >>> rest_on(flat, staff=staff).inputs[0].value.formula
    'sum_of_lines'
    """
    return replace(result, inputs=tuple(_resting(item, known) for item in result.inputs))


def _resting(item: Input, known: dict[str, Explained[Decimal]]) -> Input:
    explained = known.get(item.name)
    if explained is not None:
        if explained.value != item.plain:
            raise ValueError(f"{item.name}: {explained.value} is not the {item.plain} used")
        return replace(item, value=explained)
    if isinstance(item.value, Explained):
        return replace(item, value=rest_on(item.value, **known))
    return item

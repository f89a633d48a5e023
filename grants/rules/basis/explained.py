"""A result that can be taken back to its proof.

Every amount, share and hour count that leaves the rules is ``Explained``: its value, the formula
that gave it, what went in, the dated legal figures used, and the rows and pieces it rests on.
Screen, workbook, pack and API render this one object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from grants.enums import TextReading
from grants.french import EXACT, FIXED, day_fr, number, percent
from grants.french import euros as euros_fr
from grants.french import hours as hours_fr
from grants.frozen import frozen
from grants.parameters.loader import Dated, Figure, Setting
from grants.parameters.reading import Value

T = TypeVar("T")
Scalar = Decimal | int | str | date | bool


@frozen
class Source:
    """Rows of the imported workbook that state a fact.

    ``rows`` reads as a spreadsheet user counts: ``"12"`` or ``"2-22, 40"``. ``piece`` is the
    reference of the supporting document.
    """

    sheet: str
    rows: str
    piece: str = ""


@frozen
class Citation:
    """A legal or contractual figure as it was used: its value, since when, the text that says so,
    and whether somebody read it there.

    ``since`` is the day since when the text is in force, None where no dated text says it;
    ``href`` is empty where no address of the document is known, and for the parties' convention.
    """

    name: str
    value: str
    since: date | None
    text: str
    href: str = ""
    reading: TextReading = TextReading.READ
    read_on: date | None = None


@frozen
class Input:
    """One named thing that went into a formula. ``name`` is a key of ``grants.labels.TERMS``;
    ``unit`` one of €, h, %, ETP, j or empty.
    """

    name: str
    value: Explained[Decimal] | Scalar
    unit: str = ""

    @property
    def plain(self) -> Scalar:
        """The value without its explanation."""
        return self.value.value if isinstance(self.value, Explained) else self.value


@frozen
class Explained(Generic[T]):
    """A value and the steps that led to it.

    ``formula`` is a key of ``grants.formula_labels.FORMULAS``, where its French wording stands, for
    instance « coût du mois × heures sur l'opération ÷ heures travaillées ». ``note`` is one French
    sentence for what the formula does not say.
    Example:
    >>> staff = Input("staff", Decimal("100"), "€")
    >>> Explained(Decimal("15.00"), "flat_rate_15", (staff,)).value
    Decimal('15.00')
    """

    value: T
    formula: str
    inputs: tuple[Input, ...] = ()
    parameters: tuple[Citation, ...] = ()
    sources: tuple[Source, ...] = ()
    note: str = ""
    unit: str = "€"

    def opened(self) -> Explained[T]:
        """The same, with its steps at hand: whoever reads several of them opens it once."""
        return self


class Deferred(Explained[T]):
    """A result whose steps are put together when somebody opens it: of a claim's ten thousand lines
    few ever are, and files write one after the other.

    ``tell`` gives the result whole, as often as it is asked; value, formula and unit are known.
    Example:
    >>> Deferred(2, "sum_of_lines", "€", lambda: Explained(2, "sum_of_lines", note="1 + 1")).note
    '1 + 1'
    """

    __slots__ = ("_tell",)
    _tell: Callable[[], Explained[T]]

    def __init__(self, value: T, formula: str, unit: str, tell: Callable[[], Explained[T]]) -> None:
        _fill(self, "value", value)
        _fill(self, "formula", formula)
        _fill(self, "unit", unit)
        _fill(self, "_tell", tell)

    def opened(self) -> Explained[T]:
        """The result as ``tell`` puts it together."""
        return self._tell()

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What went in."""
        return self.opened().inputs

    @property
    def parameters(self) -> tuple[Citation, ...]:
        """Legal figures used."""
        return self.opened().parameters

    @property
    def sources(self) -> tuple[Source, ...]:
        """Rows that it rests on."""
        return self.opened().sources

    @property
    def note(self) -> str:
        """What the formula does not say."""
        return self.opened().note

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Explained) and self.opened() == other.opened()

    def __hash__(self) -> int:
        return hash(self.opened())

    def __repr__(self) -> str:
        return repr(self.opened())


_fill = object.__setattr__


def citations(results: Iterable[Explained[Decimal]]) -> Iterator[Citation]:
    """Every figure used anywhere below these results, each once, in order of first use."""
    seen: set[Citation] = set()
    pending = list(results)[::-1]
    while pending:
        result = pending.pop().opened()
        for citation in result.parameters:
            if citation not in seen:
                seen.add(citation)
                yield citation
        pending.extend(
            item.value for item in reversed(result.inputs) if isinstance(item.value, Explained)
        )


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers as a reader writes them.

    Example:
    >>> row_ranges([4, 2, 3, 9])
    '2-4, 9'
    """
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


# How a rule writes down what went into its result, in the fewest words.

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


def citation(figure: Figure | Setting | Dated[date]) -> Citation:
    """Legal figure as a claim prints it: value, since when, text and address, and how far it was
    read.
    """
    return Citation(
        figure.name,
        _value_text(figure.value, figure.unit),
        figure.since,
        figure.title,
        figure.href,
        figure.reading,
        figure.read_on,
    )


def _value_text(value: Value, unit: str) -> str:
    """Value in French, with its unit."""
    match value:
        case bool():
            return "oui" if value else "non"
        case date():
            return day_fr(value)
        case tuple():
            return ", ".join(value)
        case Decimal():
            return _figure_text(value, unit)
        case _:
            return value


def _figure_text(value: Decimal, unit: str) -> str:
    match unit:
        case "fraction":
            return percent(value, EXACT)
        case "€":
            return euros_fr(value)
        case "h":
            return hours_fr(value)
        case "":
            return number(value)
        case _:
            return f"{number(value)}{FIXED}{unit}"


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
    whole = result.opened()
    return replace(whole, inputs=tuple(_resting(item, known) for item in whole.inputs))


def _resting(item: Input, known: dict[str, Explained[Decimal]]) -> Input:
    explained = known.get(item.name)
    if explained is not None:
        if explained.value != item.plain:
            raise ValueError(f"{item.name}: {explained.value} is not the {item.plain} used")
        return replace(item, value=explained)
    if isinstance(item.value, Explained):
        return replace(item, value=rest_on(item.value, **known))
    return item

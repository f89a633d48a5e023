"""Official populations of régions, départements and EPCI: the only reader of ``territories.csv``.

The file is derived from the open package ``@etalab/decoupage-administratif`` by
``scripts/territories.py``; its head names source, version and licence (``docs/adr``, populations).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from grants.enums import TerritoryKind
from grants.frozen import frozen

FILE = "territories.csv"
COMMENT = "# "
# A code of two or three characters alone means a département: a région shares its code with one.
_WITHOUT_KIND = (TerritoryKind.EPCI, TerritoryKind.DEPARTEMENT)


@frozen
class Population:
    """Inhabitants of a territory (population municipale), of which census year, and who says so."""

    population: int
    year: int
    name: str
    source: str
    departements: tuple[str, ...]


def population_of(code: str, kind: TerritoryKind | None = None) -> Population | None:
    """Official population of an EPCI (SIREN), a département or, with its kind, a région; else None.

    Without ``kind``, « 84 » is the Vaucluse; with ``TerritoryKind.REGION`` it is
    Auvergne-Rhône-Alpes.
    Example:
    >>> population_of("244200770").name
    'Saint-Étienne Métropole'
    """
    kinds = _WITHOUT_KIND if kind is None else (kind,)
    known = _populations()
    return next((known[k, code] for k in kinds if (k, code) in known), None)


def attribution() -> Mapping[str, str]:
    """What the head of the file states: « Source », « Paquet », « Licence » and so on.

    Example:
    >>> attribution()["Paquet"].split()[0]
    '@etalab/decoupage-administratif'
    """
    heads = (line.removeprefix(COMMENT) for line in _lines() if line.startswith(COMMENT))
    pairs = (line.partition(" : ") for line in heads)
    return {name: text for name, separator, text in pairs if separator}


@cache
def _populations() -> Mapping[tuple[TerritoryKind, str], Population]:
    source = attribution()["Source"]
    rows = csv.DictReader(
        (line for line in _lines() if not line.startswith(COMMENT)), delimiter=";"
    )
    return {
        (TerritoryKind(row["type"]), row["code"]): Population(
            int(row["population"]),
            int(row["annee"]),
            row["nom"],
            source,
            tuple(row["departements"].split(",")),
        )
        for row in rows
    }


@cache
def _lines() -> tuple[str, ...]:
    text = files("grants.parameters").joinpath(FILE).read_text(encoding="utf-8")
    return tuple(text.splitlines())

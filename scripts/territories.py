"""Derive grants/parameters/territories.csv from the official list of French territories.

The package is large and is never committed; what coverage needs of it is one line a territory:

    npm pack @etalab/decoupage-administratif@6.0.0
    tar xzf etalab-decoupage-administratif-6.0.0.tgz
    python scripts/territories.py package 2023

The second argument is the year of the populations in its communes.json, as its README states it.
Everything is summed from communes: the package's own totals by EPCI are one census older.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "grants" / "parameters" / "territories.csv"
NAME = "@etalab/decoupage-administratif"
LICENCE = "Licence Ouverte 2.0 (Etalab), https://www.etalab.gouv.fr/licence-ouverte-open-licence"
OUTSIDE = "com"  # overseas collectivities: no département, no EPCI
# The census of Mayotte that the package carries is older than all others (its README says so).
MAYOTTE, MAYOTTE_YEAR = "976", 2017

Row = Mapping[str, Any]


def main() -> None:
    """Read the unpacked package, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path, help="unpacked package folder")
    parser.add_argument("year", type=int, help="year of the populations by commune")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    lines = list(territory_lines(given.package, given.year))
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{given.out} : {len(lines)} lignes\n")


def territory_lines(package: Path, year: int) -> Iterator[str]:
    """Lines of the file: where it comes from, then régions, départements and EPCI by code."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    yield from _header(version, year)
    communes = {
        row["code"]: row
        for row in _table(package, "communes")
        if row["type"] == "commune-actuelle" and row["zone"] != OUTSIDE
    }
    for kind, column in (("region", "region"), ("departement", "departement")):
        sums = _sums(communes.values(), column)
        for row in sorted(_table(package, f"{kind}s"), key=_code):
            if row["code"] in sums:
                inside = {c["departement"] for c in communes.values() if c[column] == row["code"]}
                yield _line(kind, row, sums[row["code"]], inside, year)
    for row in sorted(_table(package, "epci"), key=_code):
        members = [communes[member["code"]] for member in row["membres"]]
        population = sum(member["population"] for member in members)
        yield _line("epci", row, population, {m["departement"] for m in members}, year)


def _header(version: str, year: int) -> Iterator[str]:
    yield "# Population municipale des régions, départements et EPCI à fiscalité propre de France."
    yield f"# Source : Insee, populations de référence {year} par commune, sommées par territoire"
    yield "# Découpage : Code officiel géographique de l'Insee ; liste des EPCI de la DGCL"
    yield f"# Paquet : {NAME} {version}"
    yield f"# Licence : {LICENCE}"
    yield "# Commande : scripts/territories.py (voir docs/adr/populations.md)"
    yield "type;code;nom;population;annee;departements"


def _table(package: Path, name: str) -> list[Row]:
    rows: list[Row] = json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _sums(communes: Iterable[Row], column: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for commune in communes:
        sums[commune[column]] += commune["population"]
    return sums


def _code(row: Row) -> str:
    return str(row["code"])


def _line(kind: str, row: Row, population: int, departements: set[str], year: int) -> str:
    of_year = MAYOTTE_YEAR if departements == {MAYOTTE} else year
    inside = ",".join(sorted(departements))
    return f"{kind};{row['code']};{row['nom']};{population};{of_year};{inside}"


if __name__ == "__main__":
    main()

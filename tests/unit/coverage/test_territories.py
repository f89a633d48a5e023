"""Official populations: right figures, one year, and a file that says where it comes from."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from grants.enums import TerritoryKind
from grants.parameters.territories import attribution, population_of
from scripts.territories import territory_lines

LINES = files("grants.parameters").joinpath("territories.csv").read_text("utf-8").splitlines()
ROWS = [line.split(";") for line in LINES if not line.startswith("# ")][1:]


def test_the_head_names_source_version_and_licence() -> None:
    told = attribution()

    assert re.fullmatch(r"@etalab/decoupage-administratif \d+\.\d+\.\d+", told["Paquet"])
    assert told["Licence"].startswith("Licence Ouverte 2.0")
    assert "Insee" in told["Source"]
    assert "scripts/territories.py" in told["Commande"]


def test_an_epci_is_found_by_its_siren() -> None:
    found = population_of("244200770")

    assert found is not None
    assert (found.name, found.population, found.year) == ("Saint-Étienne Métropole", 408391, 2023)


def test_a_code_shared_by_a_departement_and_a_region_needs_the_kind_for_the_region() -> None:
    alone, region = population_of("84"), population_of("84", TerritoryKind.REGION)

    assert alone is not None
    assert region is not None
    assert (alone.name, region.name) == ("Vaucluse", "Auvergne-Rhône-Alpes")


@pytest.mark.parametrize("code", ["", "999999999", "79 ", "PLIE"])
def test_an_unknown_code_gives_nothing(code: str) -> None:
    assert population_of(code) is None


def test_departements_and_regions_add_up_to_the_same_country() -> None:
    sums: Counter[str] = Counter()
    for kind, _, _, population, *_ in ROWS:
        sums[kind] += int(population)

    assert sums["departement"] == sums["region"]
    assert sums["epci"] <= sums["departement"]
    assert Counter(row[0] for row in ROWS) == {"region": 18, "departement": 101, "epci": 1255}


def test_the_file_is_small_and_names_no_registry() -> None:
    text = "\n".join(LINES)

    assert len(text) < 200_000
    assert not re.search(r"registry|unpkg|npmjs|jsdelivr", text)


def test_the_script_sums_communes_and_not_the_older_totals_of_the_epci(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    commune = {"type": "commune-actuelle", "zone": "metro", "departement": "79", "region": "75"}
    _write(tmp_path / "package.json", {"version": "9.9.9"})
    _write(
        data / "communes.json",
        [
            commune | {"code": "79001", "population": 100},
            commune | {"code": "79002", "population": 50},
            commune | {"code": "79003", "type": "commune-deleguee"},
            commune | {"code": "98801", "zone": "com", "departement": "988", "population": 7},
        ],
    )
    _write(data / "departements.json", [{"code": "79", "nom": "Deux-Sèvres"}])
    _write(data / "regions.json", [{"code": "75", "nom": "Nouvelle-Aquitaine"}])
    member = {"code": "79001", "populationMunicipale": 99}
    _write(
        data / "epci.json",
        [{"code": "200040244", "nom": "CA", "populationMunicipale": 99, "membres": [member]}],
    )

    lines = list(territory_lines(tmp_path, 2023))

    assert lines[3] == "# Paquet : @etalab/decoupage-administratif 9.9.9"
    assert lines[-3:] == [
        "region;75;Nouvelle-Aquitaine;150;2023;79",
        "departement;79;Deux-Sèvres;150;2023;79",
        "epci;200040244;CA;100;2023;79",
    ]


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")

"""Coverage situations as published: who has how many facilitators, and the hours they bring about.

Sources: délibération ECOR-003-13530/23/BM of Aix-Marseille-Provence (16 March 2023); dossier « Les
achats socialement responsables », fiche 8, Villes et Territoires (31 May 2016) for Toulouse and
the Pas-de-Calais. Names of structures and people are fictional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import ImportRows
from grants.enums import FunderKind, LegalForm, TerritoryKind
from grants.services.demo.people import Worker, add_holding, add_worker

ONE = Decimal(1)
HALF = Decimal("0.5")
AMP = "200054807"
TOULOUSE = "243100518"
PAS_DE_CALAIS = "DEP-62"
PLIE_COUNT = 8
# Names that nobody can take for a real person's; first names that suit anyone.
LAST_NAMES = ("ALIBI", "BROUILLON", "CANEVAS", "CROQUIS", "DÉCALQUE", "ÉBAUCHE", "ESQUISSE")
FIRST_NAMES = ("Andrea", "Ariel", "Charlie", "Claude", "Dany", "Eden", "Jessy", "Lois", "Maxence")


@dataclass(frozen=True, slots=True)
class Team:
    """A structure's posts on one territory, all filled since ``since``."""

    structure: str
    territory: str
    sizes: tuple[Decimal, ...]
    since: date
    convention: str = ""


def add_situations(rows: ImportRows) -> None:
    """Add Aix-Marseille 4 + 7, Toulouse 5.5 and the Pas-de-Calais' eight PLIE."""
    _add_aix_marseille(rows)
    _add_toulouse(rows)
    _add_pas_de_calais(rows)


def _add_aix_marseille(rows: ImportRows) -> None:
    since = date(2022, 1, 1)
    rows.add(
        "territoires",
        code=AMP,
        nom="Aix-Marseille-Provence",
        type=TerritoryKind.EPCI,
        code_insee=AMP,
    )
    _structure(rows, "AMP", "Métropole Aix-Marseille-Provence (démonstration)", 1)
    _add_team(rows, Team("AMP", AMP, (ONE,) * 4, since))
    rows.add(
        "financeurs",
        code="AMP-EPCI",
        nom="Métropole Aix-Marseille-Provence",
        type=FunderKind.EPCI,
    )
    rows.add(
        "dispositifs",
        code="AMP-PARTENARIAT",
        nom="Conventions avec les associations du réseau des facilitateurs",
        financeur="AMP-EPCI",
        texte="Délibération ECOR-003-13530/23/BM du 16 mars 2023",
    )
    for number, size in ((1, 3), (2, 2), (3, 2)):
        _add_association(rows, number, size, since)
    _hours(rows, "AMP", AMP, 2022, 644000, "Délibération ECOR-003-13530/23/BM du 16 mars 2023")


def _add_association(rows: ImportRows, number: int, size: int, since: date) -> None:
    code, convention = f"AMP-ASSO-{number}", f"AMP-2022-{number:03d}"
    _structure(rows, code, f"Association fictive n° {number} de Provence", 1 + number)
    rows.add(
        "conventions",
        numero=convention,
        intitule=f"Facilitateurs associatifs, association n° {number}",
        structure=code,
        dispositif="AMP-PARTENARIAT",
        debut=since,
        fin=date(2027, 12, 31),
        signee_le=date(2021, 12, 17),
        taux=ONE,
        montant_maximum=Decimal(270000 * size),
        etp=Decimal(size),
    )
    _add_team(rows, Team(code, AMP, (ONE,) * size, since, convention))


def _add_toulouse(rows: ImportRows) -> None:
    rows.add(
        "territoires",
        code=TOULOUSE,
        nom="Toulouse Métropole",
        type=TerritoryKind.EPCI,
        code_insee=TOULOUSE,
    )
    _structure(rows, "TLS", "Structure porteuse toulousaine (démonstration)", 5)
    _add_team(rows, Team("TLS", TOULOUSE, (ONE,) * 5 + (HALF,), date(2016, 1, 1)))
    _hours(rows, "TLS", TOULOUSE, 2016, 600000, "Fiche 8, 31 mai 2016 : moyenne annuelle publiée")


def _add_pas_de_calais(rows: ImportRows) -> None:
    rows.add(
        "territoires",
        code=PAS_DE_CALAIS,
        nom="Pas-de-Calais",
        type=TerritoryKind.DEPARTEMENT,
        code_insee="62",
    )
    for number in range(1, PLIE_COUNT + 1):
        structure, territory = f"PLIE62-{number}", f"62-PLIE-{number}"
        rows.add(
            "territoires",
            code=territory,
            nom=f"PLIE n° {number} du Pas-de-Calais",
            type=TerritoryKind.PLIE,
            parent=PAS_DE_CALAIS,
        )
        _structure(rows, structure, f"PLIE fictif n° {number} du Pas-de-Calais", 5 + number)
        _add_team(rows, Team(structure, territory, (ONE,), date(2016, 1, 1)))


def _structure(rows: ImportRows, code: str, name: str, number: int) -> None:
    rows.add(
        "structures",
        code=code,
        nom=name,
        siret=fictional_siret(number),
        forme_juridique=LegalForm.ASSOCIATION,
    )


def _add_team(rows: ImportRows, team: Team) -> None:
    for number, fte in enumerate(team.sizes, start=1):
        post = f"{team.structure}-P{number}"
        rows.add(
            "postes",
            code=post,
            intitule="Facilitateur des clauses sociales",
            structure=team.structure,
            territoire=team.territory,
            etp=fte,
            debut=team.since,
        )
        if team.convention:
            rows.add("postes_conventions", poste=post, convention=team.convention, etp=fte)
        worker = _person(team, number, fte)
        add_worker(rows, worker)
        add_holding(rows, worker, post, first=team.since)


def _person(team: Team, number: int, fte: Decimal) -> Worker:
    position = sum(team.structure.encode()) + number
    return Worker(
        f"{team.structure}-A{number}",
        LAST_NAMES[position % len(LAST_NAMES)],
        FIRST_NAMES[position % len(FIRST_NAMES)],
        team.structure,
        team.since,
        fte,
    )


def _hours(
    rows: ImportRows, structure: str, territory: str, year: int, hours: int, method: str
) -> None:
    rows.add(
        "valeurs",
        indicateur="heures_insertion",
        structure=structure,
        territoire=territory,
        debut=date(year, 1, 1),
        fin=date(year, 12, 31),
        valeur=hours,
        methode=method,
    )


def fictional_siret(number: int) -> str:
    """A number that passes the SIRET's checksum and that no structure of ours shares.

    SIREN and SIRET each end with the digit that makes their Luhn sum a multiple of ten.
    Example:
    >>> fictional_siret(1)
    '99000001000019'
    """
    siren = _with_luhn_digit(f"{99000000 + number:08d}")
    return _with_luhn_digit(f"{siren}0001")


def _with_luhn_digit(digits: str) -> str:
    doubled = [int(digit) * (2 - position % 2) for position, digit in enumerate(reversed(digits))]
    total = sum(value - 9 * (value > 9) for value in doubled)
    return digits + str(-total % 10)

"""A house whose sums could say what somebody earns: a convention of one agent, of three, of two
with one for a month only, one that runs; each month's pay is like no other figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from exports.imports.filled_workbook import ImportRows
from grants.enums import FunderKind, LegalForm, LetterNature, PayItemKind, TerritoryKind
from grants.periods import Period

YEAR = Period.year(2024)
RUNNING = Period.inclusive(date(2024, 12, 15), date(2025, 12, 14))
TWO_YEARS = Period.inclusive(date(2023, 1, 1), date(2024, 12, 31))
STRUCTURE = "S"
# Convention → who it charges, with the days of each.
ONE, THREE, TWO, RUN = "ETAT-1", "ETAT-3", "FSE-2", "ETAT-COURS"
CHARGED = {
    ONE: {"A": YEAR},
    THREE: {"B": YEAR, "C": YEAR, "D": YEAR},
    TWO: {"E": TWO_YEARS, "G": Period.inclusive(date(2024, 12, 1), date(2024, 12, 31))},
    RUN: {"H": RUNNING},
}
PERIODS = {ONE: YEAR, THREE: YEAR, TWO: TWO_YEARS, RUN: RUNNING}
NAMES = {
    "A": "ABRICOT", "B": "BIGARREAU", "C": "CASSIS", "D": "DATTE", "E": "EGLANTINE",
    "G": "GROSEILLE", "H": "HYSOPE",
}  # fmt: skip


def gross_of(code: str, month: date) -> Decimal:
    """Gross pay of an agent's month: another one each month."""
    return Decimal(2_611 + 97 * (ord(code) - ord("A")) + month.month) + Decimal("0.37")


def charges_of(code: str, month: date) -> Decimal:
    """Employer's charges of an agent's month."""
    return Decimal(1_019 + 41 * (ord(code) - ord("A")) + 3 * month.month) + Decimal("0.81")


def paid_months(code: str) -> Iterator[date]:
    """Months for which an agent has a payslip: none beyond January 2025."""
    for charged in CHARGED.values():
        if code in charged:
            yield from (one for one in charged[code].months() if one <= date(2025, 1, 1))


def paid_people() -> ImportRows:
    """The workbook of that house."""
    rows = ImportRows()
    rows.add("structures", code=STRUCTURE, nom="Structure", forme_juridique=LegalForm.ASSOCIATION)
    rows.add("territoires", code="T", nom="Territoire", type=TerritoryKind.EPCI)
    for code, kind in (("DREETS", FunderKind.STATE), ("FSEP", FunderKind.FSE_PLUS)):
        rows.add("financeurs", code=code, nom=f"Financeur {code}", type=kind)
    rows.add("dispositifs", code="PNAD", nom="Postes", financeur="DREETS", taux_max=Decimal("0.7"))
    rows.add("dispositifs", code="FSE", nom="Opérations", financeur="FSEP", taux_max=Decimal("0.5"))
    for number, people in CHARGED.items():
        _convention(rows, number, len(people))
        for code, days in people.items():
            _agent(rows, number, code, days)
    return rows


def _convention(rows: ImportRows, number: str, fte: int) -> None:
    is_state, days = number != TWO, PERIODS[number]
    rows.add(
        "conventions", numero=number, intitule=number, structure=STRUCTURE,
        dispositif="PNAD" if is_state else "FSE", debut=days.start, fin=days.last,
        signee_le=date(2022, 12, 1), taux=Decimal("0.7") if is_state else Decimal("0.5"), etp=fte,
        montant_maximum=400_000, cout_total=800_000,
    )  # fmt: skip


def _agent(rows: ImportRows, number: str, code: str, days: Period) -> None:
    post = f"P-{code}"
    rows.add(
        "postes", code=post, intitule="Facilitateur", structure=STRUCTURE, territoire="T", etp=1,
        debut=date(2023, 1, 1),
    )  # fmt: skip
    rows.add("agents", matricule=f"M-{code}", nom=NAMES[code], prenom="Un", structure=STRUCTURE)
    rows.add(
        "contrats", agent=f"M-{code}", debut=days.start.replace(day=1), quotite=1, heures_hebdo=35
    )
    rows.add("affectations", agent=f"M-{code}", poste=post, debut=days.start, fin=days.last)
    if number == TWO:
        rows.add(
            "lettres_mission", agent=f"M-{code}", convention=number, debut=days.start,
            fin=days.last, nature=LetterNature.FULL_TIME,
        )  # fmt: skip
    else:
        rows.add("postes_conventions", poste=post, convention=number, etp=1)
    for month in paid_months(code):
        for item, amount in (
            (PayItemKind.GROSS, gross_of(code, month)),
            (PayItemKind.EMPLOYER_CHARGES, charges_of(code, month)),
        ):
            rows.add(
                "bulletins", agent=f"M-{code}", mois=month, rubrique=item, montant=amount,
                paye_le=month.replace(day=27),
            )  # fmt: skip

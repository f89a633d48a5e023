"""Where each line of the table stands in the official PDF, field by field.

Read off the names and the geometry of Cerfa n° 15059*02 (25/06/2018). A row of the form is named
``num_P_1_16`` for the planned amount of the 16th row of the left side; the shaded sums have names
of their own (``num_CP_P``).
"""

from __future__ import annotations

from grants.enums import BudgetSide
from grants.frozen import frozen

CHARGES, PRODUITS = BudgetSide.CHARGES, BudgetSide.PRODUITS
IDENTITY, TABLE, ANNEX = "Page2", "Page3", "Page4"


@frozen
class RowFields:
    """Fields of one row; ``label`` is empty where the form prints the words itself."""

    planned: str
    realised: str
    percent: str
    label: str = ""


def _numbered(row: str, *, free: bool = False) -> RowFields:
    label = f"txt_{row}" if free else ""
    return RowFields(f"num_P_{row}", f"num_R_{row}", f"num_pour_{row}", label)


def _named(name: str) -> RowFields:
    return RowFields(f"num_{name}_P", f"num_{name}_R", f"num_{name}_pour")


ROW_FIELDS: dict[tuple[BudgetSide, str], RowFields] = {
    (CHARGES, "60"): _named("achat"),
    (CHARGES, "60-1"): _numbered("1_1", free=True),
    (CHARGES, "60-2"): _numbered("1_2", free=True),
    (CHARGES, "601"): _numbered("1_3"),
    (CHARGES, "606"): _numbered("1_4"),
    (CHARGES, "61"): _named("SE"),
    (CHARGES, "613"): _numbered("1_5"),
    (CHARGES, "615"): _numbered("1_6"),
    (CHARGES, "616"): _numbered("1_7"),
    (CHARGES, "618"): _numbered("1_8"),
    (CHARGES, "61-1"): _numbered("1_9", free=True),
    (CHARGES, "62"): _named("ASE"),
    (CHARGES, "622"): _numbered("1_10"),
    (CHARGES, "623"): _numbered("1_11"),
    (CHARGES, "625"): _numbered("1_12"),
    (CHARGES, "627"): _numbered("1_13"),
    (CHARGES, "63"): _named("IT"),
    (CHARGES, "631"): _numbered("1_14"),
    (CHARGES, "635"): _numbered("1_15"),
    (CHARGES, "64"): _named("CP"),
    (CHARGES, "641"): _numbered("1_16"),
    (CHARGES, "645"): _numbered("1_17"),
    (CHARGES, "648"): _numbered("1_18"),
    (CHARGES, "65"): _numbered("1_19"),
    (CHARGES, "65-1"): _numbered("1_20", free=True),
    (CHARGES, "66"): _numbered("1_21"),
    (CHARGES, "67"): _numbered("1_22"),
    (CHARGES, "68"): _numbered("1_23"),
    (CHARGES, "ind-1"): _numbered("1_24"),
    (CHARGES, "ind-2"): _numbered("1_25"),
    (CHARGES, "ind-3"): _numbered("1_26"),
    (CHARGES, "total"): _numbered("1_27"),
    (CHARGES, "86"): _numbered("1_28"),
    (CHARGES, "860"): _numbered("1_29"),
    (CHARGES, "861"): _numbered("1_30"),
    (CHARGES, "862"): _numbered("1_31"),
    (CHARGES, "864"): _numbered("1_32"),
    (CHARGES, "grand-total"): _numbered("1_33"),
    (PRODUITS, "70"): _numbered("2_1"),
    (PRODUITS, "73"): _numbered("2_2"),
    (PRODUITS, "74"): _named("SUBE"),
    (PRODUITS, "74-etat-1"): _numbered("2_4", free=True),
    (PRODUITS, "74-etat-2"): _numbered("2_5", free=True),
    (PRODUITS, "74-region"): _numbered("2_7", free=True),
    (PRODUITS, "74-departement"): _numbered("2_9", free=True),
    (PRODUITS, "74-epci"): _numbered("2_11", free=True),
    (PRODUITS, "74-commune"): _numbered("2_13", free=True),
    (PRODUITS, "74-social"): _numbered("2_15", free=True),
    (PRODUITS, "74-europe"): _numbered("2_16"),
    (PRODUITS, "74-asp"): _numbered("2_17"),
    (PRODUITS, "74-asp-1"): _numbered("2_18", free=True),
    (PRODUITS, "74-autres-publics"): _numbered("2_19"),
    (PRODUITS, "74-prive"): _numbered("2_20"),
    (PRODUITS, "74-prive-1"): _numbered("2_21", free=True),
    (PRODUITS, "75"): _numbered("2_22"),
    (PRODUITS, "75-dont"): _numbered("2_23"),
    (PRODUITS, "76"): _numbered("2_24"),
    (PRODUITS, "77"): _numbered("2_25"),
    (PRODUITS, "78"): _numbered("2_26"),
    (PRODUITS, "propres-1"): _numbered("2_27", free=True),
    (PRODUITS, "propres-2"): _numbered("2_28", free=True),
    (PRODUITS, "propres-3"): _numbered("2_29", free=True),
    (PRODUITS, "total"): _numbered("2_30"),
    (PRODUITS, "87"): _numbered("2_31"),
    (PRODUITS, "870"): _numbered("2_32"),
    (PRODUITS, "871"): _numbered("2_33"),
    (PRODUITS, "875"): _numbered("2_35"),
    (PRODUITS, "grand-total"): _numbered("2_36"),
}

# Free lines under one heading take each other's overflow, in this order.
FREE_GROUPS: tuple[tuple[BudgetSide, tuple[str, ...]], ...] = (
    (CHARGES, ("60-1", "60-2")),
    (CHARGES, ("61-1",)),
    (CHARGES, ("65-1",)),
    (PRODUITS, ("74-etat-1", "74-etat-2")),
    (PRODUITS, ("74-region",)),
    (PRODUITS, ("74-departement",)),
    (PRODUITS, ("74-epci",)),
    (PRODUITS, ("74-commune",)),
    (PRODUITS, ("74-social",)),
    (PRODUITS, ("74-asp-1",)),
    (PRODUITS, ("74-prive-1",)),
    (PRODUITS, ("propres-1", "propres-2", "propres-3")),
)
# Where an account's own amount goes when it has a free line left.
OWN_AMOUNT_GOES_TO = {(CHARGES, "60"): "60-1", (CHARGES, "61"): "61-1"}


def field_name(page: str, name: str, index: int = 0) -> str:
    """Full name of a field.

    Example:
    >>> field_name("Page3", "num_exo")
    'topmostSubform[0].Page3[0].num_exo[0]'
    """
    return f"topmostSubform[0].{page}[0].{name}[{index}]"


def form_fields() -> frozenset[str]:
    """Full names of the fields by which the form is known: those of its table."""
    names = {name for row in ROW_FIELDS.values() for name in (row.planned, row.realised, row.label)}
    return frozenset(field_name(TABLE, name) for name in names if name)

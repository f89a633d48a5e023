"""Every printed line of the State's summary table, Cerfa n° 15059*02, in the order of the form.

Data, not behaviour: the engine sums by it, the workbook prints it, the PDF mapping names its
cells, budgets refer to its codes. Checked row by row against the official file.

How lines add up is the form's own arithmetic, read from its scripts:

* ``parent`` is the line that a line adds into, when ``counts``; a heading adds into nothing.
* 60 to 64, 74, 86 and 87 are sums of the lines below them. An amount that is budgeted on such an
  account itself, with no line to go to, is part of it all the same: account = lines + own amount. A
  claim's table holds amounts that add up, never sums: a ``TableLine`` on an account is what the
  account holds beside its lines. ``exports.claims.state.printed_table`` makes the accounts and
  totals.
* 65 is typed, and the free line under it adds into the total beside it, not into 65.
* 75-dont is a part of 75 (« dont »), already counted there.
* The unlabelled row between 871 and 875 has no words to say what it holds and stays empty, as do
  the amounts beside the headings « Région(s) : » and the like.
"""

from __future__ import annotations

from typing import Literal

from grants.enums import BudgetSide
from grants.frozen import frozen

Level = Literal["section", "account", "line", "free", "total"]

FORM_NUMBER = "15059*02"


@frozen
class CerfaLine:
    """One row of one side; ``free`` rows have no printed words and take the label of the budget."""

    code: str
    side: BudgetSide
    label: str
    level: Level
    parent: str = ""
    counts: bool = True


def _side(side: BudgetSide, rows: tuple[tuple[str, Level, str, str], ...]) -> list[CerfaLine]:
    return [
        CerfaLine(code, side, label, level, parent, bool(parent) and code not in _NOT_ADDED)
        for code, level, parent, label in rows
    ]


_NOT_ADDED = {"75-dont"}

# fmt: off
_CHARGES: tuple[tuple[str, Level, str, str], ...] = (
    ("titre-directes", "section", "", "Charges directes affectées à l'action"),
    ("60", "account", "total", "60 – Achat"),
    ("60-1", "free", "60", ""),
    ("60-2", "free", "60", ""),
    ("601", "line", "60", "Achats matières et fournitures"),
    ("606", "line", "60", "Autres fournitures"),
    ("61", "account", "total", "61 – Services extérieurs"),
    ("613", "line", "61", "Locations"),
    ("615", "line", "61", "Entretien et réparation"),
    ("616", "line", "61", "Assurance"),
    ("618", "line", "61", "Documentation"),
    ("61-1", "free", "61", ""),
    ("62", "account", "total", "62 – Autres services extérieurs"),
    ("622", "line", "62", "Rémunérations intermédiaires et honoraires"),
    ("623", "line", "62", "Publicité, publication"),
    ("625", "line", "62", "Déplacements, missions"),
    ("627", "line", "62", "Services bancaires, autres"),
    ("63", "account", "total", "63 – Impôts et taxes"),
    ("631", "line", "63", "Impôts et taxes sur rémunération"),
    ("635", "line", "63", "Autres impôts et taxes"),
    ("64", "account", "total", "64 – Charges de personnel"),
    ("641", "line", "64", "Rémunération des personnels"),
    ("645", "line", "64", "Charges sociales"),
    ("648", "line", "64", "Autres charges de personnel"),
    ("65", "account", "total", "65 – Autres charges de gestion courante"),
    ("65-1", "free", "total", ""),
    ("66", "account", "total", "66 – Charges financières"),
    ("67", "account", "total", "67 – Charges exceptionnelles"),
    ("68", "account", "total", "68 – Dotation aux amortissements"),
    ("titre-indirectes", "section", "", "Charges indirectes affectées à l'action"),
    ("ind-1", "account", "total", "Charges fixes de fonctionnement"),
    ("ind-2", "account", "total", "Frais financiers"),
    ("ind-3", "account", "total", "Autres"),
    ("total", "total", "grand-total", "Total des charges"),
    ("titre-volontaires", "section", "", "Contributions volontaires"),
    ("86", "account", "grand-total", "86 – Emplois des contributions volontaires en nature"),
    ("860", "line", "86", "860 – Secours en nature"),
    ("861", "line", "86", "861 – Mise à disposition gratuite de biens et services"),
    ("862", "line", "86", "862 – Prestations"),
    ("864", "line", "86", "864 – Personnel bénévole"),
    ("grand-total", "total", "", "TOTAL"),
)

_PRODUITS: tuple[tuple[str, Level, str, str], ...] = (
    ("titre-directes", "section", "", "Ressources directes affectées à l'action"),
    ("70", "account", "total",
     "70 – Vente de marchandises, produits finis, prestations de services"),
    ("73", "account", "total", "73 – Dotations et produits de tarification"),
    ("74", "account", "total", "74 – Subventions d'exploitation"),
    ("titre-etat", "section", "", "Etat : préciser le(s) ministère(s) sollicité(s)"),
    ("74-etat-1", "free", "74", ""),
    ("74-etat-2", "free", "74", ""),
    ("titre-regions", "section", "", "Région(s) :"),
    ("74-region", "free", "74", ""),
    ("titre-departements", "section", "", "Département(s) :"),
    ("74-departement", "free", "74", ""),
    ("titre-epci", "section", "", "Intercommunalité(s) : EPCI"),
    ("74-epci", "free", "74", ""),
    ("titre-communes", "section", "", "Commune(s) :"),
    ("74-commune", "free", "74", ""),
    ("titre-sociaux", "section", "", "Organismes sociaux (détailler) :"),
    ("74-social", "free", "74", ""),
    ("74-europe", "line", "74", "Fonds européens"),
    ("74-asp", "line", "74",
     "L'agence de services et de paiement (ex-CNASEA – emplois aidés)"),
    ("74-asp-1", "free", "74", ""),
    ("74-autres-publics", "line", "74", "Autres établissements publics"),
    ("74-prive", "line", "74", "Aides privées"),
    ("74-prive-1", "free", "74", ""),
    ("75", "account", "total", "75 – Autres produits de gestion courante"),
    ("75-dont", "line", "75", "Dont cotisations, dons manuels ou legs"),
    ("76", "account", "total", "76 – Produits financiers"),
    ("77", "account", "total", "77 – Produits exceptionnels"),
    ("78", "account", "total",
     "78 – Reports ressources non utilisées d'opérations antérieures"),
    ("titre-propres", "section", "", "Ressources propres affectées à l'action"),
    ("propres-1", "free", "total", ""),
    ("propres-2", "free", "total", ""),
    ("propres-3", "free", "total", ""),
    ("total", "total", "grand-total", "Total des produits"),
    ("titre-volontaires", "section", "", "Contributions volontaires"),
    ("87", "account", "grand-total", "87 – Contributions volontaires en nature"),
    ("870", "line", "87", "870 – Bénévolat"),
    ("871", "line", "87", "871 – Prestations en nature"),
    ("875", "line", "87", "875 – Dons en nature"),
    ("grand-total", "total", "", "TOTAL"),
)
# fmt: on

CERFA_LINES: tuple[CerfaLine, ...] = (
    *_side(BudgetSide.CHARGES, _CHARGES),
    *_side(BudgetSide.PRODUITS, _PRODUITS),
)
CERFA_LINE_BY_CODE = {(line.side, line.code): line for line in CERFA_LINES}

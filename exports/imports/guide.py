"""The sheets of the template that hold no data: how to fill it in, the codes of budget lines."""

from __future__ import annotations

from typing import Any

from grants.labels import label
from grants.rules.claims.cerfa_lines import CERFA_LINES, CerfaLine
from grants.workbook_format.sheets import SHEETS

HELP_MARK = "Aide : "
LINE_HEIGHT = 15
LINE_LETTERS = 105
ROW_GAP = 3
A4 = 9

# What everybody needs to know before the first row; docs/import.md says the rest.
ADVICE: tuple[tuple[str, str], ...] = (
    (
        "Remplir",
        "Une feuille par objet, une ligne par fiche, à partir de la ligne 3. Laissez vides les "
        "feuilles dont vous n'avez pas besoin.",
    ),
    (
        "Noms",
        "Les noms des feuilles et des colonnes (ligne 1) ne changent pas. L'ordre des colonnes est "
        "libre ; une colonne facultative peut être supprimée.",
    ),
    (
        "Obligatoire",
        "Les colonnes à l'en-tête bleu foncé doivent être remplies à chaque ligne.",
    ),
    (
        "Codes",
        "Une feuille se réfère à une autre par son code (matricule, numéro de convention…). Le "
        "code peut aussi être déjà enregistré dans le logiciel.",
    ),
    ("Dates", "15/12/2023 ou une vraie date du tableur. Les deux jours d'une période sont inclus."),
    ("Montants", "1 234,56 en euros, au centime près."),
    (
        "Heures",
        "7,5 ou 7:30 ou 7h30, à la minute près. Laissez ces colonnes au format Standard.",
    ),
    ("Parts et taux", "70 %, 70 ou 0,7."),
    (
        "Paramètres",
        "Les colonnes de paramètres des feuilles dispositifs et conventions restent vides tant "
        "que la règle habituelle du financeur convient.",
    ),
    (
        "Feuilles de temps",
        "Les lignes d'un agent pour un jour remplacent tout ce qui était enregistré pour ce jour.",
    ),
    (
        "Pièces",
        "Les fichiers se placent dans « pieces », à côté du classeur ; fichier en donne le nom.",
    ),
    (
        "Importer",
        "grants import CLASSEUR.xlsx --dry-run contrôle tout sans écrire ; sans --dry-run, tout "
        "est importé, ou rien s'il reste une erreur. Importer deux fois ne change rien.",
    ),
)


def budget_lines() -> tuple[CerfaLine, ...]:
    """Lines of the State's form that a budget may use: neither titles nor totals."""
    return tuple(line for line in CERFA_LINES if line.level in {"account", "line", "free"})


def write_guide(book: Any, out: Any) -> None:
    """Write what to know before filling in, then what each sheet is for, with a link to it."""
    title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F4E79"})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F0", "bottom": 1})
    name = book.add_format({"bold": True, "valign": "top"})
    said = book.add_format({"text_wrap": True, "valign": "top"})
    link = book.add_format({"font_color": "#1F4E79", "underline": 1, "valign": "top"})
    out.hide_gridlines(2)
    out.set_column(0, 0, 22)
    out.set_column(1, 1, 96)
    out.write_string(0, 0, "Classeur d'import", title)
    row = 2
    for topic, text in ADVICE:
        # A viewer that does not fit rows to wrapped text would print one line over the next.
        out.set_row(row, LINE_HEIGHT * (1 + len(text) // LINE_LETTERS) + ROW_GAP)
        out.write_string(row, 0, topic, name)
        out.write_string(row, 1, text, said)
        row += 1
    row += 1
    out.write_string(row, 0, "Feuille", head)
    out.write_string(row, 1, "Ce qu'elle contient", head)
    for number, sheet in enumerate(SHEETS, row + 1):
        out.write_url(number, 0, f"internal:'{sheet.name}'!A3", link, sheet.name)
        out.write_string(number, 1, sheet.purpose, said)
    out.set_paper(A4)
    out.fit_to_pages(1, 0)


def write_lines(book: Any, out: Any) -> None:
    """The codes that the column « ligne » of budgets takes, in the order of the form."""
    head = book.add_format({"bold": True, "bg_color": "#DCE6F0", "bottom": 1})
    account = book.add_format({"bold": True})
    out.set_tab_color("#5B5B5B")
    out.freeze_panes(1, 0)
    for position, (title, width) in enumerate((("cote", 12), ("ligne", 18), ("intitulé", 70))):
        out.set_column(position, position, width)
        out.write_string(0, position, title, head)
    for row, line in enumerate(budget_lines(), 1):
        style = account if line.level == "account" else None
        wording = line.label or "Ligne libre : son intitulé vient de la colonne libelle"
        for position, text in enumerate((label(line.side), line.code, wording)):
            out.write_string(row, position, text, style)

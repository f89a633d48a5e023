"""``python -m exports.imports.docs`` writes docs/import.md from the list of sheets and columns.

The page is committed; a test holds it equal to what this module gives, so that the words that users
read and the columns that the program reads cannot drift apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from exports.imports.guide import budget_lines
from grants.labels import label
from grants.rules.conventions.settings import SPECS
from grants.workbook_format.columns import CellKind, Column, Sign
from grants.workbook_format.sheets import SHEETS

PAGE = Path("docs/import.md")

INTRODUCTION = """\
# Importer un classeur

<!-- Page écrite par « python -m exports.imports.docs » : modifiez grants/workbook_format/. -->

`grants template CHEMIN.xlsx` écrit un classeur vide. `grants import FICHIER` importe un classeur
rempli (`.xlsx`, `.ods`, `.xls`) ou un dossier de fichiers csv. `grants import FICHIER --dry-run`
contrôle tout et dit ce qui changerait, sans rien écrire ; `--json` donne le rapport, ou toutes les
erreurs, en JSON.

| code de sortie | ce qui s'est passé |
|---|---|
| 0 | importé ; ou, avec `--dry-run`, rien ne s'y oppose |
| 1 | des erreurs dans les données : toutes sont données, rien n'est écrit |
| 2 | fichier illisible ou commande impossible, rien n'est écrit |

## Règles communes

* **Tout ou rien.** Une seule erreur et rien n'est écrit. Chaque erreur dit la feuille (ou le
  fichier csv), la ligne, la colonne, ce qui s'y trouvait et ce qui était attendu. L'écran en montre
  200, `--json` les donne toutes.
* **Feuilles.** N'importe quelle partie des feuilles suffit : une feuille absente ne change rien.
  Une feuille ou une colonne inconnue est une erreur. L'ordre des feuilles et des colonnes est
  libre ; la casse, les accents et les espaces des noms ne comptent pas. Les feuilles `Lisez-moi`
  et `Lignes` du modèle sont passées, comme sa ligne d'aide et toute ligne vide.
* **Importer deux fois** le même fichier ne change rien. Une ligne est reconnue à sa clé : nouvelle,
  elle est ajoutée ; différente, modifiée. Une ligne que le fichier n'a pas reste ce qu'elle est.
  Une cellule vide efface la valeur ; une colonne absente la laisse. Deux lignes d'une même clé
  dans le fichier sont une erreur.
* **Feuilles de temps, l'exception.** Les lignes d'un agent pour un jour remplacent tout ce qui
  était enregistré pour ce jour. Une ligne à 0 heure efface le jour.
* **Feuilles verrouillées ou signées.** Changer un jour verrouillé, par un bilan ou par sa date, est
  une erreur à sa ligne, avec la raison ; les jours de grâce valent ici aussi. Changer les heures
  d'une feuille signée dans le logiciel la rouvre : un avertissement nomme la feuille, les deux
  signatures sont redemandées, les anciennes restent lisibles. Des signatures données sur papier
  (feuille `signatures`) restent : le classeur transcrit le papier. Une signature donnée dans le
  logiciel n'est jamais remplacée par la feuille `signatures` : c'est une erreur.
* **Références.** Un code est cherché dans le fichier, puis parmi ce qui est enregistré, dans les
  structures que le fichier nomme (dans toutes s'il n'en nomme aucune). S'il désigne plusieurs
  lignes, c'est une erreur.
* **Formules.** Seul leur résultat est lu. Un classeur dont des formules n'ont jamais été calculées
  est refusé avec le nom des cellules ; une cellule en erreur (`#N/A`) est une erreur.
* **Limites.** Fichier de 50 Mo, 500 Mo une fois décompressé, 100 colonnes par feuille. Un classeur
  protégé par un mot de passe n'est pas lu.
* **csv.** Un fichier par feuille, du nom de la feuille : `agents.csv`. UTF-8 (avec ou sans marque)
  ou UTF-16, Windows-1252 ou Macintosh, `;`, `,` ou tabulation, reconnus pour chaque fichier.
* **Pièces.** La colonne `fichier` nomme un fichier du dossier `pieces`, à côté du classeur, ou du
  dossier que donne `--pieces DOSSIER` : PDF, JPEG, PNG, TIFF, docx, xlsx, odt ou ods, reconnus à
  leur contenu, 50 Mo au plus. Un dossier de fichiers csv offre aussi les siens. Rien d'autre n'est
  pris : ni fichier caché, ni lien, ni dossier de données ; `--dry-run` montre la liste de ce qui
  serait pris. Un nom se lit avec ou sans `pieces/`, quels que soient ses accents (composés ou non)
  et sa casse. Absent, un fichier donne un avertissement et non une erreur.
* **Contrôles d'ensemble.** Une fin ne précède pas son début ; la somme des quotités des contrats
  d'un agent, comme celle des parts de ses affectations, ne dépasse 100 % aucun jour ; un agent n'a
  pas plus de 24 h dans une journée ; SIRET et SIREN ont une clé juste.

## Ce que tient une cellule

| type | s'écrit | exemples |
|---|---|---|
| texte | tel quel ; un code numérique peut être un nombre | `A001` |
| SIRET | 14 chiffres, espaces permis ; sa clé est contrôlée | `244 200 770 00018` |
| montant | euros, au centime près | `1 234,56` `1234.56` `-85,20` |
| heures | à la minute ou au centième près ; un nombre compte des heures | `7,5` `7:30` `7h30` |
| part | de 0 à 100 % ; un nombre supérieur à 1 est un pourcentage | `70 %` `70` `0,7` |
| nombre | six décimales au plus | `0,8` |
| entier | sans décimale | `406868` |
| date | de 1990 à 2100 ; une vraie date convient | `15/12/2023` `2023-12-15` `15 décembre 2023` |
| mois | ou n'importe quelle date de ce mois | `12/2023` `2023-12` `décembre 2023` |
| oui/non | vide : non | `oui` `non` |
| liste | une des valeurs données ; casse et accents ne comptent pas | `Salaire brut` |
| référence | le code d'une ligne d'une autre feuille | `DREETS-42-2023-017` |
| paramètre | voir [Paramètres](#paramètres) ; vide : la règle habituelle du type de financeur | |
"""

KINDS = {
    CellKind.TEXT: "texte",
    CellKind.SIRET: "SIRET",
    CellKind.AMOUNT: "montant",
    CellKind.HOURS: "heures",
    CellKind.FRACTION: "part",
    CellKind.DECIMAL: "nombre",
    CellKind.WHOLE: "entier",
    CellKind.DATE: "date",
    CellKind.MONTH: "mois",
    CellKind.BOOL: "oui/non",
    CellKind.CHOICE: "liste",
    CellKind.REFERENCE: "référence",
    CellKind.SETTING: "paramètre",
}
UNITS = {CellKind.AMOUNT: "€", CellKind.HOURS: "h", CellKind.FRACTION: "%"}
# Kind of a setting → how it reads, its unit, an example where the values give none.
SETTING_KINDS = {
    "amount": ("nombre, positif ou nul", "€", "1600"),
    "hours": ("nombre, positif ou nul", "h", "1600"),
    "fraction": ("part", "%", "40 %"),
    "whole": ("entier", "", "6"),
    "bool": ("oui/non", "", "oui"),
    "choice": ("liste", "", ""),
    "list": ("valeurs séparées par <code>&#124;</code>", "", ""),
}


def import_page() -> str:
    """The whole page, in Markdown."""
    return "\n".join([INTRODUCTION, *_sheets(), *_settings(), *_lines()])


def _sheets() -> Iterator[str]:
    yield "## Feuilles\n"
    for sheet in SHEETS:
        yield f"### {sheet.name}\n\n{sheet.purpose}. Clé : {_names(sheet.key)}.\n"
        yield "| colonne | type | unité | obligatoire | contenu | exemple |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(column) for column in sheet.columns if column.kind is not CellKind.SETTING)
        if any(column.kind is CellKind.SETTING for column in sheet.columns):
            yield "\nEt, facultatives, une colonne par [paramètre](#paramètres)."
        if sheet.note:
            yield f"\n{sheet.note}"
        yield ""


def _row(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        _kind(column),
        UNITS.get(column.kind, column.unit),
        "oui" if column.required else "",
        _content(column),
        f"`{column.example}`" if column.example else "",
    )
    return f"| {' | '.join(cells)} |"


def _kind(column: Column) -> str:
    if column.refers_to:
        return f"référence à [{column.refers_to}](#{column.refers_to})"
    if column.kind is CellKind.TEXT:
        return f"texte, {column.maximum} caractères"
    low = {Sign.ANY: "", Sign.NOT_NEGATIVE: ", positif ou nul", Sign.POSITIVE: ", supérieur à 0"}
    high = f", {column.upper:f} au plus" if column.kind is CellKind.HOURS else ""
    return KINDS[column.kind] + low[column.sign] + high


def _content(column: Column) -> str:
    options = f" : {', '.join(column.options)}" if column.kind is CellKind.CHOICE else ""
    return column.help + options


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _settings() -> Iterator[str]:
    yield "## Paramètres\n"
    yield "Ce qu'un financeur règle autrement qu'un autre. Un paramètre se donne au dispositif, se"
    yield "remplace pour une convention, et se change par avenant à une date ; vide, la valeur par"
    yield "défaut du type de financeur s'applique.\n"
    yield "| colonne | type | unité | obligatoire | contenu | valeurs | exemple |"
    yield "|---|---|---|---|---|---|---|"
    for spec in SPECS:
        kind, unit, example = SETTING_KINDS[spec.kind]
        shown = example or (spec.options[0] if spec.options else "")
        options = ", ".join(spec.options)
        yield (f"| `{spec.column}` | {kind} | {unit} |  | {spec.wording} | {options} | `{shown}` |")
    yield ""


def _lines() -> Iterator[str]:
    yield "## Lignes de budget\n"
    yield "Les lignes du tableau de synthèse du Cerfa n° 15059*02 qui reçoivent un montant.\n"
    yield "| côté | code | intitulé |"
    yield "|---|---|---|"
    for line in budget_lines():
        wording = line.label or "ligne libre : intitulé de la colonne `libelle`"
        yield f"| {label(line.side)} | `{line.code}` | {wording} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(import_page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")

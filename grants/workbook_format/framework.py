"""Sheets of the frame: structures, territories, funders, and the schemes they pay by."""

from __future__ import annotations

from grants import enums
from grants.enums import AuditObject
from grants.workbook_format.columns import (
    Sign,
    amount,
    choice,
    day,
    flag,
    key,
    number,
    reference,
    settings,
    siret,
    text,
    whole,
)
from grants.workbook_format.sheet import COUNTED, NOBODY, Sheet, Trail

COLOUR = "#1F4E79"

# fmt: off
STRUCTURES = Sheet(
    name="structures",
    purpose="Structures porteuses : employeurs et titulaires des subventions",
    table="organisations",
    columns=(
        key("code", "code", "Code court, au choix, stable", "SEM"),
        text("nom", "name", "Nom de la structure", "Saint-Étienne Métropole", required=True, maximum=200),
        siret("siret", "siret", "SIRET, 14 chiffres, contrôlé", "244 200 770 00018"),
        text("rna", "rna", "Numéro RNA d'une association", "W421000001", maximum=10),
        choice("forme_juridique", "legal_form", enums.LegalForm, "Forme juridique", "Collectivité"),
        choice("calendrier", "holiday_calendar", enums.HolidayCalendar, "Jours fériés observés", "Métropole", required=False, empty=enums.HolidayCalendar.METROPOLE),
        flag("abattement_taxe_salaires", "has_payroll_tax_abatement", "La structure a-t-elle un abattement de taxe sur les salaires ?"),
        text("adresse", "address", "Adresse", "2 avenue Grüner, 42000 Saint-Étienne"),
    ),
    key=("code",),
    trail=Trail(AuditObject.ORGANISATION, ("code",)),
    personal=NOBODY,
    colour=COLOUR,
)

TERRITOIRES = Sheet(
    name="territoires",
    purpose="Territoires desservis, avec leur population",
    table="territories",
    columns=(
        key("code", "code", "Code, au choix ou INSEE", "244200770"),
        text("nom", "name", "Nom", "Saint-Étienne Métropole", required=True, maximum=200),
        choice("type", "kind", enums.TerritoryKind, "Type de territoire", "EPCI"),
        text("code_insee", "insee_code", "Code INSEE ou SIREN de l'EPCI ; la population officielle en vient si elle est vide", "244200770", maximum=12),
        whole("population", "population", "Population municipale", "406868"),
        whole("population_annee", "population_year", "Année de cette population", "2021"),
        reference("parent", "parent_id", "territoires", "Territoire qui le contient", "DEP-42", required=False),
        number("cible_etp", "target_fte", "ETP visés sur le territoire", "4", sign=Sign.NOT_NEGATIVE, unit="ETP"),
    ),
    key=("code",),
    trail=COUNTED,
    personal=NOBODY,
    colour=COLOUR,
)

FINANCEURS = Sheet(
    name="financeurs",
    purpose="Ceux qui paient",
    table="funders",
    columns=(
        key("code", "code", "Code court", "DREETS-ARA"),
        text("nom", "name", "Nom", "DREETS Auvergne-Rhône-Alpes", required=True, maximum=200),
        choice("type", "kind", enums.FunderKind, "Type de financeur", "État"),
    ),
    key=("code",),
    trail=COUNTED,
    personal=NOBODY,
    colour=COLOUR,
)

DISPOSITIFS = Sheet(
    name="dispositifs",
    purpose="Dispositifs ou appels à projets et leurs paramètres",
    table="schemes",
    columns=(
        key("code", "code", "Code court", "PNAD-2022-2025"),
        text("nom", "name", "Nom", "Plan national des achats durables 2022-2025, volet social", required=True),
        reference("financeur", "funder_id", "financeurs", "Financeur", "DREETS-ARA"),
        choice("programme", "programme", enums.Programme, "Programme européen : ses taux, délais et plafonds propres", "Programme national FSE+", required=False),
        text("autorite", "authority", "Autorité de gestion ou organisme intermédiaire", "Département des Deux-Sèvres", maximum=200),
        text("texte", "reference", "Texte qui fixe les règles", "Appel à projets PNAD 2022-2025"),
        text("lien", "href", "Adresse publique du texte", "https://www.example.org/pnad.pdf", maximum=500),
        day("demandes_avant_le", "filing_deadline", "Dernier jour pour déposer une demande", "30/06/2018"),
        amount("enveloppe", "envelope", "Enveloppe de l'appel", "50 000,00", sign=Sign.NOT_NEGATIVE),
        text("territoires_couverts", "covered_territories", "Codes des territoires que l'appel exclut, déjà couverts, séparés par une barre verticale", "200040244|247900798", maximum=500),
        *settings(),
    ),
    key=("code",),
    trail=Trail(AuditObject.SCHEME, ("code",)),
    personal=NOBODY,
    colour=COLOUR,
)

TEXTES = Sheet(
    name="textes",
    purpose="Texte de chaque paramètre d'un dispositif : ce que les bilans citent à côté de sa valeur",
    table="setting_texts",
    columns=(
        reference("dispositif", "scheme_id", "dispositifs", "Dispositif", "PNAD-2022-2025"),
        key("parametre", "key", "Nom de la colonne du paramètre dans `dispositifs`", "taux_max", 60),
        text("texte", "title", "Texte qui fixe cette valeur", "Délibération n° 2024.00010 de Saint-Étienne Métropole", required=True, maximum=300),
        text("article", "article", "Article, page ou phrase", "« à hauteur de 70 % »", maximum=200),
        text("lien", "href", "Adresse du document", "https://www.example.org/deliberation.pdf", maximum=500),
        day("date", "dated_on", "Date du texte", "24/01/2024"),
        day("lu_le", "read_on", "Jour où la valeur y a été lue ; vide : « à confirmer »", "28/11/2026"),
    ),
    key=("dispositif", "parametre"),
    trail=COUNTED,
    personal=NOBODY,
    colour=COLOUR,
    note="`parametre` est le nom d'un [paramètre](#paramètres). Sans ligne ici, un bilan dit que le texte de ce paramètre n'est pas donné.",
)

SHEETS = (STRUCTURES, TERRITOIRES, FINANCEURS, DISPOSITIFS, TEXTES)
# fmt: on

"""Settings of a scheme: what one funder's manager decides and another decides otherwise.

Layers 3 and 4 of the rules (call, convention) are data, never constants. A setting is looked for,
in this order, in the amendments in force, the convention, the scheme, and last in
``parameters/settings.toml``, whose every default is cited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from grants import enums
from grants.french import (
    EXACT,
    MINUTES_PER_HOUR,
    euros,
    hours,
    number,
    percent,
    read_amount,
    read_minutes,
    read_share,
    read_yes_no,
)
from grants.frozen import frozen
from grants.labels import choices, from_label, label


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value in force (docs/guide.md#les-paramètres-dun-dispositif).

    Amounts in euros, rates and shares as fractions of one, None where the scheme sets no limit.
    """

    cost_basis: enums.CostBasis
    grant_formula: enums.GrantFormula
    claim_form: enums.ClaimForm
    max_rate: Decimal | None
    ceiling_per_fte: Decimal | None
    ceiling_proration: enums.CeilingProration
    filled_counts: enums.FilledCounts
    min_grant: Decimal | None
    min_total_cost: Decimal | None
    min_time_share: Decimal | None
    min_share_window: enums.MinShareWindow
    admitted_costs: enums.AdmittedCosts
    valuation: enums.Valuation
    absence_policy: enums.AbsencePolicy
    flat_rate_profile: enums.FlatRateProfile
    secondment_category: enums.SecondmentCategory
    month_split: enums.MonthSplit
    advance_rate: Decimal | None
    advance_cap: Decimal | None
    advance_excluded_legal_forms: tuple[enums.LegalForm, ...]
    report_due_months: int
    payment_deadline_months: int | None
    cap_cost_at_convention: bool
    cofunder_basis: enums.CofunderBasis
    retention_years: int | None
    retention_anchor: enums.RetentionAnchor
    eligible_items: tuple[enums.PayItemKind, ...]
    etp_divisor: Decimal


@frozen
class SettingSpec:
    """One setting as a form or a sheet knows it: key, French column, wording, how text becomes the
    value.
    """

    key: str
    column: str
    wording: str
    kind: str
    parse: Callable[[str], Any]
    options: tuple[str, ...] = ()


def _amount(text: str) -> Decimal:
    return _at_least_zero(read_amount(text))


def _hours(text: str) -> Decimal:
    return _at_least_zero(read_minutes(text) / MINUTES_PER_HOUR)


def _at_least_zero(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError(value)
    return value


def _whole(text: str) -> int:
    value = _at_least_zero(read_amount(text))
    if value != int(value):
        raise ValueError(text)
    return int(value)


def _yes_no(text: str) -> bool:
    return read_yes_no(text)


def _listed(kind: type[StrEnum]) -> Callable[[str], tuple[StrEnum, ...]]:
    return lambda text: tuple(from_label(kind, part) for part in text.split("|") if part.strip())


def _choice(key: str, column: str, wording: str, kind: type[StrEnum]) -> SettingSpec:
    return SettingSpec(
        key, column, wording, "choice", lambda text: from_label(kind, text), tuple(choices(kind))
    )


SPECS: tuple[SettingSpec, ...] = (
    _choice("cost_basis", "base_de_cout", "Ce que la convention paie", enums.CostBasis),
    _choice("grant_formula", "formule_aide", "Formule de l'aide", enums.GrantFormula),
    _choice("claim_form", "forme_du_bilan", "Forme du bilan", enums.ClaimForm),
    SettingSpec("max_rate", "taux_max", "Taux maximum", "fraction", read_share),
    SettingSpec("ceiling_per_fte", "plafond_par_etp", "Plafond annuel par ETP", "amount", _amount),
    _choice("ceiling_proration", "proratisation_plafond", "Proratisation du plafond",
    enums.CeilingProration),
    _choice("filled_counts", "etp_pourvus", "Ce qu'un agent pourvoit de son poste",
    enums.FilledCounts),
    SettingSpec("min_grant", "subvention_min", "Subvention minimum", "amount", _amount),
    SettingSpec("min_total_cost", "cout_total_min", "Coût total minimum", "amount", _amount),
    SettingSpec("min_time_share", "part_temps_min", "Part minimum du temps", "fraction",
    read_share),
    _choice("min_share_window", "part_temps_sur", "Jours où se juge la part minimum",
    enums.MinShareWindow),
    _choice("admitted_costs", "depenses_admises", "Dépenses admises", enums.AdmittedCosts),
    _choice("valuation", "valorisation", "Valorisation du temps", enums.Valuation),
    _choice("absence_policy", "regle_absences", "Heures comptées dans l'activité totale",
    enums.AbsencePolicy),
    _choice("flat_rate_profile", "forfait", "Forfait de coûts indirects", enums.FlatRateProfile),
    _choice("secondment_category", "mise_a_disposition_en", "Mise à disposition comptée en",
    enums.SecondmentCategory),
    _choice("month_split", "coupe_du_mois", "Coupe d'un mois de paie", enums.MonthSplit),
    SettingSpec("advance_rate", "taux_avance", "Taux d'avance", "fraction", read_share),
    SettingSpec("advance_cap", "plafond_avance", "Plafond d'avance", "amount", _amount),
    SettingSpec(
        "advance_excluded_legal_forms",
        "avance_exclue_pour",
        "Formes juridiques sans avance",
        "list",
        _listed(enums.LegalForm),
        tuple(choices(enums.LegalForm)),
    ),
    SettingSpec("report_due_months", "bilan_mois", "Mois pour rendre le bilan", "whole", _whole),
    SettingSpec("payment_deadline_months", "paiement_mois", "Mois pour acquitter les dépenses",
    "whole", _whole),
    SettingSpec("cap_cost_at_convention", "cout_plafonne", "Dépenses plafonnées au conventionné",
    "bool", _yes_no),
    _choice("cofunder_basis", "base_cofinanceur", "Montant retenu d'un cofinanceur",
    enums.CofunderBasis),
    SettingSpec("retention_years", "conservation_annees", "Années de conservation", "whole",
    _whole),
    _choice("retention_anchor", "conservation_depuis", "Conservation à partir du",
    enums.RetentionAnchor),
    SettingSpec(
        "eligible_items",
        "rubriques_eligibles",
        "Rubriques de paie éligibles",
        "list",
        _listed(enums.PayItemKind),
        tuple(choices(enums.PayItemKind)),
    ),
    SettingSpec("etp_divisor", "diviseur_etp", "Heures d'un ETP d'insertion", "hours", _hours),
)  # fmt: skip

TERM_WORDINGS = {
    "rate": "Taux d'intervention",
    "maximum": "Montant maximum",
    "total_cost": "Coût total conventionné",
    "fte": "ETP conventionnés",
}
TERM_KINDS = {"rate": "fraction", "maximum": "amount", "total_cost": "amount", "fte": "number"}

SPEC_BY_KEY = {spec.key: spec for spec in SPECS}
SPEC_BY_COLUMN = {spec.column: spec for spec in SPECS}


def setting_text(value: object, kind: str = "") -> str:
    """Value as a person reads it, for screens and the claim's « paramètres » sheet.

    ``kind`` is that of the setting's ``SettingSpec``: a fraction reads as a percentage, an amount
    in euros.
    Example:
    >>> setting_text(enums.MonthSplit.HOURS), setting_text(Decimal("0.4"), "fraction").split()
    ('Heures travaillées', ['40', '%'])
    """
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, tuple):
        return ", ".join(setting_text(part) for part in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Decimal):
        return _figure_text(value, kind)
    return "" if value is None else str(value)


def _figure_text(value: Decimal, kind: str) -> str:
    match kind:
        case "fraction":
            return percent(value, EXACT)
        case "amount":
            return euros(value)
        case "hours":
            return hours(value)
        case _:
            return number(value)

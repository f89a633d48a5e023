"""Words of the State's compte rendu: its questions to the letter, and what we can answer.

Answers are prefilled from the convention and its indicators; the finance officer edits them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from exports.claims.state.printed_table import percent, printed_rows
from grants.enums import BudgetSide, Certifier, LegalForm
from grants.french import day_fr, number
from grants.french import percent as percent_fr
from grants.labels import label
from grants.rules.claims.claim import Claim, IndicatorLine
from grants.rules.organisations.certifying import certifiers_of

HOW = "Décrire précisément la mise en œuvre de l'action :"
WHO = "Quel a été le nombre approximatif de personnes bénéficiaires (par type de publics) ?"
WHEN = "Quels ont été les date(s) et lieu(x) de réalisation de votre action ?"
GOALS = "Les objectifs de l'action ont-ils été atteints au regard des indicateurs utilisés ?"
INDIRECT = (
    "Règles de répartition des charges indirectes affectées à l'action subventionnée"
    " (exemple : quote-part ou pourcentage des loyers, des salaires, etc.) :"
)
DEVIATIONS = (
    "Expliquer et justifier les écarts significatifs éventuels entre le budget prévisionnel de"
    " l'action et le budget final exécuté :"
)
IN_KIND = (
    "Contributions volontaires en nature affectées à la réalisation du projet ou de l'action"
    " subventionnée :"
)
REMARKS = "Observations à formuler sur le compte-rendu financier de l'opération subventionnée :"
SIGNIFICANT = Decimal("0.20")

_PEOPLE = ("personne", "participant", "bénéficiaire", "salarié")


def qualitative_answers(claim: Claim) -> list[tuple[str, str]]:
    """The four questions of the bilan qualitatif with what the data answers."""
    return [
        (HOW, _how(claim)),
        (WHO, _listed(line for line in claim.indicators if _counts_people(line))),
        (WHEN, _when(claim)),
        (GOALS, _listed(line for line in claim.indicators if line.target is not None)),
    ]


def _how(claim: Claim) -> str:
    title, description = claim.convention.title, claim.convention.description
    return f"{title}\n{description}".strip()


def _when(claim: Claim) -> str:
    place = claim.convention.organisation.address
    dates = f"Du {day_fr(claim.period.start)} au {day_fr(claim.period.last)}"
    return f"{dates} – {place}" if place else dates


def _counts_people(line: IndicatorLine) -> bool:
    words = f"{line.unit} {line.name}".casefold()
    return line.realised is not None and any(word in words for word in _PEOPLE)


def _listed(lines: Iterable[IndicatorLine]) -> str:
    return "\n".join(_indicator(line) for line in lines)


def _indicator(line: IndicatorLine) -> str:
    name = f"{line.name} ({line.breakdown})" if line.breakdown else line.name
    done = number(line.realised) if line.realised is not None else "non renseigné"
    goal = f", objectif {number(line.target)}" if line.target is not None else ""
    reached = f", soit {percent_fr(line.percent)}" if line.percent is not None else ""
    return f"{name} : {done} {line.unit}{goal}{reached}"


def indirect_rule(claim: Claim) -> str:
    """Rule by which indirect costs were shared out, in words."""
    profile = claim.convention.terms[0].settings.flat_rate_profile
    flat = f"Forfait de coûts indirects : {label(profile).lower()}"
    texts = " ; ".join(citation.text for citation in claim.flat.parameters)
    typed = "Les charges indirectes saisies au budget sont réparties comme il y est indiqué."
    return f"{flat} ({texts})." if texts else f"{flat}. {typed}"


def deviations(claim: Claim) -> list[tuple[BudgetSide, int]]:
    """Rows that moved by more than 20 %, or that nobody had planned: side and number of the row."""
    found = []
    for side in BudgetSide:
        for index, row in enumerate(printed_rows(claim, side)):
            if row.level == "total" or row.adds_up or row.is_empty:
                continue
            ratio = percent(row.planned, row.realised)
            if ratio is None or abs(ratio - 1) > SIGNIFICANT:
                found.append((side, index))
    return found


def deviation_text(claim: Claim) -> str:
    """The deviations to be explained, one a line, for the official form."""
    rows = {side: printed_rows(claim, side) for side in BudgetSide}
    lines = []
    for side, index in deviations(claim):
        row = rows[side][index]
        gap = row.realised - row.planned
        lines.append(
            f"{row.label} : prévu {number(row.planned)} €, réalisé {number(row.realised)} €,"
            f" écart {_signed(gap)} €"
        )
    return "\n".join(lines)


def _signed(gap: Decimal) -> str:
    return f"+{number(gap)}" if gap > 0 else number(gap)


def in_kind_text(claim: Claim) -> str:
    """What was given without being paid, from the lines below 86 and 87."""
    rows = [row for side in BudgetSide for row in printed_rows(claim, side)]
    given = [row for row in rows if row.code[:2] in ("86", "87") and not row.adds_up]
    listed = [f"{row.label} : {number(row.realised)} €" for row in given if row.realised]
    return "\n".join(listed) or "Aucune."


def representative(claim: Claim) -> str:
    """Whom the signatory represents, in the words that suit the legal form."""
    match claim.convention.organisation.legal_form:
        case LegalForm.ASSOCIATION:
            return "représentant(e) légal(e) de l'association"
        case LegalForm.LOCAL_AUTHORITY:
            return "représentant(e) légal(e) de la collectivité"
        case LegalForm.PUBLIC_ESTABLISHMENT:
            return "représentant(e) légal(e) de l'établissement public"
        case _:
            return "représentant(e) légal(e) de"


def certifier(claim: Claim) -> str:
    """Who certifies the list of expenses: the public accountant, or an accountant by profession."""
    organisation = claim.convention.organisation
    who = certifiers_of(organisation.legal_form, organisation.certifier)
    if Certifier.PUBLIC_ACCOUNTANT in who:
        return (
            "Le comptable public atteste que les dépenses de l'état récapitulatif ont été"
            " mandatées et payées aux dates indiquées."
        )
    named = " ou ".join(_CERTIFIERS[one] for one in who)
    return (
        f"{named[0].upper()}{named[1:]} certifie que les dépenses de"
        " l'état récapitulatif ont été payées aux dates indiquées."
    )


_CERTIFIERS = {
    Certifier.STATUTORY_AUDITOR: "le commissaire aux comptes",
    Certifier.CHARTERED_ACCOUNTANT: "l'expert-comptable",
}

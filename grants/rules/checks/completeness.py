"""Proofs that a claim needs and nobody recorded: those of each line, and those of the whole.

Law: docs/rules.md#evidence. A missing paper is a warning with the grant of its lines: it may lie in
a drawer. What blocks is a missing fact (no contract, no letter and no sheet, no payslip), which
other checks tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from grants.enums import Certifier, ClaimForm, FunderKind, Method, PieceKind, Severity
from grants.french import count, euros, listed, months_fr
from grants.frozen import frozen
from grants.labels import label
from grants.money import ZERO, round_half_up
from grants.periods import Period
from grants.rules.basis.explained import Explained
from grants.rules.basis.facts.posts import Holding
from grants.rules.basis.findings import Chapter, Finding, FindingKind, finding_kind
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import (
    grant_at_risk,
    law_of,
    lines_of,
    months_of,
    part_of_line,
    place,
)
from grants.rules.checks.timesheets import is_signed
from grants.rules.claims.grant import rate_of
from grants.rules.organisations.certifying import certifiers_of

SHOWN = 5


def _kind(code: str, title: str, remedy: str) -> FindingKind:
    return finding_kind(code, Chapter.PIECES, severity=Severity.WARNING, title=title, remedy=remedy)


CONTRACT_PROOF_MISSING = _kind(
    "contract_proof_missing",
    "Contrat sans pièce",
    "ajoutez le contrat ou la fiche de poste à `pieces`, et sa référence à `contrats`",
)
LETTER_PROOF_MISSING = _kind(
    "letter_proof_missing",
    "Lettre de mission sans pièce",
    "ajoutez la lettre signée à `pieces`, et sa référence à `lettres_mission`",
)
SHEET_PROOF_MISSING = _kind(
    "sheet_proof_missing",
    "Feuille de temps sans pièce",
    "signée sur papier : ajoutez-la à `pieces`, et sa référence à `signatures`",
)
PAYSLIP_PROOF_MISSING = _kind(
    "payslip_proof_missing",
    "Bulletin sans pièce",
    (
        "ajoutez les bulletins à `pieces`, et leur référence à `bulletins` ; au taux horaire, les "
        "douze qui fondent le taux"
    ),
)
SECONDMENT_PROOF_MISSING = _kind(
    "secondment_proof_missing",
    "Mise à disposition sans pièce",
    "ajoutez la convention nominative à `pieces`, et sa référence à `affectations`",
)
PAYROLL_TAX_PROOF_MISSING = _kind(
    "payroll_tax_proof_missing",
    "Taxe sur les salaires sans déclaration",
    "ajoutez la déclaration à `pieces` (`Déclaration de taxe sur les salaires`)",
)
CONVENTION_PROOF_MISSING = _kind(
    "convention_proof_missing",
    "Convention signée sans pièce",
    "ajoutez la convention signée à `pieces` (`Convention`)",
)
STATEMENT_MISSING = _kind(
    "statement_missing",
    "État récapitulatif non certifié",
    (
        "faites-le certifier et ajoutez-le à `pieces` (`État récapitulatif certifié`) ; un bilan "
        "européen de personnel et de forfait n'en a pas besoin"
    ),
)
DECISION_MISSING = _kind(
    "decision_missing",
    "Ressource sans décision ni preuve",
    (
        "ajoutez la décision du cofinanceur et la preuve de ce qui est reçu à `pieces`, et leurs "
        "références à `ressources` et `encaissements`"
    ),
)
CLAUSE_LIST_MISSING = _kind(
    "clause_list_missing",
    "Liste des salariés des clauses absente",
    "remplissez `salaries_clauses`, par marché et période de travail, ou joignez la liste au bilan",
)


@frozen
class _Proof:
    """A paper that lines may need: which lines lack it, and what of them hangs on it."""

    kind: FindingKind
    expected: str
    lacks: Callable[[Checked, ChargedLine], bool]
    at_risk: Callable[[Checked, Sequence[ChargedLine]], Decimal]


@finds(
    CONTRACT_PROOF_MISSING,
    LETTER_PROOF_MISSING,
    SHEET_PROOF_MISSING,
    PAYSLIP_PROOF_MISSING,
    SECONDMENT_PROOF_MISSING,
    PAYROLL_TAX_PROOF_MISSING,
)
def check_line_proofs(checked: Checked) -> list[Finding]:
    """Papers that the claim's lines need, one finding a kind of paper."""
    found = []
    for proof in PROOFS:
        bare = [one for one in checked.charged if one.line.retained and proof.lacks(checked, one)]
        if bare:
            found.append(_bare(checked, proof, bare))
    return found


def _bare(checked: Checked, proof: _Proof, bare: Sequence[ChargedLine]) -> Finding:
    persons = list(dict.fromkeys(one.line.person_id for one in bare))
    names = listed((checked.person(person_id).name for person_id in persons), SHOWN)
    person = checked.person(persons[0]) if len(persons) == 1 else None
    months = months_of(bare)
    amount = proof.at_risk(checked, bare)
    hangs = f" ({euros(amount)} d'aide)" if amount else ""
    message = (
        f"{names}, {months_fr(months)} : {count(len(bare), 'ligne')} sans {proof.expected}. Un "
        f"contrôleur demande ce document et peut écarter la dépense sans lui{hangs} : ajoutez la "
        f"pièce et sa référence."
    )
    source = law_of(checked, "valuation")
    return proof.kind.finding(message, place(checked, person, months), amount=amount, source=source)


def _recorded(checked: Checked, kinds: set[PieceKind], person_id: int | None, days: Period) -> bool:
    """Whether a piece of one of the kinds is recorded for the person and the days."""
    return any(
        piece.kind in kinds
        and piece.person_id == person_id
        and (piece.period is None or piece.period.overlaps(days))
        for piece in checked.facts.pieces
    )


def _of_line(checked: Checked, one: ChargedLine, *kinds: PieceKind) -> bool:
    return _recorded(checked, set(kinds), one.line.person_id, one.line.period)


def _lacks_contract(checked: Checked, one: ChargedLine) -> bool:
    known = checked.ledger.people.contracts[one.line.person_id]
    contracts = [contract for contract in known if contract.period.overlaps(one.line.period)]
    if any(contract.piece for contract in contracts):
        return False
    return bool(contracts) and not _of_line(
        checked, one, PieceKind.CONTRACT, PieceKind.JOB_DESCRIPTION
    )


def _lacks_letter(checked: Checked, one: ChargedLine) -> bool:
    letter = one.charge.letter
    if letter is None or letter.piece:
        return False
    return not _of_line(checked, one, PieceKind.MISSION_LETTER)


def _lacks_sheet(checked: Checked, one: ChargedLine) -> bool:
    """A sheet signed on paper; one signed here is printed by the program."""
    if one.line.total_minutes is None or not is_signed(one):
        return False
    sheet = checked.ledger.people.signatures[one.line.person_id, one.line.month]
    return bool(sheet.row) and not sheet.piece and not _of_line(checked, one, PieceKind.TIME_SHEET)


def _lacks_payslip(checked: Checked, one: ChargedLine) -> bool:
    items = one.charge.basis.kept
    rate = one.line.hourly_rate
    costs = [i.value for i in rate.inputs if i.name == "annual_cost"] if rate else []
    of_rate = [s for cost in costs if isinstance(cost, Explained) for s in cost.sources]
    if not any(not item.piece for item in items) and all(source.piece for source in of_rate):
        return False
    return bool(items or of_rate) and not _of_line(checked, one, PieceKind.PAYSLIP)


def _lacks_secondment(checked: Checked, one: ChargedLine) -> bool:
    holding = one.charge.holding or _held(checked, one)
    if holding is None or not holding.is_secondment or holding.piece:
        return False
    # Without any agreement another finding asks for it.
    has_agreement = holding.agreement_on is not None
    return has_agreement and not _of_line(checked, one, PieceKind.SECONDMENT_AGREEMENT)


def _held(checked: Checked, one: ChargedLine) -> Holding | None:
    held = checked.ledger.people.holdings[one.line.person_id]
    return next((h for h in held if h.period.overlaps(one.line.period)), None)


def _lacks_tax_form(checked: Checked, one: ChargedLine) -> bool:
    if one.charge.basis.taxes <= ZERO:
        return False
    kinds = {PieceKind.PAYROLL_TAX_FORM}
    days = one.line.period
    return not _recorded(checked, kinds, None, days) and not _of_line(checked, one, *kinds)


def _whole_lines(checked: Checked, bare: Sequence[ChargedLine]) -> Decimal:
    return grant_at_risk(checked, lines_of(bare))


def _letters_alone(checked: Checked, bare: Sequence[ChargedLine]) -> Decimal:
    """Lines that nothing but the letter proves: beside a variable letter there are the sheets."""
    by_letter = (Method.FULL, Method.FIXED_SHARE)
    return _whole_lines(checked, [one for one in bare if one.line.method in by_letter])


def _taxes(checked: Checked, bare: Sequence[ChargedLine]) -> Decimal:
    lost = sum((part_of_line(one, one.charge.basis.taxes) for one in bare), ZERO)
    return round_half_up(lost * rate_of(checked.terms))


PROOFS = (
    _Proof(
        CONTRACT_PROOF_MISSING,
        "contrat de travail ni fiche de poste parmi les pièces",
        _lacks_contract,
        _whole_lines,
    ),
    _Proof(
        LETTER_PROOF_MISSING,
        "lettre de mission parmi les pièces",
        _lacks_letter,
        _letters_alone,
    ),
    _Proof(
        SHEET_PROOF_MISSING,
        "feuille de temps signée parmi les pièces",
        _lacks_sheet,
        _whole_lines,
    ),
    _Proof(
        PAYSLIP_PROOF_MISSING, "bulletin de paie parmi les pièces", _lacks_payslip, _whole_lines
    ),
    _Proof(
        SECONDMENT_PROOF_MISSING,
        "convention nominative de mise à disposition parmi les pièces",
        _lacks_secondment,
        _whole_lines,
    ),
    _Proof(
        PAYROLL_TAX_PROOF_MISSING,
        "déclaration de taxe sur les salaires parmi les pièces",
        _lacks_tax_form,
        _taxes,
    ),
)


@finds(CONVENTION_PROOF_MISSING, STATEMENT_MISSING, DECISION_MISSING, CLAUSE_LIST_MISSING)
def check_claim_proofs(checked: Checked) -> list[Finding]:
    """Papers that go with the claim as a whole, once it asks for something."""
    if not checked.claim.lines:
        return []
    found = [*_convention(checked), *_decisions(checked)]
    if checked.is_final:
        found += [*_statement(checked), *_clause_list(checked)]
    return found


def _has(checked: Checked, *kinds: PieceKind) -> bool:
    return any(piece.kind in kinds for piece in checked.facts.pieces)


def _convention(checked: Checked) -> Iterator[Finding]:
    if not _has(checked, PieceKind.CONVENTION):
        message = (
            f"La convention {checked.number} signée n'est pas parmi les pièces ; elle ouvre le "
            f"dossier. Ajoutez-la à « pieces », de type « {label(PieceKind.CONVENTION)} »."
        )
        yield CONVENTION_PROOF_MISSING.finding(message, place(checked))


def _decisions(checked: Checked) -> Iterator[Finding]:
    """Resources whose decision, or whose receipts, no piece proves."""
    bare = [
        resource
        for resource in checked.facts.resources
        if resource.funder_kind is not FunderKind.OWN_FUNDS
        and (not resource.piece or any(not receipt.piece for receipt in resource.receipts))
    ]
    if bare and not _has(checked, PieceKind.FUNDER_DECISION):
        names = listed(f"{one.funder_name} ({euros(one.amount)})" for one in bare)
        message = (
            f"{names} : sans décision du financeur ou sans preuve de ce qui est reçu ; attendu les "
            f"deux au dossier. Ajoutez-les à « pieces », et leurs références à « ressources » et "
            f"« encaissements »."
        )
        yield DECISION_MISSING.finding(message, place(checked))


def _statement(checked: Checked) -> Iterator[Finding]:
    """Certified list of expenses.

    Law: décret n° 2022-608, article 8 II: payslips alone prove staff, and nobody proves a flat
    rate: a European claim of these needs none.
    """
    claim = checked.claim
    others = max(ZERO, claim.services.value) + max(ZERO, claim.other_direct.value)
    needs = claim.form is ClaimForm.FINANCIAL_REPORT or others > ZERO
    if not needs or _has(checked, PieceKind.EXPENSE_STATEMENT):
        return
    organisation = checked.convention.organisation
    who = _either(certifiers_of(organisation.legal_form, organisation.certifier))
    message = (
        f"Aucun état récapitulatif des dépenses certifié ({who}), pour "
        f"{euros(claim.eligible_cost.value)}. Faites-le certifier avant le dépôt et ajoutez-le à "
        f"« pieces », de type « {label(PieceKind.EXPENSE_STATEMENT)} »."
    )
    amount = round_half_up(others * rate_of(checked.terms)) if checked.is_eu_money else ZERO
    yield STATEMENT_MISSING.finding(message, place(checked), amount=amount)


def _either(certifiers: Sequence[Certifier]) -> str:
    return " ou ".join(label(one).lower() for one in certifiers)


def _clause_list(checked: Checked) -> Iterator[Finding]:
    """List of the employees of the clauses by market and period of work.

    Law: Deux-Sèvres call 2018, 9 b): a table every year.
    """
    if checked.convention.pays_time and not checked.claim.clause_jobs:
        message = (
            "Aucun salarié des clauses dans la période ; attendu la liste par marché et par "
            "période de travail. Remplissez « salaries_clauses », ou joignez la liste au bilan."
        )
        yield CLAUSE_LIST_MISSING.finding(message, place(checked))

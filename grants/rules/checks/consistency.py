"""Data that contradict themselves: pay after the contract, letters that overlap, more FTE than
agreed.

None of these makes an amount wrong by itself; each says what the engine did with it.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

from grants.enums import Severity
from grants.french import day_fr, euros, fte_fr, months_fr
from grants.money import ZERO
from grants.rules.basis.facts.pay import PayItem
from grants.rules.basis.findings import Chapter, Finding, finding_kind
from grants.rules.checks.context import Checked
from grants.rules.checks.register import finds
from grants.rules.checks.risk import place, rows_of, term_of

PAY_AFTER_CONTRACT = finding_kind(
    "pay_after_contract",
    Chapter.PAY,
    severity=Severity.WARNING,
    title="Paie après la fin du contrat",
    remedy=(
        "un rappel ou des IJSS d'un mois sans contrat ne sont portés par aucune convention : "
        "rattachez-les au mois travaillé"
    ),
)


@finds(PAY_AFTER_CONTRACT)
def check_pay_after_contract(checked: Checked) -> list[Finding]:
    """Pay of a month that begins after the person's last contract: nobody is charged for it."""
    late: dict[int, list[PayItem]] = defaultdict(list)
    for item in checked.ledger.facts.pay_items:
        contracts = checked.ledger.people.contracts[item.person_id]
        is_after = contracts and item.month >= max(c.period.end for c in contracts)
        if is_after and item.person_id in checked.by_person:
            late[item.person_id].append(item)
    return [_late_pay(checked, person_id, items) for person_id, items in late.items()]


def _late_pay(checked: Checked, person_id: int, items: list[PayItem]) -> Finding:
    person = checked.person(person_id)
    months = sorted({item.month for item in items})
    total = sum((item.amount for item in items), ZERO)
    message = (
        f"{person.name}, {months_fr(months)} : {euros(total)} de paie après la fin du contrat, "
        f"portés par aucune convention. Rattachez un rappel ou des IJSS au mois travaillé qu'ils "
        f"concernent (colonne « mois » de « bulletins »), ou prolongez le contrat."
    )
    where = place(checked, person, months)
    rows = rows_of("bulletins", (item.row for item in items))
    return PAY_AFTER_CONTRACT.finding(message, where, amount=abs(total), rows=rows)


LETTERS_OVERLAP = finding_kind(
    "letters_overlap",
    Chapter.LETTERS,
    severity=Severity.WARNING,
    title="Lettres de mission superposées",
    remedy="la lettre qui commence le plus tard est retenue : donnez une fin à la première",
)


@finds(LETTERS_OVERLAP)
def check_overlapping_letters(checked: Checked) -> list[Finding]:
    """Two letters of one person on the operation for the same days: the later one counts."""
    found = []
    for person_id in checked.by_person:
        letters = checked.ledger.people.letters[person_id, checked.convention.id]
        ordered = sorted(letters, key=lambda letter: (letter.period.start, letter.row))
        for first, second in pairwise(ordered):
            if not first.period.overlaps(second.period):
                continue
            person = checked.person(person_id)
            message = (
                f"{person.name} : deux lettres de mission couvrent les jours à partir du "
                f"{day_fr(second.period.start)} ; celle qui commence ce jour-là est retenue. "
                f"Donnez une fin à la première, ou retirez celle qui ne vaut plus."
            )
            rows = rows_of("lettres_mission", (first.row, second.row))
            where = place(checked, person)
            found.append(LETTERS_OVERLAP.finding(message, where, rows=rows))
    return found


FTE_OVER_CONVENTION = finding_kind(
    "fte_over_convention",
    Chapter.POSTS,
    severity=Severity.WARNING,
    title="Plus d'ETP que la convention",
    remedy="le plafond s'arrête aux ETP signés : corrigez `postes_conventions`, ou notez l'avenant",
)


@finds(FTE_OVER_CONVENTION)
def check_conventioned_fte(checked: Checked) -> list[Finding]:
    """First day on which the convention's posts add up to more FTE than it is signed for then."""
    period, convention = checked.claim.period, checked.convention
    fundings = checked.ledger.people.fundings[convention.id]
    days = {max(funding.period.start, period.start) for funding in fundings}
    days |= {terms.since for terms in convention.terms}
    for day in sorted(day for day in days if period.contains(day)):
        posts = [funding for funding in fundings if funding.period.contains(day)]
        total = sum((funding.fte for funding in posts), Decimal(0))
        signed = convention.terms_on(day).fte
        if total <= signed:
            continue
        message = (
            f"Les postes rattachés à la convention font {fte_fr(total)} ETP le {day_fr(day)}, elle "
            f"en compte {fte_fr(signed)} : le plafond s'arrête à ce nombre. Corrigez « etp » dans "
            f"« postes_conventions », ou notez l'avenant."
        )
        rows = rows_of("postes_conventions", (funding.row for funding in posts))
        where, source = place(checked), term_of(checked, "fte")
        return [FTE_OVER_CONVENTION.finding(message, where, source=source, rows=rows)]
    return []

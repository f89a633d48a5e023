"""Which items of a payslip a scheme accepts, and why not.

Law: guide Centre-Val de Loire FEDER-FSE+ v1.1, fiche 6; a scheme may change the list through its
setting ``eligible_items``. The conditions on bonuses and on the taxe sur les salaires hold whatever
the list says; reimbursements always count.
"""

from __future__ import annotations

from decimal import Decimal

from grants.enums import PayItemKind
from grants.frozen import frozen
from grants.money import ZERO
from grants.rules.basis.facts.pay import PayItem
from grants.rules.conventions.settings import Settings

REIMBURSEMENTS = frozenset({PayItemKind.IJSS, PayItemKind.JOB_AID})


@frozen
class Eligibility:
    """What of an item counts: its amount or zero, and in French why not all of it."""

    amount: Decimal
    reason: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the item is out."""
        return bool(self.reason)


def eligible_amount(item: PayItem, settings: Settings, *, has_abatement: bool) -> Eligibility:
    """Part of a pay item that the scheme accepts.

    Reimbursements (IJSS, aid to the job) count with their own sign: a negative line lowers the
    cost, a positive one gives back what an earlier line took off too much. A bonus needs its three
    proofs: it existed before the operation, can be tied to it, and rests on an agreement, a
    contract or custom. The taxe sur les salaires counts in full for a structure without abatement,
    and not at all for one with it.
    Args: has_abatement: whether the employer enjoys an abatement of the taxe sur les salaires.
    """
    reason = refusal_of(item, settings, has_abatement=has_abatement)
    return Eligibility(ZERO, reason) if reason else Eligibility(item.amount)


def refusal_of(item: PayItem, settings: Settings, *, has_abatement: bool) -> str:
    """Why the scheme refuses a pay item, in French; empty where it accepts it."""
    if item.kind in REIMBURSEMENTS:
        return ""
    if item.kind not in settings.eligible_items:
        return "rubrique non éligible au dispositif"
    if item.kind is PayItemKind.BONUS:
        return _missing_proofs(item)
    if item.kind is PayItemKind.PAYROLL_TAX and has_abatement:
        return "taxe sur les salaires refusée : la structure bénéficie d'un abattement"
    return ""


def _missing_proofs(bonus: PayItem) -> str:
    proofs = {
        "n'existait pas avant l'opération": bonus.existed_before,
        "n'est pas rattachable à l'opération": bonus.is_tied,
        "ne repose sur aucun accord, contrat ou usage": bonus.is_founded,
    }
    missing = [fault for fault, holds in proofs.items() if not holds]
    return "prime refusée : " + ", ".join(missing) if missing else ""

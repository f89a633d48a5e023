"""Who certifies a structure's accounts and the list of expenses of its claims."""

from __future__ import annotations

from grants.enums import Certifier, LegalForm

PUBLIC = frozenset({LegalForm.LOCAL_AUTHORITY, LegalForm.PUBLIC_ESTABLISHMENT})
_OF_PUBLIC_BODIES = (Certifier.PUBLIC_ACCOUNTANT,)
_OF_OTHERS = (Certifier.STATUTORY_AUDITOR, Certifier.CHARTERED_ACCOUNTANT)


def certifiers_of(legal_form: LegalForm, choice: Certifier | None = None) -> tuple[Certifier, ...]:
    """Who may certify: whoever the structure names, else whom its legal form implies.

    Law: the public accountant for public bodies, commissaire aux comptes or expert-comptable for
    others (décret 2022-608, annexe; guide Centre-Val de Loire FEDER-FSE+ v1.1).
    Example:
    >>> [one.value for one in certifiers_of(LegalForm.ASSOCIATION)]
    ['statutory_auditor', 'chartered_accountant']
    >>> [one.value for one in certifiers_of(LegalForm.LOCAL_AUTHORITY)]
    ['public_accountant']
    """
    if choice is not None:
        return (choice,)
    return _OF_PUBLIC_BODIES if legal_form in PUBLIC else _OF_OTHERS

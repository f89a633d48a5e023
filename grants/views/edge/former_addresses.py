"""Addresses that pages once had: each leads to the page's French address of today.

Mails already sent, bookmarks and programs hold the old ones. The answer keeps the method, what a
form sent (308) and what stands behind the question mark; nothing is told that the new address
would not tell, since it is answered before anybody is asked who they are.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

# Heads of addresses, old and new; `*` stands for a number. The longest head that fits decides.
MOVED: tuple[tuple[str, str], ...] = (
    ("/account", "/compte"),
    ("/account/data", "/compte/donnees"),
    ("/account/delegations", "/compte/delegations"),
    ("/account/delegations/*/cancel", "/compte/delegations/*/annuler"),
    ("/account/identities/*/remove", "/compte/identites/*/retirer"),
    ("/account/password", "/compte/mot-de-passe"),
    ("/account/second-factor", "/compte/second-facteur"),
    ("/account/second-factor/begin", "/compte/second-facteur/commencer"),
    ("/account/second-factor/confirm", "/compte/second-facteur/confirmer"),
    ("/account/second-factor/remove", "/compte/second-facteur/retirer"),
    ("/account/sessions/*/end", "/compte/sessions/*/terminer"),
    ("/account/sessions/end-others", "/compte/sessions/terminer-les-autres"),
    ("/admin", "/utilisateurs"),
    ("/admin/delegations/*/cancel", "/delegations/*/annuler"),
    ("/admin/invitations", "/invitations"),
    ("/admin/invitations/*/resend", "/invitations/*/renvoyer"),
    ("/admin/invitations/*/revoke", "/invitations/*/retirer"),
    ("/admin/invitations/new", "/invitations/nouvelle"),
    ("/admin/organisations", "/structures"),
    ("/admin/organisations/*/accounts/*/export", "/structures/*/comptes/*/exporter"),
    ("/admin/organisations/*/files/logo", "/structures/*/fichiers/embleme"),
    ("/admin/organisations/*/files/logo/remove", "/structures/*/fichiers/embleme/retirer"),
    ("/admin/organisations/*/files/official_form", "/structures/*/fichiers/formulaire"),
    (
        "/admin/organisations/*/files/official_form/remove",
        "/structures/*/fichiers/formulaire/retirer",
    ),
    ("/admin/organisations/*/personal-data", "/structures/*/donnees-personnelles"),
    ("/admin/organisations/*/persons/*/export", "/structures/*/agents/*/exporter"),
    ("/admin/organisations/*/register", "/structures/*/registre"),
    ("/admin/organisations/*/roles/*/eligibility", "/structures/*/roles/*/eligibilite"),
    ("/admin/users", "/utilisateurs"),
    ("/admin/users/*/deactivate", "/utilisateurs/*/desactiver"),
    ("/admin/users/*/delegations/new", "/utilisateurs/*/delegations/nouvelle"),
    ("/admin/users/*/reactivate", "/utilisateurs/*/reactiver"),
    ("/admin/users/*/roles/*/end", "/utilisateurs/*/roles/*/terminer"),
    ("/admin/users/*/roles/new", "/utilisateurs/*/roles/nouveau"),
    ("/admin/users/*/second-factor", "/utilisateurs/*/second-facteur"),
    ("/admin/users/*/sessions/*/end", "/utilisateurs/*/sessions/*/terminer"),
    ("/admin/users/*/sessions/end", "/utilisateurs/*/sessions/terminer"),
    ("/audit", "/piste-audit"),
    ("/audit/conventions/*/history", "/conventions/*/historique"),
    ("/audit/object", "/piste-audit/objet"),
    ("/finance/conventions", "/conventions"),
    ("/finance/conventions/*/claim", "/conventions/*/bilan"),
    ("/finance/conventions/*/claim/figure", "/conventions/*/bilan/calcul"),
    ("/finance/conventions/*/claim/files", "/conventions/*/bilan/fichiers"),
    ("/finance/conventions/*/claim/persons", "/conventions/*/bilan/agents"),
    ("/finance/conventions/*/claim/sheets", "/conventions/*/bilan/feuilles"),
    ("/finance/conventions/*/claim/sheets/lock", "/conventions/*/bilan/feuilles/verrouiller"),
    ("/finance/conventions/*/claim/sheets/unlock", "/conventions/*/bilan/feuilles/deverrouiller"),
    ("/finance/coverage", "/couverture"),
    ("/finance/coverage/figure", "/couverture/calcul"),
    ("/forgotten", "/mot-de-passe-oublie"),
    ("/login", "/connexion"),
    ("/logout", "/deconnexion"),
    ("/new-password", "/nouveau-mot-de-passe"),
    ("/setup", "/premiere-ouverture"),
)


def register(app: Flask) -> None:
    """Lead on from old addresses, before anything else is asked of the request."""
    app.before_request(lead_on)


def lead_on() -> ResponseReturnValue | None:
    """Redirection to the page that now stands elsewhere; an address that led nowhere stays a 404.

    The query is handed on as it came, byte for byte.
    """
    from flask import current_app, redirect, request

    path = new_path(request.path) if request.endpoint is None else None
    adapter = current_app.create_url_adapter(request)
    if path is None or adapter is None or not adapter.test(path, request.method):
        return None
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    target = f"{request.script_root}{quote(path)}{query}"
    return redirect(target, HTTPStatus.PERMANENT_REDIRECT)


def new_path(old: str) -> str | None:
    """Path of today for one of before; None when it never was a page's.

    Example:
    >>> new_path("/finance/conventions/12/claim/files/bilan.xlsx")
    '/conventions/12/bilan/fichiers/bilan.xlsx'
    >>> new_path("/account/"), new_path("/administration")
    ('/compte', None)
    """
    for pattern, new in _PATTERNS:
        found = pattern.fullmatch(old)
        if found is not None:
            *numbers, rest = found.groups()
            return "".join(_filled(new, numbers)) + rest.removesuffix("/")
    return None


def _filled(new: str, numbers: list[str]) -> str:
    for number in numbers:
        new = new.replace("*", number, 1)
    return new


def _pattern(old: str) -> re.Pattern[str]:
    return re.compile(re.escape(old).replace(r"\*", r"(\d+)") + r"((?:[/.].*)?)", re.ASCII)


_PATTERNS = tuple(
    (_pattern(old), new) for old, new in sorted(MOVED, key=lambda pair: -len(pair[0].split("/")))
)

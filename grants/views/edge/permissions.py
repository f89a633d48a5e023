"""Who may open which page: one table, and the guard that reads it before every request.

A page without an entry answers nobody. What a role opens is limited to the organisations where the
visitor holds it; what lies outside does not exist for them (404), whatever their role.
``docs/permissions.md`` prints the table; ``grants.views.edge.permissions_page`` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from grants.enums import Role
from grants.errors import Forbidden, NotFound
from grants.rules.privacy.readers import SEES_PAY, SEES_SUMS
from grants.services.roles.memberships import NOTHING, Access, Grant, access_of

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
if TYPE_CHECKING:
    from flask import Flask


class Opening(StrEnum):
    """Pages that ask for no role."""

    PUBLIC = "public"
    LOGGED_IN = "logged_in"


Rule = Opening | frozenset[Role]


_FIGURES = SEES_SUMS

_TOTALS = _FIGURES - {Role.AUDITOR}

_PAY = SEES_PAY

# The trail tells figures and persons of all conventions: neither auditors nor administrators.
_TRAIL = frozenset({Role.FINANCE, Role.OPERATOR})

# Settings of an organisation and what is known of its people: no pay, no figures.
_SETTINGS = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})

# When months of time sheets close: no hours and no figures are shown there.
_LOCKS = frozenset({Role.FINANCE, Role.ADMINISTRATOR, Role.OPERATOR})

# Sheets of a team: its manager signs them, the finance officer locks them.
_MANAGES = frozenset({Role.MANAGER})

_LOCKS_SHEETS = frozenset({Role.FINANCE})

# The workbook holds everything of a structure, pay included, and writes it.
_KEEPS_ACCOUNTS = frozenset({Role.FINANCE})

# An agent's file holds pay and leave: an administrator has no such data by right of role.
_TAKES_FILES = frozenset({Role.FINANCE, Role.OPERATOR})

# Users and their roles: whoever keeps the installation, or an organisation's people.
_USERS = frozenset({Role.ADMINISTRATOR, Role.OPERATOR})

# Leave may be somebody's health: one's own, one's team's, everybody's for the finance officer.
_LEAVE = frozenset({Role.FACILITATOR, Role.MANAGER, Role.FINANCE})

_LETTERS = _LEAVE | {Role.DIRECTOR, Role.OPERATOR}

# Agents fill their own time sheets, the finance officer corrects; the views know whose is whose.
_TYPES = frozenset({Role.FACILITATOR, Role.FINANCE})

_SHEETS = _TYPES | {Role.MANAGER, Role.AUDITOR, Role.OPERATOR}


ENDPOINTS: Mapping[str, Rule] = {
    "accounts.begin": Opening.LOGGED_IN,
    "roles.cancel_own_delegation": Opening.LOGGED_IN,
    "accounts.confirm": Opening.LOGGED_IN,
    "roles.own_delegations": Opening.LOGGED_IN,
    "accounts.end_one": Opening.LOGGED_IN,
    "accounts.end_others": Opening.LOGGED_IN,
    "accounts.home": Opening.LOGGED_IN,
    "privacy.my_data": Opening.LOGGED_IN,
    "accounts.password": Opening.LOGGED_IN,
    "accounts.prove_again": Opening.LOGGED_IN,
    "accounts.remove": Opening.LOGGED_IN,
    "accounts.remove_identity": Opening.LOGGED_IN,
    "accounts.renew_codes": Opening.LOGGED_IN,
    "accounts.second_factor": Opening.LOGGED_IN,
    "roles.cancel_delegation": _USERS,
    "roles.deactivate": _USERS,
    "roles.end_session": _USERS,
    "roles.end_sessions": _USERS,
    "roles.users": _USERS,
    "roles.invitations": _USERS,
    "roles.invitations_file": _USERS,
    "roles.answer_own_request": Opening.LOGGED_IN,
    "roles.answer_request": _USERS,
    "roles.new_delegation": _USERS,
    "roles.new_invitation": _USERS,
    "roles.new_role": _USERS,
    "organisations.organisation": _SETTINGS | {Role.FINANCE},
    "organisations.organisation_file": _SETTINGS | {Role.FINANCE},
    "organisations.organisations": _SETTINGS | {Role.FINANCE},
    "organisations.organisations_file": _SETTINGS | {Role.FINANCE},
    "roles.reactivate": _USERS,
    "privacy.confirm_purge": _SETTINGS,
    "privacy.export_account": _SETTINGS,
    "privacy.export_person": _TAKES_FILES,
    "privacy.personal_data": _SETTINGS | _TAKES_FILES,
    "privacy.purge_preview": _SETTINGS,
    "privacy.register": _SETTINGS,
    "privacy.register_file": _SETTINGS,
    "organisations.remove_organisation_file": _SETTINGS,
    "roles.resend_invitation": _USERS,
    "roles.revoke_invitation": _USERS,
    "roles.role_end": _USERS,
    "organisations.save_organisation": _SETTINGS,
    "organisations.save_organisation_file": _SETTINGS,
    "roles.second_factor": _USERS,
    "privacy.switch_eligibility": _SETTINGS,
    "roles.user": _USERS,
    "roles.users_file": _USERS,
    "audit.convention_history": _PAY,
    "audit.object_history": _TRAIL,
    "audit.trail": _TRAIL,
    "audit.trail_file": _TRAIL,
    "accounts.code": Opening.PUBLIC,
    "accounts.forgotten": Opening.PUBLIC,
    "roles.invitation": Opening.PUBLIC,
    "accounts.login": Opening.PUBLIC,
    "accounts.logout": Opening.LOGGED_IN,
    "accounts.new_password": Opening.PUBLIC,
    "accounts.openid": Opening.PUBLIC,
    "accounts.openid_return": Opening.PUBLIC,
    "claims.claim": _FIGURES,
    "claims.claim_file": _PAY,
    "claims.claim_list": _PAY,
    "claims.findings": _FIGURES,
    "claims.claim_sheets": _PAY,
    "conventions.convention": _FIGURES,
    "conventions.conventions_file": _FIGURES,
    "coverage.coverage": _TOTALS,
    "coverage.coverage_figure": _TOTALS,
    "coverage.coverage_file": _TOTALS,
    "claims.figure": _PAY,
    "conventions.listing": _FIGURES,
    "claims.lock_claim": _LOCKS_SHEETS,
    "claims.unlock_claim": _LOCKS_SHEETS,
    "health.health": Opening.PUBLIC,
    "health.ready": Opening.PUBLIC,
    "health.security_txt": Opening.PUBLIC,
    "people.absence": _LEAVE,
    "people.absence_file": _LEAVE,
    "people.absences": _LEAVE | {Role.OPERATOR},
    "people.absences_file": _LEAVE | {Role.OPERATOR},
    "deadlines.calendar": Opening.PUBLIC,
    "deadlines.end_feed": Opening.LOGGED_IN,
    "deadlines.feed": Opening.LOGGED_IN,
    "people.letter": frozenset({Role.FINANCE}),
    "people.letters": _LETTERS,
    "people.letters_file": _LETTERS,
    "people.new_absence": _LEAVE,
    "people.new_letter": frozenset({Role.FINANCE}),
    "people.remove_absence": _LEAVE,
    "people.remove_letter": frozenset({Role.FINANCE}),
    "deadlines.renew_feed": Opening.LOGGED_IN,
    "people.secondment": frozenset({Role.FINANCE}),
    "people.secondments": frozenset({Role.FINANCE, Role.DIRECTOR, Role.OPERATOR}),
    "people.secondments_file": frozenset({Role.FINANCE, Role.DIRECTOR, Role.OPERATOR}),
    "organisations.first_run": Opening.PUBLIC,
    "imports.deposit_workbook": _KEEPS_ACCOUNTS,
    "imports.drop_workbook": _KEEPS_ACCOUNTS,
    "imports.stored_file": _KEEPS_ACCOUNTS,
    "imports.take_workbook": _KEEPS_ACCOUNTS,
    "imports.template_file": _KEEPS_ACCOUNTS,
    "imports.workbooks": _KEEPS_ACCOUNTS,
    "timesheets.apply": _TYPES,
    "timesheets.document_file": _SHEETS - {Role.AUDITOR},
    "timesheets.document_pdf": _SHEETS - {Role.AUDITOR},
    "timesheets.documents": _SHEETS - {Role.AUDITOR},
    "timesheets.pdf": _SHEETS,
    "timesheets.read_workbook": _TYPES,
    "timesheets.save_scan": _LOCKS_SHEETS,
    "timesheets.scan": _LOCKS_SHEETS,
    "timesheets.scan_file": _SHEETS,
    "timesheets.team_pdf": _MANAGES | {Role.FINANCE},
    "timesheets.workbook": _SHEETS,
    "timesheets.workbook_file": _SHEETS,
    "timesheets.year_pdf": _SHEETS,
    "timesheets.year_workbook": _SHEETS,
    "timesheets.cells": _TYPES,
    "timesheets.mine": frozenset({Role.FACILITATOR}),
    "timesheets.month": _SHEETS,
    "timesheets.save": _TYPES,
    "timesheets.take_back": frozenset({Role.FACILITATOR}),
    "timesheets.year": _SHEETS,
    "static": Opening.PUBLIC,
    "timesheets.approve": _MANAGES,
    "timesheets.team": _TOTALS,
    "timesheets.lock": _LOCKS,
    "timesheets.lock_sheet": _LOCKS_SHEETS,
    "timesheets.locks": _LOCKS,
    "timesheets.locks_file": _LOCKS,
    "timesheets.month_of_team": _TOTALS,
    "timesheets.month_of_team_file": _TOTALS,
    "timesheets.reopen": _MANAGES | _LOCKS_SHEETS,
    "timesheets.return_sheet": _MANAGES,
    "timesheets.save_lock": _LOCKS,
    "timesheets.sign": _MANAGES,
    "timesheets.unlock_sheet": _LOCKS_SHEETS,
    "timesheets.year_of_team": _TOTALS,
    "timesheets.year_of_team_file": _TOTALS,
}


NO_ROLE = "Votre compte n'a pas, ou plus, de rôle qui ouvre cette page : demandez-le à votre "


NO_ROLE += "administrateur."


UNKNOWN_ORGANISATION = "Cette structure n'existe pas, ou vous n'y avez pas accès."


UNKNOWN = "Cette convention n'existe pas, ou vous n'y avez pas accès : revenez à la liste."


# The first that the visitor's roles open is where log-in leads.
HOMES = ("conventions.listing", "timesheets.mine", "roles.users")


def register(app: Flask) -> None:
    """Guard every request, and let templates ask ``may(endpoint)``."""
    app.before_request(require_role)
    app.context_processor(lambda: {"may": may})


def require_role() -> ResponseReturnValue | None:
    """Refuse what the table does not open to the visitor; keep what it opens for the views.

    The site's own address leads whoever has no role there to a page that their roles open.

    Raises: LookupError: a page without an entry. NotFound: a convention that the visitor may not
    know of. Forbidden: one that they know, and no role for this page.
    """
    from flask import g, request
    from flask_login import current_user

    if request.endpoint is None or not current_user.is_authenticated:
        return None
    rule = rule_of(request.endpoint)
    if isinstance(rule, Opening):
        return None
    g.opening = tuple(grant for grant in held_roles() if grant.role in rule)
    g.access = access_of(g.opening)
    _narrow_to(access_of(held_roles()))
    if not g.access.roles:
        return _lead_home()
    _narrow_to(g.access)
    return None


def _lead_home() -> ResponseReturnValue:
    from flask import redirect, request, url_for

    home = first_home()
    if request.path != "/" or home is None:
        raise Forbidden(NO_ROLE)
    return redirect(url_for(home), 303)


def first_home() -> str | None:
    """Endpoint of the first home that the visitor's roles open."""
    return next((home for home in HOMES if may(home)), None)


def rule_of(endpoint: str) -> Rule:
    """Entry of an endpoint.

    Raises: LookupError: there is none, so that nobody gets in.
    """
    if endpoint not in ENDPOINTS:
        raise LookupError(f"« {endpoint} » has no entry in grants/views/edge/permissions.py")
    return ENDPOINTS[endpoint]


def held_roles() -> tuple[Grant, ...]:
    """Roles that the visitor holds today, read once a request."""
    from flask import g
    from flask_login import current_user

    from grants.clock import clock
    from grants.extensions import db
    from grants.services.roles.memberships import roles_on

    if "held_roles" not in g:
        g.held_roles = roles_on(
            db.session(), user_id=current_user.account.id, as_of=clock().today()
        )
    held: tuple[Grant, ...] = g.held_roles
    return held


def access() -> Access:
    """What this request reaches: the organisations where a role of the visitor opens the page."""
    from flask import g

    found: Access = g.get("access", NOTHING)
    return found


def acts_for() -> int | None:
    """Account for which the visitor acts on this page; None when a role of their own opens it.

    Counted are the roles in the organisations that the page has narrowed the session to.
    """
    from flask import g

    from grants.extensions import db
    from grants.services.platform.tenancy import scope_of

    opening: tuple[Grant, ...] = g.get("opening", ())
    if not any(grant.on_behalf_of for grant in opening):
        return None
    reached = scope_of(db.session()).organisations
    here = [grant for grant in opening if reached is None or grant.organisation_id in reached]
    if not here or any(grant.on_behalf_of is None for grant in here):
        return None
    return here[0].on_behalf_of


def may(endpoint: str) -> bool:
    """Whether the visitor has a role that opens a page somewhere; for links in templates."""
    from flask_login import current_user

    rule = rule_of(endpoint)
    if isinstance(rule, Opening):
        return rule is Opening.PUBLIC or bool(current_user.is_authenticated)
    authenticated = bool(current_user.is_authenticated)
    return authenticated and any(grant.role in rule for grant in held_roles())


def may_in(endpoint: str, organisation_id: int) -> bool:
    """Whether the visitor has a role that opens a page for one organisation."""
    rule = rule_of(endpoint)
    if isinstance(rule, Opening):
        return may(endpoint)
    reached = access_of(grant for grant in held_roles() if grant.role in rule).organisations
    return reached is None or organisation_id in reached


def _narrow_to(access: Access) -> None:
    """Narrow the session to what may be access: to one organisation on a convention's pages.

    Raises: NotFound: the address names a convention out of reach.
    """
    from flask import request

    from grants.extensions import db
    from grants.services.platform.tenancy import Scope, set_scope
    from grants.services.roles.memberships import convention_owner

    set_scope(db.session(), Scope(access.organisations))
    organisation_id = (request.view_args or {}).get("organisation_id")
    if organisation_id is not None:
        _narrow_to_organisation(access, organisation_id)
        return
    convention_id = (request.view_args or {}).get("convention_id")
    if convention_id is None:
        return
    owner = convention_owner(db.session(), convention_id)
    if owner is None or not access.reaches(owner, convention_id):
        raise NotFound(UNKNOWN)
    set_scope(db.session(), Scope(frozenset({owner})))


def _narrow_to_organisation(access: Access, organisation_id: int) -> None:
    """Narrow the session to the organisation that an address names.

    Raises: NotFound: it is out of reach.
    """
    from grants.extensions import db
    from grants.services.platform.tenancy import Scope, set_scope

    if access.organisations is not None and organisation_id not in access.organisations:
        raise NotFound(UNKNOWN_ORGANISATION)
    set_scope(db.session(), Scope(frozenset({organisation_id})))

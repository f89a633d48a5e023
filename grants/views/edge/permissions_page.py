"""The table of permissions as a page of the documentation:
``python -m grants.views.edge.permissions_page > docs/permissions.md`` writes it, a test compares.
"""

from __future__ import annotations

import sys

from grants.enums import Role
from grants.labels import label
from grants.rules.privacy.readers import READERS, SEES_PAY
from grants.views.edge.permissions import ENDPOINTS, Opening, Rule

HEAD = """# Who may open which page

Written from the table in `grants/views/edge/permissions.py`; a test fails when a page has no line
here, and tries every page with every role. A role counts in the organisations where it is held and
nowhere else: what lies outside does not exist (404). Auditors reach the conventions named to them,
until their last day. `sees pay`: lines of a claim, agents, payslips, breakdowns and files; without
it a claim shows sums.

"""
READING = """
## Who reads what of people

Written from the table in `grants/rules/privacy/readers.py`; one's own sheet is always one's own.
`joint sums`: the claims that a convention gives rise to and no other days; no line, account of
staff, breakdown or file; a cost only where three agents are charged, or where the days are over and
each agent is charged for three months at least, in each calendar year that has a claim of its own;
a grant where its cost may be told, or where a ceiling decides it. Amounts of findings that are not
told elsewhere on the page are left out. `team`: the conventions that pay a post which the team
holds, or that its letters or hours name. `signed, of the convention's days`: hours on operations
that were not named stand together as « Autre activité ».

"""
TICK = {True: "✓", False: ""}


def permissions_page() -> str:
    """The page, as Markdown."""
    roles = list(Role)
    heads = ["page", "everybody", "any account", *(label(role) for role in roles)]
    rows = [_row(endpoint, ENDPOINTS[endpoint], roles) for endpoint in sorted(ENDPOINTS)]
    rows.append(["**sees pay**", "", "", *(TICK[role in SEES_PAY] for role in roles)])
    lines = [heads, ["---"] * len(heads), *rows]
    return HEAD + _table(lines) + READING + _table(_reading())


def _reading() -> list[list[str]]:
    heads = ["role", "conventions", "claims for", "money", "time sheets"]
    rows = [
        [label(role), one.conventions.value, one.days.value, one.sums.value, one.sheets.value]
        for role, one in READERS.items()
    ]
    return [heads, ["---"] * len(heads), *rows]


def _table(lines: list[list[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _row(endpoint: str, rule: Rule, roles: list[Role]) -> list[str]:
    is_public, is_open = rule is Opening.PUBLIC, isinstance(rule, Opening)
    held = [TICK[not isinstance(rule, Opening) and role in rule] for role in roles]
    return [f"`{endpoint}`", TICK[is_public], TICK[is_open and not is_public], *held]


if __name__ == "__main__":
    sys.stdout.write(permissions_page())

"""The table of permissions as a page of the documentation:
``python -m grants.views.edge.permissions_page > docs/permissions.md`` writes it, a test compares.
"""

from __future__ import annotations

import sys

from grants.enums import Role
from grants.labels import label
from grants.services.roles.memberships import SEES_PAY
from grants.views.edge.permissions import ENDPOINTS, Opening, Rule

HEAD = """# Who may open which page

Written from the table in `grants/views/edge/permissions.py`; a test fails when a page has no line
here, and tries every page with every role. A role counts in the organisations where it is held and
nowhere else: what lies outside does not exist (404). Auditors reach the conventions named to them,
until their last day. `sees pay`: lines of a claim, agents, payslips, breakdowns and files; without
it a claim shows sums.

"""
TICK = {True: "✓", False: ""}


def permissions_page() -> str:
    """The page, as Markdown."""
    roles = list(Role)
    heads = ["page", "everybody", "any account", *(label(role) for role in roles)]
    rows = [_row(endpoint, ENDPOINTS[endpoint], roles) for endpoint in sorted(ENDPOINTS)]
    rows.append(["**sees pay**", "", "", *(TICK[role in SEES_PAY] for role in roles)])
    lines = [heads, ["---"] * len(heads), *rows]
    return HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _row(endpoint: str, rule: Rule, roles: list[Role]) -> list[str]:
    is_public, is_open = rule is Opening.PUBLIC, isinstance(rule, Opening)
    held = [TICK[not isinstance(rule, Opening) and role in rule] for role in roles]
    return [f"`{endpoint}`", TICK[is_public], TICK[is_open and not is_public], *held]


if __name__ == "__main__":
    sys.stdout.write(permissions_page())

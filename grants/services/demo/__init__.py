"""The demonstration: fictional persons and amounts on the real public terms of published posts.

It is built from code, so that every figure in it can be read, changed and checked. Faults on
purpose, each to show one finding (``docs/demonstration.md`` tells users the same):

* Deux-Sèvres 2018, IMAGINAIRE Lou: 38,7 % of the time on the operation, under the call's 40 %.
* Deux-Sèvres 2018, PROTOTYPE Yaël: the sheet of October is not signed by the manager.
* Deux-Sèvres 2018, SPÉCIMEN Noé: a bonus in December without any base.
* Deux-Sèvres 2018: the Region has paid 12 000 € of its 20 000 €.
* Saint-Étienne: the extra post stood vacant from 15 December 2023 to 1 January 2024, and an
  amendment changes the terms of 2024-2025 in the middle of the year: a warning each.
"""

from __future__ import annotations

from grants.services.demo.accounts import DemonstrationLogin, open_demonstration_accounts
from grants.services.demo.running import add_running_months
from grants.services.demo.workbook import (
    WORKBOOK_NAME,
    Demonstration,
    demonstration,
    demonstration_rows,
    write_demonstration,
)

__all__ = [
    "WORKBOOK_NAME",
    "Demonstration",
    "DemonstrationLogin",
    "add_running_months",
    "demonstration",
    "demonstration_rows",
    "open_demonstration_accounts",
    "write_demonstration",
]

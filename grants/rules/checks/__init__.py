"""Checks of a claim. The order is the order shown to the user among equals; each returns all its
findings.
"""

from __future__ import annotations

from grants.rules.basis.findings import Finding, by_weight
from grants.rules.checks.consistency import (
    check_conventioned_fte,
    check_overlapping_letters,
    check_pay_after_contract,
)
from grants.rules.checks.context import Check, Checked
from grants.rules.checks.conventions import (
    check_amendments,
    check_changed_terms,
    check_period,
    check_rate,
    check_report,
    check_signature,
)
from grants.rules.checks.funding import (
    check_cofunders,
    check_european_shares,
    check_overfunding,
    check_receipts,
)
from grants.rules.checks.letters import check_letters
from grants.rules.checks.month_split import check_month_split
from grants.rules.checks.pay import (
    check_contracts,
    check_daily_benefits,
    check_hourly_rates,
    check_payment_deadline,
    check_refused_items,
)
from grants.rules.checks.payslips import check_payslips
from grants.rules.checks.pieces import check_pieces
from grants.rules.checks.posts import check_replacements, check_secondments, check_vacancies
from grants.rules.checks.thresholds import (
    check_flat_rate_ceiling,
    check_minimums,
    check_publicity,
    check_simplified_costs,
)
from grants.rules.checks.time_share import check_time_share
from grants.rules.checks.timesheets import check_hours_missing, check_time_sheets
from grants.rules.checks.totals import check_balance, check_empty, check_lines
from grants.rules.checks.worked_time import check_annual_hours, check_contract_hours, check_odd_days

CHECKS: tuple[Check, ...] = (
    check_signature,
    check_period,
    check_amendments,
    check_rate,
    check_changed_terms,
    check_minimums,
    check_simplified_costs,
    check_flat_rate_ceiling,
    check_empty,
    check_pay_after_contract,
    check_overlapping_letters,
    check_conventioned_fte,
    check_lines,
    check_balance,
    check_cofunders,
    check_receipts,
    check_overfunding,
    check_european_shares,
    check_month_split,
    check_time_share,
    check_letters,
    check_time_sheets,
    check_hours_missing,
    check_odd_days,
    check_contract_hours,
    check_annual_hours,
    check_contracts,
    check_payslips,
    check_daily_benefits,
    check_refused_items,
    check_payment_deadline,
    check_hourly_rates,
    check_vacancies,
    check_secondments,
    check_replacements,
    check_publicity,
    check_pieces,
    check_report,
)


def findings_of(checked: Checked) -> tuple[Finding, ...]:
    """Everything that the checks find, most euros at risk first."""
    return by_weight(finding for check in CHECKS for finding in check(checked))

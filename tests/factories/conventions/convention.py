"""Fictional conventions with their terms, for sample claims."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from grants import enums
from grants.money import money
from grants.periods import Period
from grants.rules.basis.explained import Citation
from grants.rules.basis.facts.conventions import Convention, Terms
from grants.rules.basis.facts.organisations import Organisation
from grants.rules.conventions.settings import Settings

OWN_TEXT = Citation("Convention", "", None, "Convention signée, article 4")


def sample_convention(kind: Literal["state", "fse"], period: Period, posts: int) -> Convention:
    """State convention (70 %, 40 000 € per FTE) of a public body, or FSE+ (50 %) of an
    association.
    """
    is_state = kind == "state"
    terms = Terms(
        since=period.start,
        rate=Decimal("0.70") if is_state else Decimal("0.50"),
        maximum=money(40_000 * posts) if is_state else money(30_000 * posts),
        total_cost=money(60_000 * posts),
        fte=Decimal(posts),
        settings=sample_settings(is_state=is_state),
        origins={"rate": OWN_TEXT, "maximum": OWN_TEXT},
    )
    return Convention(
        id=1 if is_state else 2,
        number="DREETS-99-2023-001" if is_state else "FSE-99-2024/007",
        title="Facilitateurs de la clause sociale d'insertion",
        operation_number="" if is_state else "202400007",
        organisation=_organisation(is_state=is_state),
        funder_name="DREETS fictive" if is_state else "Service FSE fictif",
        funder_kind=enums.FunderKind.STATE if is_state else enums.FunderKind.FSE_PLUS,
        scheme_code="PNAD" if is_state else "FSE-PLUS",
        scheme_name="PNAD 2022-2025, volet social" if is_state else "FSE+ 2021-2027",
        period=period,
        signed_on=date(2023, 12, 1),
        report_due_on=date(2025, 6, 14),
        terms=(terms,),
        amendments=(),
        row=2,
        description="Accompagner les acheteurs publics, puis suivre les heures d'insertion.",
    )


def _organisation(*, is_state: bool) -> Organisation:
    return Organisation(
        id=1,
        name="Métropole fictive" if is_state else "=Association « Clause & Cie »",
        siret="99900001100018",
        rna="" if is_state else "W999000001",
        legal_form=enums.LegalForm.LOCAL_AUTHORITY if is_state else enums.LegalForm.ASSOCIATION,
        calendar=enums.HolidayCalendar.METROPOLE,
        has_payroll_tax_abatement=False,
        address="1 place de la Mairie, 99000 Ville-fictive",
    )


def sample_settings(*, is_state: bool) -> Settings:
    """Settings in force, all of them."""
    return Settings(
        cost_basis=enums.CostBasis.POST if is_state else enums.CostBasis.TIME,
        grant_formula=enums.GrantFormula.POST_GRANT
        if is_state
        else enums.GrantFormula.EUROPEAN_BALANCE,
        claim_form=enums.ClaimForm.FINANCIAL_REPORT
        if is_state
        else enums.ClaimForm.EXECUTION_REPORT,
        max_rate=None,
        ceiling_per_fte=money("40000") if is_state else None,
        ceiling_proration=enums.CeilingProration.NONE,
        filled_counts=enums.FilledCounts.CONTRACT_FTE,
        min_grant=None if is_state else money("10000"),
        min_total_cost=None,
        min_time_share=None if is_state else Decimal("0.40"),
        min_share_window=enums.MinShareWindow.OPERATION,
        admitted_costs=enums.AdmittedCosts.ALL,
        valuation=enums.Valuation.REAL_SHARE,
        absence_policy=enums.AbsencePolicy.WORKED_HOURS_ONLY,
        flat_rate_profile=enums.FlatRateProfile.NONE
        if is_state
        else enums.FlatRateProfile.STAFF_15,
        secondment_category=enums.SecondmentCategory.SERVICES,
        month_split=enums.MonthSplit.CALENDAR_DAYS,
        advance_rate=None,
        advance_cap=None,
        advance_excluded_legal_forms=(),
        report_due_months=6,
        payment_deadline_months=None,
        cap_cost_at_convention=False,
        cofunder_basis=enums.CofunderBasis.RECEIVED,
        retention_years=5,
        retention_anchor=enums.RetentionAnchor.LAST_PAYMENT_YEAR_END,
        eligible_items=(enums.PayItemKind.GROSS, enums.PayItemKind.EMPLOYER_CHARGES),
        etp_divisor=Decimal(1607),
    )

"""Papers that a claim needs and nobody recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants.enums import (
    BudgetSide,
    ClaimKind,
    FunderKind,
    LegalForm,
    LetterNature,
    PayItemKind,
    PieceKind,
    Severity,
    Valuation,
)
from grants.money import ZERO, money
from grants.periods import Period
from grants.rules.basis.facts.conventions import BudgetItem
from grants.rules.checks.completeness import check_claim_proofs, check_line_proofs
from grants.rules.checks.context import Checked
from tests.factories.checks.checked import (
    YEAR,
    a_piece,
    a_post_grant,
    a_resource,
    an_operation,
    european_pieces,
    has,
    operation_case,
    post_case,
    state_pieces,
    the,
)
from tests.factories.ledger import ledger as make

HIRED = date(2020, 1, 1)
OF_A_CLAIM = {
    "convention_proof_missing", "statement_missing", "decision_missing", "clause_list_missing",
    "publicity_missing",
}  # fmt: skip


def bare_payslips() -> list[Any]:
    return [replace(item, piece="") for item in make.payslips(YEAR)]


def of_lines(case: Checked) -> list[str]:
    return [finding.code for finding in check_line_proofs(case)]


def of_claim(case: Checked) -> list[str]:
    return [finding.code for finding in check_claim_proofs(case)]


def test_claims_in_order_lack_nothing() -> None:
    for case in (operation_case(), post_case()):
        assert of_lines(case) == []
        assert of_claim(case) == []


def test_a_claim_without_any_paper_says_each_with_the_grant_of_its_lines() -> None:
    operation = an_operation()
    case = operation_case(
        operation,
        employments=[make.an_employment(HIRED, piece="")],
        letters=[make.a_letter(operation, nature=LetterNature.FULL_TIME, piece="")],
        pay=bare_payslips(),
        pieces=(),
        clause_jobs=(),
        resources=(a_resource(operation, "1000", piece=""),),
    )

    due = case.claim.grant.due.value
    assert set(of_lines(case)) == {
        "contract_proof_missing", "letter_proof_missing", "payslip_proof_missing"
    }  # fmt: skip
    assert {finding.amount for finding in check_line_proofs(case)} == {due}
    assert {f.severity for f in check_line_proofs(case)} == {Severity.WARNING}
    assert set(of_claim(case)) == OF_A_CLAIM - {"statement_missing", "publicity_missing"}
    message = the(case, "payslip_proof_missing").message
    assert "AUBRAC Inès, 01/2024 à 12/2024 : 12 lignes sans bulletin de paie" in message


def test_a_state_claim_without_any_paper_is_told_too() -> None:
    case = post_case(
        employments=[make.an_employment(HIRED, piece="")],
        pay=[replace(item, piece="") for item in make.payslips(a_post_grant().period)],
        pieces=(),
    )

    assert set(of_lines(case)) == {"contract_proof_missing", "payslip_proof_missing"}
    assert set(of_claim(case)) == {"convention_proof_missing", "statement_missing"}


@pytest.mark.parametrize("kind", [PieceKind.CONTRACT, PieceKind.JOB_DESCRIPTION])
def test_a_contract_or_a_job_description_recorded_for_the_person_is_enough(
    kind: PieceKind,
) -> None:
    own = a_piece("C-1", kind, person_id=1)
    employments = [make.an_employment(HIRED, piece="")]

    mine = operation_case(employments=employments, pieces=(*european_pieces(), own))
    others = operation_case(
        employments=employments, pieces=(*european_pieces(), replace(own, person_id=2))
    )

    assert of_lines(mine) == []
    assert of_lines(others) == ["contract_proof_missing"]


def test_a_payslip_recorded_for_its_month_proves_that_month_alone() -> None:
    january = a_piece("B-1", PieceKind.PAYSLIP, person_id=1, period=Period.month(YEAR.start))

    case = operation_case(pay=bare_payslips(), pieces=(*european_pieces(), january))

    assert "11 lignes" in the(case, "payslip_proof_missing").message


def test_days_without_contract_are_told_once_as_such() -> None:
    case = operation_case(employments=[])

    assert has(case, "contract_missing")
    assert "contract_proof_missing" not in of_lines(case)


def test_a_variable_letter_without_paper_costs_nothing_beside_signed_sheets() -> None:
    case = operation_case(letters=[make.a_letter(an_operation(), piece="")])

    assert the(case, "letter_proof_missing").amount == 0


@pytest.mark.parametrize(("row", "is_fault"), [(2, True), (0, False)])
def test_a_sheet_signed_on_paper_is_joined_and_one_signed_here_is_printed(
    row: int, is_fault: bool
) -> None:
    signed = [replace(one, piece="", row=row) for one in make.signatures(YEAR)]

    case = operation_case(signed=signed)

    assert ("sheet_proof_missing" in of_lines(case)) is is_fault


def test_the_twelve_payslips_of_an_hourly_rate_are_asked_for() -> None:
    operation = an_operation(valuation=Valuation.HOURLY_1720)

    bare = operation_case(operation, pay=bare_payslips())

    assert of_lines(operation_case(operation)) == []
    assert of_lines(bare) == ["payslip_proof_missing"]


def test_a_secondment_needs_its_agreement_on_paper() -> None:
    holding = make.a_holding(HIRED, is_secondment=True, agreement_on=date(2019, 12, 1))

    bare, proved = (post_case(holdings=[replace(holding, piece=piece)]) for piece in ("", "MAD-1"))

    assert of_lines(bare) == ["secondment_proof_missing"]
    assert of_lines(proved) == []


def test_the_payroll_tax_needs_its_declaration_and_only_the_tax_hangs_on_it() -> None:
    """12 × 100 € at 15 % more and half of it: 690 €, of which the tax itself is 600 €"""
    pay = [
        item
        for month in YEAR.months()
        for item in make.a_payslip(month, others={PayItemKind.PAYROLL_TAX: "100"})
    ]
    operation = an_operation(
        eligible_items=(
            PayItemKind.GROSS, PayItemKind.EMPLOYER_CHARGES, PayItemKind.PAYROLL_TAX
        )
    )  # fmt: skip
    form = a_piece("TS-1", PieceKind.PAYROLL_TAX_FORM)
    full_time = [make.a_letter(operation, nature=LetterNature.FULL_TIME)]

    bare = operation_case(operation, pay=pay, letters=full_time)
    proved = operation_case(
        operation, pay=pay, letters=full_time, pieces=(*european_pieces(), form)
    )

    assert the(bare, "payroll_tax_proof_missing").amount == money("600")
    assert of_lines(proved) == []


def test_a_european_claim_of_staff_and_flat_rate_needs_no_certified_list() -> None:
    travel = BudgetItem(
        convention_id=1,
        side=BudgetSide.CHARGES,
        line="625",
        label="",
        planned=ZERO,
        realised=money("3000"),
        piece="",
        row=7,
    )

    with_travel = operation_case(budget=(travel,))

    assert of_claim(operation_case()) == []
    assert of_claim(with_travel) == ["statement_missing"]
    assert the(with_travel, "statement_missing").amount == money("1500")


@pytest.mark.parametrize(
    ("form", "who"),
    [
        (LegalForm.LOCAL_AUTHORITY, "comptable public"),
        (LegalForm.ASSOCIATION, "commissaire aux comptes ou expert-comptable"),
    ],
)
def test_the_certified_list_names_who_certifies(form: LegalForm, who: str) -> None:
    state = a_post_grant()
    state = replace(state, organisation=make.an_organisation(legal_form=form))

    case = post_case(state, pieces=state_pieces()[:1])

    assert who in the(case, "statement_missing").message


def test_what_goes_with_the_balance_is_not_asked_of_an_interim_claim() -> None:
    half = Period(YEAR.start, date(2024, 7, 1))

    case = operation_case(kind=ClaimKind.INTERIM, period=half, clause_jobs=())

    assert of_claim(case) == []
    assert of_claim(operation_case(clause_jobs=())) == ["clause_list_missing"]


def test_own_funds_need_no_decision() -> None:
    operation = an_operation()
    own = a_resource(operation, "500", piece="", funder_kind=FunderKind.OWN_FUNDS)
    others = a_resource(operation, "500", piece="")
    decision = a_piece("D-1", PieceKind.FUNDER_DECISION)

    assert of_claim(operation_case(operation, resources=(own,))) == []
    assert of_claim(operation_case(operation, resources=(others,))) == ["decision_missing"]
    proved = (*european_pieces(), decision)
    assert of_claim(operation_case(operation, resources=(others,), pieces=proved)) == []


def test_lines_that_are_out_of_the_claim_ask_for_no_paper() -> None:
    case = operation_case(
        an_operation(min_time_share=Decimal("0.40")),
        time=make.workdays(YEAR, {1: "1", None: "6"}),
        pay=bare_payslips(),
    )

    assert case.claim.staff.value == 0
    assert of_lines(case) == []


def test_a_claim_without_lines_asks_for_no_paper() -> None:
    case = post_case(pay=(), pieces=())

    assert of_claim(case) == []

"""What goes into each field of the official form: texts and whole euros, by full field name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from exports.claims.state import texts
from exports.claims.state.cerfa_fields import (
    ANNEX,
    FREE_GROUPS,
    IDENTITY,
    OWN_AMOUNT_GOES_TO,
    ROW_FIELDS,
    TABLE,
    field_name,
)
from exports.claims.state.printed_table import PrintedRow, percent, printed_rows, total_row, whole
from grants.enums import BudgetSide
from grants.french import FIXED, NARROW, number
from grants.frozen import frozen
from grants.rules.claims.cerfa_lines import CERFA_LINE_BY_CODE
from grants.rules.claims.claim import Claim

# Not every font of every reader has the narrow space.
_PLAIN_SPACES = dict.fromkeys(map(ord, (NARROW, FIXED, "\u2009")), " ")
AND_OTHERS = "et autres"


@frozen
class FormTable:
    """One row for each row of the form, and what had to be grouped to fit."""

    rows: dict[tuple[BudgetSide, str], PrintedRow]
    detail: tuple[str, ...]


def field_values(claim: Claim) -> dict[str, str]:
    """Value of every field that we fill, by full name."""
    table = form_table(claim)
    pairs = chain(_identity(claim), _table(claim, table), _annex(claim, table.detail))
    return {name: value.translate(_PLAIN_SPACES) for name, value in pairs}


def form_table(claim: Claim) -> FormTable:
    """The printed table fitted to the form: nothing is dropped. Labels beyond the free lines are
    merged into the last one, « et autres », and listed for the annex.
    """
    rows: dict[tuple[BudgetSide, str], PrintedRow] = {}
    detail: list[str] = []
    for side in BudgetSide:
        by_code = _by_code(claim, side)
        for group_side, codes in FREE_GROUPS:
            if group_side is side:
                _spread(codes, by_code)
        for code, found in by_code.items():
            if (side, code) in ROW_FIELDS:
                rows[side, code] = _merged(found)
                detail.extend(_detail(side, code, found))
            elif not code.startswith("titre-"):
                detail.extend(f"{code} – {_amounts(row)}" for row in found)
    return FormTable(rows, tuple(detail))


def _by_code(claim: Claim, side: BudgetSide) -> dict[str, list[PrintedRow]]:
    """Rows by code of the form; an account's own amount goes to its free line, if it has one."""
    found: dict[str, list[PrintedRow]] = {}
    account = ""
    for row in printed_rows(claim, side):
        if row.level == "account":
            account = row.code
        code = row.code or OWN_AMOUNT_GOES_TO.get((side, account), f"{account} (non ventilé)")
        found.setdefault(code, []).append(row)
    return found


def _spread(codes: tuple[str, ...], by_code: dict[str, list[PrintedRow]]) -> None:
    """Put the labels of a group on its free lines in order, all that is left on the last one."""
    given = [row for code in codes for row in by_code[code] if not row.is_empty]
    for index, code in enumerate(codes):
        blank = replace(by_code[code][0], label="", planned=Decimal(0), realised=Decimal(0))
        is_last = index == len(codes) - 1
        taken, given = (given, []) if is_last else (given[:1], given[1:])
        by_code[code] = taken or [blank]


def _merged(rows: list[PrintedRow]) -> PrintedRow:
    if len(rows) == 1:
        return rows[0]
    return replace(
        rows[0],
        label=f"{rows[0].label} {AND_OTHERS}",
        planned=sum((row.planned for row in rows), Decimal(0)),
        realised=sum((row.realised for row in rows), Decimal(0)),
    )


def _detail(side: BudgetSide, code: str, rows: list[PrintedRow]) -> Iterator[str]:
    """Lines of the annex for a row that stands for several."""
    if len(rows) == 1:
        return
    printed = CERFA_LINE_BY_CODE[side, code].label or f"ligne libre {code}"
    for row in rows:
        yield f"{printed} – {_amounts(row)}"


def _amounts(row: PrintedRow) -> str:
    planned, realised = number(row.planned), number(row.realised)
    return f"{row.label} : prévu {planned} €, réalisé {realised} €"


def _identity(claim: Claim) -> Iterator[tuple[str, str]]:
    organisation = claim.convention.organisation
    yield field_name(IDENTITY, "txt_nom"), organisation.name
    yield field_name(IDENTITY, "txt_siret"), organisation.siret
    yield field_name(IDENTITY, "txt_RNA"), organisation.rna
    names = ("txt_mise_en_oeuvre", "txt_beneficiares", "txt_actions", "txt_obj")
    for name, (_, answer) in zip(names, texts.qualitative_answers(claim), strict=True):
        yield field_name(IDENTITY, name), answer


def _table(claim: Claim, table: FormTable) -> Iterator[tuple[str, str]]:
    yield field_name(TABLE, "num_exo"), f"{claim.period.last.year % 100:02d}"
    for key, fields in ROW_FIELDS.items():
        row = table.rows[key]
        if fields.label:
            yield field_name(TABLE, fields.label), "" if row.is_empty else row.label
        shown = not row.is_empty or bool(row.adds_up)
        yield field_name(TABLE, fields.planned), number(row.planned) if shown else ""
        yield field_name(TABLE, fields.realised), number(row.realised) if shown else ""
        yield field_name(TABLE, fields.percent), _percent(row)
    yield from _sentence(claim)


def _percent(row: PrintedRow) -> str:
    """Whole percent, of the row itself: line 74 of the form's own script reads line 73 instead."""
    ratio = percent(row.planned, row.realised)
    return "" if ratio is None else number(whole(ratio * 100))


def _sentence(claim: Claim) -> Iterator[tuple[str, str]]:
    due = whole(claim.grant.due.value)
    total = total_row(printed_rows(claim, BudgetSide.PRODUITS), "total").realised
    share = percent(total, due)
    yield field_name(TABLE, "num_subvention"), number(due)
    shown = "" if share is None else number(share * 100, 1)
    yield field_name(TABLE, "num_pourcentage"), shown


def _annex(claim: Claim, detail: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield field_name(ANNEX, "txt_regle"), texts.indirect_rule(claim)
    yield field_name(ANNEX, "txt_ecarts"), texts.deviation_text(claim)
    yield field_name(ANNEX, "txt_contributions"), texts.in_kind_text(claim)
    grouped = "\n".join(detail)
    remarks = f"Détail des lignes regroupées ou non ventilées :\n{grouped}" if grouped else ""
    yield field_name(ANNEX, "txt_observations"), remarks
    yield field_name(ANNEX, "txt_asso"), claim.convention.organisation.name

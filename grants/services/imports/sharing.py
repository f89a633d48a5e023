"""What somebody who keeps some structures may not change: what belongs to all, or to another.

Territories, funders, schemes and indicators are everybody's: a structure adds those that it needs,
and another rate in a scheme would change everybody's claims. At the terminal, whoever keeps the
installation changes them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from grants.errors import InputProblem, InvalidInput
from grants.models.organisations import Organisation
from grants.services.imports.checking import CheckedFile
from grants.services.imports.differences import Change, RowDifference
from grants.services.imports.job import Job
from grants.services.imports.register import Register
from grants.workbook_format.sheet import OWNERS
from grants.workbook_format.sheets import SHEET_BY_NAME

FOREIGN = (
    "une structure où vous tenez les comptes ; une nouvelle structure est créée par l'exploitant "
    "du site"
)
KEPT_BY_ADMINISTRATOR = (
    "la structure telle qu'elle est enregistrée : son administrateur la change à la page Structure"
)
EVERYBODYS = (
    "la ligne telle qu'elle est enregistrée : elle sert à plusieurs structures, l'exploitant du "
    "site la change ; ou un autre code, pour une ligne à vous"
)


def refuse_foreign(file: CheckedFile, register: Register) -> None:
    """Refuse structures that are not one's own; whether another has them is not told."""
    known = register.stored(OWNERS)
    key = SHEET_BY_NAME[OWNERS].key[0]
    for row in file.rows(OWNERS):
        code = row.values.get(key)
        if code is not None and str(code) not in known:
            file.refuse(OWNERS, row.number, key, code, FOREIGN)


def refuse_shared(job: Job, within: Collection[int]) -> None:
    """Refuse rows that are not one structure's own, once they were written and can be compared.

    Raises: InvalidInput: all of them; the caller takes back what was written.
    """
    others = _organisations(job) > len(set(within))
    problems = [
        InputProblem(one.sheet, one.row, field, one.name, expected)
        for one in job.shared
        for field, expected in _refusals(one, others)
    ]
    if problems:
        raise InvalidInput(problems)


def _organisations(job: Job) -> int:
    query = select(func.count()).select_from(Organisation)
    return job.session.execute(query).scalar_one()


def _refusals(row: RowDifference, others: bool) -> list[tuple[str, str]]:
    key = SHEET_BY_NAME[row.sheet].key[0]
    if row.sheet == OWNERS:
        return [(key, KEPT_BY_ADMINISTRATOR)]
    return [(key, EVERYBODYS)] if others and row.change is Change.CHANGED else []

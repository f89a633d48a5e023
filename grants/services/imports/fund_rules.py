"""No convention begins before its fund: FSE+ pays from 01/01/2021, FSE 2014-2020 from 01/01/2014.

Whichever sheet says it: a convention, the scheme that it moves to, or the kind of a funder whose
conventions are stored already.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from grants.enums import FunderKind
from grants.french import day_fr
from grants.labels import label
from grants.models.base import AnySession
from grants.models.conventions import Convention, Funder, Scheme
from grants.parameters.loader import fund_opens
from grants.services.imports.checking import CheckedFile
from grants.workbook_format.conventions import CONVENTIONS
from grants.workbook_format.framework import DISPOSITIFS, FINANCEURS


def check_funds(file: CheckedFile, session: AnySession) -> None:
    """Refuse each row that makes a convention begin before its fund."""
    if not any(file.rows(name) for name in (CONVENTIONS.name, DISPOSITIFS.name, FINANCEURS.name)):
        return
    kinds = _kinds(file, session)
    funders = _funders(file, session)
    _check_rows(file, kinds, funders)
    _check_stored(file, session, kinds, funders)


def _kinds(file: CheckedFile, session: AnySession) -> dict[str, str]:
    """Kind of each funder by its code, as it will be after the import."""
    found: dict[str, str] = dict(session.execute(select(Funder.code, Funder.kind)).all())
    found.update(
        (str(row.values["code"]), str(row.values["type"]))
        for row in file.rows(FINANCEURS.name)
        if row.values.get("code") and row.values.get("type")
    )
    return found


def _funders(file: CheckedFile, session: AnySession) -> dict[str, str]:
    """Code of the funder of each scheme, as it will be after the import."""
    query = select(Scheme.code, Funder.code).join(Funder, Scheme.funder_id == Funder.id)
    found: dict[str, str] = dict(session.execute(query).all())
    found.update(
        (str(row.values["code"]), str(row.values["financeur"]))
        for row in file.rows(DISPOSITIFS.name)
        if row.values.get("code") and row.values.get("financeur")
    )
    return found


def _check_rows(file: CheckedFile, kinds: dict[str, str], funders: dict[str, str]) -> None:
    for row in file.rows(CONVENTIONS.name):
        first, scheme = row.values.get("debut"), str(row.values.get("dispositif"))
        kind = kinds.get(funders.get(scheme, ""), "")
        expected = _too_early(first, kind)
        if expected:
            file.refuse(CONVENTIONS.name, row.number, "debut", first, expected)


def _check_stored(
    file: CheckedFile, session: AnySession, kinds: dict[str, str], funders: dict[str, str]
) -> None:
    """Stored conventions that a new kind of funder, or a scheme's new funder, would put before
    their fund.
    """
    places = {
        str(row.values.get("code")): (FINANCEURS.name, row) for row in file.rows(FINANCEURS.name)
    }
    schemes = {str(row.values.get("code")): row for row in file.rows(DISPOSITIFS.name)}
    given = {str(row.values.get("numero")) for row in file.rows(CONVENTIONS.name)}
    query = select(Convention.number, Convention.start_on, Scheme.code).join(
        Scheme, Convention.scheme_id == Scheme.id
    )
    if not places and not schemes:
        return
    for number, start, code in session.execute(query):
        funder = funders.get(code, "")
        expected = _too_early(start, kinds.get(funder, ""))
        if not expected or number in given:
            continue
        whole = f"{expected} (convention {number}, déjà enregistrée)"
        if code in schemes:
            file.refuse(DISPOSITIFS.name, schemes[code].number, "financeur", funder, whole)
        elif funder in places:
            file.refuse(FINANCEURS.name, places[funder][1].number, "type", kinds[funder], whole)


def _too_early(first: object, kind: str) -> str:
    """What is expected of a convention that begins before its fund; empty when it does not."""
    opens = fund_opens(kind) if kind else None
    if opens is None or not isinstance(first, date) or first >= opens.value:
        return ""
    return (
        f"un premier jour depuis le {day_fr(opens.value)} : le {label(FunderKind(kind))} n'existe "
        "pas avant ; corrigez la date, ou le type du financeur"
    )

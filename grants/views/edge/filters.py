"""What templates may do to a value: show it, nothing else.

Figures and dates read as everywhere (``grants.french``); listed values, formulas and terms by their
wording in ``grants.labels``.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from exports.kit.quantities import citation_name, quantity, reading_mark
from grants import french
from grants.labels import FORMULAS, TERMS, label

if TYPE_CHECKING:
    from flask import Flask


def wording(member: StrEnum | None) -> str:
    """French wording of a listed value.

    Example:
    >>> from grants.enums import ClaimKind
    >>> wording(ClaimKind.FINAL)
    'Final'
    """
    return french.NOTHING if member is None else label(member)


def formula(name: str) -> str:
    """Wording of a formula; its bare name when it has none, for a figure must open all the same."""
    return FORMULAS.get(name, name)


def term(name: str) -> str:
    """Wording of what goes into a formula."""
    return TERMS.get(name, name)


def finding_title(code: str) -> str:
    """Short title of a finding; its bare code when no check gives it any more."""
    from grants.rules.checks import KINDS

    return KINDS[code].title if code in KINDS else code


def ratio(part: Decimal | None, whole: Decimal | None) -> str:
    """Part of a whole in percent, nothing where the whole is missing or zero.

    Example:
    >>> ratio(Decimal(3), Decimal(4)).split()
    ['75', '%']
    """
    return french.percent(None if part is None or not whole else part / whole)


def bar_width(share: Decimal | None) -> str:
    """Length of a bar of 100 units for a fraction of one, never beyond the whole.

    Example:
    >>> bar_width(Decimal("0.425")), bar_width(Decimal("1.3"))
    ('42.5', '100')
    """
    kept = min(max(share or Decimal(0), Decimal(0)), Decimal(1)) * 100
    return f"{kept.quantize(Decimal('0.1')).normalize():f}"


FILTERS = {
    "bar_width": bar_width,
    "citation_name": citation_name,
    "reading_mark": reading_mark,
    "day": french.day_fr,
    "counted": french.count,
    "euro": french.euros,
    "finding_title": finding_title,
    "formula": formula,
    "fte": french.fte_fr,
    "hours": french.hours,
    "label": wording,
    "minutes": french.minutes,
    "moment": french.moment_fr,
    "month": french.month_fr,
    "number": french.number,
    "percent": french.percent,
    "period": french.period_fr,
    "plural": french.plural,
    "quantity": quantity,
    "ratio": ratio,
    "siret": french.siret_fr,
    "term": term,
}


def register(app: Flask) -> None:
    """Give the templates these filters, and ``address`` for links with a query."""
    from grants.views.edge.addresses import address

    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["address"] = address

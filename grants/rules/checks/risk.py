"""What a fault may cost, where it is mended, and the text behind it: parts that findings share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from grants.enums import FlatRateProfile
from grants.money import ZERO
from grants.parameters.loader import Figure, find_figure, find_setting
from grants.rules.basis.explained import Citation, Source, citation, row_ranges
from grants.rules.basis.facts.people import Person
from grants.rules.basis.findings import Place
from grants.rules.checks.context import ChargedLine, Checked
from grants.rules.claims.claim import ClaimLine
from grants.rules.claims.grant import rate_of
from grants.rules.claims.indirect_costs import flat_figure, loss_of_rejection
from grants.rules.ledger.charges import Charge

# Profiles whose base holds bought services too; with the 40 % one, services count for nothing.
ON_SERVICES = frozenset({FlatRateProfile.DIRECT_7, FlatRateProfile.DIRECT_25})


def grant_at_risk(checked: Checked, lines: Iterable[ClaimLine]) -> Decimal:
    """Grant lost when the retained amounts of these lines are refused, flat rate included."""
    staff = services = ZERO
    for line in lines:
        if line.is_service:
            services += line.retained
        else:
            staff += line.retained
    return loss_of_cost(checked, staff) + _loss_of_services(checked, services)


def loss_of_cost(checked: Checked, cost: Decimal) -> Decimal:
    """Grant lost when so much staff cost is refused; nothing is lost with a negative cost.

    Law: simplified costs: a cut in the base cuts the flat amount too (``loss_of_rejection``).
    """
    return _loss(checked, cost, flat_rate(checked))


def _loss_of_services(checked: Checked, cost: Decimal) -> Decimal:
    profile = checked.convention.terms[0].settings.flat_rate_profile
    if profile is FlatRateProfile.STAFF_40:
        return ZERO
    return _loss(checked, cost, flat_rate(checked) if profile in ON_SERVICES else ZERO)


def _loss(checked: Checked, cost: Decimal, flat: Decimal) -> Decimal:
    rate = rate_of(checked.terms)
    lost = loss_of_rejection(rejected_staff=max(ZERO, cost), flat_rate=flat, grant_rate=rate)
    return lost.grant_lost


def flat_rate(checked: Checked) -> Decimal:
    """Flat rate of the operation, zero when it has none."""
    found = flat_figure(checked.convention)
    return ZERO if found is None else found.value


def part_of_line(one: ChargedLine, cost: Decimal) -> Decimal:
    """Part of a line's retained amount that so much of its whole cost stands for."""
    whole = cost_of(one.charge)
    return one.line.retained * cost / whole if whole else ZERO


def cost_of(charge: Charge) -> Decimal:
    """Whole cost of a charge's segments, eligible or not."""
    return sum((segment.cost for segment in charge.segments), ZERO)


def lines_of(group: Sequence[ChargedLine]) -> list[ClaimLine]:
    """Lines of some charges."""
    return [one.line for one in group]


def months_of(group: Iterable[ChargedLine]) -> list[date]:
    """Months of some charges, each once, in order."""
    return sorted({one.line.month for one in group})


def place(
    checked: Checked, person: Person | None = None, months: Sequence[date] = (), post: str = ""
) -> Place:
    """Where a finding is mended; a month is named when there is one only."""
    month = months[0].isoformat() if len(months) == 1 else ""
    return Place(checked.number, person.code if person else "", month, post)


def rows_of(sheet: str, rows: Iterable[int], piece: str = "") -> tuple[Source, ...]:
    """Rows of one sheet; none when no row is known."""
    known = row_ranges(row for row in rows if row)
    return (Source(sheet, known, piece),) if known else ()


def law_of(checked: Checked, setting: str) -> Citation | None:
    """Text that ships for a setting and this kind of funder, whatever the convention decided."""
    convention = checked.convention
    found = find_setting(convention.frame, setting, convention.texts_from)
    return None if found is None else citation(found)


def term_of(checked: Checked, name: str) -> Citation | None:
    """Where the term or setting in force comes from."""
    return checked.terms.origins.get(name)


def law_figure(checked: Checked, name: str) -> Figure | None:
    """Legal figure that binds the convention, None where its fund knows none."""
    return find_figure(name, checked.convention.period.start, checked.convention.frame)

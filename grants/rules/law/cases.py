"""Cases of law: what a rule is expected to answer, and how what it answers differs.

A funder or a lawyer writes cases without Python; ``grants.schemas.cases`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.periods import Period
from grants.rules.law.catalogue import Rule

REFUSED = "refused"


@frozen
class Case:
    """One case as its file states it; ``line`` is where it starts. ``as_of`` None: not stated."""

    name: str
    source: str
    rule: Rule
    as_of: date | None
    given: Mapping[str, object]
    expect: Mapping[str, object]
    line: int


@frozen
class Difference:
    """One output that is not what was expected; texts, since kinds may differ."""

    key: str
    expected: str
    actual: str
    gap: str = ""


def differences(case: Case, *, as_of: date) -> tuple[Difference, ...]:
    """Where the rule's answer differs from the expectation; nothing when the case holds.

    A number is compared by value after rounding the answer half up to the decimals that the
    expectation writes. ``as_of`` stands in when the case states no date.
    """
    wanted = case.expect.get(REFUSED)
    try:
        answer = case.rule.answer(case.given, case.as_of or as_of)
    except RuleRefused as refusal:
        if wanted == refusal.code:
            return ()
        expected = shown(wanted) if wanted else shown(dict(case.expect))
        return (Difference(REFUSED, expected, f"{refusal.code} ({refusal})"),)
    if wanted is not None:
        return (Difference(REFUSED, shown(wanted), shown(answer)),)
    compared = (_difference(key, value, answer[key]) for key, value in case.expect.items())
    return tuple(found for found in compared if found)


def _difference(key: str, expected: object, actual: object) -> Difference | None:
    if equal(expected, actual):
        return None
    gap = ""
    if isinstance(expected, Decimal) and isinstance(actual, Decimal | int):
        gap = shown(rounded_like(expected, Decimal(actual)) - expected)
    elif isinstance(expected, date) and isinstance(actual, date):
        gap = f"{(actual - expected).days:+d} j"
    return Difference(key, shown(expected), shown(actual), gap)


def equal(expected: object, actual: object) -> bool:
    """Whether the answer is the expected one, part by part.

    Example:
    >>> equal(Decimal("0.67"), Decimal(2) / 3)
    True
    """
    if isinstance(actual, Period):
        actual = (actual.start, actual.end)
    if isinstance(actual, bool) or isinstance(expected, bool):
        return actual is expected
    if isinstance(expected, Decimal) and isinstance(actual, Decimal | int):
        return rounded_like(expected, Decimal(actual)) == expected
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return (
            isinstance(actual, Sequence)
            and len(actual) == len(expected)
            and all(equal(*pair) for pair in zip(expected, actual, strict=True))
        )
    return actual == expected


def rounded_like(expected: Decimal, actual: Decimal) -> Decimal:
    """Answer rounded half up to the decimals that the expectation writes.

    Example:
    >>> rounded_like(Decimal("22.0930"), Decimal(38000) / 1720)
    Decimal('22.0930')
    """
    with localcontext(prec=60):
        return actual.quantize(Decimal(1).scaleb(_exponent(expected)), ROUND_HALF_UP)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return min(0, exponent) if isinstance(exponent, int) else 0


def shown(value: object) -> str:
    """Value as a case file would write it, without quotes.

    Example:
    >>> shown((Decimal("1.50"), True, date(2024, 1, 1)))
    '[1.50, true, 2024-01-01]'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Period):
        return shown((value.start, value.end))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {shown(part)}" for key, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(shown(part) for part in value)}]"
    return "aucune valeur" if value is None else str(value)

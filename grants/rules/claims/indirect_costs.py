"""Indirect costs at a flat rate, and what a refused expense loses with them."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from decimal import Decimal

from grants import money
from grants.enums import FlatRateProfile
from grants.errors import RuleRefused
from grants.frozen import frozen
from grants.parameters.loader import Figure, european_frame, figure, find_figure
from grants.rules.basis.explained import Explained, Input, Steps, citation, euros, fraction
from grants.rules.basis.facts.conventions import Convention
from grants.rules.basis.refusals import fraction_of_one, not_negative


@frozen
class IndirectCosts:
    """Flat amount, and the eligible total with it."""

    flat: Decimal
    total: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


@frozen
class LossOfRejection:
    """Eligible cost and grant that go with refused staff cost."""

    eligible_lost: Decimal
    grant_lost: Decimal
    explained: Steps = field(default_factory=dict, compare=False, repr=False)


_ON_STAFF = {FlatRateProfile.STAFF_15, FlatRateProfile.STAFF_40}


def indirect_costs(
    *,
    profile: FlatRateProfile,
    staff: Decimal,
    other_direct: Decimal = money.ZERO,
    services: Decimal = money.ZERO,
    as_of: date,
) -> IndirectCosts:
    """Flat amount that an operation may add to its direct costs, under one profile.

    Law: règlement (UE) 2021/1060, articles 54 and 56.1; for 2014-2020 règlements 1303/2013 and
    1304/2013 and arrêté du 1er avril 2016 (20 % of direct costs less bought services). The fund
    says which; FSE 2014-2020 knows no 7 %, FSE+ no 20 % of direct costs. The 40 % cover every cost
    but direct staff, so other direct costs do not count beside them.
    Units: euros; rounds half up to the cent, once, at the end.
    Args: services: the part of other_direct that is bought services. as_of: first day of the
    operation, of FSE+ from that fund's first day on.
    Raises: RuleRefused: negative_amount, services_over_direct. NoParameterInForce: the fund knows
    no such rate.
    Example:
    >>> indirect_costs(profile=FlatRateProfile.STAFF_40, staff=Decimal("42000"),
    ... as_of=date(2024, 1, 1)).total
    Decimal('58800.00')
    """
    rate = None
    if profile is not FlatRateProfile.NONE:
        rate = figure(f"flat_rate_{profile.value}", as_of, european_frame(as_of))
    return costs_at_rate(profile, rate, staff=staff, other_direct=other_direct, services=services)


def flat_figure(convention: Convention) -> Figure | None:
    """Rate of the convention's flat rate, by the texts of its own fund; None where it has none, or
    where the fund knows no such rate.
    """
    profile = convention.terms[0].settings.flat_rate_profile
    start, frame = convention.period.start, convention.frame
    return find_figure(f"flat_rate_{profile.value}", start, frame)


def costs_at_rate(
    profile: FlatRateProfile,
    rate: Figure | None,
    *,
    staff: Decimal,
    other_direct: Decimal,
    services: Decimal,
) -> IndirectCosts:
    """The same at a rate already looked up; None: nothing is added.

    Raises: RuleRefused: see ``indirect_costs``.
    """
    not_negative(other_direct=other_direct, services=services)
    if services > other_direct:
        raise RuleRefused(
            "services_over_direct",
            f"prestations {services} € pour {other_direct} € d'autres coûts directs :"
            f" {services - other_direct} € de trop",
        )
    beside = money.ZERO if profile is FlatRateProfile.STAFF_40 else other_direct
    flat = _flat(profile, rate, staff, other_direct, services)
    total = money.round_half_up(staff + beside + flat.value)
    inputs = [euros("staff", staff), euros("flat", flat)]
    if beside:
        inputs.insert(1, euros("other_direct", beside))
    steps = {"flat": flat, "total": Explained(total, "eligible_total", tuple(inputs))}
    return IndirectCosts(flat.value, total, steps)


def _flat(
    profile: FlatRateProfile,
    rate: Figure | None,
    staff: Decimal,
    other: Decimal,
    services: Decimal,
) -> Explained[Decimal]:
    if profile is FlatRateProfile.NONE:
        return Explained(money.ZERO, "flat_rate_none")
    if rate is None:
        return Explained(money.ZERO, "flat_rate_unknown")
    inputs: list[Input] = [euros("staff", staff)]
    base = staff
    if profile not in _ON_STAFF:
        base += other
        inputs.append(euros("other_direct", other))
    if profile is FlatRateProfile.DIRECT_LESS_SERVICES_20:
        base -= services
        inputs.append(euros("services", services))
    flat = money.round_half_up(base * rate.value)
    inputs.append(fraction("flat_rate", rate.value))
    return Explained(flat, f"flat_rate_{profile.value}", tuple(inputs), (citation(rate),))


def loss_of_rejection(
    *, rejected_staff: Decimal, flat_rate: Decimal, grant_rate: Decimal
) -> LossOfRejection:
    """Eligible cost and grant lost when staff cost is refused: the flat amount falls with its base.

    Law: simplified costs: only the base needs proof, and a cut in it cuts the flat amount too.
    Raises: RuleRefused: negative_amount, rate_out_of_range.
    Example:
    >>> loss_of_rejection(rejected_staff=Decimal(1), flat_rate=Decimal("0.40"),
    ... grant_rate=Decimal("0.50"))
    LossOfRejection(eligible_lost=Decimal('1.40'), grant_lost=Decimal('0.70'))
    """
    not_negative(rejected_staff=rejected_staff)
    fraction_of_one(flat_rate=flat_rate, grant_rate=grant_rate)
    exact = rejected_staff * (1 + flat_rate)
    eligible = Explained(
        money.round_half_up(exact),
        "eligible_lost",
        (euros("rejected_staff", rejected_staff), fraction("flat_rate", flat_rate)),
    )
    grant = Explained(
        money.round_half_up(exact * grant_rate),
        "grant_lost",
        (euros("eligible_lost", eligible), fraction("grant_rate", grant_rate)),
    )
    steps = {"eligible_lost": eligible, "grant_lost": grant}
    return LossOfRejection(eligible.value, grant.value, steps)

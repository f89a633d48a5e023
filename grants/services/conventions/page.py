"""Everything that the page of one convention shows besides its claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from grants.enums import PaymentKind
from grants.errors import NotFound
from grants.money import ZERO, decimal_fr
from grants.periods import DAY, FOREVER, Period
from grants.rules.basis.explained import Citation
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.conventions import Payment as PaymentFact
from grants.rules.basis.facts.conventions import Resource as ResourceFact
from grants.rules.basis.facts.conventions import Terms
from grants.rules.basis.facts.evidence import Piece as PieceFact
from grants.rules.basis.facts.posts import Holding as HoldingFact
from grants.rules.basis.people import grouped
from grants.rules.conventions.settings import SPEC_BY_KEY, SPECS, TERM_WORDINGS
from grants.services.conventions.listing import ConventionRow, convention_row
from grants.services.facts.money import load_payments, load_resources
from grants.services.facts.people import load_persons
from grants.services.facts.pieces import load_pieces
from grants.services.facts.posts import (
    following_fundings,
    load_fundings,
    load_holdings,
    load_posts,
)
from grants.services.facts.terms import END_FIELD, TERM_FIELDS, load_conventions

HUNDRED = Decimal(100)
TERM_UNITS = {"rate": "%", "maximum": "€", "total_cost": "€", "fte": "ETP"}
SETTING_UNITS = {"fraction": "%", "amount": "€"}
UNIT_OF_KEY = {"etp_divisor": "h"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a post: held by somebody, or vacant when ``name`` is empty.

    ``left`` and ``width`` place it on a line of 100 units that is the funding's period.
    """

    name: str
    period: Period
    share: Decimal
    replaces: str
    is_secondment: bool
    left: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class FundedPost:
    """Post that the convention pays, with who held it and when nobody did."""

    code: str
    title: str
    territory: str
    approved_fte: Decimal
    funded_fte: Decimal
    period: Period
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """Term or setting of the convention on the day, in words, with its origin."""

    wording: str
    value: object
    unit: str
    origin: Citation


@dataclass(frozen=True, slots=True)
class Change:
    """One term that an amendment changed: before and after."""

    number: str
    wording: str
    before: object
    after: object
    unit: str
    effective_on: date
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class ConventionDetails:
    """A convention's page."""

    row: ConventionRow
    settings: tuple[SettingInForce, ...]
    changes: tuple[Change, ...]
    posts: tuple[FundedPost, ...]
    payments: tuple[PaymentFact, ...]
    resources: tuple[ResourceFact, ...]
    pieces: tuple[PieceFact, ...]

    @property
    def convention(self) -> ConventionFact:
        """The convention itself."""
        return self.row.convention


def get_convention(
    session: Session, convention_id: int, *, organisation_id: int | None = None
) -> ConventionFact:
    """Convention by its id.

    Raises: NotFound: none, or one of another structure than the given one.
    """
    found = load_conventions(session, [convention_id]).get(convention_id)
    if found is None or organisation_id not in (None, found.organisation.id):
        raise NotFound("Cette convention n'existe pas : revenez à la liste des conventions.")
    return found


def convention_details(
    session: Session, convention: ConventionFact, *, as_of: date
) -> ConventionDetails:
    """Terms, posts, payments, resources and pieces of a convention as of a day."""
    payments = load_payments(session, convention_id=convention.id)
    row = convention_row(
        convention,
        paid=sum((payment.amount for payment in payments), ZERO),
        is_settled=any(payment.kind is PaymentKind.BALANCE for payment in payments),
        as_of=as_of,
    )
    return ConventionDetails(
        row,
        settings_in_force(row.terms),
        list_changes(convention),
        _posts(session, convention),
        payments,
        load_resources(session, convention_id=convention.id),
        load_pieces(session, convention_id=convention.id),
    )


def settings_in_force(terms: Terms) -> tuple[SettingInForce, ...]:
    """Terms, then every setting that has a value, each with where it comes from."""
    of_terms = [
        SettingInForce(wording, getattr(terms, name), TERM_UNITS[name], terms.origins[name])
        for name, wording in TERM_WORDINGS.items()
        if name in terms.origins
    ]
    of_settings = [
        SettingInForce(spec.wording, value, _unit(spec.key), origin)
        for spec in SPECS
        if (origin := terms.origins.get(spec.key)) is not None
        and (value := getattr(terms.settings, spec.key)) not in (None, ())
    ]
    return tuple(of_terms + of_settings)


def list_changes(convention: ConventionFact) -> tuple[Change, ...]:
    """Every amended term, before and after, in the order of effect; an unsigned amendment is shown
    and changes nothing.
    """
    first = convention.terms[0]
    known = {name: getattr(first, name) for name in TERM_WORDINGS}
    known |= {spec.key: getattr(first.settings, spec.key) for spec in SPECS}
    first_end = convention.first_end
    known[END_FIELD] = None if first_end == FOREVER else first_end - DAY
    found = []
    for amendment in convention.amendments:
        name = TERM_FIELDS.get(amendment.field, amendment.field)
        after = _amended_value(name, amendment.value)
        found.append(
            Change(
                amendment.number,
                _wording(name),
                known.get(name),
                after,
                _unit(name),
                amendment.effective_on,
                amendment.signed_on,
            )
        )
        if amendment.signed_on is not None:
            known[name] = after
    return tuple(found)


def timeline(
    period: Period, holdings: Iterable[HoldingFact], names: Mapping[int, str]
) -> tuple[Stretch, ...]:
    """Who held a post over a period and when nobody did, drawn on 100 units.

    Args: names: of the persons who hold it or are replaced, by number.
    """
    held = sorted(
        (
            (part, one, names[one.person_id])
            for one in holdings
            if (part := period.intersect(one.period))
        ),
        key=lambda item: (item[0].start, item[2]),
    )
    stretches = [
        _stretch(period, part, name, one.share, names.get(one.replaces_id or 0, ""),
                 one.is_secondment)
        for part, one, name in held
    ]  # fmt: skip
    gaps = period.cut(edge for part, *_ in held for edge in (part.start, part.end))
    vacant = [
        _stretch(period, gap, "", ZERO, "", False)
        for gap in gaps
        if not any(part.covers(gap) for part, *_ in held)
    ]
    return tuple(sorted(stretches + vacant, key=lambda item: (item.period.start, item.name)))


def _stretch(
    whole: Period, part: Period, name: str, share: Decimal, replaces: str, is_secondment: bool
) -> Stretch:
    left = HUNDRED * (part.start - whole.start).days / whole.days
    width = HUNDRED * part.days / whole.days
    places = Decimal("0.001")
    return Stretch(
        name, part, share, replaces, is_secondment, left.quantize(places), width.quantize(places)
    )


def _posts(session: Session, convention: ConventionFact) -> tuple[FundedPost, ...]:
    signed = load_fundings(session, convention_ids=[convention.id])
    ids = {one.post_id for one in signed}
    posts = load_posts(session, post_ids=ids)
    held = grouped(load_holdings(session, post_ids=ids), lambda one: one.post_id)
    names = _names(session, [one for many in held.values() for one in many])
    fundings = following_fundings(signed, {convention.id: convention})
    return tuple(
        FundedPost(
            post.code, post.title, post.territory, post.fte, funding.fte, period,
            timeline(period, held[post.id], names),
        )
        for funding in sorted(fundings, key=lambda one: posts[one.post_id].code)
        if (period := convention.period.intersect(funding.period))
        for post in [posts[funding.post_id]]
    )  # fmt: skip


def _names(session: Session, holdings: Iterable[HoldingFact]) -> dict[int, str]:
    ids = {number for one in holdings for number in (one.person_id, one.replaces_id) if number}
    return {one.id: one.name for one in load_persons(session, person_ids=ids).values()}


def _wording(name: str) -> str:
    if name in SPEC_BY_KEY:
        return SPEC_BY_KEY[name].wording
    return "Fin de la convention" if name == END_FIELD else TERM_WORDINGS.get(name, name)


def _unit(name: str) -> str:
    if name in SPEC_BY_KEY:
        return UNIT_OF_KEY.get(name, SETTING_UNITS.get(SPEC_BY_KEY[name].kind, ""))
    return TERM_UNITS.get(name, "")


def _amended_value(name: str, text: str) -> object:
    if name == END_FIELD:
        return date.fromisoformat(text)
    if name in SPEC_BY_KEY:
        return SPEC_BY_KEY[name].parse(text)
    return SPEC_BY_KEY["max_rate"].parse(text) if name == "rate" else decimal_fr(text)

"""Everything that the page of one convention shows besides its claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from grants.enums import FunderKind, PaymentKind, PieceKind
from grants.errors import NotFound
from grants.models.conventions import Convention, Funder, Payment, Receipt, Resource
from grants.models.coverage import Territory
from grants.models.evidence import Piece
from grants.models.people import Person
from grants.models.posts import Holding, Post, PostFunding
from grants.money import ZERO, decimal_fr
from grants.periods import DAY, FOREVER, Period
from grants.rules.basis.explained import Citation
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.conventions import Payment as PaymentFact
from grants.rules.basis.facts.conventions import Terms
from grants.rules.basis.facts.posts import PostFunding as PostFundingFact
from grants.rules.conventions.settings import SPEC_BY_KEY, SPECS, TERM_WORDINGS
from grants.services.conventions.listing import ConventionRow, convention_row
from grants.services.facts.ledger import following_fundings
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
class PromisedResource:
    """What another funder promised, and each receipt."""

    code: str
    funder: str
    kind: FunderKind
    label: str
    amount: Decimal
    received: Decimal
    receipts: tuple[tuple[date, Decimal, str], ...]
    piece: str


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
class KnownPiece:
    """Supporting document of the convention itself."""

    reference: str
    kind: PieceKind
    title: str
    dated_on: date | None
    is_stored: bool


@dataclass(frozen=True, slots=True)
class ConventionDetails:
    """A convention's page."""

    row: ConventionRow
    settings: tuple[SettingInForce, ...]
    changes: tuple[Change, ...]
    posts: tuple[FundedPost, ...]
    payments: tuple[PaymentFact, ...]
    resources: tuple[PromisedResource, ...]
    pieces: tuple[KnownPiece, ...]

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
    payments = _payments(session, convention.id)
    row = convention_row(
        convention,
        paid=sum((payment.amount for payment in payments), ZERO),
        is_settled=any(payment.kind is PaymentKind.BALANCE for payment in payments),
        as_of=as_of,
    )
    return ConventionDetails(
        row,
        settings_in_force(row.terms),
        list_changes(convention, _first_end(session, convention.id)),
        _posts(session, convention),
        payments,
        _resources(session, convention.id),
        _pieces(session, convention.id),
    )


def _first_end(session: Session, convention_id: int) -> date | None:
    return session.scalar(select(Convention.end_on).where(Convention.id == convention_id))


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


def list_changes(convention: ConventionFact, first_end: date | None) -> tuple[Change, ...]:
    """Every amended term, before and after, in the order of effect; an unsigned amendment is shown
    and changes nothing. ``first_end`` is the first day after the convention as first signed.
    """
    first = convention.terms[0]
    known = {name: getattr(first, name) for name in TERM_WORDINGS}
    known |= {spec.key: getattr(first.settings, spec.key) for spec in SPECS}
    known[END_FIELD] = None if first_end is None else first_end - DAY
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


def timeline(period: Period, holdings: Iterable[tuple[Holding, str, str]]) -> tuple[Stretch, ...]:
    """Who held a post over a period and when nobody did, drawn on 100 units.

    ``holdings`` are rows with the holder's name and the name of the person replaced.
    """
    held = sorted(
        (
            (part, row, name, replaces)
            for row, name, replaces in holdings
            if (part := period.intersect(Period(row.start_on, row.end_on or FOREVER)))
        ),
        key=lambda item: (item[0].start, item[2]),
    )
    stretches = [
        _stretch(period, part, name, row.share, replaces, row.is_secondment)
        for part, row, name, replaces in held
    ]
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
    query = (
        select(PostFunding, Post, Territory.name)
        .join(Post, PostFunding.post_id == Post.id)
        .join(Territory, Post.territory_id == Territory.id)
        .where(PostFunding.convention_id == convention.id)
        .order_by(Post.code, PostFunding.start_on)
    )
    rows = session.execute(query).all()
    signed = tuple(
        PostFundingFact(
            post_id=post.id,
            convention_id=convention.id,
            fte=row.fte,
            period=Period(row.start_on, row.end_on or FOREVER),
            row=row.source_row or 0,
        )
        for row, post, _ in rows
    )
    fundings = following_fundings(session, signed, {convention.id: convention})
    holdings = _holdings(session, {post.id for _, post, _ in rows})
    return tuple(
        FundedPost(
            post.code, post.title, territory, post.fte, funding.fte, period,
            timeline(period, holdings[post.id]),
        )
        for funding, (_, post, territory) in zip(fundings, rows, strict=True)
        if (period := convention.period.intersect(funding.period))
    )  # fmt: skip


def _holdings(
    session: Session, post_ids: set[int]
) -> Mapping[int, Sequence[tuple[Holding, str, str]]]:
    replaced = aliased(Person)
    query = (
        select(Holding, Person, replaced)
        .join(Person, Holding.person_id == Person.id)
        .outerjoin(replaced, Holding.replaces_id == replaced.id)
        .where(Holding.post_id.in_(post_ids))
    )
    found: dict[int, list[tuple[Holding, str, str]]] = defaultdict(list)
    for row, person, absent in session.execute(query):
        found[row.post_id].append((row, _name(person), _name(absent) if absent else ""))
    return found


def _name(person: Person) -> str:
    return f"{person.last_name} {person.first_name}"


def _payments(session: Session, convention_id: int) -> tuple[PaymentFact, ...]:
    query = (
        select(Payment)
        .where(Payment.convention_id == convention_id)
        .order_by(Payment.paid_on, Payment.id)
    )
    return tuple(
        PaymentFact(
            convention_id=convention_id, paid_on=row.paid_on, kind=PaymentKind(row.kind),
            amount=row.amount, piece=row.piece, row=row.source_row or 0,
        )
        for row in session.scalars(query)
    )  # fmt: skip


def _resources(session: Session, convention_id: int) -> tuple[PromisedResource, ...]:
    query = (
        select(Resource, Funder)
        .join(Funder, Resource.funder_id == Funder.id)
        .where(Resource.convention_id == convention_id)
        .order_by(Resource.code)
    )
    rows = session.execute(query).all()
    receipts: dict[int, list[Receipt]] = defaultdict(list)
    came = select(Receipt).where(Receipt.resource_id.in_([row.id for row, _ in rows]))
    for receipt in session.scalars(came.order_by(Receipt.received_on, Receipt.id)):
        receipts[receipt.resource_id].append(receipt)
    return tuple(
        PromisedResource(
            row.code,
            funder.name,
            FunderKind(funder.kind),
            row.label,
            row.amount,
            sum((receipt.amount for receipt in receipts[row.id]), ZERO),
            tuple((one.received_on, one.amount, one.piece) for one in receipts[row.id]),
            row.piece,
        )
        for row, funder in rows
    )


def _pieces(session: Session, convention_id: int) -> tuple[KnownPiece, ...]:
    query = select(Piece).where(Piece.convention_id == convention_id).order_by(Piece.reference)
    return tuple(
        KnownPiece(row.reference, PieceKind(row.kind), row.title, row.dated_on, bool(row.sha256))
        for row in session.scalars(query)
    )


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

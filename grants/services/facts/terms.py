"""Conventions as the rules read them: terms and settings by date, each with where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from grants.enums import Certifier, FunderKind, HolidayCalendar, LegalForm, TextReading
from grants.models.base import AnySession
from grants.models.conventions import Amendment, Convention, Funder, Scheme, SettingText
from grants.models.organisations import Organisation
from grants.money import decimal_fr
from grants.parameters.loader import Frame, Setting, find_setting, fund_opens
from grants.parameters.reading import Value
from grants.periods import DAY, FOREVER, Period
from grants.rules.basis.explained import Citation, citation
from grants.rules.basis.facts.conventions import Amendment as AmendmentFact
from grants.rules.basis.facts.conventions import Call, Terms
from grants.rules.basis.facts.conventions import Convention as ConventionFact
from grants.rules.basis.facts.organisations import Organisation as OrganisationFact
from grants.rules.conventions.region import highest_rate
from grants.rules.conventions.settings import (
    SPEC_BY_KEY,
    SPECS,
    TERM_KINDS,
    TERM_WORDINGS,
    Settings,
    setting_text,
)
from grants.services.facts.regions import departements_of

TERM_FIELDS = {
    "taux": "rate",
    "montant_maximum": "maximum",
    "cout_total": "total_cost",
    "etp": "fte",
}
END_FIELD = "fin"


@dataclass(frozen=True, slots=True)
class Layer:
    """One level of rules, the more particular the later: its values by key, how it is cited, and
    the settings that have a text of their own.
    """

    values: Mapping[str, str]
    own: Citation
    texts: Mapping[str, Citation]


@dataclass(frozen=True, slots=True)
class Layers:
    """What was read beside a convention's own rows: texts of its scheme's settings, and the
    départements that its posts serve.
    """

    texts: Mapping[str, Citation]
    departements: Collection[str]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose rules apply, and where: the territory gives the fund's highest rate."""

    frame: Frame
    departements: Collection[str]

    def default(self, key: str, on: date) -> Setting | None:
        """Default of a setting."""
        found = find_setting(self.frame, key, on)
        if found is None and key == "max_rate":
            return highest_rate(self.departements, on, self.frame)
        return found


def load_conventions(
    session: AnySession, ids: Iterable[int] | None = None
) -> dict[int, ConventionFact]:
    """Conventions by id, with their dated terms; all of them when no ids are given.

    Four queries, whatever the number of conventions.
    """
    query = (
        select(Convention, Scheme, Funder, Organisation)
        .join(Scheme, Convention.scheme_id == Scheme.id)
        .join(Funder, Scheme.funder_id == Funder.id)
        .join(Organisation, Convention.organisation_id == Organisation.id)
    )
    if ids is not None:
        query = query.where(Convention.id.in_(list(ids)))
    rows = session.execute(
        query.order_by(Convention.start_on, Convention.number, Convention.id)
    ).all()
    amendments = _amendments(session, [row[0].id for row in rows])
    texts = _texts(session, {row[1].id for row in rows})
    places = departements_of(session, [row[0].id for row in rows if row[1].programme])
    return {
        row[0].id: _convention(
            row[0],
            row[1],
            row[2],
            row[3],
            amendments[row[0].id],
            Layers(texts[row[1].id], places.get(row[0].id, ())),
        )
        for row in rows
    }


def _amendments(session: AnySession, ids: Sequence[int]) -> dict[int, list[AmendmentFact]]:
    found: dict[int, list[AmendmentFact]] = defaultdict(list)
    query = select(Amendment).where(Amendment.convention_id.in_(ids))
    for row in sorted(session.scalars(query), key=_amendment_order):
        found[row.convention_id].append(
            AmendmentFact(
                number=row.number,
                field=row.field,
                value=row.value,
                effective_on=row.effective_on,
                signed_on=row.signed_on,
                row=row.source_row or 0,
            )
        )
    return found


def _texts(session: AnySession, ids: Collection[int]) -> dict[int, dict[str, Citation]]:
    """Text of each setting of some schemes, by scheme and key."""
    found: dict[int, dict[str, Citation]] = defaultdict(dict)
    for row in session.scalars(select(SettingText).where(SettingText.scheme_id.in_(ids))):
        title = ", ".join(part for part in (row.title, row.article) if part)
        reading = TextReading.READ if row.read_on else TextReading.TO_CONFIRM
        cited = Citation(row.key, "", row.dated_on, title, row.href, reading, row.read_on)
        found[row.scheme_id][row.key] = cited
    return found


def _amendment_order(row: Amendment) -> tuple[date, date, int, str, str]:
    """The one signed last prevails on the same day; number 10 comes after number 2."""
    digits = "".join(char for char in row.number if char.isdecimal())
    signed = row.signed_on or FOREVER
    return row.effective_on, signed, int(digits or 0), row.number, row.field


def _convention(
    row: Convention,
    scheme: Scheme,
    funder: Funder,
    organisation: Organisation,
    amendments: Sequence[AmendmentFact],
    given: Layers,
) -> ConventionFact:
    signed = [amendment for amendment in amendments if amendment.signed_on]
    owner = organisation_fact(organisation)
    frame = _frame(scheme, funder, owner)
    layers = [
        Layer(scheme.settings, _of_scheme(scheme), given.texts),
        Layer(row.settings, _of_convention(row), {}),
    ]
    place = Place(frame, given.departements)
    return ConventionFact(
        id=row.id,
        number=row.number,
        title=row.title,
        operation_number=row.operation_number,
        organisation=owner,
        funder_name=funder.name,
        funder_kind=FunderKind(funder.kind),
        scheme_code=scheme.code,
        scheme_name=scheme.name,
        period=_period(row, signed),
        signed_on=row.signed_on,
        report_due_on=row.report_due_on,
        terms=_timeline(row, place, layers, signed),
        amendments=tuple(amendments),
        row=row.source_row or 0,
        description=row.description,
        purged_on=row.purged_on,
        first_end=row.end_on or FOREVER,
        call=_call(row, scheme),
        programme=scheme.programme or "",
        authority=scheme.authority,
        retention_from=row.retention_from,
    )


def _frame(scheme: Scheme, funder: Funder, owner: OrganisationFact) -> Frame:
    beneficiary = owner.legal_form.beneficiary.value
    return Frame(funder.kind, scheme.programme or "", scheme.authority, beneficiary)


def _call(row: Convention, scheme: Scheme) -> Call:
    return Call(
        requested_on=row.requested_on,
        filing_deadline=scheme.filing_deadline,
        envelope=scheme.envelope,
        covered=tuple(c.strip() for c in scheme.covered_territories.split("|") if c.strip()),
    )


def _of_scheme(scheme: Scheme) -> Citation:
    """How a setting of a scheme is cited that has no text of its own: the scheme's text need not
    speak of it.
    """
    title = f"Dispositif {scheme.code}, texte de ce paramètre non donné"
    return Citation("", "", None, title, reading=TextReading.TO_CONFIRM)


def _of_convention(row: Convention) -> Citation:
    """The parties' own convention; unsigned it settles nothing yet."""
    reading = TextReading.READ if row.signed_on else TextReading.TO_CONFIRM
    return Citation("", "", row.signed_on, f"Convention {row.number}", reading=reading)


def organisation_fact(row: Organisation) -> OrganisationFact:
    """Structure porteuse as the rules see it."""
    return OrganisationFact(
        id=row.id,
        name=row.name,
        siret=row.siret,
        rna=row.rna,
        legal_form=LegalForm(row.legal_form),
        calendar=HolidayCalendar(row.holiday_calendar),
        has_payroll_tax_abatement=row.has_payroll_tax_abatement,
        address=row.address,
        certifier=Certifier(row.certifier) if row.certifier else None,
    )


def _period(row: Convention, signed: Sequence[AmendmentFact]) -> Period:
    """Days of the convention as last agreed."""
    ends = [_day(a.value) + DAY for a in signed if a.field == END_FIELD]
    return Period(row.start_on, ends[-1] if ends else row.end_on or FOREVER)


def _timeline(
    row: Convention, place: Place, layers: Sequence[Layer], signed: Sequence[AmendmentFact]
) -> tuple[Terms, ...]:
    """Terms at the start, then after each day on which signed amendments take effect."""
    first = _first_terms(row, place, layers)
    timeline = [first]
    for day in sorted({max(a.effective_on, row.start_on) for a in signed}):
        now = timeline[-1]
        for amendment in signed:
            if max(amendment.effective_on, row.start_on) == day:
                now = _amended(now, amendment)
        timeline.append(replace(now, since=day))
    return tuple(
        timeline[1:] if len(timeline) > 1 and timeline[1].since == row.start_on else timeline
    )


def _first_terms(row: Convention, place: Place, layers: Sequence[Layer]) -> Terms:
    opens = fund_opens(place.frame.fund)
    first_day = row.start_on if opens is None else max(row.start_on, opens.value)
    settings, origins = _settings(place, first_day, layers)
    own = _of_convention(row)
    for name in TERM_WORDINGS:
        value = getattr(row, name)
        text = setting_text(value, TERM_KINDS[name])
        origins[name] = replace(own, name=name, value=text)
    return Terms(
        since=row.start_on,
        rate=row.rate,
        maximum=row.maximum,
        total_cost=row.total_cost,
        fte=row.fte,
        settings=settings,
        origins=origins,
    )


def _settings(
    place: Place, on: date, layers: Sequence[Layer]
) -> tuple[Settings, dict[str, Citation]]:
    values: dict[str, Any] = {}
    origins: dict[str, Citation] = {}
    for spec in SPECS:
        default = place.default(spec.key, on)
        values[spec.key] = None if default is None else spec.parse(_as_text(default.value))
        origins[spec.key] = (
            Citation(spec.key, "", None, "Aucune valeur fixée", reading=TextReading.NOT_FOUND)
            if default is None
            else replace(
                citation(default), name=spec.key, value=setting_text(values[spec.key], spec.kind)
            )
        )
        for layer in layers:
            if spec.key in layer.values:
                values[spec.key] = spec.parse(layer.values[spec.key])
                text = setting_text(values[spec.key], spec.kind)
                own = layer.texts.get(spec.key, layer.own)
                origins[spec.key] = replace(own, name=spec.key, value=text)
    return Settings(**values), origins


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "|".join(value) if isinstance(value, tuple) else str(value)


def _amended(terms: Terms, amendment: AmendmentFact) -> Terms:
    """Terms after one amendment; the new origin names it."""
    name = TERM_FIELDS.get(amendment.field, amendment.field)
    if name == END_FIELD:
        return terms
    title = f"Avenant n° {amendment.number}"
    origin = Citation(name, amendment.value, amendment.effective_on, title)
    origins = {**terms.origins, name: origin}
    if name in SPEC_BY_KEY:
        value = SPEC_BY_KEY[name].parse(amendment.value)
        text = setting_text(value, SPEC_BY_KEY[name].kind)
        origins[name] = replace(origin, value=text)
        return replace(terms, settings=replace(terms.settings, **{name: value}), origins=origins)
    changed: dict[str, Any] = {name: _term_value(name, amendment.value), "origins": origins}
    return replace(terms, **changed)


def _term_value(name: str, text: str) -> Decimal:
    if name == "rate":
        rate: Decimal = SPEC_BY_KEY["max_rate"].parse(text)
        return rate
    return decimal_fr(text)


def _day(text: str) -> date:
    """Day as an amendment writes it: 31/12/2024, or as the import normalises it: 2024-12-31."""
    if "/" in text:
        day, month, year = map(int, text.split("/"))
        return date(year, month, day)
    return date.fromisoformat(text[:10])

"""Settings of an organisation: who it is, who certifies its accounts, how its days are counted.

Two people may change them at once: whoever saves says what they saw, and is refused when that is no
longer what is stored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.enums import (
    AuditAction,
    AuditObject,
    Certifier,
    HolidayCalendar,
    LegalForm,
    MonthSplit,
)
from grants.errors import Conflict, NotFound
from grants.french import Misread, count, read_siret
from grants.models.organisations import Organisation
from grants.rules.audit.chain import Value
from grants.rules.basis.facts.conventions import Convention
from grants.services.audit.deed import Deed
from grants.services.audit.writing import record
from grants.services.facts.terms import load_conventions

RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
SIRET_LENGTH = 14
UNKNOWN = "Cette structure n'existe pas, ou vous n'y avez pas accès."


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation's settings hold. ``certifier`` None leaves it to the legal form."""

    name: str
    address: str
    siret: str
    rna: str
    legal_form: LegalForm
    certifier: Certifier | None
    holiday_calendar: HolidayCalendar
    has_payroll_tax_abatement: bool

    @property
    def fingerprint(self) -> str:
        """Hash of all values: two profiles with the same one are the same."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OrganisationProfile:
    """An organisation and its settings."""

    id: int
    code: str
    profile: Profile


class ChangedMeanwhile(Conflict):
    """Somebody else saved first; ``stored`` is what they left."""

    def __init__(self, stored: Profile) -> None:
        super().__init__(
            "quelqu'un a modifié cette structure pendant votre saisie : ses valeurs sont rappelées "
            "ci-dessous, les vôtres sont gardées dans le formulaire. Vérifiez, puis enregistrez"
        )
        self.stored = stored


def list_organisations(
    session: Session, *, within: Collection[int] | None
) -> Sequence[OrganisationProfile]:
    """Organisations that somebody reaches, None for all of them, by name."""
    query = select(Organisation).order_by(Organisation.name, Organisation.id)
    if within is not None:
        query = query.where(Organisation.id.in_(within))
    return [_read(row) for row in session.scalars(query)]


def get_organisation(session: Session, organisation_id: int) -> OrganisationProfile:
    """One organisation.

    Raises: NotFound: there is none of that number.
    """
    return _read(_get_row(session, organisation_id))


def change_organisation(
    session: Session, *, organisation_id: int, profile: Profile, seen: str, deed: Deed
) -> Profile:
    """Change the settings and tell the trail what differs. Flushes, never commits.

    Args: seen: fingerprint of the profile that the change was typed over.
    Raises: ChangedMeanwhile: it is no longer that one. Conflict: a value cannot be; ``field`` says
    which. NotFound: no such organisation.
    """
    wanted = require_sound(profile)
    _hold(session, organisation_id)
    row = _get_row(session, organisation_id)
    stored = _read(row).profile
    if stored.fingerprint != seen and stored != wanted:
        raise ChangedMeanwhile(stored)
    before, after = _different(stored, wanted)
    if not after:
        return stored
    for name, value in _columns(wanted).items():
        setattr(row, name, value)
    session.flush()
    record(
        session, deed=deed, organisation_id=row.id, action=AuditAction.CHANGED,
        object_kind=AuditObject.ORGANISATION, object_key=row.code, before=before, after=after,
    )  # fmt: skip
    return wanted


def require_sound(profile: Profile) -> Profile:
    """The profile with its numbers in their official spelling.

    Raises: Conflict: a value cannot be; ``field`` says which.
    """
    if not profile.name.strip():
        raise Conflict("le nom de la structure est vide : donnez-le", field="name")
    return replace(
        profile,
        name=profile.name.strip(),
        address=" ".join(profile.address.split()),
        siret=require_siret(profile.siret),
        rna=require_rna(profile.rna),
    )


def require_siret(text: str) -> str:
    """The fourteen digits of a SIRET, empty when nothing is given.

    Raises: Conflict: what is wrong with it.
    Example:
    >>> require_siret("732 829 320 00074")
    '73282932000074'
    """
    if not text.strip():
        return ""
    try:
        return read_siret(text)
    except Misread as error:
        raise Conflict(str(error), field="siret") from error


def require_rna(text: str) -> str:
    """Number in the register of associations, empty when nothing is given.

    Raises: Conflict: it is none.
    Example:
    >>> require_rna("w 751 212517")
    'W751212517'
    """
    number = "".join(text.split()).upper()
    if number and RNA.fullmatch(number) is None:
        raise Conflict(
            f"« {text} » n'est pas un numéro RNA : W suivi de 9 chiffres est attendu, comme "
            "W751212517 ; il figure sur le récépissé de la préfecture",
            field="rna",
        )
    return number


def effects_of(
    session: Session, organisation_id: int, before: Profile, after: Profile
) -> list[str]:
    """What a change will alter in what is computed from now on, one sentence each; empty when it
    alters names and numbers only. Drafts are recomputed, files already handed in are not.
    """
    own = [
        one for one in load_conventions(session).values() if one.organisation.id == organisation_id
    ]
    found = []
    if before.holiday_calendar is not after.holiday_calendar:
        found.append(_calendar_effect(own))
    if before.has_payroll_tax_abatement != after.has_payroll_tax_abatement:
        becomes = "écartée" if after.has_payroll_tax_abatement else "admise"
        found.append(
            f"La taxe sur les salaires sera {becomes} dans les bilans de "
            f"{count(len(own), 'convention')}."
        )
    if before.legal_form is not after.legal_form:
        found.append(_legal_form_effect(own, before.legal_form, after.legal_form))
    return found


def _calendar_effect(own: Sequence[Convention]) -> str:
    by_days = [
        one.number
        for one in own
        if any(terms.settings.month_split is MonthSplit.WORKING_DAYS for terms in one.terms)
    ]
    named = f" ({', '.join(by_days)})" if by_days else ""
    return (
        "Les jours fériés changent : les mois coupés aux jours ouvrés se partageront autrement "
        f"dans {count(len(by_days), 'convention')}{named}, et les contrôles des feuilles de temps "
        "suivront le nouveau calendrier."
    )


def _legal_form_effect(own: Sequence[Convention], old: LegalForm, new: LegalForm) -> str:
    excluded = sum(
        (old in terms.settings.advance_excluded_legal_forms)
        != (new in terms.settings.advance_excluded_legal_forms)
        for one in own
        for terms in one.terms[-1:]
    )
    return (
        "La forme juridique change : la mention du représentant et le certificateur des bilans "
        f"suivront, et le droit à une avance change pour {count(excluded, 'convention')}."
    )


def _hold(session: Session, organisation_id: int) -> None:
    """Take the row before it is read: a second writer waits, then sees what the first one left."""
    session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(code=Organisation.code)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _get_row(session: Session, organisation_id: int) -> Organisation:
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound(UNKNOWN)
    return row


def _read(row: Organisation) -> OrganisationProfile:
    profile = Profile(
        row.name,
        row.address,
        row.siret,
        row.rna,
        LegalForm(row.legal_form),
        Certifier(row.certifier) if row.certifier else None,
        HolidayCalendar(row.holiday_calendar),
        row.has_payroll_tax_abatement,
    )
    return OrganisationProfile(row.id, row.code, profile)


def _columns(profile: Profile) -> dict[str, str | bool]:
    """Values as the row holds them."""
    values = {item.name: getattr(profile, item.name) for item in fields(profile)}
    return {
        name: value if isinstance(value, bool) else str(value or "")
        for name, value in values.items()
    }


def _different(old: Profile, new: Profile) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    before, after = _columns(old), _columns(new)
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}

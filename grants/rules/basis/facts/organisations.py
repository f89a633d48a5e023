"""The organisation that carries the posts, as the rules see it."""

from __future__ import annotations

from grants.enums import Certifier, HolidayCalendar, LegalForm
from grants.frozen import frozen


@frozen(kw_only=True)
class Organisation:
    """Structure porteuse."""

    id: int
    name: str
    siret: str
    rna: str
    legal_form: LegalForm
    calendar: HolidayCalendar
    has_payroll_tax_abatement: bool
    address: str = ""
    certifier: Certifier | None = None

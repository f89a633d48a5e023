"""What an event says to a reader: « Taux : 50 % → 60 % » instead of two documents.

Values in the trail are texts. The table below says how each field is called and read; a field that
it does not know is shown as it stands, for nothing of the trail may stay hidden.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from grants import enums, french
from grants.labels import label
from grants.periods import DAY, month_of_index
from grants.rules.conventions.settings import SPEC_BY_KEY
from grants.services.platform.personal_tables import TABLES
from grants.workbook_format.columns import CellKind, Column
from grants.workbook_format.sheets import SHEETS

Reader = Callable[[str], str]
ARROW = " → "
# Stands in the trail for a name: the trail is kept when persons are purged.
WITHHELD = "(non conservé)"
SETTING_PREFIX = "settings."
SHEET_PREFIX = "sheets."
# Cells of a time sheet: the day, the operation, the activity.
HOURS_PREFIX = "hours."
PURGED_PREFIX = "purged."
COUNTS = ("ajoutée", "modifiée", "retirée")


def _euro(text: str) -> str:
    return french.euros(Decimal(text))


def _percent(text: str) -> str:
    return french.percent(Decimal(text))


def _number(text: str) -> str:
    return french.number(Decimal(text))


def _hours(text: str) -> str:
    return french.minutes(int(text))


def _day(text: str) -> str:
    return french.day_fr(date.fromisoformat(text))


def _last_day(text: str) -> str:
    """Ends are stored as the first day after; people read the last one."""
    return french.day_fr(date.fromisoformat(text) - DAY)


def _month(text: str) -> str:
    return french.month_fr(month_of_index(int(text)))


def _listed(*kinds: type[StrEnum]) -> Reader:
    """Wording of a value of one of these lists, which share no value with another meaning."""
    wordings = {member.value: label(member) for kind in kinds for member in kind}
    return lambda text: wordings.get(text, text)


def _as_it_is(text: str) -> str:
    return text


# Field → what it is called and how it reads, in the order in which changes are told.
FIELDS: Mapping[str, tuple[str, Reader]] = {
    "number": ("Numéro", _as_it_is),
    "code": ("Code", _as_it_is),
    "file": ("Fichier", _as_it_is),
    "name": ("Nom", _as_it_is),
    "last_name": ("Nom", _as_it_is),
    "first_name": ("Prénom", _as_it_is),
    "title": ("Intitulé", _as_it_is),
    "label": ("Libellé", _as_it_is),
    "job_title": ("Fonction", _as_it_is),
    "is_active": ("Compte actif", _as_it_is),
    "password": ("Mot de passe", _as_it_is),
    "second_factor": ("Double authentification", _as_it_is),
    "recovery_codes": ("Codes de secours", _as_it_is),
    "identity": ("Fournisseur d'identité lié", _as_it_is),
    "sessions_ended": ("Sessions terminées", _as_it_is),
    "secrets_resealed": ("Secrets chiffrés à nouveau", _as_it_is),
    "operators": ("Exploitants", _as_it_is),
    "backup_key": ("Clé de la sauvegarde", _as_it_is),
    "is_own_backup": ("Sauvegarde d'ici", _as_it_is),
    "program": ("Programme", _as_it_is),
    "refusals_forgotten": ("Refus oubliés", _as_it_is),
    "role": ("Rôle", _listed(enums.Role)),
    "conventions": ("Conventions", _as_it_is),
    "team": ("Équipe", _as_it_is),
    "substitute": ("Remplaçant", _as_it_is),
    "cancelled": ("Annulée", _as_it_is),
    "revoked": ("Retirée", _as_it_is),
    "accepted": ("Acceptée", _as_it_is),
    "sent_again": ("Renvoyée", _as_it_is),
    "first_day": ("Premier jour", _day),
    "last_day": ("Dernier jour", _day),
    "start_on": ("Premier jour", _day),
    "end_on": ("Dernier jour", _last_day),
    "scheme_id": ("Dispositif", _as_it_is),
    "funder_id": ("Financeur", _as_it_is),
    "convention_id": ("Convention", _as_it_is),
    "from_convention_id": ("Convention du cofinanceur", _as_it_is),
    "organisation_id": ("Structure", _as_it_is),
    "territory_id": ("Territoire", _as_it_is),
    "post_id": ("Poste", _as_it_is),
    "person_id": ("Agent", _as_it_is),
    "replaces_id": ("Remplace", _as_it_is),
    "resource_id": ("Ressource", _as_it_is),
    "indicator_id": ("Indicateur", _as_it_is),
    "operation_number": ("N° d'opération", _as_it_is),
    "field": ("Terme", _as_it_is),
    "rate": ("Taux", _percent),
    "maximum": ("Montant maximum", _euro),
    "total_cost": ("Coût total conventionné", _euro),
    "fte": ("ETP", _number),
    "weekly_minutes": ("Heures par semaine", _hours),
    "minutes": ("Heures", _hours),
    "calendar": ("Calendrier des échéances", _as_it_is),
    "share": ("Part", _percent),
    "amount": ("Montant", _euro),
    "grant_base": ("Assiette de l'aide", _euro),
    "operation_base": ("Assiette dans l'opération", _euro),
    "planned": ("Prévision", _euro),
    "realised": ("Réalisation", _euro),
    "side": ("Côté", _listed(enums.BudgetSide)),
    "line": ("Ligne", _as_it_is),
    "value": ("Valeur", _as_it_is),
    "kind": ("Nature", _listed(enums.PaymentKind, enums.ClaimKind)),
    "nature": ("Nature", _listed(enums.LetterNature)),
    "employer": ("Employeur", _as_it_is),
    "is_secondment": ("Mise à disposition", _as_it_is),
    "agreement_on": ("Convention nominative du", _day),
    "effective_on": ("Effet", _day),
    "signed_on": ("Signature", _day),
    "signed_by_person_on": ("Signature de l'agent", _day),
    "signed_by_manager_on": ("Signature du responsable", _day),
    "accepted_on": ("Acceptée le", _day),
    "dated_on": ("Datée du", _day),
    "notified_on": ("Décision du", _day),
    "received_on": ("Encaissé le", _day),
    "paid_on": ("Versé le", _day),
    "report_due_on": ("Bilan attendu le", _day),
    "reason": ("Motif", _as_it_is),
    "piece": ("Pièce", _as_it_is),
    "siret": ("SIRET", _as_it_is),
    "rna": ("RNA", _as_it_is),
    "legal_form": ("Forme juridique", _listed(enums.LegalForm)),
    "holiday_calendar": ("Calendrier", _listed(enums.HolidayCalendar)),
    "has_payroll_tax_abatement": ("Abattement de taxe sur les salaires", _as_it_is),
    "address": ("Adresse", _as_it_is),
    "sheet_lock": ("Verrouillage des feuilles de temps", _as_it_is),
    "sheet_grace_days": ("Jours de grâce", _as_it_is),
    "sheet_due_days": ("Jours pour signer", _as_it_is),
    "step": ("Étape", _listed(enums.SheetStepKind)),
    "day": ("Jour", _day),
    "content_sha256": ("Empreinte de ce qui est signé", _as_it_is),
    "signatures_sha256": ("Empreinte des signatures", _as_it_is),
    "locked_for": ("Verrouillée pour", _as_it_is),
    "confirmed_days": ("Jours confirmés", _as_it_is),
    "comments": ("Commentaires changés", _as_it_is),
    "sheets_locked": ("Feuilles de temps verrouillées", _as_it_is),
    "sheets_unlocked": ("Feuilles de temps déverrouillées", _as_it_is),
    "reference": ("Texte", _as_it_is),
    "href": ("Lien", _as_it_is),
    "description": ("Description", _as_it_is),
    "files": ("Fichiers", _as_it_is),
    "certifier": ("Qui certifie", _listed(enums.Certifier)),
    "official_form": ("Formulaire officiel, empreinte", _as_it_is),
    "logo": ("Emblème, empreinte", _as_it_is),
    "persons": ("Agents", _as_it_is),
    "held": ("Conventions gardées", _as_it_is),
    "rows": ("Lignes", _as_it_is),
    "sees_eligibility": ("Voit les motifs d'éligibilité", _as_it_is),
    "sha256": ("Empreinte", _as_it_is),
}
_ORDER = {name: place for place, name in enumerate(FIELDS)}
# Same name, other meaning: what a field reads as on these objects.
SPECIAL: Mapping[tuple[str, str], tuple[str, Reader]] = {
    (enums.AuditObject.TARGET.value, "value"): ("Valeur visée", _number),
    (enums.AuditObject.EMPLOYMENT.value, "fte"): ("Quotité", _percent),
    (enums.AuditObject.EMPLOYMENT.value, "kind"): ("Type de contrat", _as_it_is),
}


_READERS: Mapping[CellKind, Reader] = {
    CellKind.AMOUNT: _euro,
    CellKind.FRACTION: _percent,
    CellKind.DECIMAL: _number,
    CellKind.HOURS: _hours,
    CellKind.DATE: _day,
    CellKind.MONTH: _month,
}


def _read(column: Column) -> Reader:
    if column.is_last_day:
        return _last_day
    if column.closed_list is not None:
        return _listed(column.closed_list)
    return _READERS.get(column.kind, _as_it_is)


# What the import workbook declares: how a field of its rows reads, and is called where the table
# above has no name for it.
_DECLARED: Mapping[tuple[str, str], tuple[str, Reader]] = {
    (sheet.trail.kind.value, column.target): (column.heading, _read(column))
    for sheet in SHEETS
    if sheet.trail is not None
    for column in sheet.columns
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One field of an event in words."""

    wording: str
    before: str
    after: str

    @property
    def created(self) -> str:
        return f"{self.wording} : {self.after}"

    @property
    def deleted(self) -> str:
        return f"{self.wording} : {self.before}{ARROW}supprimé"

    @property
    def changed(self) -> str:
        if self.before == self.after == WITHHELD:
            return f"{self.wording} : modifié, valeurs non conservées"
        return f"{self.wording} : {self.before}{ARROW}{self.after}"


def change_lines(object_kind: str, before: str | None, after: str | None) -> tuple[str, ...]:
    """Lines that tell what an event changed; ``before`` and ``after`` are as the trail holds them.

    Example:
    >>> change_lines("convention", '{"rate":"0.5"}', '{"rate":"0.6"}')[0].split()
    ['Taux', ':', '50', '%', '→', '60', '%']
    """
    old, new = _document(before), _document(after)
    names = sorted(old.keys() | new.keys(), key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    told = (_line(object_kind, name, old.get(name), new.get(name)) for name in names)
    if before is None:
        return tuple(line.created for line in told if line.after != french.NOTHING)
    return tuple(line.deleted if after is None else line.changed for line in told)


def _document(text: str | None) -> dict[str, object]:
    """Flat document: « settings » and « sheets » become fields of their own."""
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {"illisible": text}  # somebody altered it: it is shown, ``grants audit verify`` says
    flat: dict[str, object] = {}
    for name, value in found.items():
        inner = value if isinstance(value, dict) else None
        flat |= {name: value} if inner is None else {f"{name}.{key}": inner[key] for key in inner}
    return flat


def _line(object_kind: str, name: str, old: object, new: object) -> _Line:
    wording, read = _field(object_kind, name)
    return _Line(wording, _shown(old, read), _shown(new, read))


def _cell(name: str) -> str:
    """Cell of a time sheet with its day as people write it."""
    day, _, rest = name.partition(" › ")
    try:
        return f"{_day(day)} › {rest}"
    except ValueError:
        return name  # somebody altered it


def _field(object_kind: str, name: str) -> tuple[str, Reader]:
    if name.startswith(SHEET_PREFIX):
        return f"Feuille {name.removeprefix(SHEET_PREFIX)}", _counts
    if name.startswith(HOURS_PREFIX):
        return _cell(name.removeprefix(HOURS_PREFIX)), _hours
    if name.startswith(PURGED_PREFIX):
        return f"{_personal(name.removeprefix(PURGED_PREFIX))} effacés", _as_it_is
    spec = SPEC_BY_KEY.get(name.removeprefix(SETTING_PREFIX))
    if name.startswith(SETTING_PREFIX) and spec is not None:
        return spec.wording, _as_it_is
    declared = _DECLARED.get((object_kind, name), (name, _as_it_is))
    wording, read = SPECIAL.get((object_kind, name)) or FIELDS.get(name, declared)
    return wording, declared[1] if (object_kind, name) in _DECLARED else read


def _personal(table: str) -> str:
    return TABLES[table].wording if table in TABLES else table


def _counts(text: str) -> str:
    """« 3/1/0 » rows added, changed and removed."""
    counts = zip(text.split("/"), COUNTS, strict=True)
    return ", ".join(french.count(int(rows), word) for rows, word in counts if rows != "0")


def _shown(value: object, read: Reader) -> str:
    if value is None or value == "":
        return french.NOTHING
    if isinstance(value, bool):
        return "oui" if value else "non"
    try:
        return read(str(value))
    except (ValueError, InvalidOperation):
        return str(value)

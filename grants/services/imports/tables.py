"""Which table a sheet fills, and which of its columns each cell goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table

from grants.models import (
    Absence,
    Amendment,
    Base,
    BudgetItem,
    ClauseJob,
    Convention,
    Employment,
    Funder,
    Holding,
    Indicator,
    IndicatorValue,
    MissionLetter,
    Organisation,
    PayItem,
    Payment,
    Person,
    Piece,
    Post,
    PostFunding,
    Receipt,
    Resource,
    Scheme,
    Target,
    Territory,
    TimeEntry,
    TimeSheet,
)
from grants.workbook_format.columns import Sheet
from grants.workbook_format.sheets import SHEET_BY_NAME

SETTINGS = "settings"
ORGANISATION = "organisation_id"


def table_of(model: type[Base]) -> Table:
    """Core table of a model: imports write sets of rows, not objects."""
    return cast(Table, model.__table__)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the rows of a sheet go.

    ``columns`` maps sheet to table columns; ``owners`` are the references whose row gives the
    structure, the first filled one wins; ``key`` identifies a stored row; ``window`` is a key
    column by which few stored rows are compared instead of all; ``extra`` are table columns that no
    cell fills, with what a new row has in them.
    """

    sheet: Sheet
    table: Table
    columns: Mapping[str, str]
    key: tuple[str, ...]
    owners: tuple[str, ...] = ()
    window: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_settings(self) -> bool:
        """Whether the sheet carries settings, kept together in one JSON column."""
        return SETTINGS in self.table.c

    @property
    def has_owner(self) -> bool:
        """Whether rows belong to a structure."""
        return ORGANISATION in self.table.c


PERIOD = {"debut": "start_on", "fin": "end_on"}
PIECE = {"piece": "piece"}
AGENT = {"agent": "person_id"}
CONVENTION = {"convention": "convention_id"}


def _to(
    name: str,
    model: type[Base],
    columns: Mapping[str, str],
    key: str,
    owners: str = "",
    *,
    window: str = "",
    extra: Mapping[str, Any] | None = None,
) -> Destination:
    return Destination(
        SHEET_BY_NAME[name],
        table_of(model),
        columns,
        tuple(key.split()),
        tuple(owners.split()),
        window,
        extra or {},
    )


# fmt: off
DESTINATIONS: tuple[Destination, ...] = (
    _to("structures", Organisation, {
        "code": "code", "nom": "name", "siret": "siret", "rna": "rna",
        "forme_juridique": "legal_form", "calendrier": "holiday_calendar",
        "abattement_taxe_salaires": "has_payroll_tax_abatement", "adresse": "address",
    }, "code"),
    _to("territoires", Territory, {
        "code": "code", "nom": "name", "type": "kind", "code_insee": "insee_code",
        "population": "population", "population_annee": "population_year",
        "parent": "parent_id", "cible_etp": "target_fte",
    }, "code"),
    _to("financeurs", Funder, {"code": "code", "nom": "name", "type": "kind"}, "code"),
    _to("dispositifs", Scheme, {
        "code": "code", "nom": "name", "financeur": "funder_id", "texte": "reference",
        "lien": "href",
    }, "code"),
    _to("conventions", Convention, PERIOD | {
        "numero": "number", "intitule": "title", "structure": ORGANISATION,
        "dispositif": "scheme_id", "numero_operation": "operation_number",
        "signee_le": "signed_on", "taux": "rate", "montant_maximum": "maximum",
        "cout_total": "total_cost", "etp": "fte", "bilan_le": "report_due_on",
        "description": "description",
    }, "organisation_id number", "structure"),
    _to("avenants", Amendment, CONVENTION | {
        "numero": "number", "date_effet": "effective_on", "signe_le": "signed_on",
        "champ": "field", "valeur": "value", "motif": "reason",
    }, "convention_id number field", "convention"),
    _to("postes", Post, PERIOD | {
        "code": "code", "intitule": "title", "structure": ORGANISATION,
        "territoire": "territory_id", "etp": "fte",
    }, "organisation_id code", "structure"),
    _to("postes_conventions", PostFunding, PERIOD | CONVENTION | {"poste": "post_id", "etp": "fte"},
        "post_id convention_id start_on", "poste"),
    _to("agents", Person, {
        "matricule": "code", "nom": "last_name", "prenom": "first_name",
        "structure": ORGANISATION, "fonction": "job_title",
    }, "organisation_id code", "structure"),
    _to("contrats", Employment, PERIOD | AGENT | PIECE | {
        "employeur": "employer", "type": "kind", "quotite": "fte",
        "heures_hebdo": "weekly_minutes", "signe_le": "signed_on",
    }, "person_id start_on", "agent"),
    _to("affectations", Holding, PERIOD | AGENT | PIECE | {
        "poste": "post_id", "part": "share", "mise_a_disposition": "is_secondment",
        "convention_nominative_du": "agreement_on", "remplace": "replaces_id",
    }, "person_id post_id start_on", "agent"),
    _to("lettres_mission", MissionLetter, PERIOD | AGENT | CONVENTION | PIECE | {
        "nature": "nature", "part": "share", "datee_du": "dated_on",
        "signee_agent_le": "signed_by_person_on",
        "signee_responsable_le": "signed_by_manager_on", "acceptee_le": "accepted_on",
    }, "person_id convention_id start_on", "agent"),
    _to("feuilles_temps", TimeEntry, AGENT | {
        "date": "work_on", "operation": "convention_id", "heures": "minutes",
        "activite": "activity", "commentaire": "comment", "marche": "market",
    }, "person_id work_on convention_id activity market", "agent", window="work_on"),
    _to("signatures", TimeSheet, AGENT | PIECE | {
        "mois": "month", "signee_agent_le": "signed_by_person_on",
        "signee_responsable_le": "signed_by_manager_on", "responsable": "manager",
    }, "person_id month", "agent", window="month"),
    _to("absences", Absence, PERIOD | AGENT | {
        "type": "kind", "heures": "minutes", "ijss": "expects_ijss",
    }, "person_id start_on kind", "agent", window="start_on"),
    _to("bulletins", PayItem, AGENT | PIECE | {
        "mois": "month", "rubrique": "kind", "libelle": "label", "montant": "amount",
        "paye_le": "paid_on", "mandat": "voucher", "prime_anterieure": "existed_before",
        "prime_rattachable": "is_tied", "prime_fondee": "is_founded",
    }, "person_id month kind label", "agent", window="month"),
    _to("ressources", Resource, CONVENTION | PIECE | {
        "code": "code", "financeur": "funder_id", "convention_financeur": "from_convention_id",
        "intitule": "label", "montant": "amount", "assiette": "grant_base",
        "assiette_operation": "operation_base", "notifiee_le": "notified_on",
    }, "organisation_id code", "convention"),
    _to("encaissements", Receipt, PIECE | {
        "ressource": "resource_id", "date": "received_on", "montant": "amount",
    }, "resource_id received_on amount", "ressource"),
    _to("versements", Payment, CONVENTION | PIECE | {
        "date": "paid_on", "nature": "kind", "montant": "amount",
    }, "convention_id paid_on kind amount", "convention"),
    _to("budgets", BudgetItem, CONVENTION | PIECE | {
        "cote": "side", "ligne": "line", "libelle": "label", "prevision": "planned",
        "realisation": "realised",
    }, "convention_id side line label", "convention"),
    _to("indicateurs", Indicator, {
        "code": "code", "nom": "name", "formule": "formula", "unite": "unit",
        "ventilation": "breakdown", "financeur": "funder_id",
    }, "code"),
    _to("cibles", Target, PERIOD | CONVENTION | {"indicateur": "indicator_id", "valeur": "value"},
        "indicator_id convention_id start_on", "convention"),
    _to("valeurs", IndicatorValue, PERIOD | CONVENTION | {
        "indicateur": "indicator_id", "territoire": "territory_id", "ventilation": "breakdown",
        "valeur": "value", "methode": "method",
    }, "organisation_id indicator_id convention_id territory_id start_on breakdown",
        "convention structure"),
    _to("salaries_clauses", ClauseJob, PERIOD | CONVENTION | {
        "marche": "market", "salarie": "participant", "employeur": "employer", "heures": "minutes",
    }, "convention_id market participant start_on", "convention"),
    _to("pieces", Piece, PERIOD | AGENT | CONVENTION | {
        "reference": "reference", "type": "kind", "titre": "title", "montant": "amount",
        "date": "dated_on", "fichier": "file_name",
    }, "organisation_id reference", "agent convention structure",
        extra={"sha256": "", "size": None}),
)
# fmt: on
DESTINATION_OF = {destination.sheet.name: destination for destination in DESTINATIONS}

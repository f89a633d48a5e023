"""Closed lists of the domain. Values are stable and stored; their French wording lives in
``grants.labels``.

One file, though a long one: whoever looks for a list finds all of them here, in the labels' order.
"""

from __future__ import annotations

from enum import StrEnum


class LegalForm(StrEnum):
    """Legal form of a structure; it decides who certifies its accounts."""

    ASSOCIATION = "association"
    LOCAL_AUTHORITY = "local_authority"
    PUBLIC_ESTABLISHMENT = "public_establishment"
    OTHER = "other"

    @property
    def beneficiary(self) -> Beneficiary:
        """Whether the law of public bodies binds it."""
        is_public = self in {LegalForm.LOCAL_AUTHORITY, LegalForm.PUBLIC_ESTABLISHMENT}
        return Beneficiary.PUBLIC if is_public else Beneficiary.PRIVATE


class Certifier(StrEnum):
    """Who certifies the accounts and the list of expenses of a structure."""

    PUBLIC_ACCOUNTANT = "public_accountant"
    STATUTORY_AUDITOR = "statutory_auditor"
    CHARTERED_ACCOUNTANT = "chartered_accountant"


class OrganisationFileKind(StrEnum):
    """Files that a structure gives to be used on its documents."""

    OFFICIAL_FORM = "official_form"
    LOGO = "logo"


class HolidayCalendar(StrEnum):
    """Which public holidays a structure observes."""

    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace_moselle"
    GUADELOUPE = "guadeloupe"
    GUYANE = "guyane"
    MARTINIQUE = "martinique"
    MAYOTTE = "mayotte"
    LA_REUNION = "la_reunion"


class TerritoryKind(StrEnum):
    """Kinds of territory that a post may serve."""

    REGION = "region"
    DEPARTEMENT = "departement"
    EPCI = "epci"
    COMMUNE = "commune"
    PLIE = "plie"
    EMPLOYMENT_AREA = "employment_area"


class FunderKind(StrEnum):
    """Who pays. The order is that of the State's form."""

    STATE = "state"
    REGION = "region"
    DEPARTEMENT = "departement"
    EPCI = "epci"
    COMMUNE = "commune"
    SOCIAL_BODY = "social_body"
    FSE = "fse"
    FSE_PLUS = "fse_plus"
    ANRU = "anru"
    PUBLIC_ESTABLISHMENT = "public_establishment"
    PRIVATE = "private"
    FEES = "fees"
    OWN_FUNDS = "own_funds"

    @property
    def is_eu_money(self) -> bool:
        """Whether the Union's law binds it: its emblem and publicity, and shares of a person that
        never pass 100 %, all its operations together. What the claim looks like is the scheme's.
        """
        return self in {FunderKind.FSE, FunderKind.FSE_PLUS}


class Programme(StrEnum):
    """Programme of a European fund, where its own texts say more than the fund's."""

    NATIONAL = "national"
    CENTRE_VAL_DE_LOIRE = "centre_val_de_loire"
    OTHER = "other"


class Beneficiary(StrEnum):
    """Whether a body is public, for the laws that bind one of both only."""

    PUBLIC = "public"
    PRIVATE = "private"


class TextReading(StrEnum):
    """How far a printed value was held against its text."""

    READ = "read"
    TO_CONFIRM = "to_confirm"
    NOT_FOUND = "not_found"


class CostBasis(StrEnum):
    """What a convention pays for: the post that is held, or the time on the operation."""

    POST = "post"
    TIME = "time"


class GrantFormula(StrEnum):
    """How a grant follows from the cost."""

    POST_GRANT = "post_grant"
    EUROPEAN_BALANCE = "european_balance"

    @property
    def deducts_resources(self) -> bool:
        """Whether other funders' money comes off the grant, so that each of them must be told."""
        return self is GrantFormula.EUROPEAN_BALANCE

    @property
    def cumulates(self) -> bool:
        """Whether each claim counts from the operation's first day: one a calendar year, then the
        balance of all days.
        """
        return self is GrantFormula.EUROPEAN_BALANCE


class ClaimForm(StrEnum):
    """Which document a claim is handed in as."""

    FINANCIAL_REPORT = "financial_report"
    EXECUTION_REPORT = "execution_report"


class MonthSplit(StrEnum):
    """How a payslip month is cut at a boundary."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"


class Valuation(StrEnum):
    """How time on an operation becomes euros when the mission letter says « variable »."""

    REAL_SHARE = "real_share"
    HOURLY_1720 = "hourly_1720"
    MONTHLY_RATE = "monthly_rate"
    FIXED_SHARE = "fixed_share"


class Method(StrEnum):
    """How one claim line was valued."""

    POST_SHARE = "post_share"
    FULL = "full"
    FIXED_SHARE = "fixed_share"
    REAL_SHARE = "real_share"
    HOURLY_1720 = "hourly_1720"
    MONTHLY_RATE = "monthly_rate"


class AbsencePolicy(StrEnum):
    """Which hours make a person's whole activity."""

    WORKED_HOURS_ONLY = "worked_hours_only"
    PAID_HOURS = "paid_hours"


class FlatRateProfile(StrEnum):
    """Flat rate of indirect costs: one per operation, never combined."""

    NONE = "none"
    STAFF_15 = "15"
    STAFF_40 = "40"
    DIRECT_7 = "7"
    DIRECT_LESS_SERVICES_20 = "20_direct_less_services"
    DIRECT_25 = "25"


class SecondmentCategory(StrEnum):
    """Whether a seconded person's cost is staff cost or a bought service."""

    STAFF = "staff"
    SERVICES = "services"


class CeilingProration(StrEnum):
    """Whether an annual ceiling per FTE shrinks while the post is vacant."""

    NONE = "none"
    DAYS_FILLED = "days_filled"
    TWELFTHS_FILLED = "twelfths_filled"


class FilledCounts(StrEnum):
    """What the holder of a post fills of it."""

    CONTRACT_FTE = "contract_fte"
    WHOLE_POST = "whole_post"


class MinShareWindow(StrEnum):
    """Days on which a person's minimum share of time is tested."""

    OPERATION = "operation"
    LETTER = "letter"


class AdmittedCosts(StrEnum):
    """Costs that a call admits beside each other."""

    ALL = "all"
    STAFF_AND_FLAT_RATE = "staff_and_flat_rate"


class CofunderBasis(StrEnum):
    """Which amount of a co-funder counts among the resources."""

    RECEIVED = "received"
    CONVENTIONED_IF_INCOMPLETE = "conventioned_if_incomplete"


class RetentionAnchor(StrEnum):
    """Day from which pieces are kept."""

    LAST_PAYMENT_YEAR_END = "last_payment_year_end"
    ACCOUNTS_YEAR_END = "accounts_year_end"


class ClockState(StrEnum):
    """Where the clock of a convention's retention stands. The order is that of the list."""

    OVER = "over"
    COUNTING = "counting"
    HELD = "held"
    LINKED = "linked"
    UNNOTIFIED = "unnotified"
    UNSETTLED = "unsettled"
    OPEN = "open"
    WITHOUT_YEARS = "without_years"


class PurgeFate(StrEnum):
    """What becomes of somebody's data in a purge."""

    ERASED = "erased"
    CUT = "cut"
    KEPT = "kept"


class LetterNature(StrEnum):
    """What a mission letter fixes."""

    FULL_TIME = "full_time"
    FIXED_SHARE = "fixed_share"
    VARIABLE = "variable"


class PayItemKind(StrEnum):
    """Items of a payslip as schemes tell them apart. The order is the payslip's."""

    GROSS = "gross"
    EMPLOYER_CHARGES = "employer_charges"
    IJSS = "ijss"
    JOB_AID = "job_aid"
    PAYROLL_TAX = "payroll_tax"
    BONUS = "bonus"
    EXCEPTIONAL_BONUS = "exceptional_bonus"
    MEAL_VOUCHERS = "meal_vouchers"
    TRANSPORT = "transport"
    PRECARITY = "precarity"
    END_OF_CONTRACT = "end_of_contract"
    TIME_SAVINGS = "time_savings"
    TERMINATION = "termination"
    UNUSED_LEAVE = "unused_leave"
    OTHER = "other"


class AbsenceKind(StrEnum):
    """Why a person was not at work."""

    PAID_LEAVE = "paid_leave"
    RTT = "rtt"
    SICKNESS = "sickness"
    WORK_ACCIDENT = "work_accident"
    PARENTAL = "parental"
    TRAINING = "training"
    UNPAID = "unpaid"
    OTHER = "other"

    @property
    def brings_ijss(self) -> bool:
        """Whether the health insurance may pay daily benefits for it."""
        return self in {AbsenceKind.SICKNESS, AbsenceKind.WORK_ACCIDENT, AbsenceKind.PARENTAL}


class Activity(StrEnum):
    """Phases of a facilitator's work, as the Saint-Étienne convention numbers them."""

    RAISE_AWARENESS = "raise_awareness"
    SUPPORT_BUYERS = "support_buyers"
    SUPPORT_COMPANIES = "support_companies"
    PARTNERSHIP = "partnership"
    EVALUATION = "evaluation"
    ADMINISTRATION = "administration"
    OTHER = "other"


class SheetState(StrEnum):
    """Where a month's time sheet stands. The order is that of the flow."""

    DRAFT = "draft"
    FINISHED = "finished"
    APPROVED = "approved"
    LOCKED = "locked"


class SheetSituation(StrEnum):
    """What a month asks of a manager. The order is that of urgency."""

    LATE = "sheet_late"
    TO_APPROVE = "to_approve"
    RETURNED = "sheet_returned"
    IN_PROGRESS = "in_progress"
    APPROVED = "approved"
    LOCKED = "locked"
    NOT_NEEDED = "not_needed"


class SheetStepKind(StrEnum):
    """What happened to a time sheet."""

    SIGNED = "signed"
    APPROVED = "approved"
    RETURNED = "returned"
    REOPENED = "reopened"
    SCANNED = "scanned"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


class DayClosure(StrEnum):
    """Why a day of a time sheet expects no work. The first that holds is shown."""

    OUTSIDE_CONTRACT = "outside_contract"
    ABSENCE = "absence"
    PUBLIC_HOLIDAY = "public_holiday"
    WEEKEND = "weekend"


class SheetOddity(StrEnum):
    """What stands out in a month before it is signed."""

    DAYS_NOT_CONFIRMED = "days_not_confirmed"
    DAYS_EMPTY = "days_empty"
    CONTRADICTS_LEAVE = "contradicts_leave"
    CLOSED_DAY_WORKED = "closed_day_worked"
    OVER_CONTRACT = "over_contract"
    OVER_DAILY_MAXIMUM = "over_daily_maximum"
    UNDER_CONTRACT = "under_contract"
    SHARE_BELOW_MINIMUM = "share_below_minimum"
    SIGNED_TOGETHER = "signed_together"
    APPROVER_IS_SIGNER = "approver_is_signer"
    NEVER_EDITED = "never_edited"
    LEFT_DURING_MONTH = "left_during_month"


class PaymentKind(StrEnum):
    """What a funder's payment is."""

    ADVANCE = "advance"
    INTERIM = "interim"
    BALANCE = "balance"


class ClaimKind(StrEnum):
    """Whether more of the operation is to be claimed later."""

    INTERIM = "interim"
    FINAL = "final"


class ConventionState(StrEnum):
    """Where a convention stands on a day. The order is that of urgency."""

    LATE = "late"
    REPORT_DUE = "report_due"
    RUNNING = "running"
    UPCOMING = "upcoming"
    SETTLED = "settled"


class BudgetSide(StrEnum):
    """Sides of the State's summary table."""

    CHARGES = "charges"
    PRODUITS = "produits"


class PieceKind(StrEnum):
    """Types of supporting document."""

    PAYSLIP = "payslip"
    TIME_SHEET = "time_sheet"
    MISSION_LETTER = "mission_letter"
    CONTRACT = "contract"
    JOB_DESCRIPTION = "job_description"
    SECONDMENT_AGREEMENT = "secondment_agreement"
    CONVENTION = "convention"
    AMENDMENT = "amendment"
    FUNDER_DECISION = "funder_decision"
    RECEIPT = "receipt"
    PAYMENT_PROOF = "payment_proof"
    PAYROLL_TAX_FORM = "payroll_tax_form"
    PUBLICITY = "publicity"
    EXPENSE_STATEMENT = "expense_statement"
    OTHER = "other"


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKING = "blocking"
    WARNING = "warning"


class LimitedBy(StrEnum):
    """Which of a grant's limits decided."""

    RATE = "rate"
    CEILING = "ceiling"
    MAXIMUM = "maximum"
    RESOURCES = "resources"
    ZERO = "zero"


class AuditAction(StrEnum):
    """What was done, in the trail. Values are hashed into it: never rename one."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    IMPORTED = "imported"
    DEMO_LOADED = "demo_loaded"
    CLAIM_EXPORTED = "claim_exported"
    PACK_MADE = "pack_made"
    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    LOGIN_REFUSED = "login_refused"
    PURGED = "purged"
    PERSONAL_DATA_EXPORTED = "personal_data_exported"
    CODE_REFUSED = "code_refused"
    RESTORED = "restored"
    READ = "read"
    DOWNLOADED = "downloaded"


class AuditVia(StrEnum):
    """By which door a change came in."""

    WEB = "web"
    CLI = "cli"
    IMPORT = "import"
    JOB = "job"


class AuditObject(StrEnum):
    """What an event of the trail is about."""

    ORGANISATION = "organisation"
    SCHEME = "scheme"
    CONVENTION = "convention"
    AMENDMENT = "amendment"
    RESOURCE = "resource"
    RECEIPT = "receipt"
    PAYMENT = "payment"
    BUDGET_ITEM = "budget_item"
    TARGET = "target"
    POST = "post"
    POST_FUNDING = "post_funding"
    PERSON = "person"
    EMPLOYMENT = "employment"
    HOLDING = "holding"
    MISSION_LETTER = "mission_letter"
    TIME_SHEET = "time_sheet"
    ABSENCE = "absence"
    IMPORT = "import"
    CLAIM = "claim"
    PACK = "pack"
    USER = "user"
    ROLE = "role"
    INVITATION = "invitation"
    DELEGATION = "delegation"
    ROLE_REQUEST = "role_request"
    BACKUP = "backup"


class RequestKind(StrEnum):
    """What somebody asks for themselves and somebody else confirms. Stored: never rename one."""

    ROLE = "role"
    LATER_END = "later_end"
    DELEGATION = "delegation"


class AccountState(StrEnum):
    """Whether somebody gets in today, and finds something there."""

    ACTIVE = "active"
    WITHOUT_ROLE = "without_role"
    DISABLED = "disabled"


class Role(StrEnum):
    """What somebody may do for an organisation; the operator keeps the whole installation."""

    FACILITATOR = "facilitator"
    MANAGER = "manager"
    FINANCE = "finance"
    DIRECTOR = "director"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"

"""Tables, one module a subject; importing the package registers them all."""

from grants.models.accounts import (
    AccountToken,
    LoginFailure,
    LoginStep,
    RecoveryCode,
    SecondFactor,
    User,
    UserIdentity,
    UserSession,
)
from grants.models.audit import AuditEvent, AuditHead
from grants.models.base import Base
from grants.models.conventions import (
    Amendment,
    BudgetItem,
    Convention,
    Funder,
    Payment,
    Receipt,
    Resource,
    Scheme,
    SettingText,
)
from grants.models.coverage import Territory
from grants.models.deadlines import CalendarFeed
from grants.models.evidence import Piece
from grants.models.indicators import ClauseJob, Indicator, IndicatorValue, Target
from grants.models.organisations import Organisation, OrganisationFile
from grants.models.pay import PayItem
from grants.models.people import Absence, Employment, MissionLetter, Person
from grants.models.platform import Import, OutgoingMail, PeriodicRun
from grants.models.posts import Holding, Post, PostFunding
from grants.models.privacy import PurgedFile
from grants.models.roles import (
    AuditedConvention,
    Delegation,
    Invitation,
    InvitedConvention,
    InvitedPerson,
    ManagedPerson,
    Membership,
    RoleRequest,
)
from grants.models.timesheets import SheetDay, SheetDocument, SheetStep, TimeEntry, TimeSheet

__all__ = [
    "Absence",
    "AccountToken",
    "Amendment",
    "AuditEvent",
    "AuditHead",
    "AuditedConvention",
    "Base",
    "BudgetItem",
    "CalendarFeed",
    "ClauseJob",
    "Convention",
    "Delegation",
    "Employment",
    "Funder",
    "Holding",
    "Import",
    "Indicator",
    "IndicatorValue",
    "Invitation",
    "InvitedConvention",
    "InvitedPerson",
    "LoginFailure",
    "LoginStep",
    "ManagedPerson",
    "Membership",
    "MissionLetter",
    "Organisation",
    "OrganisationFile",
    "OutgoingMail",
    "PayItem",
    "Payment",
    "PeriodicRun",
    "Person",
    "Piece",
    "Post",
    "PostFunding",
    "PurgedFile",
    "Receipt",
    "RecoveryCode",
    "Resource",
    "RoleRequest",
    "Scheme",
    "SecondFactor",
    "SettingText",
    "SheetDay",
    "SheetDocument",
    "SheetStep",
    "Target",
    "Territory",
    "TimeEntry",
    "TimeSheet",
    "User",
    "UserIdentity",
    "UserSession",
]

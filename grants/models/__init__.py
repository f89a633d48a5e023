"""Tables, one module a subject; importing the package registers them all."""

from grants.models.access import LoginFailure
from grants.models.accounts import (
    AccountToken,
    CalendarFeed,
    LoginStep,
    RecoveryCode,
    SecondFactor,
    UserIdentity,
    UserSession,
)
from grants.models.activity import (
    Absence,
    ClauseJob,
    Indicator,
    IndicatorValue,
    PayItem,
    Piece,
    Target,
    TimeEntry,
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
)
from grants.models.invitations import Invitation, InvitedConvention, InvitedPerson
from grants.models.mail import OutgoingMail
from grants.models.memberships import AuditedConvention, Delegation, ManagedPerson, Membership
from grants.models.organisation_files import OrganisationFile
from grants.models.organisations import Import, Organisation, Territory, User
from grants.models.periodic import PeriodicRun
from grants.models.posts import Employment, Holding, MissionLetter, Person, Post, PostFunding
from grants.models.purges import PurgedFile
from grants.models.sheets import SheetDay, SheetStep, TimeSheet

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
    "Scheme",
    "SecondFactor",
    "SheetDay",
    "SheetStep",
    "Target",
    "Territory",
    "TimeEntry",
    "TimeSheet",
    "User",
    "UserIdentity",
    "UserSession",
]

"""Who can sign in, where they work, and what they may do there."""

from tongban.platform.identity.models.absences import Absence
from tongban.platform.identity.models.accounts import Account, Position, Role, RoleQuerySet
from tongban.platform.identity.models.attempts import DeniedAccess, FailedAttempt
from tongban.platform.identity.models.credentials import ResetLink, Token
from tongban.platform.identity.models.departments import MAX_DEPARTMENT_NAME, Department
from tongban.platform.identity.models.dissolutions import MAX_REASON, Dissolution
from tongban.platform.identity.models.sessions import LateForm, LoginSession

__all__ = [
    "MAX_DEPARTMENT_NAME",
    "MAX_REASON",
    "Absence",
    "Account",
    "DeniedAccess",
    "Department",
    "Dissolution",
    "FailedAttempt",
    "LateForm",
    "LoginSession",
    "Position",
    "ResetLink",
    "Role",
    "RoleQuerySet",
    "Token",
]

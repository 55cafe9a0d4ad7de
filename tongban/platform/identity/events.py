"""What identity tells: who came in, who did not, and what they may do from now on."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class SignedIn:
    """Somebody came in.

    methods      by what they proved who they are, in the words of RFC 8176; "" in facts of before
    recognised   they had come in from this device before, or never from any
    """

    title: ClassVar[StrOrPromise] = _("Signed in")

    account: int
    device: str
    methods: str = ""
    recognised: bool = True


@dataclass(frozen=True)
class SignInFailed:
    """Somebody tried a password or waited too little. `account` is None where the login is unknown.

    cause   "unknown", "wrong", "inactive" or "too_many"
    """

    title: ClassVar[StrOrPromise] = _("Sign-in failed")

    account: int | None
    cause: str


@dataclass(frozen=True)
class SignedOut:
    """A sign-in ended. cause: "left", "ended" (from another device), "password" or "deactivated"."""

    title: ClassVar[StrOrPromise] = _("Signed out")

    account: int
    cause: str


@dataclass(frozen=True)
class LateFormSaved:
    """What came after a sign-in had ended was saved, encrypted, for whoever had signed in."""

    title: ClassVar[StrOrPromise] = _("Form saved after the sign-in had ended")

    account: int


@dataclass(frozen=True)
class LateFormSent:
    """It was sent after all, by the same person, signed in again."""

    title: ClassVar[StrOrPromise] = _("Saved form sent after signing in again")

    account: int


@dataclass(frozen=True)
class PasswordChanged:
    title: ClassVar[StrOrPromise] = _("Password changed")
    account: int


@dataclass(frozen=True)
class ResetLinkMade:
    """A one-time link to a new password.

    way   "mail" where its owner asked for it, "handed over" where an official made it, "proposed" where it waits for
          a second one, since the account may decide
    """

    title: ClassVar[StrOrPromise] = _("Password reset link issued")

    account: int
    way: str
    expires_at: str


@dataclass(frozen=True)
class PasswordReset:
    """A new password was chosen by a one-time link; every sign-in has ended."""

    title: ClassVar[StrOrPromise] = _("Password reset")

    account: int


@dataclass(frozen=True)
class AccessDenied:
    """Somebody asked for something that is not there for them: a guessed address, or a stranger's matter.

    what   kind of thing, "case"
    key    the number or token that was asked for
    """

    title: ClassVar[StrOrPromise] = _("Tried to open something without permission")

    what: str
    key: str


@dataclass(frozen=True)
class AccessDeniedCounted:
    """Somebody went on asking for such things: so many times more since it was told last.

    key   what they asked for last
    """

    title: ClassVar[StrOrPromise] = _("Tried repeatedly to open something without permission")

    what: str
    times: int
    key: str


@dataclass(frozen=True)
class DepartmentDefined:
    """A department was put into the tree, or changed. department, parent: keys."""

    title: ClassVar[StrOrPromise] = _("Department set up")

    department: str
    parent: str


@dataclass(frozen=True)
class DissolutionProposed:
    """A department is to be dissolved; it waits for a second person. successor: key, "" for none."""

    title: ClassVar[StrOrPromise] = _("Dissolution of a department proposed")

    department: str
    successor: str


@dataclass(frozen=True)
class DissolutionWithdrawn:
    """What was proposed about a department is not done."""

    title: ClassVar[StrOrPromise] = _("Dissolution of a department withdrawn")

    department: str


@dataclass(frozen=True)
class DepartmentDissolved:
    """A department does nothing any more; each room gives what it has of it to the successor. successor: key, or ""."""

    title: ClassVar[StrOrPromise] = _("Department dissolved")

    department: str
    successor: str


@dataclass(frozen=True)
class PositionMoved:
    """A position went over to the department that took its department's work over. department, to: keys."""

    title: ClassVar[StrOrPromise] = _("Position moved to another department")

    account: int
    department: str
    to: str
    role: str


@dataclass(frozen=True)
class RoleDefined:
    title: ClassVar[StrOrPromise] = _("Role defined")
    role: str
    duties: list[str]


@dataclass(frozen=True)
class AccountOpened:
    title: ClassVar[StrOrPromise] = _("Account opened")
    account: int
    kind: str


@dataclass(frozen=True)
class AccountDeactivated:
    title: ClassVar[StrOrPromise] = _("Account deactivated")
    account: int


@dataclass(frozen=True)
class AccountReactivated:
    title: ClassVar[StrOrPromise] = _("Account reactivated")
    account: int


@dataclass(frozen=True)
class AccountAmended:
    """Name or addresses of an account are others now.

    fields   which: "name", "email", "phone"
    """

    title: ClassVar[StrOrPromise] = _("Account amended")
    account: int
    fields: list[str]


@dataclass(frozen=True)
class PositionGiven:
    title: ClassVar[StrOrPromise] = _("Position assigned")
    account: int
    department: str
    role: str
    area: str
    subtree: bool
    valid_from: str
    valid_until: str
    deputy_for: int | None


@dataclass(frozen=True)
class PositionProposed:
    """A position that lets somebody decide waits for a second person; PositionGiven says that one confirmed it."""

    title: ClassVar[StrOrPromise] = _("Position proposed")

    account: int
    department: str
    role: str
    area: str
    subtree: bool
    valid_from: str
    valid_until: str
    deputy_for: int | None


@dataclass(frozen=True)
class PositionEnded:
    title: ClassVar[StrOrPromise] = _("Position ended")
    account: int
    department: str
    role: str


@dataclass(frozen=True)
class PositionsDelegated:
    """An official lets a colleague act in their place 委托. positions: so many; from day to day."""

    title: ClassVar[StrOrPromise] = _("Acting in one's place delegated")

    account: int
    deputy: int
    first_on: str
    last_on: str
    positions: int


@dataclass(frozen=True)
class DelegationWithdrawn:
    """An official took it back before its last day."""

    title: ClassVar[StrOrPromise] = _("Delegation withdrawn")

    account: int
    deputy: int


@dataclass(frozen=True)
class AbsenceEntered:
    """An official is away from day to day."""

    title: ClassVar[StrOrPromise] = _("Absence entered")

    account: int
    first_on: str
    last_on: str


@dataclass(frozen=True)
class AbsenceEnded:
    title: ClassVar[StrOrPromise] = _("Absence ended")
    account: int


@dataclass(frozen=True)
class TokenMade:
    title: ClassVar[StrOrPromise] = _("Key of a system issued")
    account: int
    prefix: str
    duties: list[str]
    expires_at: str


@dataclass(frozen=True)
class TokenRevoked:
    title: ClassVar[StrOrPromise] = _("Key of a system revoked")
    account: int
    prefix: str

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class SealMade:
    """A department got an electronic seal."""

    title: ClassVar[StrOrPromise] = _("Seal created")
    seal: int
    department: str
    name: str


@dataclass(frozen=True)
class SealApplied:
    """A document was sealed. `file_digest` is the SHA-256 of the sealed file."""

    title: ClassVar[StrOrPromise] = _("Seal applied")
    seal: int
    department: str
    subject: str
    file_digest: str


@dataclass(frozen=True)
class SealSuspended:
    """A seal may not be used until further notice; what it sealed stays good."""

    title: ClassVar[StrOrPromise] = _("Seal suspended")
    seal: int
    department: str


@dataclass(frozen=True)
class SealResumed:
    """A suspended seal may be used again."""

    title: ClassVar[StrOrPromise] = _("Seal restored")
    seal: int
    department: str


@dataclass(frozen=True)
class SealWithdrawn:
    """A seal is never used again; what it sealed stays good."""

    title: ClassVar[StrOrPromise] = _("Seal withdrawn")
    seal: int
    department: str


@dataclass(frozen=True)
class FileJudged:
    """The seals of a file that somebody brought were examined, for the first time or with another result.

    file_digest   SHA-256 of the file; standing: "trusted", "untrusted", "broken"
    """

    title: ClassVar[StrOrPromise] = _("Seal of a file examined")
    file_digest: str
    standing: str
    signer: str


@dataclass(frozen=True)
class SealChangeProposed:
    """Somebody proposed a step in the life of a seal; it waits for a second person. step: of `rules.STEPS`."""

    title: ClassVar[StrOrPromise] = _("Change of a seal proposed")
    seal: int
    department: str
    step: str


@dataclass(frozen=True)
class SealChangeRejected:
    """A step that was proposed is not taken."""

    title: ClassVar[StrOrPromise] = _("Change of a seal rejected")
    seal: int
    department: str
    step: str


@dataclass(frozen=True)
class SealApproved:
    """A department may have the seal it applied for; it is not made yet."""

    title: ClassVar[StrOrPromise] = _("Application for a seal approved")
    seal: int
    department: str


@dataclass(frozen=True)
class SealActivated:
    """A seal that was made is in use from now on."""

    title: ClassVar[StrOrPromise] = _("Seal brought into use")
    seal: int
    department: str

"""What happens to licences. `identifier` is the 电子证照标识; people's names stay out.

record   in the steps of a licence: code of what it says in public from then on; see `Licence.code`
"""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class LicenceIssued:
    """A licence was sealed and given to its holder. Heard by whoever tells them.

    origin   what it came out of; how: what it did to the one before with the same number: change, extend, replace
    """

    title: ClassVar[StrOrPromise] = _("Licence issued")

    licence_id: int
    identifier: str
    kind: str
    number: str
    origin: str
    holder_id: int
    record: str = ""
    how: str = ""


@dataclass(frozen=True)
class LicenceImported:
    """A licence of an older system was taken into the register as it was there. system: its name."""

    title: ClassVar[StrOrPromise] = _("Licence imported from an older system")

    identifier: str
    kind: str
    number: str
    holder_id: int
    system: str
    record: str


@dataclass(frozen=True)
class LicencesImported:
    """A file of licences of an older system was imported. licences: how many; wrong: rows that were not taken."""

    title: ClassVar[StrOrPromise] = _("Licences imported")

    system: str
    licences: int
    wrong: int


@dataclass(frozen=True)
class LicenceOfdOrdered:
    """The holder wants the licence as OFD; the worker makes it."""

    title: ClassVar[StrOrPromise] = _("Licence ordered as OFD")

    licence_id: int
    identifier: str


@dataclass(frozen=True)
class LicenceOpened:
    """The holder, or who acts for them, opened a licence for the first time. origin: what it came out of."""

    title: ClassVar[StrOrPromise] = _("Licence opened by its holder")

    identifier: str
    origin: str
    holder_id: int


@dataclass(frozen=True)
class LicenceSuspended:
    """A licence may not be relied on for the time being."""

    title: ClassVar[StrOrPromise] = _("Licence suspended")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""


@dataclass(frozen=True)
class LicenceResumed:
    """A suspended licence is valid again."""

    title: ClassVar[StrOrPromise] = _("Licence resumed")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""


@dataclass(frozen=True)
class LicenceRevoked:
    """A licence was taken away (吊销、撤销). cause: one of `rules.REVOKED_FOR`; "" where its case says it."""

    title: ClassVar[StrOrPromise] = _("Licence revoked")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""
    cause: str = ""


@dataclass(frozen=True)
class LicenceCancelled:
    """A licence was struck off (注销). cause: one of `rules.CANCELLED_FOR`; "" where its case says it."""

    title: ClassVar[StrOrPromise] = _("Licence cancelled")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""
    cause: str = ""


@dataclass(frozen=True)
class LicenceRead:
    """Someone other than its holder read a licence. way: page, file or rest; the reason says what for."""

    title: ClassVar[StrOrPromise] = _("Licence read")

    identifier: str
    holder_id: int
    way: str


@dataclass(frozen=True)
class LicencesSearched:
    """Someone listed licences of others; the reason says what for. kind: "" for all; found: how many were shown."""

    title: ClassVar[StrOrPromise] = _("Licences searched")

    kind: str
    found: int


@dataclass(frozen=True)
class LicenceVerified:
    """Someone checked a licence or a sealed document.

    way      code, identifier or file
    outcome  genuine, or refused
    what     identifier of the licence or uid of the document, "" where nothing was found
    digest   of the file, SHA-256
    """

    title: ClassVar[StrOrPromise] = _("Licence verified")

    way: str
    outcome: str
    what: str = ""
    digest: str = ""


@dataclass(frozen=True)
class LicenceVerifiedAgain:
    """Someone went on checking the same licence or document: so many times more since it was told last."""

    title: ClassVar[StrOrPromise] = _("Licence verified repeatedly")

    way: str
    outcome: str
    what: str
    times: int


@dataclass(frozen=True)
class LicenceSuperseded:
    """A newer licence took the place of this one."""

    title: ClassVar[StrOrPromise] = _("Licence replaced")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""


@dataclass(frozen=True)
class LicenceVersionOrdered:
    """An official ordered the next version of a licence without a case. how: change, extend, replace."""

    title: ClassVar[StrOrPromise] = _("Next version of a licence ordered")

    licence_id: int
    identifier: str
    follows: str
    how: str


@dataclass(frozen=True)
class LicenceKindDefined:
    """A kind of licence was defined, or its next version."""

    title: ClassVar[StrOrPromise] = _("Licence type defined")

    code: str
    version: int
    kind: str


@dataclass(frozen=True)
class LicenceCopyOrdered:
    """Somebody asked for an annotated copy (加注件) of a licence. The reason says what for."""

    title: ClassVar[StrOrPromise] = _("Annotated copy of a licence ordered")

    copy_id: int
    identifier: str
    holder_id: int
    valid_until: str


@dataclass(frozen=True)
class LicenceCopyMade:
    """An annotated copy was sealed. file_digest: SHA-256 of its file."""

    title: ClassVar[StrOrPromise] = _("Annotated copy of a licence made")

    copy_id: int
    identifier: str
    file_digest: str


@dataclass(frozen=True)
class HolderLicencesListed:
    """Another system asked which licences a holder has (GB/T 36906). matter: what it deals with there."""

    title: ClassVar[StrOrPromise] = _("Licences of a holder listed")

    holder_id: int
    kind: str
    found: int
    matter: str


@dataclass(frozen=True)
class LicenceShown:
    """A holder granted one look at a licence (亮证). lines: how many lines of the face may be seen."""

    title: ClassVar[StrOrPromise] = _("Licence shown by its holder")

    showing_id: int
    identifier: str
    holder_id: int
    lines: int


@dataclass(frozen=True)
class LicenceLookedAt:
    """Somebody took the look that a holder had granted."""

    title: ClassVar[StrOrPromise] = _("Licence looked at")

    identifier: str
    holder_id: int
    lines: int


@dataclass(frozen=True)
class LicenceCredentialGiven:
    """A holder fetched a licence as verifiable credential."""

    title: ClassVar[StrOrPromise] = _("Licence given as credential")

    identifier: str
    holder_id: int

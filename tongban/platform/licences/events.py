"""What happens to licences. `identifier` is the 电子证照标识; people's names stay out.

record   in the steps of a licence: code of what it says in public from then on; see `Licence.code`
"""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class LicenceIssued:
    """A licence was sealed and given to its holder. Heard by whoever tells them. origin: what it came out of."""

    title: ClassVar[StrOrPromise] = _("Licence issued")

    licence_id: int
    identifier: str
    kind: str
    number: str
    origin: str
    holder_id: int
    record: str = ""


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
    """A licence was taken away (吊销、撤销)."""

    title: ClassVar[StrOrPromise] = _("Licence revoked")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""


@dataclass(frozen=True)
class LicenceCancelled:
    """A licence was struck off (注销)."""

    title: ClassVar[StrOrPromise] = _("Licence cancelled")

    licence_id: int
    identifier: str
    holder_id: int
    record: str = ""


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

"""What happens to licences. `identifier` is the 电子证照标识; people's names stay out."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LicenceIssued:
    """A licence was sealed and given to its holder. Heard by whoever tells them. origin: what it came out of."""

    licence_id: int
    identifier: str
    kind: str
    number: str
    origin: str
    holder_id: int


@dataclass(frozen=True)
class LicenceSuspended:
    """A licence may not be relied on for the time being."""

    licence_id: int
    identifier: str
    holder_id: int


@dataclass(frozen=True)
class LicenceResumed:
    """A suspended licence is valid again."""

    licence_id: int
    identifier: str
    holder_id: int


@dataclass(frozen=True)
class LicenceRevoked:
    """A licence was taken away (吊销、撤销)."""

    licence_id: int
    identifier: str
    holder_id: int


@dataclass(frozen=True)
class LicenceCancelled:
    """A licence was struck off (注销)."""

    licence_id: int
    identifier: str
    holder_id: int


@dataclass(frozen=True)
class LicenceRead:
    """Someone other than its holder read a licence. way: page, file or rest; the reason says what for."""

    identifier: str
    holder_id: int
    way: str


@dataclass(frozen=True)
class LicencesSearched:
    """Someone listed licences of others; the reason says what for. kind: "" for all; found: how many were shown."""

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

    way: str
    outcome: str
    what: str = ""
    digest: str = ""

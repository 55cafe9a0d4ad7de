from dataclasses import dataclass


@dataclass(frozen=True)
class SealMade:
    """A department got an electronic seal."""

    seal_id: int
    department: str
    name: str


@dataclass(frozen=True)
class SealApplied:
    """A document was sealed. `file_digest` is the SHA-256 of the sealed file."""

    seal_id: int
    department: str
    subject: str
    file_digest: str


@dataclass(frozen=True)
class SealSuspended:
    """A seal may not be used until further notice; what it sealed stays good."""

    seal_id: int
    department: str


@dataclass(frozen=True)
class SealResumed:
    """A suspended seal may be used again."""

    seal_id: int
    department: str


@dataclass(frozen=True)
class SealWithdrawn:
    """A seal is never used again; what it sealed stays good."""

    seal_id: int
    department: str

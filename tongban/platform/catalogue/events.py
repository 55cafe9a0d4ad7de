from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceDrafted:
    """A definition was loaded as a new draft."""

    service_id: int
    code: str
    number: int
    digest: str


@dataclass(frozen=True)
class ServicePublished:
    """A version of a service is in force from now on. Heard by whoever keeps lists of services."""

    service_id: int
    code: str
    number: int
    digest: str


@dataclass(frozen=True)
class ServiceWithdrawn:
    """A service is no longer offered; open cases keep their version."""

    service_id: int
    code: str
    number: int


@dataclass(frozen=True)
class ItemsImported:
    """A list of items was read into the catalogue."""

    source: str
    imported: int
    changed: int
    unchanged: int
    doubtful: int
    refused: int

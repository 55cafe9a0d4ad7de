"""What is said of a signature in a file, by whoever read it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

_MOMENTS = ("signed_at", "stamped_at")


@dataclass(frozen=True)
class FoundSignature:
    """One signature as it was found in a file.

    valid        the signature fits what it covers, and nothing but zeros follows it in its place
    whole        it covers the file to its last byte
    only_signed  what was added after it is nothing but another signature
    stamped_at   when it existed at the latest, by the word of a trusted time-stamping authority, `stamped_by`
    """

    signer: str
    serial: str
    signed_at: datetime | None
    valid: bool
    trusted: bool
    whole: bool
    only_signed: bool
    stamped_at: datetime | None = None
    stamped_by: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it for a journey between processes; `from_plain` makes it anew."""
        moments = {name: at.isoformat() for name in _MOMENTS if (at := getattr(self, name))}
        return asdict(self) | moments

    @classmethod
    def from_plain(cls, said: dict[str, Any]) -> "FoundSignature":
        return cls(**(said | {name: datetime.fromisoformat(at) for name in _MOMENTS if (at := said[name])}))

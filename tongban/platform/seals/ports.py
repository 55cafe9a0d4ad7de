"""What others may supply: a time-stamping authority; and what only the worker has: it seals, and judges stamps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.seals.stamps import Judge


class StamperUnavailable(Exception):
    """The authority gave no stamp that may be believed; the text says why. Asking again later may help."""


class Stamper(Protocol):
    """A time-stamping authority (TSA): says of a digest that it existed at a moment, by a token of RFC 3161.

    title    for people, who are told what is in use
    longest  bytes of the longest token it has given so far, 0 before the first: a signature leaves room for it
    """

    title: StrOrPromise
    longest: int

    async def stamp(self, digest: bytes) -> bytes:
        """Return the token for a SHA-256, DER, by an authority that is trusted. Raises StamperUnavailable."""
        ...

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong: does it answer, with the right time, by a certificate that is trusted? [] if well."""
        ...


@dataclass(frozen=True)
class SigningOrder:
    """What to put into a file.

    certificate, chain   of the signer, PEM
    sign                 makes the ECDSA signature with SHA-256 over what it is given, as DER
    picture              the impression, as `drawing.drawn` returns it
    revocations          lists of revoked certificates that vouch for the signer's, DER
    stamp                gets the time-stamp token for a SHA-256, DER; None for a signature without
    stamp_bytes          how long a token is at most
    """

    certificate: str
    chain: tuple[str, ...]
    sign: Callable[[bytes], bytes]
    picture: bytes
    name: str
    reason: str
    location: str
    contact: str
    at: datetime
    revocations: tuple[bytes, ...] = ()
    stamp: Callable[[bytes], Awaitable[bytes]] | None = None
    stamp_bytes: int = 0


class Unsealable(Exception):
    """The file is no PDF, damaged, encrypted, or locked by an earlier signature."""


# Registered by `worker.py` under PADES: a web process seals nothing, and has stamps judged apart.
PADES = "pades"
SEALERS: Registry[Callable[[bytes, SigningOrder], bytes]] = Registry("sealer")
JUDGES: Registry[Judge] = Registry("judge of time stamps")

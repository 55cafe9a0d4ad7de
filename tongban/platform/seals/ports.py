"""What others may supply: a time-stamping authority."""

from typing import Protocol

from tongban.infrastructure.kernel.module import StrOrPromise


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

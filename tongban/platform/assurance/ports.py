"""What others may supply: the population register, and a service that verifies real persons."""

from typing import Literal, NamedTuple, Protocol

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.parties.models import Party


class PopulationRegister(Protocol):
    """Compares what somebody says of themself with what is registered."""

    def __call__(self, *, name: str, id_number: str, account: int) -> Party | None:
        """Return whom name and number fit; None where they fit nobody. That it was asked stays on record."""
        ...


class VerifierAnswer(NamedTuple):
    """What the verifier says. answer: its signed words, of which only a digest is kept."""

    state: Literal["asked", "passed", "failed"]
    answer: bytes


class Unavailable(Exception):
    """The verifier does not answer, or what came was not signed by it."""


class RealPersonVerifier(Protocol):
    """An outside service that verifies by its own means that the right person sits there; it shows us no picture."""

    def begin(self, *, reference: str, name: str, id_number: str, back: str) -> str:
        """Announce a person; return the address where they go. Raises Unavailable."""
        ...

    def verdict(self, reference: str) -> VerifierAnswer:
        """Return what came of it. Raises Unavailable."""
        ...


population: Registry[PopulationRegister] = Registry("population register")

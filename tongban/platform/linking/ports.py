"""What others supply: providers with whom people have an account already."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry


class Claimed(NamedTuple):
    """Who somebody is there.

    subject            by what the provider knows them
    name, id_number    as the provider verified them; "" where it tells none
    level              how sure the provider is, on the scale of `assurance`: 0 where it does not say
    """

    subject: str
    name: str = ""
    id_number: str = ""
    level: int = 0


class Silent(Exception):
    """The provider does not answer."""


class Forged(Exception):
    """What came is not what this provider says to this house, for this sign-in."""


class Secrets(NamedTuple):
    """What one sign-in is known by. verifier: of PKCE (RFC 7636)."""

    state: str
    nonce: str
    verifier: str
    back: str


class Provider(Protocol):
    """One provider's protocol."""

    title: StrOrPromise
    simulated: bool

    def begin(self, secrets: Secrets) -> str:
        """Return the address where somebody signs in there."""
        ...

    def finish(self, secrets: Secrets, code: str) -> Claimed:
        """Return who signed in. Raises Silent, Forged."""
        ...


# Key -> the provider, None where this installation has no account with it.
providers: Registry[Callable[[], Provider | None]] = Registry("sign-in provider")


def configured() -> dict[str, Provider]:
    """Return the providers that this installation has an account with."""
    found = {key: make() for key, make in providers.items()}
    return {key: provider for key, provider in found.items() if provider}

"""What others may supply: media by which the public is told something, all of them controlled from one place."""

from dataclasses import dataclass
from typing import Protocol

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry


@dataclass(frozen=True)
class PublicMessage:
    """What is told. target: whom or where, in the medium's own words; "" all; key: the same key is the same message."""

    words: str
    target: str
    key: str


class Medium(Protocol):
    """A way to tell the public something. Who answers without an exception has taken responsibility for it."""

    @property
    def title(self) -> StrOrPromise:
        """What it is called."""
        ...

    def ready(self) -> bool:
        """Say whether this installation has it."""
        ...

    def send(self, message: PublicMessage) -> None:
        """Hand one message over. Raises Unreachable (try again later), Rejected (it never will be taken)."""
        ...


# key -> medium: "text", "screen", "broadcast"
MEDIA: Registry[Medium] = Registry("medium of emergency command")

"""What others may supply: a way to send mail, and one to send text messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class Email:
    """A mail to one person, plain text.

    key   the same key is the same e-mail: sent twice, it carries the same Message-ID
    """

    to: str
    subject: str
    text: str
    key: str


@dataclass(frozen=True)
class TextMessage:
    """A text message to one mobile number: an approved template with words in its places.

    template   "code" (words: code, minutes) or "notice" (words: title)
    key        the same key is the same message
    """

    to: str
    template: str
    words: Mapping[str, str] = field(repr=False)
    key: str


class Unreachable(Exception):
    """The message could not be handed over now; trying again later may help."""


class Rejected(Exception):
    """The message will never be taken: the address or number does not exist, or is refused for good."""


class Mailer(Protocol):
    """Hands e-mails over. The first to answer without an exception has taken responsibility for them."""

    def in_use(self) -> StrOrPromise:
        """Say in words what this is."""
        ...

    def send(self, email: Email) -> None:
        """Hand one e-mail over. Raises Unreachable, Rejected."""
        ...

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong: are the settings there, does it answer, does it let us in? [] if well."""
        ...


class TextSender(Protocol):
    """Hands text messages over. Who answers without an exception has taken responsibility for them."""

    def in_use(self) -> StrOrPromise:
        """Say in words what this is."""
        ...

    def outbox(self) -> str:
        """Return the address where messages can be read that leave no machine; "" for a real provider."""
        ...

    def send(self, message: TextMessage) -> None:
        """Hand one message over. Raises Unreachable, Rejected."""
        ...

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong: are the settings there, does it answer, does it let us in? [] if well."""
        ...

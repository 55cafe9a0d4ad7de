"""What others may supply: a way to send mail."""

from dataclasses import dataclass
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


class Unreachable(Exception):
    """The e-mail could not be handed over now; trying again later may help."""


class Rejected(Exception):
    """The e-mail will never be taken: the address does not exist, or the server refuses it for good."""


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

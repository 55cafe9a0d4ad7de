"""What others may supply: ways to pay. An adapter speaks one channel's published protocol."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from tongban.infrastructure.kernel.module import StrOrPromise


class ChannelSilent(Exception):
    """The channel did not answer, or answered that it cannot now; asking again later may help."""


class ChannelRefused(Exception):
    """The channel said no, for good. The text says why, in its words."""


class MessageRefused(Exception):
    """A message that says it comes from the channel, and is not believed. The text says why."""


@dataclass(frozen=True)
class PayOrder:
    """What somebody is to pay.

    number       ours; title: what for; way: one of the channel's
    payer_ip     from where they come; told_at: where the channel tells us; back_to: where the payer's browser returns
    """

    number: str
    title: str
    amount_fen: int
    expires_at: datetime
    way: str
    payer_ip: str
    told_at: str
    back_to: str


class PaymentStanding(NamedTuple):
    """What a channel says of one payment. state: "paid", "open", "closed", "unknown"; trade: its own number."""

    state: str
    trade: str = ""
    amount_fen: int = 0
    paid_at: datetime | None = None


class RefundStanding(NamedTuple):
    """What a channel says of one refund. state: "done", "open", "failed", "unknown"."""

    state: str
    trade: str = ""
    amount_fen: int = 0
    done_at: datetime | None = None


class ChannelMessage(NamedTuple):
    """What a channel tells by itself, believed. refund: our number of the refund it is about, "" of a payment."""

    number: str
    refund: str = ""
    payment: PaymentStanding | None = None
    refunded: RefundStanding | None = None


class StatementLine(NamedTuple):
    """One line of a day's statement. refund: our number of the refund, "" of a payment."""

    number: str
    refund: str
    trade: str
    amount_fen: int


class DayStatement(NamedTuple):
    """A day's statement; digest: SHA-256 of its file."""

    lines: list[StatementLine]
    digest: str


class Channel(Protocol):
    """One way to pay.

    key      "wechat"; title: for people; ways: how one can pay by it
    wallet   address at which a demonstration's local counterpart is paid; "" of the real channel
    """

    key: str
    title: StrOrPromise
    ways: Collection[str]

    @property
    def wallet(self) -> str: ...

    def open(self, order: PayOrder) -> str:
        """Begin a payment; return what a QR code says, or where a browser goes.

        Raises ChannelSilent, ChannelRefused.
        """
        ...

    def ask(self, number: str) -> PaymentStanding:
        """Ask how a payment stands. Raises ChannelSilent."""
        ...

    def close(self, number: str) -> None:
        """End a payment that was not made. Raises ChannelSilent, ChannelRefused (it was paid meanwhile)."""
        ...

    def refund(
        self, *, number: str, refund: str, amount_fen: int, whole_fen: int, reason: str, told_at: str
    ) -> RefundStanding:
        """Send money back. Raises ChannelSilent, ChannelRefused."""
        ...

    def ask_refund(self, *, number: str, refund: str) -> RefundStanding:
        """Ask how a refund stands. Raises ChannelSilent."""
        ...

    def statement(self, day: date) -> DayStatement:
        """Fetch the statement of a day. Raises ChannelSilent (there is none yet), ChannelRefused."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> ChannelMessage | None:
        """Read a message; None for one that is about nothing of ours. Raises MessageRefused."""
        ...

    def reply(self, problem: str = "") -> tuple[int, str, str]:
        """Return status, type and body of the answer to a message. problem: why it was not taken, "" where it was."""
        ...

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong with its settings; [] if well."""
        ...

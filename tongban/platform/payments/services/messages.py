"""What channels tell by themselves: believed only when it is signed, and taken once."""

from collections.abc import Mapping

import structlog

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity import services as identity
from tongban.platform.payments.ports import ChannelMessage, ChannelSilent, MessageRefused
from tongban.platform.payments.services import channels, paying, refunding

log = structlog.get_logger(__name__)

MAX_MESSAGE_BYTES = 64 * 1024


def hear(*, actor: Actor, channel: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, str]:
    """Take what a channel tells, and return the answer in its words: status, type, body. Raises NoSuchChannel.

    What is forged, altered, of another time or for somebody else changes nothing, and the attempt is recorded.
    """
    chosen = channels.channel(channel)
    try:
        if len(body) > MAX_MESSAGE_BYTES:
            raise MessageRefused("it is too long")
        message = chosen.read(headers, body)
    except (MessageRefused, ChannelSilent) as refused:
        log.warning("a message of a payment channel is refused", channel=channel, reason=str(refused))
        identity.record_denied(actor, "payment message", f"{channel}: {refused}")
        return chosen.reply(str(refused))
    if message is not None:
        _take(channel, message)
    return chosen.reply()


def _take(channel: str, message: ChannelMessage) -> None:
    if message.refunded is not None:
        refunding.finish(channel=channel, number=message.refund, standing=message.refunded)
    elif message.payment is not None:
        paying.take(channel=channel, number=message.number, standing=message.payment)

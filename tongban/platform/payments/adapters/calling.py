"""Speak HTTP with a payment channel."""

from collections.abc import Mapping

from tongban.infrastructure.transport import calling
from tongban.infrastructure.transport.ports import Unreachable
from tongban.platform.payments.ports import ChannelSilent

ChannelAnswer = calling.HttpAnswer
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # a statement of a busy day


def call(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", seconds: float) -> ChannelAnswer:
    """Send one request. Raises ChannelSilent where no whole answer comes in time."""
    try:
        return calling.call(method, url, headers=headers, body=body, seconds=seconds, most_bytes=MAX_ANSWER_BYTES)
    except Unreachable as silent:
        raise ChannelSilent(str(silent)) from silent

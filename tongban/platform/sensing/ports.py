"""What others supply: how frames of a protocol are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongban.infrastructure.kernel.registry import Registry


class UnreadableFrame(Exception):
    """A decoder cannot read a frame; its text says why, for the operator, in at most 300 characters."""


# As gateways call it.
Unreadable = UnreadableFrame


@dataclass(frozen=True, slots=True)
class Decoded:
    """A reading as a frame says it.

    stream    key of the stream
    at        when it was measured, with zone
    value     a number; or text, true or false, or JSON
    key       by which the source names the reading; "" where stream and moment say it
    quality   "valid", "doubtful" or "invalid"; flag: the source's own word for that
    """

    stream: str
    at: datetime
    value: Any
    key: str = ""
    quality: str = "valid"
    flag: str = ""


# body, source → what it says. Raises UnreadableFrame.
Decoder = Callable[[bytes, str], Sequence[Decoded]]

# protocol → how its frames are read
DECODERS: Registry[Decoder] = Registry("decoder of frames")

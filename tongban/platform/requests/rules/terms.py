"""What one may say, by which channel, and how many working days an answer takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class RequestKind:
    """A kind of request 诉求性质; days: working days for the answer."""

    key: str
    name: str
    english: str
    days: int


@dataclass(frozen=True)
class RequestChannel:
    """A way by which people say something."""

    key: str
    name: str
    english: str


@dataclass(frozen=True)
class RequestTerms:
    """What holds from a day on."""

    valid_from: date
    source: str
    kinds: Mapping[str, RequestKind]
    channels: Mapping[str, RequestChannel]


def read(content: Mapping[str, Any]) -> tuple[RequestTerms, ...]:
    """Read the [[terms]] of a file. Raises KeyError or TypeError where a key is missing or unknown."""
    return tuple(
        RequestTerms(
            valid_from=row["valid_from"],
            source=row["source"],
            kinds={kind["key"]: RequestKind(**kind) for kind in row["kind"]},
            channels={channel["key"]: RequestChannel(**channel) for channel in row["channel"]},
        )
        for row in content["terms"]
    )

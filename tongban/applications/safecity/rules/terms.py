"""What law and city say in figures, on a day. Pure; the rows stand in `data/terms.toml`."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class SafetyTerms(NamedTuple):
    """The figures in force on a day.

    camera_retention_days     how long pictures are kept: at least, at most; where they are recorded
    camera_term_days          how long a camera may be registered for at a time
    video_minutes             the longest time for which a video link is given; token_seconds: for its one-time address
    confirm_minutes           so long an alarm from outside waits for two people
    outside_term_days         how long a source outside may be approved for; outside_keep_days: the longest its content
                              is kept after it was decided
    positions_keep_days       so long positions are kept after their order has ended
    order_term_days           the longest term of an order of positions
    keepalive_seconds         how often a device says that it is there; missed: after so many without it, it is offline
    register_seconds          how long a registration holds: at least, at most
    visit_grace_minutes       so long after a window a phone without a connection may still report
    radius_m                  how near to a checkpoint a phone has to be where the plan says nothing else
    """

    camera_retention_days: tuple[int, int]
    camera_term_days: int
    video_minutes: int
    token_seconds: int
    confirm_minutes: int
    outside_term_days: int
    outside_keep_days: int
    positions_keep_days: int
    order_term_days: int
    keepalive_seconds: int
    keepalive_missed: int
    register_seconds: tuple[int, int]
    visit_grace_minutes: int
    radius_m: int
    source: str


class MethodName(NamedTuple):
    """How an alarm was noticed, by GB/T 28181, and what its types mean."""

    name: str
    english: str
    types: Mapping[str, tuple[str, str]]


def terms_of(row: Mapping[str, Any]) -> SafetyTerms:
    """Return the terms of a row. Raises KeyError, TypeError where one is missing."""
    names = [name for name in SafetyTerms._fields if not name.startswith(("camera_retention", "register"))]
    return SafetyTerms(
        camera_retention_days=_two(row["camera_retention_days"]),
        register_seconds=_two(row["register_seconds"]),
        **{name: row[name] for name in names},
    )


def methods_of(rows: Mapping[str, Any]) -> dict[str, MethodName]:
    """Return the methods of a table, code → what it is."""
    return {
        code: MethodName(
            row["name"], row["english"], {key: (name, english) for key, (name, english) in row["types"].items()}
        )
        for code, row in rows.items()
    }


def _two(given: Any) -> tuple[int, int]:
    least, most = given
    return int(least), int(most)

"""Read event logs in XES (IEEE 1849), trace by trace, as little of it as is asked for here."""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import iterparse


@dataclass(frozen=True)
class XesEvent:
    """One thing that happened. resource: who did it, under the name that the log gives them; "" where it says none."""

    activity: str
    at: datetime
    resource: str
    group: str


@dataclass(frozen=True)
class XesTrace:
    """One case of a log. values: its attributes as they are written, by their keys."""

    name: str
    values: Mapping[str, str]
    events: tuple[XesEvent, ...]

    def moment(self, key: str) -> datetime | None:
        """Return an attribute as a moment; None where the trace does not have it."""
        return datetime.fromisoformat(self.values[key]) if self.values.get(key) else None


def read(path: Path) -> Iterator[XesTrace]:
    """Yield the traces of a log, plain or packed with gzip; external entities are refused, not read."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for _event, element in iterparse(file):
            if _name(element) == "trace":
                yield _trace(element)
                element.clear()


def _trace(element: Any) -> XesTrace:
    values = _values(element)
    events = tuple(_event(child) for child in element if _name(child) == "event")
    return XesTrace(values.get("concept:name", ""), values, events)


def _event(element: Any) -> XesEvent:
    values = _values(element)
    return XesEvent(
        activity=values["concept:name"],
        at=datetime.fromisoformat(values["time:timestamp"]),
        resource=values.get("org:resource", ""),
        group=values.get("org:group", ""),
    )


def _values(element: Any) -> dict[str, str]:
    return {child.get("key"): child.get("value") or "" for child in element if _name(child) != "event"}


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]

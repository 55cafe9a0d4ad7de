"""What other rooms supply: kinds of work orders of their own, and what an order is about."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.codes import services as codes
from tongban.platform.workorders.rules.kinds import WorkOrderKind, kind_of

__all__ = ["KINDS", "SUBJECTS", "KindSource", "OrderSubject", "WorkOrderKind", "kinds_in", "kinds_in_force"]

KindSource = Callable[[date], Iterable[WorkOrderKind]]

# Name of the room -> the kinds it brings, as they are on a day. Keys begin with the room's name: "streets.0102".
KINDS: Registry[KindSource] = Registry("source of kinds of work orders")


class OrderSubject(NamedTuple):
    """What the pages of an order say of what it is about. url: where it is read at the desk, "" nowhere."""

    words: str
    url: str = ""


# By the kind of subject, "alert" of "alert:12": numbers -> what they are. Where nobody supplies this, the words are
# those of `kernel.subjects`.
SUBJECTS: Registry[Callable[[Collection[int]], Mapping[int, OrderSubject]]] = Registry("subject of work orders")


def kinds_in(file: Path) -> KindSource:
    """Return the kinds of a file with rows like those of `data/kinds.toml`, to be registered at KINDS."""
    return lambda on: kinds_in_force(_rows(file), on)


def kinds_in_force(rows: Iterable[Mapping[str, Any]], on: date) -> list[WorkOrderKind]:
    """Return the kinds that dated rows give for a day: of the rows with one key the newest in force."""
    by_key: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_key.setdefault(row["key"], []).append(row)
    found = []
    for same in by_key.values():
        try:
            found.append(kind_of(codes.in_force(same, on)))
        except LookupError:
            continue  # no more, or not yet
    return found


@cache
def _rows(file: Path) -> tuple[Mapping[str, Any], ...]:
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["kind"])

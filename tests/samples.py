"""What a room shows of itself to the laws: `sample` in its `tests/sample.py`, found over the rooms of MODULES.

A law asks every sample there is, and names no room. A room with tables and without a sample fails `make lint`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Model

from tests.town import Town
from tongban.infrastructure.kernel.module import Module, rooms

Addresses = Callable[[Town], Sequence[str]]


class Call(NamedTuple):
    """A call of another system about something that is the owner's.

    words   what stands in the address: names of `town.ids`, or words as they are
    body    of a call that sends JSON; file: of one that sends a file
    """

    words: str
    body: Any = None
    file: Path | None = None
    query: str = ""


@dataclass(frozen=True)
class Sample:
    """What the laws need to know of a room.

    make       writes a row of each of the room's tables into a town where the rooms below have theirs, and puts the
               words that stand in addresses into `town.ids`
    many       writes about so many more rows into each table, cheaply: for the owner, for the official, for others
    small      tables that hold as much as an office writes down about itself, not as much as people bring
    owned      route -> what stands in its address: names of `town.ids`, or words as they are. Nobody finds what is
               there but its owner, the agent of the town's company
    posted     those of the owned routes that do something when they are posted to, and only lead back when opened
    personal   those of the owned routes that are the agent's own, whomever they act for
    office     the same as owned of what only officials in charge find
    common     the same of what is nobody's own, or where the session alone says whose it is
    calls      "METHOD route" -> what another system asks about something of the owner's
    arealess   names of `town.ids` that belong to a department as a whole, so that no area of a duty divides them
    lists      reader -> lists beside those that stand at a plain address: narrowed, ordered, searched.
               Readers: "owner", "official", "system"
    whole      plain addresses that are no lists: they count, or hand out everything
    """

    make: Callable[[Town], None] = lambda town: None
    many: Callable[[Town, int], None] = lambda town, number: None
    small: Collection[type[Model]] = ()
    owned: Mapping[str, str] = field(default_factory=dict)
    posted: Collection[str] = ()
    personal: Collection[str] = ()
    office: Mapping[str, str] = field(default_factory=dict)
    common: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    arealess: Collection[str] = ()
    lists: Mapping[str, Addresses] = field(default_factory=dict)
    whole: Collection[str] = ()


def sample_of(room: Module) -> Sample | None:
    """Return what a room shows of itself; None where it has no file for that."""
    name = f"{room.name}.tests.sample"
    if find_spec(f"{room.name}.tests") is None or find_spec(name) is None:
        return None
    shown: Sample = import_module(name).sample
    return shown


def samples() -> Iterator[Sample]:
    """Yield the samples of all rooms, the lowest room first."""
    for room in rooms():
        if shown := sample_of(room):
            yield shown


def furnished(town: Town) -> Town:
    """Let every room make its rows, the lowest first."""
    for shown in samples():
        shown.make(town)
    return town

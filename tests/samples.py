"""What a room shows of itself to the laws: `sample` in its `tests/sample.py`, found over the rooms of MODULES.

A law asks every sample there is, and names no room. A room with tables and without a sample fails `make lint`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Model

from tests.sample_city import SampleCity
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import Module, rooms
from tongban.platform.parties.models import Party

Key = str | Callable[[Any], str]
Addresses = Callable[[SampleCity], Sequence[str]]


class Call(NamedTuple):
    """A call of another system about something that is the owner's.

    words   what stands in the address: names of `city.ids`, or words as they are
    body    of a call that sends JSON; file: of one that sends a file
    """

    words: str
    body: Any = None
    file: Path | None = None
    query: str = ""


@dataclass(frozen=True)
class Door:
    """One way to see rows: a list, a search, the page of one row, an endpoint, a copy, a count.

    reader      "official" or "system", whose positions are drawn; "person", whose mandates are drawn
    addresses   a list's; or with {} in it, for the key of one row, or for what is searched for
    names       of a list: the pattern whose group is the key of a row, or of no group, where rows are only counted
    item        of a list of an endpoint: the field of an item that is its key
    key         what a row is called here, where that is not what it is called everywhere
    found_by    of a search: what a row is found by
    sent        what is posted along; {} in it as in addresses
    counted     of a count: how many rows are there, for whom
    duties      of which one opens the door; who holds none of them is shown nothing
    only        (rows, reader) -> those of the visible rows that belong on this door
    everyones   it shows what is visible to the reader, for whomever they may act, and acts for them when it is opened
    """

    reader: str
    addresses: Sequence[str] = ()
    names: str = ""
    item: str = ""
    key: Key = ""
    found_by: Callable[[Any], Sequence[str]] | None = None
    sent: Mapping[str, str] | None = None
    counted: Callable[[Actor], int] | None = None
    duties: Sequence[str] = ()
    only: Callable[[Any, Actor], Any] = lambda rows, reader: rows
    everyones: bool = False


@dataclass(frozen=True)
class Shown:
    """A table whose rows somebody may see: `visible_to` and every door must say the same.

    key       attribute, or attributes with dots between them, or a function: what a row is called in addresses
    doors     all of them; rooms above add theirs to a room that has no pages
    duties    by which officials reach rows
    only      narrows the visible rows to those that doors show at all
    reaches   says once more, plainly, whether an official reaches a row
    owns      says once more, plainly, which rows are a party's, under a mandate for these services; () for all
    spread    tables in which areas and services are spread, so that the reach of a duty and of a mandate matters
    """

    model: type[Model]
    key: Key = "uid"
    doors: Sequence[Door] = ()
    duties: Sequence[str] = ()
    only: Callable[[Any], Any] = lambda rows: rows
    reaches: Callable[[Actor, Any], bool] | None = None
    owns: Callable[[Actor, Party, tuple[str, ...]], Any] | None = None
    spread: Sequence[type[Model]] = ()


@dataclass(frozen=True)
class Sample:
    """What the laws need to know of a room.

    make       writes a row of each of the room's tables into a city where the rooms below have theirs, and puts the
               words that stand in addresses into `city.ids`
    many       writes about so many more rows into each table, cheaply: for the owner, for the official, for others
    small      tables that hold as much as an office writes down about itself, not as much as people bring
    owned      route -> what stands in its address: names of `city.ids`, or words as they are. Nobody finds what is
               there but its owner, the agent of the city's company
    posted     those of the owned routes that do something when they are posted to, and only lead back when opened
    personal   those of the owned routes that are the agent's own, whomever they act for
    office     the same as owned of what only officials in charge find
    common     the same of what is nobody's own, or where the session alone says whose it is
    calls      "METHOD route" -> what another system asks about something of the owner's
    arealess   names of `city.ids` that belong to a department as a whole, so that no area of a duty divides them
    shown      the tables whose rows somebody may see, with the doors that show them
    lists      reader -> lists beside those that stand at a plain address: narrowed, ordered, searched.
               Readers: "owner", "official", "system"
    unlinked   addresses that no link leads to, with what is asked in them, for a look at every page
    whole      plain addresses that are no lists: they count, or hand out everything
    gathered   plain addresses that ask other rooms for words about what they show -> how many rooms may be asked
    """

    make: Callable[[SampleCity], None] = lambda city: None
    many: Callable[[SampleCity, int], None] = lambda city, number: None
    small: Collection[type[Model]] = ()
    owned: Mapping[str, str] = field(default_factory=dict)
    posted: Collection[str] = ()
    personal: Collection[str] = ()
    office: Mapping[str, str] = field(default_factory=dict)
    common: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, Call] = field(default_factory=dict)
    arealess: Collection[str] = ()
    shown: Sequence[Shown] = ()
    lists: Mapping[str, Addresses] = field(default_factory=dict)
    unlinked: Sequence[str] = ()
    whole: Collection[str] = ()
    gathered: Mapping[str, Callable[[], int]] = field(default_factory=dict)


def sample_of(room: Module) -> Sample | None:
    """Return what a room shows of itself; None where it has no file for that."""
    return _sample_in(f"{room.name}.tests")


@cache
def _sample_in(tests: str) -> Sample | None:
    name = f"{tests}.sample"
    if find_spec(tests) is None or find_spec(name) is None:
        return None
    shown: Sample = import_module(name).sample
    return shown


def samples() -> Iterator[Sample]:
    """Yield the samples of all rooms, the lowest room first."""
    for room in rooms():
        if shown := sample_of(room):
            yield shown


def furnished(city: SampleCity) -> SampleCity:
    """Let every room make its rows, the lowest first."""
    for shown in samples():
        shown.make(city)
    return city

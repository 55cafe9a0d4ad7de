"""What other rooms supply: kinds of devices of their own, and drivers that speak to devices."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry
from tongban.platform.actuation.rules.kinds import KindOfDevice, kind_of
from tongban.platform.codes import services as codes

__all__ = [
    "DRIVERS",
    "KINDS",
    "ActuatorDriver",
    "ControlOrder",
    "DeviceReport",
    "DriverRefused",
    "DriverSilent",
    "KindOfDevice",
    "KindSource",
    "kinds_in",
]

KindSource = Callable[[date], Iterable[KindOfDevice]]

# Name of the room -> the kinds it brings, as they are on a day. Keys begin with the room's name: "campus.heating".
KINDS: Registry[KindSource] = Registry("source of kinds of devices")


class DriverSilent(Exception):
    """No answer came, or none that can be read; what was asked may have happened, or not. It is asked again."""


class DriverRefused(Exception):
    """The device says no, and did nothing."""


class ControlOrder(NamedTuple):
    """What a device is told.

    key      of this command for good: the same order again, however often, is carried out once
    address  how the driver finds the device, as its steward wrote it down
    until    when the device goes back to its fail-safe state by itself, even if nobody tells it
    """

    key: str
    address: Mapping[str, Any]
    command: str
    parameters: Mapping[str, Any]
    until: datetime | None


class DeviceReport(NamedTuple):
    """What a device says of itself.

    state   names and values, as the conditions of its kind ask for them
    order   key of the order that it follows at the moment; "" for none
    """

    state: Mapping[str, Any]
    order: str = ""


class ActuatorDriver(Protocol):
    """Speaks to devices. Every call may take seconds, and may come again after a crash.

    All of them raise DriverSilent.
    """

    def execute(self, order: ControlOrder) -> None:
        """Let a device carry an order out. One that came already, or was released already, changes nothing.

        Raises DriverRefused.
        """

    def release(self, order: ControlOrder) -> None:
        """Let a device leave an order and go back to its fail-safe state; it is never carried out after this."""

    def report(self, order: ControlOrder) -> DeviceReport:
        """Return what the device says of itself."""

    def in_use(self) -> StrOrPromise:
        """Say in words what is spoken to."""

    def check(self) -> list[StrOrPromise]:
        """Say what is wrong with the connection; [] if well, or none is wanted."""


# By the name that a device's steward writes down.
DRIVERS: Registry[ActuatorDriver] = Registry("driver of devices")


def kinds_in(file: Path) -> KindSource:
    """Return the kinds of a file with rows like those of `data/kinds.toml`, to be registered at KINDS."""
    return lambda on: _in_force(file, on)


def _in_force(file: Path, on: date) -> list[KindOfDevice]:
    by_key: dict[str, list[KindOfDevice]] = {}
    for kind in _read(file):
        by_key.setdefault(kind.key, []).append(kind)
    found = []
    for same in by_key.values():
        try:
            found.append(codes.in_force(same, on))
        except LookupError:
            continue  # no more, or not yet
    return found


@cache
def _read(file: Path) -> tuple[KindOfDevice, ...]:
    return tuple(kind_of(row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["kind"])

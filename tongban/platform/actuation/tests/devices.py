"""Devices beside the tests: one in memory that remembers what it was told, and those of the counterpart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.counterparts import LocalCounterpart, running
from tongban.platform.actuation import ports
from tongban.platform.actuation.ports import ControlOrder, DeviceReport, DriverRefused, DriverSilent

SAFE = {"supply": "on", "circuit": ""}


@dataclass
class RememberedDevice:
    """A power supply: what it was told, in order, and how it fails.

    silent   no call gets an answer; deaf: an answer, but nothing happens; unheard: it happens, but no answer comes
    """

    told: list[tuple[str, str]] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=lambda: dict(SAFE))
    order: str = ""
    silent: bool = False
    deaf: bool = False
    unheard: bool = False
    refusal: str = ""

    def execute(self, order: ControlOrder) -> None:
        self._answers()
        if self.refusal:
            raise DriverRefused(self.refusal)
        if ("release", order.key) not in self.told and (order.command, order.key) not in self.told:
            self.told.append((order.command, order.key))
            if not self.deaf:
                self.state, self.order = {"supply": "off", **order.parameters}, order.key
        if self.unheard:
            raise DriverSilent("the line was cut")

    def release(self, order: ControlOrder) -> None:
        self._answers()
        self.told.append(("release", order.key))
        if self.order in {order.key, ""}:
            self.state, self.order = dict(SAFE), ""

    def report(self, order: ControlOrder) -> DeviceReport:
        self._answers()
        return DeviceReport(dict(self.state), self.order)

    def in_use(self) -> str:
        return "tests"

    def check(self) -> list[Any]:
        return []

    def commands(self) -> list[str]:
        return [command for command, _key in self.told]

    def forget(self) -> None:
        self.__init__()  # type: ignore[misc]

    def _answers(self) -> None:
        if self.silent:
            raise DriverSilent("nobody answers")


DEVICE = RememberedDevice()
ports.DRIVERS.register("remembered", DEVICE)


class ActuatingCounterpart(LocalCounterpart):
    module = "tongban.city.actuating"


def actuating(folder: Path) -> Iterator[ActuatingCounterpart]:
    """Run the counterpart; a fixture yields from this."""
    with running(ActuatingCounterpart(folder)) as made:
        yield made

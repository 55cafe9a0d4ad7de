"""Kinds of devices as they are on a day, and what their interlocks say of one device now."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.wording import recorded, worded
from tongban.platform.actuation import ports
from tongban.platform.actuation.models import ControlCommand, ControlledDevice, ControlSource
from tongban.platform.actuation.rules import kinds as rules
from tongban.platform.actuation.rules.kinds import ControlInterlock, KindOfCommand, KindOfDevice

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "kinds.toml"


class UnknownKindOfDevice(Refusal):
    status, field = 422, "kind"
    message = _("There is no kind of device “%(kind)s” today.")


class UnknownControl(Refusal):
    status, field = 422, "command"
    message = _("Devices of this kind take no command “%(command)s” today.")


class InterlocksSaid(NamedTuple):
    """What the interlocks of a command said. refusing: those that do not hold; facts: on which that rests, as JSON."""

    refusing: list[ControlInterlock]
    facts: dict[str, Any]

    @property
    def keys(self) -> list[str]:
        return [one.key for one in self.refusing]

    @property
    def problem(self) -> str:
        """The sentences that say why not, in the language of records; "" where all hold."""
        return " ".join(recorded(worded(one.refusal, one.english)) for one in self.refusing)


def kinds(on: date | None = None) -> dict[str, KindOfDevice]:
    """Return the kinds of a day by their keys: the house's own, then those of city systems."""
    day = on or clock.today()
    own = settings.ACTUATION_KINDS_FILE
    sources = [ports.kinds_in(Path(own) if own else SHIPPED), *ports.KINDS.values()]
    return {kind.key: kind for source in sources for kind in source(day)}


def kind_of(device: ControlledDevice, on: date | None = None) -> KindOfDevice:
    """Return the kind of a device on a day, today by default. Raises UnknownKindOfDevice."""
    if found := kinds(on).get(device.kind):
        return found
    raise UnknownKindOfDevice(kind=device.kind)


def command_of(device: ControlledDevice, key: str, on: date | None = None) -> tuple[KindOfDevice, KindOfCommand]:
    """Return the kind of a device and one of its commands on a day. Raises UnknownKindOfDevice, UnknownControl."""
    kind = kind_of(device, on)
    if found := kind.command(key):
        return kind, found
    raise UnknownControl(command=key)


def terms_of(command: ControlCommand) -> tuple[KindOfDevice, KindOfCommand]:
    """Return what counts for a command to its end: its kind as it was on the day it was asked for."""
    return command_of(command.device, command.command, timezone.localdate(command.asked_at))


def interlocks(
    device: ControlledDevice, kind: KindOfDevice, command: str, parameters: Mapping[str, Any]
) -> InterlocksSaid:
    """Say what the interlocks of a command say now, by the latest values and what the device reported."""
    facts = rules.facts_of(
        kind.inputs,
        latest_values(device, clock.now()),
        device=device.properties,
        state=device.state,
        parameters=parameters,
    )
    return InterlocksSaid(rules.refusing(kind.interlocks_of(command), facts), facts)


def latest_values(device: ControlledDevice, now: datetime) -> dict[str, list[tuple[Any, float, bool]]]:
    """Return for each input of a device the latest values: value, age in seconds, whether it counts."""
    found: dict[str, list[tuple[Any, float, bool]]] = {}
    for source in ControlSource.objects.of(device):
        latest = getattr(source.stream, "latest", None)
        if latest is not None:
            age = (now - latest.at).total_seconds()
            found.setdefault(source.name, []).append((latest.result, age, latest.quality == "valid"))
    return found

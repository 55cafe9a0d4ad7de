"""Fire panels: their detectors are things of sensing; packets are kept, read, and only then confirmed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.rules import gb26875
from tongban.applications.emergency.services import tables
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.actuation.models import ControlledDevice
from tongban.platform.identity.models import Department
from tongban.platform.sensing import ports
from tongban.platform.sensing import services as sensing

PROTOCOL, PROPERTY, KIND, LIFT = "gb26875", "fire-alarm", "fire-detector", "lift"
ADDRESS_DIGITS = 12


class Detector(NamedTuple):
    """A component of a panel: type and address of its system, its own number, and what people call it."""

    system: int
    address: int
    component: int
    name: str


@transaction.atomic
def register_panel(
    *,
    actor: Actor,
    address: str,
    building: str,
    department: Department,
    latitude: float,
    longitude: float,
    detectors: Sequence[Detector],
) -> int:
    """Register a panel by its twelve figures with its detectors; again changes nothing. Returns how many there are.

    Raises NotAllowed, Invalid.
    """
    actor.must_hold("emergency.maintain")
    if len(address) != ADDRESS_DIGITS or not address.isdecimal():
        raise Invalid({"address": [_("The address of a panel has twelve figures.")]})
    fire = sensing.define_property(actor=SYSTEM, key=PROPERTY, name="火警", english="Fire alarm")
    truth = f"{PROPERTY}-true"
    smoke = sensing.define_property(actor=SYSTEM, key=truth, name="有无火警", english="Whether there is fire")
    occupied = sensing.define_property(actor=SYSTEM, key="city-lift", name="电梯内有人", english="Lift occupied")
    for one in detectors:
        key = _key(address, f"{one.system}-{one.address}-{one.component}")
        is_lift = one.system == tables.fire_table()["lifts"]["system"]
        thing = sensing.register_thing(
            actor=SYSTEM,
            key=key,
            name=f"{building}{one.name}",
            department=department,
            kind=LIFT if is_lift else KIND,
            latitude=latitude,
            longitude=longitude,
        )
        if is_lift:
            sensing.open_stream(actor=SYSTEM, key=_occupied(key), thing=thing, observed_property=occupied, kind="truth")
            continue
        sensing.open_stream(actor=SYSTEM, key=key, thing=thing, observed_property=fire)
        sensing.open_stream(actor=SYSTEM, key=_confirmed(key), thing=thing, observed_property=smoke, kind="truth")
    return len(detectors)


def take_in(packets: Sequence[gb26875.FirePacket]) -> list[bool]:
    """Keep packets and what they say; return for each whether it is confirmed. Durable when it returns."""
    frames = [sensing.Frame(protocol=PROTOCOL, source=one.source, body=one.raw) for one in packets]
    return [not taken.problem for taken in sensing.receive(actor=SYSTEM, frames=frames)]


def decode(body: bytes, source: str) -> Sequence[ports.Decoded]:
    """Return the readings of a kept packet, for sensing: 1 or 0 for alert rules, true or false for interlocks.

    What is being tested is doubtful: it raises no alert and is no reason for an interlock. Raises ports.Unreadable.
    """
    table = tables.fire_table()
    packet = next(gb26875.FirePacketDecoder(table["longest"], table["moments"]).feed(body), None)
    if packet is None:
        raise ports.Unreadable("no packet of GB/T 26875.3, or its sum does not agree")
    try:
        found = gb26875.objects(packet, table["moments"])
    except gb26875.BrokenPacket as broken:
        raise ports.Unreadable(str(broken)) from broken
    return [
        said
        for one in found
        if one.component is not None
        for said in _readings(_key(packet.source, one.place), one, packet.number, table)
    ]


def power_of(thing: str) -> ControlledDevice | None:
    """Return the power supply of the building in which a detector hangs, None where nobody registered one.

    It is registered at remote control as `gb26875-<address of the panel>-power`.
    """
    name, _dash, rest = thing.partition("-")
    address = rest.partition("-")[0]
    return ControlledDevice.objects.with_key(_key(address, "power")) if name == PROTOCOL else None


def _readings(stream: str, one: gb26875.FireObject, number: int, table: Mapping[str, Any]) -> list[ports.Decoded]:
    bits = table["bits"]
    burning = bool(one.state >> bits["fire"] & 1)
    quality = "valid" if one.state >> bits["normal"] & 1 else "doubtful"
    at, key, flag = one.at or clock.now(), f"{number}", f"{one.state:04X}"
    if one.system == table["lifts"]["system"]:
        occupied = not one.state >> bits["feedback"] & 1
        return [ports.Decoded(_occupied(stream), at, occupied, key, quality, flag)]
    return [
        ports.Decoded(stream, at, float(burning), key, quality, flag),
        ports.Decoded(_confirmed(stream), at, burning, key, quality, flag),
    ]


def _occupied(key: str) -> str:
    return f"{key}/occupied"


def _confirmed(key: str) -> str:
    return f"{key}/true"


def _key(address: str, place: str) -> str:
    return f"{PROTOCOL}-{address}-{place}"

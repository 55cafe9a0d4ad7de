"""What a steward does: register devices, and say what their interlocks look at."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.actuation import ports
from tongban.platform.actuation.events import ControlledDeviceChanged, ControlledDeviceRegistered
from tongban.platform.actuation.models import ControlledDevice, ControlSource
from tongban.platform.actuation.services.kinds import UnknownKindOfDevice, kinds
from tongban.platform.identity.models import Department
from tongban.platform.sensing.models import Datastream, Thing

STEWARD = "actuation.steward"


@transaction.atomic
def register_device(
    *,
    actor: Actor,
    key: str,
    name: str,
    thing: Thing,
    kind: str,
    driver: str,
    address: Mapping[str, Any],
    department: Department | None = None,
    sources: Mapping[str, Sequence[Datastream]] | None = None,
    properties: Mapping[str, Any] | None = None,
    in_service: bool = True,
) -> ControlledDevice:
    """Let a thing be commanded, or change what is known of it; the same again changes nothing.

    department  None: that of the thing
    sources     input of the kind → the streams whose latest values interlocks ask for by that name
    properties  what interlocks ask for as `device`
    Raises NotAllowed, UnknownKindOfDevice, Invalid.
    """
    department = department or thing.department
    area = thing.area or department.area
    actor.must_hold(STEWARD, department=department.pk, area=area)
    known = kinds().get(kind)
    if known is None:
        raise UnknownKindOfDevice(kind=kind)
    if not key.strip() or not name.strip():
        raise Invalid({"key" if not key.strip() else "name": [_("Give the device a key and a name.")]})
    if driver not in ports.DRIVERS:
        raise Invalid({"driver": [_("Nothing here speaks to devices by the name “%(name)s”.") % {"name": driver}]})
    sources = sources or {}
    if unknown := sorted(set(sources) - {one.name for one in known.inputs}):
        words = _("Interlocks of this kind do not ask for “%(name)s”.") % {"name": ", ".join(unknown)}
        raise Invalid({"sources": [words]})
    wanted: dict[str, Any] = {
        "name": name,
        "thing": thing,
        "kind": kind,
        "department": department,
        "area": area,
        "driver": driver,
        "address": dict(address),
        "properties": dict(properties or {}),
        "in_service": in_service,
    }
    device = ControlledDevice.objects.select_for_update(of=("self",)).filter(key=key).first()
    if device is None:
        device = ControlledDevice.objects.create(key=key, registered_at=clock.now(), **wanted)
        _name_sources(device, sources)
        journal.write(ControlledDeviceRegistered(key, kind), by=actor, subject=device.subject)
        return device
    actor.must_hold(STEWARD, department=device.department_id, area=device.area)
    changed = [field for field, value in wanted.items() if getattr(device, field) != value]
    for field in changed:
        setattr(device, field, wanted[field])
    if changed:
        device.save(update_fields=changed)
    if _name_sources(device, sources):
        changed.append("sources")
    if changed:
        journal.write(ControlledDeviceChanged(key, changed), by=actor, subject=device.subject)
    return device


def _name_sources(device: ControlledDevice, sources: Mapping[str, Sequence[Datastream]]) -> bool:
    """Let these be the sources of a device; say whether they differ from what was there."""
    wanted = {(name, stream.pk) for name, streams in sources.items() for stream in streams}
    there = set(ControlSource.objects.filter(device=device).values_list("name", "stream"))
    for name, stream in there - wanted:
        ControlSource.objects.filter(device=device, name=name, stream=stream).delete()
    ControlSource.objects.bulk_create(
        ControlSource(device=device, name=name, stream_id=stream) for name, stream in sorted(wanted - there)
    )
    return there != wanted

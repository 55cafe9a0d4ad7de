"""Devices: registered by the office, taken in by the gateway, found silent by the clock."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tongban.applications.safecity.events import SipDeviceAppeared, SipDeviceLost, SipDeviceRegistered
from tongban.applications.safecity.models import SafetyAlarm, SipChannel, SipDevice
from tongban.applications.safecity.rules import manscdp
from tongban.applications.safecity.services import alarms
from tongban.applications.safecity.services.terms import alarm_methods, terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid
from tongban.platform.identity.models import Department

MANAGE = "safecity.manage"
BATCH = 200
_NUMBER = re.compile(r"[0-9]{20}")


class DeviceNumberTaken(Conflict):
    field = "number"
    message = gettext_lazy("A device with this number is registered already.")


@dataclass(frozen=True)
class DeviceEntry:
    """What the register says of a device. password: "" for the one that all devices without their own share."""

    number: str
    name: str
    department: Department
    area: str = ""
    latitude: float | None = None
    longitude: float | None = None
    password: str = ""


@transaction.atomic
def register_device(*, actor: Actor, entry: DeviceEntry) -> SipDevice:
    """Enter a device by its 20 figures. Raises NotAllowed, Invalid, DeviceNumberTaken."""
    actor.must_hold(MANAGE, department=entry.department.pk, area=entry.area)
    password = entry.password or settings.SAFECITY_GB28181_PASSWORD
    wrong = {
        "number": "" if _NUMBER.fullmatch(entry.number) else _("A device has a number of 20 figures."),
        "name": "" if entry.name.strip() else _("Name the device."),
        "password": "" if password else _("Give the device a password: no other is set for all."),
        "latitude": ""
        if (entry.latitude is None) == (entry.longitude is None)
        else _("A position has both a latitude and a longitude."),
    }
    if errors := {name: [sentence] for name, sentence in wrong.items() if sentence}:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            device = SipDevice.objects.create(
                number=entry.number,
                name=entry.name.strip(),
                department=entry.department,
                area=entry.area,
                latitude=entry.latitude,
                longitude=entry.longitude,
                password=entry.password,
            )
    except IntegrityError as error:
        raise DeviceNumberTaken() from error
    journal.write(SipDeviceRegistered(device.pk, device.number), by=actor, subject=f"sipdevice:{device.pk}")
    return device


def password_of(number: str) -> str:
    """Return the password by which a device proves itself; "" for an unknown one, which nothing proves."""
    device = SipDevice.objects.numbered(number)
    return (device.password or str(settings.SAFECITY_GB28181_PASSWORD)) if device else ""


@transaction.atomic
def appear(*, number: str, contact: str, seconds: int) -> SipDevice:
    """Note that a device proved itself and registers for some seconds; 0 means that it leaves.

    number   of a device that is in the register
    """
    device = _locked(number)
    now = clock.now()
    least, most = terms().register_seconds
    device.heard_at, device.contact = now, contact[:80]
    if seconds == 0:
        device.registered_until = now
        if device.online:
            _lose(device)
    else:
        device.registered_until = now + timedelta(seconds=min(max(seconds, least), most))
        _come(device)
    device.save()
    return device


@transaction.atomic
def hear(*, number: str, contact: str) -> bool:
    """Note a sign of life; False where the device is not registered now, or speaks from elsewhere."""
    device = SipDevice.objects.select_for_update(of=("self",)).filter(number=number).first()
    now = clock.now()
    if device is None or device.registered_until is None or device.registered_until <= now:
        return False
    if _host(device.contact) != _host(contact):
        return False
    device.heard_at = now
    _come(device)
    device.save()
    return True


@transaction.atomic
def take_catalogue(*, number: str, told: manscdp.Told) -> int:
    """Keep the channels that a device names; return how many it has by now."""
    device = _locked(number)
    known = SipChannel.objects.among(device, [item.number for item in told.items])
    now = clock.now()
    for item in told.items:
        channel = known.get(item.number) or SipChannel(device=device, number=item.number)
        channel.name, channel.working, channel.heard_at = item.name, item.working, now
        channel.latitude, channel.longitude = item.latitude, item.longitude
        channel.save()
        known[item.number] = channel
    return SipChannel.objects.of_device(device).count()


@transaction.atomic
def take_status(*, number: str, told: manscdp.Told) -> None:
    """Keep what a device says of itself."""
    device = _locked(number)
    names = ("Online", "Status", "Encode", "Record", "DeviceTime", "Reason")
    device.status = {name: told.said[name][:60] for name in names if told.said.get(name)}
    device.save()


@transaction.atomic
def take_alarm(*, number: str, told: manscdp.Told) -> SafetyAlarm:
    """Keep an alarm of a device; the same again is the one that is there."""
    device = SipDevice.objects.select_related("department").get(number=number)
    said = manscdp.alarm(told)
    now = clock.now()
    at = min(said.at or now, now)
    with override("zh-hans"):
        method = alarm_methods().get(said.method)
        what = method.types.get(said.kind, (method.name,))[0] if method else _("Alarm of a device")
    place = (said.latitude, said.longitude) if said.latitude else (device.latitude, device.longitude)
    stamp = said.at.isoformat() if said.at else "now"
    return alarms.raise_alarm(
        kind=SafetyAlarm.Kind.DEVICE,
        key=f"gb28181:{number}:{told.device[:20]}:{told.sn[:12]}:{stamp}",
        department=device.department,
        area=device.area,
        title=f"{what}　{device.name}",
        words=said.words,
        level=said.level,
        place=place,
        happened_at=at,
        device=device,
    )


def find_silent() -> int:
    """Let devices count as offline that missed too many signs of life; an alarm says so. The clock calls this."""
    now, say = clock.now(), terms()
    since = now - timedelta(seconds=say.keepalive_seconds * say.keepalive_missed)
    found = list(SipDevice.objects.silent(since=since, now=now).values_list("number", flat=True)[:BATCH])
    for number in found:
        _silence(number, since=since)
    return len(found)


@transaction.atomic
def _silence(number: str, *, since: object) -> None:
    devices = SipDevice.objects.select_for_update(of=("self",)).select_related("department")
    device = devices.get(number=number)
    now = clock.now()
    lasting = device.registered_until is not None and device.registered_until > now
    if not device.online or (device.heard_at and device.heard_at >= since and lasting):  # type: ignore[operator]
        return
    _lose(device)
    device.save()
    with override("zh-hans"):
        title = _("Device offline") + f"　{device.name}"
    alarms.raise_alarm(
        kind=SafetyAlarm.Kind.DEVICE,
        key=_offline_key(device),
        department=device.department,
        area=device.area,
        title=title,
        place=(device.latitude, device.longitude),
        happened_at=device.heard_at or now,
        device=device,
    )


def _come(device: SipDevice) -> None:
    if device.online:
        return
    device.online = True
    journal.write(SipDeviceAppeared(device.pk), by=SYSTEM, subject=f"sipdevice:{device.pk}")
    for alarm in SafetyAlarm.objects.offline_of(device):
        alarms.withdraw(alarm=alarm, why=gettext_lazy("The device is there again."))


def _lose(device: SipDevice) -> None:
    device.online = False
    journal.write(SipDeviceLost(device.pk), by=SYSTEM, subject=f"sipdevice:{device.pk}")


def _offline_key(device: SipDevice) -> str:
    return f"offline:{device.pk}:{device.heard_at:%Y%m%d%H%M%S%f}"


def _locked(number: str) -> SipDevice:
    return SipDevice.objects.select_for_update(of=("self",)).get(number=number)


def _host(contact: str) -> str:
    """Return the host of "udp 10.0.0.7:5060"; a device may speak by both transports and from changing ports."""
    return contact.partition(" ")[2].rpartition(":")[0]

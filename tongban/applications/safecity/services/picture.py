"""One picture: cameras, devices, patrols of now and open alarms, for whoever may see each of them."""

from typing import NamedTuple

from tongban.applications.safecity.models import Camera, PatrolShift, PatrolVisit, SafetyAlarm, SipDevice
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor

# A map shows so many of each; lists show all.
MOST = 300
NEWEST = 20


class SafetyPicture(NamedTuple):
    """What there is now. visits: of the shifts that run, with their checkpoints."""

    alarms: list[SafetyAlarm]
    shifts: list[PatrolShift]
    visits: list[PatrolVisit]
    cameras: list[Camera]
    devices: list[SipDevice]


def picture(actor: Actor) -> SafetyPicture:
    """Return what the actor may see of now; alarms only with the duty to see to them."""
    now = clock.now()
    alarms = SafetyAlarm.objects.visible_to(actor).unclosed().order_by("-raised_at", "-pk")
    shifts = PatrolShift.objects.visible_to(actor).running(at=now).with_names().order_by("begins_at", "pk")
    running = list(shifts[:NEWEST])
    return SafetyPicture(
        list(alarms[:NEWEST]),
        running,
        list(PatrolVisit.objects.of_shifts(running)) if running else [],
        list(Camera.objects.visible_to(actor).in_public(on=clock.today()).placed().order_by("name", "pk")[:MOST]),
        list(SipDevice.objects.visible_to(actor).placed().order_by("name", "pk")[:MOST]),
    )

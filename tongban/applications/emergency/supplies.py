"""What emergency command supplies: a decoder of fire panels, and words for its incidents, units and warnings."""

from collections.abc import Collection

from tongban.applications.emergency import ports
from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.adapters import media
from tongban.applications.emergency.models import EmergencyIncident, EmergencyUnit
from tongban.infrastructure.kernel import subjects
from tongban.platform.sensing import ports as sensing


def describe_incidents(numbers: Collection[int]) -> dict[int, str]:
    return {one.pk: f"{emergency.kind_name(one.kind)} {one.number}" for one in EmergencyIncident.objects.among(numbers)}


def describe_units(numbers: Collection[int]) -> dict[int, str]:
    return {one.pk: one.name for one in EmergencyUnit.objects.among(numbers)}


subjects.register("incident", describe_incidents)
subjects.register("emergencyunit", describe_units)
ports.MEDIA.register("text", media.TEXT)
ports.MEDIA.register("screen", media.SCREEN)
ports.MEDIA.register("broadcast", media.BROADCAST)
sensing.DECODERS.register(emergency.PROTOCOL, emergency.decode)

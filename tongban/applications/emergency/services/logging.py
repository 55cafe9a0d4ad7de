"""The log of an incident, and the lock under which it is decided."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.models import EmergencyIncident, EmergencyLogEntry
from tongban.applications.emergency.models.incidents import MAX_LOGGED
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal

COMMAND = "emergency.command"


class IncidentOver(Refusal):
    message = _("This incident is closed already.")


class IncidentChanged(Refusal):
    """Somebody decided while this one was looking at an older version."""

    message = _("%(name)s decided about this incident meanwhile (%(what)s). Look at it as it stands now, then decide.")


def held(actor: Actor, incident: EmergencyIncident, *, version: int | None, duty: str = COMMAND) -> EmergencyIncident:
    """Lock an incident to decide about it. Raises NotAllowed, IncidentOver, IncidentChanged.

    version   what the actor looked at; None where no decision of somebody else can be in the way
    """
    actor.must_hold(duty, department=incident.department_id, area=incident.area)
    found: EmergencyIncident = (
        EmergencyIncident.objects.select_for_update(of=("self",)).select_related("department").get(pk=incident.pk)
    )
    if found.ended_at:
        raise IncidentOver()
    if version is not None and version != found.version:
        last = EmergencyLogEntry.objects.newest_of(found, 1)
        raise IncidentChanged(name=last[0].by_name if last else "", what=last[0].get_kind_display() if last else "")
    return found


def decided(incident: EmergencyIncident) -> None:
    """Keep a decision: whoever looked at the incident before is told."""
    incident.version += 1
    incident.save()


def write(
    incident: EmergencyIncident, kind: str, actor: Actor, words: str = "", *, at: datetime | None = None
) -> EmergencyLogEntry:
    """Write a line into the log of an incident."""
    return EmergencyLogEntry.objects.create(
        incident=incident,
        kind=kind,
        at=at or clock.now(),
        words=words[:MAX_LOGGED],
        by_name=actor.name or "—",
        drill=incident.drill,
    )

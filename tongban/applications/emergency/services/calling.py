"""Take calls: each opens an incident or joins one; the same call again is the first one."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.events import EmergencyCallTaken, EmergencyIncidentOpened
from tongban.applications.emergency.models import EmergencyCall, EmergencyIncident
from tongban.applications.emergency.models.incidents import MAX_ADDRESS, MAX_WORDS
from tongban.applications.emergency.rules import units
from tongban.applications.emergency.services import logging, tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.identity.models import Department

TAKE_CALL = "emergency.take_call"
MAX_SUGGESTED = 5


@dataclass(frozen=True)
class EmergencyReport:
    """What a caller says.

    channel    key of the calling table; kind: key of the table of kinds; level: "" for what the kind begins with
    latitude … degrees of CGCS2000, None where unknown; address: in words
    drill      an exercise
    key        a name of the sender's own for this call; the same again is the first one
    """

    kind: str
    words: str
    channel: str = "119"
    level: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    caller_name: str = ""
    caller_phone: str = ""
    drill: bool = False
    key: str = ""


class SimilarIncident(NamedTuple):
    """An open incident that a call may be about, and how far away it is."""

    incident: EmergencyIncident
    metres: float


def take_call(
    *, actor: Actor, department: Department, report: EmergencyReport, join: EmergencyIncident | None = None
) -> EmergencyCall:
    """Take a call: it opens an incident, or joins the one that is named. Once this returns it is not lost any more.

    Raises NotAllowed, Invalid, IncidentOver where the incident it should join was closed.
    """
    actor.must_hold(TAKE_CALL, department=department.pk, area=department.area)
    key = f"{actor.account or 'system'}:{report.key}"[:120] if report.key else None
    if key and (first := EmergencyCall.objects.with_key(key)):
        return first
    _refuse_unclear(report)
    try:
        return _taken(actor, department, report, join, key)
    except IntegrityError:  # the same call came at the same moment: what was opened for this one is undone
        if key and (first := EmergencyCall.objects.with_key(key)):
            return first
        raise


@transaction.atomic
def _taken(
    actor: Actor, department: Department, report: EmergencyReport, join: EmergencyIncident | None, key: str | None
) -> EmergencyCall:
    now = clock.now()
    if join is None:
        incident = open_incident(
            actor=actor,
            department=department,
            kind=report.kind,
            level=report.level,
            source=EmergencyIncident.Source.CALL,
            address=text.prose(report.address),
            latitude=report.latitude,
            longitude=report.longitude,
            drill=report.drill,
        )
    else:
        incident = logging.held(actor, join, version=None, duty=TAKE_CALL)
        if incident.drill != report.drill:
            raise Invalid({"drill": [_("A drill and a real incident are never one.")]})
    call = EmergencyCall.objects.create(
        key=key,
        incident=incident,
        channel=report.channel,
        caller_name=text.prose(report.caller_name)[:80],
        caller_phone=text.compact(report.caller_phone)[:24],
        words=text.prose(report.words, lines=True),
        address=text.prose(report.address),
        latitude=report.latitude,
        longitude=report.longitude,
        joined=join is not None,
        drill=incident.drill,
        taken_at=now,
        taker_name=actor.name or "—",
    )
    incident.calls += 1
    if incident.latitude is None and report.latitude is not None:
        incident.latitude, incident.longitude = report.latitude, report.longitude
    incident.address = incident.address or call.address
    incident.save()
    if join is not None:
        logging.write(incident, "call", actor, tables.channels()[report.channel])
    journal.write(
        EmergencyCallTaken(call.pk, incident.pk, call.channel, call.joined, call.drill),
        by=actor,
        subject=incident.subject,
    )
    return call


def open_incident(
    *,
    actor: Actor,
    department: Department,
    kind: str,
    source: str,
    level: str = "",
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    drill: bool = False,
    words: str = "",
    more: dict[str, Any] | None = None,
) -> EmergencyIncident:
    """Open an incident and tell of it; inside a transaction of the caller.

    level   "" for what the kind begins with; more: other columns, for whom a key or an alert names the incident
    """
    now, found = clock.now(), tables.table().kinds[kind]
    incident = EmergencyIncident.objects.create(
        number=f"E{timezone.localtime(now):%y%m%d}{ids.token(6)}",
        kind=kind,
        level=(level or found.level) if found.level else "",
        source=source,
        drill=drill,
        department=department,
        area=department.area,
        address=address[:MAX_ADDRESS],
        latitude=latitude,
        longitude=longitude,
        opened_at=now,
        **(more or {}),
    )
    logging.write(incident, "opened", actor, words or tables.kind_name(kind), at=now)
    told = EmergencyIncidentOpened(incident.pk, kind, incident.level, source, department.key, drill)
    journal.write(told, by=actor, subject=incident.subject)
    return incident


def similar(
    *, department: Department, kind: str, latitude: float | None, longitude: float | None, drill: bool = False
) -> list[SimilarIncident]:
    """Return the open incidents of a kind that another call may be about: near enough and soon enough, nearest first.

    Without a position those of the last minutes are all that can be said.
    """
    known = tables.table().kinds.get(kind)
    if known is None:
        return []
    since = clock.now() - timedelta(minutes=known.join_minutes)
    rows = EmergencyIncident.objects.alike(department=department.pk, kind=kind, drill=drill, since=since)
    found = []
    for incident in rows.order_by("-opened_at")[:200]:
        if latitude is None or longitude is None or incident.latitude is None or incident.longitude is None:
            metres = 0.0
        else:
            metres = units.metres(latitude, longitude, incident.latitude, incident.longitude)
        if metres <= known.join_m:
            found.append(SimilarIncident(incident, metres))
    return sorted(found, key=lambda one: one.metres)[:MAX_SUGGESTED]


def _refuse_unclear(report: EmergencyReport) -> None:
    """Raise Invalid with all that is wrong with what a caller is said to have said."""
    words = text.prose(report.words, lines=True)
    half = (report.latitude is None) != (report.longitude is None)
    far = report.latitude is not None and not (
        -90 <= report.latitude <= 90 and -180 <= (report.longitude or 0.0) <= 180
    )
    found = {
        "kind": "" if report.kind in tables.table().kinds else _("Choose what kind of incident it is."),
        "channel": "" if report.channel in tables.channels() else _("Choose how the call came in."),
        "words": _("Write down what the caller says.") if not words else "",
        "address": _("Say where it is: an address, or a position on the map.")
        if report.latitude is None and not report.address.strip()
        else "",
        "latitude": _("A position has latitude and longitude, in degrees.") if half or far else "",
    }
    if len(words) > MAX_WORDS:
        found["words"] = _("Write at most %(most)s characters.") % {"most": MAX_WORDS}
    if len(report.address) > MAX_ADDRESS:
        found["address"] = _("Write at most %(most)s characters.") % {"most": MAX_ADDRESS}
    if errors := {name: [sentence] for name, sentence in found.items() if sentence}:
        raise Invalid(errors)

"""Alarm linkage: an alert of a device opens an incident or joins one, and prepares what its rule says."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency.models import EmergencyIncident, EmergencyLevel, WarningColour
from tongban.applications.emergency.rules import kinds
from tongban.applications.emergency.rules.linking import Linkage
from tongban.applications.emergency.services import calling, commanding, logging, panels, tables, warning
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.notices import services as notices
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, Thing

POWER_CUT = "cut"


@transaction.atomic
def publish_alert_rules(*, actor: Actor, department: Department) -> int:
    """Publish the shipped alert rules to sensing; again changes nothing. Returns how many there are."""
    rows = tables.alert_rules()
    for row in rows:
        sensing.publish_rule(
            actor=actor,
            key=row["key"],
            name=row["name"],
            english=row["english"],
            department=department,
            definition=row["definition"],
            source=row["source"],
        )
    return len(rows)


@transaction.atomic
def follow_alert(*, alert: Alert) -> EmergencyIncident | None:
    """Let what follows from an alert happen; the same again changes nothing. Returns its incident, None for none.

    An incident of its kind that is open nearby takes it in: ten detectors of one house are one fire.
    """
    linkage = tables.linkage(alert.rule.key)
    if linkage is None or not linkage.opens(alert.level):
        return None
    level = linkage.levels[alert.level]
    words = f"{alert.thing.name}：{alert.rule.name}（{alert.get_level_display()}）"
    known = (
        EmergencyIncident.objects.among(_linked(alert)).first() or EmergencyIncident.objects.of_alert(alert.pk).first()
    )
    if known is not None:
        _raise_level(known, level, words)
        return known
    thing, department = alert.thing, alert.department
    near = calling.similar(department=department, kind=linkage.kind, latitude=thing.latitude, longitude=thing.longitude)
    if near and thing.latitude is not None:
        incident = near[0].incident
        logging.write(incident, "alert", SYSTEM, words)
        _raise_level(incident, level, words)
    else:
        incident = _opened(alert, linkage, words)
    sensing.link_alert(actor=SYSTEM, alert=alert, subject=incident.subject)
    return incident


@transaction.atomic
def note_cleared(*, alert: Alert) -> None:
    """Write down that the condition of an alert has ended; the incident goes on until somebody closes it."""
    incident = EmergencyIncident.objects.among(_linked(alert)).first()
    if incident is not None and not incident.ended_at:
        logging.write(incident, "cleared", SYSTEM, f"{alert.thing.name}：{alert.rule.name}")


@transaction.atomic
def ask_for_power_cut(*, incident: EmergencyIncident) -> list[ControlCommand]:
    """Ask that power is cut where detectors alarmed, once the alarm is confirmed; again changes nothing.

    Interlocks and another human decide; remote control keeps both. Returns what was asked for.
    """
    asked: list[ControlCommand] = []
    for alert in Alert.objects.linked_to(incident.subject).with_names():
        linkage = tables.linkage(alert.rule.key)
        device = panels.power_of(alert.thing.key) if linkage and linkage.power else None
        if linkage is None or device is None:
            continue
        spared = device.properties.get("life_support", [])
        circuit = next((one for one in device.properties.get("circuits", []) if one not in spared), None)
        if circuit is None or any(one.device_id == device.pk for one in asked):
            continue
        command = actuation.request(
            actor=SYSTEM,
            device=device,
            command=POWER_CUT,
            parameters={"circuit": circuit},
            reason=f"{tables.kind_name(incident.kind)} {incident.number}：{alert.thing.name}",
            subject=incident.subject,
            key=f"{incident.subject}/power/{device.key}"[:120],
            drill=incident.drill,
            rule=linkage.rule,
        )
        asked.append(command)
    return asked


@transaction.atomic
def note_control(*, origin: str, command: int, kind: str) -> None:
    """Write a step of remote control into the log of the incident that it is about."""
    subject, _colon, number = origin.partition(":")
    if subject != "incident" or not number.isdecimal():
        return
    incident = EmergencyIncident.objects.among([int(number)]).first()
    if incident is not None:
        found = ControlCommand.objects.with_names().get(pk=command)
        logging.write(incident, "control", SYSTEM, f"{found.device.name}（{found.number}）：{kind}")


def notify_duty(*, incident: EmergencyIncident) -> None:
    """Send those who lead a notice of what a device reported. Twice notifies once."""
    holders = identity.holders_of(logging.COMMAND, department=incident.department, area=incident.area)
    for account in holders:
        notices.send(
            to=account,
            **notices.in_both(
                _("%(kind)s: %(number)s"),
                _("A device reported it; look at it and confirm it."),
                {"kind": lambda: tables.kind_name(incident.kind), "number": incident.number},
            ),
            url=reverse("desk:emergency:incident", args=[incident.uid]),
            subject=incident.subject,
            key=f"{incident.subject}:{account.pk}:alert",
        )


def _opened(alert: Alert, linkage: Linkage, words: str) -> EmergencyIncident:
    thing, department = alert.thing, alert.department
    incident = calling.open_incident(
        actor=SYSTEM,
        department=department,
        kind=linkage.kind,
        level=linkage.levels[alert.level],
        source=EmergencyIncident.Source.ALERT,
        address=thing.name,
        latitude=thing.latitude,
        longitude=thing.longitude,
        words=words,
        more={"alert": alert.pk},
    )
    if linkage.plan and any(plan.key == linkage.plan for plan in commanding.fitting_plans(incident)):
        incident = commanding.activate_plan(actor=SYSTEM, incident=incident, plan=linkage.plan)
    if linkage.warning is not None:
        _propose(alert, linkage, incident, thing)
    return incident


def _propose(alert: Alert, linkage: Linkage, incident: EmergencyIncident, thing: Thing) -> None:
    pattern = linkage.warning
    if pattern is None or thing.latitude is None or thing.longitude is None:
        return
    said = {"thing": thing.name, "colour": "蓝黄橙红"[kinds.COLOURS.index(alert.level)] + "色"}
    warning.propose_warning(
        actor=SYSTEM,
        department=incident.department,
        incident=incident,
        words=warning.WarningWords(
            kind=linkage.kind,
            colour=WarningColour(alert.level).value,
            headline=pattern.headline.format(**said),
            description=pattern.description.format(**said),
            instruction=pattern.instruction,
            hours=pattern.hours,
            circle=(thing.latitude, thing.longitude, pattern.radius_km),
        ),
    )


def _raise_level(incident: EmergencyIncident, level: str, words: str) -> None:
    """Raise the level of an open incident; a device never lowers what people set."""
    if incident.ended_at or not incident.level or kinds.higher(incident.level, level) == incident.level:
        return
    reason = f"{words} {EmergencyLevel(level).label} {clock.now():%H:%M}"
    commanding.set_level(actor=SYSTEM, incident=incident, level=level, reason=reason, version=None)


def _linked(alert: Alert) -> list[int]:
    kind, _colon, number = alert.subject.partition(":")
    return [int(number)] if kind == "incident" and number.isdecimal() else []

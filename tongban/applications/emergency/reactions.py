from django.utils.translation import gettext_lazy as _

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.events import EmergencyAlarmConfirmed
from tongban.applications.emergency.models import EmergencyIncident
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.actuation import events as control
from tongban.platform.sensing.events import AlertCleared, AlertLevelChanged, AlertRaised
from tongban.platform.sensing.models import Alert

ASKED = _("asked for, waits for its interlocks and an approval")
BLOCKED = _("stopped by an interlock")
APPROVED = _("approved, being sent to the device")
TOOK_EFFECT = _("in force, the device has confirmed it")
RELEASED = _("over, the device is back in its safe state")
FAILED = _("failed, the device is back in its safe state")


@journal.on(AlertRaised)
def open_incident(event: AlertRaised) -> None:
    incident = emergency.follow_alert(alert=Alert.objects.with_names().get(pk=event.alert_id))
    if incident is not None:
        emergency.notify_duty(incident=incident)


@journal.on(AlertLevelChanged)
def follow_level(event: AlertLevelChanged) -> None:
    emergency.follow_alert(alert=Alert.objects.with_names().get(pk=event.alert_id))


@journal.on(AlertCleared)
def note_cleared(event: AlertCleared) -> None:
    emergency.note_cleared(alert=Alert.objects.with_names().get(pk=event.alert_id))


@journal.on(EmergencyAlarmConfirmed)
def ask_for_power_cut(event: EmergencyAlarmConfirmed) -> None:
    emergency.ask_for_power_cut(incident=EmergencyIncident.objects.get(pk=event.incident))


@journal.on(control.ControlRequested)
def note_asked(event: control.ControlRequested) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(ASKED)))


@journal.on(control.ControlBlocked)
def note_blocked(event: control.ControlBlocked) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(BLOCKED)))


@journal.on(control.ControlApproved)
def note_approved(event: control.ControlApproved) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(APPROVED)))


@journal.on(control.ControlTookEffect)
def note_took_effect(event: control.ControlTookEffect) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(TOOK_EFFECT)))


@journal.on(control.ControlReleased)
def note_released(event: control.ControlReleased) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(RELEASED)))


@journal.on(control.ControlFailed)
def note_failed(event: control.ControlFailed) -> None:
    emergency.note_control(origin=event.origin, command=event.command, kind=str(recorded(FAILED)))

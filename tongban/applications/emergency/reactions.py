from tongban.applications.emergency import services as emergency
from tongban.infrastructure.journal import services as journal
from tongban.platform.sensing.events import AlertCleared, AlertLevelChanged, AlertRaised
from tongban.platform.sensing.models import Alert


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

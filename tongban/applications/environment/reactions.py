from tongban.applications.environment import services as environment
from tongban.infrastructure.journal import services as journal
from tongban.platform.sensing.events import AlertClosed, AlertLevelChanged, AlertRaised
from tongban.platform.sensing.models import Alert

OURS = "environment-"


@journal.on(AlertRaised)
def put_alert_on_the_list(event: AlertRaised) -> None:
    if event.kind.startswith(OURS):
        environment.begin_handling(alert=Alert.objects.with_names().get(pk=event.alert_id))


@journal.on(AlertLevelChanged)
def put_risen_alert_on_the_list(event: AlertLevelChanged) -> None:
    if event.rule.startswith(OURS):
        environment.begin_handling(alert=Alert.objects.with_names().get(pk=event.alert_id))


@journal.on(AlertClosed)
def take_closed_alert_off_the_list(event: AlertClosed) -> None:
    if event.rule.startswith(OURS):
        environment.end_handling(alert=Alert.objects.get(pk=event.alert_id))

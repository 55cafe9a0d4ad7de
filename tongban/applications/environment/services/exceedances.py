"""An alert at a point becomes a to-do of the office that answers for it, until somebody says what came of it."""

from functools import cache

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.environment.events import ExceedanceHandled
from tongban.applications.environment.models import MonitoringPoint
from tongban.applications.environment.services import tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.codes import services as codes
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

RESPOND = "environment.respond"
EARLY_WARNING = "blue"


class ExceedanceClosed(Refusal):
    message = gettext_lazy("This exceedance has been handled already.")


def subject_of(alert: Alert) -> str:
    return f"exceedance:{alert.pk}"


@transaction.atomic
def begin_handling(*, alert: Alert) -> None:
    """Put an alert on the to-do list of the office; the same again changes nothing. Early warnings are only shown."""
    point = MonitoringPoint.objects.of_thing(alert.thing.key)
    if point is None or alert.level == EARLY_WARNING or alert.state == Alert.State.CLOSED:
        return
    subject = subject_of(alert)
    if Task.objects.of(subject).exists():
        return
    due = codes.calendar().add(clock.today(), tables.data_terms().handle_workdays)
    workflow.start(
        actor=SYSTEM,
        definition=_process(),
        subject=subject,
        roles={"office": point.department_id},
        area=point.area,
        title=alert.rule.name,
        due=due,
    )
    sensing.link_alert(actor=SYSTEM, alert=alert, subject=subject)


@transaction.atomic
def handle_exceedance(*, actor: Actor, alert: Alert, found: str) -> Alert:
    """Say what was found and done; the alert is closed and the to-do goes.

    Raises NotAllowed, ExceedanceClosed, Invalid.
    """
    point = MonitoringPoint.objects.of_thing(alert.thing.key)
    actor.must_hold(RESPOND, department=alert.department_id, area=alert.area)
    if alert.state == Alert.State.CLOSED or point is None:
        raise ExceedanceClosed()
    if not found.strip():
        raise Invalid({"found": [_("Say what was found and done.")]})
    closed = sensing.close_alert(actor=SYSTEM, alert=alert, reason=found.strip())
    if task := Task.objects.of(subject_of(alert)).open().first():
        workflow.complete(actor=actor, task=task, outcome="handled", opinion=found.strip())
    told, subject = ExceedanceHandled(alert.pk, point.pk), f"monitoringpoint:{point.pk}"
    journal.write(told, by=actor, subject=subject, reason=found.strip()[:200])
    return closed


@transaction.atomic
def end_handling(*, alert: Alert) -> None:
    """Take an alert off the list that was closed elsewhere."""
    if Task.objects.of(subject_of(alert)).open().exists():
        workflow.cancel(actor=SYSTEM, subject=subject_of(alert), reason="the alert was closed")


@cache
def _process() -> workflow.ProcessDefinition:
    bpmn = (tables.DATA / "exceedance.bpmn").read_text()
    return workflow.ProcessDefinition(key="exceedance", bpmn=bpmn, duties={"exceedance": RESPOND})

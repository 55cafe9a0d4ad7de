"""An alert at a point becomes a to-do of the office that answers for it, until somebody says what came of it."""

from collections.abc import Sequence
from functools import cache

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.environment.events import ExceedanceCrewSent, ExceedanceHandled
from tongban.applications.environment.models import MonitoringPoint
from tongban.applications.environment.services import tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder

RESPOND = "environment.respond"
CREW_KIND = "check"
EARLY_WARNING = "blue"


class ExceedanceClosed(Refusal):
    message = gettext_lazy("This exceedance has been handled already.")


class CrewUnderWay(Refusal):
    message = gettext_lazy("A crew is under way. Wait for it, or cancel its work order first.")


def subject_of(alert: Alert) -> str:
    return f"exceedance:{alert.pk}"


@transaction.atomic
def begin_handling(*, alert: Alert) -> None:
    """Put an alert on the to-do list of the office; the same again changes nothing. Early warnings are only shown.

    A limit that is exceeded again, before anybody dealt with the last time, joins what is on the list already.
    """
    point = MonitoringPoint.objects.of_thing(alert.thing.key)
    if point is None or alert.level == EARLY_WARNING or alert.state == Alert.State.CLOSED:
        return
    subject = subject_of(alert)
    if Task.objects.of(subject).exists() or alert.subject:
        return
    last = Alert.objects.of_thing(alert.thing).of_rule(alert.rule).unclosed().exclude(subject="").first()
    if last and Task.objects.of(last.subject).open().exists():
        sensing.link_alert(actor=SYSTEM, alert=alert, subject=last.subject)
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
    """Say what was found and done; the alert is closed, with those that joined it, and the to-do goes.

    Raises NotAllowed, ExceedanceClosed, CrewUnderWay, Invalid.
    """
    point = _open_at(actor, alert)
    if any(order.ended_at is None for order in crews_of(alert)):
        raise CrewUnderWay()
    if not found.strip():
        raise Invalid({"found": [_("Say what was found and done.")]})
    for one in alerts_joined(alert):
        sensing.close_alert(actor=SYSTEM, alert=one, reason=found.strip())
    closed = sensing.close_alert(actor=SYSTEM, alert=alert, reason=found.strip())
    if task := Task.objects.of(alert.subject or subject_of(alert)).open().first():
        workflow.complete(actor=actor, task=task, outcome="handled", opinion=found.strip())
    told, subject = ExceedanceHandled(alert.pk, point.pk), f"monitoringpoint:{point.pk}"
    journal.write(told, by=actor, subject=subject, reason=found.strip()[:200])
    return closed


@transaction.atomic
def send_crew(*, actor: Actor, alert: Alert, department: Department, words: str = "") -> WorkOrder:
    """Have a department look at an exceedance on the spot; the office that answers for it verifies what they did.

    One crew at a time: asked again while one is under way, its order is returned.
    Raises NotAllowed, ExceedanceClosed, VerifierHandles.
    """
    point = _open_at(actor, alert)
    sent = crews_of(alert)
    if sent and sent[-1].ended_at is None:
        return sent[-1]
    order = workorders.raise_order(
        actor=SYSTEM,
        kind=CREW_KIND,
        title=alert.rule.title,
        dispatcher=point.department,
        department=department,
        subject=alert.subject or subject_of(alert),
        words=words,
        area=point.area,
        address=point.source.address if point.source and point.source.address else point.name,
        latitude=alert.thing.latitude,
        longitude=alert.thing.longitude,
        crs=alert.thing.crs,
        urgency="urgent",
        key=f"{alert.subject or subject_of(alert)}:{len(sent)}",
    )
    told, subject = ExceedanceCrewSent(alert.pk, order.pk, department.key), f"monitoringpoint:{point.pk}"
    journal.write(told, by=actor, subject=subject, reason=words[:200])
    return order


def alerts_joined(alert: Alert) -> Sequence[Alert]:
    """Return the other alerts that are dealt with together with this one, the oldest first."""
    if not alert.subject:
        return []
    return list(Alert.objects.linked_to(alert.subject).unclosed().exclude(pk=alert.pk).with_names().order_by("pk"))


def crews_of(alert: Alert) -> Sequence[WorkOrder]:
    """Return the work orders with which somebody was sent to look at an exceedance, the oldest first."""
    return list(WorkOrder.objects.about(alert.subject or subject_of(alert)).with_names())


def _open_at(actor: Actor, alert: Alert) -> MonitoringPoint:
    """Return where an exceedance is that the actor may handle."""
    point = MonitoringPoint.objects.with_names().of_thing(alert.thing.key)
    actor.must_hold(RESPOND, department=alert.department_id, area=alert.area)
    if alert.state == Alert.State.CLOSED or point is None:
        raise ExceedanceClosed()
    return point


@transaction.atomic
def end_handling(*, alert: Alert) -> None:
    """Take an alert off the list that was closed elsewhere, unless others stand there together with it."""
    subject = alert.subject or subject_of(alert)
    if not alerts_joined(alert) and Task.objects.of(subject).open().exists():
        workflow.cancel(actor=SYSTEM, subject=subject, reason="the alert was closed")


@cache
def _process() -> workflow.ProcessDefinition:
    bpmn = (tables.DATA / "exceedance.bpmn").read_text()
    return workflow.ProcessDefinition(key="exceedance", bpmn=bpmn, duties={"exceedance": RESPOND})

"""What officials do with alerts: look after one, hand it on, say what came of it."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.sensing.events import AlertAcknowledged, AlertClosed, AlertLinked
from tongban.platform.sensing.models import Alert, AlertRuleState, AlertStep
from tongban.platform.sensing.rules import evaluating
from tongban.platform.sensing.rules.evaluating import RuleMemory

RESPOND = "sensing.respond"


class AlertClosedAlready(Refusal):
    message = _("This alert has been closed already.")


@transaction.atomic
def acknowledge_alert(*, actor: Actor, alert: Alert) -> Alert:
    """Say that one looks after an alert; it does not rise by itself any more. Twice is once.

    Raises NotAllowed, AlertClosedAlready.
    """
    alert = _held(actor, alert)
    if alert.acknowledged_at:
        return alert
    alert.acknowledged_at, alert.acknowledger_name = clock.now(), actor.name
    alert.save(update_fields=["acknowledged_at", "acknowledger_name"])
    _remember(alert, evaluating.acknowledge)
    _step(alert, AlertStep.Kind.ACKNOWLEDGED, actor)
    journal.write(AlertAcknowledged(alert.pk), by=actor, subject=f"alert:{alert.pk}")
    return alert


@transaction.atomic
def link_alert(*, actor: Actor, alert: Alert, subject: str) -> Alert:
    """Say what takes care of an alert elsewhere: "workorder:12". Raises NotAllowed, AlertClosedAlready, Invalid."""
    alert = _held(actor, alert)
    if not subject.strip():
        raise Invalid({"subject": [_("Say what takes care of it.")]})
    if alert.subject == subject:
        return alert
    alert.subject = subject
    alert.save(update_fields=["subject"])
    _step(alert, AlertStep.Kind.LINKED, actor, subject)
    journal.write(AlertLinked(alert.pk, subject), by=actor, subject=f"alert:{alert.pk}")
    return alert


@transaction.atomic
def close_alert(*, actor: Actor, alert: Alert, reason: str) -> Alert:
    """Say what came of an alert. Where its condition still holds, it is raised again only after that has ended once.

    Raises NotAllowed, AlertClosedAlready, Invalid.
    """
    alert = _held(actor, alert)
    if not reason.strip():
        raise Invalid({"reason": [_("Say what was found and done.")]})
    cleared = alert.state == Alert.State.CLEARED
    if not cleared:
        _remember(alert, evaluating.close)
    alert.state, alert.closed_at, alert.closer_name = Alert.State.CLOSED, clock.now(), actor.name
    alert.reason = reason.strip()
    alert.save(update_fields=["state", "closed_at", "closer_name", "reason"])
    _step(alert, AlertStep.Kind.CLOSED, actor, alert.reason)
    told = AlertClosed(alert.pk, alert.rule.key, alert.thing.key, cleared)
    journal.write(told, by=actor, subject=f"alert:{alert.pk}")
    return alert


def _held(actor: Actor, alert: Alert) -> Alert:
    """Return the alert, held together with what its rule remembers: always the memory first, as judging does."""
    actor.must_hold(RESPOND, department=alert.department_id, area=alert.area)
    list(AlertRuleState.objects.of([alert.rule_id], [alert.thing_id]).select_for_update())
    found = Alert.objects.select_for_update(of=("self",)).select_related("rule", "thing").get(pk=alert.pk)
    if found.state == Alert.State.CLOSED:
        raise AlertClosedAlready()
    return found


def _remember(alert: Alert, change: Callable[[RuleMemory], None]) -> None:
    for state in AlertRuleState.objects.of([alert.rule_id], [alert.thing_id]):
        memory = RuleMemory.read(state.data)
        change(memory)
        state.data = memory.written()
        state.save(update_fields=["data"])


def _step(alert: Alert, kind: str, actor: Actor, words: str = "") -> None:
    AlertStep.objects.create(alert=alert, kind=kind, level=alert.level, at=clock.now(), by=actor.name, words=words)

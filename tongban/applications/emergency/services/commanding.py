"""Command: confirm, levels and responses, plans with their actions, remarks, under control, closing."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from tongban.applications.emergency.events import (
    EmergencyActionSettled,
    EmergencyAlarmConfirmed,
    EmergencyCallerShown,
    EmergencyControlled,
    EmergencyIncidentClosed,
    EmergencyLevelSet,
    EmergencyPlanActivated,
    EmergencyResponseStarted,
)
from tongban.applications.emergency.models import EmergencyAction, EmergencyCall, EmergencyIncident, EmergencyUnit
from tongban.applications.emergency.rules import kinds, plans
from tongban.applications.emergency.services import logging, tables
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, text
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Invalid, Refusal

MAX_REPORT = 4000
MAX_LASTING_HOURS = 720


class NoFittingPlan(Refusal):
    status, field = 422, "plan"
    message = _("This plan is not for such an incident.")


class PlanActivated(Refusal):
    message = _("A plan has been activated for this incident already.")


class ActionSettled(Refusal):
    message = _("%(name)s has settled this action already.")


class ActionWaits(Refusal):
    message = _("This action comes later: the stage before it is not finished.")


class StillAtWork(Refusal):
    message = _("Units are still at work for this incident: %(names)s. Release them first.")


class CallersPurposeMissing(Refusal):
    status, field = 422, "purpose"
    message = _("Say what you need the callers for.")


class NotControlled(Refusal):
    message = _("Say first that the incident is under control, or that it was a false alarm.")


@transaction.atomic
def confirm(*, actor: Actor, incident: EmergencyIncident, words: str, version: int | None = None) -> EmergencyIncident:
    """Say that what devices reported is real; what needs a person's word may begin now. Raises as `logging.held`."""
    found = logging.held(actor, incident, version=version)
    if found.confirmed_at:
        return found
    found.confirmed_at = clock.now()
    logging.decided(found)
    logging.write(found, "confirmed", actor, text.prose(words))
    told = EmergencyAlarmConfirmed(found.pk, found.kind, found.drill)
    journal.write(told, by=actor, subject=found.subject)
    return found


@transaction.atomic
def set_level(
    *, actor: Actor, incident: EmergencyIncident, level: str, reason: str, version: int | None
) -> EmergencyIncident:
    """Raise or lower the level of an incident, with a reason. The same level again changes nothing. Raises Invalid."""
    found = logging.held(actor, incident, version=version)
    graded = bool(tables.table().kinds[found.kind].level)
    if level not in kinds.LEVELS or not graded:
        raise Invalid({"level": [_("Choose a level; incidents of this class may have none.")]})
    if level == found.level:
        return found
    if not reason.strip():
        raise Invalid({"reason": [_("Say why the level changes.")]})
    before, found.level = found.level, level
    logging.decided(found)
    words = f"{EmergencyIncident(level=before).get_level_display()} → {found.get_level_display()}：{text.prose(reason)}"
    logging.write(found, "level", actor, words)
    journal.write(EmergencyLevelSet(found.pk, level, before, found.drill), by=actor, subject=found.subject)
    return found


@transaction.atomic
def start_response(
    *, actor: Actor, incident: EmergencyIncident, response: str, measures: str, hours: int, version: int | None
) -> EmergencyIncident:
    """Start, raise or lower the response 应急响应, with what article 72 of the law asks for.

    response   "1" 一级 … "4" 四级; measures: what is done; hours: how long it is expected to last
    Raises Invalid.
    """
    found = logging.held(actor, incident, version=version)
    errors: dict[str, list[StrOrPromise]] = {}
    if response not in {"1", "2", "3", "4"}:
        errors["response"] = [_("Choose a response of level I to IV.")]
    if not measures.strip():
        errors["measures"] = [_("Say which measures are taken.")]
    if not 1 <= hours <= MAX_LASTING_HOURS:
        errors["hours"] = [_("Say for how many hours it is expected to last: 1 to %(most)s.") % {"most": 720}]
    if errors:
        raise Invalid(errors)
    found.response, found.response_until = response, clock.now() + timedelta(hours=hours)
    logging.decided(found)
    words = pgettext("emergency", "level %(level)s response, %(hours)s hours: %(measures)s")
    said = {"level": "ⅠⅡⅢⅣ"[int(response) - 1], "hours": hours, "measures": text.prose(measures)}
    logging.write(found, "response", actor, words % said)
    journal.write(EmergencyResponseStarted(found.pk, response, found.drill), by=actor, subject=found.subject)
    return found


def fitting_plans(incident: EmergencyIncident) -> list[plans.EmergencyPlan]:
    """Return the plans in force for an incident, the best first."""
    return plans.fitting(tables.plans_in_force(), kind=incident.kind, level=incident.level, area=incident.area)


@transaction.atomic
def activate_plan(
    *, actor: Actor, incident: EmergencyIncident, plan: str, version: int | None = None
) -> EmergencyIncident:
    """Activate a plan: its actions are written down, the first stage opens.

    Raises NoFittingPlan, PlanActivated.
    """
    found = logging.held(actor, incident, version=version)
    if found.plan:
        raise PlanActivated()
    chosen = next((one for one in fitting_plans(found) if one.key == plan), None)
    if chosen is None:
        raise NoFittingPlan()
    EmergencyAction.objects.bulk_create(
        EmergencyAction(
            incident=found,
            key=action.key,
            stage=action.stage,
            title=action.title,
            english=action.english,
            role=action.role,
            role_english=action.role_english,
            needs=action.needs,
            minutes=action.minutes,
            drill=found.drill,
        )
        for action in chosen.actions
    )
    found.plan, found.plan_from = chosen.key, chosen.valid_from
    logging.decided(found)
    _open_next(found)
    logging.write(found, "plan", actor, chosen.name)
    told = EmergencyPlanActivated(found.pk, chosen.key, len(chosen.actions), found.drill)
    journal.write(told, by=actor, subject=found.subject)
    return found


@transaction.atomic
def settle_action(*, actor: Actor, action: EmergencyAction, done: bool, words: str = "") -> EmergencyAction:
    """Confirm that an action was done, or leave it out for a reason; the next stage opens when its stage is settled.

    Raises ActionSettled, ActionWaits, Invalid.
    """
    incident = logging.held(actor, action.incident, version=None)
    found: EmergencyAction = EmergencyAction.objects.select_for_update().get(pk=action.pk)
    if found.settled_at:
        raise ActionSettled(name=found.settled_by_name)
    if found.state == EmergencyAction.State.WAITING:
        raise ActionWaits()
    if not done and not words.strip():
        raise Invalid({"words": [_("Say why this action is left out.")]})
    found.state = EmergencyAction.State.DONE if done else EmergencyAction.State.SKIPPED
    found.settled_at, found.settled_by_name = clock.now(), actor.name or "—"
    found.words = text.prose(words)[:500]
    found.save()
    logging.write(incident, "action", actor, f"{found.title}（{found.get_state_display()}）{found.words}")
    _open_next(incident)
    told = EmergencyActionSettled(incident.pk, found.key, done, incident.drill)
    journal.write(told, by=actor, subject=incident.subject)
    return found


@transaction.atomic
def remark(*, actor: Actor, incident: EmergencyIncident, words: str) -> None:
    """Write a remark into the log. Raises Invalid."""
    found = logging.held(actor, incident, version=None, duty="emergency.take_call")
    if not words.strip():
        raise Invalid({"words": [_("Write down what is to be remembered.")]})
    logging.write(found, "note", actor, text.prose(words, lines=True))


@transaction.atomic
def bring_under_control(
    *, actor: Actor, incident: EmergencyIncident, words: str, version: int | None
) -> EmergencyIncident:
    """Say that an incident is under control; its response ends (article 86 of the law)."""
    found = logging.held(actor, incident, version=version)
    if found.controlled_at:
        return found
    found.controlled_at, found.state = clock.now(), EmergencyIncident.State.CONTROLLED
    found.response, found.response_until = "", None
    logging.decided(found)
    logging.write(found, "controlled", actor, text.prose(words))
    journal.write(EmergencyControlled(found.pk, found.drill), by=actor, subject=found.subject)
    return found


@transaction.atomic
def close(
    *,
    actor: Actor,
    incident: EmergencyIncident,
    report: str,
    version: int | None,
    false_alarm: bool = False,
    dead: int = 0,
    injured: int = 0,
    evacuated: int = 0,
) -> EmergencyIncident:
    """Close an incident with its report: what happened, what was done, what is to be learnt.

    Raises NotControlled, StillAtWork, Invalid.
    """
    found = logging.held(actor, incident, version=version)
    if not false_alarm and not found.controlled_at:
        raise NotControlled()
    if at_work := list(EmergencyUnit.objects.at_work_for(found)):
        raise StillAtWork(names="、".join(unit.name for unit in at_work))
    words = text.prose(report, lines=True)
    if not words:
        raise Invalid({"report": [_("Write the report: what happened, what was done, what is to be learnt.")]})
    if len(words) > MAX_REPORT:
        raise Invalid({"report": [_("Write at most %(most)s characters.") % {"most": MAX_REPORT}]})
    state = EmergencyIncident.State.FALSE_ALARM if false_alarm else EmergencyIncident.State.CLOSED
    found.state, found.ended_at, found.report, found.reporter_name = state, clock.now(), words, actor.name or "—"
    found.dead, found.injured, found.evacuated = dead, injured, evacuated
    logging.decided(found)
    logging.write(found, "closed", actor, str(found.get_state_display()))
    journal.write(EmergencyIncidentClosed(found.pk, false_alarm, found.drill), by=actor, subject=found.subject)
    return found


def _open_next(incident: EmergencyIncident) -> None:
    """Open the stage that is next, where there is one."""
    actions = list(EmergencyAction.objects.of(incident))
    stage = plans.next_stage([(action.stage, action.state) for action in actions])
    if stage is None:
        return
    now = clock.now()
    for action in actions:
        if action.stage == stage:
            action.state, action.due_at = EmergencyAction.State.OPEN, now + timedelta(minutes=action.minutes)
            action.save()


@transaction.atomic
def read_callers(*, actor: Actor, incident: EmergencyIncident, purpose: str) -> list[EmergencyCall]:
    """Return who called about an incident; each look is recorded with its purpose.

    Raises NotAllowed, CallersPurposeMissing.
    """
    actor.must_hold("emergency.take_call", department=incident.department_id, area=incident.area)
    words = text.prose(purpose)
    if not words:
        raise CallersPurposeMissing()
    calls = list(EmergencyCall.objects.of(incident))
    told = EmergencyCallerShown(incident.pk, len(calls))
    journal.write(told, by=actor, subject=incident.subject, reason=words[:200])
    return calls

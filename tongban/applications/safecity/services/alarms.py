"""Alarms: raised once, seen to by people, handed on as work orders. Those from outside wait for two people."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tongban.applications.safecity.events import (
    OutsideAlarmConfirmed,
    SafetyAlarmEnded,
    SafetyAlarmForgotten,
    SafetyAlarmRaised,
    SafetyAlarmSent,
)
from tongban.applications.safecity.models import OutsideSource, PatrolVisit, SafetyAlarm, SipDevice
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders

RESPOND = "safecity.respond"
BATCH = 200
MAX_WORDS = 1000


class AlarmNotWaiting(Conflict):
    message = gettext_lazy("This alarm does not wait for anybody's confirmation any more.")


class ConfirmedByYou(Refusal):
    status = 403
    message = gettext_lazy("You confirmed this alarm already. A second person has to look at it.")


class TwoPeopleFirst(Refusal):
    message = gettext_lazy("Nobody is sent before two people have confirmed this alarm.")


class AlarmEnded(Conflict):
    message = gettext_lazy("This alarm is over already.")


class FindingMissing(Refusal):
    status, field = 422, "words"
    message = gettext_lazy("Say what was found, or why.")


def raise_alarm(
    *,
    kind: SafetyAlarm.Kind,
    key: str,
    department: Department,
    area: str,
    title: str,
    happened_at: datetime,
    words: str = "",
    level: int = 3,
    place: tuple[float | None, float | None] = (None, None),
    device: SipDevice | None = None,
    visit: PatrolVisit | None = None,
    source: OutsideSource | None = None,
    actor: Actor = SYSTEM,
) -> SafetyAlarm:
    """Keep an alarm; the same key again is the alarm that is there. From outside, it waits for two people."""
    if known := SafetyAlarm.objects.raised_with(key):
        return known
    now = clock.now()
    alarm = SafetyAlarm(
        kind=kind,
        key=key,
        department=department,
        area=area,
        title=title[:200],
        words=words[:MAX_WORDS],
        level=level,
        latitude=place[0],
        longitude=place[1],
        happened_at=happened_at,
        raised_at=now,
        device=device,
        visit=visit,
        source=source,
    )
    if source:
        alarm.state = SafetyAlarm.State.WAITING
        alarm.wait_until = now + timedelta(minutes=terms().confirm_minutes)
    try:
        with transaction.atomic():
            alarm.save()
            told = SafetyAlarmRaised(alarm.pk, str(kind), level)
            journal.write(told, by=actor, subject=f"safetyalarm:{alarm.pk}")
    except IntegrityError:
        if known := SafetyAlarm.objects.raised_with(key):
            return known
        raise
    return alarm


@transaction.atomic
def confirm(*, actor: Actor, alarm: SafetyAlarm) -> SafetyAlarm:
    """Stand for an alarm from outside, as the first or the second person.

    Raises NotAllowed, ConfirmedByYou, AlarmNotWaiting.
    """
    found = _held(actor, alarm)
    if found.state != SafetyAlarm.State.WAITING or (found.wait_until and found.wait_until < clock.now()):
        raise AlarmNotWaiting()
    if actor.account is None or found.confirmed_by_id in (actor.account, *actor.colleagues):
        raise ConfirmedByYou()
    now, first = clock.now(), found.confirmed_by_id is None
    if first:
        found.confirmed_by_id, found.confirmer, found.confirmed_at = actor.account, actor.name, now
    else:
        found.seconded_by_id, found.seconder, found.seconded_at = actor.account, actor.name, now
        found.state, found.wait_until = SafetyAlarm.State.OPEN, None
    found.save()
    told = OutsideAlarmConfirmed(found.pk, 1 if first else 2)
    journal.write(told, by=actor, subject=f"safetyalarm:{found.pk}")
    return found


@transaction.atomic
def reject(*, actor: Actor, alarm: SafetyAlarm, words: str) -> SafetyAlarm:
    """Let an alarm from outside go no further; its content is deleted in time. Raises NotAllowed, AlarmNotWaiting."""
    found = _held(actor, alarm)
    if found.state != SafetyAlarm.State.WAITING:
        raise AlarmNotWaiting()
    return _end(found, SafetyAlarm.State.REJECTED, actor, words)


@transaction.atomic
def send_somebody(*, actor: Actor, alarm: SafetyAlarm, words: str = "", department: Department | None = None) -> Any:
    """Make a work order of an alarm; again returns the one that is there.

    department   whose crew goes; where none is named, the dispatcher decides
    Raises NotAllowed, TwoPeopleFirst, AlarmEnded, and what `workorders.raise_order` raises.
    """
    found = _held(actor, alarm)
    if found.state == SafetyAlarm.State.WAITING:
        raise TwoPeopleFirst()
    if found.order:
        return found.order
    if found.state in SafetyAlarm.ENDED:
        raise AlarmEnded()
    order = workorders.raise_order(
        actor=SYSTEM,
        kind="safecity.patrol" if found.kind == SafetyAlarm.Kind.PATROL else "safecity.check",
        title=found.title,
        words=words.strip(),
        subject=f"safetyalarm:{found.pk}",
        dispatcher=found.department,
        area=found.area,
        latitude=found.latitude,
        longitude=found.longitude,
        crs="WGS84",
        urgency="urgent" if found.level <= 2 else "normal",
        department=department,
        key=f"safetyalarm:{found.pk}",
    )
    found.order, found.state = order, SafetyAlarm.State.SENT
    found.save()
    journal.write(SafetyAlarmSent(found.pk, order.pk), by=actor, subject=f"safetyalarm:{found.pk}")
    return order


@transaction.atomic
def close(*, actor: Actor, alarm: SafetyAlarm, words: str) -> SafetyAlarm:
    """Say what was found and let an alarm be over. Raises NotAllowed, TwoPeopleFirst, AlarmEnded, FindingMissing."""
    found = _held(actor, alarm)
    if found.state == SafetyAlarm.State.WAITING:
        raise TwoPeopleFirst()
    return _end(found, SafetyAlarm.State.CLOSED, actor, words)


@transaction.atomic
def withdraw(*, alarm: SafetyAlarm, why: StrOrPromise) -> SafetyAlarm:
    """Close an alarm whose reason turned out not to be, unless somebody was sent or it is over already."""
    found = SafetyAlarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
    if found.state != SafetyAlarm.State.OPEN:
        return found
    with override("zh-hans"):
        return _end(found, SafetyAlarm.State.CLOSED, SYSTEM, str(why))


@transaction.atomic
def close_with_order(*, order: int, words: str) -> None:
    """Close the alarm of a work order that was verified, or cancelled."""
    if (alarm := SafetyAlarm.objects.of_order(order)) is None:
        return
    found = SafetyAlarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
    if found.state == SafetyAlarm.State.SENT:
        _end(found, SafetyAlarm.State.CLOSED, SYSTEM, words)


def expire() -> int:
    """Let alarms from outside that nobody confirmed in time end, and delete what must not be kept longer."""
    now, done = clock.now(), 0
    for number in list(SafetyAlarm.objects.expired(at=now).values_list("pk", flat=True)[:BATCH]):
        done += _expire(number, now)
    for number in list(SafetyAlarm.objects.to_forget(on=clock.today()).values_list("pk", flat=True)[:BATCH]):
        done += _forget(number)
    return done


@transaction.atomic
def _expire(number: int, now: datetime) -> bool:
    found = SafetyAlarm.objects.select_for_update(of=("self",)).get(pk=number)
    if found.state != SafetyAlarm.State.WAITING or found.wait_until is None or found.wait_until >= now:
        return False
    with override("zh-hans"):
        _end(found, SafetyAlarm.State.EXPIRED, SYSTEM, _("Nobody confirmed it in time."))
    return True


@transaction.atomic
def _forget(number: int) -> bool:
    """Delete what an alarm from outside said; that there was one, and what people decided, stays."""
    found = SafetyAlarm.objects.select_for_update(of=("self",)).get(pk=number)
    if found.forget_on is None or found.forget_on > clock.today():
        return False
    with override("zh-hans"):
        found.title = _("Outside alarm (content deleted)")
    found.words, found.result, found.latitude, found.longitude, found.forget_on = "", "", None, None, None
    found.save()
    journal.write(SafetyAlarmForgotten(found.pk), by=SYSTEM, subject=f"safetyalarm:{found.pk}")
    return True


def _held(actor: Actor, alarm: SafetyAlarm) -> SafetyAlarm:
    actor.must_hold(RESPOND, department=alarm.department_id, area=alarm.area)
    alarms = SafetyAlarm.objects.select_for_update(of=("self",)).select_related("department", "order", "source")
    return alarms.get(pk=alarm.pk)


def _end(alarm: SafetyAlarm, state: SafetyAlarm.State, actor: Actor, words: str) -> SafetyAlarm:
    if alarm.state in SafetyAlarm.ENDED:
        raise AlarmEnded()
    if not words.strip():
        raise FindingMissing()
    if len(words) > MAX_WORDS:
        raise Invalid({"words": [_("Write at most %(most)s characters.") % {"most": MAX_WORDS}]})
    alarm.state, alarm.closed_at, alarm.closer = state, clock.now(), actor.name
    alarm.result, alarm.wait_until = words.strip(), None
    if alarm.source:
        alarm.forget_on = clock.today() + timedelta(days=alarm.source.keep_days)
    alarm.save()
    journal.write(SafetyAlarmEnded(alarm.pk, str(state)), by=actor, subject=f"safetyalarm:{alarm.pk}")
    return alarm

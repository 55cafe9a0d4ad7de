"""What a dispatcher does: raise an order, give it to a department, take it elsewhere, stop its clock, cancel it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.deadlines import services as deadlines
from tongban.platform.deadlines.services import TimeLimit
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workorders.events import (
    WorkOrderCancelled,
    WorkOrderDispatched,
    WorkOrderExtended,
    WorkOrderHungUp,
    WorkOrderRaised,
    WorkOrderRerouted,
    WorkOrderResumed,
)
from tongban.platform.workorders.models import NO_DUE, CrewTeam, WorkOrder, WorkOrderStep
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.rules.kinds import URGENCIES
from tongban.platform.workorders.services import moving, routing, todo
from tongban.platform.workorders.services.terms import kind_named, terms


class NotTheCrew(Refusal):
    status, field = 422, "handler"
    message = _("%(name)s does not carry out work orders for this department and area.")


class NotTheTeam(Refusal):
    status, field = 422, "team"
    message = _("Team %(name)s belongs to another department.")


class VerifierHandles(Refusal):
    status, field = 422, "department"
    message = _("%(name)s verifies this order. Who verifies does not handle: choose another department.")


class NowhereOnEarth(Refusal):
    status, field = 422, "latitude"
    message = _("A position has a latitude of at most 90 and a longitude of at most 180 degrees, both of them.")


class NoMoreTime(Refusal):
    status, field = 422, "amount"
    message = _("The new limit has to end later than the present one.")


class TitleMissing(Refusal):
    status, field = 422, "title"
    message = _("Say in a few words what is to be done.")


@transaction.atomic
def raise_order(
    *,
    actor: Actor,
    kind: str,
    title: str,
    dispatcher: Department,
    verifier: Department | None = None,
    subject: str = "",
    words: str = "",
    area: str = "",
    address: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    crs: str = "CGCS2000",
    owner: str = "",
    urgency: str = "normal",
    limit: TimeLimit | None = None,
    department: Department | None = None,
    key: str = "",
) -> WorkOrder:
    """Write a work order down; where its department is known, or a routing rule fits, it is dispatched at once.

    kind        key of a kind in force; limit: how long handling may take, that of the kind where nothing is said
    subject     what it is about, "alert:12"; words: what is to be done, at length
    dispatcher  the department that dispatches; verifier: the one that verifies, the same where nothing is said
    department  where it goes at once, by hand; owner: key of the department that the thing there belongs to
    key         idempotency: a second call with the same key returns the first order
    Raises NotAllowed, UnknownKind, TitleMissing, NowhereOnEarth, VerifierHandles, NoCalendar.
    """
    actor.must_hold("workorders.dispatch", department=dispatcher.pk, area=area)
    if (known := WorkOrder.objects.raised_with(key)) is not None:
        return known
    known_kind = kind_named(kind)
    if not title.strip():
        raise TitleMissing()
    _must_be_on_earth(latitude, longitude)
    now, percent = clock.now(), terms().urgency[urgency if urgency in URGENCIES else "normal"]
    given = limit or shortened(known_kind.limit, percent)
    order = WorkOrder(
        number=f"GD{clock.today():%Y}-{ids.token(8)}",
        kind=kind,
        subject=subject,
        title=title.strip(),
        words=words.strip(),
        urgency=urgency,
        area=area,
        address=address.strip(),
        latitude=latitude,
        longitude=longitude,
        crs=crs,
        owner=owner,
        dispatcher=dispatcher,
        department=dispatcher,
        verifier=verifier or dispatcher,
        limit_amount=given.amount,
        limit_unit=given.unit,
        due_at=deadlines.moment_due(now, terms().dispatch),
        raised_at=now,
        key=key or None,
    )
    try:
        with transaction.atomic(savepoint=bool(key)):
            bulk.insert(order)
    except IntegrityError:
        if (known := WorkOrder.objects.raised_with(key)) is not None:
            return known
        raise
    step = WorkOrderStep(
        order=order,
        move="raise",
        state=moves.NEW,
        at=now,
        received_at=now,
        account=actor.account,
        actor=actor.name,
        words=words.strip(),
    )
    bulk.insert(step)
    journal.write(WorkOrderRaised(order.pk, subject, kind), by=actor, subject=order.name)
    if department is not None:
        return dispatch(actor=actor, order=order, department=department)
    match = routing.suggestion(order)
    there = Department.objects.acting_for(match.rule.department) if match else None
    if match is None or there is None or there.pk == order.verifier_id:
        # No rule fits, or it leads to whoever verifies: somebody dispatches it by hand.
        todo.open_in_list(actor, order)
        return order
    words = match.rule.note or match.rule.when
    return dispatch(actor=SYSTEM, order=order, department=there, words=words, by_hand=False)


@transaction.atomic
def dispatch(
    *,
    actor: Actor,
    order: WorkOrder,
    department: Department,
    team: CrewTeam | None = None,
    handler: Account | None = None,
    words: str = "",
    limit: TimeLimit | None = None,
    version: int | None = None,
    by_hand: bool = True,
) -> WorkOrder:
    """Give an order to a department, to one of its teams or of its people; handling begins to count.

    limit     how long handling may take, where it is not what the order says
    version   the version that the dispatcher looked at, where that matters
    Raises NotAllowed, OrderChanged, NotInThisState, VerifierHandles, NotTheTeam, NotTheCrew.
    """
    held = moving.hold(actor, order, "dispatch", words=words, version=version)
    order = held.order
    _give(order, department, team, handler)
    given = limit or order.limit
    order.limit_amount, order.limit_unit = given
    order.dispatched_at = order.dispatched_at or held.received
    order.handling_due_at = order.due_at = deadlines.moment_due(held.received, given)
    account = handler.pk if handler else None
    moving.keep(held, actor, words=words, moved=True, department=department.key, handler=account)
    said = WorkOrderDispatched(order.pk, order.subject, department.key, by_hand)
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def reroute(
    *,
    actor: Actor,
    order: WorkOrder,
    department: Department,
    team: CrewTeam | None = None,
    handler: Account | None = None,
    words: str,
    version: int | None = None,
) -> WorkOrder:
    """Take an order to another department or crew, with a reason; its clock goes on.

    Raises NotAllowed, OrderChanged, NotInThisState, VerifierHandles, NotTheCrew, ReasonMissing.
    """
    held = moving.hold(actor, order, "reroute", words=words, version=version)
    order, source = held.order, held.order.department.key
    _give(order, department, team, handler)
    moving.keep(held, actor, words=words, moved=True, source=source, department=department.key)
    said = WorkOrderRerouted(order.pk, order.subject, source, department.key)
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def hang_up(*, actor: Actor, order: WorkOrder, words: str, version: int | None = None) -> WorkOrder:
    """Let an order wait for what its department cannot bring about 挂账; nothing is counted meanwhile.

    Raises NotAllowed, OrderChanged, NotInThisState, ReasonMissing.
    """
    held = moving.hold(actor, order, "hang_up", words=words, version=version)
    order = held.order
    order.left_minutes = deadlines.minutes_left(
        order.handling_due_at or held.received, order.limit_unit, since=held.received
    )
    order.held_state, order.due_at = order.state, NO_DUE
    moving.keep(held, actor, words=words)
    journal.write(WorkOrderHungUp(order.pk, order.subject), by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def resume(*, actor: Actor, order: WorkOrder, words: str = "", version: int | None = None) -> WorkOrder:
    """Let an order go on that was hung up, with as much time as was left. Raises NotAllowed, NotInThisState, …"""
    held = moving.hold(actor, order, "resume", words=words, version=version)
    order, state = held.order, held.order.held_state
    order.handling_due_at = deadlines.minutes_after(held.received, order.left_minutes or 0, order.limit_unit)
    order.due_at, order.left_minutes, order.held_state = order.handling_due_at, None, ""
    moving.keep(held, actor, words=words, state=state, handling_due_at=order.handling_due_at.isoformat())
    said = WorkOrderResumed(order.pk, order.subject, order.handling_due_at.isoformat())
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def extend(*, actor: Actor, order: WorkOrder, more: TimeLimit, words: str, version: int | None = None) -> WorkOrder:
    """Give an order more time, with a reason; it is added where the present limit ends.

    Raises NotAllowed, OrderChanged, NotInThisState, ReasonMissing, NoMoreTime.
    """
    held = moving.hold(actor, order, "extend", words=words, version=version)
    order = held.order
    present = order.handling_due_at or held.received
    later = deadlines.moment_due(max(present, held.received), more)
    if more.amount < 1 or later <= present:
        raise NoMoreTime()
    order.handling_due_at = order.due_at = later
    moving.keep(held, actor, words=words, handling_due_at=later.isoformat(), amount=more.amount, unit=more.unit)
    said = WorkOrderExtended(order.pk, order.subject, later.isoformat())
    journal.write(said, by=actor, subject=order.name, reason=words)
    return order


@transaction.atomic
def cancel(*, actor: Actor, order: WorkOrder, words: str, version: int | None = None) -> WorkOrder:
    """End an order that is not needed any more. Raises NotAllowed, OrderChanged, NotInThisState, ReasonMissing."""
    held = moving.hold(actor, order, "cancel", words=words, version=version)
    order = held.order
    order.left_minutes, order.held_state = None, ""
    moving.keep(held, actor, words=words)
    journal.write(WorkOrderCancelled(order.pk, order.subject), by=actor, subject=order.name, reason=words)
    return order


def shortened(limit: TimeLimit, percent: int) -> TimeLimit:
    """Return the limit of an urgent order: a share of its kind's, rounded up, at least one of its unit."""
    return limit._replace(amount=max(1, -(-limit.amount * percent // 100)))


def _give(order: WorkOrder, department: Department, team: CrewTeam | None, handler: Account | None) -> None:
    if department.pk == order.verifier_id:
        raise VerifierHandles(name=department.title)
    if team is not None and team.department_id != department.pk:
        raise NotTheTeam(name=team.name)
    if handler is not None:
        able = identity.actor_of(handler).holds("workorders.handle", department=department.pk, area=order.area)
        if not able:
            raise NotTheCrew(name=handler.name)
    order.department, order.team, order.handler = department, team, handler


def _must_be_on_earth(latitude: Any, longitude: Any) -> None:
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None or not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise NowhereOnEarth()

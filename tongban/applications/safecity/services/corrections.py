"""Positions in community corrections (社区矫正): only of an approved device, only in its term, each look recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tongban.applications.safecity.events import (
    PersonPositionsDeleted,
    PersonPositionsRead,
    PositionOrderApproved,
    PositionOrderEnded,
    PositionOrderProposed,
)
from tongban.applications.safecity.models import PersonPosition, PositionOrder, PositionReading, SafetyAlarm
from tongban.applications.safecity.rules import patrols as rules
from tongban.applications.safecity.services import alarms
from tongban.applications.safecity.services.outside import ApprovedBefore, ProposerApproves
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.notices import services as notices
from tongban.platform.parties.models import Party

CORRECT, APPROVE, SEND = "safecity.correct", "safecity.approve_correction", "safecity.send_position"
MAX_READ = 200
BATCH = 200


class OrderNumberTaken(Conflict):
    field = "number"
    message = gettext_lazy("There is an order with this number already.")


class DeviceInUse(Conflict):
    message = gettext_lazy("This device belongs to another order that is in force.")


class OrderNotInForce(Refusal):
    message = gettext_lazy("This order is not in force. Positions are neither taken nor read.")


class PurposeOfReadingMissing(Refusal):
    status, field = 422, "purpose"
    message = gettext_lazy("Say what you read the positions for. The person sees it with your name.")


@dataclass(frozen=True)
class OrderEntry:
    """What an order says; see `models.PositionOrder`. officer: who is told when the device leaves the boundary."""

    party: Party
    department: Department
    number: str
    legal_basis: str
    device: str
    begins_on: date
    ends_on: date
    officer: Account
    boundary: Sequence[tuple[float, float]] = ()
    area: str = ""


@transaction.atomic
def propose_order(*, actor: Actor, entry: OrderEntry) -> PositionOrder:
    """Propose that the positions of a device are taken for a term. Raises NotAllowed, Invalid, OrderNumberTaken."""
    actor.must_hold(CORRECT, department=entry.department.pk, area=entry.area)
    ring: Any = [list(corner) for corner in entry.boundary]
    most, days = terms().order_term_days, (entry.ends_on - entry.begins_on).days + 1
    officer = identity.actor_of(entry.officer)
    wrong: dict[str, Any] = {
        "number": "" if entry.number.strip() else _("Give the number of the decision."),
        "legal_basis": "" if entry.legal_basis.strip() else _("Name the provision or decision that allows it."),
        "device": "" if entry.device.strip() else _("Give the number of the approved device."),
        "ends_on": ""
        if 1 <= days <= most
        else _("A term has between 1 and %(most)s days; whoever needs more asks for another one.") % {"most": most},
        "boundary": _("A boundary has at least three corners, each with latitude and longitude.")
        if ring and rules.ring_fault(ring)
        else "",
        "officer": ""
        if officer.holds(CORRECT, department=entry.department.pk, area=entry.area)
        else _("This person does not work in community corrections there."),
    }
    if errors := {name: [sentence] for name, sentence in wrong.items() if sentence}:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            order = PositionOrder.objects.create(
                party=entry.party,
                department=entry.department,
                area=entry.area,
                number=entry.number.strip(),
                legal_basis=entry.legal_basis.strip(),
                device=entry.device.strip(),
                boundary=ring,
                begins_on=entry.begins_on,
                ends_on=entry.ends_on,
                officer=entry.officer,
                proposed_by_id=actor.account,
                proposer=actor.name,
            )
    except IntegrityError as error:
        raise OrderNumberTaken() from error
    journal.write(PositionOrderProposed(order.pk), by=actor, subject=f"positionorder:{order.pk}")
    return order


@transaction.atomic
def approve_order(*, actor: Actor, order: PositionOrder) -> PositionOrder:
    """Approve what somebody else proposed; the person is told. Raises NotAllowed, ProposerApproves, ApprovedBefore."""
    actor.must_hold(APPROVE, department=order.department_id, area=order.area)
    found = _locked(order)
    if actor.account is None or found.proposed_by_id in (actor.account, *actor.colleagues):
        raise ProposerApproves()
    if found.state != PositionOrder.State.PROPOSED:
        raise ApprovedBefore()
    found.state = PositionOrder.State.IN_FORCE
    found.approved_by_id, found.approver, found.approved_at = actor.account, actor.name, clock.now()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise DeviceInUse() from error
    journal.write(PositionOrderApproved(found.pk), by=actor, subject=f"positionorder:{found.pk}")
    title = gettext_lazy("Your positions are recorded from %(begins)s to %(ends)s")
    body = gettext_lazy("Decision %(number)s. You can see every position that is kept, and who read it and what for.")
    days = {"begins": found.begins_on.isoformat(), "ends": found.ends_on.isoformat(), "number": found.number}
    _tell(found, notices.in_both(title, body, days), f"positionorder:{found.pk}:approved")
    return found


@transaction.atomic
def end_order(*, actor: Actor, order: PositionOrder, reason: str) -> PositionOrder:
    """End an order before its term is over; again changes nothing. Raises NotAllowed, Invalid."""
    if not actor.holds(CORRECT, department=order.department_id, area=order.area):
        actor.must_hold(APPROVE, department=order.department_id, area=order.area)
    if not reason.strip():
        raise Invalid({"reason": [_("Say why it ends.")]})
    found = _locked(order)
    return found if found.state == PositionOrder.State.ENDED else _end(found, actor, reason.strip()[:200])


@transaction.atomic
def take_position(
    *, actor: Actor, device: str, at: datetime, latitude: float, longitude: float
) -> PersonPosition | None:
    """Keep where an approved device is, while its order is in force; else nothing is kept. Twice is once.

    Leaving the boundary raises one alarm until the device is back. Raises NotAllowed, OrderNotInForce, Invalid.
    """
    actor.must_hold(SEND)
    orders = PositionOrder.objects.of_device(device).select_for_update(of=("self",))
    order = orders.select_related("party", "department", "officer").first()
    if order is None or not order.runs(clock.today()):
        raise OrderNotInForce()
    actor.must_hold(SEND, department=order.department_id, area=order.area)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid({"latitude": [_("This position is not on earth.")]})
    at = min(at, clock.now())
    outside = bool(order.boundary) and not rules.inside((latitude, longitude), order.boundary)
    place: Any = {"latitude": latitude, "longitude": longitude}
    position, fresh = PersonPosition.objects.get_or_create(
        order=order, at=at, defaults={"place": place, "outside": outside}
    )
    newest = PersonPosition.objects.of_order(order).first()
    if fresh and newest == position and outside != order.outside:
        order.outside = outside
        order.save()
        if outside:
            _raise_alarm(order, at)
    return position


@transaction.atomic
def read_positions(*, actor: Actor, order: PositionOrder, purpose: str) -> list[PersonPosition]:
    """Return the newest positions of an order in force; who reads them and why is on record and shown to the person.

    Raises NotAllowed, OrderNotInForce, PurposeOfReadingMissing.
    """
    actor.must_hold(CORRECT, department=order.department_id, area=order.area)
    if actor.account is None:
        raise NotAllowed()
    if not order.runs(clock.today()):
        raise OrderNotInForce()
    if not purpose.strip():
        raise PurposeOfReadingMissing()
    purpose = purpose.strip()[:200]
    found = list(PersonPosition.objects.of_order(order)[:MAX_READ])
    office = identity.office_of(actor)
    PositionReading.objects.create(
        order=order,
        account_id=actor.account,
        name=actor.name,
        department_name=office[:120],
        purpose=purpose,
        at=clock.now(),
        positions=len(found),
    )
    told = PersonPositionsRead(order.pk, len(found))
    journal.write_reading(
        told, by=actor, of=[order.party_id], office=office, subject=f"positionorder:{order.pk}", reason=purpose
    )
    return found


def keep_terms() -> int:
    """End orders whose term is over, and delete the positions of those whose time is over too."""
    today = clock.today()
    over = list(PositionOrder.objects.over(on=today).values_list("pk", flat=True)[:BATCH])
    for number in over:
        with transaction.atomic():
            found = _locked(PositionOrder(pk=number))
            if found.state != PositionOrder.State.ENDED:
                with override("zh-hans"):
                    _end(found, SYSTEM, _("The term is over."))
    old = list(PositionOrder.objects.to_forget(on=today)[:BATCH])
    for order in old:
        with transaction.atomic():
            order.positions.all().delete()
            order.forget_on = None
            order.save()
            journal.write(PersonPositionsDeleted(order.pk), by=SYSTEM, subject=f"positionorder:{order.pk}")
    return len(over) + len(old)


def _end(order: PositionOrder, actor: Actor, reason: str) -> PositionOrder:
    by_term = actor == SYSTEM
    order.state, order.ended_at, order.end_reason = PositionOrder.State.ENDED, clock.now(), reason
    order.outside = False
    order.forget_on = clock.today() + timedelta(days=terms().positions_keep_days)
    order.save()
    journal.write(PositionOrderEnded(order.pk, by_term), by=actor, subject=f"positionorder:{order.pk}", reason=reason)
    title = gettext_lazy("Your positions are recorded no more")
    body = gettext_lazy("Order %(number)s has ended. What was recorded is deleted on %(day)s.")
    told = notices.in_both(title, body, {"number": order.number, "day": order.forget_on.isoformat()})
    _tell(order, told, f"positionorder:{order.pk}:ended")
    return order


def _raise_alarm(order: PositionOrder, at: datetime) -> None:
    """Raise the alarm, without the person's name or place, and tell the officer in charge."""
    with override("zh-hans"):
        title = _("Device of order %(number)s left the permitted area") % {"number": order.number}
    alarm = alarms.raise_alarm(
        kind=SafetyAlarm.Kind.POSITION,
        key=f"positionorder:{order.pk}:{at.isoformat()}",
        department=order.department,
        area=order.area,
        title=title,
        level=2,
        happened_at=at,
    )
    lazy = gettext_lazy("Device of order %(number)s left the permitted area")
    body = gettext_lazy("Read the positions with your purpose, talk to the person, then say what was found.")
    notices.send(
        to=order.officer,
        **notices.in_both(lazy, body, {"number": order.number}),
        url=reverse("desk:safecity:correction", args=[order.uid]),
        subject=f"safetyalarm:{alarm.pk}",
        key=f"safetyalarm:{alarm.pk}:officer",
    )


def _tell(order: PositionOrder, texts: Any, key: str) -> None:
    notices.send(
        to=order.party,
        **texts,
        url=reverse("hall:safecity:order", args=[order.uid]),
        subject=f"positionorder:{order.pk}",
        key=key,
        legal=True,
    )


def _locked(order: PositionOrder) -> PositionOrder:
    orders = PositionOrder.objects.select_for_update(of=("self",))
    return orders.select_related("party", "department", "officer").get(pk=order.pk)

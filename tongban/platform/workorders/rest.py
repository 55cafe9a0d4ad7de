"""The door for machines: orders that a key's duties reach, one order with its steps, and raising one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Path, Query, Router, Schema

from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder, WorkOrderQuerySet, WorkOrderStep
from tongban.platform.workorders.rules import moves

router = Router(tags=["workorders"])
UID = Annotated[UUID, Path(description="uid of the order")]


class WorkOrderLine(Schema):
    """An order in a list."""

    uid: UUID = Field(description="name of the order in addresses")
    number: str = Field(description="its number, for people")
    kind: str = Field(description="key of its kind")
    title: str = Field(description="what is to be done")
    subject: str = Field(description="what it is about, as kind and number; empty where it stands alone")
    state: str = Field(description="new, returned, dispatched, accepted, arrived, rework, hung_up, finished, closed, …")
    urgency: str = Field(description="normal, urgent or emergency")
    area: str = Field(description="division code of where it is")
    address: str = Field(description="address")
    latitude: float | None = Field(description="degrees")
    longitude: float | None = Field(description="degrees")
    crs: str = Field(description="coordinate system of the position: WGS84, CGCS2000 or GCJ02")
    department: str = Field(description="key of the department that handles it, before that of the one that dispatches")
    raised_at: datetime = Field(description="when it was raised")
    due_at: datetime | None = Field(description="when the present step is due; null where nothing is counted")


class WorkOrderLines(Schema):
    """A page of orders."""

    items: list[WorkOrderLine] = Field(description="the orders, the soonest due first; what is over, the newest first")
    next: str = Field(description=NEXT)


class WorkOrderStepTold(Schema):
    """One thing that happened to an order."""

    move: str = Field(description="raise, dispatch, accept, arrive, finish, verify, …")
    state: str = Field(description="state of the order afterwards")
    at: datetime = Field(description="when it happened, as the phone or the desk said")
    received_at: datetime = Field(description="when the house heard of it")
    doubt: str = Field(description="future or before where the clock of the phone is in doubt; else empty")
    latitude: float | None = Field(description="where it happened, degrees")
    longitude: float | None = Field(description="where it happened, degrees")


class WorkOrderTold(WorkOrderLine):
    """An order with its steps; who took them is not told."""

    steps: list[WorkOrderStepTold] = Field(description="what happened, in order")


class WorkOrderAsked(Schema):
    """A job to be done."""

    dispatcher: str = Field(description="key of the department that dispatches")
    verifier: str = Field("", description="key of the department that verifies; the dispatcher where it is left out")
    department: str = Field("", description="key of the department it goes to at once; routing rules where left out")
    kind: str = Field(description="key of a kind in force")
    title: str = Field(description="what is to be done, in a few words", max_length=120)
    words: str = Field("", description="more about it", max_length=1000)
    subject: str = Field("", description="what it is about, as kind and number", max_length=80)
    area: str = Field("", description="division code", max_length=12)
    address: str = Field("", description="address", max_length=200)
    latitude: float | None = Field(None, description="degrees")
    longitude: float | None = Field(None, description="degrees")
    crs: str = Field("CGCS2000", description="coordinate system of the position", pattern="^(WGS84|CGCS2000|GCJ02)$")
    owner: str = Field("", description="key of the department that the thing belongs to", max_length=60)
    urgency: str = Field("normal", description="normal, urgent or emergency", pattern="^(normal|urgent|emergency)$")
    key: str = Field(description="a name of your own for this order; the same again returns the first", max_length=80)


class WorkOrderFilter(Schema):
    state: str = Field("", description="only in this state; all that are open where it is left out")
    kind: str = Field("", description="only of this kind")
    subject: str = Field("", description="only about this")
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get(
    "/orders",
    operation_id="workorders_orders",
    response=WorkOrderLines,
    summary="List the work orders that the key's duties reach",
)
def orders(request: HttpRequest, narrow: Query[WorkOrderFilter]) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    over = narrow.state in moves.OVER
    parts = [_narrowed(part, narrow, over) for part in WorkOrder.objects.with_names().parts_for(actor)]
    order, present = (("-ended_at", "-pk"), ("ended_at",)) if over else (("due_at", "pk"), ())
    pages = with_readable_cursor(keyset_page(parts, request.GET, order=order, not_null=present, size=50))
    return {"items": [_line(order) for order in pages], "next": pages.next}


@router.get(
    "/orders/{uid}",
    operation_id="workorders_order",
    response=WorkOrderTold,
    summary="Read a work order with its steps",
)
def order(request: HttpRequest, uid: UID) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    found = identity.get_visible(WorkOrder.objects.with_names(), actor, "workorder", uid=uid)
    workorders.record_opened(actor=actor, order=found)
    return _told(found)


@router.post(
    "/orders",
    operation_id="workorders_raise",
    response=WorkOrderTold,
    summary="Raise a work order",
)
def raise_order(request: HttpRequest, asked: WorkOrderAsked) -> Any:
    said = asked.dict()
    departments = {name: _department(name, said.pop(name)) for name in ("dispatcher", "verifier", "department")}
    if departments["dispatcher"] is None:
        raise _no_department("dispatcher", "")
    actor = request.actor  # type: ignore[attr-defined]
    return _told(workorders.raise_order(actor=actor, **departments, **said))  # type: ignore[arg-type]


def _narrowed(rows: WorkOrderQuerySet, narrow: WorkOrderFilter, over: bool) -> WorkOrderQuerySet:
    if narrow.subject:
        rows = rows.about(narrow.subject)
    elif not over:
        rows = rows.open()
    if narrow.state:
        rows = rows.over().in_state(narrow.state) if over else rows.open().in_state(narrow.state)
    return rows.of_kinds(narrow.kind) if narrow.kind else rows


def _department(name: str, key: str) -> Department | None:
    found = Department.objects.with_keys([key]).first() if key else None
    if key and found is None:
        raise _no_department(name, key)
    return found


def _no_department(name: str, key: str) -> Invalid:
    return Invalid({name: [_("There is no department “%(key)s”.") % {"key": key}]})


def _line(order: WorkOrder) -> dict[str, Any]:
    names = [
        "uid",
        "number",
        "kind",
        "title",
        "subject",
        "state",
        "urgency",
        "area",
        "address",
        "latitude",
        "longitude",
        "crs",
        "raised_at",
    ]
    due = order.due if order.state in moves.OPEN else None
    return {**{name: getattr(order, name) for name in names}, "department": order.department.key, "due_at": due}


def _told(order: WorkOrder) -> dict[str, Any]:
    names = ("move", "state", "at", "received_at", "doubt", "latitude", "longitude")
    steps = [{name: getattr(step, name) for name in names} for step in WorkOrderStep.objects.of(order)]
    return {**_line(order), "steps": steps}

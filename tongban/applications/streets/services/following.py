"""What a case learns from its work order and its request: the projection of what happened there."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongban.applications.streets.events import StreetCaseClosed
from tongban.applications.streets.models import StreetCase
from tongban.applications.streets.services import judging, matters
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest
from tongban.platform.workorders.models import WorkOrder

HANDLED = {"assigned", "in_hand"}
WAITING = {"received", "reopened", "transferred"}


@transaction.atomic
def follow_order(*, order: int) -> None:
    """Bring the case of a work order in step with it, and its request with the case; again changes nothing."""
    case = StreetCase.objects.of_order(order)
    if case is None:
        return
    case = judging.lock(case)
    assert case.order is not None
    before = case.state
    case.state = _state(case.order)
    case.in_time, case.reworks, case.finished_at = case.order.in_time, case.order.reworks, case.order.finished_at
    case.ended_at = (case.ended_at or clock.now()) if case.state in {"closed", "cancelled"} else None
    case.save()
    _carry(case)
    if case.state == "closed" and before != "closed":
        event = StreetCaseClosed(case.pk, case.matter, case.area, bool(case.in_time), case.reworks)
        journal.write(event, by=SYSTEM, subject=case.subject)


@transaction.atomic
def follow_request(*, request: PublicRequest) -> None:
    """End the case of a request that was withdrawn, and judge anew the one of a request that was reopened."""
    case = StreetCase.objects.of_request(request.pk)
    if case is None:
        return
    case = judging.lock(case)
    if request.state == "withdrawn" and case.ended_at is None and case.order is None:
        case.state, case.ended_at = "withdrawn", clock.now()
        case.save()
    if request.state == "reopened" and case.state in {"closed", "declined"}:
        case.state, case.ended_at, case.order, case.filed_at = "reported", None, None, None
        case.finished_at, case.in_time, case.round = None, None, case.round + 1
        case.save()


def _state(order: WorkOrder) -> str:
    return {
        "new": "filed",
        "returned": "filed",
        "dispatched": "dispatched",
        "closed": "closed",
        "cancelled": "cancelled",
        "finished": "finished",
    }.get(order.state, "handling")


def _carry(case: StreetCase) -> None:
    """Take the request along, step by step, in the name of the house."""
    request: Any = case.request
    order = case.order
    assert order is not None
    if case.state in {"dispatched", "handling", "finished", "closed"} and request.state in WAITING:
        due = order.handling_due_at.date() if order.handling_due_at else None
        request = requests.assign(actor=SYSTEM, request=request, department=order.department, due_on=due)
    if case.state in {"handling", "finished", "closed"} and request.state == "assigned":
        request = requests.begin(actor=SYSTEM, request=request)
    if case.state == "closed" and request.state in HANDLED:
        words = _("%(matter)s was dealt with by %(department)s; the supervision centre checked it on site.") % {
            "matter": matters.title_of(case.matter),
            "department": order.department.title,
        }
        request = requests.answer(actor=SYSTEM, request=request, words=words)
        requests.close(actor=SYSTEM, request=request)

from tongban.applications.streets import services as streets
from tongban.infrastructure.journal import services as journal
from tongban.platform.requests.events import RequestMoved, RequestReceived
from tongban.platform.requests.models import PublicRequest
from tongban.platform.workorders import events as orders


@journal.on(RequestReceived)
def open_case(event: RequestReceived) -> None:
    """Open the case of a report that was received while this process was ended before it could."""
    if event.system == streets.SYSTEM_NAME:
        streets.open_case(request=PublicRequest.objects.with_names().get(pk=event.request_id))


@journal.on(RequestMoved)
def follow_request(event: RequestMoved) -> None:
    if event.system == streets.SYSTEM_NAME:
        streets.follow_request(request=PublicRequest.objects.get(pk=event.request_id))


@journal.on(orders.WorkOrderDispatched)
def follow_dispatched(event: orders.WorkOrderDispatched) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderRerouted)
def follow_rerouted(event: orders.WorkOrderRerouted) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderAccepted)
def follow_accepted(event: orders.WorkOrderAccepted) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderFinished)
def follow_finished(event: orders.WorkOrderFinished) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderVerified)
def follow_verified(event: orders.WorkOrderVerified) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderSentBack)
def follow_sent_back(event: orders.WorkOrderSentBack) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderReturned)
def follow_returned(event: orders.WorkOrderReturned) -> None:
    streets.follow_order(order=event.order)


@journal.on(orders.WorkOrderCancelled)
def follow_cancelled(event: orders.WorkOrderCancelled) -> None:
    streets.follow_order(order=event.order)

from tongban.applications.safecity import services as safecity
from tongban.infrastructure.journal import services as journal
from tongban.platform.workorders.events import WorkOrderCancelled, WorkOrderVerified


@journal.on(WorkOrderVerified)
def close_the_alarm(event: WorkOrderVerified) -> None:
    safecity.close_with_order(order=event.order, words="工单已核实办结。")


@journal.on(WorkOrderCancelled)
def close_the_alarm_of_a_cancelled_order(event: WorkOrderCancelled) -> None:
    safecity.close_with_order(order=event.order, words="工单已作废。")

"""What lies with somebody who may not do it any more goes back to the list; another calendar moves timers."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.codes.events import CalendarLoaded
from tongban.platform.identity.events import AccountDeactivated, PositionEnded, RoleDefined
from tongban.platform.identity.models import Account
from tongban.platform.workflow import services as workflow


@journal.on(AccountDeactivated)
def return_tasks_of_closed_account(event: AccountDeactivated) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(PositionEnded)
def return_tasks_of_ended_position(event: PositionEnded) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(RoleDefined)
def return_tasks_of_changed_role(event: RoleDefined) -> None:
    workflow.return_all_claimed()


@journal.on(CalendarLoaded, atomic=False)
def count_timers_anew(event: CalendarLoaded) -> None:
    workflow.recount_timers()

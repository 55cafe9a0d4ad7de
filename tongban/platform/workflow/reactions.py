"""What lies with somebody who may not do it any more goes back to the list; another calendar moves timers."""

from tongban.infrastructure.journal import services as journal
from tongban.platform.codes.events import CalendarLoaded
from tongban.platform.identity.events import (
    AbsenceEntered,
    AccountDeactivated,
    DelegationWithdrawn,
    DepartmentDissolved,
    PositionEnded,
    RoleDefined,
)
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow


@journal.on(AccountDeactivated)
def return_tasks_of_closed_account(event: AccountDeactivated) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(PositionEnded)
def return_tasks_of_ended_position(event: PositionEnded) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(AbsenceEntered)
def return_tasks_of_whoever_is_away(event: AbsenceEntered) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(DelegationWithdrawn)
def return_tasks_that_nobody_sees_to(event: DelegationWithdrawn) -> None:
    workflow.return_claimed(account=Account.objects.get(pk=event.account))


@journal.on(RoleDefined)
def return_tasks_of_changed_role(event: RoleDefined) -> None:
    workflow.return_all_claimed()


@journal.on(DepartmentDissolved, atomic=False)
def give_tasks_to_successor(event: DepartmentDissolved) -> None:
    if event.successor:
        department = Department.objects.get(key=event.department)
        workflow.take_over(department=department, successor=department.acting)


@journal.on(CalendarLoaded, atomic=False)
def count_timers_anew(event: CalendarLoaded) -> None:
    workflow.recount_timers()

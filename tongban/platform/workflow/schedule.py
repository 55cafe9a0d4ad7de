from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.workflow import services as workflow


@jobs.periodic(timedelta(hours=1))
def return_tasks_of_expired_positions() -> None:
    workflow.return_all_claimed()


@jobs.periodic(timedelta(minutes=1))
def pass_timers() -> None:
    workflow.pass_timers()

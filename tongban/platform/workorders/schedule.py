from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.workorders import services as workorders


@jobs.periodic(timedelta(minutes=5))
def end_overdue_shifts() -> None:
    workorders.end_overdue_shifts()


@jobs.periodic(timedelta(hours=1))
def delete_positions() -> None:
    while workorders.delete_positions():
        pass

from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.licences import services as licences


@jobs.periodic(timedelta(minutes=1))
def record_counted_checks() -> None:
    licences.record_counted_checks()


@jobs.periodic(timedelta(hours=24))
def remind_holders() -> None:
    licences.remind_holders()

from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.assurance import services as assurance


@jobs.periodic(timedelta(hours=1))
def delete_what_verifiers_said() -> None:
    assurance.delete_answers()
    assurance.tidy()


@jobs.periodic(timedelta(minutes=10))
def end_waits() -> None:
    assurance.recover_due()
    assurance.close_due()

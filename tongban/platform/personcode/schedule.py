from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.personcode import services as personcode


@jobs.periodic(timedelta(minutes=10))
def tidy_person_codes() -> None:
    personcode.tidy()

from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.federation import services as federation


@jobs.periodic(timedelta(hours=1))
def tidy_single_sign_on() -> None:
    federation.tidy()

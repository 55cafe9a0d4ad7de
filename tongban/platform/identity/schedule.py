from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.identity import services as identity


@jobs.periodic(timedelta(minutes=1))
def tell_counted_attempts() -> None:
    identity.flush_counted()


@jobs.periodic(timedelta(hours=1))
def tidy_sign_ins() -> None:
    identity.tidy()

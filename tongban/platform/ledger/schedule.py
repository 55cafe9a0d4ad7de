from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.ledger import services as ledger


@jobs.periodic(timedelta(minutes=1))
def release_what_nobody_used() -> None:
    ledger.expire()

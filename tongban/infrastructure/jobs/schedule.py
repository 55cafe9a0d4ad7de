from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs


@jobs.periodic(timedelta(hours=6))
def purge_done_jobs() -> None:
    jobs.purge()

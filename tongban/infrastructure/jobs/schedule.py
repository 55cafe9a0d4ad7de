from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.telemetry import services as telemetry


@jobs.periodic(timedelta(hours=6))
def purge_done_jobs() -> None:
    jobs.purge()


@jobs.periodic(timedelta(seconds=15))
def heartbeat() -> None:
    """Let /readyz know that a worker is alive."""
    telemetry.record_heartbeat("worker")


@telemetry.gauge("tongban_jobs_waiting", "Jobs that wait for their turn or their time")
def waiting() -> int:
    return int(Job.objects.waiting().count())


@telemetry.gauge("tongban_jobs_dead", "Jobs that failed as often as they may and wait for the operator")
def dead() -> int:
    return int(Job.objects.dead().count())

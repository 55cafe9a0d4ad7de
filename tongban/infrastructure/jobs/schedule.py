from datetime import timedelta

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.telemetry import services as telemetry


@jobs.periodic(timedelta(hours=6))
def purge_done_jobs() -> None:
    jobs.purge()


@jobs.periodic(timedelta(seconds=15))
def heartbeat() -> None:
    """Let /readyz know that a worker is alive."""
    telemetry.record_heartbeat("worker")

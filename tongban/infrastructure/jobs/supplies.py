from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.telemetry import services as telemetry


@telemetry.gauge("tongban_jobs_waiting", "Jobs that wait for their turn or their time")
def waiting() -> int:
    return int(Job.objects.waiting().count())


@telemetry.gauge("tongban_jobs_dead", "Jobs that failed as often as they may and wait for the operator")
def dead() -> int:
    return int(Job.objects.dead().count())

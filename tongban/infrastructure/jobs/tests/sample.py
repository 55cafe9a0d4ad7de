"""What the laws need to know of jobs."""

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Sample
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock


@jobs.task
def nothing() -> None:
    """A job for the lists of jobs."""


def make(city: SampleCity) -> None:
    jobs.enqueue(nothing)


def many(city: SampleCity, number: int) -> None:
    now = clock.now()
    job = Job(task=jobs.name_of(nothing), due_at=now, created_at=now)
    ended = {"finished_at": earlier(now), "reason": "不再需要。"}
    for state in ({"state": "due"}, {"state": "dead"}, {"state": "done", **ended}, {"state": "given_up", **ended}):
        copies(job, number, **state, due_at=earlier(now))


sample = Sample(make=make, many=many)

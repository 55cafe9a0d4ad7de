"""What becomes of work that fails."""

import errno
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
faults: list[Exception] = []


@jobs.task
def fail() -> None:
    if faults:
        raise faults[0]


def no_room() -> Exception:
    """Return what a verb raises where a file found no room: its own word, with the system's as the cause."""
    error = RuntimeError("there is no room for files")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    return error


def tried(times: int) -> Job:
    """Write one job, and try it that often, each time when it is due."""
    jobs.enqueue(fail)
    for _time in range(times):
        with clock.at(Job.objects.get().due_at + timedelta(seconds=1)):
            jobs.run_ready()
    return Job.objects.get()


@pytest.fixture(autouse=True)
def _no_faults():
    yield
    faults.clear()


def test_work_that_keeps_failing_is_given_up():
    faults.append(ValueError("broken"))

    job = tried(settings.JOBS_ATTEMPTS)

    assert (job.state, job.attempts) == ("dead", settings.JOBS_ATTEMPTS)
    assert "broken" in job.error


class Away(Refusal):
    """A foreign system that everything else waits for."""

    wait_seconds = 60


@pytest.mark.parametrize(
    "fault", [no_room(), OperationalError("database is locked"), Away()], ids=["no room", "locked", "away"]
)
def test_work_is_not_given_up_where_waiting_helps(fault):
    faults.append(fault)

    job = tried(settings.JOBS_ATTEMPTS + 5)

    assert job.state == "due"
    assert timedelta(minutes=1) < job.due_at - clock.now()
    faults.clear()
    with clock.at(job.due_at + timedelta(seconds=1)):
        jobs.run_ready()
    assert Job.objects.get().state == "done"

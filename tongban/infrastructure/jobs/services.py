"""Write work down in the caller's transaction; do it afterwards, at least once, in order within a lane."""

import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.database.outages import outage_of
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.jobs import rules
from tongban.infrastructure.jobs.events import JobGivenUp, JobRetried
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock, facts
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import label_of, load_for_work
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.infrastructure.kernel.registry import Registry

log = structlog.get_logger(__name__)

Function = Callable[..., None]


class NoReason(Refusal):
    status = 422
    message = _("Say why this task is no longer needed, or who did it by hand.")


@dataclass(frozen=True)
class RegisteredTask:
    """A registered function.

    atomic   True: the work and its mark "done" are one transaction, so that it happens exactly once.
             False: the work takes long or speaks to the outside; it may run again after a crash and must stand that.
    every    for periodic work, the distance between two runs
    """

    name: str
    run: Function
    atomic: bool = True
    every: timedelta | None = None


_tasks: Registry[RegisteredTask] = Registry("job")
# The embedded database lets one writer in at a time: it has nothing to skip.
_LOCKED: PreparedQuery[Job] = PreparedQuery(
    lambda: Job.objects.select_for_update(skip_locked=True).filter(pk=Param("pk", BigIntegerField()))
)


def task(function: Function | None = None, *, atomic: bool = True) -> Any:
    """Register a function as background work: `@jobs.task` or `@jobs.task(atomic=False)`."""

    def register(run: Function) -> Function:
        _add(RegisteredTask(name_of(run), run, atomic))
        return run

    return register(function) if function else register


def periodic(every: timedelta, *, atomic: bool = False) -> Callable[[Function], Function]:
    """Register a function without arguments that the worker calls once every so often."""

    def register(run: Function) -> Function:
        _add(RegisteredTask(name_of(run), run, atomic, every))
        return run

    return register


def name_of(run: Function) -> str:
    """Return the name under which work is written down: "room.function"."""
    return f"{label_of(run.__module__)}.{run.__name__}"


def periodic_tasks() -> list[RegisteredTask]:
    return [task for task in _tasks.values() if task.every]


def enqueue(
    run: Function, *, lane: str = "", key: str | None = None, due_at: datetime | None = None, **payload: Any
) -> None:
    """Write one job in the caller's transaction."""
    enqueue_all([(run, payload)], lane=lane, key=key, due_at=due_at)


def enqueue_all(
    work: list[tuple[Function, dict[str, Any]]],
    *,
    lane: str = "",
    key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Write several jobs of one lane with one statement."""
    now = clock.now()
    jobs = [
        Job(task=name_of(run), payload=payload, lane=lane, key=key, due_at=due_at or now, created_at=now)
        for run, payload in work
    ]
    if key is None:
        bulk.insert(*jobs)
    else:
        Job.objects.bulk_create(jobs, ignore_conflicts=True)


def run_ready(limit: int = 20) -> int:
    """Run the jobs that are ready, one after another; return how many were tried."""
    load_for_work()
    ids = list(Job.objects.ready(at=clock.now()).values_list("pk", flat=True)[:limit])
    return sum(_run(pk) for pk in ids)


def run_all(limit: int = 10_000) -> int:
    """Run until nothing is ready any more; for tests, rehearsals and commands."""
    total = 0
    while total < limit and (count := run_ready()):
        total += count
    return total


@transaction.atomic
def retry(*, actor: Actor, pk: int) -> Job:
    """Give a dead job another round of attempts. Raises NotAllowed, NotFound."""
    job = _lock_dead(actor, pk)
    job.state, job.attempts, job.due_at, job.leased_until = Job.State.DUE, 0, clock.now(), None
    job.save(update_fields=["state", "attempts", "due_at", "leased_until"])
    facts.record(JobRetried(job.pk, job.task), by=actor, subject=job.lane)
    return job


def hasten(lanes: Iterable[str]) -> int:
    """Let work of these lanes that waits for another attempt be tried at once; return how much."""
    waiting = Job.objects.filter(lane__in=list(lanes), state=Job.State.DUE, attempts__gt=0, leased_until=None)
    return int(waiting.update(due_at=clock.now()))


@transaction.atomic
def give_up(*, actor: Actor, pk: int, reason: str) -> Job:
    """Let a dead job be, for good; it stays on record with its error and the reason.

    Raises NotAllowed, NotFound, NoReason.
    """
    job = _lock_dead(actor, pk)
    if not reason.strip():
        raise NoReason()
    job.state, job.reason, job.finished_at = Job.State.GIVEN_UP, reason.strip(), clock.now()
    job.save(update_fields=["state", "reason", "finished_at"])
    facts.record(JobGivenUp(job.pk, job.task), by=actor, subject=job.lane, reason=job.reason)
    return job


def purge() -> int:
    """Forget jobs done long ago; return how many."""
    before = clock.now() - timedelta(days=settings.JOBS_KEEP_DAYS)
    return int(Job.objects.filter(state=Job.State.DONE, finished_at__lt=before).delete()[0])


def _lock_dead(actor: Actor, pk: int) -> Job:
    actor.must_hold("jobs.run")
    job: Job | None = Job.objects.select_for_update().filter(pk=pk, state=Job.State.DEAD).first()
    if job is None:
        raise NotFound()
    return job


def _add(task: RegisteredTask) -> None:
    _tasks.register(task.name, task)


def _run(pk: int) -> bool:
    job = _lease(pk)
    if job is None:
        return False
    task = _tasks.get(job.task)
    try:
        if task is None:
            raise LookupError(f"no code in this version is called {job.task}")
        if task.atomic:
            with transaction.atomic():
                task.run(**job.payload)
                _finish(job)
        else:
            task.run(**job.payload)
            _finish(job)
    except Exception as error:
        _postpone(job, error)
    return True


@transaction.atomic
def _lease(pk: int) -> Job | None:
    """Take the job for this worker and count the attempt first, so that work that kills the worker ends up dead."""
    now = clock.now()
    job = _LOCKED.one(pk=pk)
    if job is None or job.state != Job.State.DUE or (job.leased_until and job.leased_until >= now):
        return None
    if job.attempts >= settings.JOBS_ATTEMPTS:
        job.state = Job.State.DEAD
        job.save(update_fields=["state"])
        return None
    job.attempts += 1
    job.leased_until = now + timedelta(seconds=settings.JOBS_LEASE_SECONDS)
    bulk.update(job, ("attempts", "leased_until"))
    return job


def _finish(job: Job) -> None:
    job.state, job.finished_at, job.leased_until, job.error = Job.State.DONE, clock.now(), None, ""
    bulk.update(job, ("state", "finished_at", "leased_until", "error"))


def _postpone(job: Job, error: Exception) -> None:
    job.error = "".join(traceback.format_exception(error))[-4000:]
    job.leased_until = None
    if _is_worth_waiting(error):  # no fault of the work: it is not given up, only tried less and less often
        job.attempts = min(job.attempts, settings.JOBS_ATTEMPTS - 1)
    job.due_at = clock.now() + rules.backoff(job.attempts)
    job.state = Job.State.DEAD if job.attempts >= settings.JOBS_ATTEMPTS else Job.State.DUE
    job.save(update_fields=["error", "leased_until", "due_at", "state", "attempts"])
    log.error("job failed", task=job.task, job=job.pk, attempts=job.attempts, state=job.state, exc_info=error)


def _is_worth_waiting(error: BaseException | None) -> bool:
    """Say whether an error comes from a full disk, a database that somebody else held, or a refusal that says wait."""
    while error is not None:
        if outage_of(error) in {"full", "busy"} or (isinstance(error, Refusal) and error.wait_seconds):
            return True
        error = error.__cause__
    return False

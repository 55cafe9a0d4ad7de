from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents

# So long does one job compare before other work has its turn.
SLICE_SECONDS = 20


@jobs.periodic(timedelta(hours=1))
def plan_tonights_comparison() -> None:
    """Write the nightly comparison down as a job, once a night however many workers there are."""
    night = clock.today() + timedelta(days=1)
    due_at = timezone.make_aware(datetime.combine(night, time(settings.DOCUMENTS_CHECK_HOUR)))
    jobs.enqueue(compare_files, key=f"documents.files:{night}", due_at=due_at)


@jobs.task(atomic=False)
def compare_files(after: int = 0, files: int = 0, damaged: int = 0, digests: list[str] | None = None) -> None:
    found = storage.compare(after=after, seconds=SLICE_SECONDS)
    files, damaged = files + found.files, damaged + len(found.damaged)
    named = [*(digests or []), *found.damaged][: documents.MAX_NAMED]
    if found.reached is None:
        documents.files_compared(files=files, damaged=damaged, digests=named)
    else:
        jobs.enqueue(compare_files, after=found.reached, files=files, damaged=damaged, digests=named)


@jobs.periodic(timedelta(minutes=2))
def try_papers_that_wait() -> None:
    """Make papers whose characters a typeface has by now: the operator adds one to a folder, and nothing else."""
    documents.try_waiting()

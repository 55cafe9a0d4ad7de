"""Let happen in the demonstration's city what rooms tell of the time before it is opened.

Every story stops wherever it has to wait; the stories are told in the order of their moments, with the clock moved, so
that journal, letters, lights and figures say the same as if the city had been at work all the time.
"""

import heapq
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.demonstration import Story
from tongban.infrastructure.kernel.refusals import Refusal

# How far back the stories begin; the services have to be in force by then.
DAYS, EARLIEST = 150, date(2026, 1, 5)
# Below this nothing can have happened yet.
MIN_DAYS = 30


def beginning() -> datetime:
    """Return the morning on which the demonstration's city was founded."""
    day = max(clock.today() - timedelta(days=DAYS), EARLIEST)
    return timezone.make_aware(datetime.combine(day, time(8)))


def is_long_enough() -> bool:
    """Say whether anything can have happened between the founding and now."""
    return (clock.today() - beginning().date()).days > MIN_DAYS


def write(stories: Iterable[Story]) -> list[str]:
    """Tell the stories as far as they go until now. Returns the sentences of verbs that refused."""
    now, refused = clock.now(), []
    queue = [(begun, index, story) for index, story in enumerate(stories) if (begun := next(story, None))]
    heapq.heapify(queue)
    while queue and queue[0][0] < now:
        moment, index, story = heapq.heappop(queue)
        try:
            # One transaction: what a step leads to is there with it, and the disk is waited for once.
            with clock.at(moment), transaction.atomic():
                following = next(story, None)
                jobs.run_all()
        except Refusal as refusal:
            refused.append(f"{type(refusal).__name__}: {refusal} {getattr(refusal, 'errors', '')}".strip())
            continue
        if following:
            heapq.heappush(queue, (following, index, story))
    return refused

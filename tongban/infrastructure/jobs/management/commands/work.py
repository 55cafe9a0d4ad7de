"""The worker: does background work until it is told to stop."""

import os
import signal
import time
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.memory import freeze_gc
from tongban.infrastructure.kernel.module import load_for_work

log = structlog.get_logger(__name__)

# Linux shares the processors out among sessions first; `nice` counts only within one.
SESSION_SHARE = Path("/proc/self/autogroup")


class Command(BaseCommand):
    help = "Do background work: reactions to facts, notices, periodic jobs. Ctrl-C ends it after the running job."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--idle", type=float, default=0.5, help="seconds to sleep when there is nothing to do")

    def handle(self, *args: Any, idle: float, **options: Any) -> None:
        lower_priority(settings.JOBS_NICE)
        load_for_work()
        freeze_gc()
        self.stopping = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        next_run = {task.name: 0.0 for task in jobs.periodic_tasks()}
        while not self.stopping:
            close_old_connections()
            for task in jobs.periodic_tasks():
                if time.monotonic() >= next_run[task.name] and task.every:
                    next_run[task.name] = time.monotonic() + task.every.total_seconds()
                    self.run_periodic(task)
            try:
                busy = jobs.run_ready()
            except Exception:
                log.exception("the worker could not reach its database; it tries again")
                busy = 0
            if not busy:
                time.sleep(idle)

    def run_periodic(self, task: jobs.RegisteredTask) -> None:
        try:
            task.run()
        except Exception:
            log.exception("periodic work failed; it runs again at its next turn", task=task.name)

    def stop(self, *_: Any) -> None:
        self.stopping = True


def lower_priority(nice: int) -> None:
    """Leave the processors to others by so many steps, and interrupt nobody who serves a page; at 0 to nobody."""
    if not nice:
        return
    os.nice(nice)
    with suppress(OSError):  # sessions are not told apart here
        SESSION_SHARE.write_text(str(nice))
    with suppress(OSError, AttributeError):  # not Linux
        # Not SCHED_IDLE: Linux takes a processor that runs such work for a free one, and pages wait there.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))

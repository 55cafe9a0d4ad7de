"""How the worker shares the processors, seen from a process of its own."""

import os
import sys

import pytest

from tongban.infrastructure.jobs.management.commands.work import lower_priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the worker steps back on Linux")


def after(nice: int) -> tuple[int, bool]:
    """Return how nice a process is that stepped back so far, and whether it interrupts nobody."""
    child = os.fork()
    if not child:
        os.setsid()  # its session's share is not ours
        lower_priority(nice)
        os._exit(os.nice(0) + 100 * (os.sched_getscheduler(0) == os.SCHED_BATCH))
    _pid, status = os.waitpid(child, 0)
    quiet, steps = divmod(os.waitstatus_to_exitcode(status), 100)
    return steps - os.nice(0), bool(quiet)


def test_the_worker_lets_go_first_who_waits_for_a_page():
    assert after(7) == (7, True)


def test_a_worker_that_is_told_not_to_step_back_keeps_its_share():
    assert after(0) == (0, False)

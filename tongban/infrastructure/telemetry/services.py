"""Let other rooms be watched: figures, checks and signs of life, registered from above without knowing them."""

from collections.abc import Callable
from typing import NamedTuple

import structlog

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.telemetry import metrics
from tongban.infrastructure.telemetry.models import Pulse

log = structlog.get_logger(__name__)

Check = Callable[[], str]


class Unwell(Exception):
    """Raised by a check; the text says what is wrong and what to do."""


class Finding(NamedTuple):
    """What a check found.

    needed   False: a person should look, but the house can serve meanwhile
    """

    name: str
    well: bool
    needed: bool
    detail: str


_checks: dict[str, tuple[Check, bool]] = {}


def gauge(name: str, meaning: str) -> Callable[[metrics.Question], metrics.Question]:
    """Register a function without arguments that answers a number when metrics are asked for.

    name   as Prometheus wants it, "tongban_jobs_waiting"
    """

    def register(question: metrics.Question) -> metrics.Question:
        metrics.register(name, meaning, question)
        return question

    return register


def check(name: str, *, needed: bool = False) -> Callable[[Check], Check]:
    """Register a check for /readyz: it returns a short text when all is well and raises Unwell when not."""

    def register(function: Check) -> Check:
        if name in _checks:
            raise ValueError(f"two checks are called {name}")
        _checks[name] = (function, needed)
        return function

    return register


def examine() -> list[Finding]:
    """Run every check; one that breaks is a finding too."""
    return [_examined(name, function, needed) for name, (function, needed) in _checks.items()]


def beat(name: str) -> None:
    """Say that this kind of process is alive."""
    Pulse.objects.update_or_create(name=name, defaults={"at": clock.now()})


def _examined(name: str, function: Check, needed: bool) -> Finding:
    try:
        return Finding(name, True, needed, function())
    except Unwell as finding:
        return Finding(name, False, needed, str(finding))
    except Exception as error:
        log.error("a check broke", check=name, exc_info=error)
        return Finding(name, False, needed, f"the check itself broke: {type(error).__name__}")

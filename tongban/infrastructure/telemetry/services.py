"""Let other rooms be watched: figures, checks and signs of life, registered from above without knowing them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.registry import Registry
from tongban.infrastructure.telemetry import metrics
from tongban.infrastructure.telemetry.models import Heartbeat

log = structlog.get_logger(__name__)

Check = Callable[[], str]


class CheckFailed(Exception):
    """Raised by a check; the text says what is wrong and what to do."""


class CheckResult(NamedTuple):
    """What a check found.

    critical   False: a person should look, but the house can serve meanwhile
    """

    name: str
    ok: bool
    critical: bool
    detail: str


class Connection(NamedTuple):
    """A foreign system the house speaks to, for the operator's page.

    title    what it is for, translated: "Mail"
    in_use   says what is in use at present, translated
    check    says what is wrong: are the settings there, does it answer, does it let us in? [] if well
    """

    title: StrOrPromise
    in_use: Callable[[], StrOrPromise]
    check: Callable[[], Sequence[StrOrPromise]]


_connections: Registry[Connection] = Registry("connection")
_checks: Registry[tuple[Check, bool]] = Registry("check")


def gauge(name: str, meaning: str) -> Callable[[metrics.Gauge], metrics.Gauge]:
    """Register a function without arguments that answers a number when metrics are asked for.

    name   as Prometheus wants it, "tongban_jobs_waiting"
    """

    def register(measure: metrics.Gauge) -> metrics.Gauge:
        metrics.register(name, meaning, measure)
        return measure

    return register


def check(name: str, *, critical: bool = False) -> Callable[[Check], Check]:
    """Register a check for /readyz: it returns a short text when all is well and raises CheckFailed when not."""

    def register(function: Check) -> Check:
        _checks.register(name, (function, critical))
        return function

    return register


def run_checks() -> list[CheckResult]:
    """Run every check; one that breaks counts as failed."""
    return [_run(name, function, critical) for name, (function, critical) in _checks.items()]


def connection(
    name: str, title: StrOrPromise, *, in_use: Callable[[], StrOrPromise], check: Callable[[], Sequence[StrOrPromise]]
) -> None:
    """Register a foreign system; the operator sees it on the page of connections."""
    _connections.register(name, Connection(title, in_use, check))


def connections() -> dict[str, Connection]:
    """Return every registered foreign system, by name."""
    return dict(_connections.items())


def record_heartbeat(name: str) -> None:
    """Say that this kind of process is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})


def _run(name: str, function: Check, critical: bool) -> CheckResult:
    try:
        return CheckResult(name, True, critical, function())
    except CheckFailed as failure:
        return CheckResult(name, False, critical, str(failure))
    except Exception as error:
        log.error("a check broke", check=name, exc_info=error)
        return CheckResult(name, False, critical, f"the check itself broke: {type(error).__name__}")

"""Figures for Prometheus: requests as they come, and what other rooms let it ask.

Several web workers are several processes; they then share their figures through files, in a folder of the parent
process so that a restart begins anew.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from django.conf import settings

SHARED = settings.TELEMETRY_WEB_WORKERS > 1


def _share(folder: Path) -> None:
    """Make the folder of this group of workers, remove those of groups that have ended."""
    if folder.parent.exists():
        for other in folder.parent.iterdir():
            if other.name.isdigit() and not Path(f"/proc/{other.name}").exists():
                shutil.rmtree(other, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    # The library decides at its import, by this variable, where its values live.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder))


if SHARED:
    _share(settings.VAR / "metrics" / str(os.getppid()))

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

from tongban.infrastructure.kernel.registry import Registry  # noqa: E402
from tongban.infrastructure.telemetry import rules  # noqa: E402

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# From a cached page to a slow report, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 10.0)

log = structlog.get_logger(__name__)
registry = CollectorRegistry()
requests = Counter(
    "tongban_requests", "Requests answered", ["portal", "room", "view", "status"], registry=None if SHARED else registry
)
seconds = Histogram(
    "tongban_request_seconds",
    "Time from request to answer",
    ["portal", "room", "view"],
    buckets=BUCKETS,
    registry=None if SHARED else registry,
)

Gauge = Callable[[], float]
_gauges: Registry[tuple[str, Gauge]] = Registry("figure")
# The library's own look-up of a label set costs more than the counting.
_counted: dict[tuple[str, int], Counter] = {}
_timed: dict[str, Histogram] = {}


def observe(view: str, status: int, took: float) -> None:
    """Count one answered request under its view's name."""
    try:
        counted, timed = _counted[view, status], _timed[view]
    except KeyError:
        portal, room = rules.portal_and_room(view)
        counted = _counted[view, status] = requests.labels(portal, room, view, str(status))
        timed = _timed[view] = seconds.labels(portal, room, view)
    counted.inc()
    timed.observe(took)


def register(name: str, meaning: str, measure: Gauge) -> None:
    _gauges.register(name, (meaning, measure))


def text() -> bytes:
    """Return every figure in Prometheus's text format."""
    counted = registry
    if SHARED:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    asked = CollectorRegistry()
    asked.register(GaugeCollector())
    return generate_latest(counted) + generate_latest(asked)


class GaugeCollector:
    """The gauges that rooms answer at the moment of the question."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (meaning, measure) in _gauges.items():
            try:
                yield GaugeMetricFamily(name, meaning, value=float(measure()))
            except Exception as error:
                # One figure that cannot be had must not hide the others; its absence is what monitoring alerts on.
                log.error("a figure could not be asked", figure=name, error=type(error).__name__)

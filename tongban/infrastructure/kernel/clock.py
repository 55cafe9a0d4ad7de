"""The one place that knows what time it is; tests set it with `at`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_fixed: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return this moment, with zone."""
    return _fixed.get() or timezone.now()


def set_to() -> datetime | None:
    """Return the moment that `at` has set; None while the machine's clock counts."""
    return _fixed.get()


def today() -> date:
    """Return today's date where the city is."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make it `moment` for everything inside; for tests and rehearsals."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)

"""When a licence may be asked to go on (延续), and on which day silence means that it does."""

from datetime import date, timedelta
from typing import NamedTuple, Protocol


class CountsBack(Protocol):
    """What says which day lies so many working days before another."""

    def before(self, end: date, workdays: int) -> date: ...


class RenewalWindow(NamedTuple):
    """Within which days a renewal is asked for. first: None where any day before the last will do."""

    first: date | None
    last: date


def renewal_window(valid_until: date, *, until_days: int, from_days: int | None, calendar: CountsBack) -> RenewalWindow:
    """Return within which days the renewal of a licence is asked for.

    until_days   so many working days before the end at the latest
    from_days    so many working days before the end at the earliest; None where there is no such day
    Source: 行政许可法 art. 50 (thirty days before the end, where no other rule says another day) and 82 (working days).
    """
    first = calendar.before(valid_until, from_days) if from_days else None
    return RenewalWindow(first, calendar.before(valid_until, until_days))


def deemed_extended_on(valid_until: date) -> date:
    """Return from which day a licence counts as extended whose renewal nobody decided on: the one after its last.

    Source: 行政许可法 art. 50 (逾期未作决定的，视为准予延续).
    """
    return valid_until + timedelta(days=1)

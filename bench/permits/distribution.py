"""Say how the cases of the permit log arrive and how long they take, in numbers that no longer name any of them.

python -m bench.permits.distribution > bench/permits/distribution.toml
"""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bench.permits import LOG
from bench.permits.xes import XesTrace, read

THERE = ZoneInfo("Europe/Amsterdam")
HEAD = """# How cases arrive and how long they take: derived from the permit log, python -m bench.permits.distribution.
# weekdays: share of arrivals on Monday … Sunday; hours: share of arrivals in the hours 0 … 23, where the log tells them
# …_h: hours, as deciles from the shortest to the longest, with the 1 % at each end cut off
"""


def main(traces: Sequence[XesTrace]) -> None:
    arrived = [trace.events[0].at.astimezone(THERE) for trace in traces]
    print(HEAD)
    print("weekdays =", _shares(Counter(at.weekday() for at in arrived), range(7)))
    print("hours =", _shares(Counter(at.hour for at in arrived), range(24)))
    starts = [(trace.moment("startdate"), trace.events[0].at) for trace in traces]
    # A start at midnight is a day without a time.
    told = [(begun, at) for begun, at in starts if begun and begun.astimezone(THERE).hour]
    print("to_acceptance_h =", _deciles(_hours(begun, at) for begun, at in told))
    print("between_steps_h =", _deciles(_between(traces)))
    ends = [(trace.events[0].at, trace.events[-1].at) for trace in traces if trace.moment("enddate")]
    print("to_decision_h =", _deciles(_hours(begun, at) for begun, at in ends if at > begun))


def _between(traces: Iterable[XesTrace]) -> list[float]:
    return [_hours(one.at, other.at) for trace in traces for one, other in pairwise(trace.events)]


def _hours(begun: datetime, ended: datetime) -> float:
    return (ended - begun).total_seconds() / 3600


def _shares(counted: Counter[int], among: range) -> list[float]:
    return [round(counted[one] / counted.total(), 4) for one in among]


def _deciles(hours: Iterable[float]) -> list[float]:
    known = sorted(hour for hour in hours if hour >= 0)
    cut = known[len(known) // 100 : len(known) - len(known) // 100]
    return [round(hour, 2) for hour in (cut[0], *statistics.quantiles(cut, n=10), cut[-1])]


if __name__ == "__main__":
    main(list(read(LOG)))

"""What a rule would have done with readings of the past: the same judging, with the clock played along. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tongban.platform.sensing.rules import evaluating
from tongban.platform.sensing.rules.conditions import ReadingPoint
from tongban.platform.sensing.rules.definitions import AlertDefinition
from tongban.platform.sensing.rules.evaluating import AlertTransition, RuleMemory

MAX_LOOKS = 10_000


class Measured(NamedTuple):
    """A reading of one property."""

    measures: str
    point: ReadingPoint


def tried(
    definition: AlertDefinition, readings: Iterable[Measured], *, begin: float, end: float
) -> list[AlertTransition]:
    """Return what a rule would have told of one thing between two moments, had it held then."""
    memory = RuleMemory.begin(definition, begin)
    known: list[Measured] = []
    told: list[AlertTransition] = []
    for one in sorted(readings, key=lambda reading: reading.point.at):
        told += _looked(definition, memory, one.point.at)
        known.append(one)
        if one.measures in definition.properties:
            told += evaluating.take(definition, memory, one.measures, one.point, _past(known))
    return told + _looked(definition, memory, end)


def _looked(definition: AlertDefinition, memory: RuleMemory, until: float) -> list[AlertTransition]:
    """Let the clock look as often as it would have, up to a moment."""
    told: list[AlertTransition] = []
    for _look in range(MAX_LOOKS):
        due = evaluating.due(definition, memory)
        if due is None or due > until:
            break
        told += evaluating.judge(definition, memory, due)
        after = evaluating.due(definition, memory)
        if after is not None and after <= due:
            break
    return told


def _past(known: Sequence[Measured]) -> Callable[[str, float, float | None], list[ReadingPoint]]:
    def past(measures: str, seconds: float, until: float | None) -> list[ReadingPoint]:
        points = [one.point for one in known if one.measures == measures]
        return within(points, seconds, until)

    return past


def within(points: Iterable[ReadingPoint], seconds: float, until: float | None) -> list[ReadingPoint]:
    """Return the points of so many seconds back from the last one, and one before, in order."""
    ordered = sorted((point for point in points if until is None or point.at <= until), key=lambda point: point.at)
    if not ordered:
        return []
    since = ordered[-1].at - seconds
    first = next(number for number, point in enumerate(ordered) if point.at >= since)
    return ordered[max(first - 1, 0) :]

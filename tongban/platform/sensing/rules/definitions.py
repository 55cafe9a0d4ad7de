"""What an alert rule may say, and what is wrong with one. A rule is a mapping:

    scope      {"kind": of thing, "area": division code it lies in, "things": [keys]}; what is left out narrows nothing
    ladder     [{"level": "blue", "when": condition}, …], the mildest first; the highest that holds counts
    schedule   {"days": [1…7], "from": "22:00", "until": "06:00"}: holds then only; left out: always
    clear_seconds      how long no condition must hold before an alert is cleared; 0: at once
    stale_seconds      after how long without a reading nothing is known any more; left out: never
    escalate_seconds   after how long an alert that nobody acknowledged rises by a level; left out: never

A condition is one of these; limits are in the unit of the stream, times in seconds:

    {"kind": "threshold", "property", "op", "limit", "clear"}              the latest reading is beyond a limit
    {"kind": "duration", "property", "op", "limit", "clear", "seconds"}    all readings have been, for so long
    {"kind": "rate", "property", "op", "limit", "clear", "seconds"}        change an hour, over so long
    {"kind": "count", "property", "op", "limit", "seconds", "times"}       so many readings beyond it in so long
    {"kind": "absence", "property", "seconds"}                             no reading for so long
    {"kind": "spatial", "property", "where": "inside" | "outside", "polygon": [[longitude, latitude], …]}
    {"kind": "all" | "any", "of": [conditions]}

`clear` is where a condition that came to hold ends: short of the limit, so that it does not flutter (hysteresis).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Any, NamedTuple

from tongban.platform.sensing.rules.conditions import OPS, Condition, ConditionGroup, Leaf

LEVELS = ("blue", "yellow", "orange", "red")
MEASURING = ("threshold", "duration", "rate", "count")
KINDS = (*MEASURING, "absence", "spatial")
MAX_SECONDS = 400 * 86400
MAX_LEAVES = 20
MAX_TIMES = 500
DAYS = range(1, 8)


class RuleFault(NamedTuple):
    """Something wrong in a definition. where: the way to it; what: a word for it; value: what stands there."""

    where: str
    what: str
    value: str = ""


class Rung(NamedTuple):
    """A level, and when it holds."""

    level: str
    when: Condition


@dataclass(frozen=True)
class Schedule:
    """When a rule holds: on these days of the week, from a time to a time; past midnight where `until` is earlier."""

    days: frozenset[int]
    begin: time
    end: time

    def is_open(self, at: datetime) -> bool:
        """Say whether the rule holds at a local moment."""
        clock = at.time()
        if self.begin < self.end:
            return at.isoweekday() in self.days and self.begin <= clock < self.end
        if clock >= self.begin:
            return at.isoweekday() in self.days
        return clock < self.end and (at - timedelta(days=1)).isoweekday() in self.days

    def next_change(self, at: datetime) -> datetime:
        """Return when that may change next."""
        days = (at.date() + timedelta(days=number) for number in range(2))
        moments = [datetime.combine(day, clock, at.tzinfo) for day in days for clock in (self.begin, self.end)]
        return min(moment for moment in moments if moment > at)


@dataclass(frozen=True)
class AlertDefinition:
    """A rule as it is judged by."""

    ladder: tuple[Rung, ...]
    kind: str = ""
    area: str = ""
    things: frozenset[str] = frozenset()
    schedule: Schedule | None = None
    clear_seconds: float = 0
    stale_seconds: float | None = None
    escalate_seconds: float | None = None
    zone: tzinfo = field(default=UTC, compare=False)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """All that is measured, in the order in which states remember it."""
        return tuple(leaf for rung in self.ladder for leaf in rung.when.leaves)

    @cached_property
    def properties(self) -> frozenset[str]:
        return frozenset(leaf.measures for leaf in self.leaves)

    @cached_property
    def needs_nothing(self) -> bool:
        """Whether it may hold before the first reading came."""
        return any(leaf.kind == "absence" for leaf in self.leaves)

    def concerns(self, *, key: str, kind: str, area: str) -> bool:
        """Say whether the rule is about this thing."""
        if self.things and key not in self.things:
            return False
        return (not self.kind or kind == self.kind) and area.startswith(self.area)

    def is_open(self, at: float) -> bool:
        return self.schedule is None or self.schedule.is_open(datetime.fromtimestamp(at, self.zone))

    def next_change(self, at: float) -> float | None:
        if self.schedule is None:
            return None
        return self.schedule.next_change(datetime.fromtimestamp(at, self.zone)).timestamp()


def parsed(data: Mapping[str, Any], zone: tzinfo) -> AlertDefinition:
    """Return a definition that has no faults. zone: where its schedule is read."""
    scope, schedule = data.get("scope", {}), data.get("schedule")
    return AlertDefinition(
        ladder=tuple(Rung(rung["level"], _condition(rung["when"])) for rung in data.get("ladder", [])),
        kind=scope.get("kind", ""),
        area=scope.get("area", ""),
        things=frozenset(scope.get("things", ())),
        schedule=_schedule(schedule) if schedule else None,
        clear_seconds=float(data.get("clear_seconds") or 0),
        stale_seconds=data.get("stale_seconds"),
        escalate_seconds=data.get("escalate_seconds"),
        zone=zone,
    )


def faults(data: Any) -> list[RuleFault]:
    """Return what is wrong with a definition; [] where it can be published."""
    if not isinstance(data, Mapping):
        return [RuleFault("", "mapping")]
    known = {"scope", "ladder", "schedule", "clear_seconds", "stale_seconds", "escalate_seconds"}
    found = [RuleFault(key, "unknown", key) for key in data if key not in known]
    found += [
        RuleFault(name, "seconds", str(data[name]))
        for name in ("clear_seconds", "stale_seconds", "escalate_seconds")
        if data.get(name) is not None and not _is_number(data[name], 0, MAX_SECONDS)
    ]
    found += _scope_faults(data.get("scope", {}))
    found += _schedule_faults(data["schedule"]) if data.get("schedule") is not None else []
    found += _ladder_faults(data.get("ladder"))
    return found


def _scope_faults(scope: Any) -> Iterator[RuleFault]:
    if not isinstance(scope, Mapping):
        yield RuleFault("scope", "mapping")
        return
    yield from (RuleFault(f"scope.{key}", "unknown", key) for key in scope if key not in {"kind", "area", "things"})
    yield from (
        RuleFault(f"scope.{name}", "text") for name in ("kind", "area") if not isinstance(scope.get(name, ""), str)
    )
    things = scope.get("things", [])
    if not isinstance(things, list) or not all(isinstance(key, str) for key in things):
        yield RuleFault("scope.things", "texts")


def _schedule_faults(schedule: Any) -> list[RuleFault]:
    if not isinstance(schedule, Mapping):
        return [RuleFault("schedule", "mapping")]
    days = schedule.get("days", list(DAYS))
    found = (
        [] if isinstance(days, list) and days and all(day in DAYS for day in days) else [RuleFault("schedule", "days")]
    )
    for name in ("from", "until"):
        if _time(schedule.get(name)) is None:
            found.append(RuleFault(f"schedule.{name}", "time", str(schedule.get(name, ""))))
    return found


def _ladder_faults(ladder: Any) -> list[RuleFault]:
    if not isinstance(ladder, list) or not ladder:
        return [RuleFault("ladder", "empty")]
    found: list[RuleFault] = []
    ranks = []
    for number, rung in enumerate(ladder):
        where = f"ladder.{number}"
        if not isinstance(rung, Mapping) or rung.get("level") not in LEVELS:
            found.append(RuleFault(f"{where}.level", "level"))
            continue
        ranks.append(LEVELS.index(rung["level"]))
        found += _condition_faults(rung.get("when"), f"{where}.when")
    if ranks != sorted(set(ranks)):
        found.append(RuleFault("ladder", "order"))
    if not found and sum(len(_condition(rung["when"]).leaves) for rung in ladder) > MAX_LEAVES:
        found.append(RuleFault("ladder", "many", str(MAX_LEAVES)))
    return found


def _condition_faults(data: Any, where: str, depth: int = 0) -> list[RuleFault]:
    if not isinstance(data, Mapping) or not isinstance(kind := data.get("kind"), str):
        return [RuleFault(where, "condition")]
    if kind in ("all", "any"):
        parts = data.get("of")
        if not isinstance(parts, list) or not parts or depth > 5:
            return [RuleFault(f"{where}.of", "condition")]
        inside = (_condition_faults(part, f"{where}.of.{number}", depth + 1) for number, part in enumerate(parts))
        return [fault for found in inside for fault in found]
    if kind not in KINDS:
        return [RuleFault(f"{where}.kind", "kind", kind)]
    return list(_leaf_faults(data, where, kind))


def _leaf_faults(data: Mapping[str, Any], where: str, kind: str) -> Iterator[RuleFault]:
    if not isinstance(data.get("property"), str) or not data["property"]:
        yield RuleFault(f"{where}.property", "property")
    if kind in MEASURING:
        yield from _limit_faults(data, where, kind)
    if kind in {"duration", "rate", "count", "absence"} and not _is_number(data.get("seconds"), 1, MAX_SECONDS):
        yield RuleFault(f"{where}.seconds", "seconds", str(data.get("seconds", "")))
    if kind == "count" and not (isinstance(times := data.get("times"), int) and 1 <= times <= MAX_TIMES):
        yield RuleFault(f"{where}.times", "times", str(MAX_TIMES))
    if kind == "spatial":
        if data.get("where") not in {"inside", "outside"}:
            yield RuleFault(f"{where}.where", "where")
        if not _is_polygon(data.get("polygon")):
            yield RuleFault(f"{where}.polygon", "polygon")


def _limit_faults(data: Mapping[str, Any], where: str, kind: str) -> Iterator[RuleFault]:
    op: Any = data.get("op")
    limit: Any = data.get("limit")
    clear: Any = data.get("clear")
    if op not in OPS:
        yield RuleFault(f"{where}.op", "op")
        return
    if not _is_number(limit):
        yield RuleFault(f"{where}.limit", "number", str(limit))
        return
    if clear is not None and (kind == "count" or not _is_number(clear) or not _is_short_of(op, clear, limit)):
        yield RuleFault(f"{where}.clear", "clear")


def _is_short_of(op: str, clear: float, limit: float) -> bool:
    if op in {">", ">="}:
        return clear <= limit
    return clear >= limit if op in {"<", "<="} else clear == limit


def _condition(data: Mapping[str, Any]) -> Condition:
    kind = data["kind"]
    if kind in ("all", "any"):
        return ConditionGroup(kind == "all", tuple(_condition(part) for part in data["of"]))
    return Leaf(
        kind=kind,
        measures=data["property"],
        op=data.get("op", ">"),
        limit=float(data.get("limit", 0)),
        clear=float(data["limit"] if data.get("clear") is None else data["clear"]) if kind in MEASURING else 0.0,
        seconds=float(data.get("seconds", 0)),
        times=data.get("times", 1),
        inside=data.get("where") == "inside",
        polygon=tuple((float(x), float(y)) for x, y in data.get("polygon", ())),
    )


def _schedule(data: Mapping[str, Any]) -> Schedule:
    begin, end = _time(data["from"]), _time(data["until"])
    assert begin is not None
    assert end is not None
    return Schedule(frozenset(data.get("days", DAYS)), begin, end)


def _time(written: Any) -> time | None:
    try:
        return time.fromisoformat(written)
    except (TypeError, ValueError):
        return None


def _is_number(value: Any, least: float = -1e300, most: float = 1e300) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_polygon(points: Any) -> bool:
    if not isinstance(points, Sequence) or isinstance(points, str) or not 3 <= len(points) <= 1000:
        return False
    return all(
        isinstance(point, list | tuple)
        and len(point) == 2
        and _is_number(point[0], -180, 180)
        and _is_number(point[1], -90, 90)
        for point in points
    )

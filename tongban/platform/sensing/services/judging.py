"""Rules are shown what was measured and what time it is; what comes of it is kept as alerts and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from tongban.infrastructure.database import bulk
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.memo import Memo
from tongban.platform.sensing.models import (
    AlertRuleState,
    AlertRuleVersion,
    Datastream,
    Observation,
    Thing,
)
from tongban.platform.sensing.rules import evaluating
from tongban.platform.sensing.rules.conditions import ReadingPoint
from tongban.platform.sensing.rules.definitions import AlertDefinition, parsed
from tongban.platform.sensing.rules.evaluating import AlertTransition, RuleMemory
from tongban.platform.sensing.services import alerting

CHUNK = 200
MAX_PAST = 20_000  # readings by which a condition is rebuilt


class WatchedThing(NamedTuple):
    """What rules need to know of a thing."""

    pk: int
    key: str
    kind: str
    area: str


class Shown(NamedTuple):
    """A reading that counts, and what it is a reading of."""

    thing: WatchedThing
    measures: str
    stream: int
    at: datetime
    value: float | None
    data: Any

    @property
    def point(self) -> ReadingPoint:
        return ReadingPoint(self.at.timestamp(), self.value, self.data)


@dataclass(frozen=True)
class RuleInForce:
    """A rule as it holds at the moment."""

    rule: int
    version: int
    definition: AlertDefinition


@dataclass(frozen=True)
class RuleBook:
    """All rules with their versions, and which of them are about which thing.

    versions   rule → its versions, the latest first: (from when, number of the row, definition)
    """

    versions: dict[int, list[tuple[datetime, int, AlertDefinition]]]
    _about: dict[tuple[WatchedThing, tuple[int, ...]], list[RuleInForce]] = field(default_factory=dict)

    def in_force(self, at: datetime) -> list[RuleInForce]:
        found = []
        for rule, versions in self.versions.items():
            version = next((one for one in versions if one[0] <= at), None)
            if version is not None:
                found.append(RuleInForce(rule, version[1], version[2]))
        return found

    def about(self, thing: WatchedThing, rules: Sequence[RuleInForce]) -> list[RuleInForce]:
        key = thing, tuple(one.version for one in rules)
        if key not in self._about:
            named = {"key": thing.key, "kind": thing.kind, "area": thing.area}
            self._about[key] = [one for one in rules if one.definition.concerns(**named)]
        return self._about[key]


# Made anew every second, so that a rule published elsewhere holds here soon.
_book: Memo[RuleBook] = Memo(1, seconds=lambda: 1.0)


def forget_rules() -> None:
    """Read the rules anew when they are needed next."""
    _book.forget()


def rule_book() -> RuleBook:
    return _book.get("rules", _read_rules)


def _read_rules() -> RuleBook:
    versions: dict[int, list[tuple[datetime, int, AlertDefinition]]] = {}
    for one in AlertRuleVersion.objects.order_by("-valid_from"):
        versions.setdefault(one.rule_id, []).append((one.valid_from, one.pk, parsed(one.definition, zone())))
    return RuleBook(versions)


def zone() -> tzinfo:
    """Return where schedules of rules are read."""
    return timezone.get_default_timezone()


def show(readings: Sequence[Shown], *, now: datetime) -> None:
    """Show the rules what was measured, in the order in which it was measured. In the transaction that keeps it."""
    book = rule_book()
    if not book.versions or not readings:
        return
    rules = book.in_force(now)
    concerned: dict[tuple[int, int], tuple[RuleInForce, list[Shown]]] = {}
    for one in readings:
        for rule in book.about(one.thing, rules):
            if one.measures in rule.definition.properties:
                concerned.setdefault((rule.rule, one.thing.pk), (rule, []))[1].append(one)
    if not concerned:
        return
    states = _locked(concerned, now)
    for key, (rule, shown) in sorted(concerned.items(), key=lambda item: item[0]):
        judged = Judged(states[key], rule)
        judged.follow_version(now)
        for one in sorted(shown, key=lambda reading: reading.at):
            judged.take(one)
        judged.keep()
    _save(states.values())


def look_at_due(*, limit: int = CHUNK) -> int:
    """Judge what time alone may have changed; return how much was looked at."""
    seen = 0
    while count := _look_at_some(limit):
        seen += count
        if count < limit:
            break
    return seen


@transaction.atomic
def _look_at_some(limit: int) -> int:
    now = clock.now()
    rules = {one.rule: one for one in rule_book().in_force(now)}
    found = list(AlertRuleState.objects.due(at=now).select_for_update(skip_locked=True)[:limit])
    for state in found:
        rule = rules.get(state.rule_id)
        if rule is None:  # published a moment ago in another process, or not valid yet
            state.due_at = None
            continue
        judged = Judged(state, rule)
        judged.follow_version(now)
        judged.judge(now)
        judged.keep()
    _save(found)
    return len(found)


@transaction.atomic
def apply_version(*, version: AlertRuleVersion, things: Iterable[int]) -> None:
    """Judge these things by a version that holds from now on: those it is about, and those it no longer is."""
    now = clock.now()
    rule = next((one for one in rule_book().in_force(now) if one.rule == version.rule_id), None)
    if rule is None or rule.version != version.pk:
        return  # a later version holds already
    ended = RuleInForce(rule.rule, rule.version, AlertDefinition(ladder=()))
    known = {state.thing_id for state in AlertRuleState.objects.of([rule.rule], things)}
    found = {thing.pk: thing for thing in Thing.objects.with_ids(things)}
    concerned: dict[tuple[int, int], tuple[RuleInForce, list[Shown]]] = {}
    for pk, thing in found.items():
        is_about = rule.definition.concerns(key=thing.key, kind=thing.kind, area=thing.area)
        if is_about or pk in known:
            concerned[rule.rule, pk] = (rule if is_about else ended, [])
    states = _locked(concerned, now)
    for key, (by, _none) in concerned.items():
        judged = Judged(states[key], by)
        judged.rebuild(now)
        judged.judge(now)
        judged.keep()
    _save(states.values())


@dataclass
class Judged:
    """One rule and one thing while they are judged.

    told   what came of it, in order: transitions, and readings that hit an open alert (without one)
    """

    state: AlertRuleState
    rule: RuleInForce
    told: list[tuple[AlertTransition | None, Shown | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = RuleMemory.read(self.state.data)

    def follow_version(self, now: datetime) -> None:
        """Go on under the version that holds now."""
        if self.state.version_id != self.rule.version:
            self.rebuild(now)

    def rebuild(self, now: datetime) -> None:
        self.memory = evaluating.rebuilt(self.rule.definition, self.memory, self._past, now.timestamp())
        self.state.version_id = self.rule.version

    def take(self, one: Shown) -> None:
        definition = self.rule.definition
        self._tell(evaluating.take(definition, self.memory, one.measures, one.point, self._past), one)
        if self.memory.level is not None and self.memory.clear_from is None:
            self.told.append((None, one))

    def judge(self, now: datetime) -> None:
        self._tell(evaluating.judge(self.rule.definition, self.memory, now.timestamp()), None)

    def keep(self) -> None:
        """Write what came of it: the state, the alert, its history, the journal."""
        due = evaluating.due(self.rule.definition, self.memory)
        self.state.data = self.memory.written()
        self.state.due_at = None if due is None else datetime.fromtimestamp(due, UTC)
        if self.told:
            alerting.record(self.state, self.told)

    def _tell(self, transitions: Iterable[AlertTransition], one: Shown | None) -> None:
        self.told += [(transition, one) for transition in transitions]

    def _past(self, measured: str, seconds: float, until: float | None) -> list[ReadingPoint]:
        streams = list(Datastream.objects.measuring(self.state.thing_id, [measured]).values_list("pk", flat=True))
        last = None if until is None else datetime.fromtimestamp(until, UTC)
        points = [point for stream in streams for point in past_of(stream, seconds, last)]
        return sorted(points, key=lambda point: point.at)


def past_of(stream: int, seconds: float, last: datetime | None) -> list[ReadingPoint]:
    """Return the readings of a stream that count, of so many seconds back from the last one, and one before."""
    counted = Observation.objects.of_stream(stream).filter(quality="valid").order_by("-at", "-pk")
    if last is not None:
        counted = counted.filter(at__lte=last)
    rows: list[ReadingPoint] = []
    for at, value, data in counted.values_list("at", "value", "data")[:MAX_PAST].iterator():
        rows.append(ReadingPoint(at.timestamp(), value, data))
        if rows[0].at - rows[-1].at > seconds:
            break
    return rows[::-1]


def _locked(concerned: dict[tuple[int, int], tuple[RuleInForce, Any]], now: datetime) -> dict[tuple[int, int], Any]:
    """Return the states of these rules and things, made where they are missing, and hold them."""
    found = _held(concerned)
    if missing := sorted(set(concerned) - found.keys()):
        AlertRuleState.objects.bulk_create(
            [
                AlertRuleState(
                    rule_id=rule,
                    thing_id=thing,
                    version_id=concerned[rule, thing][0].version,
                    data=RuleMemory.begin(concerned[rule, thing][0].definition, now.timestamp()).written(),
                )
                for rule, thing in missing
            ],
            ignore_conflicts=True,
        )
        found |= _held(missing)
    return found


def _held(keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Any]:
    wanted = set(keys)
    rows = AlertRuleState.objects.of({rule for rule, _thing in wanted}, {thing for _rule, thing in wanted})
    held = rows.select_for_update().order_by("rule", "thing")
    return {(row.rule_id, row.thing_id): row for row in held if (row.rule_id, row.thing_id) in wanted}


def _save(states: Iterable[AlertRuleState]) -> None:
    rows = [(state.pk, state.version_id, state.data, state.due_at) for state in states]
    bulk.update_all(AlertRuleState, ("version", "data", "due_at"), rows)

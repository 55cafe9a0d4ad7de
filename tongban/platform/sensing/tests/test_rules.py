"""The judging that goes on reading by reading says what a slow one says that knows everything each time."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.platform.sensing.rules import evaluating, trying
from tongban.platform.sensing.rules.conditions import OPS, SLOTS, ConditionGroup, ReadingPoint, is_inside
from tongban.platform.sensing.rules.definitions import LEVELS, Schedule, faults, parsed
from tongban.platform.sensing.rules.evaluating import RuleMemory


class Slow:
    """The reference: keeps every reading, looks at all of them each time, remembers only what came to hold."""

    def __init__(self, definition, since):
        self.definition, self.since = definition, since
        self.points = []  # (property, point), as they came
        self.held = {}
        self.level = self.clear_from = None
        self.boost, self.boost_at = 0, None
        self.until = 0.0

    def of(self, leaf):
        mine = [p for name, p in self.points if name == leaf.measures]
        if leaf.kind not in ("absence", "spatial"):
            mine = [p for p in mine if p.value is not None]
        return [p for _n, p in sorted(enumerate(mine), key=lambda pair: (pair[1].at, pair[0]))]

    def is_true(self, leaf, limit, points, now):
        beyond = [OPS[leaf.op](p.value, limit) if p.value is not None else False for p in points]
        if leaf.kind == "threshold":
            return beyond[-1]
        if leaf.kind == "duration":
            run = 0
            while run < len(points) and beyond[-1 - run]:
                run += 1
            return bool(run) and now - points[-run].at >= leaf.seconds
        if leaf.kind == "count":
            hits = [p.at for p, yes in zip(points, beyond, strict=True) if yes]
            return sum(at > now - leaf.seconds for at in hits) >= leaf.times
        rate = self.rate(leaf, points)
        return rate is not None and OPS[leaf.op](rate, limit)

    def rate(self, leaf, points):
        width, newest = leaf.seconds / SLOTS, points[-1].at
        last = {}
        for p in points:
            last[p.at // width] = p
        kept = [p for p in sorted(last.values(), key=lambda p: p.at) if p.at >= newest - leaf.seconds]
        if len(kept) < 2 or kept[0].at == kept[-1].at:
            return None
        return (kept[-1].value - kept[0].value) / (kept[-1].at - kept[0].at) * 3600

    def judged(self, number, leaf, now):
        points, stale = self.of(leaf), self.definition.stale_seconds
        if leaf.kind == "absence":
            return now - (points[-1].at if points else self.since) >= leaf.seconds
        if not points or (stale is not None and now - points[-1].at > stale):
            return False
        if self.is_true(leaf, leaf.limit, points, now):
            return True
        if not self.held.get(number):
            return False
        if leaf.kind in ("threshold", "duration"):
            return OPS[leaf.op](points[-1].value, leaf.clear)
        return leaf.kind == "rate" and self.is_true(leaf, leaf.clear, points, now)

    def take(self, name, point):
        self.points.append((name, point))
        newest = max(p.at for other, p in self.points if other == name)
        return self.judge(newest)

    def judge(self, at):
        states = {}
        for number, leaf in enumerate(self.definition.leaves):
            self.held[number] = states[leaf] = self.judged(number, leaf, at)
        self.until = at = max(at, self.until)
        rungs = [LEVELS.index(r.level) for r in self.definition.ladder if r.when.holds(states)]
        return self.move(max(rungs) if rungs else None, at)

    def move(self, target, at):
        if target is None:
            if self.level is None:
                return []
            self.clear_from = at if self.clear_from is None else self.clear_from
            if at < self.clear_from + self.definition.clear_seconds:
                return []
            told, self.level, self.clear_from, self.boost, self.boost_at = self.level, None, None, 0, None
            return [("cleared", LEVELS[told])]
        self.clear_from = None
        if self.level is None:
            self.level = target
            if self.definition.escalate_seconds is not None:
                self.boost_at = at + self.definition.escalate_seconds
            return [("raised", LEVELS[target])]
        kind = "level"
        if self.boost_at is not None and at >= self.boost_at:
            kind, self.boost, self.boost_at = "escalated", self.boost + 1, at + self.definition.escalate_seconds
        level = min(target + self.boost, 3)
        self.boost_at = None if level == 3 else self.boost_at
        changed, self.level = level != self.level, level
        return [(kind, LEVELS[level])] if changed else []


limits = st.integers(-3, 3)
measures = st.sampled_from(["a", "b"])
seconds = st.sampled_from([30, 60, 120])


@st.composite
def conditions(draw, depth=0):
    kinds = ["threshold", "duration", "rate", "count", "absence"] + (["all", "any"] if depth < 2 else [])
    kind = draw(st.sampled_from(kinds))
    if kind in ("all", "any"):
        return {"kind": kind, "of": draw(st.lists(conditions(depth + 1), min_size=1, max_size=3))}
    found = {"kind": kind, "property": draw(measures)}
    if kind != "absence":
        op, limit = draw(st.sampled_from([">", ">=", "<", "<="])), draw(limits)
        found |= {"op": op, "limit": limit}
        if kind != "count":
            step = draw(st.integers(0, 2))
            found["clear"] = limit - step if op in (">", ">=") else limit + step
    if kind != "threshold":
        found["seconds"] = draw(seconds)
    if kind == "count":
        found["times"] = draw(st.integers(1, 4))
    return found


@st.composite
def rules(draw):
    levels = sorted(draw(st.sets(st.sampled_from(LEVELS), min_size=1, max_size=3)), key=LEVELS.index)
    return {
        "ladder": [{"level": level, "when": draw(conditions())} for level in levels],
        "clear_seconds": draw(st.sampled_from([0, 45])),
        "stale_seconds": draw(st.sampled_from([None, 90])),
        "escalate_seconds": draw(st.sampled_from([None, 100])),
    }


# A reading: which property, how far on (0: doubled moment; much: a gap), how late, its value. Or the clock looks.
happenings = st.lists(
    st.one_of(
        st.tuples(measures, st.sampled_from([0, 5, 10, 20, 200]), st.sampled_from([0, 0, 0, 7, 40, 150]), limits),
        st.just("look"),
    ),
    max_size=30,
)


@given(rules(), happenings)
@settings(max_examples=400, deadline=None)
def test_judging_reading_by_reading_is_judging_with_everything_known(data, told):
    assert faults(data) == []
    definition, begin = parsed(data, UTC), 1_000_000.0
    slow, memory, now = Slow(definition, begin), RuleMemory.begin(definition, begin), begin
    shown: dict[str, list[ReadingPoint]] = {"a": [], "b": []}

    def past(name, back, until):
        return trying.within(shown[name], back, until)

    for one in told:
        if one == "look":
            now += 15
            fast = evaluating.judge(definition, memory, now)
            expected = slow.judge(now)
        else:
            name, on, late, value = one
            now += on
            point = ReadingPoint(now - late, float(value))
            shown[name].append(point)
            if name not in definition.properties:
                continue
            fast = evaluating.take(definition, memory, name, point, past)
            expected = slow.take(name, point)
        memory = RuleMemory.read(memory.written())
        assert [(one.kind, one.level) for one in fast] == expected


@given(rules(), happenings)
@settings(max_examples=150, deadline=None)
def test_the_clock_need_look_only_when_it_is_due(data, told):
    """Nothing changes at a moment before the one that `due` names."""
    definition, now = parsed(data, UTC), 1_000_000.0
    memory = RuleMemory.begin(definition, now)
    points: dict[str, list[ReadingPoint]] = {"a": [], "b": []}

    def past(name, back, until):
        return trying.within(points[name], back, until)

    for one in told:
        if one == "look":
            continue
        name, on, late, value = one
        now += on
        point = ReadingPoint(now - late, float(value))
        points[name].append(point)
        if name in definition.properties:
            evaluating.take(
                definition, memory, name, point, lambda n, back, until: trying.within(points[n], back, until)
            )
    evaluating.judge(definition, memory, now)
    due = evaluating.due(definition, memory)
    for ahead in (1, 10, 29, 44, 59, 99, 400):
        if due is None or now + ahead < due:
            copy = RuleMemory.read(deepcopy(memory.written()))
            assert evaluating.judge(definition, copy, now + ahead) == []


def test_a_schedule_past_midnight_belongs_to_the_day_it_began():
    night = Schedule(frozenset({5}), datetime(2026, 1, 1, 22).time(), datetime(2026, 1, 1, 6).time())  # noqa: DTZ001
    friday = datetime(2026, 7, 3, 23, tzinfo=UTC)

    assert night.is_open(friday)
    assert night.is_open(datetime(2026, 7, 4, 5, 59, tzinfo=UTC))
    assert not night.is_open(datetime(2026, 7, 4, 6, tzinfo=UTC))
    assert not night.is_open(datetime(2026, 7, 3, 5, tzinfo=UTC))
    assert night.next_change(friday) == datetime(2026, 7, 4, 6, tzinfo=UTC)


@pytest.mark.parametrize(("x", "y", "inside"), [(1, 1, True), (3, 1, False), (-1, 1, False), (1, 3, False)])
def test_a_place_is_inside_an_outline_or_not(x, y, inside):
    assert is_inside(((0, 0), (2, 0), (2, 2), (0, 2)), x, y) is inside


def test_of_several_conditions_all_or_any_hold():
    one, other = object(), object()

    class Part:
        def __init__(self, key):
            self.key, self.leaves = key, ()

        def holds(self, states):
            return states[self.key]

    for every, expected in ((True, False), (False, True)):
        assert ConditionGroup(every, (Part(one), Part(other))).holds({one: True, other: False}) is expected

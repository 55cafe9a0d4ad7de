"""How an alert rises and falls: levels, clearing, escalation, and when the clock has to look again.

A rule is judged when a reading came, at the moment it was measured, and when the clock says so. What it remembers of a
thing between two such moments is a `RuleMemory`; only readings that count are shown to it, doubles never.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tongban.platform.sensing.rules.conditions import Leaf, Memory, NeedsPast, ReadingPoint
from tongban.platform.sensing.rules.definitions import LEVELS, AlertDefinition

# Given a property, how many seconds back, and up to when (None: to the latest), return its readings in order, with one
# before these seconds.
Past = Callable[[str, float, float | None], Sequence[ReadingPoint]]


class AlertTransition(NamedTuple):
    """Something that is told. kind: "raised", "level", "escalated", "cleared"; level: the one after it."""

    kind: str
    level: str
    at: float


@dataclass
class RuleMemory:
    """What a rule remembers of a thing.

    since      when it began to look
    leaves     of each condition what it needs
    level      of the open alert, as a number of LEVELS; None where there is none
    until      the latest moment at which it was judged
    clear_from since when no condition holds while the alert is still open
    boost      by how many levels it rose because nobody acknowledged it; boost_at: when it does so next
    muted      somebody closed the alert although it holds: nothing is raised until it does not
    """

    since: float
    leaves: list[Memory] = field(default_factory=list)
    level: int | None = None
    until: float = 0.0
    clear_from: float | None = None
    boost: int = 0
    boost_at: float | None = None
    muted: bool = False

    @classmethod
    def begin(cls, definition: AlertDefinition, at: float) -> "RuleMemory":
        return cls(since=at, leaves=[{} for _leaf in definition.leaves])

    @classmethod
    def read(cls, data: dict[str, Any]) -> "RuleMemory":
        return cls(**data)

    def written(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def latest(self, definition: AlertDefinition, measured: str) -> float | None:
        """Return when this property was last measured, as far as it was shown."""
        pairs = zip(definition.leaves, self.leaves, strict=True)
        return max(
            (memory["at"] for leaf, memory in pairs if leaf.measures == measured and "at" in memory), default=None
        )


def take(
    definition: AlertDefinition, memory: RuleMemory, measured: str, point: ReadingPoint, past: Past
) -> list[AlertTransition]:
    """Show a reading of a property and return what it brought about."""
    for number, leaf in enumerate(definition.leaves):
        if leaf.measures == measured:
            _show(leaf, memory.leaves, number, point, past)
    latest = memory.latest(definition, measured)
    return judge(definition, memory, max(point.at, latest or point.at))


def judge(definition: AlertDefinition, memory: RuleMemory, at: float) -> list[AlertTransition]:
    """Judge a rule at a moment and return what it brought about."""
    stale, states = definition.stale_seconds, {}
    for leaf, kept in zip(definition.leaves, memory.leaves, strict=True):
        # Equal conditions in one rule remember the same.
        states[leaf] = leaf.judge(kept, at, stale, memory.since)
    memory.until = at = max(at, memory.until)
    target = None
    if definition.is_open(at):
        held = [LEVELS.index(rung.level) for rung in definition.ladder if rung.when.holds(states)]
        target = max(held, default=None)
    return _move(definition, memory, target, at)


def rebuilt(definition: AlertDefinition, old: RuleMemory, past: Past, at: float) -> RuleMemory:
    """Return the memory under another version of the rule: conditions anew, the open alert as it is."""
    memory = RuleMemory.begin(definition, at)
    memory.leaves = [leaf.rebuild(past(leaf.measures, leaf.past_seconds, None)) for leaf in definition.leaves]
    memory.level, memory.until, memory.boost, memory.muted = old.level, old.until, old.boost, old.muted
    if memory.level is not None and definition.escalate_seconds is not None and old.boost_at is not None:
        memory.boost_at = old.boost_at
    return memory


def due(definition: AlertDefinition, memory: RuleMemory) -> float | None:
    """Return when the clock has to judge it next; None where only a reading can change something."""
    moments = [
        leaf.due(kept, definition.stale_seconds, memory.since)
        for leaf, kept in zip(definition.leaves, memory.leaves, strict=True)
    ]
    moments.append(memory.boost_at if memory.clear_from is None else memory.clear_from + definition.clear_seconds)
    moments.append(definition.next_change(memory.until) if memory.until else None)
    ahead = [moment for moment in moments if moment is not None]
    return min(ahead, default=None)


def acknowledge(memory: RuleMemory) -> None:
    """Remember that somebody looks after the alert: it does not rise by itself any more."""
    memory.boost_at = None


def close(memory: RuleMemory) -> None:
    """Remember that somebody closed the alert: it is not raised again before the condition has ended once."""
    memory.level = memory.clear_from = memory.boost_at = None
    memory.boost, memory.muted = 0, True


def _show(leaf: Leaf, kept: list[Memory], number: int, point: ReadingPoint, past: Past) -> None:
    try:
        leaf.take(kept[number], point)
    except NeedsPast:
        on = kept[number].get("on", False)
        kept[number] = leaf.rebuild(past(leaf.measures, leaf.past_seconds, kept[number]["at"]))
        kept[number]["on"] = on


def _move(definition: AlertDefinition, memory: RuleMemory, target: int | None, at: float) -> list[AlertTransition]:
    if memory.muted:
        memory.muted = target is not None
        return []
    if target is None:
        return _fall(definition, memory, at)
    memory.clear_from = None
    if memory.level is None:
        memory.level, memory.boost = target, 0
        memory.boost_at = None if definition.escalate_seconds is None else at + definition.escalate_seconds
        return [AlertTransition("raised", LEVELS[target], at)]
    kind = "level"
    if memory.boost_at is not None and at >= memory.boost_at:
        assert definition.escalate_seconds is not None
        kind, memory.boost = "escalated", memory.boost + 1
        memory.boost_at = at + definition.escalate_seconds
    level = min(target + memory.boost, len(LEVELS) - 1)
    if level == len(LEVELS) - 1:
        memory.boost_at = None
    if level == memory.level:
        return []
    memory.level = level
    return [AlertTransition(kind, LEVELS[level], at)]


def _fall(definition: AlertDefinition, memory: RuleMemory, at: float) -> list[AlertTransition]:
    if memory.level is None:
        return []
    if memory.clear_from is None:
        memory.clear_from = at
    if at < memory.clear_from + definition.clear_seconds:
        return []
    level, memory.level = memory.level, None
    memory.clear_from = memory.boost_at = None
    memory.boost = 0
    return [AlertTransition("cleared", LEVELS[level], at)]

"""The tree of an expression; every node gives its value in a scope, and null (None) where it has none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from tongban.infrastructure.feel.rules import moments, values
from tongban.infrastructure.feel.rules.functions import Function
from tongban.infrastructure.feel.rules.values import Range, both, compare, either, kind, taken

# Rounds of for, some, every and filters that one evaluation may make.
MAX_ROUNDS = 20_000
MISSING = object()


class TooLong(RuntimeError):
    """The expression goes round too often; its value is null."""


class Scope:
    """What names stand for: the context, and above it what for, some, every and filters name."""

    def __init__(self, context: Mapping[str, Any], today: Any = None, now: Any = None) -> None:
        self.context, self.today, self.now = context, today, now
        self.local: list[Mapping[str, Any]] = []
        self.rounds = 0

    def get(self, name: str) -> Any:
        for names in reversed(self.local):
            if name in names:
                return names[name]
        return taken(self.context[name]) if name in self.context else MISSING

    def within(self, names: Mapping[str, Any], node: "SyntaxNode") -> Any:
        self.rounds += 1
        if self.rounds > MAX_ROUNDS:
            raise TooLong
        self.local.append(names)
        try:
            return node.value(self)
        finally:
            self.local.pop()


@dataclass(frozen=True, slots=True)
class SyntaxNode:
    def value(self, scope: Scope) -> Any:
        raise NotImplementedError

    def parts(self) -> Iterator["SyntaxNode"]:
        for field in fields(self):
            held = getattr(self, field.name)
            for one in held if isinstance(held, tuple) else (held,):
                if isinstance(one, SyntaxNode):
                    yield one
                elif isinstance(one, tuple):
                    yield from (part for part in one if isinstance(part, SyntaxNode))

    def walk(self) -> Iterator["SyntaxNode"]:
        yield self
        for part in self.parts():
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Constant(SyntaxNode):
    content: Any

    def value(self, scope: Scope) -> Any:
        return self.content


@dataclass(frozen=True, slots=True)
class Name(SyntaxNode):
    """A name; `local` where for, some, every or a filter gives it its meaning."""

    name: str
    local: bool = False

    def value(self, scope: Scope) -> Any:
        found = scope.get(self.name)
        return None if found is MISSING else found


@dataclass(frozen=True, slots=True)
class Path(SyntaxNode):
    whole: SyntaxNode
    key: str

    def value(self, scope: Scope) -> Any:
        found = self.found(scope)
        return None if found is MISSING else found

    def found(self, scope: Scope) -> Any:
        return _at(self.whole.value(scope), self.key)


def _at(whole: Any, key: str) -> Any:
    if isinstance(whole, dict):
        return whole.get(key, MISSING)
    if isinstance(whole, list):
        return [None if (found := _at(part, key)) is MISSING else found for part in whole]
    found = moments.part(whole, key)
    return MISSING if found is None else found


@dataclass(frozen=True, slots=True)
class Listed(SyntaxNode):
    items: tuple[SyntaxNode, ...]

    def value(self, scope: Scope) -> Any:
        return [item.value(scope) for item in self.items]


@dataclass(frozen=True, slots=True)
class Context(SyntaxNode):
    """{a: 1, b: a + 1}: a later entry may name an earlier one."""

    entries: tuple[tuple[str, SyntaxNode], ...]

    def value(self, scope: Scope) -> Any:
        found: dict[str, Any] = {}
        for key, node in self.entries:
            found[key] = scope.within(dict(found), node)
        return found


@dataclass(frozen=True, slots=True)
class Between(SyntaxNode):
    """[low..high], or `x between low and high` where there is a subject."""

    low: SyntaxNode
    high: SyntaxNode
    with_low: bool = True
    with_high: bool = True
    subject: SyntaxNode | None = None

    def range(self, scope: Scope) -> Range:
        return Range(self.low.value(scope), self.high.value(scope), self.with_low, self.with_high)

    def value(self, scope: Scope) -> Any:
        held = self.range(scope)
        if self.subject is not None:
            return held.holds(self.subject.value(scope))
        return None if held.low is None or held.high is None or kind(held.low) != kind(held.high) else held


@dataclass(frozen=True, slots=True)
class And(SyntaxNode):
    left: SyntaxNode
    right: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return both(self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Or(SyntaxNode):
    left: SyntaxNode
    right: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return either(self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Compare(SyntaxNode):
    sign: str
    left: SyntaxNode
    right: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return compare(self.sign, self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Calculate(SyntaxNode):
    sign: str
    left: SyntaxNode
    right: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return values.calculate(self.sign, self.left.value(scope), self.right.value(scope))


@dataclass(frozen=True, slots=True)
class Minus(SyntaxNode):
    operand: SyntaxNode

    def value(self, scope: Scope) -> Any:
        value = self.operand.value(scope)
        if kind(value) == "number":
            return values.MATH.minus(value)
        return values.calculate("*", value, taken(-1)) if kind(value).endswith("duration") else None


@dataclass(frozen=True, slots=True)
class If(SyntaxNode):
    """Anything but true, null too, leads to `else` (DMN 1.5, table 56)."""

    condition: SyntaxNode
    then: SyntaxNode
    otherwise: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return (self.then if self.condition.value(scope) is True else self.otherwise).value(scope)


@dataclass(frozen=True, slots=True)
class Test(SyntaxNode):
    """One test of a cell, or behind `in`: `< 10`, `[1..5]`, `"a"`, or a condition on `?`."""

    sign: str
    operand: SyntaxNode

    def value(self, scope: Scope) -> Any:
        subject = scope.get("?")
        if not self.sign and isinstance(self.operand, Between) and not isinstance(subject, Range):
            # A range with an end that stands for nothing holds nothing: null.
            return self.operand.range(scope).holds(subject)
        value = self.operand.value(scope)
        if self.sign == "?":
            return value if isinstance(value, bool) else None
        return compare(self.sign, subject, value) if self.sign else values.among(subject, value)


@dataclass(frozen=True, slots=True)
class Tests(SyntaxNode):
    """Tests parted by commas: one must hold, or none with `not(…)`. No tests at all (`-`) hold for everything."""

    tests: tuple[Test, ...]
    none_of_them: bool = False

    def value(self, scope: Scope) -> Any:
        if not self.tests:
            return True
        result: bool | None = False
        for test in self.tests:
            result = either(result, test.value(scope))
        return values.negated(result) if self.none_of_them else result


@dataclass(frozen=True, slots=True)
class In(SyntaxNode):
    subject: SyntaxNode
    tests: Tests

    def value(self, scope: Scope) -> Any:
        return scope.within({"?": self.subject.value(scope)}, self.tests)


@dataclass(frozen=True, slots=True)
class Each(SyntaxNode):
    """for, some and every: all combinations of the lists' members."""

    word: str
    sources: tuple[tuple[str, SyntaxNode], ...]
    body: SyntaxNode

    def value(self, scope: Scope) -> Any:
        found = self._rounds(scope, 0)
        if self.word == "for" or found is None:
            return found
        result: bool | None = self.word == "every"
        for one in found:
            result = both(result, one) if self.word == "every" else either(result, one)
        return result

    def _rounds(self, scope: Scope, at: int) -> list[Any] | None:
        name, source = self.sources[at]
        members = _members(source.value(scope))
        if members is None:
            return None
        last = at + 1 == len(self.sources)
        found: list[Any] = []
        for member in members:
            if last:
                found.append(scope.within({name: member}, self.body))
            else:
                deeper = scope.within({name: member}, _Deeper(self, at + 1))
                if deeper is None:
                    return None
                found += deeper
        return found


@dataclass(frozen=True, slots=True)
class _Deeper(SyntaxNode):
    each: Each
    at: int

    def value(self, scope: Scope) -> Any:
        return self.each._rounds(scope, self.at)


@dataclass(frozen=True, slots=True)
class Steps(SyntaxNode):
    """low..high behind `for x in`: up or down, numbers or days."""

    low: SyntaxNode
    high: SyntaxNode

    def value(self, scope: Scope) -> Any:
        return _steps(self.low.value(scope), self.high.value(scope))


def _members(source: Any) -> list[Any] | None:
    if isinstance(source, Range):
        steps = _steps(source.low, source.high)
        if steps is None or values.compare("<=", source.low, source.high) is not True:
            return None
        return steps[not source.with_low : len(steps) - (not source.with_high)]
    return source if isinstance(source, list) or source is None else [source]


def _steps(low: Any, high: Any) -> list[Any] | None:
    if kind(low) != kind(high) or kind(low) not in {"number", "date"}:
        return None
    first, last = (int(low), int(high)) if kind(low) == "number" else (low.toordinal(), high.toordinal())
    if abs(last - first) > MAX_ROUNDS or (kind(low) == "number" and (first != low or last != high)):
        return None
    way = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    return [taken(at) if kind(low) == "number" else date.fromordinal(at) for at in way]


@dataclass(frozen=True, slots=True)
class Filter(SyntaxNode):
    """list[2], list[-1] or list[item > 5]; keys of the members may be named alone."""

    source: SyntaxNode
    condition: SyntaxNode

    def value(self, scope: Scope) -> Any:
        source = self.source.value(scope)
        members = source if isinstance(source, list) else [] if source is None else [source]
        index = self.condition.value(scope) if not _asks_item(self.condition) else None
        if kind(index) == "number":
            return _nth(members, index)
        return [one for one in members if scope.within(_named(one), self.condition) is True]


def _asks_item(node: SyntaxNode) -> bool:
    return any(isinstance(one, Name) and one.local and one.name == "item" for one in node.walk())


def _nth(members: list[Any], index: Any) -> Any:
    at = int(index)
    if at != index or at == 0 or abs(at) > len(members):
        return None
    return members[at - 1 if at > 0 else at]


def _named(member: Any) -> dict[str, Any]:
    return {"item": member, **(member if isinstance(member, dict) else {})}


@dataclass(frozen=True, slots=True)
class Call(SyntaxNode):
    function: Function
    arguments: tuple[SyntaxNode, ...]

    def value(self, scope: Scope) -> Any:
        return self.function.call([argument.value(scope) for argument in self.arguments])


@dataclass(frozen=True, slots=True)
class Clock(SyntaxNode):
    """today() and now(): what the caller says, so that the same question has the same answer again."""

    name: str

    def value(self, scope: Scope) -> Any:
        return scope.today if self.name == "today" else scope.now


@dataclass(frozen=True, slots=True)
class Defined(SyntaxNode):
    """is defined(name): true where it is there, even as null."""

    operand: Name | Path

    def value(self, scope: Scope) -> Any:
        if isinstance(self.operand, Path):
            return self.operand.found(scope) is not MISSING
        return scope.get(self.operand.name) is not MISSING

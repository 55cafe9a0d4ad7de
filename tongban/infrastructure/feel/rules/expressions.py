"""Expressions and cells, ready to be evaluated."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tongban.infrastructure.feel.rules import nodes
from tongban.infrastructure.feel.rules.nodes import Scope, SyntaxNode, TooLong
from tongban.infrastructure.feel.rules.parsing import Parser
from tongban.infrastructure.feel.rules.values import taken


@dataclass(frozen=True)
class Expression:
    """An expression: its text, and the tree it was read into."""

    text: str
    tree: SyntaxNode

    def evaluate(self, context: Mapping[str, Any], *, today: date | None = None, now: datetime | None = None) -> Any:
        """Return its value; None is null.

        context      name -> value: JSON, or dates, times and durations of Python
        today, now   what today() and now() give; null where nothing is said
        """
        return _value(self.tree, Scope(context, today, now))

    def names(self) -> frozenset[str]:
        """Return the names it asks for."""
        return self._asked

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(_names(self.tree))

    def literals(self) -> frozenset[tuple[str, str]]:
        """Return (name, text) pairs that it compares, so that a check finds outcomes that can never come."""
        return frozenset(_literals(self.tree))

    def constants(self) -> list[Any]:
        """Return the single values written in it: where its answer may change."""
        return list(_constants(self.tree))


@dataclass(frozen=True)
class Unary:
    """The tests of one cell: its text, and the tree they were read into."""

    text: str
    tree: nodes.Tests

    @property
    def anything(self) -> bool:
        """Whether everything passes: “-”."""
        return not self.tree.tests

    def holds(
        self, value: Any, context: Mapping[str, Any] | None = None, *, today: date | None = None, now: Any = None
    ) -> bool | None:
        """Say whether a value passes the tests; None is null, and does not pass."""
        scope = Scope(context or {}, today, now)
        scope.local.append({"?": taken(value)})
        result = _value(self.tree, scope)
        return result if isinstance(result, bool) else None

    def names(self) -> frozenset[str]:
        return frozenset(_names(self.tree))

    def constants(self) -> list[Any]:
        """Return the single values written in it: where its answer may change."""
        return list(_constants(self.tree))


def parse(text: str, names: Collection[str] | None = None, *, known: Collection[str] = ()) -> Expression:
    """Read an expression. Raises UnreadableExpression.

    names   what it may ask for: anything else is refused; None for any
    known   names that hold signs or words of FEEL and are recognised all the same, e.g. “low-income”; `names` are too
    """
    return Expression(text.strip(), Parser(text, names, known).expression())


def unary(text: str, names: Collection[str] | None = None, *, known: Collection[str] = ()) -> Unary:
    """Read the cell of a decision table. Raises UnreadableExpression."""
    return Unary(text.strip(), Parser(text if text.strip() else "-", names, known).cell())


def _value(tree: SyntaxNode, scope: Scope) -> Any:
    try:
        return tree.value(scope)
    except TooLong:
        return None


def _names(tree: SyntaxNode) -> Iterator[str]:
    return (node.name for node in tree.walk() if isinstance(node, nodes.Name) and not node.local)


def _constants(tree: SyntaxNode) -> Iterator[Any]:
    """Constants, and calls of constants such as date("2026-01-01")."""
    if isinstance(tree, nodes.Constant):
        yield tree.content
    elif isinstance(tree, nodes.Call) and all(isinstance(one, nodes.Constant) for one in tree.arguments):
        value = tree.value(Scope({}))
        yield from [] if isinstance(value, list | dict) else [value]
    else:
        for part in tree.parts():
            yield from _constants(part)


def _literals(tree: SyntaxNode) -> Iterator[tuple[str, str]]:
    for node in tree.walk():
        if isinstance(node, nodes.Compare):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(one, nodes.Name) and isinstance(other, nodes.Constant) and isinstance(other.content, str):
                    yield one.name, other.content
        if isinstance(node, nodes.In) and isinstance(node.subject, nodes.Name):
            yield from ((node.subject.name, text) for text in _constants(node.tests) if isinstance(text, str))

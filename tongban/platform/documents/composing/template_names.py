"""Which names a template asks for, and whether there will be a value for them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from django.template.base import FilterExpression, Node, Variable, VariableNode
from django.template.defaultfilters import default
from django.template.defaulttags import ForNode, IfNode
from django.utils.translation import gettext_noop

from tongban.platform.documents import rules
from tongban.platform.documents.composing import sandbox
from tongban.platform.documents.composing.flaws import Flaw

Path = tuple[str, ...]
# A step into each row of a list, and a place about which nothing is known.
EACH, ANYTHING = "*", None


@dataclass(frozen=True)
class NameUse:
    """A name that a template asks for.

    path     ("answers", "shop_name"); "*" steps into the rows of a list
    guarded  the template says what happens where there is no value: by `default`, or by an `if` around it that
             asks about its kind, since one answer often decides whether another is there
    """

    path: Path
    line: int
    guarded: bool


@dataclass(frozen=True)
class _Scope:
    """Names that loops bind, to what they go through; and the names that conditions around this place ask about."""

    bound: Mapping[str, Path | None] = field(default_factory=dict)
    sure: frozenset[Path] = frozenset()


def used(source: str) -> list[NameUse]:
    """Return every name a template asks for, in its order. Raises BadTemplate."""
    return list(_in(sandbox.parsed(source).nodelist, _Scope()))


def unknown_names(source: str, known: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield each name that nobody will ever give a value, once a line. Raises BadTemplate."""
    for path, line in dict.fromkeys((one.path, one.line) for one in used(source)):
        found = rules.unknown(path, known)
        if found:
            near = get_close_matches(found.word, found.known, n=1)
            if near:
                yield Flaw(_NEAR, line, {"name": _shown(path), "near": near[0]})
            else:
                yield Flaw(_UNKNOWN, line, {"name": _shown(path), "known": ", ".join(found.known) or "–"})


def without_default(source: str, under: str, uncertain: Collection[str]) -> Iterator[Flaw]:
    """Yield where a template counts on one of these names, which may have no value. Raises BadTemplate."""
    found = [(one.path, one.line) for one in used(source) if not one.guarded and one.path[0] == under]
    for path, line in dict.fromkeys(found):
        if len(path) > 1 and path[1] in uncertain:
            yield Flaw(_UNCERTAIN, line, {"name": _shown(path), "remedy": f'{{{{ {_shown(path)}|default:"" }}}}'})


_NEAR = gettext_noop("no value is called “%(name)s”; perhaps “%(near)s” is meant")
_UNKNOWN = gettext_noop("no value is called “%(name)s”; known there are: %(known)s")
_UNCERTAIN = gettext_noop("“%(name)s” may have no value; write %(remedy)s, or ask for it with if")


def _shown(path: Path) -> str:
    return ".".join(word for word in path if word != EACH)


def _in(nodes: Any, scope: _Scope) -> Iterator[NameUse]:
    for node in nodes:
        yield from _of(node, scope)


def _of(node: Node, scope: _Scope) -> Iterator[NameUse]:
    line = (node.token.lineno or 0) if node.token else 0
    if isinstance(node, VariableNode):
        yield from _expression(node.filter_expression, line, scope)
    elif isinstance(node, ForNode):
        yield from _expression(node.sequence, line, scope, guarded=True)
        yield from _in(node.nodelist_loop, _Scope({**scope.bound, **_loop(node, scope)}, scope.sure))
        yield from _in(node.nodelist_empty, scope)
    elif isinstance(node, IfNode):
        sure = scope.sure
        for condition, nodes in node.conditions_nodelists:
            asked = list(_condition(condition, line, scope))
            yield from asked
            # What an earlier branch asked about is known in the later ones too.
            sure |= {one.path for one in asked}
            yield from _in(nodes, _Scope(scope.bound, sure))


def _loop(node: ForNode, scope: _Scope) -> dict[str, Path | None]:
    """Return what the names that a loop binds stand for."""
    bound: dict[str, Path | None] = {"forloop": ANYTHING, **dict.fromkeys(node.loopvars, ANYTHING)}
    sequence: Any = node.sequence
    through = _path(sequence.var, scope)
    if len(node.loopvars) == 1 and through is not ANYTHING:
        bound[node.loopvars[0]] = (*through, EACH)
    return bound


def _condition(part: Any, line: int, scope: _Scope) -> Iterator[NameUse]:
    """Walk through the operators of an `if`; its leaves hold the names."""
    if part is None:
        return
    if isinstance(getattr(part, "value", None), FilterExpression):
        yield from _expression(part.value, line, scope, guarded=True)
    for side in ("first", "second"):
        yield from _condition(getattr(part, side, None), line, scope)


def _expression(found: Any, line: int, scope: _Scope, *, guarded: bool = False) -> Iterator[NameUse]:
    has_default = any(function is default for function, _arguments in found.filters)
    arguments = [value for _function, given in found.filters for is_name, value in given if is_name]
    for number, variable in enumerate([found.var, *arguments]):
        path = _path(variable, scope)
        if path is not ANYTHING:
            sure = any(one[0] == path[0] for one in scope.sure)
            yield NameUse(path, line, guarded or sure or (has_default and number == 0))


def _path(variable: Any, scope: _Scope) -> Path | None:
    """Return the full name of what an expression looks up; None for a constant and for what is not known."""
    if not isinstance(variable, Variable) or not variable.lookups:
        return ANYTHING
    first, *rest = variable.lookups
    if first not in scope.bound:
        return (first, *rest)
    through = scope.bound[first]
    return ANYTHING if through is ANYTHING else (*through, *rest)

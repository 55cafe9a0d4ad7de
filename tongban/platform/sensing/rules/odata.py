"""How SensorThings addresses and query options are read (OGC 18-088, after OData 4.0). Pure: text in, values out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

SEGMENT = re.compile(r"(\$?[A-Za-z@][A-Za-z0-9_.@]*)(?:\((.*)\))?")
TOKEN = re.compile(
    r"\s*(?:(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)"
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<name>[@A-Za-z_][A-Za-z0-9_.@]*(?:/[@A-Za-z_][A-Za-z0-9_.@]*)*)"
    r"|(?P<mark>[(),]))"
)
COMPARING = {"eq", "ne", "gt", "ge", "lt", "le"}
ADDING, MULTIPLYING = {"add", "sub"}, {"mul", "div", "mod"}
MAX_DEPTH, MAX_TOKENS = 40, 1000
OPTIONS = {"$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count", "$skiptoken", "$resultFormat"}


class UnreadableQuery(Exception):
    """An address or an option that the standard does not know; its text says which, for the developer."""


class Segment(NamedTuple):
    """A part of an address: Things(1) has a number, Things and name have none."""

    name: str
    key: int | None = None


class FilterName(NamedTuple):
    """A property, perhaps of something related: Datastream/Thing/name."""

    path: tuple[str, ...]


class FilterCall(NamedTuple):
    """An operator or a function with what it is given."""

    name: str
    given: tuple[Any, ...]


class ListOrder(NamedTuple):
    """A property that a list is ordered by."""

    path: tuple[str, ...]
    descending: bool


@dataclass(frozen=True)
class Options:
    """What is asked of a list or of one entity. top: None where the house decides."""

    filter: Any = None
    expand: tuple["Expand", ...] = ()
    select: tuple[str, ...] = ()
    orderby: tuple[ListOrder, ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    token: str = ""
    data_array: bool = False


class Expand(NamedTuple):
    """Something related that is shown along with what is asked of it."""

    name: str
    options: Options


def segments(path: str) -> list[Segment]:
    """Read the address below the root. Raises UnreadableQuery."""
    found = []
    for part in path.split("/"):
        match = SEGMENT.fullmatch(part)
        if not match or (match[2] is not None and not re.fullmatch(r"[0-9]{1,18}", match[2])):
            raise UnreadableQuery(f"no such path: {part}")
        found.append(Segment(match[1], None if match[2] is None else int(match[2])))
    return found


def options(given: Mapping[str, str]) -> Options:
    """Read query options. Raises UnreadableQuery."""
    if unknown := sorted(name for name in given if name.startswith("$") and name not in OPTIONS):
        raise UnreadableQuery(f"unknown query option: {unknown[0]}")
    kind = given.get("$resultFormat", "")
    if kind not in ("", "dataArray", "JSON", "json"):
        raise UnreadableQuery(f"unknown result format: {kind}")
    return Options(
        filter=filter_of(given["$filter"]) if "$filter" in given else None,
        expand=_expands(given.get("$expand", "")),
        select=tuple(part.strip() for part in given.get("$select", "").split(",") if part.strip()),
        orderby=_orders(given.get("$orderby", "")),
        top=_whole(given, "$top"),
        skip=_whole(given, "$skip") or 0,
        count=_truth(given.get("$count", "false")),
        token=given.get("$skiptoken", ""),
        data_array=kind == "dataArray",
    )


def filter_of(text: str) -> Any:
    """Read a filter into names, values and calls. Raises UnreadableQuery."""
    reader = _Reader(_tokens(text))
    found = reader.either()
    if reader.rest:
        raise UnreadableQuery(f"$filter: unexpected {reader.rest[0][1]}")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match or not match.lastgroup or len(found) > MAX_TOKENS:
            raise UnreadableQuery(f"$filter: cannot read {text[at : at + 20].strip()!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


@dataclass
class _Reader:
    """Reads one filter from left to right, the loosest operator outermost."""

    rest: list[tuple[str, str]]
    depth: int = field(default=0)

    def either(self) -> Any:
        return self._left_to_right({"or"}, self.both)

    def both(self) -> Any:
        return self._left_to_right({"and"}, self.negated)

    def negated(self) -> Any:
        if self._next_is({"not"}):
            self._take()
            return FilterCall("not", (self.negated(),))
        return self.compared()

    def compared(self) -> Any:
        left = self.added()
        if self._next_is(COMPARING):
            return FilterCall(self._take()[1], (left, self.added()))
        return left

    def added(self) -> Any:
        return self._left_to_right(ADDING, self.multiplied)

    def multiplied(self) -> Any:
        return self._left_to_right(MULTIPLYING, self.single)

    def single(self) -> Any:
        kind, text = self._take()
        if (kind, text) == ("mark", "("):
            return self._inside(self.either)
        if kind == "number":
            return float(text) if re.search("[.eE]", text) else int(text)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "moment":
            return moment(text)
        if kind == "mark":
            raise UnreadableQuery(f"$filter: unexpected {text}")
        if text in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text]
        if self._next_is({"("}):
            self._take()
            return self._inside(lambda: FilterCall(text, tuple(self._given())))
        return FilterName(tuple(text.split("/")))

    def _given(self) -> Sequence[Any]:
        given: list[Any] = []
        while not self._next_is({")"}):
            given.append(self.either())
            if self._next_is({","}):
                self._take()
        return given

    def _inside(self, read: Callable[[], Any]) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableQuery("$filter: too many brackets")
        found = read()
        if not self._next_is({")"}):
            raise UnreadableQuery("$filter: a bracket is not closed")
        self._take()
        self.depth -= 1
        return found

    def _left_to_right(self, names: set[str], read: Callable[[], Any]) -> Any:
        left = read()
        while self._next_is(names):
            left = FilterCall(self._take()[1], (left, read()))
        return left

    def _next_is(self, words: set[str]) -> bool:
        return bool(self.rest) and self.rest[0][0] in ("name", "mark") and self.rest[0][1] in words

    def _take(self) -> tuple[str, str]:
        if not self.rest:
            raise UnreadableQuery("$filter: it ends too early")
        return self.rest.pop(0)


def moment(text: str) -> datetime:
    """Read a moment of ISO 8601; without a zone it is UTC. Raises UnreadableQuery."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise UnreadableQuery(f"no moment of ISO 8601: {text}") from error
    return found if found.tzinfo else datetime.fromisoformat(f"{text}+00:00")


def times(text: Any) -> tuple[datetime, datetime | None]:
    """Read a moment or an interval of two. Raises UnreadableQuery."""
    if not isinstance(text, str):
        raise UnreadableQuery(f"no moment of ISO 8601: {text}")
    begin, slash, end = text.partition("/")
    found = moment(begin), moment(end) if slash else None
    if found[1] and found[1] < found[0]:
        raise UnreadableQuery(f"an interval that ends before it begins: {text}")
    return found


def _expands(text: str, depth: int = 0) -> tuple[Expand, ...]:
    if depth > 8:
        raise UnreadableQuery("$expand: too deep")
    found: list[Expand] = []
    for part in _split(text, ","):
        name, bracket, inner = part.partition("(")
        if bracket and not inner.endswith(")"):
            raise UnreadableQuery(f"$expand: cannot read {part}")
        given = dict(_option(one) for one in _split(inner[:-1], ";")) if bracket else {}
        inside = Options() if not given else _inner(given, depth + 1)
        *above, last = name.strip().split("/")
        expand = Expand(last, inside)
        for outer in reversed(above):
            expand = Expand(outer, Options(expand=(expand,)))
        found.append(expand)
    return tuple(found)


def _inner(given: Mapping[str, str], depth: int) -> Options:
    read = options({name: value for name, value in given.items() if name != "$expand"})
    return Options(**{**read.__dict__, "expand": _expands(given.get("$expand", ""), depth)})


def _option(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UnreadableQuery(f"$expand: cannot read {text}")
    return name.strip(), value.strip()


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands in no bracket and no text."""
    parts, depth, quoted, begin = [], 0, False, 0
    for at, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
        elif not quoted and depth == 0 and letter == mark:
            parts.append(text[begin:at])
            begin = at + 1
    parts.append(text[begin:])
    return [part.strip() for part in parts if part.strip()]


def _orders(text: str) -> tuple[ListOrder, ...]:
    found = []
    for part in _split(text, ","):
        words = part.split()
        if len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise UnreadableQuery(f"$orderby: cannot read {part}")
        found.append(ListOrder(tuple(words[0].split("/")), len(words) == 2 and words[1].lower() == "desc"))
    return tuple(found)


def _whole(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise UnreadableQuery(f"{name}: a whole number is expected")
    return int(text)


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise UnreadableQuery("$count: true or false is expected")
    return text == "true"

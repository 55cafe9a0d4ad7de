"""bundle.toml: what a bundle is made of. Strict: what is not known is refused, with its place and a remedy."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

FILE = "bundle.toml"
NEEDED = frozenset({"schema", "code", "name", "english", "summary", "department", "audience", "limits", "item"})
KNOWN = NEEDED | frozenset(
    {
        "summary_english",
        "keywords",
        "order",
        "effective_from",
        "life_event",
        "basis",
        "element",
        "apart",
        "paper",
        "preset",
        "common",
    }
)
ITEM = frozenset({"key", "service", "name", "english", "after", "feeds", "brings"})
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
# "licence.number", "licence.face.统一社会信用代码", "answers.company_name", of an item before
SOURCE = re.compile(r"(?P<item>[a-z][a-z0-9_]*)\.(?P<what>licence\.number|licence\.face\.[^.]+|answers\.[a-z0-9_]+)")


@dataclass(frozen=True)
class PlannedItem:
    """One service of a bundle.

    key      what it is called in the bundle
    service  catalogue code
    name     what it is called beside the others; "" for the name of the service; english: the same in English
    after    keys of the items that have to be granted first, where they apply
    feeds    question -> what may answer it, the first that is there: "licence.licence.number" of an item before
    brings   code of a material -> the item before whose letter of grant is that material
    """

    key: str
    service: str
    after: tuple[str, ...] = ()
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brings: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    english: str = ""

    def fed(self, chosen: frozenset[str]) -> frozenset[str]:
        """Return the questions that results of the chosen items answer."""
        return frozenset(
            name for name, sources in self.feeds.items() if any(item_of(source) in chosen for source in sources)
        )


def item_of(source: str) -> str:
    """Return the item whose result a source is."""
    return source.partition(".")[0]


@dataclass(frozen=True)
class Preset:
    """An answer that follows from the situation, offered beforehand: an answer of it, or always the same value."""

    item: str
    question: str
    source: str
    value: Any


@dataclass(frozen=True)
class JointLimits:
    """How long the whole may take, in working days; 0 for the law's limit on joint handling."""

    promised_days: int
    statutory_days: int


def items(guide: Mapping[str, Any]) -> tuple[PlannedItem, ...]:
    return tuple(
        PlannedItem(
            str(row["key"]),
            str(row["service"]),
            tuple(row.get("after", ())),
            {str(name): tuple(sources) for name, sources in row.get("feeds", {}).items()},
            {str(code): str(earlier) for code, earlier in row.get("brings", {}).items()},
            str(row.get("name", "")),
            str(row.get("english", "")),
        )
        for row in guide.get("item", ())
    )


def presets(guide: Mapping[str, Any]) -> list[Preset]:
    return [
        Preset(str(row["item"]), str(row["question"]), str(row.get("from", "")), row.get("value"))
        for row in guide.get("preset", ())
    ]


def elements(guide: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the questions that several items ask: element -> item -> its question."""
    return {str(row["name"]): _asked(row) for row in guide.get("element", ())}


def _asked(row: Mapping[str, Any]) -> dict[str, str]:
    return {**{str(item): str(row["name"]) for item in row.get("same", ())}, **dict(row.get("of", {}))}


def papers(guide: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the materials that several items ask for: paper -> item -> code of its line."""
    return {
        str(row["code"]): {**{str(item): str(row["code"]) for item in row.get("same", ())}, **dict(row.get("of", {}))}
        for row in guide.get("paper", ())
    }


def limits(guide: Mapping[str, Any]) -> JointLimits:
    told = guide["limits"]
    return JointLimits(int(told["promised_days"]), int(told.get("statutory_days", 0)))


def before(items: tuple[PlannedItem, ...], key: str) -> frozenset[str]:
    """Return the items that come before this one, near or far."""
    by_key = {item.key: item for item in items}
    found, todo = set[str](), [key]
    while todo:
        for earlier in by_key[todo.pop()].after:
            if earlier in by_key and earlier not in found:
                found.add(earlier)
                todo.append(earlier)
    return frozenset(found)


def problems(guide: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with bundle.toml by itself."""
    missing = sorted(NEEDED - guide.keys())
    if missing:
        return [
            _problem("", gettext_noop("These keys are missing: %(keys)s."), gettext_noop("Add them."), keys=missing)
        ]
    unknown = sorted(guide.keys() - KNOWN)
    found = [
        _problem("", gettext_noop("These keys are unknown: %(keys)s."), gettext_noop("Remove them."), keys=unknown)
    ] * bool(unknown)
    return [*found, *_limits(guide), *_items(guide)]


def _limits(guide: Mapping[str, Any]) -> Iterator[Problem]:
    told = guide["limits"]
    days = told.get("promised_days") if isinstance(told, Mapping) else None
    if not isinstance(days, int) or days < 1:
        yield _problem(
            "limits", gettext_noop("The promised days are missing."), gettext_noop("Write promised_days = 20.")
        )
        return
    law = told.get("statutory_days", 0)
    if not told.get("promised_source") or (law and not told.get("source")):
        yield _problem("limits", gettext_noop("A time limit has no source."), gettext_noop("Say where it comes from."))
    if law and days > law:
        yield _problem(
            "limits", gettext_noop("More is promised than the law allows."), gettext_noop("Promise fewer days.")
        )


def _items(guide: Mapping[str, Any]) -> Iterator[Problem]:
    rows = guide["item"]
    for number, row in enumerate(rows):
        if stray := sorted(row.keys() - ITEM) or sorted({"key", "service"} - row.keys()):
            yield _problem(
                f"item[{number}]",
                gettext_noop("The item has keys that are unknown or missing: %(keys)s."),
                gettext_noop("An item has key, service, name, english, after, feeds and brings."),
                keys=stray,
            )
            return
        if not KEY.fullmatch(str(row["key"])):
            yield _problem(
                f"item[{number}].key",
                gettext_noop("“%(key)s” is no key of an item."),
                gettext_noop("Write a short word of small letters."),
                key=str(row["key"]),
            )
    planned = items(guide)
    keys = [item.key for item in planned]
    if len(keys) < 2 or len(set(keys)) < len(keys):
        yield _problem(
            "item",
            gettext_noop("A bundle has at least two items, each with a key of its own."),
            gettext_noop("Add one, or give it another key."),
        )
        return
    yield from _order(planned, set(keys))


def _order(planned: tuple[PlannedItem, ...], keys: set[str]) -> Iterator[Problem]:
    for item in planned:
        unknown = sorted(set(item.after) - keys)
        if unknown or item.key in before(planned, item.key):
            yield _problem(
                f"item[{item.key}].after",
                gettext_noop("What comes before this item is unknown, or comes after it as well: %(keys)s."),
                gettext_noop("Name items of this bundle, without a circle."),
                keys=unknown or [item.key],
            )
        for code in (code for code, earlier in item.brings.items() if earlier not in item.after):
            yield _problem(
                f"item[{item.key}].brings[{code}]",
                gettext_noop("“%(source)s” is nothing that an item before this one gives."),
                gettext_noop("Name an item of its `after`."),
                source=item.brings[code],
            )
        for question, source in ((question, source) for question, told in item.feeds.items() for source in told):
            found = SOURCE.fullmatch(source)
            if found is None or found["item"] not in item.after:
                yield _problem(
                    f"item[{item.key}].feeds[{question}]",
                    gettext_noop("“%(source)s” is nothing that an item before this one gives."),
                    gettext_noop("Write ITEM.licence.number, ITEM.licence.face.LABEL or ITEM.answers.QUESTION."),
                    source=source,
                )


def _problem(place: str, text: str, remedy: str, **details: Any) -> Problem:
    words = {name: ", ".join(value) if isinstance(value, list) else value for name, value in details.items()}
    return Problem(FILE, place, text, remedy, details=words)

"""One form out of those of several services: what they all ask is asked once.

Every question of an item has one name in the merged form: that of the element it belongs to, else its own behind the
key of its item. Names depend on the bundle alone, so that answers stay where they are when the choice of items changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.infrastructure.kernel.problems import Problem, gettext_noop

Schema = Mapping[str, Any]
# What has to be alike where several items ask for one element.
ALIKE = ("widget", "options", "columns")
# Keywords of a schema that hold names of answers, and those that hold schemas about all answers.
NAMED, PARTS, LISTS = (
    frozenset({"properties", "dependentSchemas"}),
    frozenset({"not", "if", "then", "else"}),
    frozenset({"allOf", "anyOf", "oneOf"}),
)
KNOWN = NAMED | PARTS | LISTS | {"required", "dependentRequired", "type"}
# Of the whole form, told otherwise in the merged one.
TOLD = frozenset({"$schema", "title", "type", "additionalProperties", "properties", "required", "allOf"})
COMMON = "common"


@dataclass(frozen=True)
class ItemForm:
    """The form of one item of a bundle.

    key    what the item is called in the bundle
    form   form.json of its service
    fed    its questions that the result of an earlier item answers; they are not asked
    """

    key: str
    title: str
    english: str
    form: Mapping[str, Any]
    fed: frozenset[str] = frozenset()

    @property
    def properties(self) -> Mapping[str, Schema]:
        return dict(self.form["schema"].get("properties", {}))

    def fields(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Yield each step with each of its questions that is asked."""
        for step in self.form["layout"]:
            for field in step["fields"]:
                if field["name"] not in self.fed:
                    yield step, field


# element -> item -> the question of that item
Elements = Mapping[str, Mapping[str, str]]


def names_of(item: ItemForm, elements: Elements) -> dict[str, str]:
    """Return what the questions of an item are called in the merged form; those that are fed have no name there."""
    shared = {asked[item.key]: element for element, asked in elements.items() if item.key in asked}
    return {
        field["name"]: shared.get(field["name"]) or own_name(item.key, field["name"]) for _s, field in item.fields()
    }


def own_name(item: str, field: str) -> str:
    return f"{item}_{field}"


def merged(items: Sequence[ItemForm], elements: Elements, words: Mapping[str, str]) -> dict[str, Any]:
    """Return form.json of all items together: first what several of them ask, then what each asks by itself.

    words   title, title_en, intro, intro_en of the common step
    """
    names = {item.key: names_of(item, elements) for item in items}
    shared = _shared(items, names)
    layout = [_common(shared, words)] if shared else []
    properties: dict[str, Any] = {name: _all_of(asked) for name, asked in shared.items()}
    required, rules = set[str](), list[Any]()
    for item in items:
        own = names[item.key]
        schema = item.form["schema"]
        properties |= {
            own[name]: part for name, part in item.properties.items() if name in own and own[name] not in shared
        }
        required |= {own[name] for name in schema.get("required", ()) if name in own}
        rules += [renamed(rule, own) for rule in schema.get("allOf", ())]
        if rest := {key: value for key, value in schema.items() if key not in TOLD}:
            rules.append(renamed(rest, own))
        layout += list(_own_steps(item, own, shared))
    return {"schema": _schema(properties, required, rules), "layout": layout}


def _schema(properties: Mapping[str, Any], required: Iterable[str], rules: Sequence[Any]) -> dict[str, Any]:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}
    told = {"properties": dict(properties), "required": sorted(required), "additionalProperties": False}
    return {**whole, **told, **({"allOf": list(rules)} if rules else {})}


@dataclass(frozen=True)
class Asked:
    """A question as one item asks it, with the names of the merged form."""

    item: str
    field: Mapping[str, Any]
    schema: Schema


def _shared(items: Sequence[ItemForm], names: Mapping[str, Mapping[str, str]]) -> dict[str, list[Asked]]:
    """Return the questions that two or more of these items ask, in the order in which they are first asked."""
    found: dict[str, list[Asked]] = {}
    for item in items:
        own, properties = names[item.key], item.properties
        for _step, field in item.fields():
            name = own[field["name"]]
            found.setdefault(name, []).append(Asked(item.key, _field(field, own), properties[field["name"]]))
    return {name: asked for name, asked in found.items() if len(asked) > 1}


def _common(shared: Mapping[str, Sequence[Asked]], words: Mapping[str, str]) -> dict[str, Any]:
    return {"step": COMMON, **words, "fields": [_one_of(asked) for asked in shared.values()]}


def _one_of(asked: Sequence[Asked]) -> dict[str, Any]:
    """Return how a question is asked that several items ask: as the first does, known from whoever knows it."""
    first = dict(asked[0].field)
    for other in asked[1:]:
        for key in ("prefill", "editable", "hint", "hint_en", "format", "format_en", "sensitive"):
            if key not in first and key in other.field and (key != "hint_en" or "hint" in other.field):
                first[key] = other.field[key]
    return first


def _all_of(asked: Sequence[Asked]) -> dict[str, Any]:
    """Return the schema of an answer that has to satisfy all who ask for it."""
    plain = [{key: value for key, value in one.schema.items() if key != "title"} for one in asked]
    others = [schema for number, schema in enumerate(plain) if schema not in plain[:number]][1:]
    return {**asked[0].schema, **({"allOf": [*plain[0].get("allOf", ()), *others]} if others else {})}


def _own_steps(item: ItemForm, own: Mapping[str, str], shared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for step in item.form["layout"]:
        fields = [
            _field(field, own) for field in step["fields"] if field["name"] in own and own[field["name"]] not in shared
        ]
        if fields:
            english = {"title_en": f"{item.english}: {step['title_en']}"} if item.english and "title_en" in step else {}
            kept = {key: value for key, value in step.items() if key not in {"title_en", "fields"}}
            yield {
                **kept,
                "step": f"{item.key}-{step['step']}",
                "title": f"{item.title}：{step['title']}",
                **english,
                "fields": fields,
            }


def _field(field: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    condition = {"when": renamed(field["when"], names)} if "when" in field else {}
    return {**field, "name": names[field["name"]], **condition}


def renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """Return a schema about all answers with their names in the merged form; what is not asked is left out of it."""
    if not isinstance(schema, Mapping):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in NAMED:
            parts = {names[name]: part for name, part in value.items() if name in names}
            found[key] = {name: renamed(part, names) for name, part in parts.items()} if key != "properties" else parts
        elif key == "required":
            found[key] = [names[name] for name in value if name in names]
        elif key == "dependentRequired":
            kept = {name: needed for name, needed in value.items() if name in names}
            found[key] = {names[name]: [names[one] for one in needed if one in names] for name, needed in kept.items()}
        elif key in PARTS:
            found[key] = renamed(value, names)
        elif key in LISTS:
            found[key] = [renamed(part, names) for part in value]
        else:
            found[key] = value
    return found


def answers_for(names: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what one item is told of the answers to the merged form. names: those of the item"""
    return {field: answers[name] for field, name in names.items() if answers.get(name) is not None}


def problems(items: Sequence[ItemForm], elements: Elements, apart: Iterable[str]) -> Iterator[Problem]:
    """Find what keeps the forms of a bundle from being one: asked twice, or shared and not alike.

    apart   names of questions that are called alike in several forms and mean different things
    """
    by_key = {item.key: item for item in items}
    yield from _unknown(by_key, elements)
    known = {element: {k: v for k, v in asked.items() if k in by_key} for element, asked in elements.items()}
    names = {item.key: names_of(item, known) for item in items}
    for element, asked in _shared(items, names).items():
        yield from _not_alike(element, asked)
    yield from _twice(items, names, set(apart), set(known))
    for item in items:
        yield from _not_carried(item)
    owned = {own_name(item.key, field["name"]): item.key for item in items for _s, field in item.fields()}
    for element in elements:
        if element in owned:
            yield Problem(
                "bundle.toml",
                f"element[{element}]",
                gettext_noop("“%(element)s” is also the name of a question of its own."),
                gettext_noop("Call the element otherwise."),
                details={"element": element},
            )


def _unknown(items: Mapping[str, ItemForm], elements: Elements) -> Iterator[Problem]:
    for element, asked in elements.items():
        for item, field in asked.items():
            if item not in items or field not in items[item].properties:
                yield Problem(
                    "bundle.toml",
                    f"element[{element}].{item}",
                    gettext_noop("There is no question “%(field)s” in the item “%(item)s”."),
                    gettext_noop("Correct the spelling, or remove it."),
                    details={"field": field, "item": item},
                )


def _not_alike(element: str, asked: Sequence[Asked]) -> Iterator[Problem]:
    first = asked[0]
    known = [one.field for one in asked if one.field.get("prefill")]
    for other in asked[1:]:
        unlike = [key for key in ALIKE if _compared(first.field, key) != _compared(other.field, key)]
        unlike += ["when"] if first.field.get("when") != other.field.get("when") else []
        unlike += ["type"] if _type(first.schema) != _type(other.schema) else []
        if other is asked[-1]:
            unlike += [key for key in ("prefill", "editable") if len({field.get(key) for field in known}) > 1]
        if unlike:
            yield Problem(
                "bundle.toml",
                f"element[{element}]",
                gettext_noop("“%(one)s” and “%(other)s” ask for this in different ways: %(keys)s."),
                gettext_noop("Ask for it alike in both services, or take one of them out of the element."),
                details={"one": first.item, "other": other.item, "keys": ", ".join(unlike)},
            )


def _type(schema: Schema) -> Any:
    return schema.get("type", "string" if "enum" in schema else None)


def _compared(field: Mapping[str, Any], key: str) -> Any:
    """Return what has to be the same in both: of options their values."""
    value = field.get(key)
    if key == "options" and value:
        return sorted(str(option["value"]) for option in value)
    return value


def _twice(
    items: Sequence[ItemForm], names: Mapping[str, Mapping[str, str]], apart: set[str], elements: set[str]
) -> Iterator[Problem]:
    """Find questions of the same name that are neither one element nor said to be apart."""
    seen: dict[str, tuple[str, str]] = {}
    for item in items:
        for _step, field in item.fields():
            name, called = field["name"], names[item.key][field["name"]]
            if name in apart:
                continue
            before = seen.setdefault(name, (item.key, called))
            if before[1] != called:
                yield Problem(
                    "bundle.toml",
                    f"element[{name}]",
                    gettext_noop("“%(one)s” and “%(other)s” both ask “%(field)s”, and people would be asked twice."),
                    gettext_noop("Make them one element, or list the name under `apart` where it means two things."),
                    details={"one": before[0], "other": item.key, "field": name},
                )


def _not_carried(item: ItemForm) -> Iterator[Problem]:
    schema = item.form["schema"]
    stray = sorted(set(_keywords({key: schema[key] for key in schema if key not in TOLD - {"allOf"}})) - KNOWN)
    if stray:
        yield Problem(
            "form.json",
            f"item[{item.key}]",
            gettext_noop("The schema of this service uses what a merged form cannot carry: %(keys)s."),
            gettext_noop("Write it with if, then, allOf, anyOf, oneOf, not, properties and required."),
            details={"keys": ", ".join(stray)},
        )


def _keywords(schema: Any) -> Iterator[str]:
    """Yield the keywords of a schema about all answers, at any depth."""
    if not isinstance(schema, Mapping):
        return
    for key, value in schema.items():
        yield key
        if key in PARTS:
            yield from _keywords(value)
        elif key in LISTS:
            for part in value:
                yield from _keywords(part)

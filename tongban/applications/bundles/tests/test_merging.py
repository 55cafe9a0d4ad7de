"""One form out of several: no question is lost, none is asked twice, and it is valid where every item's form is."""

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import definition
from tongban.applications.bundles.rules import merging, papers
from tongban.applications.bundles.rules.definitions import elements
from tongban.applications.bundles.services import reading
from tongban.applications.bundles.tests.restaurant import FOLDER, SERVICES
from tongban.platform.eforms import services as eforms

WORDS = {"title": "共用信息"}
KEYS = ("licence", "food", "fire", "hygiene", "sign")
GUIDE = reading.read(FOLDER).guide
ELEMENTS = elements(GUIDE)


def item(key: str, form: dict[str, Any], fed: frozenset[str] = frozenset()) -> merging.ItemForm:
    return merging.ItemForm(key, key, "", form, fed)


def real() -> list[merging.ItemForm]:
    forms = [json.loads((definition(code) / "form.json").read_text()) for code in SERVICES]
    return [item(key, form) for key, form in zip(KEYS, forms, strict=True)]


REAL = real()
CHOICES = [choice for size in range(1, 6) for choice in combinations(REAL, size)]
LOADED = {tuple(one.key for one in choice): eforms.load(merging.merged(choice, ELEMENTS, WORDS)) for choice in CHOICES}
OWN = {one.key: eforms.load({name: part for name, part in one.form.items() if name != "checks"}) for one in REAL}


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: "+".join(one.key for one in choice))
def test_no_question_is_lost_and_none_is_asked_twice(choice):
    form = LOADED[tuple(one.key for one in choice)]
    names = [merging.names_of(one, ELEMENTS) for one in choice]
    asked = [field.name for step in form.all_steps for field in step.fields]

    assert len(asked) == len(set(asked))
    assert set(asked) == {name for own in names for name in own.values()}
    for one, own in zip(choice, names, strict=True):
        assert set(own) == set(one.properties)
        assert len(set(own.values())) == len(own)


def values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Answers that a question takes, and some that it does not."""
    if "enum" in schema:
        return st.sampled_from([*schema["enum"], "?"])
    kind = schema.get("type")
    if kind == "boolean":
        return st.booleans()
    if kind in {"number", "integer"}:
        low, high = schema.get("minimum", 0), schema.get("maximum", 10)
        return st.sampled_from([low, low - 1, min(low + 1, high), high])
    if kind == "array":
        options = schema["items"].get("enum", []) if isinstance(schema.get("items"), dict) else []
        return st.lists(st.sampled_from(options), unique=True, max_size=2) if options else st.just([])
    if schema.get("format") == "date":
        return st.sampled_from(["2027-01-31", "31.1.2027"])
    return st.sampled_from(["云泽市临湖区柳岸街15号", "字", "91990102MA99H00124", "19900000103"])


@st.composite
def filled(draw) -> tuple[tuple[merging.ItemForm, ...], dict[str, Any]]:
    """A choice of the real services, and answers to their merged form."""
    choice = draw(st.sampled_from(CHOICES))
    properties = merging.merged(choice, ELEMENTS, WORDS)["schema"]["properties"]
    answers = {name: draw(st.none() | values(schema)) for name, schema in properties.items()}
    return choice, {name: answer for name, answer in answers.items() if answer is not None}


def faults(choice, answers):
    """Return what each item's own form finds, at the merged questions."""
    found = set()
    for one in choice:
        names = merging.names_of(one, ELEMENTS)
        own = OWN[one.key].problems(merging.answers_for(names, answers))
        found |= {f"{names[path.partition('.')[0]]}{path.removeprefix(path.partition('.')[0])}" for path in own}
    return found


@settings(max_examples=300)
@given(filled())
def test_the_merged_form_finds_what_the_items_forms_find(told):
    choice, answers = told

    assert set(LOADED[tuple(one.key for one in choice)].problems(answers)) == faults(choice, answers)


@settings(max_examples=200)
@given(filled())
def test_every_item_is_told_exactly_its_relevant_answers(told):
    choice, answers = told
    kept = LOADED[tuple(one.key for one in choice)].relevant(answers)

    for one in choice:
        names = merging.names_of(one, ELEMENTS)
        own = OWN[one.key]
        assert own.relevant(merging.answers_for(names, kept)) == own.relevant(merging.answers_for(names, answers))


FIELDS = ("a", "b", "c", "d")


@st.composite
def forms(draw) -> dict[str, Any]:
    """A small form: texts and choices, conditions on earlier ones, what is needed and what an answer makes needed."""
    names = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True))
    properties, fields = {}, []
    for index, name in enumerate(names):
        options = draw(st.booleans())
        properties[name] = {"enum": ["x", "y"]} if options else {"type": "string", "maxLength": draw(st.integers(1, 3))}
        field = {"name": name, "label": name, "widget": "radio" if options else "text"}
        if options:
            field["options"] = [{"value": value, "label": value} for value in ("x", "y")]
        if index and draw(st.booleans()):
            earlier = draw(st.sampled_from(names[:index]))
            field["when"] = {"properties": {earlier: {"const": "x"}}, "required": [earlier]}
        fields.append(field)
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    schema["required"] = draw(st.lists(st.sampled_from(names), unique=True))
    if len(names) > 1 and draw(st.booleans()):
        one, other = names[0], names[-1]
        schema["allOf"] = [
            {"if": {"properties": {one: {"const": "x"}}, "required": [one]}, "then": {"required": [other]}}
        ]
    return {"schema": schema, "layout": [{"step": "s", "title": "s", "fields": fields}]}


@settings(max_examples=400)
@given(st.lists(forms(), min_size=2, max_size=3), st.sets(st.sampled_from(FIELDS)), st.data())
def test_any_forms_that_may_be_merged_are_valid_together_where_each_is(drawn, shared, data):
    items = [item(f"i{number}", form) for number, form in enumerate(drawn)]
    one_thing = {
        f"e_{name}": {one.key: name for one in items if name in one.properties}
        for name in sorted(shared)
        if any(name in one.properties for one in items)
    }
    if list(merging.problems(items, one_thing, FIELDS)):
        return  # refused by name, which is the other half of the promise
    form = eforms.load(merging.merged(items, one_thing, WORDS))
    answers = {name: data.draw(st.sampled_from([None, "x", "y", "xxxx"])) for name in sorted(form.names())}
    answers = {name: answer for name, answer in answers.items() if answer}
    found = set()
    for one in items:
        names = merging.names_of(one, one_thing)
        found |= {names[path] for path in eforms.load(one.form).problems(merging.answers_for(names, answers))}

    assert set(form.problems(answers)) == found


def test_a_question_that_two_items_ask_unawares_is_refused():
    form = {
        "schema": {"type": "object", "properties": {"a": {"type": "string"}}},
        "layout": [{"step": "s", "title": "s", "fields": [{"name": "a", "label": "a", "widget": "text"}]}],
    }
    pair = [item("one", form), item("two", form)]

    assert [problem.place for problem in merging.problems(pair, {}, [])] == ["element[a]"]
    assert not list(merging.problems(pair, {}, ["a"]))
    assert not list(merging.problems(pair, {"same": {"one": "a", "two": "a"}}, []))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"widget": "textarea"}, "widget"),
        ({"when": {"properties": {"b": {"const": "x"}}, "required": ["b"]}}, "when"),
        ({"prefill": "party.phone"}, "prefill"),
    ],
)
def test_an_element_that_is_not_asked_alike_is_refused(other, told):
    def form(more):
        fields = [{"name": "b", "label": "b", "widget": "text"}]
        fields.append({"name": "a", "label": "a", "widget": "text", "prefill": "party.name", **more})
        return {
            "schema": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
            "layout": [{"step": "s", "title": "s", "fields": fields}],
        }

    pair = [item("one", form({})), item("two", form(other))]
    found = list(merging.problems(pair, {"same": {"one": "a", "two": "a"}}, ["b"]))

    assert [problem.details["keys"] for problem in found] == [told]


def line(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "accept": ["pdf", "png"], "max_mb": 10, **more}


def asks(key: str, *lines: dict[str, Any], coming: frozenset[str] = frozenset()) -> papers.ItemLines:
    return papers.ItemLines(key, key, key, list(lines), {"a": f"{key}_a"}, coming)


def test_a_paper_of_two_items_is_one_line_with_the_stricter_terms():
    first = asks("one", line("plan", required=False))
    second = asks("two", line("drawing", accept=["pdf"], max_mb=5))

    [found] = papers.merged_lines([first, second], {"plan": {"one": "plan", "two": "drawing"}})

    assert (found["accept"], found["max_mb"], found["required"]) == (["pdf"], 5, True)
    assert found["asked_by"] == ["one", "two"]


def test_a_paper_is_asked_for_where_one_of_its_items_needs_it():
    condition = {"properties": {"a": {"const": "x"}}, "required": ["a"]}
    pair = [asks("one", line("plan", when=condition)), asks("two", line("plan", when=condition))]

    [found] = papers.merged_lines(pair, {"plan": {"one": "plan", "two": "plan"}})

    assert found["when"] == {"anyOf": [merging.renamed(condition, one.names) for one in pair]}


def test_what_an_earlier_item_brings_is_not_asked_for():
    second = asks("two", line("licence", fetch={"licence": "trade"}), line("plan"), coming=frozenset({"trade"}))

    assert [found["code"] for found in papers.merged_lines([second], {})] == ["two-plan"]


def test_a_material_that_two_items_ask_for_unawares_is_refused():
    pair = [asks("one", line("plan")), asks("two", line("plan"))]

    assert [problem.place for problem in papers.problems(pair, {})] == ["paper[plan]"]
    assert not list(papers.problems(pair, {"plan": {"one": "plan", "two": "plan"}}))

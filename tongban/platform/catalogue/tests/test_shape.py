"""A file of a definition that has not the shape of its schema: each fault by its place, in words, with a remedy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.platform.catalogue.rules import shape
from tongban.platform.catalogue.tests.signs import DELETED, INSPECTION, SCHEMA, guide, told

KEYS = (
    "schema, code, name, english, summary, summary_english, type, level, audience, sole_traders, assurance, handling, "
    "online_depth, visits, visits_reason, department, topics_person, topics_business, life_events, keywords, "
    "effective_from, limits, fee, result, contacts, remedies, basis, condition, material, stage"
)
FAULTS = {
    "a key that is nearly one of ours": (
        {"sumary": "店招"},
        ("", "The key “sumary” is unknown. Did you mean “summary”?"),
    ),
    "a key of a row that is nearly one of ours": (
        {"material.0.acept": ["pdf"]},
        ("material[design]", "The key “acept” is unknown. Did you mean “accept”?"),
    ),
    "a key that is like none": (
        {"contacts.zzz": 1},
        ("contacts", "The key “zzz” is unknown. Remove it; allowed are: consult, complaint."),
    ),
    "a key deep in a condition's neighbour": (
        {"limits.extension": {"days": 5, "source": "条例", "why": "忙"}},
        ("limits.extension", "The key “why” is unknown. Remove it; allowed are: days, source."),
    ),
    "a key left out": (
        {"summary": DELETED},
        ("", "The key “summary” is missing. Add it; docs/first-service.md says what goes there."),
    ),
    "a key of a row left out": (
        {"stage.1.who": DELETED},
        ("stage[approve]", "The key “who” is missing. Add it; docs/first-service.md says what goes there."),
    ),
    "a key of a row without a name left out": (
        {"question.0.answer": DELETED},
        ("question[1]", "The key “answer” is missing. Add it; docs/first-service.md says what goes there."),
    ),
    "a number in quotes": ({"limits.promised_days": "3"}, ("limits.promised_days", "This must be a whole number.")),
    "half a day": ({"limits.promised_days": 0.5}, ("limits.promised_days", "This must be a whole number.")),
    "a text without quotes": ({"name": 7}, ("name", "This must be a text between double quotes.")),
    "a claim in quotes": ({"fee.charged": "false"}, ("fee.charged", "This must be true or false.")),
    "one value where a list belongs": ({"audience": "2"}, ("audience", "This must be a list.")),
    "a value where a table belongs": ({"limits": 3}, ("limits", "This must be a table.")),
    "a word of no list": (
        {"handling": "soon"},
        ("handling", "The value 'soon' is not in the list. Use one of: promise, instant."),
    ),
    "the third entry of a list": (
        {"material.0.accept": ["pdf", "png", "exe"]},
        ("material[design].accept[3]", "The value 'exe' is not in the list. Use one of: pdf, png, jpg."),
    ),
    "a later version of the format": ({"schema": 2}, ("schema", "The value 2 is not right here. Write 1.")),
    "a code with a blank": (
        {"code": "Shop Sign"},
        (
            "code",
            "'Shop Sign' is not in the right format. It must match the pattern ^[a-z][a-z0-9]*(-[a-z0-9]+)*$.",
        ),
    ),
    "a code with two hyphens": (
        {"code": "shop--sign"},
        (
            "code",
            "'shop--sign' is not in the right format. It must match the pattern ^[a-z][a-z0-9]*(-[a-z0-9]+)*$.",
        ),
    ),
    "an empty text": ({"limits.source": ""}, ("limits.source", "The text is empty. Fill it in.")),
    "a name too long": ({"name": "许" * 201}, ("name", "The text is too long. Keep it to 200 characters.")),
    "fewer visits than none": ({"visits": -1}, ("visits", "-1 is too small. At least 0.")),
    "more visits than anybody makes": ({"visits": 21}, ("visits", "21 is too large. At most 20.")),
    "nobody to apply": ({"audience": []}, ("audience", "The list is too short. At least 1.")),
    "too many everyday words": (
        {"keywords": [f"词{number}" for number in range(81)]},
        ("keywords", "The list is too long. At most 80."),
    ),
    "somebody twice": ({"audience": ["2", "2"]}, ("audience", "The list contains something twice. List it once.")),
    "a source that is none": (
        {"material.0.fetch": {}},
        (
            "material[design].fetch",
            'The table is empty. Name one source: { licence = "…" } or { register = "…" }.',
        ),
    ),
    "two sources": (
        {"material.0.fetch": {"licence": "a", "register": "b"}},
        ("material[design].fetch", "The table names two sources. Keep one: licence or register."),
    ),
    "a point of an inspection": (
        {"inspection": [{**INSPECTION, "point": [{"code": "size", "text": "", "source": "条例"}]}]},
        ("inspection[1].point[size].text", "The text is empty. Fill it in."),
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_wrong_shape_is_told_with_its_place_and_what_to_do(what):
    changes, wanted = FAULTS[what]

    found = list(shape.problems(guide(changes), SCHEMA))

    assert told(found) == {wanted}
    assert {(problem.file, problem.severity) for problem in found} == {("service.toml", "error")}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "许" * 200},
        {"visits": 20},
        {"visits": 0},
        {"keywords": [f"词{number}" for number in range(80)]},
        {"code": "s" * 60},
        {"code": "a1-b2-3"},
        {"limits.acceptance_days": 1},
        {"limits.acceptance_days": 60},
        {"material": []},
        {"material.0.fetch": {"register": "shops"}},
        {"result.validity": "long"},
        {"inspection": [INSPECTION]},
    ],
)
def test_what_just_fits_is_let_through(changes):
    assert not list(shape.problems(guide(changes), SCHEMA))


def test_everything_that_is_wrong_is_told_at_once():
    found = list(shape.problems(guide({"name": DELETED, "visits": -1, "colour": "red"}), SCHEMA))

    assert {problem.place for problem in found} == {"", "visits"}
    assert len(found) == 3


def test_a_key_that_is_like_none_names_all_that_are_known():
    (found,) = shape.problems(guide({"zzzzzz": True}), SCHEMA)

    assert KEYS in dict(told([found]))[""]


def test_what_has_no_sentence_of_its_own_is_told_in_the_validators_words():
    (found,) = shape.problems({"days": 7}, {"properties": {"days": {"multipleOf": 5}}})

    assert told([found]) == {("days", "This is not right: 7 is not a multiple of 5")}


def test_a_fault_of_another_file_bears_its_name():
    (found,) = shape.problems({}, {"type": "array"}, "examples.json")

    assert (found.file, told([found])) == ("examples.json", {("", "This must be a list.")})


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ([], ""),
        (["limits"], "limits"),
        (["limits", "unit"], "limits.unit"),
        (["stage", 0], "stage[accept]"),
        (["material", 0, "accept", 1], "material[design].accept[2]"),
        (["question", 0, "ask"], "question[1].ask"),
        (["audience", 1], "audience[2]"),
    ],
)
def test_a_place_names_entries_by_what_people_call_them(path, place):
    assert shape.place(guide(), path) == place


@settings(max_examples=25)
@given(
    path=st.sampled_from(["name", "limits", "audience", "stage", "material.0"]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda one: st.lists(one, max_size=2) | st.dictionaries(st.text(max_size=6), one, max_size=2),
        max_leaves=5,
    ),
)
def test_whatever_a_file_says_is_answered_in_words(path, value):
    assert all(said for _place, said in told(shape.problems(guide({path: value}), SCHEMA)))

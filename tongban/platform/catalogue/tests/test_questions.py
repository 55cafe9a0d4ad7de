"""What an application has to answer and bring, as other systems read it."""

import jsonschema_rs
import pytest
from django.utils import translation

from tests.cast import definition
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Definition, Service, Version
from tongban.platform.catalogue.services.reading import read
from tongban.platform.catalogue.tests.signs import guide

COLUMN = {"name", "label", "widget", "type", "hint", "options"}


def version_of(name: str) -> Version:
    """Return a shipped definition as a version that was never saved: its questions ask the database for its content."""
    folder = read(definition(name))
    Definition.objects.get_or_create(digest=folder.digest, defaults={"content": {**folder.content(), "files": {}}})
    return Version(service=Service(code=name), number=1, digest=folder.digest)


@pytest.fixture
def food(db):
    with translation.override("zh-hans"):
        return catalogue.questions(version_of("food-business"))


def question(told, name):
    return next(one for step in told["layout"] for one in step["questions"] if one["name"] == name)


def test_every_answer_of_the_schema_is_asked_on_one_page(food):
    asked = [one["name"] for step in food["layout"] for one in step["questions"]]

    assert sorted(asked) == sorted(food["answers"]["properties"])
    assert len(asked) == len(set(asked))
    assert len({step["step"] for step in food["layout"]}) == len(food["layout"])
    jsonschema_rs.validator_for(food["answers"])


def test_a_question_that_has_to_be_answered_says_so(food):
    required = set(food["answers"]["required"])

    assert {one["name"] for step in food["layout"] for one in step["questions"] if one["required"]} == required
    assert required < set(food["answers"]["properties"])


def test_each_kind_of_question_is_told_with_what_it_needs(food):
    whole = [one for step in food["layout"] for one in step["questions"]]

    for one in whole:
        assert set(one) == COLUMN | {"prefill", "fixed", "sensitive", "when", "required", "columns"}
        assert (one["widget"] in {"radio", "select", "checkboxes"}) <= bool(one["options"])
        assert bool(one["columns"]) is (one["widget"] == "table")
        assert all(set(column) == COLUMN for column in one["columns"])
    assert any(one["prefill"] for one in whole)
    assert any(one["sensitive"] for one in whole)
    assert any(one["when"] for one in whole)


def test_options_are_told_as_value_and_label(food):
    options = [option for step in food["layout"] for one in step["questions"] for option in one["options"]]

    assert options
    assert all(set(option) == {"value", "label"} and option["value"] and option["label"] for option in options)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_questions_and_checks_are_said_in_the_readers_language(db, language):
    with translation.override(language):
        told = catalogue.questions(version_of("food-business"))

    words = [step["title"] for step in told["layout"]] + [check["message"] for check in told["checks"]]
    assert words
    assert all(any("一" <= sign <= "鿿" for sign in text) is (language == "zh-hans") for text in words)


def test_a_check_says_what_it_looks_at_and_what_follows(food):
    for check in food["checks"]:
        assert set(check) == {"id", "wrong", "severity", "at", "fields", "message"}
        assert check["severity"] in {"error", "confirm"}
        assert set(check["fields"]) <= set(food["answers"]["properties"])


def test_materials_say_whether_they_come_by_themselves(food):
    lines = {line["code"]: line for line in food["materials"]}

    assert lines["business-licence"]["fetched"]
    assert not lines["floor-plan"]["fetched"]
    assert all(line["accept"] and line["standard"] for line in lines.values())


def test_a_guide_that_says_more_tomorrow_still_reads(db):
    """Readers of the interface are told the shape of a guide without forbidding what a later version adds."""
    open_schema = catalogue.guide_schema()

    assert open_schema["title"] == "Guide"
    assert not {"$schema", "$id"} & set(open_schema)
    later = guide({"colour": "red", "limits.mood": "good"}) | {"material": [{**guide()["material"][0], "weight": 3}]}
    assert jsonschema_rs.validator_for(open_schema).is_valid(later)
    assert not jsonschema_rs.validator_for(open_schema).is_valid(guide({"visits": -1}))

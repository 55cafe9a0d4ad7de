import json

import pytest

from tests.cast import definitions
from tongban.platform.eforms import services as eforms
from tongban.platform.eforms.tests.forms import PREMISES, bent


def test_a_right_form_has_no_problems():
    assert eforms.check(PREMISES) == []
    assert eforms.load(PREMISES).prefills() == {
        "name": "party.name",
        "uscc": "register:enterprise.uscc",
        "phone": "party.phone",
    }


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"extra": 1}, "extra"),
        ({"layout.0.color": "red"}, "layout[0].color"),
        ({"layout.0.fields.0.placeholder": "x"}, "layout[operator].fields[0].placeholder"),
        ({"layout.0.fields.0.widget": "dance"}, "layout[operator].fields[name].widget"),
        ({"layout.1.fields.4.widget": "text"}, "layout[premises].fields[seats].widget"),
        ({"layout.0.fields.0.name": "nick"}, "layout[operator].fields[nick].name"),
        ({"layout.0.fields.0.label": " "}, "layout[operator].fields[name].label"),
        ({"layout.0.fields.0.prefill": "the.moon.x"}, "layout[operator].fields[name].prefill"),
        ({"layout.0.fields.0.sensitive": "yes"}, "layout[operator].fields[name].sensitive"),
        ({"layout.0.fields.0.autocomplete": "magic"}, "layout[operator].fields[name].autocomplete"),
        ({"layout.0.fields.0.options": []}, "layout[operator].fields[name].options"),
        ({"layout.0.fields.0.columns": []}, "layout[operator].fields[name].columns"),
        ({"layout.1.fields.0.options.0.value": "flying"}, "layout[premises].fields[kind].options"),
        ({"layout.1.fields.0.options": None}, "layout[premises].fields[kind].options"),
        ({"layout.1.fields.1.when": {"required": ["seats"]}}, "layout[premises].fields[items].when"),
        ({"layout.1.fields.1.when": {"type": 7}}, "layout[premises].fields[items].when.type"),
        ({"layout.1.fields.5.name": "note"}, "layout[premises].fields[note]"),
        ({"layout.2.fields.0.columns.0.name": "colour"}, "layout[equipment].fields[equipment].columns[0]"),
        ({"layout.2.fields.0.columns.1": None}, "layout[equipment].fields[equipment].columns"),
        ({"schema.properties.seats.minimum": "many"}, "schema.properties.seats.minimum"),
        ({"schema.properties.name.pattern": "(?=a)"}, "schema.properties.name.pattern"),
        ({"schema.properties.name": {"$ref": "http://elsewhere.example/x"}}, "schema"),
        ({"schema.properties.lease_until.format": None}, "layout[premises].fields[lease_until].widget"),
        ({"schema.required": ["nobody"]}, "schema"),
        ({"schema.type": "array"}, "schema"),
        ({"layout": []}, "layout"),
        ({"layout.0.fields": []}, "layout[operator].fields"),
    ],
)
def test_a_wrong_form_is_refused_with_place_and_remedy(change, place):
    problems = eforms.check(bent(**change))

    assert place in [problem.place for problem in problems]
    assert all(problem.remedy and eforms.sentence(problem) for problem in problems)
    with pytest.raises(eforms.BrokenForm):
        eforms.load(bent(**change))


@pytest.mark.parametrize("form", [None, [], "x", 7, {}, {"schema": 1, "layout": 2}, {"schema": {}, "layout": [[]]}])
def test_anything_that_is_no_form_is_refused(form):
    assert eforms.check(form)


def test_a_property_that_no_step_asks_for_is_named():
    problems = eforms.check(bent(**{"layout.1.fields.7": None}))

    assert [problem.place for problem in problems] == ["schema.properties.note"]


@pytest.mark.parametrize("folder", definitions(), ids=lambda folder: folder.name)
def test_the_forms_that_come_with_the_house_are_right(folder):
    form = json.loads((folder / "form.json").read_text())
    examples = json.loads((folder / "examples.json").read_text())

    assert [eforms.sentence(problem) for problem in eforms.check(form)] == []
    loaded = eforms.load(form)
    assert {
        example["name"]: loaded.problems(example["answers"]) for example in examples if example["kind"] != "incomplete"
    } == {example["name"]: {} for example in examples if example["kind"] != "incomplete"}

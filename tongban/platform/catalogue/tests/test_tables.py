"""A decision table that some applicant falls through is not published, and the fault names that applicant."""

import json
import shutil
from pathlib import Path

import pytest
from django.utils import translation

from tests.cast import definition
from tongban.platform.catalogue import services as catalogue
from tongban.platform.workflow.tests.drawings import dmn

pytestmark = [pytest.mark.found("F5"), pytest.mark.found("J-DMN")]

ALLOWANCE = definition("senior-allowance")
KIND = {"title": "经营类别", "enum": ["shop", "stall", "online"]}
CHOICE = {
    "name": "kind",
    "label": "经营类别",
    "widget": "radio",
    "options": [
        {"value": "shop", "label": "门店"},
        {"value": "stall", "label": "摊位"},
        {"value": "online", "label": "网店"},
    ],
}
AREA = {"title": "面积", "type": "integer", "minimum": 1, "maximum": 500}


@pytest.fixture
def fed(offices, folder):
    """A service whose form asks what a table wants to know: fed(table, questions…)."""

    def make(table, *questions, required=()):
        form = json.loads((folder / "form.json").read_text())
        for schema, field in questions:
            form["schema"]["properties"][field["name"]] = schema
            form["layout"][0]["fields"].append(field)
        form["schema"]["required"] += list(required)
        (folder / "form.json").write_text(json.dumps(form, ensure_ascii=False))
        (folder / "fee.dmn").write_text(table)
        with translation.override("zh-hans"):
            return [catalogue.sentence(problem) for problem in catalogue.check(folder) if problem.file == "fee.dmn"]

    return make


def number(name="area", label="面积"):
    return {"name": name, "label": label, "widget": "number"}


@pytest.fixture
def allowance(offices, tmp_path):
    """A copy of the senior allowance: allowance(change of form.json) -> what is said of the table."""

    def check(change, respell=lambda table: table):
        copy = Path(shutil.copytree(ALLOWANCE, tmp_path / "senior-allowance"))
        table = copy / "allowance.dmn"
        table.write_text(respell(table.read_text()))
        form = json.loads((copy / "form.json").read_text())
        change(form)
        (copy / "form.json").write_text(json.dumps(form, ensure_ascii=False))
        with translation.override("zh-hans"):
            return [catalogue.sentence(found) for found in catalogue.check(copy) if found.file == "allowance.dmn"]

    return check


def test_the_allowance_answers_every_applicant(allowance):
    assert allowance(lambda form: None) == []


def test_an_answer_that_may_be_missing_needs_a_rule(allowance):
    said = allowance(lambda form: form["schema"]["required"].remove("low_income"))

    assert len(said) == 1
    assert "是否为最低生活保障对象或者低收入家庭成员：未填写" in said[0]
    assert "出生日期：" in said[0]
    assert "周岁" in said[0]


def test_an_age_without_a_birth_date_needs_a_rule(allowance):
    said = allowance(lambda form: form["schema"]["required"].remove("birth_date"))

    assert "出生日期：未填写" in said[0]


def test_a_district_without_a_rule_is_named(allowance):
    def third_district(form):
        form["schema"]["properties"]["district"]["enum"].append("990104")
        field = next(one for one in form["layout"][0]["fields"] if one["name"] == "district")
        field["options"].append({"value": "990104", "label": "云河县"})

    def by_district(table):
        return (
            table.replace("<text>low_income</text>", "<text>district</text>")
            .replace('typeRef="boolean"', 'typeRef="string"')
            .replace("<text>false</text>", '<text>"990102"</text>')
            .replace("<text>true</text>", '<text>"990103"</text>')
        )

    said = allowance(third_district, by_district)

    assert len(said) == 1
    assert "户籍所在区：云河县" in said[0]


def test_an_option_without_a_rule_is_named(fed):
    table = dmn("kind", "fen", '"shop" => 100\n"stall" => 50')

    assert "经营类别：网店" in fed(table, (KIND, CHOICE), required=["kind"])[0]


def test_every_option_with_a_rule_is_well(fed):
    assert fed(dmn("kind", "fen", '"shop","online" => 100\n"stall" => 50'), (KIND, CHOICE), required=["kind"]) == []


def test_a_default_or_a_last_rule_catches_everybody(fed):
    assert fed(dmn("kind lit", "fen", '"shop" | true => 100\n- | - => 50', policy="FIRST"), (KIND, CHOICE)) == []


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[1..100] => 1\n[101..500] => 2", ""),
        ("[1..100] => 1\n[102..500] => 2", "面积：101"),
        ("[1..100] => 1\n(100..499] => 2", "面积：500"),
        ("[2..500] => 1", "面积：1"),
        ("< 100 => 1\n> 100 => 2", "面积：100"),
        ("<= 100 => 1\n>= 100 => 2", "规则 1, 2"),
    ],
)
def test_numbers_are_tried_within_the_bounds_of_the_form(fed, rules, said):
    found = fed(dmn("area", "fen", rules), (AREA, number()), required=["area"])

    assert said in found[0] if said else found == []


def test_a_question_that_is_not_asked_of_everybody_may_be_missing(fed):
    only = {**number(), "when": {"properties": {"lit": {"const": True}}, "required": ["lit"]}}
    rules = "- | [1..500] => 1"

    said = fed(dmn("lit area", "fen", rules), (AREA, only))

    assert "面积：未填写" in said[0]


def test_a_question_that_follows_from_another_is_not_missing_where_it_is_needed(offices, folder, fed):
    only = {**number(), "when": {"properties": {"lit": {"const": True}}, "required": ["lit"]}}
    form = json.loads((folder / "form.json").read_text())
    needed = {"if": {"properties": {"lit": {"const": True}}, "required": ["lit"]}, "then": {"required": ["area"]}}
    form["schema"]["allOf"] = [needed]
    (folder / "form.json").write_text(json.dumps(form, ensure_ascii=False))

    assert fed(dmn("lit area", "fen", "true | [1..500] => 1\nfalse | - => 2"), (AREA, only)) == []


def test_a_name_as_a_bound_is_tried_with_the_other(fed):
    limit = {"title": "核定面积", "type": "integer", "minimum": 1, "maximum": 10}
    rules = "[1..limit] | - => 1\n> limit + 1 | - => 2"

    said = fed(
        dmn("area limit", "fen", rules),
        (AREA, number()),
        (limit, number("limit", "核定面积")),
        required=["area", "limit"],
    )

    assert "没有" in said[0]


def test_dates_are_tried_around_those_of_the_table(fed):
    begun = {"title": "开业日期", "type": "string", "format": "date"}
    field = {"name": "begun", "label": "开业日期", "widget": "date"}
    table = dmn("begun", "fen", '< date("2020-01-01") => 1\n> date("2020-01-01") => 2')

    assert "开业日期：2020" in fed(table, (begun, field), required=["begun"])[0]


def test_a_list_of_missing_materials_may_be_empty(fed):
    table = dmn("kind", "material", '"shop" => "营业执照"', policy="COLLECT")

    assert fed(table, (KIND, CHOICE)) == []


def test_what_a_task_came_to_is_missing_before_it(fed):
    assert "approve" in fed(dmn("approve", "fen", '"grant" => 1\n"refuse" => 2'))[0]

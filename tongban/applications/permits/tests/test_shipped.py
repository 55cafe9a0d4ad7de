"""What can be done online to the end: services of every kind, for people and for businesses."""

import json
import tomllib
from typing import Any
from xml.etree import ElementTree

import pytest

from tongban.platform.catalogue.demonstration import GUIDES, definition_folders

CENTRE = "government-services"
# GB/T 39046 A.1: 许可, 给付, 确认, 其他（备案）, 公共服务.
KINDS = {"01", "05", "07", "10", "20"}


def guides() -> list[dict[str, Any]]:
    return [tomllib.loads((folder / "service.toml").read_text()) for folder in definition_folders()]


@pytest.mark.found("A8")
def test_at_least_twenty_services_of_every_kind_are_handled_online():
    shipped = guides()

    assert len(shipped) >= 20
    assert {guide["type"] for guide in shipped} == KINDS
    assert all(len([guide for guide in shipped if guide["type"] == kind]) >= 2 for kind in KINDS)
    assert len([guide for guide in shipped if "1" in guide["audience"]]) >= 8
    assert len([guide for guide in shipped if set(guide["audience"]) - {"1"}]) >= 8


# What of a guide is a rule, and says by which law or policy.
RULES = ("limits", "fee", "again", "publicity", "effect", "hearing", "deferral", "commitment", "consultation", "areas")
RULES += ("inspection", "follow_up", "assurance", "acts_on")


def tables(value: Any) -> list[dict[str, Any]]:
    return [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]


@pytest.mark.requirement("QUA-18")
def test_every_item_and_every_rule_of_it_says_by_which_law_and_from_when():
    """Law stands beside the item, its limits, fees, materials and rules; rates are dated, tables say it row by row."""
    for folder in definition_folders():
        guide = tomllib.loads((folder / "service.toml").read_text())
        code = guide["code"]
        assert guide["effective_from"], code
        for law in guide["basis"]:
            assert law["title"], code
            assert law["text"], code
            assert law["effective_from"], code
        for rule in (row for name in RULES for row in tables(guide.get(name, {})) if row):
            assert rule.get("source") or rule.get("basis"), (code, rule)
        for rate in guide["fee"].get("item", []):
            assert rate["basis"], code
            assert rate["valid_from"], code
        assert all(material["basis"] for material in guide["material"]), code
        for file in folder.glob("*.dmn"):
            rows = [row for row in ElementTree.parse(file).iter() if row.tag.endswith("}rule")]
            assert rows, file
            assert all(explained(row) for row in rows), f"{file}: a row says nothing of its basis"


def explained(row: ElementTree.Element) -> bool:
    return any(
        "".join(part.itertext()).strip() for part in row if part.tag.endswith(("}annotationEntry", "}description"))
    )


def test_everything_is_taken_in_by_the_centre_s_window_and_decided_by_the_department_itself():
    for guide in guides():
        roles = {role["key"]: role["department"] for role in guide["role"]}
        assert {roles.get("window"), roles.get("approver")} & {CENTRE, guide["department"]}, guide["code"]
        if guide["handling"] == "promise":
            assert roles["window"] == CENTRE, f"{guide['code']}: taken in at the centre"
        if "approver" in roles:
            assert roles["approver"] == guide["department"], f"{guide['code']}: decided by the department itself"
        assert guide["contacts"]["complaint"], f"{guide['code']}: supervised, and people can complain"


def test_each_says_what_it_is_in_english_and_in_everyday_words():
    for guide in guides():
        assert guide["english"], guide["code"]
        assert len(guide["keywords"]) >= 5, guide["code"]
        assert guide["question"], guide["code"]


@pytest.mark.found("B7")
def test_each_says_whether_sole_traders_may_apply_and_its_conditions_in_a_line():
    for guide in guides():
        assert "sole_traders" in guide or guide["audience"] == ["1"], guide["code"]
        assert all(len(row.get("short", row["text"])) <= 36 for row in guide["condition"]), guide["code"]


def test_no_guide_of_another_office_offers_what_is_handled_here():
    here = {guide["name"] for guide in guides()}
    files = GUIDES.glob("*.toml")
    elsewhere = {item["name"] for file in files for item in tomllib.loads(file.read_text()).get("item", ())}

    assert len(elsewhere) > 300
    assert not here & elsewhere


# What means the same in every form, so that it can be asked once.
SHARED = (
    *("operator_name", "uscc", "legal_representative", "domicile", "contact_name", "contact_phone", "district"),
    *("premises_address", "premises_area", "premises_right", "owner_name", "lease_until", "property_number"),
    *("exits", "fuel", "staff_count", "name", "id_number", "residence_address", "phone"),
    *("account_bank", "account_number", "project_code", "project_name"),
)
WORDED = {"title", "minLength", "maxLength", "minimum", "maximum", "minItems"}


def test_what_is_called_the_same_in_several_forms_is_answered_in_the_same_way():
    kinds: dict[str, set[str]] = {}
    for folder in definition_folders():
        for name, schema in json.loads((folder / "form.json").read_text())["schema"]["properties"].items():
            kind = {key: value for key, value in schema.items() if key not in WORDED}
            kinds.setdefault(name, set()).add(json.dumps(kind, sort_keys=True))

    assert {name: kinds[name] for name in SHARED if len(kinds.get(name, ())) > 1} == {}


def test_some_definition_shows_two_officers_and_another_signature():
    drawn = {folder.name: (folder / "process.bpmn").read_text() for folder in definition_folders()}
    told = {folder.name: (folder / "examples.json").read_text() for folder in definition_folders()}

    assert [name for name, text in drawn.items() if 'tongban:officers="2"' in text]
    assert [name for name, text in told.items() if '"sign_too"' in text]


def test_some_definition_lets_new_limits_count_for_open_cases():
    assert [guide["code"] for guide in guides() if "open_cases" in guide["limits"]]

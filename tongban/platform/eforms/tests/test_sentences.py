"""Sentences about answers: no word said twice, no hint taken for a rule, one thing to confirm is a box to tick."""

import json

import pytest

from tests.cast import definition, example
from tongban.platform.eforms import services as eforms
from tongban.platform.eforms.templatetags.eforms import eform_step

SCHEMA = {
    "type": "object",
    "properties": {
        "uscc": {"type": "string", "pattern": "^[0-9A-HJ-NPQRTUWXY]{18}$"},
        "employer": {"type": "string"},
        "phone": {"type": "string", "pattern": "^1[3-9][0-9]{9}$"},
        "account": {"type": "string", "pattern": "^[0-9]{12,19}$"},
        "word": {"type": "string", "pattern": "^[a-z]+$"},
        "promise": {"enum": ["confirmed"]},
    },
    "required": ["promise"],
}
FIELDS = [
    {"name": "uscc", "label": "统一社会信用代码", "widget": "uscc"},
    {"name": "employer", "label": "单位统一社会信用代码", "widget": "uscc"},
    {"name": "phone", "label": "联系电话", "hint": "证件制好后，按此号码通知领取。", "widget": "phone"},
    {
        "name": "account",
        "label": "银行账号",
        "hint": "户名应当是本人。",
        "format": "12 至 19 位数字。",
        "widget": "text",
    },
    {"name": "word", "label": "代码", "hint": "办事时告诉窗口。", "widget": "text"},
    {"name": "promise", "label": "承诺内容", "widget": "radio", "options": [{"value": "confirmed", "label": "属实。"}]},
]


@pytest.fixture
def form() -> eforms.Form:
    return eforms.load({"schema": SCHEMA, "layout": [{"step": "one", "title": "一", "fields": FIELDS}]})


@pytest.mark.found("C")
def test_what_is_wrong_is_said_once_and_no_hint_is_taken_for_a_rule(form):
    wrong = {
        "uscc": "91990102MA99H00125",
        "employer": "91990102MA99H00125",
        "phone": "12345",
        "account": "12",
        "word": "12",
    }

    said = {path: " ".join(texts) for path, texts in form.problems(wrong).items()}

    assert said["uscc"] == "统一社会信用代码的末位校验码不符，请核对。"
    assert "有误：统一社会信用代码有误" not in said["employer"]
    assert said["employer"].count("有误") <= 1
    assert said["phone"] == "“联系电话”不是可用的号码，请填写 11 位手机号码。"
    assert said["account"] == "“银行账号”的格式不正确：12 至 19 位数字。"
    assert not any(field["hint"] in text for field in FIELDS if "hint" in field for text in said.values())


@pytest.mark.found("C")
def test_one_thing_to_confirm_is_a_box_to_tick_and_can_be_unticked(form):
    shown = eform_step(form, "one", {})
    question = next(question for question in shown["questions"] if question.path == "promise")

    assert question.multiple
    assert form.problems({})["promise"] == ["请勾选确认“承诺内容”。"]
    assert form.read("one", {"_shown": "promise", "promise": "confirmed"}) == {"promise": "confirmed"}
    assert form.read("one", {"_shown": "promise"}) == {"promise": None}


@pytest.mark.found("C")
def test_a_place_of_work_may_be_a_district():
    answers = {**example("flexible-employment")["answers"], "work_place": "临湖区"}
    form = json.loads((definition("flexible-employment") / "form.json").read_text())

    found = eforms.load(form).problems(answers)

    assert "work_place" not in found

import json

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.platform.eforms import services as eforms
from tongban.platform.eforms.tests.forms import GOOD, PREMISES, bent

FORM = eforms.load(PREMISES)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def problems(**changes):
    answers = {**GOOD, **changes}
    return FORM.problems({name: value for name, value in answers.items() if value is not ...})


def test_right_answers_have_no_problems():
    assert problems() == {}


@pytest.mark.parametrize(
    ("changes", "path", "sentence"),
    [
        ({"name": ...}, "name", "Fill in “名称”."),
        ({"name": "  "}, "name", "Fill in “名称”."),
        ({"name": "禾"}, "name", "“名称” is too short: write at least 2 characters."),
        ({"name": "禾" * 21}, "name", "“名称” is too long: write at most 20 characters; now there are 21."),
        ({"kind": ...}, "kind", "Choose an answer for “主体业态”."),
        ({"kind": "magic"}, "kind", "“主体业态”: choose one of the answers shown."),
        ({"items": []}, "items", "Choose an answer for “餐饮项目”."),
        ({"items": ["hot", "hot"]}, "items", "“餐饮项目” contains the same entry twice. Remove one."),
        ({"items": ["lava"]}, "items", "“餐饮项目”: choose one of the answers shown."),
        ({"seats": "很多"}, "seats", "“座位数” is a whole number, such as 12. Write digits only."),
        ({"seats": 4.5}, "seats", "“座位数” is a whole number, such as 12. Write digits only."),
        ({"seats": -1}, "seats", "“座位数” must be 0 or more."),
        ({"seats": 5001}, "seats", "“座位数” must be 5000 or less."),
        ({"room_m2": 3.5}, "room_m2", "“专间面积（平方米）” must be 4 or more."),
        ({"cold_room": "maybe"}, "cold_room", "Choose an answer for “是否设有专间”."),
        (
            {"lease_until": "2026-02-30"},
            "lease_until",
            "“租期至” is not a day of the calendar. Write it like 2026-03-15.",
        ),
        ({"phone": "1990000"}, "phone", "“联系电话”: A mobile number has 11 digits."),
        ({"equipment": ...}, "equipment", "Add at least one row to “主要设备”."),
        ({"equipment": [{}]}, "equipment", "Add at least one row to “主要设备”."),
        (
            {"equipment": [{"what": "x", "count": 1}] * 4},
            "equipment",
            "“主要设备” may have at most 3 rows.",
        ),
        (
            {"equipment": [{"what": "冰箱", "count": 1}, {"what": "灶"}]},
            "equipment.1.count",
            "“主要设备”, row 2: Fill in “数量”.",
        ),
        (
            {"equipment": [{"what": "冰箱", "count": 0}]},
            "equipment.0.count",
            "“主要设备”, row 1: “数量” must be 1 or more.",
        ),
        ({"spaceship": 1}, "spaceship", "This form does not ask for “spaceship”. Leave it out."),
    ],
)
def test_every_fault_is_told_at_its_field_and_says_what_to_do(changes, path, sentence):
    assert problems(**changes) == {path: [sentence]}


@pytest.mark.parametrize("number", ["91990102MA99H00125", "91990102MA99H0012", "91990102MA99H0012I"])
def test_a_wrong_credit_code_is_told_by_its_check_character(number):
    assert list(problems(uscc=number)) == ["uscc"]


def test_a_wrong_id_number_is_told():
    assert list(problems(id="990102199001011234")) == ["id"]


def test_faults_come_in_the_order_of_the_questions():
    assert list(FORM.problems({})) == ["name", "uscc", "phone", "kind", "seats", "equipment"]


def test_one_step_is_judged_alone():
    assert list(FORM.problems({}, "premises")) == ["kind", "seats"]


def test_questions_follow_from_answers():
    assert FORM.step("premises", {}).names == ("kind", "seats", "lease_until", "address", "note")
    assert FORM.step("premises", {"kind": "catering"}).names[:2] == ("kind", "items")
    assert "room_m2" in FORM.step("premises", GOOD).names


def test_a_question_hidden_by_a_hidden_question_is_hidden():
    answers = {**GOOD, "kind": "sales"}

    assert set(FORM.relevant(answers)) == set(GOOD) - {"items", "cold_room", "room_m2"}
    assert FORM.problems(answers) == {}


def test_a_question_that_is_required_and_hidden_is_not_missed():
    form = eforms.load(bent(**{"schema.required": ["name", "room_m2"]}))

    assert list(form.problems({})) == ["name"]


def test_empty_answers_do_not_count():
    assert FORM.relevant({"name": "", "id": None, "items": [], "equipment": [{"what": ""}], "seats": 0}) == {"seats": 0}


def read(step, **sent):
    query = QueryDict(mutable=True)
    for name, value in sent.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return FORM.read(step, query)


def test_a_browser_s_text_becomes_typed_answers():
    answers = read(
        "premises",
        kind="catering",
        items=["hot", "cold", "hot"],
        cold_room="true",
        room_m2="９.６",
        seats="1,200",
        lease_until="2031年8月1日",
        address=" 临湖区\u3000柳岸路26号 ",
        note="一\r\n二",
    )

    assert answers == {
        "kind": "catering",
        "items": ["hot", "cold"],
        "cold_room": True,
        "room_m2": 9.6,
        "seats": 1200,
        "lease_until": "2031-08-01",
        "address": "临湖区 柳岸路26号",
        "note": "一\n二",
    }


def test_what_cannot_be_read_stays_as_it_was_typed():
    answers = read("premises", seats="四十八", lease_until="下个月", cold_room="perhaps", room_m2="1e9")

    assert (answers["seats"], answers["lease_until"]) == ("四十八", "下个月")
    assert (answers["cold_room"], answers["room_m2"]) == ("perhaps", "1e9")


def test_numbers_of_people_and_organisations_are_read_as_they_are_kept():
    answers = read("operator", uscc=" 91990102 ma99h00124 ", id="９90102 19900101 123x", phone="+86 199-0000-0103")

    assert answers["uscc"] == "91990102MA99H00124"
    assert answers["id"] == "99010219900101123X"
    assert answers["phone"] == "19900000103"


def test_only_questions_that_were_on_the_page_are_read():
    assert read("premises", _shown="kind seats", kind="sales", seats="3", note="smuggled") == {
        "kind": "sales",
        "seats": 3,
    }


def test_an_unticked_box_is_an_emptied_answer():
    assert read("premises", _shown="items") == {"items": None}


def test_rows_are_added_and_taken_out_without_script():
    rows = {"equipment.0.what": "冰箱", "equipment.0.count": "2", "equipment.1.what": "灶", "equipment.1.count": "x"}

    assert read("equipment", **rows, _add="equipment")["equipment"] == [
        {"what": "冰箱", "count": 2},
        {"what": "灶", "count": "x"},
        {},
    ]
    assert read("equipment", **rows, _remove="equipment.0")["equipment"] == [{"what": "灶", "count": "x"}]
    assert read("equipment", **{"equipment.0.what": " "})["equipment"] is None


def test_no_more_rows_are_added_than_fit():
    rows = {f"equipment.{index}.what": "灶" for index in range(3)}

    assert len(read("equipment", **rows, _add="equipment")["equipment"]) == 3


def test_a_step_is_shown_again_when_an_answer_brings_new_questions():
    sent = {"_shown": "kind seats lease_until address note", "kind": "catering", "seats": "3"}
    answers = FORM.read("premises", sent)

    assert FORM.needs_reload("premises", sent, answers)
    assert not FORM.needs_reload("premises", {**sent, "_shown": sent["_shown"] + " items"}, answers)
    assert FORM.needs_reload("premises", {**sent, "_reload": "1", "_shown": sent["_shown"] + " items"}, answers)


def test_the_summary_says_answers_as_people_do():
    summary = dict(FORM.summary({**GOOD, "lease_until": "2031-08-01"}))

    assert dict(summary["经营场所"])["餐饮项目"] == "热食, 冷食"
    assert dict(summary["经营场所"])["是否设有专间"] == "Yes"
    assert dict(summary["经营场所"])["说明"] == "Not answered"
    assert dict(summary["设备"])["主要设备"] == "1. 设备名称: 冰箱; 数量: 2"


def test_the_summary_masks_what_is_sensitive_for_readers_who_do_not_need_it():
    summary = dict(FORM.summary(GOOD, masked=True))

    assert dict(summary["经营者"])["联系电话"] == "199****0103"
    assert dict(summary["经营者"])["名称"] == "禾香餐饮"


def test_a_condition_can_be_asked_alone():
    assert eforms.holds({"properties": {"kind": {"const": "sales"}}, "required": ["kind"]}, {"kind": "sales"})
    assert not eforms.holds({"required": ["kind"]}, {"kind": ""})


# The first draw of a text is slow on a busy machine.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from([*FORM.fields, "unknown", "equipment"])


@patiently
@given(answers=st.dictionaries(NAMES, JSON, max_size=8))
def test_hostile_answers_never_break_the_form(answers):
    FORM.problems(answers)
    FORM.summary(answers)
    FORM.summary(answers, masked=True)
    for step in FORM.steps(answers):
        for question in eforms.questions(FORM, step, answers, FORM.problems(answers)):
            assert isinstance(str(question.attributes), str)
    json.dumps(FORM.relevant(answers))


@patiently
@given(answers=st.dictionaries(NAMES, JSON, max_size=8))
def test_answers_to_hidden_questions_never_survive(answers):
    kept = FORM.relevant(answers)

    asked = {name for step in FORM.steps(answers) for name in step.names}
    assert set(kept) <= asked
    assert FORM.relevant(kept) == kept
    assert {name for step in FORM.steps(kept) for name in step.names} == asked


SENT = st.dictionaries(
    st.sampled_from([*FORM.fields, "_shown", "_add", "_remove", "_reload", "equipment.0.what", "equipment.0.count"])
    | st.from_regex(r"equipment\.\S{0,6}\.(what|count)", fullmatch=True),
    st.lists(st.text(max_size=12) | st.sampled_from(["equipment", "equipment.0", "true", "1"]), max_size=3),
    max_size=8,
)


@patiently
@given(sent=SENT, step=st.sampled_from(["operator", "premises", "equipment"]))
def test_whatever_a_browser_sends_is_read_judged_and_shown(sent, step):
    answers = FORM.read(step, sent)

    FORM.needs_reload(step, sent, answers)
    FORM.problems(answers, step)
    FORM.summary(answers)
    assert "\x00" not in json.dumps(answers, ensure_ascii=False)

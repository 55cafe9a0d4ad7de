"""The rules by which inspectors of 实施清单 read a guide, and how it is worded."""

import pytest

from tongban.platform.catalogue.rules import consistency
from tongban.platform.catalogue.rules.wording import ONE_LINE
from tongban.platform.catalogue.tests.signs import DELETED, guide, told

AT_ONCE = {"handling": "instant", "limits.promised_days": 0, "stage.1.days": 0}
TABLE = {"instant": {"table": "yes.dmn", "source": "条例"}}
FEE = [{"name": "工本费", "amount_fen": 500, "unit": "件", "basis": "条例"}]

# What is wrong: changes of the guide, place, sentence, severity.
FAULTS = {
    "a promise beyond the law": (
        {"limits.promised_days": 11},
        "limits.promised_days",
        "The promise is longer than the law allows. Promise at most the statutory days.",
        "error",
    ),
    "at once, in three days": (
        {"handling": "instant", **TABLE},
        "handling",
        "“instant” means promised_days = 0, and vice versa. Change one of them.",
        "error",
    ),
    "in no days, but not at once": (
        {"limits.promised_days": 0, "stage.1.days": 0},
        "handling",
        "“instant” means promised_days = 0, and vice versa. Change one of them.",
        "error",
    ),
    "at once, by no table": (
        AT_ONCE,
        "instant",
        "Instant services are decided at once by a table, and no others are. "
        "Add [instant] with its table, or promise at least one day.",
        "error",
    ),
    "a table for what takes days": (
        TABLE,
        "instant",
        "Instant services are decided at once by a table, and no others are. "
        "Add [instant] with its table, or promise at least one day.",
        "error",
    ),
    "one official for all of it": (
        {"process": {"same_person": True}},
        "process.same_person",
        "One official may file, accept and decide, although this is not decided on the spot. "
        "Remove same_person, so that no one checks their own work.",
        "warning",
    ),
    "a visit for no reason": (
        {"visits": 1, "online_depth": "3"},
        "visits_reason",
        "People must come in person, but no reason is given. Give the reason, or set visits = 0.",
        "error",
    ),
    "a visit to what is online to the end": (
        {"visits": 1, "visits_reason": "现场拍照"},
        "online_depth",
        "Depth 4 means fully online, but visits is not 0. Lower the depth, or set visits = 0.",
        "error",
    ),
    "a fee of nothing": (
        {"fee.charged": True},
        "fee",
        "Whether a fee is charged does not agree with [[fee.item]]. "
        "Add the items with amount and basis, or set charged = false.",
        "error",
    ),
    "an item of no fee": (
        {"fee.item": FEE},
        "fee",
        "Whether a fee is charged does not agree with [[fee.item]]. "
        "Add the items with amount and basis, or set charged = false.",
        "error",
    ),
    "one number for questions and complaints": (
        {"contacts.complaint": "0990-55510101"},
        "contacts",
        "The same telephone number is given for questions and complaints. Give two numbers.",
        "error",
    ),
    **{
        f"a number nobody can dial at {place}": (
            {path: "55510102"},
            place,
            "The number has no area code. Write it like 0990-12345678.",
            "warning",
        )
        for path, place in (
            ("contacts.consult", "contacts.consult"),
            ("contacts.complaint", "contacts.complaint"),
            ("place.0.phone", "place[1].phone"),
        )
    },
    "hours of no day": (
        {"place.0.hours": "9:00—17:00"},
        "place[1].hours",
        "The hours do not say on which days. Write it like “工作日 9:00—12:00”.",
        "warning",
    ),
    "stages one after another": (
        {"stage.0.days": 1},
        "stage",
        "The stages take 4 days one after another, promised are 3. "
        "Shorten a stage or lengthen the promise; stages at the same time are counted once.",
        "warning",
    ),
    "a licence service without a question": (
        {"question": DELETED},
        "question",
        "A licence service (行政许可) answers at least one common question. Add a [[question]].",
        "error",
    ),
    "sole traders, or not": (
        {"sole_traders": DELETED},
        "sole_traders",
        "It is for businesses, and does not say whether sole traders (个体工商户) may apply. "
        "Write sole_traders = true, or false.",
        "warning",
    ),
    "a condition over two lines": (
        {"condition.1": {"text": "招" * (ONE_LINE + 1)}},
        "condition[2]",
        "The condition is too long for one line of a phone. Say the same in a few words with the key short.",
        "warning",
    ),
    "a topic for people, a service for businesses": (
        {"topics_person": ["060"]},
        "audience",
        "A topic is intended for people who are not in the audience. Add the audience or remove the topic.",
        "warning",
    ),
    "a topic for businesses, a service for people": (
        {"audience": ["1"]},
        "audience",
        "A topic is intended for people who are not in the audience. Add the audience or remove the topic.",
        "warning",
    ),
    "no topic and no event": (
        {"topics_business": DELETED, "life_events": []},
        "topics_person",
        "The service is listed under no topic and no life event; people can find it only by searching. "
        "Add at least one.",
        "warning",
    ),
    "no everyday words": (
        {"keywords": []},
        "keywords",
        "There are no everyday words. Add what people actually say: 开饭馆, 办健康证.",
        "warning",
    ),
    "a licence that is called something else": (
        {"result.name": "店招设置批复"},
        "result.name",
        "The result is a licence, but its name does not say so. Use the name that is printed on it.",
        "warning",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
@pytest.mark.requirement("APP-S-24")
def test_a_slip_is_told_alone_with_its_place(what):
    changes, place, sentence, severity = FAULTS[what]

    found = list(consistency.quality(guide(changes)))

    assert told(found) == {(place, sentence)}
    assert {(problem.file, problem.severity) for problem in found} == {("service.toml", severity)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="the whole guide"),
        pytest.param({"limits.promised_days": 10}, id="as long as the law allows"),
        pytest.param({**AT_ONCE, **TABLE}, id="at once, by a table"),
        pytest.param({**AT_ONCE, **TABLE, "process": {"same_person": True}}, id="at once, by one official"),
        pytest.param({"process": {"same_person": False}}, id="nobody alone"),
        pytest.param({"visits": 2, "visits_reason": "拍照", "online_depth": "3"}, id="two visits for a reason"),
        pytest.param({"online_depth": "2"}, id="not to the end, and no visit"),
        pytest.param({"fee.charged": True, "fee.item": FEE}, id="a fee with its item"),
        pytest.param({"place.0.phone": ""}, id="a place without a telephone"),
        pytest.param({"type": "07", "question": DELETED}, id="no licence service"),
        pytest.param({"audience": ["1"], "topics_business": [], "sole_traders": DELETED}, id="for people alone"),
        pytest.param({"audience": ["1", "2"], "topics_person": ["060"]}, id="for everybody"),
        pytest.param({"sole_traders": False}, id="not for sole traders"),
        pytest.param({"condition.1": {"text": "招" * ONE_LINE}}, id="a condition of one line"),
        pytest.param({"condition.1": {"text": "招" * 90, "short": "牢固"}}, id="a condition with a short form"),
        pytest.param({"life_events": DELETED}, id="a topic alone"),
        pytest.param({"topics_business": DELETED}, id="a life event alone"),
        pytest.param({"result": {"kind": "approval", "name": "批复"}}, id="an approval"),
    ],
)
def test_what_keeps_the_rules_is_let_through(changes):
    assert told(consistency.quality(guide(changes))) == set()


def test_a_stage_that_alone_takes_longer_than_promised_is_an_error():
    found = list(consistency.quality(guide({"stage.1.days": 4})))

    longer = "This stage alone takes longer than the promised 3 days. Shorten the stage or lengthen the promise."
    assert ("stage[approve].days", longer) in told(found)
    assert {problem.place: problem.severity for problem in found} == {
        "stage[approve].days": "error",
        "stage": "warning",
    }


@pytest.mark.parametrize(
    ("number", "dials"),
    [
        ("0990-55510102", True),
        ("099055510102", True),
        ("010-5551010", True),
        ("12345", True),
        ("12315", True),
        ("400-555-0101", True),
        ("4005550101", True),
        ("55510102", False),
        ("1234", False),
        ("13800138000", False),
        ("+86 0990-55510102", False),
        ("09905-5551010", False),
        ("电话 0990-55510102", False),
    ],
)
def test_a_telephone_number_says_where_it_is(number, dials):
    assert (told(consistency.quality(guide({"contacts.consult": number}))) == set()) is dials


@pytest.mark.parametrize("hours", ["工作日 9:00—17:00", "周一至周五 9:00", "每周三上午", "星期六 9:00—12:00"])
def test_hours_may_name_days_in_several_ways(hours):
    assert told(consistency.quality(guide({"place.0.hours": hours}))) == set()


@pytest.mark.parametrize(
    ("name", "vague"),
    [
        ("其他材料", True),
        ("法律规定的其它材料", True),
        ("相关材料", True),
        ("有关证明", True),
        ("身份证等材料", True),
        ("其他证明文件", True),
        ("店招效果图", False),
        ("材料清单", False),
        ("居住证明", False),
    ],
)
def test_a_material_is_named_itself(name, vague):
    found = told(consistency.quality(guide({"material.0.name": name})))

    sentence = f"“{name}” is too vague. Name the material itself; if there are several, one [[material]] each."
    assert found == ({("material[design].name", sentence)} if vague else set())

"""Who signs together, by which rule, and what all of them together say: each rule is a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.rules import engine, signing
from tongban.platform.workflow.rules.marking import Marking
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.steps import Process

BEHIND = """gate exclusive default=no
granted end 准
refused end 不准
start>sign sign>gate
gate>granted yes [sign.outcome = "pass"]
gate>refused no
"""
THREE = "one|two|three"


def signed(rule, signers=THREE):
    words = f"signing={rule.replace(' ', '|')} signers={signers}"
    return Process(f"start\nsign task 会签 review review {words}\n{BEHIND}")


def outcomes(rule, says, signers=THREE):
    """Let the signers say “+” or “-” in their order; return what comes out and who was never asked or taken off."""
    process = signed(rule, signers)
    for number, word in enumerate(says, 1):
        process.do(f"sign[{number}]", "pass" if word == "+" else "fail")
    return process.step.outcome


# What the first signers say, in their order, and how the whole ends: "" while more are waited for.
TABLE = [
    ("all", "++", ""),
    ("all", "+++", "granted"),
    ("all", "-", "refused"),
    ("all", "+-", "refused"),
    ("all to-the-end", "-", ""),
    ("all to-the-end", "-+", ""),
    ("all to-the-end", "-++", "refused"),
    ("all to-the-end", "+++", "granted"),
    ("any", "-", ""),
    ("any", "--", ""),
    ("any", "---", "refused"),
    ("any", "+", "granted"),
    ("any", "-+", "granted"),
    ("any to-the-end", "+--", "granted"),
    ("percent:60", "+", ""),
    ("percent:60", "++", "granted"),
    ("percent:60", "+-", ""),
    ("percent:60", "+-+", "granted"),
    ("percent:60", "+--", "refused"),
    ("percent:60", "--", "refused"),
    ("percent:66", "++", "granted"),
    ("percent:67", "++", ""),
    ("percent:67", "-", "refused"),
    ("percent:33", "+", "granted"),
    ("percent:34", "+", ""),
    ("percent:100", "+-", "refused"),
    ("percent:1", "--+", "granted"),
    ("first", "+", "granted"),
    ("first", "-", "refused"),
    ("in-turn", "+", ""),
    ("in-turn", "++", ""),
    ("in-turn", "+++", "granted"),
    ("in-turn", "-", "refused"),
    ("in-turn", "++-", "refused"),
    ("in-turn to-the-end", "-", ""),
    ("in-turn to-the-end", "-+", ""),
    ("in-turn to-the-end", "-++", "refused"),
    ("in-turn to-the-end", "+++", "granted"),
]
# The signers' weights besides: 3, 2 and 1.
WEIGHED = [
    ("weight:3", "+", "granted"),
    ("weight:3", "-", ""),
    ("weight:3", "-+", ""),
    ("weight:3", "-++", "granted"),
    ("weight:3", "-+-", "refused"),
    ("weight:3", "--", "refused"),
    ("weight:4", "+-", ""),
    ("weight:4", "++", "granted"),
    ("weight:4", "+-+", "granted"),
    ("weight:4", "-", "refused"),
    ("weight:6", "++-", "refused"),
    ("weight:6 to-the-end", "-", ""),
    ("weight:6 to-the-end", "-++", "refused"),
    ("percent:50", "+", "granted"),
    ("percent:50", "-+", ""),
    ("percent:50", "-++", "granted"),
    ("percent:51", "+", ""),
    ("percent:51", "-", "refused"),
    ("any", "--+", "granted"),
    ("all", "+-", "refused"),
]


@pytest.mark.parametrize(("rule", "says", "outcome"), TABLE)
def test_a_rule_says_what_comes_of_signatures_and_when(rule, says, outcome):
    assert outcomes(rule, says) == outcome


@pytest.mark.parametrize(("rule", "says", "outcome"), WEIGHED)
def test_signatures_count_as_much_as_the_definition_says(rule, says, outcome):
    assert outcomes(rule, says, "one=3|two=2|three") == outcome


def test_those_who_need_not_sign_any_more_are_taken_off_their_desks():
    process = signed("percent:60").do("sign[1]").do("sign[3]")

    assert process.step.cancelled == ("sign[2]",)
    assert process.step.marking == Marking()


def test_each_signature_lies_with_its_role():
    process = signed("all", "one|two|one")

    assert process.step.items == {"sign[1]": "one", "sign[2]": "two", "sign[3]": "one"}
    assert process.graph.roles == ["review", "one", "two"]
    assert not process.graph.needs("three")


def test_a_role_may_be_called_after_its_department():
    assert signing.read_signers("review-fire=2 traffic") == (("review-fire", 2), ("traffic", 1))


def test_in_turn_the_next_is_asked_once_the_one_before_has_signed():
    process = signed("in-turn")

    assert process.open == ["sign[1]"]
    assert process.do("sign[1]").open == ["sign[2]"]
    assert process.do("sign[2]").open == ["sign[3]"]
    with pytest.raises(engine.NotOpen):
        process.do("sign[2]")


def test_what_all_said_is_data_for_what_follows():
    process = signed("percent:60", "one=3|two=2|three").do("sign[1]").do("sign[2]", "fail").do("sign[3]")

    said = process.step.data["sign"]
    assert said == {
        "instances": 3,
        "completed": 3,
        "active": 0,
        "agreed": 4,
        "refused": 2,
        "needed": 4,
        "total": 6,
        "pass": 2,
        "fail": 1,
        "outcome": "pass",
    }


def test_a_number_of_colleagues_of_one_office_may_sign():
    process = Process(f"start\nsign task 双人审查 review review count=2 signing=all\n{BEHIND}")

    assert process.open == ["sign[1]", "sign[2]"]
    assert process.do("sign[1]").step.outcome == ""
    assert process.do("sign[2]").step.outcome == "granted"


def test_roles_of_a_table_sign_by_the_rule():
    text = f"start\nsign task 会签 review items=who each=role signing=any\n{BEHIND}"

    process = Process(text, {"who": ["fire", "health"]})

    assert process.do("sign[1]", "fail").step.outcome == ""
    assert process.do("sign[2]").step.outcome == "granted"


def test_where_a_table_names_nobody_nobody_has_agreed():
    text = f"start\nsign task 会签 review items=who each=role signing=all\n{BEHIND}"

    assert Process(text, {"who": []}).step.outcome == "refused"


@pytest.mark.parametrize(
    "text",
    [
        *("", "most", "percent", "percent:", "percent:0", "percent:101", "percent:60%", "percent:6.5", "percent:６０"),
        *(
            "weight",
            "weight:0",
            "weight:10001",
            "all:2",
            "all quickly",
            "all to-the-end now",
            "first to-the-end",
            "All",
        ),
    ],
)
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(signing.UnknownRule):
        signing.read(text)


@pytest.mark.parametrize("text", ["One", "one=0", "one=101", "one=", "one=x", "one,two", "1st", "one =2"])
def test_what_is_no_signer_is_refused(text):
    with pytest.raises(signing.UnknownSigner):
        signing.read_signers(text)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("signing=most signers=one|two", "“most” is no rule by which several people sign."),
        ("signing=all signers=one|Two", "“Two” among the signers is no role."),
        ("signing=all", "Nothing says how often this happens."),
        ("signing=all signers=", "Nothing says how often this happens."),
        ("signers=one|two", "Nothing says by which rule the signers of “会签” sign together."),
        ("signing=all signers=one|two done=sign.fail|>|0", "The rule of signing says already who signs"),
        ("signing=all signers=one|two count=3", "The rule of signing says already who signs"),
        ("signing=all signers=one|two outcomes=seen", "Only a task that can be answered with yes and no"),
        ("signing=in-turn signers=one", "Only one signer is named"),
        ("signing=weight:4 signers=one=2|two", "Signatures that count 4 are needed, but all of them together count"),
        ("signing=weight:4 count=2", "Nothing says how much each signature counts."),
    ],
)
def test_signatures_that_could_not_come_to_a_result_are_refused_where_they_stand(words, sentence):
    text = bpmn(f"start\nsign task 会签 review review {words}\nend end 完\nstart>sign sign>end")

    found = [one for one in workflow.check(text) if (one.text % one.details).startswith(sentence)]

    assert [one.place for one in found] == ["sign"]
    assert all(one.forbids and one.line and one.remedy for one in found)


RULE = st.one_of(
    st.sampled_from([signing.Signing(name) for name in ("all", "any", "first", "in-turn")]),
    st.builds(signing.Signing, st.just("percent"), st.integers(1, 100), st.booleans()),
    st.builds(signing.Signing, st.just("weight"), st.integers(1, 12), st.booleans()),
)


@given(rule=RULE, weights=st.lists(st.integers(1, 5), min_size=1, max_size=6), says=st.data())
def test_what_is_clear_early_is_what_would_have_come_out_in_the_end(rule, weights, says):
    """Whoever is not asked any more could not have changed it; only `first` asks one alone."""
    words = says.draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    total, agreed, refused, early = sum(weights), 0, 0, None
    for weight, yes in zip(weights, words, strict=True):
        agreed, refused = agreed + weight * yes, refused + weight * (not yes)
        if early is None and rule.is_over(agreed, refused, total):
            early = rule.agrees(agreed, total)
    last = rule.agrees(agreed, total)

    if rule.name == "first":
        assert early is words[0]
    elif early is not None:
        assert early is last
    assert early is not None or rule.to_the_end or (rule.name == "weight" and rule.number > total)

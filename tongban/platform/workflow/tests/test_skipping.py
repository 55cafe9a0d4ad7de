"""同一办理人免办: when a step is passed is a table; the record says so, and separation holds."""

import pytest

from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.rules.graphs import Node
from tongban.platform.workflow.rules.skipping import is_skipped
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.returning import back, do, facts, open_keys, task

STEPS = """
start
look task 初审 review review
check task 复核 review review skip=same-handler {more}
approve task 审批决定 approve approver
end end 完
start>look look>check check>approve approve>end
"""
YES = ("pass", "fail")
LOOK = Node("look", "task", outcomes=YES)
# What the step says, what came out before, who could do it, who did the one before, and whether it is passed.
TABLE = [
    ({"skip": True}, "pass", [7], 7, True),
    ({"skip": True}, "pass", [7, 8], 7, False),
    ({"skip": True}, "pass", [8], 7, False),
    ({"skip": True}, "pass", [], 7, False),
    ({"skip": True}, "fail", [7], 7, False),
    ({"skip": True}, "pass", [7], None, False),
    ({"skip": False}, "pass", [7], 7, False),
    ({"skip": True, "apart": ("look",)}, "pass", [7], 7, False),
]


@pytest.mark.parametrize(("says", "outcome", "able", "did", "passed"), TABLE)
def test_when_a_step_is_passed(says, outcome, able, did, passed):
    assert is_skipped(Node("check", "task", outcomes=YES, **says), LOOK, outcome, able, did) is passed


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("check task 复核 review review skip=always", "tongban:skip is “always”"),
        ("check task 复核 review review skip=same-handler not=look", "Whoever did “look” may not do “复核”"),
        ("check task 复核 approve review skip=same-handler", "“复核” is never passed"),
        ("check task 复核 review review skip=same-handler count=2", "“复核” is never passed"),
        ("check task 复核 review review outcomes=seen skip=same-handler", "“复核” is never passed"),
        ("check task 复核 review review officers=3", "tongban:officers is “3”"),
    ],
)
def test_what_is_never_passed_is_refused_where_it_stands(line, sentence):
    text = bpmn(f"start\nlook task 初审 review review\n{line}\nend end 完\nstart>look look>check check>end")

    found = [one for one in workflow.check(text) if (one.text % one.details).startswith(sentence)]

    assert [one.place for one in found] == ["check"]
    assert all(one.forbids and one.line and one.remedy for one in found)


@pytest.fixture
def begin(begun, calendar):
    return lambda more="": begun(STEPS.format(more=more))


@pytest.mark.django_db
def test_the_only_one_who_could_do_it_is_not_asked_twice(begin, wu):
    begin()

    done = workflow.complete(actor=wu, task=task("look"), outcome="pass", opinion="符合要求。")

    assert open_keys() == ["approve"]
    assert [(one.key, one.done_by_id, one.data) for one in done.skipped] == [("check", wu.account, {"skipped": "look"})]
    assert [one.key for one in done.opened] == ["approve"]
    assert facts("TaskSkipped")[0] | {"task": ""} == {
        "task": "",
        "key": "check",
        "before": "look",
        "opened": ["approve"],
    }


@pytest.mark.django_db
def test_a_colleague_who_could_do_it_is_asked(begin, wu, official, market):
    official("邵宁", market, "cases.review")
    begin()

    do(wu, "look")

    assert open_keys() == ["check"]


@pytest.mark.django_db
def test_sent_back_it_is_passed_anew_after_the_new_answer(begin, wu):
    begin()
    do(wu, "look")
    back(wu, "approve", "look")
    assert open_keys() == ["look"]

    do(wu, "look", outcome="fail")
    assert open_keys() == ["check"]
    do(wu, "check")

    assert open_keys() == ["approve"]
    assert Task.objects.filter(key="check", again_at__isnull=True).count() == 1

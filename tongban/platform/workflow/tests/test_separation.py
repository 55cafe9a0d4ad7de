"""Tasks that a definition keeps apart: whoever did the one does not do the other, and reads it before."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.tests.drawings import bpmn

APART = """
start
draft task 拟办 review review
check task 复核 review review not=draft
last task 审定 approve review not=draft|check
end end 完
start>draft draft>check check>last last>end
"""
DUTIES = {"review": "cases.review", "approve": "cases.approve"}


@pytest.fixture
def wu(official, market):
    return official("吴志远", market, "cases.review", "cases.approve")


@pytest.fixture
def lin(official, market):
    return official("林静", market, "cases.review", "cases.approve")


@pytest.fixture
def zhao(official, market):
    return official("赵国清", market, "cases.review", "cases.approve")


def task(key, subject="case:1"):
    return Task.objects.of(subject).open().select_related("department", "instance").get(key=key)


def do(actor, key, outcome="pass", subject="case:1"):
    return workflow.complete(actor=actor, task=task(key, subject), outcome=outcome)


def test_whoever_did_the_one_does_not_do_the_other(calendar, begun, wu, lin):
    begun(APART, duties=DUTIES)
    do(wu, "draft")

    with pytest.raises(workflow.DoneByYourself) as refused:
        do(wu, "check")

    assert "拟办" in str(refused.value)
    assert "复核" in str(refused.value)
    assert refused.value.status == 403
    do(lin, "check")
    assert Task.objects.open().get().key == "last"


def test_all_that_are_named_are_kept_apart(calendar, begun, wu, lin, zhao):
    begun(APART, duties=DUTIES)
    do(wu, "draft")
    do(lin, "check")

    for one in (wu, lin):
        with pytest.raises(workflow.DoneByYourself):
            do(one, "last", "grant")
    do(zhao, "last", "grant")
    assert not Task.objects.open().exists()


def test_it_is_said_before_anybody_acts(calendar, begun, wu, lin):
    begun(APART, duties=DUTIES)
    do(wu, "draft")

    assert isinstance(workflow.why_not_do(wu, task("check")), workflow.DoneByYourself)
    assert workflow.why_not_do(lin, task("check")) is None
    assert workflow.why_not_do(SYSTEM, task("check")) is None


def test_what_was_done_in_another_matter_keeps_nobody_apart(calendar, begun, wu, lin):
    begun(APART, duties=DUTIES)
    begun(APART, "case:2", duties=DUTIES)
    do(wu, "draft")
    do(lin, "draft", subject="case:2")

    do(wu, "check", subject="case:2")

    assert Task.objects.of("case:2").done().count() == 2


def test_what_is_not_kept_apart_one_person_does(calendar, begun, wu):
    begun(APART.replace(" not=draft|check", "").replace(" not=draft", ""), duties=DUTIES)
    do(wu, "draft")
    do(wu, "check")

    assert do(wu, "last", "grant").instance.state == "ended"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("not=nothing", "“复核” is to be done by another person than “nothing”, which is no task here."),
        ("not=end", "“复核” is to be done by another person than “end”, which is no task here."),
        ("not=check", "Nobody can do “复核” and be another person than whoever does it."),
    ],
)
def test_a_separation_that_nobody_can_keep_is_refused_where_it_stands(words, sentence):
    text = bpmn(f"start\ncheck task 复核 review review {words}\nend end 完\nstart>check check>end")

    (found,) = workflow.check(text)

    assert (found.place, found.text % found.details) == ("check", sentence)
    assert found.forbids
    assert found.line

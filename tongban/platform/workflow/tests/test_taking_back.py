"""Taking back what one has finished, before anybody goes on."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.tests.at_once import at_once
from tongban.platform.workflow.tests.drawings import bpmn
from tongban.platform.workflow.tests.returning import PERMIT, SIGNED, back, do, facts, open_keys, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


@pytest.fixture
def permit(begun):
    return begun(PERMIT)


def test_a_finished_task_is_taken_back_before_anybody_opened_what_follows(permit, wu):
    do(wu, "look", opinion="看过。")
    finished = task("look", "done")

    taken = workflow.take_back(actor=wu, task=finished)

    assert (taken.state, taken.opinion) == ("taken_back", "看过。")
    assert open_keys() == ["look"]
    assert task("look").claimed_by_id == wu.account
    assert sorted(found.key for found in Task.objects.filter(state="cancelled")) == ["inspect", "review"]
    assert facts("TaskTakenBack")[0]["stopped"] == ["inspect", "review"]


def test_what_waits_at_the_join_is_taken_back_while_the_other_branch_goes_on(permit, wu, he):
    do(wu, "look", "review", "check")
    do(he, "inspect")

    workflow.take_back(actor=wu, task=task("check", "done"))

    assert open_keys() == ["check", "report"]
    do(wu, "check")
    do(he, "report")
    assert open_keys() == ["approve"]


def test_a_signature_is_taken_back_while_others_are_awaited(begun, wu):
    begun(SIGNED)
    do(wu, "look")
    signed = workflow.complete(actor=wu, task=Task.objects.open().get(branch="sign[2]"), outcome="fail")

    workflow.take_back(actor=wu, task=signed)
    for number in (1, 2, 3):
        workflow.complete(actor=wu, task=Task.objects.open().get(branch=f"sign[{number}]"), outcome="pass")

    assert {name: Instance.objects.get().data["sign"][name] for name in ("pass", "fail")} == {"pass": 3, "fail": 0}
    assert open_keys() == ["approve"]


def test_who_has_signed_is_shown_right_after_a_signature_was_taken_back(begun, wu, market, official):
    others = [official(name, market, "cases.review") for name in ("邵宁", "何青")]
    begun(SIGNED.replace("count=3", "count=3 signing=all"))
    do(wu, "look")
    signed = workflow.complete(actor=wu, task=Task.objects.open().get(branch="sign[2]"), outcome="pass")

    workflow.take_back(actor=wu, task=signed)
    for number, who in ((1, others[0]), (3, others[1])):
        workflow.complete(actor=who, task=Task.objects.open().get(branch=f"sign[{number}]"), outcome="pass")

    (step,) = workflow.signed_steps("case:1")
    assert [signature.who for signature in step.signatures] == ["邵宁", "", "何青"]
    workflow.complete(actor=wu, task=Task.objects.open().get(branch="sign[2]"), outcome="pass")
    (step,) = workflow.signed_steps("case:1")
    assert (step.signed, step.agrees) == (3, True)


def test_what_the_next_has_opened_is_not_taken_back(permit, wu, he):
    do(wu, "look")
    workflow.note_seen(actor=he, task=task("inspect"))

    with pytest.raises(workflow.TakenUp) as refused:
        workflow.take_back(actor=wu, task=task("look", "done"))

    assert refused.value.status == 409
    assert open_keys() == ["inspect", "review"]


def test_what_the_next_has_claimed_is_not_taken_back(permit, wu, he):
    do(wu, "look")
    workflow.claim(actor=he, task=task("inspect"))

    assert not workflow.may_take_back(wu, task("look", "done"))


def test_what_the_next_has_finished_is_not_taken_back(permit, wu, he):
    do(wu, "look")
    do(he, "inspect")

    assert not workflow.may_take_back(wu, task("look", "done"))
    with pytest.raises(workflow.TakenUp):
        workflow.take_back(actor=wu, task=task("look", "done"))


def test_what_ended_the_process_is_not_taken_back(permit, wu, he):
    do(wu, "look", "review", "check")
    do(he, "inspect", "report")
    workflow.complete(actor=wu, task=task("approve"), outcome="grant")

    assert not workflow.may_take_back(wu, task("approve", "done"))
    with pytest.raises(workflow.TakenUp):
        workflow.take_back(actor=wu, task=task("approve", "done"))


def test_nobody_takes_back_what_a_colleague_finished(permit, wu, market, official):
    do(wu, "look")
    colleague = official("邵宁", market, "cases.review")

    assert not workflow.may_take_back(colleague, task("look", "done"))
    with pytest.raises(workflow.NotYours):
        workflow.take_back(actor=colleague, task=task("look", "done"))


def test_what_is_to_be_done_again_anyway_is_not_taken_back(permit, wu):
    do(wu, "look", "review")
    back(wu, "check", "look")

    assert not workflow.may_take_back(wu, task("review", "done"))


def test_it_is_taken_back_once(permit, wu):
    do(wu, "look")
    finished = task("look", "done")
    workflow.take_back(actor=wu, task=finished)

    with pytest.raises(workflow.TakenUp):
        workflow.take_back(actor=wu, task=finished)

    assert open_keys() == ["look"]


def test_what_another_room_has_learnt_of_is_not_taken_back(begun, wu):
    lines = "start\nlook task 初审 review review\ntell throw 告知 message=told\n"
    lines += "approve task 审批决定 approve approver\nend end 完\nstart>look look>tell tell>approve approve>end"
    begun(lines)
    do(wu, "look")

    assert not workflow.may_take_back(wu, task("look", "done"))


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_claiming_what_follows_at_the_same_moment_are_one_of_the_two(permit, wu, he):
    do(wu, "look")
    finished, following = task("look", "done"), task("inspect")

    refusals = at_once(
        lambda: workflow.take_back(actor=wu, task=finished),
        lambda: workflow.claim(actor=he, task=following),
    )

    assert len(refusals) == 1
    assert open_keys() == (["look"] if isinstance(refusals[0], workflow.OffTheDesk) else ["inspect", "review"])


def test_the_house_and_strangers_note_nothing_as_seen(permit, wu):
    workflow.note_seen(actor=SYSTEM, task=task("look"))
    assert task("look").seen_at is None

    workflow.note_seen(actor=wu, task=task("look"))
    first = task("look").seen_at
    workflow.note_seen(actor=wu, task=Task(pk=task("look").pk))

    assert task("look").seen_at == first is not None


def test_the_drawing_of_these_tests_is_sound():
    assert [one for one in workflow.check(bpmn(PERMIT)) + workflow.check(bpmn(SIGNED)) if one.forbids] == []

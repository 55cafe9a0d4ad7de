"""Sending back: who may, what is kept, what is told, who comes too late."""

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.tests.at_once import at_once
from tongban.platform.workflow.tests.returning import PERMIT, REASON, SIGNED, back, do, facts, open_keys, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]


@pytest.fixture
def permit(begun):
    return begun(PERMIT)


def test_a_branch_is_sent_back_to_its_first_step_and_the_other_goes_on(permit, wu, he):
    do(wu, "look", "review")

    returned, step = back(wu, "check", "review")

    assert (returned.state, returned.opinion, returned.done_by_id) == ("returned", REASON, wu.account)
    assert open_keys() == ["inspect", "review"]
    assert [new.key for new in returned.opened] == ["review"]
    assert (step.key, step.title, step.keys) == ("review", "资料审查", ["review"])


def test_what_was_done_stays_on_record_and_is_marked_to_be_done_again(permit, wu, he):
    do(wu, "look", "review", opinion="资料齐全。")

    back(wu, "check", "review")

    first = task("review", "done")
    assert (first.outcome, first.opinion, first.again_at is not None) == ("pass", "资料齐全。", True)
    assert task("look", "done").again_at is None


def test_before_the_branches_everybody_else_is_taken_off_the_desk(permit, wu, he):
    do(wu, "look", "review")
    do(he, "inspect", opinion="现场一致。")

    back(wu, "check", "look")

    assert open_keys() == ["look"]
    assert task("report", "cancelled").done_at is not None
    assert task("inspect", "done").opinion == "现场一致。"
    assert {found.key for found in Task.objects.filter(again_at__isnull=False)} == {"look", "review", "inspect"}


def test_after_the_join_one_branch_is_done_again_and_the_other_stays(permit, wu, he):
    do(wu, "look", "review", "check")
    do(he, "inspect", "report")

    back(wu, "approve", "inspect")
    assert open_keys() == ["inspect"]
    do(he, "inspect", "report")

    assert open_keys() == ["approve"]
    assert Task.objects.filter(key="check").count() == 1


def test_the_process_ends_as_usual_after_all_was_done_again(permit, wu, he):
    do(wu, "look", "review")
    back(wu, "check", "look")
    do(wu, "look", "review", "check")
    do(he, "inspect", "report")

    workflow.complete(actor=wu, task=task("approve"), outcome="grant")

    permit.refresh_from_db()
    assert (permit.state, permit.outcome) == ("ended", "end")
    assert open_keys() == []


def test_it_is_told_with_its_reason(permit, wu, he):
    do(wu, "look", "review")
    do(he, "inspect")

    back(wu, "check", "look")

    fact = Fact.objects.get(name="workflow.TaskSentBack")
    assert fact.reason == REASON
    assert {name: fact.data[name] for name in ("key", "kind", "department", "to", "opened", "again", "stopped")} == {
        "key": "check",
        "kind": "review",
        "department": "market-regulation",
        "to": "look",
        "opened": ["look"],
        "again": ["look", "review", "inspect"],
        "stopped": ["report"],
    }


def test_before_it_is_sent_back_it_is_said_what_that_means(permit, wu, he):
    do(wu, "look", "review")
    do(he, "inspect")

    look, review = workflow.earlier_steps(task("check"))

    assert (look.title, look.again, look.off_desks) == ("初审", ["初审", "资料审查", "现场核查"], ["核查报告"])
    assert (review.place, review.title, review.again, review.off_desks) == ("review", "资料审查", ["资料审查"], [])
    assert look.kinds == {"review", "inspect"}


def test_a_finished_task_leads_nowhere_back(permit, wu):
    do(wu, "look")

    assert workflow.earlier_steps(task("look", "done")) == []


def test_a_first_step_has_none_before_it(permit):
    assert workflow.earlier_steps(task("look")) == []


def test_a_round_of_signatures_begins_anew_as_a_whole(begun, wu):
    begun(SIGNED)
    do(wu, "look")
    for number in (1, 2, 3):
        workflow.complete(actor=wu, task=Task.objects.open().get(branch=f"sign[{number}]"), outcome="pass")

    (_look, sign) = workflow.earlier_steps(task("approve"))
    back(wu, "approve", sign.place)

    assert sign.again == ["会签"]
    assert sorted(Task.objects.open().values_list("branch", flat=True)) == ["sign[1]", "sign[2]", "sign[3]"]


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_asked_for(permit, wu, reason):
    do(wu, "look", "review")

    with pytest.raises(workflow.WhySentBack) as refused:
        back(wu, "check", "review", reason=reason)

    assert (refused.value.status, refused.value.field) == (422, "reason")
    assert open_keys() == ["check", "inspect"]


@pytest.mark.parametrize("target", ["inspect", "check", "approve", "nothing"])
def test_only_a_step_before_it_can_be_gone_back_to(permit, wu, he, target):
    do(wu, "look", "review")
    do(he, "inspect")

    with pytest.raises(workflow.NoEarlierStep):
        back(wu, "check", target)

    assert open_keys() == ["check", "report"]


def test_a_room_may_say_which_kinds_of_work_are_never_done_again(permit, wu, he):
    do(wu, "look", "review")
    do(he, "inspect")

    with pytest.raises(workflow.NoEarlierStep):
        back(wu, "check", "look", only={"review"})
    back(wu, "check", "review", only={"review"})

    assert open_keys() == ["report", "review"]


def test_who_may_not_do_the_task_may_not_send_it_back(permit, wu, he):
    do(wu, "look", "review")

    with pytest.raises(NotAllowed):
        back(he, "check", "review")


def test_what_a_colleague_has_claimed_is_not_sent_back(permit, wu, market, official):
    do(wu, "look", "review")
    colleague = official("邵宁", market, "cases.review")
    workflow.claim(actor=colleague, task=task("check"))

    with pytest.raises(workflow.ClaimedByAnother):
        back(wu, "check", "review")


def test_what_changed_since_it_was_looked_at_is_not_sent_back(permit, wu):
    do(wu, "look", "review")
    seen = task("check")
    workflow.claim(actor=wu, task=seen)

    with pytest.raises(Conflict):
        workflow.send_back(actor=wu, task=seen, target="review", reason=REASON, version=seen.version)


def test_it_is_not_sent_back_twice(permit, wu):
    do(wu, "look", "review")
    seen = task("check")
    back(wu, "check", "review")

    with pytest.raises(workflow.AlreadyDone):
        workflow.send_back(actor=wu, task=seen, target="review", reason=REASON)

    assert len(facts("TaskSentBack")) == 1


def test_who_is_about_to_give_an_opinion_that_nobody_needs_any_more_is_told_why(permit, wu, he):
    do(wu, "look", "review")
    on_the_screen = task("inspect")
    back(wu, "check", "look")

    with pytest.raises(workflow.OffTheDesk, match="现场核查") as refused:
        workflow.complete(actor=he, task=on_the_screen, outcome="pass")

    assert refused.value.status == 409


def test_who_decided_first_wins_over_whoever_sends_back(permit, wu, he):
    do(wu, "look", "review", "check")
    do(he, "inspect", "report")
    on_the_screen = task("approve")
    workflow.complete(actor=wu, task=on_the_screen, outcome="grant")

    with pytest.raises(workflow.AlreadyDone):
        workflow.send_back(actor=wu, task=on_the_screen, target="look", reason=REASON)

    permit.refresh_from_db()
    assert permit.outcome == "end"


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_sending_back_at_the_same_moment_are_one_of_the_two(permit, wu, he):
    do(wu, "look", "review", "check")
    do(he, "inspect", "report")
    seen = task("approve")

    refusals = at_once(
        lambda: workflow.complete(actor=wu, task=seen, outcome="grant"),
        lambda: workflow.send_back(actor=wu, task=seen, target="look", reason=REASON),
    )

    assert [type(refusal) for refusal in refusals] == [workflow.AlreadyDone]
    instance = Instance.objects.get()
    assert (instance.outcome, open_keys()) in [("end", []), ("", ["look"])]


@pytest.mark.django_db(transaction=True)
def test_two_branches_that_send_back_and_finish_at_the_same_moment_leave_one_order(permit, wu, he):
    do(wu, "look", "review")
    do(he, "inspect")
    check, report = task("check"), task("report")

    refusals = at_once(
        lambda: workflow.send_back(actor=wu, task=check, target="look", reason=REASON),
        lambda: workflow.complete(actor=he, task=report, outcome="pass"),
    )

    assert open_keys() == ["look"]
    assert all(isinstance(refusal, workflow.OffTheDesk) for refusal in refusals)
    assert task("report", "cancelled" if refusals else "done").key == "report"


def test_tasks_that_open_again_have_the_day_that_is_handed_on(permit, wu):
    do(wu, "look", "review")
    due = permit.started_at.date().replace(year=2027)

    back(wu, "check", "look", due=due)

    assert task("look").due_on == due

"""Steps that several people sign: no one signs twice, everybody sees how it stands."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.tests.at_once import at_once

JOINT = """
start
sign task 联合审查 review review signing={rule} signers={signers}
gate exclusive default=no
granted end 准
refused end 不准
start>sign sign>gate
gate>granted yes [sign.outcome = "pass"]
gate>refused no
"""
# What has to be repeated as long as not all agree.
AGAIN = """
start
again exclusive
sign task 联合审查 review review signing={rule} signers={signers}
gate exclusive default=no
granted end 准
start>again again>sign sign>gate
gate>granted yes [sign.outcome = "pass"]
gate>again no
"""
DUTIES = {"review": "cases.review"}


@pytest.fixture
def joint(calendar, begun):
    def begin(rule="all", signers="review|inspection|review", text=JOINT, **more):
        return begun(text.format(rule=rule, signers=signers), duties=DUTIES, **more)

    return begin


@pytest.fixture
def wu(official, market):
    return official("吴志远", market, "cases.review")


@pytest.fixture
def lin(official, market):
    return official("林静", market, "cases.review")


@pytest.fixture
def he(official, fire):
    return official("何岚", fire, "cases.review")


def sign(actor, number, outcome="pass", opinion="看过。"):
    task = Task.objects.open().select_related("department").get(branch=f"sign[{number}]")
    return workflow.complete(actor=actor, task=task, outcome=outcome, opinion=opinion)


def states(step):
    return [(one.office, one.state, one.who, one.agrees) for one in step.signatures]


def the_step(subject="case:1"):
    (step,) = workflow.signed_steps(subject)
    return step


def test_every_signature_is_given_by_another_person(joint, wu, lin, he):
    joint()
    sign(wu, 1)

    with pytest.raises(workflow.SignedAlready) as refused:
        sign(wu, 3)

    assert "云泽市市场监督管理局" in str(refused.value)
    assert refused.value.status == 403
    assert Task.objects.open().count() == 2
    sign(lin, 3)
    assert sign(he, 2).instance.outcome == "granted"


def test_why_somebody_may_not_sign_is_said_before(joint, wu, lin):
    joint()
    sign(wu, 1)
    task = Task.objects.open().select_related("department", "instance").get(branch="sign[3]")

    assert isinstance(workflow.why_not_do(wu, task), workflow.SignedAlready)
    assert workflow.why_not_do(lin, task) is None
    assert workflow.why_not_do(SYSTEM, task) is None


def test_whoever_signed_before_it_was_repeated_may_sign_again(joint, wu, he):
    joint("all", "review|inspection", AGAIN)
    sign(wu, 1)
    sign(he, 2, "fail")

    sign(wu, 1)

    with pytest.raises(Task.DoesNotExist):
        sign(wu, 1)
    assert states(the_step())[0][1:] == ("signed", "吴志远", True)
    assert states(the_step())[1][1:] == ("open", "", None)


def test_of_what_is_signed_in_turn_again_only_the_last_time_is_shown(joint, wu, he):
    joint("in-turn", "review|inspection", AGAIN)
    sign(wu, 1)
    sign(he, 2, "fail")

    assert states(the_step()) == [
        ("云泽市市场监督管理局", "open", "", None),
        ("云泽市消防救援支队", "later", "", None),
    ]
    sign(wu, 1)
    assert states(the_step())[0][1:] == ("signed", "吴志远", True)


def test_each_sees_who_has_signed_what_and_who_is_still_to_sign(joint, wu, he):
    joint("percent:60")
    sign(he, 2, "fail", "疏散通道不足。")

    step = the_step()

    assert step.key == "sign"
    assert step.title == "联合审查"
    assert (step.signed, step.agrees, step.result) == (1, None, "")
    assert states(step) == [
        ("云泽市市场监督管理局", "open", "", None),
        ("云泽市消防救援支队", "signed", "何岚", False),
        ("云泽市市场监督管理局", "open", "", None),
    ]
    assert step.signatures[1].opinion == "疏散通道不足。"
    assert step.signatures[1].at is not None


def test_opinions_stay_when_the_rest_is_taken_off_the_desks(joint, wu, lin):
    joint("percent:60")
    sign(wu, 1)
    sign(lin, 3)

    step = the_step()

    assert step.agrees is True
    assert states(step)[1] == ("云泽市消防救援支队", "unneeded", "", None)
    assert [one.opinion for one in step.signatures] == ["看过。", "", "看过。"]
    assert Instance.objects.get().outcome == "granted"
    assert Task.objects.open().count() == 0


def test_a_refusal_that_decides_it_is_said(joint, wu):
    joint("all")
    sign(wu, 1, "fail")

    assert the_step().agrees is False
    assert Instance.objects.get().outcome == "refused"


def test_what_was_ended_from_outside_has_no_result(joint, wu):
    joint("all")
    sign(wu, 1)
    workflow.cancel(actor=SYSTEM, subject="case:1", reason="申请人撤回。")

    step = the_step()

    assert step.agrees is None
    assert states(step)[0][1:] == ("signed", "吴志远", True)


@pytest.mark.parametrize(
    ("rule", "signers", "words"),
    [
        ("all", "review|inspection", "全部同意方为通过"),
        ("percent:60", "review|inspection", "60%"),
        ("weight:2", "review=2|inspection", "2"),
        ("first", "review|inspection", "先签"),
        ("in-turn", "review|inspection", "依次"),
        ("any", "review|inspection", "一个同意"),
        ("all|to-the-end", "review|inspection", "全部"),
    ],
)
def test_the_rule_is_said_in_words(joint, rule, signers, words):
    joint(rule, signers)

    assert words in the_step().rule


def test_a_process_without_such_a_step_says_nothing(begun, calendar):
    begun()

    assert workflow.signed_steps("case:1") == []


@pytest.mark.django_db(transaction=True)
def test_two_who_sign_at_the_same_moment_end_it_once(joint, wu, lin):
    joint("all", "review|review")
    first, second = (Task.objects.select_related("department").get(branch=f"sign[{number}]") for number in (1, 2))

    refusals = at_once(
        lambda: workflow.complete(actor=wu, task=first, outcome="pass"),
        lambda: workflow.complete(actor=lin, task=second, outcome="pass"),
    )

    assert refusals == []
    assert Instance.objects.get().outcome == "granted"
    assert Task.objects.done().count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_windows_signs_once(joint, wu):
    joint("all", "review|review")
    tasks = [Task.objects.select_related("department").get(branch=f"sign[{number}]") for number in (1, 2)]

    refusals = at_once(*(lambda task=task: workflow.complete(actor=wu, task=task, outcome="pass") for task in tasks))

    assert [type(refusal) for refusal in refusals] == [workflow.SignedAlready]
    assert Task.objects.done().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_refusal_and_an_agreement_at_the_same_moment_leave_one_story(joint, wu, lin):
    """Whoever comes second finds the task done away with, or the refusal ends what was agreed before."""
    joint("first", "review|review")
    tasks = [Task.objects.select_related("department").get(branch=f"sign[{number}]") for number in (1, 2)]

    refusals = at_once(
        lambda: workflow.complete(actor=wu, task=tasks[0], outcome="pass"),
        lambda: workflow.complete(actor=lin, task=tasks[1], outcome="fail"),
    )

    (refusal,) = refusals
    assert isinstance(refusal, workflow.AlreadyDone)
    (done,) = Task.objects.done()
    assert Instance.objects.get().outcome == ("granted" if done.outcome == "pass" else "refused")


def test_the_picture_of_a_process_that_runs_says_how_many_have_signed(joint, wu, lin):
    joint()
    sign(wu, 1)

    svg = workflow.picture_of("case:1", workflow.signed_steps("case:1"))

    assert svg.count("process__task--current") == 1
    assert "已签 1 家" in svg
    assert "process__task--done" not in svg

    sign(lin, 3)
    assert "process__task--current" in workflow.picture_of("case:1", workflow.signed_steps("case:1"))
    assert workflow.picture_of("case:2", []) == ""

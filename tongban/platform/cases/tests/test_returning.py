"""退回 and 撤回 of a case: what officials and the applicant see, which opinions count, what the clocks do."""

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import ahead
from tongban.platform.cases.services.returning import Stands, opinions_that_count
from tongban.platform.notices.models import Notice
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

REASON = "平面图上没有标明冷食专间，请重新审查。"


def send_back(cast, case, task="approve", target="review", by="approver", **more):
    more = {"reason": REASON, **more}
    return cases.send_back(actor=cast.actor(by), task=cast.task(case, task), target=target, **more)


def review(cast, case, *, passed=True, opinion="资料齐全。"):
    task = cast.task(case, "review")
    return cases.give_opinion(actor=cast.actor("reviewer"), task=task, passed=passed, opinion=opinion)


def states(case):
    return {step.name: step.state for step in ahead.steps(Case.objects.get_with_related(case.pk))}


def test_one_branch_is_done_again_and_the_other_opinion_stands(cast):
    case = send_back(cast, cast.examined())

    assert sorted(Task.objects.of(case.subject).open().values_list("key", flat=True)) == ["review"]
    assert [action.data["task"] for action in opinions_that_count(case)] == ["inspect"]
    assert [action.data["task"] for action in Action.objects.of(case).opinions()] == ["review", "inspect"]


def test_the_clocks_go_on(cast):
    before = cast.examined()

    case = send_back(cast, before)

    days = ("promised_due_on", "statutory_due_on", "accepted_on", "paused_on", "lost_days", "state")
    assert {name: getattr(case, name) for name in days} == {name: getattr(before, name) for name in days}
    assert cases.projection_differences(case.pk) == []


def test_a_new_opinion_takes_the_place_of_the_one_that_was_sent_back(cast):
    case = cast.accepted()
    review(cast, case, passed=False, opinion="缺少专间。")
    case = cast.inspected(case)
    assert cases.contradicted(case, granted=True) == ["资料审查"]

    case = send_back(cast, case)
    assert cases.contradicted(case, granted=True) == []
    review(cast, case)

    assert cases.contradicted(case, granted=True) == []
    assert Action.objects.of(case).opinions().count() == 3


def test_the_case_is_decided_as_usual_afterwards(cast):
    case = send_back(cast, cast.examined())
    review(cast, case)

    case = cases.decide(
        actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。"
    )

    assert case.state == "granted"
    assert cases.projection_differences(case.pk) == []


def test_who_gave_the_first_opinion_still_does_not_decide(cast):
    case = send_back(cast, cast.examined())

    assert isinstance(
        cases.why_another(cast.actor("reviewer"), case, Task(kind="approve", department=case.department)),
        cases.OwnOpinion,
    )


def test_only_what_officials_examine_is_done_again(cast):
    case = cast.examined()

    assert [step.key for step in cases.earlier_steps(cast.task(case, "approve"))] == ["review", "inspect"]
    assert cases.earlier_steps(cast.task(cast.accepted(), "inspect")) == []
    with pytest.raises(workflow.NoEarlierStep):
        send_back(cast, case, target="accept")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"reason": "  "}, workflow.WhySentBack),
        ({"by": "reviewer"}, NotAllowed),
        ({"by": "outsider"}, NotAllowed),
        ({"target": "nothing"}, workflow.NoEarlierStep),
        ({"revision": 1}, Conflict),
    ],
)
def test_it_is_refused(cast, more, refusal):
    case = cast.examined()

    with pytest.raises(refusal):
        send_back(cast, case, **more)

    assert not Action.objects.of(case).of_kinds(["sent_back"]).exists()
    assert cast.task(case, "approve").state == "open"


def test_while_a_special_procedure_lasts_nothing_is_sent_back(cast):
    case = cast.examined()
    cases.begin_procedure(actor=cast.actor("approver"), uid=case.uid, procedure="检验检测", days=5, reason="需要检测。")

    with pytest.raises(cases.ProcedureOpen):
        send_back(cast, case)


def test_sending_back_after_the_decision_is_refused_with_a_sentence(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="符合条件。")

    with pytest.raises(workflow.AlreadyDone) as refused:
        cases.send_back(actor=cast.actor("approver"), task=task, target="review", reason=REASON)

    assert refused.value.status == 409


def test_deciding_after_it_was_sent_back_is_refused_with_a_sentence(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    send_back(cast, case)

    with pytest.raises(workflow.AlreadyDone):
        cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="符合条件。")

    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_it_is_told_to_the_house_with_its_reason_and_to_nobody_by_message(cast):
    before = Notice.objects.count()
    case = cast.examined()
    jobs.run_all()
    known = Notice.objects.count()

    send_back(cast, case)
    jobs.run_all()

    fact = Fact.objects.about(case.subject).get(name="cases.CaseSentBack")
    assert (fact.data["task"], fact.data["to"], fact.reason) == ("approve", "review", REASON)
    assert Notice.objects.count() == known > before


def test_the_applicant_reads_where_the_case_is_and_not_what_officials_say_to_each_other(cast):
    case = send_back(cast, cast.examined())

    page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()

    assert "退回“资料审查”环节，重新办理" in page
    assert REASON not in page
    assert [state for state in states(case).values() if state != "ahead"] == ["done", "current", "done"]


def test_officials_read_the_reason_and_which_opinion_no_longer_counts(cast):
    case = send_back(cast, cast.examined())
    task = cast.task(case, "review")

    page = cast.browser("reviewer").get(f"/desk/cases/tasks/{task.uid}/").content.decode()

    assert REASON in page
    assert page.count("已不作数") == 1


def test_systems_of_the_applicant_read_no_reason_either(cast):
    case = send_back(cast, cast.examined())

    told = [action.data for action in Action.objects.of(case).shown_to_applicant().of_kinds(["sent_back"])]

    assert told == [
        {"task": "review", "title": "资料审查", "from": "approve", "from_title": "审批决定", "again": ["review"]}
    ]


def test_the_page_says_what_each_step_means_and_sends_back(cast):
    case = cast.examined()
    task, browser = cast.task(case, "approve"), cast.browser("approver")
    address = f"/desk/cases/tasks/{task.uid}/moves/"
    page = browser.get(address).content.decode()
    assert "资料审查" in page
    assert "退回到哪个环节" in page

    sent = {"back-target": "review", "back-reason": REASON, "revision": str(case.revision)}
    answer = browser.post(f"{address}back/", sent)

    assert (answer.status_code, answer.url) == (302, "/desk/workflow/")
    assert cast.task(case, "review").state == "open"


def test_the_page_keeps_what_was_typed_where_something_is_missing(cast):
    task = cast.task(cast.examined(), "approve")

    answer = cast.browser("approver").post(
        f"/desk/cases/tasks/{task.uid}/moves/back/", {"back-target": "review", "back-reason": ""}
    )

    assert answer.status_code == 422
    assert 'value="review"' in answer.content.decode()


def test_who_comes_too_late_reads_why_and_can_copy_what_they_wrote(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    send_back(cast, case)

    answer = cast.browser("approver").post(
        f"/desk/cases/tasks/{task.uid}/moves/back/", {"back-target": "review", "back-reason": "再看一次。"}
    )
    shown = cast.browser("approver").get(f"/desk/cases/tasks/{task.uid}/")

    assert answer.status_code == 409
    assert "再看一次。" in answer.content.decode()
    assert "将办件退回前面环节" in shown.content.decode()


def test_a_task_that_leads_nowhere_back_says_so(cast):
    task = cast.task(cast.accepted(), "review")

    page = cast.browser("reviewer").get(f"/desk/cases/tasks/{task.uid}/moves/").content.decode()

    assert "没有可以退回的前面环节。" in page


# 撤回


def test_an_opinion_is_taken_back_before_anybody_went_on(cast):
    case = cast.accepted()
    task = cast.task(case, "review")
    review(cast, case, passed=False, opinion="看错了。")

    case = cases.take_back(actor=cast.actor("reviewer"), task=Task.objects.get(pk=task.pk))

    assert cast.task(case, "review").claimed_by_id == cast.accounts["reviewer"].pk
    assert opinions_that_count(case) == []
    assert Action.objects.of(case).opinions().get().opinion == "看错了。"
    assert cases.projection_differences(case.pk) == []


def test_it_is_taken_back_from_the_page_of_the_finished_task(cast):
    case = cast.accepted()
    task, browser = cast.task(case, "review"), cast.browser("reviewer")
    review(cast, case)
    assert "撤回我的意见" in browser.get(f"/desk/cases/tasks/{task.uid}/").content.decode()

    answer = browser.post(f"/desk/cases/tasks/{task.uid}/moves/take-back/")

    assert answer.url == f"/desk/cases/tasks/{cast.task(case, 'review').uid}/"


def test_once_the_approver_has_opened_it_nothing_is_taken_back(cast):
    case = cast.accepted()
    task = cast.task(case, "review")
    review(cast, case)
    cast.inspected(case)
    cast.browser("approver").get(f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/")

    assert "撤回我的意见" not in cast.browser("reviewer").get(f"/desk/cases/tasks/{task.uid}/").content.decode()
    with pytest.raises(workflow.TakenUp):
        cases.take_back(actor=cast.actor("reviewer"), task=Task.objects.get(pk=task.pk))


def test_an_acceptance_is_not_taken_back(cast):
    case = cast.submitted()
    task = cast.task(case, "accept")
    cases.accept(actor=cast.actor("clerk"), task=task)

    assert not cases.may_take_back(cast.actor("clerk"), Task.objects.get(pk=task.pk))
    with pytest.raises(Stands):
        cases.take_back(actor=cast.actor("clerk"), task=Task.objects.get(pk=task.pk))


def test_the_applicant_reads_that_it_is_looked_at_once_more(cast):
    case = cast.accepted()
    task = cast.task(case, "review")
    review(cast, case)
    cases.take_back(actor=cast.actor("reviewer"), task=Task.objects.get(pk=task.pk))

    assert "“资料审查”重新办理" in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert states(case)["资料审查"] == "current"

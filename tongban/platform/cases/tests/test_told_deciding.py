"""Opinions and the decision: what each refuses, keeps and tells."""

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.tests.three import (
    both,
    decide,
    kept,
    opinion,
    task_of,
    the_action,
    the_fact,
)
from tongban.platform.workflow.models import Instance, Task

pytestmark = pytest.mark.django_db


def test_an_opinion_is_kept_and_told(three):
    task = task_of(three, "accepted", "review")
    opinion(three, "review")

    case = kept(three, "accepted")
    action = the_action(case)
    assert (action.kind, action.opinion, action.department) == ("opinion_given", "资料齐全。", task.department.name)
    assert (action.data["task"], action.data["title"], action.data["outcome"]) == ("review", task.title, "pass")
    fact = the_fact(case, "OpinionGiven")
    assert fact.data == {"case_id": case.pk, "number": case.number, "task": "review", "outcome": "pass"}
    assert fact.reason.strip() == "资料齐全。"
    done = Task.objects.get(pk=task.pk)
    assert (done.state, done.outcome, done.opinion.strip()) == ("done", "pass", "资料齐全。")


@pytest.mark.parametrize("words", ["", "  \n "])
def test_an_opinion_says_something(three, words):
    with pytest.raises(cases.OpinionMissing):
        opinion(three, "review", words=words)


def test_an_opinion_is_given_on_the_task_of_a_branch_only(three, examined):
    actor = Actor("staff", 10**6, "某人", grants=tuple(Grant(duty) for duty in ("cases.review", "cases.approve")))

    with pytest.raises(Conflict):
        cases.give_opinion(actor=actor, task=task_of(three, "accepted", "approve"), passed=True, opinion="x")


def test_whoever_filed_gives_no_opinion(three):
    Case.objects.filter(pk=three.keys["accepted"]).update(filed_by=three.cast.accounts["reviewer"])

    with pytest.raises(cases.OwnFiling):
        opinion(three, "review")


def test_a_decision_is_kept_and_told(three, examined):
    task = task_of(three, "accepted", "approve")
    decide(three, reason=" 符合条件。 ")

    case = kept(three, "accepted")
    action = the_action(case)
    assert (case.state, case.outcome, case.decided_on) == ("granted", "granted", clock.today())
    assert (action.kind, action.opinion, action.department) == ("granted", "符合条件。", task.department.name)
    assert (action.data["task"], action.data["title"], action.data["against"]) == ("approve", task.title, [])
    fact = the_fact(case, "CaseDecided")
    assert fact.data == {"case_id": case.pk, "number": case.number, "service": "food-business", "granted": True}
    assert (fact.reason.strip(), fact.account) == ("符合条件。", three.cast.accounts["approver"].pk)
    assert Instance.objects.of(case.subject).get().state == "ended"


def test_a_refusal_needs_a_reason_and_names_the_opinions_it_goes_against(three, examined):
    with pytest.raises(cases.NoReasonGiven):
        decide(three, granted=False, reason="  ")

    decide(three, granted=False, reason="场所不符合卫生规范。")

    case = kept(three, "accepted")
    assert (case.state, case.outcome) == ("refused", "refused")
    assert the_fact(case, "CaseDecided").data["granted"] is False
    assert len(the_action(case).data["against"]) == 2


def test_a_yes_against_a_no_needs_a_reason_that_stays_on_record(three):
    opinion(three, "review", passed=False)
    three.cast.inspected(three.case("accepted"))
    title = Task.objects.get(subject=three.case("accepted").subject, key="review").title

    with pytest.raises(cases.AgainstOpinion, match=title):
        decide(three, reason=" ")
    decide(three, reason="已当场补正。")

    assert the_action(kept(three, "accepted")).data["against"] == [title]


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("clerk", cases.OwnAcceptance), ("reviewer", cases.OwnOpinion), ("inspector", cases.OwnOpinion)],
)
def test_nobody_decides_what_they_accepted_or_judged_themselves(three, examined, who, refusal):
    task = task_of(three, "accepted", "approve")

    with pytest.raises(refusal):
        cases.decide(actor=both(three, who, "cases.approve"), task=task, granted=True, reason="好")

    assert kept(three, "accepted").state == "accepted"


def test_whoever_filed_does_not_decide(three, examined):
    Case.objects.filter(pk=three.keys["accepted"]).update(filed_by=three.cast.accounts["approver"])

    with pytest.raises(cases.OwnFiling):
        decide(three)


def test_a_decision_is_made_on_its_own_task_only(three):
    actor = both(three, "approver", "cases.approve", "cases.review")

    with pytest.raises(Conflict):
        cases.decide(actor=actor, task=task_of(three, "accepted", "review"), granted=True, reason="好")


@pytest.mark.parametrize("who", ["outsider", "reviewer", "operator", "agent"])
def test_nobody_decides_without_the_duty_there(three, examined, who):
    with pytest.raises(NotAllowed):
        decide(three, who)

    assert kept(three, "accepted").state == "accepted"


def test_a_result_in_hand_is_kept_and_told_once(three, examined):
    decide(three)
    for _ in range(2):
        cases.complete(case=kept(three, "accepted"), licence="99.1/licence", document="d")

    case = kept(three, "accepted")
    assert case.state == "completed"
    assert the_action(case).data == {"licence": "99.1/licence", "document": "d"}
    told_of = Fact.objects.about(case.subject).filter(name="cases.CaseCompleted")
    assert [fact.data for fact in told_of] == [{"case_id": case.pk, "number": case.number, "licence": "99.1/licence"}]

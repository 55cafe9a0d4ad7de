"""What the applicant does, and visits to them: what each step refuses, keeps and tells."""

from datetime import timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Participation
from tongban.platform.cases.tests.three import (
    both,
    kept,
    task_of,
    the_action,
    the_fact,
)
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import Instance, Task

pytestmark = pytest.mark.django_db


def test_a_withdrawal_is_kept_and_told_with_its_reason(three):
    cases.withdraw(actor=three.actor("other"), case=three.case("submitted"), reason="不再经营")

    case = kept(three, "submitted")
    assert (case.state, the_action(case).opinion, the_action(case).data) == ("withdrawn", "不再经营", {})
    fact = the_fact(case, "CaseWithdrawn")
    assert (fact.data, fact.reason) == ({"case_id": case.pk, "number": case.number}, "不再经营")
    assert fact.account == three.cast.accounts["stranger"].pk


@pytest.mark.parametrize("name", ["granted", "draft"])
def test_what_is_decided_or_never_handed_in_is_not_withdrawn(three, name):
    actor = three.actor("agent" if name == "granted" else "other")

    with pytest.raises(cases.WrongCaseState):
        cases.withdraw(actor=actor, case=three.case(name), reason="x")


def test_a_proposed_visit_is_kept_and_told(three):
    day = clock.today() + timedelta(days=2)
    task = task_of(three, "accepted", "inspect")
    cases.propose_visit(actor=three.actor("inspector"), task=task, day=day, part="morning")

    case = kept(three, "accepted")
    action = the_action(case)
    assert (action.kind, action.department) == ("visit_proposed", task.department.name)
    assert (action.data["day"], action.data["part"]) == (day.isoformat(), "morning")
    fact = the_fact(case, "VisitProposed")
    assert fact.data == {
        "case_id": case.pk,
        "number": case.number,
        "day": day.isoformat(),
        "part": "morning",
        "turn": 1,
    }


@pytest.mark.parametrize(
    ("days", "part"), [(-1, "morning"), (2, "night"), (2, ""), (2, "MORNING")], ids=["yesterday", "night", "none", "M"]
)
def test_nobody_comes_yesterday_or_at_night(three, days, part):
    day = clock.today() + timedelta(days=days)

    with pytest.raises(cases.NoSuchTime):
        cases.propose_visit(
            actor=three.actor("inspector"), task=task_of(three, "accepted", "inspect"), day=day, part=part
        )

    assert cases.visit_of(three.case("accepted")) is None


@pytest.mark.parametrize("agreed", [True, False])
def test_an_answer_to_a_visit_is_kept_and_told(three, agreed):
    day = clock.today() + timedelta(days=2)
    other = day if agreed else day + timedelta(days=1)
    task = task_of(three, "accepted", "inspect")
    cases.propose_visit(actor=three.actor("inspector"), task=task, day=day, part="morning")

    words = {} if agreed else {"day": other, "part": "afternoon"}
    cases.answer_visit(
        actor=three.actor("agent"), case=three.case("accepted"), agreed=agreed, note=" 上午送货 ", **words
    )

    case = kept(three, "accepted")
    action = the_action(case)
    assert action.kind == ("visit_agreed" if agreed else "visit_countered")
    assert action.opinion == "上午送货"
    fact = the_fact(case, "VisitAnswered")
    assert fact.data == {
        "case_id": case.pk,
        "number": case.number,
        "agreed": agreed,
        "day": other.isoformat(),
        "part": "morning" if agreed else "afternoon",
    }
    assert fact.account == three.cast.accounts["agent"].pk


@pytest.mark.parametrize("who", ["reviewer", "clerk", "outsider", "agent"])
def test_nobody_proposes_a_visit_without_the_duty_there(three, who):
    task, day = task_of(three, "accepted", "inspect"), clock.today() + timedelta(days=2)

    with pytest.raises(NotAllowed):
        cases.propose_visit(actor=three.actor(who), task=task, day=day, part="morning")

    assert cases.visit_of(three.case("accepted")) is None


@pytest.mark.parametrize("who", ["other", "citizen", "stranger"])
def test_nobody_else_answers_a_visit(three, who):
    day, task = clock.today() + timedelta(days=2), task_of(three, "accepted", "inspect")
    cases.propose_visit(actor=three.actor("inspector"), task=task, day=day, part="morning")

    with pytest.raises(NotFound):
        cases.answer_visit(actor=three.actor(who), case=three.case("accepted"), agreed=True)

    assert cases.visit_of(three.case("accepted")).state == "proposed"


def test_no_visit_is_proposed_for_a_task_that_is_none_or_over(three):
    day = clock.today() + timedelta(days=2)
    everything = both(three, "inspector", "cases.inspect", "cases.review")

    with pytest.raises(Conflict):
        cases.propose_visit(actor=everything, task=task_of(three, "accepted", "review"), day=day, part="morning")
    done = Task.objects.get(subject=three.case("granted").subject, key="inspect")
    with pytest.raises(Conflict):
        cases.propose_visit(actor=everything, task=done, day=day, part="morning")


@pytest.mark.parametrize("name", ["granted", "accepted", "submitted"])
def test_a_person_is_asked_only_where_the_system_decided_alone(three, name):
    actor = three.actor("other" if name == "submitted" else "agent")

    with pytest.raises(cases.WhyAPerson):
        cases.ask_for_person(actor=actor, case=three.case(name), reason="  ")
    with pytest.raises(cases.NoPersonToAsk):
        cases.ask_for_person(actor=actor, case=three.case(name), reason="请复核")


def test_what_is_handed_in_is_kept_and_told(three):
    draft = three.case("draft")
    cases.submit(actor=three.actor("other"), uid=draft.uid, declared=True)

    case = kept(three, "draft")
    assert (case.state, case.received_on) == ("submitted", clock.today())
    assert case.number.startswith(f"{case.area}-{clock.today():%Y%m%d}-")
    assert (len(case.query_code), case.query_code.isdigit()) == (6, True)
    assert case.acceptance_due_on is not None
    assert case.unit == "workday"
    assert case.about
    assert case.revision > draft.revision
    fact = the_fact(case, "CaseSubmitted")
    assert fact.data == {
        "case_id": case.pk,
        "number": case.number,
        "service": "food-business",
        "digest": cases.digest_of(case),
    }
    instance = Instance.objects.of(case.subject).get()
    assert (instance.topic, instance.area) == ("food-business", case.area)
    assert case.applicant_name in instance.about
    (first,) = Participation.objects.filter(case=case)
    assert (first.first, first.state, first.service) == (True, "submitted", "food-business")
    assert first.due_on == case.acceptance_due_on


def test_handing_in_twice_is_one_case(three):
    uid = three.case("draft").uid
    first = cases.submit(actor=three.actor("other"), uid=uid, declared=True)

    assert cases.submit(actor=three.actor("other"), uid=uid, declared=True).number == first.number
    assert Fact.objects.about(first.subject).filter(name="cases.CaseSubmitted").count() == 1


def test_nothing_is_handed_in_without_its_declaration(three):
    with pytest.raises(cases.NotDeclared):
        cases.submit(actor=three.actor("other"), uid=three.case("draft").uid, declared=False)

    assert kept(three, "draft").state == "draft"
    assert kept(three, "draft").number is None


@pytest.mark.parametrize("who", ["agent", "citizen", "stranger", "reviewer"])
def test_nobody_hands_in_somebody_elses_draft(three, who):
    with pytest.raises((NotFound, NotAllowed)):
        cases.submit(actor=three.actor(who), uid=three.case("draft").uid, declared=True)

    assert kept(three, "draft").state == "draft"


def test_the_digest_of_a_case_changes_with_every_answer_and_every_file(three):
    case = three.case("submitted")
    digest = cases.digest_of(case)

    assert digest == cases.digest_of(three.case("submitted"))
    assert digest != cases.digest_of(three.case("accepted"))
    case.answers = {**case.answers, "premises_area": 1}
    assert cases.digest_of(case) != digest
    assert cases.digest_of(three.case("submitted"), [("floor-plan", "0" * 64)]) != digest


def test_the_house_itself_may_act_for_an_applicant(three):
    """A case that the law ends is ended by nobody in person."""
    cases.withdraw(actor=SYSTEM, case=three.case("submitted"), reason="申请人已注销")

    assert kept(three, "submitted").state == "withdrawn"


def test_departments_of_the_whole_case_take_part_from_its_acceptance(three):
    cases.accept(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"))

    names = dict(Department.objects.values_list("pk", "key"))
    parts = Participation.objects.filter(case=three.keys["submitted"])
    assert {names[part.department_id] for part in parts} == {
        "government-services",
        "market-regulation",
        "fire-rescue",
    }
    assert [part.first for part in parts].count(True) == 1
    assert {part.state for part in parts} == {"accepted"}
    assert {part.due_on for part in parts} == {kept(three, "submitted").promised_due_on}

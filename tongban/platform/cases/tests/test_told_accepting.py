"""At the window: accepting, asking for more, not accepting; what each refuses, keeps and tells."""

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Participation, Supplement
from tongban.platform.cases.tests.three import (
    POINTS,
    Three,
    kept,
    task_of,
    the_action,
    the_fact,
)
from tongban.platform.workflow.models import NO_LIMIT, Instance, Task

pytestmark = pytest.mark.django_db


def supplemented(three: Three) -> Case:
    cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=POINTS)
    return cases.supplement(actor=three.actor("other"), case=kept(three, "submitted"), answers={}, note="已标明")


def test_an_acceptance_is_kept_and_told(three):
    task = task_of(three, "submitted", "accept")
    case = cases.accept(actor=three.actor("clerk"), task=task)

    saved = kept(three, "submitted")
    assert (saved.state, saved.accepted_on, saved.revision) == ("accepted", clock.today(), case.revision)
    assert saved.promised_due_on is not None
    assert saved.promised_due_on <= saved.statutory_due_on
    action = the_action(saved)
    assert (action.kind, action.department) == ("accepted", task.department.name)
    fact = the_fact(saved, "CaseAccepted")
    assert fact.data == {"case_id": saved.pk, "number": saved.number, "deemed": False}
    assert (fact.subject, fact.account) == (saved.subject, three.cast.accounts["clerk"].pk)


@pytest.mark.parametrize("verb", ["accept", "not_accept", "request_supplement"])
def test_a_case_is_accepted_only_by_its_task_of_acceptance(three, verb):
    words = {"not_accept": {"reason": "x"}, "request_supplement": {"points": POINTS}}.get(verb, {})
    everything = tuple(Grant(duty) for duty in ("cases.accept", "cases.review", "cases.approve"))
    actor = Actor("staff", three.cast.accounts["clerk"].pk, "陈静", grants=everything)

    with pytest.raises(Conflict):
        getattr(cases, verb)(actor=actor, task=task_of(three, "accepted", "review"), **words)

    assert kept(three, "accepted").state == "accepted"


@pytest.mark.parametrize("verb", ["accept", "not_accept", "request_supplement"])
def test_what_somebody_saw_earlier_accepts_nothing(three, verb):
    words = {"not_accept": {"reason": "x"}, "request_supplement": {"points": POINTS}}.get(verb, {})
    revision = kept(three, "submitted").revision - 1

    with pytest.raises(Conflict):
        getattr(cases, verb)(
            actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), revision=revision, **words
        )


@pytest.mark.parametrize("verb", ["accept", "not_accept", "request_supplement"])
def test_nobody_answers_an_application_that_they_filed_themselves(three, verb):
    words = {"not_accept": {"reason": "x"}, "request_supplement": {"points": POINTS}}.get(verb, {})
    Case.objects.filter(pk=three.keys["submitted"]).update(filed_by=three.cast.accounts["clerk"])
    task = task_of(three, "submitted", "accept")

    with pytest.raises(cases.OwnFiling, match=task.department.name):
        getattr(cases, verb)(actor=three.actor("clerk"), task=task, **words)

    assert kept(three, "submitted").state == "submitted"


def test_a_task_about_something_else_is_no_case(three):
    task = task_of(three, "submitted", "accept")
    task.subject = "repair:7"

    with pytest.raises(NotFound):
        cases.accept(actor=three.actor("clerk"), task=task)


def test_a_request_for_a_supplement_is_kept_told_and_stops_the_clock(three):
    cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=POINTS)

    case = kept(three, "submitted")
    assert case.state == "supplement"
    assert the_action(case).data["points"] == [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]
    fact = the_fact(case, "SupplementRequested")
    assert (fact.data["case_id"], fact.data["number"], fact.data["points"]) == (case.pk, case.number, 1)
    assert fact.account == three.cast.accounts["clerk"].pk
    assert task_of(three, "submitted", "accept").due_on == NO_LIMIT
    assert {part.due_on for part in Participation.objects.filter(case=case)} == {NO_LIMIT}


@pytest.mark.parametrize("points", [[], [{"material": "floor-plan", "text": "  "}]])
def test_a_request_without_a_point_is_refused(three, points):
    with pytest.raises(cases.NoPoints):
        cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=points)

    assert kept(three, "submitted").state == "submitted"


def test_a_supplement_is_kept_told_and_starts_the_clock_anew(three):
    supplemented(three)

    case = kept(three, "submitted")
    action = the_action(case)
    assert (case.state, action.kind, action.opinion) == ("submitted", "supplemented", "已标明")
    record = Supplement.objects.get(action=action)
    assert (record.before, record.after, record.papers) == ({}, {}, [])
    fact = the_fact(case, "CaseSupplemented")
    assert (fact.data["case_id"], fact.data["number"]) == (case.pk, case.number)
    assert fact.data["digest"] == cases.digest_of(case)
    assert task_of(three, "submitted", "accept").due_on == case.acceptance_due_on


def test_the_law_allows_one_request_only(three):
    supplemented(three)

    with pytest.raises(cases.AskedAlready):
        cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=POINTS)


@pytest.mark.parametrize("who", ["agent", "citizen", "stranger", "clerk"])
def test_nobody_else_answers_a_request(three, who):
    cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=POINTS)

    with pytest.raises((NotFound, NotAllowed)):
        cases.supplement(actor=three.actor(who), case=kept(three, "submitted"), answers={})

    assert kept(three, "submitted").state == "supplement"


@pytest.mark.parametrize("name", ["submitted", "draft"])
def test_what_nobody_asked_for_is_not_supplemented(three, name):
    with pytest.raises(cases.WrongCaseState):
        cases.supplement(actor=three.actor("other"), case=three.case(name), answers={})


def test_not_accepting_is_kept_told_with_its_reason_and_ends_the_process(three):
    task = task_of(three, "submitted", "accept")
    cases.not_accept(actor=three.actor("clerk"), task=task, reason=" 不属于本市管辖。 ")

    case = kept(three, "submitted")
    action = the_action(case)
    assert (case.state, action.kind, action.opinion) == ("not_accepted", "not_accepted", "不属于本市管辖。")
    assert action.department == task.department.name
    fact = the_fact(case, "CaseNotAccepted")
    assert (fact.data, fact.reason.strip()) == ({"case_id": case.pk, "number": case.number}, "不属于本市管辖。")
    assert Instance.objects.of(case.subject).get().state == "cancelled"
    assert not Task.objects.of(case.subject).open().exists()
    assert case.watched_on is None
    assert {part.due_on for part in Participation.objects.filter(case=case)} == {None}


@pytest.mark.parametrize("reason", ["", "   "])
def test_not_accepting_needs_a_reason(three, reason):
    with pytest.raises(cases.NoReasonGiven):
        cases.not_accept(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), reason=reason)

    assert kept(three, "submitted").state == "submitted"


def test_what_nobody_answered_in_time_is_accepted_by_law_as_of_the_day_it_was_received(three):
    before = kept(three, "submitted")

    cases.deem_accepted(case=before)

    case = kept(three, "submitted")
    assert (case.state, case.accepted_on) == ("accepted", before.received_on)
    fact = the_fact(case, "CaseAccepted")
    assert fact.data == {"case_id": case.pk, "number": case.number, "deemed": True}
    assert fact.actor_kind == "system"
    assert sorted(task.key for task in Task.objects.of(case.subject).open()) == ["inspect", "review"]

"""Each step of a case: what it refuses, what it keeps, and what the journal says of it."""

from datetime import timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Participation, Supplement
from tongban.platform.cases.tests.three import Three
from tongban.platform.cases.tests.three import three as told
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import NO_LIMIT, Instance, Task

pytestmark = pytest.mark.django_db
POINTS = [{"material": "floor-plan", "text": " 请标明冷食专间的位置。 "}, {"material": "", "text": "  "}]
REASON = "现场核查需要第三方设备。"


@pytest.fixture
def three(db) -> Three:
    return told()


@pytest.fixture
def examined(three) -> Case:
    """Both branches of the accepted case have said yes; it waits for its decision."""
    case = three.case("accepted")
    opinion(three, "review")
    return three.cast.inspected(case)


def task_of(three: Three, name: str, key: str) -> Task:
    return three.cast.task(three.case(name), key)


def opinion(three: Three, key: str, *, passed: bool = True, words: str = " 资料齐全。 ") -> Case:
    return cases.give_opinion(
        actor=three.actor("reviewer"), task=task_of(three, "accepted", key), passed=passed, opinion=words
    )


def decide(three: Three, who: str = "approver", *, granted: bool = True, reason: str = "符合条件。") -> Case:
    task = task_of(three, "accepted", "approve")
    return cases.decide(actor=three.actor(who), task=task, granted=granted, reason=reason)


def the_fact(case: Case, name: str) -> Fact:
    return Fact.objects.about(case.subject).filter(name=f"cases.{name}").order_by("pk").last()


def the_action(case: Case) -> Action:
    return Action.objects.of(case).last()


def kept(three: Three, name: str) -> Case:
    return three.case(name)


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
    assert the_action(case).data == {
        "points": [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}],
        "due_on": str(case.applicant_due_on),
    }
    fact = the_fact(case, "SupplementRequested")
    assert fact.data == {"case_id": case.pk, "number": case.number, "points": 1}
    assert fact.account == three.cast.accounts["clerk"].pk
    assert task_of(three, "submitted", "accept").due_on == NO_LIMIT
    assert {part.due_on for part in Participation.objects.filter(case=case)} == {NO_LIMIT}


@pytest.mark.parametrize("points", [[], [{"material": "floor-plan", "text": "  "}]])
def test_a_request_without_a_point_is_refused(three, points):
    with pytest.raises(cases.NoPoints):
        cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=points)

    assert kept(three, "submitted").state == "submitted"


def supplemented(three: Three) -> Case:
    cases.request_supplement(actor=three.actor("clerk"), task=task_of(three, "submitted", "accept"), points=POINTS)
    return cases.supplement(actor=three.actor("other"), case=kept(three, "submitted"), answers={}, note="已标明")


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


def both(three: Three, who: str, *duties: str) -> Actor:
    """Return somebody of the cast with more duties than they have."""
    return Actor("staff", three.cast.accounts[who].pk, who, grants=tuple(Grant(duty) for duty in duties))


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


def test_an_extension_is_kept_and_told(three):
    before = kept(three, "accepted")
    cases.extend(actor=three.actor("approver"), uid=before.uid, reason=f" {REASON} ")

    case = kept(three, "accepted")
    assert case.extended_days > 0
    assert case.statutory_due_on > before.statutory_due_on
    assert case.promised_due_on == before.promised_due_on
    action = the_action(case)
    assert (action.kind, action.opinion) == ("extended", REASON)
    assert action.data == {"days": case.extended_days, "due_on": case.statutory_due_on.isoformat()}
    assert action.department == case.department.name
    fact = the_fact(case, "CaseExtended")
    assert fact.data == {"case_id": case.pk, "number": case.number, "due_on": case.statutory_due_on.isoformat()}
    assert (fact.reason.strip(), fact.account) == (REASON, three.cast.accounts["approver"].pk)


@pytest.mark.parametrize("name", ["submitted", "granted"])
def test_only_an_accepted_case_is_extended(three, name):
    case = three.case(name)
    actor = Actor("staff", 10**6, "某人", grants=(Grant("cases.approve"),))

    with pytest.raises(cases.WrongCaseState):
        cases.extend(actor=actor, uid=case.uid, reason=REASON)


def test_a_special_procedure_is_kept_and_told_from_beginning_to_end(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10, reason=f" {REASON} ")

    case = kept(three, "accepted")
    assert case.paused_on == clock.today()
    assert the_action(case).data == {"procedure": "检验检测", "days": 10, "turn": 1}
    assert the_action(case).opinion == REASON
    begun = the_fact(case, "ProcedureBegun")
    assert begun.data == {
        "case_id": case.pk,
        "number": case.number,
        "procedure": "检验检测",
        "days": 10,
        "turn": 1,
    }
    assert begun.reason.strip() == REASON

    cases.end_procedure(actor=approver, uid=uid, result=" 检验合格。 ")

    case = kept(three, "accepted")
    assert case.paused_on is None
    assert (the_action(case).opinion, the_action(case).data) == ("检验合格。", {"procedure": "检验检测", "turn": 1})
    ended = the_fact(case, "ProcedureEnded")
    assert (ended.data["procedure"], ended.data["turn"]) == ("检验检测", 1)
    assert ended.data["promised_due_on"] == case.promised_due_on.isoformat()
    assert ended.data["statutory_due_on"] == case.statutory_due_on.isoformat()
    assert ended.reason.strip() == "检验合格。"


def test_a_second_procedure_is_the_second(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    for _ in range(2):
        cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)
        cases.end_procedure(actor=approver, uid=uid, result="合格")

    assert the_action(kept(three, "accepted")).data["turn"] == 2


@pytest.mark.parametrize(("procedure", "days"), [("占卜", 10), ("检验检测", 0), ("检验检测", -1), ("", 10)])
def test_a_procedure_that_the_definition_does_not_know_is_refused(three, procedure, days):
    with pytest.raises(cases.UnknownProcedure):
        cases.begin_procedure(
            actor=three.actor("approver"), uid=three.case("accepted").uid, procedure=procedure, days=days
        )

    assert kept(three, "accepted").paused_on is None


def test_a_procedure_ends_once_and_with_a_result(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    with pytest.raises(cases.NoProcedure):
        cases.end_procedure(actor=approver, uid=uid, result="合格")
    cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)

    with pytest.raises(cases.NoReasonGiven):
        cases.end_procedure(actor=approver, uid=uid, result="  ")
    with pytest.raises(cases.ProcedureOpen, match="检验检测"):
        cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)

    assert kept(three, "accepted").paused_on == clock.today()


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

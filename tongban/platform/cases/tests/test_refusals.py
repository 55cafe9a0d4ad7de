"""Every no of the verbs: its sentence says what to do, its status fits, and a refused verb leaves nothing behind."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.tests.three import REASON, Three, task_of
from tongban.platform.workflow.models import Task

POINT = [{"material": "floor-plan", "text": "请标明。"}]
STATE = "This can no longer be done: the case is “{}”."
NO_DUTY = "You do not have the duty needed for this."
NOTHING = "There is nothing here that you may see."
REASON_MISSING = "Give the reason; the applicant will read it in the decision."
CHANGED = "Someone has changed this in the meantime. Reload the page and check it before you continue."


def at_task(verb, who, name, key, **said):
    """Answer a task of one of the cases."""
    return lambda three: verb(actor=three.actor(who), task=task_of(three, name, key), **said)


def to_case(verb, who, name, **said):
    """Do something to a case, as somebody of the cast."""
    return lambda three: verb(actor=three.actor(who), case=three.case(name), **said)


def by_uid(verb, who, name, **said):
    return lambda three: verb(actor=three.actor(who), uid=three.case(name).uid, **said)


def code_of(three: Three, name: str) -> str:
    return three.case(name).query_code


# What is done, which refusal, its sentence.
WINDOW = {
    "accepting without the duty": (
        at_task(cases.accept, "reviewer", "submitted", "accept"),
        NotAllowed,
        NO_DUTY,
    ),
    "accepting by another office's task": (
        at_task(cases.accept, "clerk", "accepted", "review"),
        NotAllowed,
        NO_DUTY,
    ),
    "accepting what somebody changed meanwhile": (
        at_task(cases.accept, "clerk", "submitted", "accept", revision=0),
        Conflict,
        CHANGED,
    ),
    "asking for nothing": (
        at_task(cases.request_supplement, "clerk", "submitted", "accept", points=[]),
        cases.NoPoints,
        "Say what is missing: at least one point, each with what the applicant has to do.",
    ),
    "asking in empty words": (
        at_task(cases.request_supplement, "clerk", "submitted", "accept", points=[{"material": "", "text": " \n"}]),
        cases.NoPoints,
        "Say what is missing: at least one point, each with what the applicant has to do.",
    ),
    "asking without the duty": (
        at_task(cases.request_supplement, "approver", "submitted", "accept", points=POINT),
        NotAllowed,
        NO_DUTY,
    ),
    "not accepting for no reason": (
        at_task(cases.not_accept, "clerk", "submitted", "accept", reason=" \t"),
        cases.NoReasonGiven,
        REASON_MISSING,
    ),
    "not accepting without the duty": (
        at_task(cases.not_accept, "approver", "submitted", "accept", reason=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "handing over to nobody": (
        to_case(cases.deliver, "clerk", "granted", how="window", receiver=" ", code="000000"),
        cases.NoReceiver,
        "Say who received it.",
    ),
    "handing over without the code": (
        to_case(cases.deliver, "clerk", "granted", how="window", receiver="周文博", code="x"),
        cases.WrongCode,
        "This is not the query code of the case. Ask whoever collects it for the code on the receipt.",
    ),
    "handing over in a way that is none": (
        to_case(cases.deliver, "clerk", "granted", how="pigeon", receiver="周文博", code="x"),
        cases.WrongCode,
        "This is not the query code of the case. Ask whoever collects it for the code on the receipt.",
    ),
    "posting without a number": (
        to_case(cases.deliver, "clerk", "granted", how="post", receiver="周文博", code="  "),
        cases.NoPostNumber,
        "Give the number of the posted item.",
    ),
    "handing over without the duty": (
        to_case(cases.deliver, "approver", "granted", how="post", receiver="周文博", code="EX1"),
        NotAllowed,
        NO_DUTY,
    ),
    "handing over what is not decided": (
        to_case(cases.deliver, "clerk", "accepted", how="post", receiver="周文博", code="EX1"),
        cases.NothingToDeliver,
        "The sealed papers of this case are not ready yet.",
    ),
}
DECIDING = {
    "an opinion of no words": (
        at_task(cases.give_opinion, "reviewer", "accepted", "review", passed=True, opinion="  "),
        cases.OpinionMissing,
        "Write your opinion; the approver decides on the basis of it.",
    ),
    "an opinion without the duty": (
        at_task(cases.give_opinion, "inspector", "accepted", "review", passed=True, opinion=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "an opinion of another office": (
        at_task(cases.give_opinion, "outsider", "accepted", "review", passed=True, opinion=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "an opinion about what changed meanwhile": (
        at_task(cases.give_opinion, "reviewer", "accepted", "review", passed=True, opinion=REASON, revision=0),
        Conflict,
        CHANGED,
    ),
    "deciding by a task that asks for an opinion": (
        at_task(cases.decide, "approver", "accepted", "review", granted=True, reason=REASON),
        Conflict,
        CHANGED,
    ),
    "extending for no reason": (
        by_uid(cases.extend, "approver", "accepted", reason=" "),
        cases.NoReasonGiven,
        REASON_MISSING,
    ),
    "extending without the duty": (
        by_uid(cases.extend, "reviewer", "accepted", reason=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "extending by another office": (
        by_uid(cases.extend, "outsider", "accepted", reason=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "extending before acceptance": (
        by_uid(cases.extend, "approver", "submitted", reason=REASON),
        cases.WrongCaseState,
        STATE.format("awaiting acceptance"),
    ),
    "extending what somebody changed meanwhile": (
        by_uid(cases.extend, "approver", "accepted", reason=REASON, revision=0),
        Conflict,
        CHANGED,
    ),
    "extending what is not there": (
        lambda three: cases.extend(actor=three.actor("approver"), uid="nothing", reason=REASON),
        NotFound,
        NOTHING,
    ),
    "a procedure that the service does not know": (
        by_uid(cases.begin_procedure, "approver", "accepted", procedure="占卜", days=5),
        cases.UnknownProcedure,
        "This service has no such special procedure.",
    ),
    "a procedure of no days": (
        by_uid(cases.begin_procedure, "approver", "accepted", procedure="检验检测", days=0),
        cases.UnknownProcedure,
        "This service has no such special procedure.",
    ),
    "a procedure without the duty": (
        by_uid(cases.begin_procedure, "reviewer", "accepted", procedure="检验检测", days=5),
        NotAllowed,
        NO_DUTY,
    ),
    "a procedure before acceptance": (
        by_uid(cases.begin_procedure, "approver", "submitted", procedure="检验检测", days=5),
        cases.WrongCaseState,
        STATE.format("awaiting acceptance"),
    ),
    "ending a procedure that nobody began": (
        by_uid(cases.end_procedure, "approver", "accepted", result=REASON),
        cases.NoProcedure,
        "No special procedure is under way.",
    ),
    "a hearing for no reason": (
        by_uid(cases.offer_hearing, "approver", "accepted", reason=" "),
        cases.NoReasonGiven,
        REASON_MISSING,
    ),
    "a hearing without the duty": (
        by_uid(cases.offer_hearing, "reviewer", "accepted", reason=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "inviting to a hearing that nobody asked for": (
        by_uid(
            cases.call_hearing, "approver", "accepted", day=date(2026, 12, 31), time="9时", where="三楼", host="许文清"
        ),
        cases.NoHearingOpen,
        "This is not the time for it: the hearing of this case is at another stage.",
    ),
    "the record of a hearing that nobody was invited to": (
        by_uid(cases.record_hearing, "approver", "accepted", record=REASON),
        cases.NoHearingOpen,
        "This is not the time for it: the hearing of this case is at another stage.",
    ),
    "ending a case for no cause": (
        by_uid(cases.terminate, "approver", "accepted", cause="", reason=REASON),
        cases.NoCause,
        "Choose why there is nothing left to decide.",
    ),
    "ending a case for no reason": (
        by_uid(cases.terminate, "approver", "accepted", cause="other", reason="\n"),
        cases.NoReasonGiven,
        REASON_MISSING,
    ),
    "ending what is decided": (
        by_uid(cases.terminate, "approver", "granted", cause="other", reason=REASON),
        cases.WrongCaseState,
        STATE.format("completed"),
    ),
    "ending by another office": (
        by_uid(cases.terminate, "outsider", "accepted", cause="other", reason=REASON),
        NotAllowed,
        NO_DUTY,
    ),
    "forwarding to no office": (
        by_uid(cases.forward, "approver", "accepted", office=" ", reason=REASON),
        cases.NoOffice,
        "Name the office to which the case is forwarded.",
    ),
    "forwarding for no reason": (
        by_uid(cases.forward, "approver", "accepted", office="省局", reason=""),
        cases.NoReasonGiven,
        REASON_MISSING,
    ),
    "forwarding before acceptance": (
        by_uid(cases.forward, "approver", "submitted", office="省局", reason=REASON),
        cases.WrongCaseState,
        STATE.format("awaiting acceptance"),
    ),
    "forwarding what somebody changed meanwhile": (
        by_uid(cases.forward, "approver", "accepted", office="省局", reason=REASON, revision=0),
        Conflict,
        CHANGED,
    ),
}
APPLICANT = {
    "handing in what is not declared": (
        by_uid(cases.submit, "other", "draft", declared=False),
        cases.NotDeclared,
        "Please confirm the declaration: you are responsible for the truth of what you submit.",
    ),
    "handing in somebody else's draft": (
        by_uid(cases.submit, "citizen", "draft", declared=True),
        NotFound,
        NOTHING,
    ),
    "committing where nothing is committed to": (
        by_uid(cases.submit, "other", "draft", declared=True, committed=True),
        cases.NoCommitment,
        "This service cannot be granted on a written commitment.",
    ),
    "taking back what is decided": (
        to_case(cases.withdraw, "agent", "granted", reason=REASON),
        cases.WrongCaseState,
        STATE.format("completed"),
    ),
    "taking back somebody else's": (
        to_case(cases.withdraw, "citizen", "accepted", reason=REASON),
        NotFound,
        NOTHING,
    ),
    "supplementing what nobody asked for": (
        to_case(cases.supplement, "agent", "accepted", answers={}),
        cases.WrongCaseState,
        STATE.format("under review"),
    ),
    "supplementing somebody else's": (
        to_case(cases.supplement, "citizen", "accepted", answers={}),
        NotFound,
        NOTHING,
    ),
    "changing what was handed in": (
        lambda three: cases.fill(
            actor=three.actor("agent"), case=three.case("accepted"), answers={"seats": 1}, revision=1
        ),
        cases.AlreadySubmitted,
        "This application has already been submitted; it can no longer be changed here.",
    ),
    "answering a visit that nobody proposed": (
        to_case(cases.answer_visit, "agent", "accepted", agreed=True),
        cases.NothingProposed,
        "No visit is awaiting your answer.",
    ),
    "answering a hearing that nobody offered": (
        to_case(cases.answer_hearing, "agent", "accepted", wanted=True),
        cases.NoHearingOpen,
        "This is not the time for it: the hearing of this case is at another stage.",
    ),
    "asking for a person after a person decided": (
        to_case(cases.ask_for_person, "agent", "granted", reason=REASON),
        cases.NoPersonToAsk,
        "A decision by a person can be requested once, in time, where the system decided alone. Call the office, or "
        "object to the decision in the ways it states.",
    ),
    "asking for a person for no reason": (
        to_case(cases.ask_for_person, "agent", "granted", reason=" "),
        cases.WhyAPerson,
        "Say what a person should review.",
    ),
    "bringing what nobody waits for": (
        to_case(cases.bring_deferred, "agent", "accepted"),
        cases.NothingDeferred,
        "Nothing is waited for in this case.",
    ),
}
STATUS = {NotAllowed: 403, NotFound: 404, Conflict: 409}
ALL = {**WINDOW, **DECIDING, **APPLICANT}


def left(three: Three) -> list[object]:
    """Return all that a verb could have left behind."""
    return [
        list(Case.objects.order_by("pk").values_list("pk", "state", "outcome", "revision", "statutory_due_on")),
        Action.objects.count(),
        Fact.objects.exclude(name="identity.AccessDenied").count(),
        sorted(Task.objects.values_list("pk", "state", "due_on")),
    ]


@pytest.mark.parametrize("what", ALL)
def test_a_refused_verb_says_why_and_leaves_nothing_behind(three, what):
    done, refusal, sentence = ALL[what]
    before = left(three)

    with translation.override("en"):
        with pytest.raises(Refusal) as refused:
            done(three)
        assert str(refused.value) == sentence

    assert type(refused.value) is refusal
    assert refused.value.status == STATUS.get(refusal, refusal.status)
    assert left(three) == before


def test_every_verb_that_was_refused_goes_through_where_nothing_is_wrong(three):
    """The same verbs, done rightly: what the table refuses is refused for its one slip alone."""
    clerk, approver = three.actor("clerk"), three.actor("approver")
    cases.accept(actor=clerk, task=task_of(three, "submitted", "accept"), revision=three.case("submitted").revision)
    uid = three.case("accepted").uid
    cases.extend(actor=approver, uid=uid, reason=REASON, revision=three.case("accepted").revision)
    cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=1)
    cases.end_procedure(actor=approver, uid=uid, result=REASON)
    cases.propose_visit(
        actor=three.actor("inspector"),
        task=task_of(three, "accepted", "inspect"),
        day=clock.today() + timedelta(days=1),
        part="morning",
    )
    cases.answer_visit(actor=three.actor("agent"), case=three.case("accepted"), agreed=True)
    cases.deliver(
        actor=clerk, case=three.case("granted"), how="window", receiver="周文博", code=code_of(three, "granted")
    )
    cases.deliver(actor=clerk, case=three.case("granted"), how="post", receiver="周文博", code="EX1")
    cases.forward(actor=approver, uid=uid, office="省局", reason=REASON)
    cases.submit(actor=three.actor("other"), uid=three.case("draft").uid, declared=True)
    cases.withdraw(actor=three.actor("other"), case=three.case("draft"), reason=REASON)

    assert {name: three.case(name).state for name in three.keys} == {
        "granted": "completed",
        "accepted": "forwarded",
        "submitted": "accepted",
        "draft": "withdrawn",
    }

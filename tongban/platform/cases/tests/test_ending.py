"""Ends without a decision, the way of the result to the applicant, and the archive record."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases import schedule, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

REASON = "经营场所已经拆除，申请事项的对象不复存在。"


def reread(case: Case) -> Case:
    return Case.objects.get_with_related(case.pk)


def letter_of(case: Case, kind: str) -> Letter:
    jobs.run_all()
    assert not Job.objects.dead().exists()
    return Letter.objects.about(case.subject).get(kind=kind)


def must_be_projected(case: Case) -> None:
    done = Action.objects.of(case).values_list("kind", "on")
    assert steps.project(done, cases.plan_of(case.version).limits, codes.calendar()) == acting.status_of(case)


def test_what_came_in_is_confirmed_with_a_sealed_numbered_receipt(cast):
    case = cast.submitted()

    letter = letter_of(case, "receipt")

    assert (letter.title, letter.number[0]) == ("收件凭证", "收")
    assert seals.examine(storage.read(letter.document.blob)).good
    context = cases.letter_context(case, Action.objects.of(case).first())
    assert "经营场所平面布局图" in {row["name"][:9] for row in context["materials"]}


def test_nothing_is_left_to_decide(cast):
    case = cast.accepted()
    verb = {"actor": cast.actor("approver"), "uid": case.uid, "cause": "object-gone", "reason": REASON}

    cases.terminate(**verb)
    again = cases.terminate(**verb)

    assert (again.state, again.outcome, cases.result_code(again)) == ("terminated", "terminated", "6")
    assert not Task.objects.of(case.subject).open().exists()
    assert letter_of(case, "termination").number[0] == "终"
    assert Action.objects.of(case).of_kinds(["terminated"]).count() == 1
    must_be_projected(reread(case))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"cause": "whim"}, cases.NoCause), ({"reason": " "}, cases.NoReasonGiven)],
)
def test_an_end_has_a_cause_and_a_reason(cast, change, refusal):
    case = cast.accepted()

    with pytest.raises(refusal):
        cases.terminate(
            **{"actor": cast.actor("approver"), "uid": case.uid, "cause": "other", "reason": REASON, **change}
        )
    with pytest.raises(NotAllowed):
        cases.terminate(actor=cast.actor("reviewer"), uid=case.uid, cause="other", reason=REASON)


def test_a_higher_office_decides(cast):
    case = cast.accepted()

    cases.forward(actor=cast.actor("approver"), uid=case.uid, office="海州省市场监督管理局", reason="依法由省局决定。")

    case = reread(case)
    assert (case.state, cases.result_code(case)) == ("forwarded", "4")
    assert letter_of(case, "forwarding").number[0] == "报"
    notice = Notice.objects.get(key__startswith=f"case:{case.pk}:forwarded:")
    assert "海州省市场监督管理局" in notice.title
    must_be_projected(case)


def test_what_is_decided_is_neither_terminated_nor_forwarded(cast):
    case = cast.decided()

    with pytest.raises(cases.WrongCaseState):
        cases.terminate(actor=cast.actor("approver"), uid=case.uid, cause="other", reason=REASON)
    with pytest.raises(cases.WrongCaseState):
        cases.forward(actor=cast.actor("approver"), uid=case.uid, office="省局", reason=REASON)


def test_both_are_done_on_one_page_that_keeps_what_was_typed(cast):
    case = cast.accepted()
    browser, page = cast.browser("approver"), f"/desk/cases/{case.uid}/further/"

    assert "终止办理" in browser.get(page).content.decode()
    stale = browser.post(
        f"{page}terminate/", {"revision": 0, "terminate-cause": "object-gone", "terminate-reason": REASON}
    )
    assert stale.status_code == 409
    assert REASON in stale.content.decode()
    sent = {"revision": reread(case).revision, "terminate-cause": "object-gone", "terminate-reason": REASON}
    assert browser.post(f"{page}terminate/", sent).status_code == 302
    assert reread(case).state == "terminated"
    assert "终止" in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()


def test_the_window_hands_the_result_over_to_whoever_has_the_code(cast):
    case, clerk = cast.decided(), cast.actor("clerk")

    with pytest.raises(cases.WrongCode):
        cases.deliver(actor=clerk, case=case, how=cases.WINDOW, receiver="周文博", code="000")
    for _time in range(2):
        cases.deliver(actor=clerk, case=case, how=cases.WINDOW, receiver="周文博", code=case.query_code)

    done = Action.objects.of(case).deliveries()
    assert [(action.data["how"], action.data["receiver"]) for action in done] == [("window", "周文博")]
    assert letter_of(case, "delivery").title == "送达回证"


def test_the_post_has_a_number_and_a_receiver(cast):
    case, clerk = cast.decided(), cast.actor("clerk")

    with pytest.raises(cases.NoPostNumber):
        cases.deliver(actor=clerk, case=case, how=cases.POST, receiver="周文博", code=" ")
    with pytest.raises(cases.NoReceiver):
        cases.deliver(actor=clerk, case=case, how=cases.POST, receiver=" ", code="1")
    page = f"/counter/cases/{case.uid}/deliver/"
    sent = {"how": "post", "receiver": "周文博", "code": "EE123456789CN"}
    assert cast.browser("clerk").post(page, sent).status_code == 302

    assert Action.objects.of(case).deliveries().get().data["number"] == "EE123456789CN"


def test_the_first_opening_of_the_result_is_its_electronic_delivery(cast):
    case = cast.decided()
    address = f"/cases/{case.uid}/files/{letter_of(case, 'grant').document.uid}/"

    for _time in range(2):
        assert cast.browser("agent").get(address).status_code == 200

    assert [action.data["how"] for action in Action.objects.of(case).deliveries()] == ["electronic"]


def test_before_its_end_nothing_is_delivered(cast):
    case = cast.accepted()

    with pytest.raises(cases.NothingToDeliver):
        cases.deliver(actor=cast.actor("clerk"), case=case, how=cases.POST, receiver="周文博", code="1")


def test_a_closed_case_is_put_away_with_the_digests_of_its_papers(cast, on):
    case = cast.decided()
    schedule.put_closed_cases_away()
    assert reread(case).archived_on is None

    with on(clock.now() + timedelta(days=66)):
        schedule.put_closed_cases_away()
        cases.archive(pk=case.pk)
        letter = letter_of(case, "archive-record")

    record = Action.objects.of(case).of_kinds(["archived"]).get().data["contents"]
    grant = Letter.objects.about(case.subject).get(kind="grant")
    assert grant.document.blob.digest in {paper["digest"] for paper in record}
    assert len(record) >= 6
    assert seals.examine(storage.read(letter.document.blob)).good
    must_be_projected(reread(case))


def test_an_open_case_is_not_put_away(cast):
    with pytest.raises(cases.WrongCaseState):
        cases.archive(pk=cast.accepted().pk)


def test_opening_the_licence_is_electronic_delivery_as_well(cast):
    case = cast.decided()
    licence = Licence.objects.of_subject(case.subject).get()

    licences.read(actor=SYSTEM, token=licence.token, purpose="核对")
    jobs.run_all()
    assert not Action.objects.of(case).deliveries().exists()
    for _time in range(2):
        licences.read(actor=cast.actor("agent"), token=licence.token)
        jobs.run_all()

    assert [action.data["how"] for action in Action.objects.of(case).deliveries()] == ["electronic"]

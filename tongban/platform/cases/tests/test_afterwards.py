"""After the decision: taken back by the office (撤销), or objected to (复议、诉讼) and made anew."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import Cast
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import annulling, objecting
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
FALSE = "提交的租赁合同系伪造。"


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    """Give a granted case, on Monday 2 March 2026."""
    with clock.at(MONDAY):
        yield cast.decided()


def done(case: Case) -> Case:
    jobs.run_all()
    assert not Job.objects.dead().exists()
    return Case.objects.get_with_related(case.pk)


def licence_of(case: Case) -> Licence:
    return Licence.objects.of_subject(case.subject).order_by("pk").last()


def refusal_reason(case: Case) -> str:
    summary = cases.refusal_of(case)
    assert summary is not None
    return summary.reason


def told(cast: Cast, case: Case) -> Case:
    return annulling.tell_annulment(actor=cast.actor("approver"), uid=case.uid, cause="false-means", reason=FALSE)


class TestAnnulment:
    def test_the_holder_is_told_and_heard_before(self, cast, case):
        told(cast, case)
        told(cast, case)

        annulment = annulling.annulment_of(case)
        assert (annulment.stage, annulment.until) == ("told", date(2026, 3, 9))
        with pytest.raises(annulling.AnnulmentMayBeAnswered) as refused:
            annulling.annul(actor=cast.actor("approver"), uid=case.uid, reason=FALSE)
        assert refused.value.status == 409
        case = done(case)
        assert Letter.objects.about(case.subject).get(kind="annulment-notice").title == "撤销事先告知书"
        assert licence_of(case).state == "valid"
        assert any("拟撤销" in notice.title for notice in Notice.objects.filter(party=case.applicant))

    def test_decision_and_licence_end_together(self, cast, case):
        told(cast, case)
        annulling.answer_annulment(actor=cast.actor("agent"), case=case, statement="合同是真实的。")
        annulling.annul(actor=cast.actor("approver"), uid=case.uid, reason=FALSE)
        annulling.annul(actor=cast.actor("approver"), uid=case.uid, reason=FALSE)

        case = done(case)
        assert (case.state, case.outcome, cases.result_code(case)) == ("revoked", "revoked", "2")
        assert licences.verify_token(licence_of(case).token).validity == "revoked"
        assert Letter.objects.about(case.subject).get(kind="annulment").title == "撤销决定书"
        assert refusal_reason(case) == FALSE
        assert cases.projection_differences(case.pk) == []
        assert Action.objects.of(case).of_kinds(["annulled"]).count() == 1

    def test_whoever_does_not_answer_in_time_is_not_waited_for(self, cast, case):
        told(cast, case)

        with clock.at(MONDAY + timedelta(days=8)):
            annulling.annul(actor=cast.actor("approver"), uid=case.uid, reason=FALSE)

        assert Case.objects.get(pk=case.pk).state == "revoked"

    def test_it_can_be_dropped_and_told_again(self, cast, case):
        told(cast, case)
        annulling.answer_annulment(actor=cast.actor("agent"), case=case, statement="合同是真实的。")
        annulling.drop_annulment(actor=cast.actor("approver"), uid=case.uid, reason="经核实，合同真实。")

        assert annulling.annulment_of(case).stage == ""
        assert licence_of(case).state == "valid"
        assert annulling.annulment_of(told(cast, case)).stage == "told"

    def test_nothing_is_revoked_unheard_nor_what_was_never_granted(self, cast, case):
        approver = cast.actor("approver")
        with pytest.raises(annulling.NoAnnulmentOpen):
            annulling.annul(actor=approver, uid=case.uid, reason=FALSE)
        with pytest.raises(NotAllowed):
            annulling.tell_annulment(actor=cast.actor("clerk"), uid=case.uid, cause="other", reason=FALSE)
        with pytest.raises(NotFound):
            annulling.answer_annulment(actor=cast.actor("stranger"), case=case, statement="不是。")
        refused = cast.decided(granted=False)
        with pytest.raises(cases.WrongCaseState):
            annulling.tell_annulment(actor=approver, uid=refused.uid, cause="other", reason=FALSE)

    def test_it_is_told_answered_and_decided_on_the_pages(self, cast, case):
        desk, hall = cast.browser("approver"), cast.browser("agent")
        page = f"/desk/cases/{case.uid}/further/"
        assert "拟撤销" in desk.get(page).content.decode()
        sent = {"annul-tell-cause": "false-means", "annul-tell-reason": FALSE, "revision": case.revision}
        assert desk.post(f"{page}annul-tell/", sent).status_code == 302

        answer = f"/cases/{case.uid}/annulment/"
        assert answer in hall.get(f"/cases/{case.uid}/").content.decode()
        assert hall.post(answer, {"statement": "合同是真实的。"}).status_code == 302

        revision = Case.objects.get(pk=case.pk).revision
        assert desk.post(f"{page}annul/", {"annul-reason": FALSE, "revision": revision}).status_code == 302
        assert Case.objects.get(pk=case.pk).state == "revoked"


class TestObjection:
    def noted(self, cast: Cast, case: Case) -> Case:
        return objecting.note_objection(
            actor=cast.actor("approver"),
            uid=case.uid,
            way=objecting.REVIEW,
            authority="云泽市人民政府",
            file="云府复〔2026〕12号",
        )

    def ended(self, cast: Cast, case: Case, result: str, due_on: date | None = None) -> Case:
        return objecting.record_objection_result(
            actor=cast.actor("approver"), uid=case.uid, result=result, reason="事实不清，证据不足。", due_on=due_on
        )

    def test_a_decision_that_is_upheld_stays_as_it_is(self, cast, case):
        self.noted(cast, case)
        self.noted(cast, case)
        assert objecting.objection_of(case) == ("review", "云泽市人民政府", "云府复〔2026〕12号")

        case = done(self.ended(cast, case, "maintained"))

        assert (case.state, case.outcome) == ("completed", "granted")
        assert licence_of(case).state == "valid"
        assert objecting.objection_of(case) is None
        assert Action.objects.of(case).of_kinds(["objection_noted"]).count() == 1

    def test_a_decision_that_falls_takes_its_licence_along(self, cast, case):
        self.noted(cast, case)
        case = done(self.ended(cast, case, "struck"))

        assert (case.state, case.outcome) == ("revoked", "revoked")
        assert licence_of(case).state == "revoked"
        assert cases.projection_differences(case.pk) == []

    def test_a_refusal_is_decided_anew_on_new_clocks_and_both_letters_stay(self, cast, case):
        refused = cast.decided(granted=False)
        self.noted(cast, refused)
        anew = done(self.ended(cast, refused, "anew", date(2026, 3, 31)))

        assert (anew.state, anew.outcome, anew.accepted_on) == ("accepted", "", date(2026, 3, 2))
        assert (anew.promised_due_on, anew.statutory_due_on) == (date(2026, 3, 31), date(2026, 3, 31))
        assert Letter.objects.about(anew.subject).get(kind="reopening").title == "重新办理通知书"
        assert cases.projection_differences(anew.pk) == []
        assert cases.turn_of(anew) == 2

        examined_again(cast, anew)
        anew = done(anew)

        assert (anew.state, anew.outcome) == ("completed", "granted")
        assert licence_of(anew).state == "valid"
        kinds = [letter.kind for letter in Letter.objects.about(anew.subject)]
        assert {"refusal", "grant"} <= set(kinds)
        assert cases.projection_differences(anew.pk) == []

    def test_what_is_granted_again_has_a_licence_of_its_own(self, cast, case):
        first = licence_of(case)
        self.noted(cast, case)
        self.ended(cast, case, "anew", date(2026, 3, 31))
        first.refresh_from_db()
        assert first.state == "revoked"

        examined_again(cast, case)
        case = done(case)

        second = licence_of(case)
        assert (second.pk != first.pk, second.state, second.turn) == (True, "valid", 2)
        assert second.number != first.number

    def test_what_is_missing_or_not_its_time_is_refused(self, cast, case):
        approver = cast.actor("approver")
        with pytest.raises(objecting.NoObjectionOpen) as refused:
            self.ended(cast, case, "maintained")
        assert refused.value.status == 409
        with pytest.raises(objecting.NoObjectionFile):
            objecting.note_objection(actor=approver, uid=case.uid, way="review", authority="市政府", file=" ")
        self.noted(cast, case)
        with pytest.raises(objecting.ObjectionOpen):
            objecting.note_objection(actor=approver, uid=case.uid, way="litigation", authority="法院", file="行初1号")
        with pytest.raises(objecting.NoDayAnew):
            self.ended(cast, case, "anew", date(2026, 3, 1))
        refused_case = cast.decided(granted=False)
        self.noted(cast, refused_case)
        with pytest.raises(objecting.NotGranted):
            self.ended(cast, refused_case, "struck")
        with pytest.raises(cases.WrongCaseState):
            self.noted(cast, cast.accepted())

    def test_it_is_noted_on_the_page(self, cast, case):
        desk = cast.browser("approver")
        page = f"/desk/cases/{case.uid}/further/"
        sent = {
            "objection-way": "review",
            "objection-authority": "云泽市人民政府",
            "objection-file": "云府复〔2026〕12号",
            "revision": case.revision,
        }
        assert desk.post(f"{page}objection/", sent).status_code == 302
        result = {
            "objection-result-result": "anew",
            "objection-result-due_on": "2026-03-31",
            "objection-result-reason": "事实不清。",
            "revision": Case.objects.get(pk=case.pk).revision,
        }
        assert desk.post(f"{page}objection-result/", result).status_code == 302

        assert Case.objects.get(pk=case.pk).state == "accepted"
        assert "云府复〔2026〕12号" in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()


def examined_again(cast: Cast, case: Case) -> Case:
    """Examine the case once more, and grant it."""
    reviewer, approver = cast.actor("reviewer"), cast.actor("approver")
    cases.give_opinion(actor=reviewer, task=cast.task(case, "review"), passed=True, opinion="资料齐全。")
    cast.inspected(case)
    task = cast.task(case, "approve")
    return cases.decide(actor=approver, task=task, granted=True, reason="根据复议决定，符合条件。")

"""公示: applications and decisions that everybody may read, personal data masked; those concerned are heard."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Concern, Publication
from tongban.platform.cases.services import annulling, concerning, publishing

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
SHOWN = {
    "application_days": 5,
    "waits": True,
    "shows": ["premises_address", "contact_phone"],
    "source": "本市受理公示规则",
}
TEXT = "油烟排放影响隔壁住宅。"


@pytest.fixture
def shown(cast: Cast, monkeypatch) -> Iterator[Cast]:
    """Let applications be published for five working days before they are decided, on Monday 2 March 2026."""
    with clock.at(MONDAY):
        monkeypatch.setitem(cases.plan_of(cast.draft().version).guide, "publicity", SHOWN)
        yield cast


def objected(cast: Cast, case: Case) -> Publication:
    uid = Publication.objects.of(case)[0].uid
    return concerning.raise_concern(
        actor=cast.actor("stranger"), uid=uid, name="沈一鸣", contact="19900000999", text=TEXT
    )


def test_an_application_is_published_when_it_is_accepted_and_masked(shown):
    case = shown.accepted()

    (publication,) = Publication.objects.of(case)
    assert (publication.kind, publication.until) == ("application", date(2026, 3, 9))
    says = dict(publication.says)
    assert says["经营场所地址"] == case.answers["premises_address"]
    assert case.answers["contact_phone"] not in str(publication.says)
    assert "****" in says["联系电话"]


def test_the_decision_waits_until_it_was_published_and_every_objection_answered(shown):
    case = shown.examined()
    objected(shown, case)
    task, approver = shown.task(case, "approve"), shown.actor("approver")
    with pytest.raises(publishing.PublicityRunning) as refused:
        cases.decide(actor=approver, task=task, granted=True, reason="符合条件。")
    assert refused.value.status == 409

    with clock.at(MONDAY + timedelta(days=8)):
        with pytest.raises(publishing.ConcernUnanswered):
            cases.decide(actor=approver, task=task, granted=True, reason="符合条件。")
        concerning.answer_concern(actor=approver, uid=case.uid, reason="已要求加装油烟净化设施。")
        with pytest.raises(concerning.NoConcern):
            concerning.answer_concern(actor=approver, uid=case.uid, reason="已答复。")
        cases.decide(actor=approver, task=task, granted=True, reason="符合条件。")

    assert Case.objects.get(pk=case.pk).outcome == "granted"
    assert cases.projection_differences(case.pk) == []


def test_objections_are_taken_while_it_runs_and_read_by_the_office_alone(shown):
    case = shown.accepted()
    objected(shown, case)

    page = f"/cases/public/{Publication.objects.of(case)[0].uid}/"
    assert TEXT not in Client().get(page).content.decode()
    desk = shown.browser("approver").get(f"/desk/cases/{case.uid}/further/").content.decode()
    assert TEXT in desk
    assert "19900000999" in desk
    followed = shown.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert "19900000999" not in followed
    with clock.at(MONDAY + timedelta(days=8)), pytest.raises(concerning.PublicityOver):
        objected(shown, case)
    with pytest.raises(NotFound):
        concerning.raise_concern(actor=shown.actor("stranger"), uid="x" * 16, name="沈", contact="1", text=TEXT)


def test_it_is_objected_to_and_answered_on_the_pages(shown):
    case = shown.accepted()
    page = f"/cases/public/{Publication.objects.of(case)[0].uid}/"
    public = Client()
    assert public.post(page, {"name": "沈一鸣", "contact": "19900000999", "text": ""}).status_code == 422
    assert public.post(page, {"name": "沈一鸣", "contact": "19900000999", "text": TEXT}).status_code == 302

    desk = shown.browser("approver")
    sent = {"concern-answer-reason": "已要求整改。", "revision": Case.objects.get(pk=case.pk).revision}
    assert desk.post(f"/desk/cases/{case.uid}/further/concern-answer/", sent).status_code == 302

    assert Concern.objects.get().answer == "已要求整改。"
    assert "已要求整改。" in public.get(page).content.decode()


@pytest.mark.requirement("PLT-A-21")
def test_every_decision_about_a_permit_is_public_at_once(cast):
    case = cast.decided()

    (publication,) = Publication.objects.of(case)
    assert (publication.kind, publication.until) == ("decision", None)
    assert dict(publication.says)["决定"] == "准予许可"
    listed = Client().get("/cases/public/", {"q": case.number}).content.decode()
    assert publication.uid in listed
    assert publication.uid not in Client().get("/cases/public/", {"q": "没有"}).content.decode()
    assert publication.uid not in Client().get("/cases/public/", {"kind": "application"}).content.decode()
    answered = Client().get("/api/v1/cases/publications", {"q": case.number}).json()
    assert [item["uid"] for item in answered["items"]] == [publication.uid]
    publishing.publish_decision(case=case)
    assert Publication.objects.of(case).count() == 1


def test_a_decision_that_was_revoked_is_shown_as_such(cast):
    with clock.at(MONDAY):
        case = cast.decided()
        approver = cast.actor("approver")
        annulling.tell_annulment(actor=approver, uid=case.uid, cause="other", reason="违反法定程序。")
        annulling.answer_annulment(actor=cast.actor("agent"), case=case, statement="无异议。")
        annulling.annul(actor=approver, uid=case.uid, reason="违反法定程序。")
        jobs.run_all()

        page = Client().get(f"/cases/public/{Publication.objects.of(case)[0].uid}/").content.decode()
    assert "已撤销" in page

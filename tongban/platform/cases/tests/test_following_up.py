"""事后核查: an inspection after the grant, a case of its own beside the first, which may lead to its revocation."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.cases import schedule
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, FollowUpInspection
from tongban.platform.cases.services import annulling, following_up
from tongban.platform.cases.services.accepting import NoReasonGiven
from tongban.platform.workflow.models import Task

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
LATER = MONDAY + timedelta(days=28)
RULE = {"days": 20, "within": 10, "role": "review", "source": "本市规则"}
FINDING = "现场没有申报的专间。"


@pytest.fixture
def granted(cast, monkeypatch) -> Case:
    with clock.at(MONDAY):
        monkeypatch.setitem(cases.plan_of(cast.draft().version).guide, "follow_up", RULE)
        case = cast.decided()
        jobs.run_all()
    return Case.objects.get_with_related(case.pk)


def begun(case: Case) -> FollowUpInspection:
    with clock.at(LATER):
        schedule.begin_follow_ups()
        schedule.begin_follow_ups()
    return FollowUpInspection.objects.of(case).get()


def record(cast, case: Case, *, kept: bool, by: str = "reviewer", finding: str = FINDING) -> Case:
    task = Task.objects.of(case.subject).open().get(key=following_up.FOLLOW_UP)
    with clock.at(LATER):
        return following_up.record_follow_up(actor=cast.actor(by), task=task, kept=kept, finding=finding)


def test_it_begins_on_its_day_with_a_number_and_a_task_of_its_own(granted):
    planned = FollowUpInspection.objects.of(granted).get()
    assert (planned.opens_on, planned.opened_on, planned.kind) == (date(2026, 3, 30), None, "ordinary")
    with clock.at(MONDAY):
        schedule.begin_follow_ups()
    assert FollowUpInspection.objects.of(granted).get().opened_on is None

    found = begun(granted)

    assert found.opened_on == date(2026, 3, 30)
    assert found.number != granted.number
    task = Task.objects.of(granted.subject).open().get()
    assert (task.key, task.due_on, task.department.key) == ("follow_up_check", found.due_on, "market-regulation")
    assert cases.projection_differences(granted.pk) == []


def test_what_is_met_stands_and_both_sides_say_so(cast, granted):
    found = begun(granted)
    record(cast, granted, kept=True)

    found.refresh_from_db()
    assert (found.result, found.closed_on) == ("kept", date(2026, 3, 30))
    desk = cast.browser("reviewer")
    assert found.number in desk.get(f"/desk/cases/{granted.uid}/").content.decode()
    page = desk.get(f"/desk/cases/follow-ups/{found.uid}/").content.decode()
    assert granted.number in page
    assert FINDING in page
    assert found.number in cast.browser("agent").get(f"/cases/{granted.uid}/").content.decode()


def test_what_is_broken_leads_to_the_revocation(cast, granted):
    begun(granted)
    record(cast, granted, kept=False)
    approver = cast.actor("approver")
    page = cast.browser("approver").get(f"/desk/cases/{granted.uid}/further/").content.decode()
    assert FINDING in page

    with clock.at(LATER):
        annulling.tell_annulment(actor=approver, uid=granted.uid, cause="unqualified", reason=FINDING)
    with clock.at(LATER + timedelta(days=14)):
        annulling.annul(actor=approver, uid=granted.uid, reason=FINDING)

    assert Case.objects.get(pk=granted.pk).state == "revoked"
    assert cases.projection_differences(granted.pk) == []


def test_it_is_done_at_the_desk(cast, granted):
    begun(granted)
    task = Task.objects.of(granted.subject).open().get()
    desk = cast.browser("reviewer")
    assert "事后核查" in desk.get(f"/desk/cases/tasks/{task.uid}/").content.decode()
    assert str(FollowUpInspection.objects.get().uid) in desk.get("/desk/cases/follow-ups/").content.decode()

    sent = desk.post(f"/desk/cases/tasks/{task.uid}/opinion/", {"passed": "yes", "opinion": "符合条件。"})

    assert sent.status_code == 302
    assert FollowUpInspection.objects.get().result == "kept"


def test_nobody_else_records_it_and_not_without_a_finding(cast, granted):
    begun(granted)
    with pytest.raises(NotAllowed):
        record(cast, granted, kept=True, by="clerk")
    with pytest.raises(NoReasonGiven):
        record(cast, granted, kept=True, finding=" ")
    task = Task.objects.of(granted.subject).open().get()
    record(cast, granted, kept=True)
    with pytest.raises(Conflict):
        following_up.record_follow_up(actor=cast.actor("reviewer"), task=task, kept=True, finding=FINDING)


def test_where_the_grant_is_gone_nobody_inspects(cast, granted):
    with clock.at(MONDAY):
        annulling.tell_annulment(actor=cast.actor("approver"), uid=granted.uid, cause="other", reason="程序违法。")
    with clock.at(MONDAY + timedelta(days=14)):
        annulling.annul(actor=cast.actor("approver"), uid=granted.uid, reason="程序违法。")

    found = begun(granted)

    assert (found.opened_on, found.closed_on, found.result) == (None, date(2026, 3, 30), "")
    assert cast.browser("approver").get(f"/desk/cases/follow-ups/{found.uid}/").status_code == 404
